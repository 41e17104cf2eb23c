package difference

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// DiffSchema names the JSON form of a Diff.
const DiffSchema = "cahoots/diff/v1"

// A Diff is what changed between two answers to one question.
type Diff struct {
	Schema   string          `json:"schema"`
	Tool     assess.Tool     `json:"tool"`
	Question assess.Question `json:"question"`
	// Tried says that causes were found by leaving out what changed, over all evidence;
	// else they are the records that the two answers cite.
	Tried        bool         `json:"tried"`
	Pairs        int          `json:"pairs"` // of the newer answer
	Moved        []Moved      `json:"moved"` // the furthest first
	Names        []Naming     `json:"names"`
	Attributions []Turn       `json:"attributions"`
	Tests        []Crossing   `json:"tests"`    // those that crossed the line
	Datasets     []Holding    `json:"datasets"` // that are not what they were
	Notices      []string     `json:"notices,omitempty"`
	Marking      evidence.TLP `json:"marking"`
	Warnings     []string     `json:"warnings"`
}

// What became of names.
const (
	Won    = "won"    // an actor has a name more
	Lost   = "lost"   // an actor has it no more
	Joined = "joined" // several actors are one
	Split  = "split"  // one is several
)

// A Naming is a change of who is who among the groups asked about.
type Naming struct {
	What  string   `json:"what"`
	Actor string   `json:"actor"`
	Names []string `json:"names"` // won or lost, or of the actors that were joined or come of the split
}

// A Turn is a group that is laid to another state than before; "" is none.
type Turn struct {
	Actor string `json:"actor"`
	Old   string `json:"old"`
	New   string `json:"new"`
}

// A Crossing is a joint test of a pair that tells what it did not tell before, or no
// more.
type Crossing struct {
	A      string   `json:"a"`
	B      string   `json:"b"`
	Linked bool     `json:"linked"` // now
	Old    *float64 `json:"old"`    // p after adjustment; nil where there was none
	New    *float64 `json:"new"`
}

// A Holding is a data set that is not what it was; 0 records is that it was not there.
type Holding struct {
	Name string `json:"name"`
	Old  int    `json:"old"`
	New  int    `json:"new"`
}

// Compare tells what changed between two saved answers, and names of the records that
// they cite those that came or went.
func Compare(old, new *assess.Assessment) (*Diff, error) {
	o, n := old.Question, new.Question
	for _, q := range []*assess.Question{&o, &n} {
		q.AsOf, q.Alpha, q.Null = "", cmp.Or(q.Alpha, assess.DefaultAlpha), cmp.Or(q.Null, string(channel.SDSM))
	}
	if o != n {
		return nil, fmt.Errorf("the two answers are to different questions: %s and %s, %s and %s", o.A, o.B, n.A, n.B)
	}
	d := &Diff{
		Schema: DiffSchema, Tool: new.Tool, Question: new.Question, Pairs: len(new.Pairs), Moved: Between(old, new), Names: []Naming{}, Attributions: []Turn{},
		Tests: []Crossing{}, Datasets: holdings(old.Data, new.Data), Notices: slices.Compact(slices.Sorted(slices.Values(slices.Concat(old.Notices, new.Notices)))),
		Marking: old.Marking, Warnings: []string{},
	}
	if new.Marking.Compare(d.Marking) > 0 {
		d.Marking = new.Marking
	}
	d.tools(old.Tool, new.Tool)
	for i := range d.Moved {
		d.Moved[i].Causes = citedCauses(&d.Moved[i], old, new)
	}
	turned := map[string]bool{}
	for _, p := range matched(old, new) {
		if p[0] == nil || p[1] == nil {
			continue
		}
		if was, is := p[0].Together.Linked(), p[1].Together.Linked(); was != is {
			d.Tests = append(d.Tests, Crossing{p[1].A.Name, p[1].B.Name, is, p[0].Together.PAdjusted, p[1].Together.PAdjusted})
		}
		for _, a := range [][2]assess.Actor{{p[0].A, p[1].A}, {p[0].B, p[1].B}} {
			if a[0].Country != a[1].Country && a[0].Name == a[1].Name && !turned[a[1].Name] {
				turned[a[1].Name] = true
				d.Attributions = append(d.Attributions, Turn{a[1].Name, a[0].Country, a[1].Country})
			}
		}
	}
	slices.SortFunc(d.Attributions, func(a, b Turn) int { return cmp.Compare(a.Actor, b.Actor) })
	return d, nil
}

func (d *Diff) tools(old, new assess.Tool) {
	if old != new {
		d.Warnings = append(d.Warnings, fmt.Sprintf("the answers were made by %s %s, seed %d, and %s %s, seed %d: what no record explains may come of that", old.Name, old.Version, old.Seed, new.Name, new.Version, new.Seed))
	}
}

// citedCauses are the records on which one of the two verdicts rests, and which the
// other answer has not.
func citedCauses(m *Moved, old, new *assess.Assessment) []Cause {
	of := func(p *assess.Pair, all, other map[evidence.ID]evidence.Record) (out []evidence.Record) {
		if p == nil {
			return nil
		}
		ids := slices.Clone(p.Evidence)
		for _, l := range p.Links {
			ids = append(ids, l.Records...)
		}
		for _, id := range ids {
			if _, there := other[id]; !there && all[id].ID != "" {
				out = append(out, all[id])
			}
		}
		return out
	}
	return units(of(m.old, old.Records, new.Records), of(m.new, new.Records, old.Records))
}

