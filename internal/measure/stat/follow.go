package stat

import (
	"fmt"
	"math"
	"slices"
)

// NullDeal names the null of [FollowPart] in Result.Null.
const NullDeal = "own dates dealt anew"

// FollowScore is what the channel of [FollowPart] measures.
const FollowScore = "log likelihood of following in time and target"

const (
	// markChance is the share of linked events that take their marks from anywhere.
	markChance = .2
	// densityPrior is the number of events that the density of a state's days is
	// shrunk by towards that of all, and evenShare the part of it that is even.
	densityPrior = 10
	evenShare    = .3
)

// delayBelow is the distribution function of the delay, in days, with which a
// linked event follows: half within two weeks, evenly, half about half a week
// after, with a standard deviation of 20 days.
func delayBelow(x float64) float64 {
	return .5*min(1, max(0, (x+.5)/15)) + .25*math.Erfc(-(x-3.5)/20/math.Sqrt2)
}

// delayReach is the number of days beyond which no delay lies.
const delayReach = 256

// delaySums are the sums of delayBelow over the days before one.
var delaySums = func() (h [2*delayReach + 1]float64) {
	for n := 1; n < len(h); n++ {
		h[n] = h[n-1] + delayBelow(float64(n-1-delayReach)+.5)
	}
	return h
}()

func delaySum(n int) float64 {
	switch {
	case n < -delayReach:
		return 0
	case n > delayReach:
		return delaySums[2*delayReach] + float64(n-delayReach)
	}
	return delaySums[n+delayReach]
}

// follows is the probability that an event that follows one on an unknown day of
// [u, v) lies in [from, to); back, that one that goes before it does.
func follows(from, to, u, v int, back bool) float64 {
	if back {
		from, to, u, v = 1-to, 1-from, 1-v, 1-u
	}
	return (delaySum(to-u) - delaySum(to-v) - delaySum(from-u) + delaySum(from-v)) / float64(v-u)
}

// followTable is the log likelihood of each date of the dealt party under each of
// its marks, were it linked to the partner: once for following, once for going
// before.
type followTable struct {
	parties        *Parties
	dealt, partner []MarkedEvent
	own            []MarkedEvent // of both, left out of the density of days
	ownWith        map[int][]int // which of own have a mark of the first kind
	marks          [][2][]int    // distinct ones of dealt
	of             []int         // of each event of dealt
	log            [2][]float64  // by marks and date
}

// newFollowTable compares the datable events of one party with all of another,
// those laid to both left out.
func newFollowTable(p *Parties, dealt, partner int) *followTable {
	t := &followTable{parties: p}
	t.dealt, t.partner = datable(without(p.events[dealt], p.events[partner])), without(p.events[partner], p.events[dealt])
	t.own, t.ownWith = slices.Concat(p.events[dealt], p.events[partner]), map[int][]int{}
	for i := range t.own {
		for _, k := range t.own[i].Marks[0] {
			t.ownWith[k] = append(t.ownWith[k], i)
		}
	}
	for i := range t.dealt {
		m := t.dealt[i].Marks
		n := slices.IndexFunc(t.marks, func(o [2][]int) bool { return slices.Equal(o[0], m[0]) && slices.Equal(o[1], m[1]) })
		if n < 0 {
			n = len(t.marks)
			t.marks = append(t.marks, m)
		}
		t.of = append(t.of, n)
	}
	return t
}

// without leaves out the events that are laid to others as well.
func without(events, others []MarkedEvent) []MarkedEvent {
	return slices.DeleteFunc(slices.Clone(events), func(e MarkedEvent) bool {
		return len(e.Keys) > 0 && slices.ContainsFunc(others, func(o MarkedEvent) bool { return len(o.Keys) > 0 && alike(e.Keys, o.Keys) })
	})
}

// datable are the events whose dates may be dealt.
func datable(events []MarkedEvent) []MarkedEvent {
	return slices.DeleteFunc(slices.Clone(events), func(e MarkedEvent) bool { return e.precision() > 2 })
}

// fill computes the table.
func (t *followTable) fill() {
	match := make([][]float64, len(t.marks))
	for k, m := range t.marks {
		match[k] = t.matches(m)
	}
	for dir := range t.log {
		t.log[dir] = make([]float64, len(t.marks)*len(t.dealt))
	}
	for d := range t.dealt {
		l := t.on(t.dealt[d].From, t.dealt[d].To)
		for k, m := range t.marks {
			density := l.density(m[0])
			for dir := range t.log {
				t.log[dir][k*len(t.dealt)+d] = l.likelihood(match[k], density, dir)
			}
		}
	}
}

