package channel

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// TimeWithTargetChannel names the channel of [Acts].
const TimeWithTargetChannel = "time with target"

var timeWithTargetChannel = Channel{
	Name: TimeWithTargetChannel, Means: InOrder, Weighs: "timing", Targets: true,
	Read: func(c *Corpus, s Setting) Reading {
		all := c.annals(s.Period)
		return deeds{all.under(Change{}), all}
	},
}

// deeds is the channel of acts in time, with their targets.
type deeds struct {
	*Acts
	all *annals
}

// Test measures the channel alone.
func (r deeds) Test(pairs []Pair) (*Family, error) {
	j, err := newJoint(context.Background(), []Channel{timeWithTargetChannel}, []Reading{r}, pairs, JointPlan{Draws: stat.JointDraws, Level: .05})
	if err != nil {
		return nil, err
	}
	return j.Families(pairs)[0], nil
}

func (r deeds) Dated() bool { return r.coarse }

func (r deeds) Under(change Change) (Reading, bool) {
	if change.Pick == nil && !r.all.lose(change.Keep) {
		return r, change.Keep != nil
	}
	return deeds{r.all.under(change), r.all}, true
}

// Acts are the dated acts of every actor with the states and sectors they were
// aimed at. Acts of nobody known are parties of their own: they tell when anybody
// acts against a state.
type Acts struct {
	actors  []resolve.ActorID // sorted
	parties *stat.Parties
	events  int  // of known actors, campaigns as one
	coarse  bool // some are dated to an interval
}

// A report is what one record tells of an act, in numbers where they are enough: a
// question looks at the same acts in a hundred changes of the evidence.
type report struct {
	record int
	act
}

// An act is one incident of one actor, by all who told of it.
type act struct {
	actor           resolve.ActorID
	key             int // of the incident
	when            evidence.Interval
	days            float64 // length of when
	states, sectors []int
}

// annals are all that records tell of acts, by actor and incident.
type annals struct {
	reports []report
	keys    []string // of incidents, sorted
	kept    [2]int   // how many states and sectors there are
}

// annals collects what was done in the period, by the dates of the acts.
// Contested and denied claims, and bare lists of victims, are no acts.
func (c *Corpus) annals(period evidence.Interval) *annals {
	out := &annals{}
	names := [3]map[string]int{{}, {}, {}} // of incidents, states, sectors
	var keys []string
	for i := range c.records {
		r := &c.records[i]
		if !happened(r) || r.Activity.IsZero() || !r.Activity.Bounded() || !period.IsZero() && !r.Activity.Overlaps(period) {
			continue
		}
		key := cmp.Or(r.Event, r.Citation.Locator+" "+r.Activity.String())
		keys, names[0][key] = append(keys, key), 0
		for _, t := range r.Targets {
			names[1][t.Country], names[2][t.Sector] = 0, 0
		}
		out.reports = append(out.reports, report{i, act{actor: c.subject[i], when: r.Activity, days: r.Activity.Days()}})
	}
	for kind := range names {
		delete(names[kind], "")
		sorted := slices.Sorted(maps.Keys(names[kind]))
		for n, name := range sorted {
			names[kind][name] = n
		}
		if kind == 0 {
			out.keys = sorted
		} else {
			out.kept[kind-1] = len(sorted)
		}
	}
	for n := range out.reports {
		t := &out.reports[n]
		t.key = names[0][keys[n]]
		for _, target := range c.records[t.record].Targets {
			if target.Country != "" {
				t.states = append(t.states, names[1][target.Country])
			}
			if target.Sector != "" {
				t.sectors = append(t.sectors, names[2][target.Sector])
			}
		}
	}
	slices.SortFunc(out.reports, func(a, b report) int {
		return cmp.Or(cmp.Compare(a.actor, b.actor), cmp.Compare(a.key, b.key), cmp.Compare(a.record, b.record))
	})
	return out
}

// lose reports whether a change takes anything away.
func (a *annals) lose(keep func(record int) bool) bool {
	return keep != nil && slices.ContainsFunc(a.reports, func(t report) bool { return !keep(t.record) })
}

// acts joins what is told of each act.
func (a *annals) acts(keep func(record int) bool) []act {
	var out []act
	for n := range a.reports {
		t := &a.reports[n]
		if keep != nil && !keep(t.record) {
			continue
		}
		if last := len(out) - 1; last < 0 || out[last].actor != t.actor || out[last].key != t.key {
			out = append(out, act{actor: t.actor, key: t.key, when: t.when, days: t.days})
		}
		own := &out[len(out)-1]
		if d := t.days; d < own.days || d == own.days && t.when.From.Before(own.when.From) {
			own.when, own.days = t.when, d
		}
		own.states, own.sectors = append(own.states, t.states...), append(own.sectors, t.sectors...)
	}
	return out
}

