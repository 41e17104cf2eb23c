package stat

import (
	"encoding/json"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// 3 of 4 events after, equal exposure: P(X>=3) = 5/16 by counting.
func TestCompareRatesCountsOutcomes(t *testing.T) {
	r := CompareRates(1, 3, 10, 10, TailUpper)
	near(t, "p", *r.P, 5./16, 1e-15)
	near(t, "lower p", *CompareRates(3, 1, 10, 10, TailLower).P, 5./16, 1e-15)
	near(t, "ratio", r.Ratio.Estimate, 3, 1e-12)
}

// Breast cancer after fluoroscopy (Rothman, Modern Epidemiology): 41 cases in
// 28,010 woman-years against 15 in 19,017; rate ratio 1.86.
func TestCompareRatesGivesThePublishedRatio(t *testing.T) {
	r := CompareRates(15, 41, 19017, 28010, TailUpper)
	near(t, "ratio", r.Ratio.Estimate, 1.86, .005)
	near(t, "low", r.Ratio.Low, 1.01, .01)
	near(t, "high", r.Ratio.High, 3.61, .03)
	near(t, "p", *r.P, .024, .001)
}

func TestCompareRatesWithReportingAsExposureTakesOutGrowth(t *testing.T) {
	if r := CompareRates(10, 40, 1000, 4000, TailUpper); *r.P < .4 {
		t.Errorf("events grew with all reporting, yet p = %v", *r.P)
	}
}

func TestCompareRatesWithoutEventsIsNotMeasurable(t *testing.T) {
	for _, r := range []*RateTest{CompareRates(0, 0, 1, 1, TailUpper), CompareRates(1, 1, 0, 1, TailUpper), CompareRates(1, 1, 1, math.Inf(1), TailUpper)} {
		if r.Verdict != NotMeasurable || len(r.Warnings) != 1 {
			t.Errorf("%+v", r.Result)
		}
	}
}

func TestCompareRatesCanAlwaysBeWrittenAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		before, after := rapid.IntRange(0, 30).Draw(t, "before"), rapid.IntRange(0, 30).Draw(t, "after")
		tail := rapid.SampledFrom([]string{TailUpper, TailLower}).Draw(t, "tail")
		r := CompareRates(before, after, rapid.Float64Range(.1, 10).Draw(t, "x"), 1, tail)
		if levels, err := Adjust([]*Result{&r.Result}, BH, .05); err != nil {
			t.Fatal(err)
		} else {
			r.SetMDE(levels[0])
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
		if r.Ratio != nil && !(r.Ratio.Low <= r.Ratio.Estimate && r.Ratio.Estimate <= r.Ratio.High) {
			t.Fatalf("%+v", r.Ratio)
		}
		if r.Verdict == NotDistinguishable && r.MDE == nil && len(r.Warnings) == 0 {
			t.Fatalf("%+v says nothing of what could have been found", r.Result)
		}
	})
}
