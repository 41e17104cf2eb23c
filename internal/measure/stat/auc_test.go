package stat

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// The 109 computed-tomography readings of Hanley and McNeil (1982), table I:
// area .893; DeLong's standard error is given as .0307 in Stata's manual.
func TestAUCGivesThePublishedArea(t *testing.T) {
	normal, abnormal := ratings(33, 6, 6, 11, 2), ratings(3, 2, 2, 11, 33)
	a, err := AreaUnderROC(abnormal, normal, .95)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "area", a.Estimate, .8932, 5e-5)
	near(t, "DeLong SE", a.SE, .0307, 5e-5)
	// The published asymptotic limits are .833 and .953; an interval that is
	// not symmetric near 1 must lie a little lower.
	near(t, "low", a.Low, .82, .02)
	near(t, "high", a.High, .945, .01)
}

func TestAUCIntervalCoversTheTruth(t *testing.T) {
	// Two normal scores one deviation apart: the area is Phi(1/sqrt 2).
	truth := .5 * (1 + math.Erf(.5))
	rng := newRand(8, 0)
	const runs = 2000
	covered := 0
	for range runs {
		positive, negative := make([]float64, 12), make([]float64, 15)
		for i := range positive {
			positive[i] = rng.NormFloat64() + 1
		}
		for i := range negative {
			negative[i] = rng.NormFloat64()
		}
		a, err := AreaUnderROC(positive, negative, .95)
		if err != nil {
			t.Fatal(err)
		}
		if a.Low <= truth && truth <= a.High {
			covered++
		}
	}
	near(t, "coverage", float64(covered)/runs, .95, .02)
}

func TestAUCOfFullySeparatedClassesIsStillUncertain(t *testing.T) {
	a, err := AreaUnderROC([]float64{3, 4, 5}, []float64{0, 1, 2}, .95)
	if err != nil {
		t.Fatal(err)
	}
	if a.Estimate != 1 || a.High < 1-1e-9 || a.Low > .75 {
		t.Errorf("%+v", a)
	}
}

func TestAUCTurnsRoundWithTheClasses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		scores := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(-9, 9), rapid.SampledFrom([]float64{0, 1})), 1, 20)
		x, y := scores.Draw(t, "x"), scores.Draw(t, "y")
		a, errA := AreaUnderROC(x, y, .95)
		b, errB := AreaUnderROC(y, x, .95)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		if math.Abs(a.Estimate+b.Estimate-1) > 1e-12 || math.Abs(a.Low+b.High-1) > 1e-9 || a.Low > a.Estimate || a.High < a.Estimate {
			t.Fatalf("%+v and %+v", a, b)
		}
	})
}

func TestAUCRefusesAnEmptyClass(t *testing.T) {
	if _, err := AreaUnderROC(nil, []float64{1}, .95); err == nil {
		t.Error("an empty class has no area")
	}
	if _, err := AreaUnderROC([]float64{math.NaN()}, []float64{1}, .95); err == nil {
		t.Error("NaN was taken as a score")
	}
}

func ratings(counts ...int) []float64 {
	var out []float64
	for r, n := range counts {
		out = append(out, slices.Repeat([]float64{float64(r + 1)}, n)...)
	}
	return out
}
