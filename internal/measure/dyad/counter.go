package dyad

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
)

// A counter fills a table.
type counter struct {
	table *Table
	pacts *pact.Pacts
	all   []*entry // every incident, by date
	dyads map[pair]*Dyad
}

// wanted reports whether the question asks for a dyad.
func (c *counter) wanted(p pair) bool {
	q := c.table.Question
	switch {
	case q.A == "":
		return true
	case q.B == "":
		return p.initiator == q.A || p.target == q.A
	}
	return p.initiator == q.A && p.target == q.B || p.initiator == q.B && p.target == q.A
}

func (c *counter) count(period evidence.Interval) {
	left := map[string]int{}
	for _, e := range c.all {
		if why := e.left(period); why != "" {
			left[why]++
			continue
		}
		c.table.Account.Counted++
		for _, p := range e.pairs {
			if c.wanted(p) {
				c.add(p, e)
			}
		}
	}
	c.table.Account.Left = byName(left)
}

// show keeps the incidents and records of the dyads that the question asks for.
func (c *counter) show() {
	if c.table.Question.Friends {
		maps.DeleteFunc(c.dyads, func(_ pair, d *Dyad) bool { return d.Bonds.Friends()+d.Bonds.Multilateral == 0 })
	}
	shown := map[string]bool{}
	for _, d := range c.dyads {
		for _, k := range d.Cases {
			shown[k.Incident] = true
		}
	}
	c.table.Account.Shown = len(shown)
	for _, e := range c.all {
		if shown[e.ID] {
			c.table.Incidents = append(c.table.Incidents, e.Incident)
			c.keep(e)
		}
	}
}

// together says where the two states of the question stand, and keeps the
// incidents that are laid to both.
func (c *counter) together(period evidence.Interval) {
	q := c.table.Question
	if q.B == "" {
		return
	}
	standing := c.pacts.Level([]string{q.A}, []string{q.B}, period)
	c.table.Strategic, c.table.StrategicWhy = standing.Level, standing.Why
	for _, e := range c.all {
		if e.LaidTo([]string{q.A}, []string{q.B}) && (period.IsZero() || e.When.Overlaps(period)) {
			c.table.Joint = append(c.table.Joint, e.Incident)
			c.keep(e)
		}
	}
}

func (e *entry) left(period evidence.Interval) string {
	switch {
	case len(e.Initiators) == 0:
		return leftInitiator
	case len(e.Targets) == 0:
		return leftTarget
	case len(e.pairs) == 0:
		return leftOwn
	case period.IsZero():
		return ""
	case e.When.IsZero():
		return leftUndated
	case !e.When.Overlaps(period):
		return leftPeriod
	}
	return ""
}

func (c *counter) keep(e *entry) {
	for _, t := range e.reports {
		for _, r := range t.records {
			c.table.Records[r.ID] = *r
		}
	}
}

// add counts an incident under one dyad, from the records that name both states.
func (c *counter) add(p pair, e *entry) {
	d := c.dyads[p]
	if d == nil {
		d = &Dyad{Initiator: p.initiator, Target: p.target}
		c.dyads[p] = d
	}
	d.Incidents++
	d.Years = bump(d.Years, yearOf(e.When))
	for _, m := range e.Motives {
		d.Motives = bump(d.Motives, m)
	}
	k := Case{Incident: e.ID}
	datasets, publishers, attributing := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, t := range e.reports {
		if !slices.Contains(t.pairs, p) {
			continue
		}
		datasets[t.dataset] = true
		for _, r := range t.records {
			k.Records = append(k.Records, r.ID)
			publishers[cmp.Or(r.Citation.PublisherCountry, "not known")] = true
			for _, s := range attributers(r) {
				attributing[s] = true
			}
		}
	}
	slices.Sort(k.Records)
	d.Datasets, d.Publishers, d.Attributers = bump(d.Datasets, sortedKeys(datasets)...), bump(d.Publishers, sortedKeys(publishers)...), bump(d.Attributers, sortedKeys(attributing)...)
	if len(datasets) > 1 {
		d.Twice++
	}
	switch e.Status {
	case evidence.Contested:
		d.Contested++
	case evidence.Denied:
		d.Denied++
	}
	if !e.When.IsZero() { // entries come by date
		if d.Earliest == "" {
			d.Earliest = e.When.String()
		}
		d.Latest = e.When.String()
	}
	var perhaps pact.Bond
	k.Agreements, k.Bond, perhaps = c.pacts.At(p.initiator, p.target, e.When)
	switch {
	case e.NonState:
		d.NonState++
	case len(e.Initiators) > 1:
		d.Joint++
	case k.Bond == pact.Unbound && perhaps != pact.Unbound:
		d.Perhaps++
		fallthrough
	default:
		d.Bonds.add(k.Bond)
	}
	d.Cases = append(d.Cases, k)
}

func yearOf(when evidence.Interval) string {
	if when.IsZero() {
		return "undated"
	}
	return strconv.Itoa(begin(when).Year())
}

