package stat

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The exact p must be the one that redrawing finds.
func TestJitterPIsThatOfRedrawing(t *testing.T) {
	rng := newRand(12, 0)
	span, w := Span{0, 365}, Window{Lag: 0, Width: 3}
	const jitter, draws = 28, 20000
	a, b := wholeDays(uniform(rng.Float64, 15, 365)), wholeDays(uniform(rng.Float64, 25, 365))
	test := JitterTest(a, b, span, w, jitter, TailUpper)
	count := func(a []float64) int {
		n := 0
		for _, s := range a {
			if slices.ContainsFunc(b, func(t float64) bool { return s-t >= w.Lag && s-t <= w.Lag+w.Width }) {
				n++
			}
		}
		return n
	}
	observed, atLeast := count(a), 0
	for range draws {
		drawn := make([]float64, len(a))
		for i, s := range a {
			from := jitter * math.Floor(s/jitter)
			drawn[i] = from + float64(rng.IntN(int(min(jitter, 365-from))))
		}
		if count(drawn) >= observed {
			atLeast++
		}
	}
	near(t, "observed", test.Observed, float64(observed), 0)
	near(t, "p", *test.P, float64(atLeast)/draws, 4*math.Sqrt(*test.P*(1-*test.P)/draws))
}

// Two series that grow together, as reporting does, are no coordination: the
// analytic test is fooled, the jitter test is not.
func TestJitterIsNotFooledByATrendBothShare(t *testing.T) {
	const runs = 1500
	rng := newRand(13, 0)
	var analytic, jitter int
	series := func(n int) []float64 {
		out := make([]float64, n)
		for i := range out {
			u := rng.Float64()
			out[i] = math.Floor(730 * math.Pow(u, .2)) // nearly all in the last quarter
		}
		return out
	}
	for range runs {
		a, b := series(40), series(40)
		c, err := CoincidencesOf(a, b, Span{0, 730}, Window{Width: 7})
		if err != nil {
			t.Fatal(err)
		}
		if c.PPrecursor <= .05 {
			analytic++
		}
		if r := JitterTest(a, b, Span{0, 730}, Window{Width: 7}, 28, TailUpper); r.P != nil && *r.P <= .05 {
			jitter++
		}
	}
	if iv, _ := Proportion(jitter, runs, .999); iv.Low > .05 {
		t.Errorf("false alarms of the jitter test %+v", iv)
	}
	if analytic < runs/2 {
		t.Errorf("the analytic test raised only %d false alarms in %d: this data shows nothing", analytic, runs)
	}
}

func TestJitterFindsFollowingAndAvoidance(t *testing.T) {
	rng := newRand(14, 0)
	b := wholeDays(uniform(rng.Float64, 25, 1000))
	following, avoiding := make([]float64, 25), []float64{}
	for i, s := range b {
		following[i] = min(s+float64(rng.IntN(3)), 999)
	}
	for len(avoiding) < 60 {
		s := math.Floor(rng.Float64() * 1000)
		if !slices.ContainsFunc(b, func(t float64) bool { return s >= t && s <= t+14 }) {
			avoiding = append(avoiding, s)
		}
	}
	if r := JitterTest(following, b, Span{0, 1000}, Window{Width: 2}, 60, TailUpper); *r.P > 1e-6 {
		t.Errorf("following: p = %v", *r.P)
	}
	if r := JitterTest(avoiding, b, Span{0, 1000}, Window{Width: 14}, 90, TailLower); *r.P > 1e-3 {
		t.Errorf("avoidance: p = %v", *r.P)
	}
}

func TestJitterThatCannotBeRunSaysWhy(t *testing.T) {
	few, many := every(1, 1, 4), every(1, 10, 91)
	span := Span{0, 100}
	for name, r := range map[string]*TimingTest{
		"few events":     JitterTest(few, many, span, Window{Width: 2}, 20, TailUpper),
		"outside":        JitterTest(append(many, 200), many, span, Window{Width: 2}, 20, TailUpper),
		"long stretches": JitterTest(many, many, span, Window{Width: 2}, 200, TailUpper),
		"always follows": JitterTest(every(50, 1, 60), many, span, Window{Lag: -20, Width: 40}, 20, TailUpper),
	} {
		if r.Verdict != NotMeasurable || r.P != nil || len(r.Warnings) != 1 || r.Warnings[0] == "" {
			t.Errorf("%s: %+v", name, r.Result)
		}
	}
}

func TestTimingMDEIsGivenForNullResults(t *testing.T) {
	rng := newRand(15, 0)
	test := JitterTest(wholeDays(uniform(rng.Float64, 30, 730)), wholeDays(uniform(rng.Float64, 30, 730)), Span{0, 730}, Window{Width: 5}, 30, TailUpper)
	levels, err := Adjust([]*Result{&test.Result}, BH, .05)
	if err != nil {
		t.Fatal(err)
	}
	if test.SetMDEDated(levels[0], 1); test.MDE == nil || *test.MDE <= test.Expected || *test.MDE > 30 {
		t.Errorf("%+v", test.Result)
	}
}

func TestJitterDoesNotDependOnTheOrderOfEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(0, 364), 5, 30)
		a, b := floats(days.Draw(t, "a")), floats(days.Draw(t, "b"))
		shuffled := rapid.Permutation(a).Draw(t, "shuffled")
		w := Window{Lag: float64(rapid.IntRange(-3, 3).Draw(t, "lag")), Width: 4}
		x, y := JitterTest(a, b, Span{0, 365}, w, 30, TailUpper), JitterTest(shuffled, b, Span{0, 365}, w, 30, TailUpper)
		if x.Verdict != y.Verdict || x.P != nil && (*x.P != *y.P || !(*x.P > 0 && *x.P <= 1)) {
			t.Fatalf("%+v and %+v", x.Result, y.Result)
		}
	})
}

func TestCircularShiftGivesTheWorkedExample(t *testing.T) {
	r := CircularShift(20, []int{3, 8, 14}, []int{2, 7, 13}, Window{Lag: 1})
	near(t, "observed", r.Observed, 3, 0)
	near(t, "p", *r.P, .05, 1e-15)
}

func TestCircularShiftOfTheSameSlotsIsCertainToFollow(t *testing.T) {
	r := CircularShift(3, []int{0, 1, 2}, []int{0, 1, 2}, Window{})
	near(t, "p", *r.P, 1, 0)
	if r := CircularShift(3, []int{3}, []int{0}, Window{}); r.Verdict != NotMeasurable {
		t.Errorf("a slot outside the circle: %+v", r)
	}
}

func TestCrossKGivesTheWorkedExample(t *testing.T) {
	a, b := []float64{10, 40, 70, 95}, []float64{12, 39, 60, 99}
	for _, c := range []struct {
		h        float64
		pairs    int
		expected float64
	}{{2, 2, .64}, {5, 3, 1.6}, {10, 4, 3}} {
		pairs, expected, err := CrossK(a, b, Span{0, 100}, c.h)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "pairs", float64(pairs), float64(c.pairs), 0)
		near(t, "expected", expected, c.expected, 1e-12)
	}
}

func wholeDays(x []float64) []float64 {
	for i, t := range x {
		x[i] = math.Floor(t)
	}
	return x
}