// Stores tells what changed between two bodies of evidence over which one question is
// asked, with the records that moved each pair; of more than most pairs causes are
// looked for at the first only.
func Stores(ctx context.Context, old, new assess.Input, most int) (*Diff, error) {
	was, err := assess.Run(ctx, verdictsOnly(old))
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err != nil { // a side was not on record yet
		was = &assess.Assessment{Tool: old.Tool, Question: old.Question, Data: old.Datasets}
	}
	is, err := assess.Run(ctx, verdictsOnly(new))
	if err != nil {
		return nil, fmt.Errorf("now: %w", err)
	}
	d, err := Compare(was, is)
	if err != nil {
		return nil, err
	}
	c, err := newChange(old.Records, new.Records, new.Policy, asker(new))
	if err != nil {
		return nil, err
	}
	d.Tried = true
	for i := range d.Moved {
		m := &d.Moved[i]
		m.Causes = []Cause{}
		if i < most {
			if err := c.Find(ctx, m); err != nil {
				return nil, err
			}
		}
	}
	d.Names, d.Attributions = c.names(was, is)
	return d, nil
}

func verdictsOnly(in assess.Input) assess.Input {
	in.VerdictsOnly = true
	return in
}

func holdings(old, new []assess.Dataset) []Holding {
	by := map[string]*Holding{}
	at := func(name string) *Holding {
		if by[name] == nil {
			by[name] = &Holding{Name: name}
		}
		return by[name]
	}
	for _, s := range old {
		at(s.Name).Old += s.Records
	}
	for _, s := range new {
		at(s.Name).New += s.Records
	}
	out := []Holding{}
	for _, name := range slices.Sorted(maps.Keys(by)) {
		if h := by[name]; h.Old != h.New {
			out = append(out, *h)
		}
	}
	return out
}

// names compares who is who among the groups of the two answers.
func (c *Change) names(was, is *assess.Assessment) ([]Naming, []Turn) {
	namings, turns := []Naming{}, []Turn{}
	asked := func(a *assess.Assessment) map[resolve.ActorID]bool {
		out := map[resolve.ActorID]bool{}
		for _, p := range a.Pairs {
			out[p.A.ID], out[p.B.ID] = true, true
		}
		return out
	}
	olds, news := asked(was), asked(is)
	oldOf, newOf := byRef(c.oldDir), byRef(c.newDir)
	for _, a := range c.newDir.Actors() {
		before := others(a, oldOf)
		if !news[a.ID] && !slices.ContainsFunc(before, func(o resolve.Actor) bool { return olds[o.ID] }) {
			continue
		}
		if len(before) > 1 {
			namings = append(namings, Naming{Joined, a.Name, labels(before)})
		}
		if len(before) != 1 {
			continue
		}
		o := before[0]
		if after := others(o, newOf); len(after) > 1 {
			if after[0].ID == a.ID {
				namings = append(namings, Naming{Split, o.Name, labels(after)})
			}
			continue
		}
		if more := missing(a, o); len(more) > 0 {
			namings = append(namings, Naming{Won, a.Name, more})
		}
		if less := missing(o, a); len(less) > 0 {
			namings = append(namings, Naming{Lost, a.Name, less})
		}
		if o.Country != a.Country {
			turns = append(turns, Turn{a.Name, o.Country, a.Country})
		}
	}
	return namings, turns
}

func byRef(d *resolve.Directory) map[string]resolve.Actor {
	out := map[string]resolve.Actor{}
	for _, a := range d.Actors() {
		for _, ref := range refs(a) {
			out[ref] = a
		}
	}
	return out
}

// refs are the catalogue entries of an actor, or its name where it has none.
func refs(a resolve.Actor) []string {
	if len(a.Refs) > 0 {
		return a.Refs
	}
	return []string{"name\x00" + resolve.Fold(a.Name)}
}

// others are the actors of another directory that have an entry of this one.
func others(a resolve.Actor, of map[string]resolve.Actor) (out []resolve.Actor) {
	for _, ref := range refs(a) {
		if o, ok := of[ref]; ok && !slices.ContainsFunc(out, func(x resolve.Actor) bool { return x.ID == o.ID }) {
			out = append(out, o)
		}
	}
	slices.SortFunc(out, func(a, b resolve.Actor) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return out
}

func labels(actors []resolve.Actor) (out []string) {
	for _, a := range actors {
		out = append(out, a.Name)
	}
	return out
}

// missing are the names of one actor that the other has not.
func missing(a, b resolve.Actor) []string {
	has := map[string]bool{}
	for _, n := range b.Names {
		has[resolve.Fold(n.Name)] = true
	}
	var out []string
	for _, n := range a.Names {
		if f := resolve.Fold(n.Name); !has[f] {
			has[f] = true
			out = append(out, n.Name)
		}
	}
	slices.Sort(out)
	return out
}
