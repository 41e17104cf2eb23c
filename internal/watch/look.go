package watch

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
)

// Schema names the JSON form of a Digest.
const Schema = "cahoots/digest/v1"

// A Digest is what moved in one standing question between two looks.
type Digest struct {
	Schema  string           `json:"schema"`
	Watch   string           `json:"watch"` // the list
	Run     int              `json:"run"`   // the look, from 1
	Name    string           `json:"name"`  // of the question
	Ceiling evidence.TLP     `json:"ceiling"`
	News    []string         `json:"news"`           // what counted
	More    int              `json:"more,omitempty"` // pairs that moved and are not told
	Diff    *difference.Diff `json:"diff"`
}

// Bounds of a digest, which is for reading; the whole is in the answer itself.
const (
	mostMoved   = 20 // pairs
	mostCauses  = 5  // of a pair
	mostRecords = 5  // of a cause
	// mostSought is of how many pairs of a question causes are looked for.
	mostSought = 5
)

// An Outcome is what a look at a list found.
type Outcome struct {
	Asked   int            `json:"asked"` // questions
	First   int            `json:"first"` // of them those never asked before, from which nothing can have moved
	Failed  []string       `json:"failed,omitempty"`
	Digests []store.Digest `json:"digests"`
}

// Look asks every question of a list over the store as it is now, and keeps what
// moved since the last look as digests to be delivered. Of two looks at once one
// ends with [store.ErrChanged] and has kept nothing.
func Look(ctx context.Context, s *store.Store, l *List, tool assess.Tool, policy resolve.Policy) (*Outcome, error) {
	before, err := s.Watched(ctx, l.Name)
	if err != nil {
		return nil, err
	}
	k := look{s: s, list: l, tool: tool, policy: policy, before: before, out: &Outcome{Asked: len(l.Questions), Digests: []store.Digest{}}}
	k.after = store.Watched{Run: before.Run + 1, Seen: map[evidence.TLP][]evidence.ID{}, Answers: map[string]string{}}
	for ceiling, questions := range l.byCeiling() {
		if err := k.under(ctx, ceiling, questions); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(k.out.Digests, func(a, b store.Digest) int { return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID)) })
	slices.Sort(k.out.Failed)
	return k.out, s.KeepLook(ctx, l.Name, k.after, k.out.Digests, l.targets())
}

func (l *List) byCeiling() map[evidence.TLP][]*Question {
	out := map[evidence.TLP][]*Question{}
	for i := range l.Questions {
		q := &l.Questions[i]
		out[q.Ceiling] = append(out[q.Ceiling], q)
	}
	return out
}

// look is one in the making.
type look struct {
	s             *store.Store
	list          *List
	tool          assess.Tool
	policy        resolve.Policy
	before, after store.Watched
	out           *Outcome
}

// under asks the questions of one ceiling.
func (k *look) under(ctx context.Context, ceiling evidence.TLP, questions []*Question) error {
	records, sets, _, err := question.Within(ctx, k.s, ceiling)
	if err != nil && !errors.Is(err, question.ErrNothing) {
		return err
	}
	ids := []evidence.ID{}
	for i := range records {
		ids = append(ids, records[i].ID)
	}
	slices.Sort(ids)
	seen, looked := k.before.Seen[ceiling]
	k.after.Seen[ceiling] = ids
	is := k.body(question.Held(records, sets))
	was := k.body(assess.Input{})
	if looked && !slices.Equal(seen, ids) {
		if was.held, err = k.then(ctx, records, seen); err != nil {
			return err
		}
	}
	for _, q := range questions {
		if err := k.ask(ctx, q, is, was, looked, looked && slices.Equal(seen, ids)); err != nil {
			return err
		}
	}
	return nil
}

// then is the evidence of the last look.
func (k *look) then(ctx context.Context, now []evidence.Record, seen []evidence.ID) (assess.Input, error) {
	had := map[evidence.ID]bool{}
	for _, id := range seen {
		had[id] = true
	}
	var records []evidence.Record
	for i := range now {
		if had[now[i].ID] {
			records = append(records, now[i])
			delete(had, now[i].ID)
		}
	}
	var gone []evidence.ID
	for _, id := range seen {
		if had[id] {
			gone = append(gone, id)
		}
	}
	old, err := k.s.Once(ctx, gone)
	records = append(records, old...)
	sets := map[string]int{}
	for i := range records {
		sets[records[i].Origin.Dataset]++
	}
	in := assess.Input{Records: records}
	for _, name := range slices.Sorted(maps.Keys(sets)) {
		in.Datasets = append(in.Datasets, assess.Dataset{Name: name, Records: sets[name]})
	}
	return in, err
}