// under are the acts of changed evidence.
func (a *annals) under(change Change) *Acts {
	all := a.acts(change.Keep)
	present := [3][]int{make([]int, len(a.keys)), make([]int, a.kept[0]), make([]int, a.kept[1])}
	for n := range all {
		e := &all[n]
		present[0][e.key] = 1
		for kind, list := range [][]int{e.states, e.sectors} {
			for _, k := range list {
				present[kind+1][k] = 1
			}
		}
	}
	for _, of := range present { // to numbers without gaps, in the order of the names
		next := 0
		for n, is := range of {
			of[n], next = next, next+is
		}
	}
	out := &Acts{}
	var own, nobodys [][]stat.MarkedEvent
	for n := range all {
		e := all[n].event(present, a.keys, change.Pick)
		out.coarse = out.coarse || all[n].days > 1
		switch n, actor := len(out.actors), all[n].actor; {
		case actor == "":
			nobodys = append(nobodys, []stat.MarkedEvent{e})
		case n == 0 || out.actors[n-1] != actor:
			out.actors, own = append(out.actors, actor), append(own, []stat.MarkedEvent{e})
		default:
			own[n-1] = append(own[n-1], e)
		}
	}
	out.parties = stat.NewParties(append(own, nobodys...))
	for n := range out.actors {
		out.events += len(out.parties.Events(n))
	}
	return out
}

func (a *act) event(numbers [3][]int, keys []string, pick func(string) float64) stat.MarkedEvent {
	from := int(dayOf(a.when.From))
	e := stat.MarkedEvent{From: from, To: max(from+1, int(dayOf(a.when.To))), Keys: []int{numbers[0][a.key]}}
	if pick != nil && e.To-e.From > 1 {
		e.From += int(pick(keys[a.key]) * float64(e.To-e.From))
		e.To = e.From + 1
	}
	for kind, list := range [][]int{a.states, a.sectors} {
		for _, k := range list {
			e.Marks[kind] = append(e.Marks[kind], numbers[kind+1][k])
		}
		slices.Sort(e.Marks[kind])
		e.Marks[kind] = slices.Compact(e.Marks[kind])
	}
	return e
}

// party is the number of an actor among the parties, and -1 for one without acts.
func (a *Acts) party(id resolve.ActorID) int {
	if n, ok := slices.BinarySearch(a.actors, id); ok {
		return n
	}
	return -1
}

func (a *Acts) count(id resolve.ActorID) int {
	if n := a.party(id); n >= 0 {
		return len(a.parties.Events(n))
	}
	return 0
}

func (a *Acts) able(p Pair) bool { return min(a.count(p.A), a.count(p.B)) >= stat.MinEvents }

// none is the measurement of a pair with too few acts.
func (a *Acts) none(p Pair) Measurement {
	n, m := a.count(p.A), a.count(p.B)
	why := fmt.Sprintf("%d and %d acts, campaigns as one: at least %d on each side are needed", n, m, stat.MinEvents)
	return Measurement{Channel: TimeWithTargetChannel, Result: stat.Unmeasurable(stat.NullDeal, stat.FollowScore, n, m, why)}
}

// part measures time with target.
func (a *Acts) part(pairs []Pair, plan JointPlan) part {
	rows := make([]stat.Pair, len(pairs))
	for n, p := range pairs {
		rows[n] = stat.Pair{A: a.party(p.A), B: a.party(p.B)}
	}
	var able []int
	for n := range a.actors {
		if len(a.parties.Events(n)) >= stat.MinEvents {
			able = append(able, n)
		}
	}
	follows := stat.FollowPart(a.parties, rows, plan.guard(able, rows), plan.Draws, plan.Seed)
	plan.keep(follows)
	out := part{name: TimeWithTargetChannel, part: follows, measure: make([]Measurement, len(pairs)), none: a.none}
	out.family = Family{Channel: TimeWithTargetChannel, Null: stat.NullDeal, Actors: len(a.actors), Items: a.events, Inflation: follows.Inflation()}
	for n, p := range pairs {
		if !a.able(p) {
			out.measure[n] = a.none(p)
			continue
		}
		m := Measurement{Channel: TimeWithTargetChannel, Result: follows.Result(n)}
		if b, ok := follows.Direction(n); ok {
			m.Direction = BToA
			if b {
				m.Direction = AToB // events of B follow events of A
			}
		}
		out.measure[n] = m
	}
	return out
}