// A followDate is all that the likelihoods of one date need.
type followDate struct {
	t        *followTable
	from, to int
	chance   [2][]float64 // of the date, by partner's event, were it linked to it: after, before
	lap      []float64    // share of each of own that lies on the date
	all      float64      // of all other events, the share on the date
}

func (t *followTable) on(from, to int) *followDate {
	l := &followDate{t: t, from: from, to: to, lap: make([]float64, len(t.own))}
	for dir := range l.chance {
		l.chance[dir] = make([]float64, len(t.partner))
		for i := range t.partner {
			l.chance[dir][i] = follows(from, to, t.partner[i].From, t.partner[i].To, dir == 1)
		}
	}
	p := t.parties
	everybody := p.everybody()
	in, all := everybody.within(p, from, to), everybody.within(p, p.from, p.to)-float64(len(t.own))
	for i := range t.own {
		f, u := p.kernel(&t.own[i])
		l.lap[i] = float64(max(0, min(to, u)-max(from, f))) / float64(u-f)
		in -= l.lap[i]
	}
	l.all = float64(to-from) / float64(p.to-p.from)
	if all >= 1 {
		l.all = evenShare*l.all + (1-evenShare)*max(0, in)/all
	}
	return l
}

// likelihood is the log of 1-q + q times how much likelier the date is for a
// linked event with marks that match so well than for others of that density.
func (l *followDate) likelihood(match []float64, density float64, dir int) float64 {
	sum := 0.
	for i, c := range l.chance[dir] {
		sum += match[i] * c
	}
	return math.Log(1 - LinkShare + LinkShare*sum/float64(len(match))/density)
}

// density is the mass on the date of events with one of the marks of the first
// kind, by the events of all parties but these two.
func (l *followDate) density(states []int) float64 {
	if len(states) == 0 {
		return l.all
	}
	p, sum := l.t.parties, 0.
	for _, s := range states {
		state := p.state[s]()
		in, all := state.within(p, l.from, l.to), state.within(p, p.from, p.to)
		for _, i := range l.t.ownWith[s] {
			in -= l.lap[i]
			all--
		}
		sum += (max(0, in) + densityPrior*l.all) / (max(0, all) + densityPrior)
	}
	return sum / float64(len(states))
}

// matches is by how much likelier the marks are for an event linked to each of
// the partner's.
func (t *followTable) matches(m [2][]int) []float64 {
	out := make([]float64, len(t.partner))
	for i := range t.partner {
		out[i] = 1
		for kind, own := range m {
			theirs := t.partner[i].Marks[kind]
			if len(own) == 0 || len(theirs) == 0 {
				continue // unknown: as likely as not
			}
			same := 0.
			for _, k := range own {
				if slices.Contains(theirs, k) {
					same += 1 / t.parties.share[kind][k]
				}
			}
			out[i] *= markChance + (1-markChance)*same/float64(len(own)*len(theirs))
		}
	}
	return out
}

// score is T for one dealing: event e on the date of event deal[e].
func (t *followTable) score(dir int, deal []uint16) (sum float64) {
	n := len(t.dealt)
	for e, d := range deal {
		sum += t.log[dir][t.of[e]*n+int(d)]
	}
	return sum
}

// deals returns so many ways to deal the dates of the events anew, each among
// those of its own precision, one after the other.
func deals(events []MarkedEvent, draws int, seed, party uint64) []uint16 {
	random := splitMix(mix(mix(seed) ^ party))
	var classes [3][]uint16
	for i := range events {
		c := events[i].precision()
		classes[c] = append(classes[c], uint16(i))
	}
	out := make([]uint16, draws*len(events))
	for r := range draws {
		deal := out[r*len(events):][:len(events)]
		for _, class := range classes {
			dates := slices.Clone(class)
			for i, e := range class {
				k := i + random.below(len(dates)-i)
				dates[i], dates[k] = dates[k], dates[i]
				deal[e] = dates[i]
			}
		}
	}
	return out
}

// tooFewEvents says why a pair cannot be tested, or "".
func tooFewEvents(a, b int) string {
	if min(a, b) >= MinEvents {
		return ""
	}
	return fmt.Sprintf("%d and %d events, campaigns as one: at least %d on each side are needed", a, b, MinEvents)
}
