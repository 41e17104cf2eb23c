package stat

import (
	"cmp"
	"slices"
	"sync"
)

// A MarkedEvent is something a party did at a time, with two kinds of marks: what
// it was done to. Times are whole days from any fixed origin.
type MarkedEvent struct {
	From, To int      // the interval [From, To) in which it lies
	Marks    [2][]int // numbers of its marks of either kind, ascending; empty is unknown
	Keys     []int    // what tells events laid to several parties at once
}

func (e *MarkedEvent) days() int { return e.To - e.From }

// precision is the class of dates among which one may be dealt anew: 0 a day, 1 a
// week, 2 a month, 3 anything coarser, which is not dealt.
func (e *MarkedEvent) precision() int {
	switch d := e.days(); {
	case d <= 1:
		return 0
	case d <= 7:
		return 1
	case d <= 31:
		return 2
	}
	return 3
}

// campaignGap is the number of days within which acts of one party with the same
// marks are one event.
const campaignGap = 30

// campaigns joins the events of one party that share a mark of either kind (or
// both know none) and lie within campaignGap days of each other, in chains; the
// one with the best date stands for them, the first of several. A group acts in
// bursts, and events of a burst are not independent of each other.
func campaigns(events []MarkedEvent) []MarkedEvent {
	events = slices.Clone(events)
	slices.SortFunc(events, func(a, b MarkedEvent) int {
		return cmp.Or(cmp.Compare(a.From+a.To, b.From+b.To), cmp.Compare(a.From, b.From), slices.Compare(a.Marks[0], b.Marks[0]),
			slices.Compare(a.Marks[1], b.Marks[1]), slices.Compare(a.Keys, b.Keys))
	})
	in := make([]int, len(events)) // the campaign of each, by its first event
	for i := range events {
		in[i] = i
		for k := i - 1; k >= 0 && middle(&events[i])-middle(&events[k]) <= 2*campaignGap; k-- {
			if !alike(events[i].Marks[0], events[k].Marks[0]) || !alike(events[i].Marks[1], events[k].Marks[1]) || in[k] == in[i] {
				continue
			}
			from, to := max(in[i], in[k]), min(in[i], in[k])
			for x := range events[:i+1] {
				if in[x] == from {
					in[x] = to
				}
			}
		}
	}
	var out []MarkedEvent
	at := map[int]int{}
	for i, e := range events {
		n, seen := at[in[i]]
		if !seen {
			at[in[i]] = len(out)
			out = append(out, e)
			continue
		}
		keys := slices.Concat(out[n].Keys, e.Keys)
		if e.days() < out[n].days() {
			out[n] = e
		}
		slices.Sort(keys)
		out[n].Keys = slices.Compact(keys)
	}
	slices.SortStableFunc(out, func(a, b MarkedEvent) int { return cmp.Or(cmp.Compare(a.From, b.From), cmp.Compare(a.To, b.To)) })
	return out
}

// middle is twice the middle of the interval.
func middle(e *MarkedEvent) int { return e.From + e.To }

// alike reports whether two ascending lists have something in common, or are
// both empty.
func alike(a, b []int) bool {
	return len(a) == 0 && len(b) == 0 || slices.ContainsFunc(a, func(x int) bool { return slices.Contains(b, x) })
}

// Parties are the marked events of many parties, campaigns as one, with what the
// null of [FollowPart] must know of all of them.
type Parties struct {
	events   [][]MarkedEvent // by party
	from, to int             // days covered
	share    [2][]float64    // of all events, that of each mark
	// everybody and state are where in time events lie: of all, and by mark of the
	// first kind. They are much work, and few are asked for.
	everybody func() massOf
	state     []func() massOf
}

// NewParties takes the events of each party as they are on record.
func NewParties(events [][]MarkedEvent) *Parties {
	p := &Parties{events: make([][]MarkedEvent, len(events))}
	forEach(len(events), func(n int) { p.events[n] = campaigns(events[n]) })
	first := true
	var count [2][]float64
	var all []*MarkedEvent
	for _, own := range p.events {
		for i := range own {
			e := &own[i]
			all = append(all, e)
			if first {
				p.from, p.to, first = e.From, e.To, false
			}
			p.from, p.to = min(p.from, e.From), max(p.to, e.To)
			for kind, marks := range e.Marks {
				for _, k := range marks {
					for len(count[kind]) <= k {
						count[kind] = append(count[kind], .5)
					}
					count[kind][k] += 1 / float64(len(marks))
				}
			}
		}
	}
	for kind, c := range count {
		total := 0.
		for _, x := range c {
			total += x
		}
		for _, x := range c {
			p.share[kind] = append(p.share[kind], x/total)
		}
	}
	with := make([][]*MarkedEvent, len(count[0]))
	for _, e := range all {
		for _, k := range e.Marks[0] {
			with[k] = append(with[k], e)
		}
	}
	p.everybody = sync.OnceValue(func() massOf { return p.spread(all) })
	for _, events := range with {
		p.state = append(p.state, sync.OnceValue(func() massOf { return p.spread(events) }))
	}
	return p
}

// Events of a party, campaigns as one.
func (p *Parties) Events(party int) []MarkedEvent { return p.events[party] }

// massOf says how many events lie in [from, day), by day: each spread evenly over
// its interval, those dated to the week or better over kernelDays on either side.
type massOf []float64

const kernelDays = 6

// spread is the mass of events; nil of none.
func (p *Parties) spread(events []*MarkedEvent) massOf {
	if len(events) == 0 {
		return nil
	}
	m := make(massOf, p.to-p.from+1)
	for _, e := range events {
		m.add(p, e)
	}
	for d := 1; d < len(m); d++ {
		m[d] += m[d-1]
	}
	return m
}

// kernel is the interval over which an event is spread.
func (p *Parties) kernel(e *MarkedEvent) (from, to int) {
	from, to = e.From, e.To
	if e.precision() < 2 {
		from, to = max(p.from, from-kernelDays), min(p.to, to+kernelDays)
	}
	return from, to
}

// add puts the event on the days, each day's share in the place of the next.
func (m massOf) add(p *Parties, e *MarkedEvent) {
	from, to := p.kernel(e)
	share := 1 / float64(to-from)
	for d := from; d < to; d++ {
		m[d-p.from+1] += share
	}
}

// within is the mass in [from, to).
func (m massOf) within(p *Parties, from, to int) float64 {
	if m == nil {
		return 0
	}
	return m[min(to, p.to)-p.from] - m[max(from, p.from)-p.from]
}