// ask asks one question. same says that the evidence is that of the last look.
func (k *look) ask(ctx context.Context, q *Question, is, was *body, looked, same bool) error {
	known, asked := k.before.Answers[q.key()]
	made := k.tool.Version + "\x1f" // the answers of another program may differ without any record
	if asked && same && strings.HasPrefix(known, made) {
		k.after.Answers[q.key()] = known
		return nil
	}
	now, err := is.input(ctx, q)
	if err != nil {
		return err
	}
	a, err := assess.Run(ctx, now)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	sum := made + sumOf(a, err, slices.Contains(q.News, Datasets))
	k.after.Answers[q.key()] = sum
	if err != nil {
		k.out.Failed = append(k.out.Failed, q.Name+": "+err.Error())
	}
	if !asked || !looked {
		k.out.First++
		return nil
	}
	if sum == known && !slices.Contains(q.News, Names) || err != nil || same {
		return nil // what another program says of the same evidence is no news of it
	}
	then, err := was.input(ctx, q)
	if err != nil {
		return err
	}
	d, err := difference.Stores(ctx, then, now, mostSought)
	if err != nil {
		return fmt.Errorf("%s: %w", q.Name, err)
	}
	k.keep(q, d)
	return nil
}

// keep makes a digest of what counts as news, if anything does.
func (k *look) keep(q *Question, d *difference.Diff) {
	g := Digest{Schema: Schema, Watch: k.list.Name, Run: k.after.Run, Name: q.Name, Ceiling: q.Ceiling, News: q.News, Diff: d}
	if !g.sift() {
		return
	}
	b, err := json.Marshal(g)
	if err != nil {
		panic(fmt.Sprintf("watch: a digest is not JSON: %v", err)) // it is made of what came from JSON
	}
	k.out.Digests = append(k.out.Digests, store.Digest{ID: g.id(), List: k.list.Name, Title: q.Name, Cause: g.cause(), Marking: cmp.Or(d.Marking, evidence.Clear), Body: b})
}

// id is the same whenever the same look is made again.
func (g *Digest) id() string {
	b, _ := json.Marshal([]any{g.Watch, g.Run, g.Name, g.Ceiling, g.Diff.Question, g.Diff.Moved, g.Diff.Names, g.Diff.Attributions})
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:16])
}

// sumOf tells answers from one another by what can be news.
func sumOf(a *assess.Assessment, err error, datasets bool) string {
	h := sha256.New()
	e := json.NewEncoder(h)
	if err != nil {
		_ = e.Encode(err.Error()) // a hash takes everything
	} else {
		for i := range a.Pairs {
			p := &a.Pairs[i]
			_ = e.Encode([]any{p.A, p.B, p.Level, p.Sign, p.Confidence, p.Contested, p.Together.Linked()})
		}
		if datasets {
			_ = e.Encode(a.Data)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// body is evidence, made ready once for all that leave out the same of what the
// program knows.
type body struct {
	held   assess.Input
	tool   assess.Tool
	policy resolve.Policy
	by     map[string]assess.Input
}

func (k *look) body(held assess.Input) *body {
	return &body{held: held, tool: k.tool, policy: k.policy, by: map[string]assess.Input{}}
}

func (b *body) input(ctx context.Context, q *Question) (assess.Input, error) {
	in, ok := b.by[q.NoBuiltin]
	if !ok {
		in = b.held
		in.Question, in.Tool, in.Policy, in.VerdictsOnly = q.asked(), b.tool, b.policy, true
		var err error
		if in, err = question.Assess(in); err != nil {
			return in, err
		}
		if in.Body, err = assess.NewBody(ctx, in.Records, in.Policy); err != nil {
			return in, err
		}
		b.by[q.NoBuiltin] = in
	}
	in.Question = q.asked()
	return in, nil
}
