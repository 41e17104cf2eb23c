package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Enumerated by hand. Days against days: all are seen. Seven days against one:
// the date is u = 0..6 days early, and 15-u of 15 delays stay, 12/15 on average.
// Two against two: u-v is 0 twice and 1 twice, (2 + 2*14/15)/4. What leaves the
// window of day 107 falls into that of day 100, but not the other way round.
func TestSeenFollowingIsTheEnumeration(t *testing.T) {
	for _, c := range []struct {
		a, b, lengths []float64
		want          float64
	}{
		{[]float64{1, 1}, []float64{100}, []float64{1}, 1},
		{[]float64{7}, []float64{100}, []float64{1}, 12. / 15},
		{[]float64{1}, []float64{100}, []float64{7}, 12. / 15},
		{[]float64{2}, []float64{100, 200}, []float64{2, 2}, 29. / 30},
		{[]float64{1, 6.5}, []float64{100}, []float64{1}, 27. / 30},
		{[]float64{7}, []float64{100, 107}, []float64{1, 1}, 27. / 30},
		{nil, nil, nil, 0},
	} {
		if got := SeenFollowing(c.a, c.b, c.lengths, Window{Width: 14}); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%v after %v: %v, want %v", c.a, c.b, got, c.want)
		}
	}
}

// datedSeries is a simulation that knows nothing of the formula: groups whose
// true days are linked and whose dates are the first days of intervals.
type datedSeries struct {
	span           Span
	lengthA        []float64
	lengthB        []float64
	trueB, stretch []float64 // of the leader, and of the follower's stretches
}

// draw links a share of the follower's events to events of the leader in the
// same stretch. It returns the dates and how many events truly follow.
func (d datedSeries) draw(linked float64, w Window, rng *rand.Rand) (a, b []float64, follow int) {
	b = begun(d.trueB, d.lengthB, rng)
	truly := followers(d.trueB, w)
	days := make([]float64, len(d.stretch))
	for i, from := range d.stretch {
		within := func() float64 { return from + math.Floor(rng.Float64()*91) }
		days[i] = within()
		if rng.Float64() < linked {
			for range 200 {
				x := d.trueB[rng.IntN(len(d.trueB))] + math.Floor(rng.Float64()*(w.Width+1))
				if x >= from && x < from+91 {
					days[i] = x
					break
				}
			}
		}
		if truly(days[i]) {
			follow++
		}
	}
	return begun(days, d.lengthA, rng), b, follow
}

func begun(days, lengths []float64, rng *rand.Rand) []float64 {
	out := make([]float64, len(days))
	for i := range out {
		out[i] = days[i] - math.Floor(rng.Float64()*lengths[i])
	}
	return out
}

// At the link strength at which as many events truly follow as the MDE says, the
// test on the dates finds the link four times in five, whatever the intervals;
// an MDE that takes the dates as exact promises more than the test holds.
func TestDatedMDEIsFoundWithTheStatedPower(t *testing.T) {
	const level, runs = .025, 900
	w := Window{Width: 14}
	day, week := func(int) float64 { return 1 }, func(int) float64 { return 7 }
	mixed := func(i int) float64 { return []float64{1, 7}[i%2] }
	var others []float64
	for i := range 200 {
		others = append(others, float64(i*728/200))
	}
	for name, c := range map[string]struct {
		length  func(int) float64
		control bool
	}{"days": {day, false}, "weeks": {week, false}, "half and half": {mixed, false}, "days, control": {day, true}, "weeks, control": {week, true}} {
		length := c.length
		test := func(a, b []float64, span Span) *TimingTest {
			if c.control {
				return ControlTest(a, b, others, span, w, 91, TailUpper)
			}
			return JitterTest(a, b, span, w, 91, TailUpper)
		}
		rng := rand.New(rand.NewPCG(11, 7))
		d := datedSeries{span: Span{0, 8 * 91}}
		for i := range 15 {
			d.trueB = append(d.trueB, 7+math.Floor(rng.Float64()*700))
			d.lengthB = append(d.lengthB, length(i))
		}
		for i := range 50 {
			d.stretch = append(d.stretch, 91*float64(i%8))
			d.lengthA = append(d.lengthA, length(i/2))
		}
		d.span.From = -91 // dates may begin before the first day
		var dated, exact float64
		for range 200 {
			a, b, _ := d.draw(0, w, rng)
			for _, m := range []struct {
				seen float64
				sum  *float64
			}{{SeenFollowing(d.lengthA, b, d.lengthB, w), &dated}, {1, &exact}} {
				r := test(a, b, d.span)
				r.SetMDEDated(level, m.seen)
				if r.MDE == nil {
					t.Fatalf("%s: %v", name, r.Warnings)
				}
				*m.sum += *r.MDE / 200
			}
		}
		power := func(mde float64) float64 {
			at := func(q float64) (follow, found float64) {
				rng := rand.New(rand.NewPCG(5, 5))
				for range runs {
					a, b, n := d.draw(q, w, rng)
					follow += float64(n) / runs
					if r := test(a, b, d.span); *r.P <= level {
						found += 1. / runs
					}
				}
				return follow, found
			}
			low, high, last := 0., 1., 0.
			for range 7 {
				q := (low + high) / 2
				follow, found := at(q)
				if last = found; follow < mde {
					low = q
				} else {
					high = q
				}
			}
			return last
		}
		p := power(dated)
		if math.Abs(p-Power) > .06 {
			t.Errorf("%s: a link of %.1f following events is found with probability %.2f", name, dated, p)
		}
		if name == "weeks" {
			if naive := power(exact); naive > Power-.06 {
				t.Errorf("%s: dates taken as exact, the MDE is %.1f and found with probability %.2f: nothing was to be corrected", name, exact, naive)
			}
		}
	}
}
