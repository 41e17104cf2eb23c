package channel

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A DateKind says what a date dates. Kinds are never mixed in one test: the day
// of a disclosure says nothing about the day of the act.
type DateKind string

// The kinds of dates on which timing is tested.
const (
	ActivityDates   DateKind = "activity"
	DisclosureDates DateKind = "disclosure"
)

// LongestInterval is the longest interval, in days, of an event that takes part
// in a timing test. A date known to the month is no point in time: most dates of
// the public data sets stand on the first of a month because nothing better was
// known, and coincide for that reason alone.
const LongestInterval = 7

// A Timeline is the well-dated events of a corpus by one kind of date.
type Timeline struct {
	Kind   DateKind
	events []event // by day, then key
	from   float64 // first day
	to     float64 // the day after the last
	coarse int     // events left out because their date is no better than LongestInterval
	census census
	// numbers of the incidents and of the names of actors and states, from 0
	incidents, names map[string]int
}

// number gives every string its number, in the order in which they come up. No
// result depends on that order.
func number(in map[string]int, s string) int {
	n, seen := in[s]
	if !seen {
		n = len(in)
		in[s] = n
	}
	return n
}

// A census counts distinct days with an event, by actor and by state.
type census struct {
	actors map[resolve.ActorID]int
	states map[string]int
}

// most is how many events the party has at most.
func (c census) most(p Party) int {
	n := 0
	for _, id := range p.Actors {
		n += c.actors[id]
	}
	for _, s := range p.States {
		n += c.states[s]
	}
	return n
}

// event is one incident of one initiator.
type event struct {
	key     string // the incident; equal for all its initiators
	day     float64
	days    float64 // length of the interval
	actor   resolve.ActorID
	country string
	source  string
	numbered
}

// numbered are the numbers of key, actor and country, in place of hashing them
// for every dyad.
type numbered struct{ incident, group, state int }

// Timeline collects the events of the corpus that are dated by kind to within
// [LongestInterval] days, in the period. Contested and denied claims, and bare
// lists of victims, are no events. keep, where given, leaves records out by their
// place in [Corpus.Records].
func (c *Corpus) Timeline(kind DateKind, period evidence.Interval, keep func(record int) bool) *Timeline {
	ch := &Timeline{Kind: kind, incidents: map[string]int{}, names: map[string]int{}}
	for i := range c.records {
		r := &c.records[i]
		if !happened(r) || keep != nil && !keep(i) {
			continue
		}
		when := r.Activity
		if kind == DisclosureDates {
			when = r.Disclosed
		}
		if when.IsZero() || !period.IsZero() && !when.Overlaps(period) {
			continue
		}
		if !when.Bounded() || when.Days() > LongestInterval {
			ch.coarse++
			continue
		}
		e := event{
			key: cmp.Or(r.Event, r.Citation.Locator+" "+when.String()), day: dayOf(when.From), days: when.Days(),
			actor: c.subject[i], country: r.Subject.Country, source: r.Source(),
		}
		if e.actor != "" && e.country == "" {
			e.country = c.country(e.actor)
		}
		e.numbered = numbered{number(ch.incidents, e.key), number(ch.names, string(e.actor)), number(ch.names, e.country)}
		ch.events = append(ch.events, e)
	}
	ch.arrange()
	return ch
}

// happened reports whether a record tells of something done at a time.
func happened(r *evidence.Record) bool {
	return strikes(r.Class) && r.Class != evidence.Targets && (r.Status == "" || r.Status == evidence.Asserted)
}

func (ch *Timeline) arrange() {
	slices.SortFunc(ch.events, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.day, b.day), cmp.Compare(a.key, b.key), cmp.Compare(a.actor, b.actor),
			cmp.Compare(a.country, b.country), cmp.Compare(a.source, b.source), cmp.Compare(a.days, b.days))
	})
	ch.events = slices.Compact(ch.events)
	if len(ch.events) > 0 {
		ch.from, ch.to = ch.events[0].day, ch.events[len(ch.events)-1].day+1
	}
	ch.census = census{map[resolve.ActorID]int{}, map[string]int{}}
	actor, state := map[resolve.ActorID]float64{}, map[string]float64{}
	for _, e := range ch.events {
		if last, seen := actor[e.actor]; e.actor != "" && (!seen || last != e.day) {
			actor[e.actor] = e.day
			ch.census.actors[e.actor]++
		}
		if last, seen := state[e.country]; e.country != "" && (!seen || last != e.day) {
			state[e.country] = e.day
			ch.census.states[e.country]++
		}
	}
}

// Coarse reports whether any event has an interval longer than a day, so that
// [Timeline.Redraw] can move it.
func (ch *Timeline) Coarse() bool {
	return slices.ContainsFunc(ch.events, func(e event) bool { return e.days > 1 })
}

// Redraw returns the timeline with every event on a day drawn from its
// interval; pick gives a number in [0, 1) for each incident.
func (ch *Timeline) Redraw(pick func(incident string) float64) *Timeline {
	out := &Timeline{Kind: ch.Kind, events: slices.Clone(ch.events), coarse: ch.coarse, incidents: ch.incidents, names: ch.names}
	for i := range out.events {
		if e := &out.events[i]; e.days > 1 {
			e.day += math.Floor(pick(e.key) * e.days)
		}
	}
	out.arrange()
	return out
}

// dayOf counts days from 1970.
func dayOf(t time.Time) float64 { return math.Floor(float64(t.Unix()) / 86400) }

// A Party is one side of a timing test: the events of any of the actors, and
// those laid at the door of any of the states.
type Party struct {
	Actors []resolve.ActorID
	States []string
}

// One is the party of a single actor.
func One(id resolve.ActorID) Party { return Party{Actors: []resolve.ActorID{id}} }

func (p Party) has(e *event) bool {
	return e.actor != "" && slices.Contains(p.Actors, e.actor) || e.country != "" && slices.Contains(p.States, e.country)
}
