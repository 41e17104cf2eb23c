package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// nullNoStep names the null of the segmented regression in Result.Null.
const nullNoStep = "no step (quasi-Poisson segmented regression)"

// rateRatioOfStep is what the segmented regression estimates, as written in
// Result.Statistic.
const rateRatioOfStep = "rate ratio of the step"

// What a regression is tried on: with a smaller mean count, or fewer counts on a
// side, use [CompareRates].
const (
	minMeanCount = 5
	minPerSide   = 8
)

// An InterruptedSeries is a series of counts in equal steps of time that may
// have changed its level at a known moment.
type InterruptedSeries struct {
	Counts   []float64
	Exposure []float64 // nil for all alike; see [CompareRates]
	// Step is 1 from the change on and 0 before it; values between are allowed
	// where the change took effect by degrees.
	Step []float64
	// Harmonics pairs of sine and cosine with the given Period, in steps of
	// time, take out the season; 0 leaves it in.
	Harmonics int
	Period    float64
}

// design has the columns intercept, step, time and the harmonics.
func (s InterruptedSeries) design() [][]float64 {
	rows := make([][]float64, len(s.Counts))
	for i := range rows {
		t := float64(i + 1)
		rows[i] = []float64{1, s.Step[i], t}
		for h := 1; h <= s.Harmonics; h++ {
			sin, cos := math.Sincos(2 * math.Pi * float64(h) * t / s.Period)
			rows[i] = append(rows[i], sin, cos)
		}
	}
	return rows
}

// Fit estimates the step over a log-linear trend (Lopez Bernal, Cummins and
// Gasparrini, International Journal of Epidemiology 46, 2017). Coefficient 1 is
// the step, 2 the trend. The error cases are those of fitCounts.
func (s InterruptedSeries) Fit() (*countRegression, error) {
	if len(s.Step) != len(s.Counts) {
		return nil, fmt.Errorf("segmented regression: %d counts and %d values of the step", len(s.Counts), len(s.Step))
	}
	if s.Harmonics < 0 || s.Harmonics > 0 && !(s.Period >= 2*float64(s.Harmonics)) {
		return nil, fmt.Errorf("segmented regression: %d harmonics of a period of %v", s.Harmonics, s.Period)
	}
	return fitCounts(s.Counts, s.design(), s.Exposure)
}

// A stepTest is the outcome of [InterruptedSeries.Test].
type stepTest struct {
	Result
	Fit *countRegression `json:"-"` // nil where not measurable
}

// Test is Fit as a two-sided test that the step is none. Observed is the rate
// ratio, Expected 1; Low and High bound the ratio under the null. It is not
// measurable where counts are small (mean below 5) or few (fewer than 8 before
// or after), or the fit fails.
func (s InterruptedSeries) Test() *stepTest {
	before, after := 0, 0
	for _, v := range s.Step {
		if v == 0 {
			before++
		} else {
			after++
		}
	}
	fail := func(why string) *stepTest {
		return &stepTest{Result: Unmeasurable(nullNoStep, rateRatioOfStep, before, after, why)}
	}
	if min(before, after) < minPerSide {
		return fail(fmt.Sprintf("%d counts before and %d after: at least %d are needed", before, after, minPerSide))
	}
	if m := mean(s.Counts); !(m >= minMeanCount) {
		return fail(fmt.Sprintf("a mean count of %.3g is below %d: an exact test of the totals fits better", m, minMeanCount))
	}
	f, err := s.Fit()
	if err != nil {
		return fail(err.Error())
	}
	r := newResult(nullNoStep, rateRatioOfStep, tailBoth, math.Exp(f.Coefficients[1]), 1, f.P(1))
	r.NA, r.NB = before, after
	z := distuv.UnitNormal.Quantile(.975)
	r = r.between(math.Exp(-z*f.SE[1]), math.Exp(z*f.SE[1]))
	if f.Dispersion > 2 {
		r.warn("counts vary %.1f times as much as Poisson counts would; the interval allows for it", f.Dispersion)
	}
	return &stepTest{Result: r, Fit: f}
}

// SetMDE sets the minimum detectable effect of a test that [Adjust] left not
// distinguishable, at the level Adjust returned for it: the rate ratio above 1
// that would have been found with probability [Power]. A fall must be as far
// below: the inverse of it.
func (t *stepTest) SetMDE(level float64) {
	if t.Verdict != NotDistinguishable || t.Fit == nil {
		return
	}
	z := distuv.UnitNormal.Quantile(1-level/2) + distuv.UnitNormal.Quantile(Power)
	mde := math.Exp(z * t.Fit.SE[1])
	t.MDE = &mde
}
