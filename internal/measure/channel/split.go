package channel

import (
	"cmp"
	"math"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// A split is the events of a dyad, each series as distinct days.
type split struct {
	a, b []float64
	// lengthsA and lengthsB are how many days the dates of a and b may be off and
	// one: the length of the shortest interval that begins on each.
	lengthsA, lengthsB []float64
	// othersA are the distinct days of each other actor, or state, one after the
	// other: a day on which many of them were busy counts for each, as it does
	// for A and for B. Events of A that follow are compared with them; those of B
	// with othersB. They differ where publishers are heard on one side only.
	othersA, othersB []float64
	joint            int // incidents laid to both parties, left out
	// leftOut counts disclosures left out for the sake of their publisher, and
	// publisher is the one whose disclosures alone were kept, if one.
	leftOut   int
	publisher string
}

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
func (ch *Timeline) split(a, b Party) split {
	sides := make([]int, len(ch.incidents))
	for i := range ch.events {
		e := &ch.events[i]
		if a.has(e) {
			sides[e.incident] |= ofA
		}
		if b.has(e) {
			sides[e.incident] |= ofB
		}
	}
	states := len(a.States)+len(b.States) > 0
	all := ch.gather(sides, states, func(string) int { return ofA | ofB })
	if ch.Kind != DisclosureDates {
		return all
	}
	told, both := ch.publishers(sides)
	if len(both) == 0 {
		return all
	}
	speaks := assign(told, both)
	heard, publisher := func(source string) int { return cmp.Or(speaks[source], ofA|ofB) }, ""
	most := ch.smaller(sides, heard)
	for _, one := range both {
		alone := func(source string) int {
			if source == one {
				return ofA | ofB
			}
			return 0
		}
		if n := ch.smaller(sides, alone); n > most {
			heard, publisher, most = alone, one, n
		}
	}
	best := ch.gather(sides, states, heard)
	best.publisher, best.joint = publisher, all.joint
	return best.orAll(all)
}

// smaller is how many distinct days the side with fewer would have.
func (ch *Timeline) smaller(sides []int, heard func(source string) int) int {
	var days [ofA | ofB]int
	last := [ofA | ofB]float64{ofA: math.Inf(-1), ofB: math.Inf(-1)}
	for i := range ch.events {
		e := &ch.events[i]
		if side := sides[e.incident]; (side == ofA || side == ofB) && heard(e.source)&side != 0 && last[side] != e.day {
			last[side] = e.day
			days[side]++
		}
	}
	return min(days[ofA], days[ofB])
}

// orAll compares with all others where those heard with a side are too few to
// test by: that finds less, and lets no shock pass.
func (s split) orAll(all split) split {
	if s.publisher == "" && len(s.othersA) < stat.MinEvents {
		s.othersA = all.othersA
	}
	if s.publisher == "" && len(s.othersB) < stat.MinEvents {
		s.othersB = all.othersB
	}
	return s
}

// gather collects the series from the events; heard tells on which sides a
// source is listened to, and on others with whichever of the two follows. Others
// are told apart by state or by actor, as the parties are.
func (ch *Timeline) gather(sides []int, states bool, heard func(source string) int) split {
	var s split
	busyA, busyB := ch.nobody(), ch.nobody()
	joint := map[int]bool{}
	for i := range ch.events {
		e := &ch.events[i]
		side, on := sides[e.incident], heard(e.source)
		switch {
		case side == ofA|ofB:
			joint[e.incident] = true
		case side != 0 && side&on == 0:
			s.leftOut++
		case side == ofA:
			s.a, s.lengthsA = dated(s.a, s.lengthsA, e)
		case side == ofB:
			s.b, s.lengthsB = dated(s.b, s.lengthsB, e)
		case e.actor != "" || e.country != "":
			who := e.group
			if states || e.actor == "" {
				who = e.state
			}
			if on&ofA != 0 && busyA[who] != e.day {
				busyA[who] = e.day
				s.othersA = append(s.othersA, e.day)
			}
			if on&ofB != 0 && busyB[who] != e.day {
				busyB[who] = e.day
				s.othersB = append(s.othersB, e.day)
			}
		}
	}
	s.joint = len(joint)
	return s
}

// dated adds the day of an event to a series of distinct days, with the length
// of its interval.
func dated(days, lengths []float64, e *event) ([]float64, []float64) {
	if last := len(days) - 1; last >= 0 && days[last] == e.day {
		lengths[last] = min(lengths[last], e.days)
		return days, lengths
	}
	return append(days, e.day), append(lengths, e.days)
}

// nobody has for every name the last day on which it was busy, which is none.
func (ch *Timeline) nobody() []float64 {
	out := make([]float64, len(ch.names))
	for i := range out {
		out[i] = math.Inf(-1)
	}
	return out
}

// publishers counts what every source tells of A and of B, and lists those that tell
// of both, the most frequent first.
func (ch *Timeline) publishers(sides []int) (told map[string]*[3]int, both []string) {
	told = map[string]*[3]int{}
	for i := range ch.events {
		e := &ch.events[i]
		side := sides[e.incident]
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
