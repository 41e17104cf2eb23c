package atlas

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"runtime"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/feed"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// A Content is what an atlas is made of: evidence that its ceiling lets out, with the
// data sets it came from.
type Content struct {
	Held    assess.Input // without a question
	Ceiling evidence.TLP
	Sources document.Document // of the data sets
	// Beside are pages of their own, by the name of their file without its ending.
	Beside map[string]document.Document
}

// An Entry is one page of the atlas.
type Entry struct {
	Path string   // of the page within the atlas
	A, B string   // names or states
	What string   // what it says, in a line
	Kind string   // "states" or "groups"
	Near []string // paths of pages that belong to it

	newest time.Time // disclosure on which it rests
}

// A Made is what was written.
type Made struct {
	Entries   []Entry
	Failed    []string // pairs that could not be asked about, and why
	Written   int      // files, of those that are not as they were
	Kept      int
	Removed   int
	Bytes     int64
	Histories int // pairs of groups whose verdict was followed through the years
}

// Write makes the atlas in a folder. The same content gives the same bytes; of a
// folder that holds an atlas only those files are written that are not as they were.
func Write(ctx context.Context, c Content, dir string) (*Made, error) {
	all, err := question.Assess(c.Held)
	if err != nil {
		return nil, err
	}
	c.Ceiling = cmp.Or(c.Ceiling, evidence.Clear)
	m := &maker{content: c, all: all, out: &Made{}, folder: &folder{dir: dir, private: c.Ceiling != evidence.Clear, files: map[string]string{}}}
	if m.all.Body, err = assess.NewBody(ctx, all.Records, all.Policy); err != nil {
		return nil, err
	}
	for _, step := range []func(context.Context) error{m.groups, m.states, m.frame} {
		if err := step(ctx); err != nil {
			return nil, err
		}
	}
	slices.Sort(m.out.Failed)
	return m.out, m.folder.finish(m.out)
}

type maker struct {
	content Content
	all     assess.Input
	folder  *folder
	out     *Made
	between map[[2]string][]int // of two states, the places of their groups' entries
}

// each runs of for every place of a list, on every core.
func (m *maker) each(ctx context.Context, n int, of func(ctx context.Context, i int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range n {
		g.Go(func() error {
			if err := ctx.Err(); err != nil {
				return err
			}
			return of(ctx, i)
		})
	}
	return g.Wait()
}

// A couple is two groups of which the ledger tells.
type couple struct {
	a, b   assess.Party
	answer *assess.Assessment
	why    error
	steps  []step
}

// groups writes a page for every two groups that the ledger ties to each other.
func (m *maker) groups(ctx context.Context) error {
	entries, err := question.Ledger(m.content.Held.Records)
	if err != nil {
		return err
	}
	by := map[[2]string]*couple{}
	for _, e := range entries {
		if e.A.Name == "" || e.B.Name == "" || e.A.ID == e.B.ID || e.A.Name == e.B.Name || len(e.A.ID) == 2 || len(e.B.ID) == 2 { // a state
			continue
		}
		a, b := e.A, e.B
		if a.Name > b.Name {
			a, b = b, a
		}
		by[[2]string{a.Name, b.Name}] = &couple{a: a, b: b}
	}
	var list []*couple
	for _, key := range sorted(by) {
		list = append(list, by[key])
	}
	err = m.each(ctx, len(list), func(ctx context.Context, i int) error {
		p := list[i]
		if p.answer, p.why = m.answer(ctx, m.all, p); p.why == nil && len(p.answer.Pairs) == 0 {
			p.why = errors.New("nothing is on record of one of the two but the link")
		}
		return ctx.Err()
	})
	if err != nil {
		return err
	}
	if err := m.follow(ctx, list); err != nil {
		return err
	}
	m.between = map[[2]string][]int{}
	for _, p := range list {
		if p.why != nil {
			m.out.Failed = append(m.out.Failed, fmt.Sprintf("%s and %s: %v", p.a.Name, p.b.Name, p.why))
			continue
		}
		if err := m.group(p); err != nil {
			return err
		}
	}
	return nil
}

// answer asks about two groups over evidence: by their names, and where these are
// those of several by what tells them apart.
func (m *maker) answer(ctx context.Context, in assess.Input, p *couple) (*assess.Assessment, error) {
	in.Question, in.VerdictsOnly = assess.Question{A: p.a.Name, B: p.b.Name}, true
	a, err := assess.Run(ctx, in)
	if name := new(resolve.NameError); errors.As(err, &name) {
		in.Question.A, in.Question.B = p.a.ID, p.b.ID
		if byID, e := assess.Run(ctx, in); e == nil {
			byID.Question.A, byID.Question.B = p.a.Name, p.b.Name
			return byID, nil
		}
	}
	return a, err
}

func (m *maker) group(p *couple) error {
	pair := &p.answer.Pairs[0]
	e := Entry{Path: "groups/" + slug(p.a.Name, p.b.Name) + ".html", A: p.a.Name, B: p.b.Name, Kind: "groups", What: verdictText(pair)}
	e.newest = newest(p.answer.Records)
	doc := report.Assessment(p.answer)
	if len(p.steps) > 0 {
		doc.Sections = append(doc.Sections, stepsSection(p.steps))
	}
	if a, b := pair.A.Country, pair.B.Country; a != "" && b != "" && a != b {
		key := [2]string{min(a, b), max(a, b)}
		m.between[key] = append(m.between[key], len(m.out.Entries))
		e.Near = append(e.Near, "states/"+key[0]+"-"+key[1]+".html")
	}
	m.out.Entries = append(m.out.Entries, e)
	return m.page(e.Path, doc, "records", e.Near)
}

// states writes a page for every two states of which one attacked the other, or whose
// groups the ledger ties.
func (m *maker) states(ctx context.Context) error {
	in, err := question.Dyads(m.content.Held, dyad.Question{})
	if err != nil {
		return err
	}
	if in.Body, err = dyad.NewBody(ctx, in.Records, in.Policy); err != nil {
		return err
	}
	whole, err := dyad.Count(ctx, in)
	if err != nil {
		return err
	}
	pairs := map[[2]string]bool{}
	for _, d := range whole.Dyads {
		if d.Initiator != d.Target {
			pairs[[2]string{min(d.Initiator, d.Target), max(d.Initiator, d.Target)}] = true
		}
	}
	for key := range m.between {
		pairs[key] = true
	}
	list := sorted(pairs)
	entries := make([]Entry, len(list))
	err = m.each(ctx, len(list), func(ctx context.Context, i int) error {
		in := in
		in.Question = dyad.Question{A: list[i][0], B: list[i][1]}
		t, err := dyad.Count(ctx, in)
		if err != nil {
			return err
		}
		entries[i], err = m.state(list[i], t)
		return err
	})
	m.out.Entries = append(m.out.Entries, entries...)
	return err
}

func (m *maker) state(key [2]string, t *dyad.Table) (Entry, error) {
	a, b := evidence.CountryName(key[0]), evidence.CountryName(key[1])
	e := Entry{Path: "states/" + key[0] + "-" + key[1] + ".html", A: a, B: b, Kind: "states", newest: newest(t.Records)}
	doc, err := report.Of(t)
	if err != nil {
		return e, err
	}
	groups := &document.Table{ID: "groups", Columns: []document.Column{{ID: "a", Title: "group"}, {ID: "b", Title: "group"}, {ID: "verdict", Title: "verdict"}}}
	for _, i := range m.between[key] {
		g := m.out.Entries[i]
		groups.Rows = append(groups.Rows, document.Row{ID: "pair-" + slug(g.A, g.B), Cells: []document.Cell{document.Words(g.A), document.Words(g.B), document.Words(g.What)}})
		e.Near = append(e.Near, g.Path)
	}
	if len(groups.Rows) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "groups", Title: "Their groups on record together", Blocks: []document.Block{groups}})
	}
	if e.What = "groups on record together"; doc.Card != nil {
		e.What = doc.Card.Headline
	}
	return e, m.page(e.Path, doc, "incidents", e.Near)
}