// doubts counts the refused joins of every dyad that the dates do not rule out.
func (c *counter) doubts() {
	for _, r := range c.table.Refused {
		if r.Gap < 0 {
			continue
		}
		for _, name := range r.Pairs {
			i, t, _ := strings.Cut(name, ">")
			if d := c.dyads[pair{i, t}]; d != nil && r.Gap <= nearEnough {
				d.Doubtful++
			}
		}
	}
}

// finish orders the dyads, ranks the friends and gathers the agreements.
func (c *counter) finish() {
	t := c.table
	c.doubts()
	for _, d := range c.dyads {
		for _, list := range [][]Tally{d.Years, d.Datasets, d.Publishers, d.Attributers} {
			slices.SortFunc(list, func(a, b Tally) int { return cmp.Compare(a.Name, b.Name) })
		}
		slices.SortFunc(d.Motives, func(a, b Tally) int {
			return slices.Index(Motives(), a.Name) - slices.Index(Motives(), b.Name)
		})
		t.Dyads = append(t.Dyads, *d)
	}
	slices.SortFunc(t.Dyads, func(a, b Dyad) int {
		return cmp.Or(b.Incidents-a.Incidents, cmp.Compare(a.Initiator, b.Initiator), cmp.Compare(a.Target, b.Target))
	})
	t.Friends = c.rank()
	used := map[string]bool{}
	for _, d := range t.Dyads {
		for _, k := range d.Cases {
			for _, id := range k.Agreements {
				used[id] = true
			}
		}
	}
	for _, k := range t.Comparisons {
		used[k.Agreement] = true
	}
	q := t.Question
	for _, a := range c.pacts.List() {
		if used[a.ID] || q.B != "" && slices.Contains(a.Parties, q.A) && slices.Contains(a.Parties, q.B) {
			t.Agreements = append(t.Agreements, a)
			c.cite(a.Record)
		}
	}
	for _, r := range t.Records {
		t.Marking = evidence.Strictest(t.Marking, r.Marking)
	}
	t.Warnings = set(t.Warnings)
}

// cite keeps the record of an agreement.
func (c *counter) cite(id evidence.ID) {
	if r, ok := c.pacts.Record(id); ok {
		c.table.Records[id] = r
	}
}

// rank orders the dyads whose states were bound, leaving out what private groups
// did, by incidents between allies or
// under an agreement of their own, then under a multilateral one, then under a
// statement. Dyads level in all three share a rank.
func (c *counter) rank() []friend {
	incidents := map[string]*Incident{}
	for i := range c.table.Incidents {
		incidents[c.table.Incidents[i].ID] = &c.table.Incidents[i]
	}
	var out []friend
	for _, d := range c.table.Dyads {
		if d.Bonds.Bound() == 0 {
			continue
		}
		f := friend{Initiator: d.Initiator, Target: d.Target, Bonds: d.Bonds}
		for _, k := range d.Cases {
			i := incidents[k.Incident]
			if k.Bond == pact.Unbound || i.NonState || len(i.Initiators) > 1 {
				continue
			}
			f.Agreements = append(f.Agreements, k.Agreements...)
			if i.Status.Disputed() {
				f.Contested++
			}
		}
		f.Agreements = set(f.Agreements)
		out = append(out, f)
	}
	level := func(a, b friend) int {
		return cmp.Or(b.Bonds.Friends()-a.Bonds.Friends(), b.Bonds.Multilateral-a.Bonds.Multilateral, b.Bonds.Declared-a.Bonds.Declared)
	}
	slices.SortFunc(out, func(a, b friend) int {
		return cmp.Or(level(a, b), cmp.Compare(a.Initiator, b.Initiator), cmp.Compare(a.Target, b.Target))
	})
	for i := range out {
		out[i].Rank = i + 1
		if i > 0 && level(out[i-1], out[i]) == 0 {
			out[i].Rank = out[i-1].Rank
		}
	}
	return out
}

// ofShown keeps the joins of incidents shown, and the refusals that name one.
func ofShown(t *Table, merges []Merge, refused []refusal) ([]Merge, []refusal) {
	shown := map[string]bool{}
	for _, i := range t.Incidents {
		for _, e := range i.Events {
			shown[e] = true
		}
	}
	wanted := func(m Merge) bool { return shown[m.A] && shown[m.B] }
	var ms []Merge
	var rs []refusal
	for _, m := range merges {
		if wanted(m) {
			ms = append(ms, m)
		}
	}
	for _, r := range refused {
		if wanted(r.Merge) {
			rs = append(rs, r)
		}
	}
	return ms, rs
}

func bump(list []Tally, names ...string) []Tally {
	for _, name := range names {
		if i := slices.IndexFunc(list, func(t Tally) bool { return t.Name == name }); i >= 0 {
			list[i].N++
		} else {
			list = append(list, Tally{name, 1})
		}
	}
	return list
}

func byName(n map[string]int) []Tally {
	var out []Tally
	for _, name := range slices.Sorted(maps.Keys(n)) {
		out = append(out, Tally{name, n[name]})
	}
	return out
}

func sortedKeys(m map[string]bool) []string { return slices.Sorted(maps.Keys(m)) }

// String is the dyad as people write it.
func (d Dyad) String() string { return fmt.Sprintf("%s>%s", d.Initiator, d.Target) }
