package stat

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var published = []float64{.0001, .0004, .0019, .0095, .0201, .0278, .0298, .0344, .0459, .3240, .4262, .5719, .6528, .7590, 1}

func TestAdjustedPGivesThePublishedValues(t *testing.T) {
	for _, c := range []struct {
		method    adjustment
		want      []float64
		tolerance float64
	}{
		{BH, []float64{.0015, .003, .0095, .03562, .0603, .06386, .06386, .0645, .0765, .486, .58118, .71488, .75323, .81321, 1}, 5.1e-6},
		{BY, []float64{.005, .01, .0315, .1182}, 5.1e-5},
		{Holm, []float64{.0015, .0056, .0247, .114}, 1e-12},
		{Bonferroni, []float64{.0015, .006, .0285, .1425}, 1e-12},
	} {
		got, err := AdjustedP(published, c.method)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range c.want {
			near(t, string(c.method), got[i], want, c.tolerance)
		}
	}
}

func TestAdjustRejectsWhatTheMethodRejects(t *testing.T) {
	for method, want := range map[adjustment]int{BH: 4, Bonferroni: 3, Holm: 3} {
		results := resultsOf(published)
		if _, err := Adjust(results, method, .05); err != nil {
			t.Fatal(err)
		}
		got := 0
		for _, r := range results {
			if r.Verdict == Distinguishable {
				got++
			}
		}
		if got != want {
			t.Errorf("%s rejects %d, want %d", method, got, want)
		}
	}
}

func TestAdjustLeavesOutWhatCouldNotBeMeasured(t *testing.T) {
	none := Unmeasurable(nullSDSM, SharedItems, 1, 2, "too few")
	results := append(resultsOf([]float64{.03}), &none)
	if _, err := Adjust(results, Bonferroni, .05); err != nil {
		t.Fatal(err)
	}
	if results[0].Verdict != Distinguishable || none.Verdict != NotMeasurable || none.PAdjusted != nil {
		t.Errorf("%+v, %+v", results[0], none)
	}
}

func TestAdjustWarnsWhereTheDrawsCannotReject(t *testing.T) {
	results := resultsOf(slices.Repeat([]float64{1}, 100))
	results[0].Draws, results[1].Draws = 999, 9999
	if _, err := Adjust(results, BH, .05); err != nil {
		t.Fatal(err)
	}
	if len(results[0].Warnings) != 1 || len(results[1].Warnings) != 0 {
		t.Errorf("warnings %q and %q", results[0].Warnings, results[1].Warnings)
	}
}

func TestAdjustRefusesAPOfZero(t *testing.T) {
	for _, p := range []float64{0, -1, 1.5, math.NaN()} {
		if _, err := AdjustedP([]float64{p}, BH); err == nil {
			t.Errorf("p = %v was accepted", p)
		}
	}
}

func TestAdjustedPKeepsTheOrderAndNeverFalls(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := somePs(t)
		method := rapid.SampledFrom([]adjustment{BH, BY, Holm, Bonferroni}).Draw(t, "method")
		adjusted, err := AdjustedP(p, method)
		if err != nil {
			t.Fatal(err)
		}
		for i := range p {
			if adjusted[i] < p[i] || adjusted[i] > 1 {
				t.Fatalf("p %v became %v", p[i], adjusted[i])
			}
			for j := range p {
				if p[i] < p[j] && adjusted[i] > adjusted[j] {
					t.Fatalf("order of %v and %v turned round", p[i], p[j])
				}
			}
		}
	})
}

// The level returned for a test is by definition the p at which it would just
// be rejected, the others as they are.
func TestAdjustReturnsTheLevelAtWhichATestIsJustRejected(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := somePs(t)
		method := rapid.SampledFrom([]adjustment{BH, BY, Holm, Bonferroni}).Draw(t, "method")
		const alpha = .05
		levels, err := Adjust(resultsOf(p), method, alpha)
		if err != nil {
			t.Fatal(err)
		}
		for i := range p {
			for factor, want := range map[float64]bool{1 - 1e-9: true, 1 + 1e-9: false} {
				moved := slices.Clone(p)
				moved[i] = levels[i] * factor
				adjusted, err := AdjustedP(moved, method)
				if err != nil {
					t.Fatal(err)
				}
				if got := atMost(adjusted[i], alpha); got != want {
					t.Fatalf("%s of %v: test %d at %v (level %v) rejected: %v", method, p, i, moved[i], levels[i], got)
				}
			}
		}
	})
}

func somePs(t *rapid.T) []float64 {
	return rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(1e-6, 1), rapid.Float64Range(1e-6, .05),
		rapid.SampledFrom([]float64{.001, .01, .02, 1})), 1, 12).Draw(t, "p")
}

func resultsOf(p []float64) []*Result {
	out := make([]*Result, len(p))
	for i, x := range p {
		r := newResult("", "", TailUpper, 1, 1, x)
		out[i] = &r
	}
	return out
}

func TestFromDrawsCountsTheObservedAsOneOfTheDraws(t *testing.T) {
	draws := []float64{1, 2, 3, 4}
	near(t, "upper", *FromDraws("", "", TailUpper, 3, draws, 1, 1, 0).P, 3./5, 1e-15)
	near(t, "lower", *FromDraws("", "", TailLower, 0, draws, 1, 1, 0).P, 1./5, 1e-15)
	for _, r := range []Result{FromDraws("", "", TailUpper, 3, nil, 1, 1, 0), FromDraws("", "", TailUpper, math.NaN(), draws, 1, 1, 0)} {
		if r.Verdict != NotMeasurable || r.P != nil {
			t.Errorf("%+v", r)
		}
	}
}