// newest is the last day on which something of it was disclosed.
func newest(records map[evidence.ID]evidence.Record) (t time.Time) {
	for _, r := range records {
		if on := disclosed(r); on.After(t) {
			t = on
		}
	}
	return t
}

// disclosed is the later of the days on which a record and its source came out, zero
// where neither is known.
func disclosed(r evidence.Record) time.Time {
	if r.Citation.Published.To.After(r.Disclosed.To) {
		return r.Citation.Published.To
	}
	return r.Disclosed.To
}

func sorted[V any](by map[[2]string]V) [][2]string {
	return slices.SortedFunc(maps.Keys(by), func(x, y [2]string) int { return slices.Compare(x[:], y[:]) })
}

func verdictText(p *assess.Pair) string {
	s := fmt.Sprintf("%s %s", p.Level, p.LevelName)
	if p.Sign != assess.NoSign {
		s += ", " + string(p.Sign)
	}
	s += ", " + p.Confidence
	if p.Contested {
		s += ", contested"
	}
	return s
}

// slug names a page after two names, for ever the same for the two in either order.
func slug(a, b string) string {
	if a > b {
		a, b = b, a
	}
	sum := sha256.Sum256([]byte(resolve.Fold(a) + "\x00" + resolve.Fold(b)))
	plain := func(s string) string {
		out := strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
				return r
			case r >= 'A' && r <= 'Z':
				return r + 'a' - 'A'
			}
			return '-'
		}, s)
		return strings.Trim(out[:min(len(out), 40)], "-")
	}
	return plain(a) + "--" + plain(b) + "-" + hex.EncodeToString(sum[:4])
}

// feedOf is what was disclosed last, the newest first.
func (m *maker) feedOf() ([]byte, error) {
	list := slices.Clone(m.out.Entries)
	slices.SortStableFunc(list, func(a, b Entry) int { return cmp.Or(b.newest.Compare(a.newest), cmp.Compare(a.Path, b.Path)) })
	var entries []feed.Entry
	for _, e := range list[:min(len(list), mostFeed)] {
		entries = append(entries, feed.Entry{ID: "urn:cahoots:atlas:" + strings.TrimSuffix(e.Path, ".html"), Title: e.A + " and " + e.B, Text: e.What, Link: e.Path, At: e.newest})
	}
	var b bytes.Buffer
	err := feed.Write(&b, feed.Feed{ID: "urn:cahoots:atlas", Title: "cahoots: what was disclosed last", Epoch: time.Unix(0, 0)}, entries)
	return b.Bytes(), err
}

// mostFeed is how many pages the feed tells of.
const mostFeed = 100
