package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Five shocks move everybody. The jitter test takes them for following; against
// others, few or many, they are nothing.
func TestControlsAreNotFooledByASharedShock(t *testing.T) {
	const runs, days = 800, 730
	span, w := Span{0, days}, Window{Width: 7}
	for _, n := range []int{30, 400} {
		var jitter, control int
		rng := newRand(17, uint64(n))
		for range runs {
			var shocks [5]float64
			for i := range shocks {
				shocks[i] = rng.Float64() * (days - 10)
			}
			series := func(n int) []float64 {
				out := make([]float64, n)
				for i := range out {
					out[i] = math.Floor(rng.Float64() * days)
					if rng.Float64() < .4 {
						out[i] = math.Floor(shocks[rng.IntN(5)] + 10*rng.Float64())
					}
				}
				return out
			}
			a, b, others := series(25), series(25), series(n)
			if r := JitterTest(a, b, span, w, 60, TailUpper); r.P != nil && *r.P <= .05 {
				jitter++
			}
			if r := ControlTest(a, b, others, span, w, 60, TailUpper); r.P != nil && *r.P <= .05 {
				control++
			}
		}
		if iv, _ := Proportion(control, runs, .999); iv.Low > .05 {
			t.Errorf("%d others: false alarms %+v", n, iv)
		}
		if jitter < runs/4 {
			t.Errorf("the jitter test raised only %d false alarms in %d: this data shows nothing", jitter, runs)
		}
		t.Logf("%d others: false alarms jitter %d, controls %d of %d", n, jitter, control, runs)
	}
}

func TestControlsStillFindALink(t *testing.T) {
	const days = 730
	rng := newRand(18, 0)
	b, others := wholeDays(uniform(rng.Float64, 25, days)), wholeDays(uniform(rng.Float64, 200, days))
	a := make([]float64, 25)
	for i, t := range b {
		a[i] = min(t+float64(rng.IntN(4)), days-1)
	}
	r := ControlTest(a, b, others, Span{0, days}, Window{Width: 3}, 60, TailUpper)
	if *r.P > 1e-6 {
		t.Errorf("p = %v", *r.P)
	}
	r = ControlTest(others, b, a, Span{0, days}, Window{Width: 3}, 60, TailLower)
	if *r.P > 1e-6 {
		t.Errorf("avoidance p = %v", *r.P)
	}
}

// In a single stretch the test is Fisher's.
func TestControlsInOneStretchAreFishersTest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(0, 59), MinEvents, 25)
		a, b, others := floats(days.Draw(t, "a")), floats(days.Draw(t, "b")), floats(days.Draw(t, "others"))
		w := Window{Width: float64(rapid.IntRange(0, 5).Draw(t, "width"))}
		follows := followers(b, w)
		mine, all := 0, 0
		for _, x := range a {
			if follows(x) {
				mine, all = mine+1, all+1
			}
		}
		for _, x := range others {
			if follows(x) {
				all++
			}
		}
		r := ControlTest(a, b, others, Span{0, 60}, w, 60, TailUpper)
		if r.P == nil {
			if all > 0 && all < len(a)+len(others) {
				t.Fatalf("%+v", r.Result)
			}
			return
		}
		want, err := hypergeometric(len(a)+len(others), all, len(a), mine, TailUpper)
		if err != nil || math.Abs(*r.P-want) > 1e-12 || int(r.Observed) != mine {
			t.Fatalf("p = %v, observed %v; want %v and %d (%v)", *r.P, r.Observed, want, mine, err)
		}
	})
}

// Two stretches: the distribution of the sum, by enumeration of both.
func TestControlsSumOverStretches(t *testing.T) {
	d := sumOfStrata(controlStrata{{events: 4, mine: 2, following: 2}, {}, {events: 3, mine: 1, following: 1}})
	for k, want := range []float64{1. / 6 * 2 / 3, 1./6*1/3 + 4./6*2/3, 4./6*1/3 + 1./6*2/3, 1. / 6 * 1 / 3} {
		near(t, "pmf", d.PMF(k), want, 1e-15)
	}
}

func TestControlsWithFewOthersAreNotMeasurable(t *testing.T) {
	many := every(1, 10, 91)
	for _, others := range [][]float64{{1, 2}, {1, 2, 3, 4, 500}} {
		if r := ControlTest(many, many, others, Span{0, 100}, Window{Width: 2}, 20, TailUpper); r.Verdict != NotMeasurable || len(r.Warnings) != 1 {
			t.Errorf("%+v", r.Result)
		}
	}
}
