package channel

import (
	"cmp"
	"slices"
)

// A split is the events of a dyad, each series as distinct days.
type split struct {
	a, b []float64
	// others are the distinct days of each other actor, or state, one after the
	// other: a day on which many of them were busy counts for each, as it does
	// for A and for B.
	others []float64
	joint  int // incidents laid to both parties, left out
	// leftOut counts disclosures left out for the sake of their publisher, and
	// voice is the publisher whose disclosures alone were kept, if one.
	leftOut int
	voice   string
}

func (s split) smaller() int { return min(len(s.a), len(s.b)) }

// The sides of an incident.
const (
	ofA = 1 << iota
	ofB
)

// split divides the events into those of either party and those of known others.
// An incident that the sources lay to both parties at once coincides with
// itself: it belongs to neither series, and is counted. Events of nobody known
// may be of either party and are no control.
//
// Days of disclosure follow their publisher's calendar, so that whoever tells of
// both parties would make them coincide. There are two ways out: to hear every
// such publisher on one party only, or to hear a single publisher on all, whose
// telling of others is then the measure. The one that keeps more events on the
// smaller side is taken, whatever the days.
func (ch *Chronicle) split(a, b Party) split {
	sides := map[string]int{}
	for _, e := range ch.events {
		if a.has(e) {
			sides[e.key] |= ofA
		}
		if b.has(e) {
			sides[e.key] |= ofB
		}
	}
	states := len(a.States)+len(b.States) > 0
	all := ch.gather(sides, states, func(event, int) bool { return true })
	if ch.Kind != DisclosureDates {
		return all
	}
	told, both := ch.voices(sides)
	if len(both) == 0 {
		return all
	}
	speaks := assign(told, both)
	best := ch.gather(sides, states, func(e event, side int) bool { return side == 0 || speaks[e.source] == 0 || speaks[e.source] == side })
	for _, source := range both {
		if one := ch.gather(sides, states, func(e event, _ int) bool { return e.source == source }); one.smaller() > best.smaller() {
			best = one
			best.voice = source
		}
	}
	best.joint = all.joint
	return best
}

// gather collects the series from the events that hear admits. Others are told
// apart by state or by actor, as the parties are.
func (ch *Chronicle) gather(sides map[string]int, states bool, hear func(e event, side int) bool) split {
	var s split
	busy := map[other]bool{}
	joint := map[string]bool{}
	for _, e := range ch.events {
		side := sides[e.key]
		switch {
		case side == ofA|ofB:
			joint[e.key] = true
		case !hear(e, side):
			if side != 0 {
				s.leftOut++
			}
		case side == ofA:
			s.a = append(s.a, e.day)
		case side == ofB:
			s.b = append(s.b, e.day)
		case e.actor != "" || e.country != "":
			o := other{string(e.actor), e.day}
			if states || o.name == "" {
				o.name = e.country
			}
			if !busy[o] {
				busy[o] = true
				s.others = append(s.others, e.day)
			}
		}
	}
	s.a, s.b, s.joint = slices.Compact(s.a), slices.Compact(s.b), len(joint)
	return s
}

// other is a day of somebody who is of neither party.
type other struct {
	name string
	day  float64
}

// voices counts what every source tells of A and of B, and lists those that tell
// of both, the most telling first.
func (ch *Chronicle) voices(sides map[string]int) (told map[string]*[3]int, both []string) {
	told = map[string]*[3]int{}
	for _, e := range ch.events {
		side := sides[e.key]
		if side != ofA && side != ofB {
			continue
		}
		if told[e.source] == nil {
			told[e.source] = new([3]int)
		}
		told[e.source][side]++
	}
	for source, n := range told {
		if n[ofA] > 0 && n[ofB] > 0 {
			both = append(both, source)
		}
	}
	slices.SortFunc(both, func(x, y string) int {
		return cmp.Or(cmp.Compare(told[y][ofA]+told[y][ofB], told[x][ofA]+told[x][ofB]), cmp.Compare(x, y))
	})
	return told, both
}

// assign gives every source that tells of both parties to the one that has fewer
// events so far.
func assign(told map[string]*[3]int, both []string) map[string]int {
	var total [3]int
	for source, n := range told {
		if !slices.Contains(both, source) {
			total[ofA] += n[ofA]
			total[ofB] += n[ofB]
		}
	}
	out := map[string]int{}
	for _, source := range both {
		side := ofA
		if total[ofB] < total[ofA] || total[ofA] == total[ofB] && told[source][ofB] > told[source][ofA] {
			side = ofB
		}
		out[source] = side
		total[side] += told[source][side]
	}
	return out
}
