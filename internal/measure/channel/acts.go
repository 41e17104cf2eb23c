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
	Read: func(c *Corpus, s Setting) Reading { return deeds{c.Acts(s.Period, Change{}), c, s.Period} },
}

// deeds is the channel of acts in time, with their targets.
type deeds struct {
	*Acts
	corpus *Corpus
	period evidence.Interval
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
	return deeds{r.corpus.Acts(r.period, change), r.corpus, r.period}, change.Keep != nil || change.Pick != nil
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

// act is one incident of one actor, by all who told of it.
type act struct {
	when            evidence.Interval
	states, sectors map[string]bool
}

// Acts collects what was done in the period, by the dates of the acts. Contested
// and denied claims, and bare lists of victims, are no acts.
func (c *Corpus) Acts(period evidence.Interval, change Change) *Acts {
	keep := change.Keep
	type who struct {
		actor resolve.ActorID
		key   string
	}
	found := map[who]*act{}
	for i := range c.records {
		r := &c.records[i]
		if !happened(r) || r.Activity.IsZero() || !r.Activity.Bounded() || keep != nil && !keep(i) || !period.IsZero() && !r.Activity.Overlaps(period) {
			continue
		}
		at := who{c.subject[i], cmp.Or(r.Event, r.Citation.Locator+" "+r.Activity.String())}
		a := found[at]
		if a == nil {
			a = &act{r.Activity, map[string]bool{}, map[string]bool{}}
			found[at] = a
		}
		if d, e := r.Activity.Days(), a.when.Days(); d < e || d == e && r.Activity.From.Before(a.when.From) {
			a.when = r.Activity
		}
		for _, t := range r.Targets {
			if t.Country != "" {
				a.states[t.Country] = true
			}
			if t.Sector != "" {
				a.sectors[t.Sector] = true
			}
		}
	}
	order := slices.SortedFunc(maps.Keys(found), func(a, b who) int {
		return cmp.Or(cmp.Compare(a.actor, b.actor), cmp.Compare(a.key, b.key))
	})
	numbers := [3]map[string]int{{}, {}, {}} // of states, sectors, incidents
	for _, at := range order {
		for kind, names := range []map[string]bool{found[at].states, found[at].sectors, {at.key: true}} {
			for name := range names {
				numbers[kind][name] = 0
			}
		}
	}
	for _, of := range numbers {
		for n, name := range slices.Sorted(maps.Keys(of)) {
			of[name] = n
		}
	}
	out := &Acts{}
	var own, nobodys [][]stat.MarkedEvent
	for _, at := range order {
		e := found[at].event(numbers, at.key, change.Pick)
		out.coarse = out.coarse || found[at].when.Days() > 1
		switch n := len(out.actors); {
		case at.actor == "":
			nobodys = append(nobodys, []stat.MarkedEvent{e})
		case n == 0 || out.actors[n-1] != at.actor:
			out.actors, own = append(out.actors, at.actor), append(own, []stat.MarkedEvent{e})
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

func (a *act) event(numbers [3]map[string]int, key string, pick func(string) float64) stat.MarkedEvent {
	from := int(dayOf(a.when.From))
	e := stat.MarkedEvent{From: from, To: max(from+1, int(dayOf(a.when.To))), Keys: []int{numbers[2][key]}}
	if pick != nil && e.To-e.From > 1 {
		e.From += int(pick(key) * float64(e.To-e.From))
		e.To = e.From + 1
	}
	for kind, names := range []map[string]bool{a.states, a.sectors} {
		for name := range names {
			e.Marks[kind] = append(e.Marks[kind], numbers[kind][name])
		}
		slices.Sort(e.Marks[kind])
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
	var others []stat.Pair
	if plan.inflation == 0 {
		others = stat.GuardPairs(able, rows)
	}
	follows := stat.FollowPart(a.parties, rows, others, plan.Draws, plan.Seed)
	if plan.inflation > 0 {
		follows.SetInflation(plan.inflation)
	}
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
