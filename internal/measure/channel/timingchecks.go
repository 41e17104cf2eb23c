package channel

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// checks are what stands beside a timing test: its own two nulls apart, the
// other direction, the circular shift, the pairs of near events, and placebo
// dyads.
func (ch *Timeline) checks(d Dyad, s *sequence) []Check {
	follower, leader := s.b, s.a
	led := d.A
	if s.direction == BToA {
		follower, leader, led = s.a, s.b, d.B
	}
	out := []Check{resultCheck(stat.NullJitter, s.test.jitter.Result, "events may fall anywhere in their quarter")}
	if s.test.control.P != nil {
		out = append(out, resultCheck(stat.NullControls, s.test.control.Result, fmt.Sprintf("against %d events of others", len(s.othersOf(s.direction)))))
	}
	if s.reverse != nil {
		p := s.reverse.p()
		out = append(out, Check{Name: "other direction", Observed: s.reverse.jitter.Observed, Expected: &s.reverse.jitter.Expected, P: &p})
	}
	out = append(out, ch.shift(follower, leader), ch.crossK(follower, leader))
	return append(out, ch.placebo(d, s, follower, len(led.States) > 0))
}

func resultCheck(name string, r stat.Result, note string) Check {
	return Check{Name: name, Observed: r.Observed, Expected: &r.Expected, P: r.P, N: r.NA, Note: note}
}

// shift is the circular shift test over the days of the timeline.
func (ch *Timeline) shift(follower, leader []float64) Check {
	r := stat.CircularShift(int(ch.to-ch.from), ch.slots(follower), ch.slots(leader), timingWindow)
	return resultCheck(stat.NullCircularShift, r, "the other series moved round the whole time")
}

func (ch *Timeline) slots(days []float64) []int {
	out := make([]int, len(days))
	for i, d := range days {
		out[i] = int(d - ch.from)
	}
	return out
}

// crossK counts pairs of events that lie near each other, whichever is first.
func (ch *Timeline) crossK(a, b []float64) Check {
	c := Check{Name: "pairs of near events (cross-K)", N: len(a) * len(b), Note: fmt.Sprintf("within %d days, against events spread evenly", TimingWidth)}
	if pairs, expected, err := stat.CrossK(a, b, ch.span(), TimingWidth); err == nil {
		c.Observed, c.Expected = float64(pairs), &expected
	}
	return c
}

// placebo compares with dyads that nobody suspects: the same follower after the
// other actors, or states, that have events enough. Observed counts those whose
// p is as small.
func (ch *Timeline) placebo(d Dyad, s *sequence, follower []float64, states bool) Check {
	c := Check{Name: "placebo dyads", Note: "the same side after others; counted are those with a p as small"}
	for _, leader := range ch.placeboLeaders(d, states) {
		t := stat.JitterTest(follower, leader, ch.span(), timingWindow, min(TimingStretch, ch.span().Length()), stat.TailUpper)
		if t.P == nil {
			continue
		}
		c.N++
		if *t.P <= *s.test.jitter.P {
			c.Observed++
		}
	}
	if c.N > 0 {
		p := (c.Observed + 1) / float64(c.N+1)
		c.P = &p
	}
	return c
}

// placeboLeaders are the series of all others, states for a test of states and
// actors for one of actors, without the incidents of the dyad.
func (ch *Timeline) placeboLeaders(d Dyad, states bool) [][]float64 {
	own := map[string]bool{}
	for i := range ch.events {
		e := &ch.events[i]
		if d.A.has(e) || d.B.has(e) {
			own[e.key] = true
		}
	}
	series := map[string][]float64{}
	for _, e := range ch.events {
		name := string(e.actor)
		if states {
			name = e.country
		}
		if name != "" && !own[e.key] {
			series[name] = append(series[name], e.day)
		}
	}
	var out [][]float64
	for _, name := range slices.Sorted(maps.Keys(series)) {
		if days := slices.Compact(series[name]); len(days) >= stat.MinEvents {
			out = append(out, days)
		}
	}
	return out
}
