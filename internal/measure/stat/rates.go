package stat

import (
	"fmt"
	"math"
)

// nullEqualRates names the null of the before-and-after test in Result.Null.
const nullEqualRates = "equal rates (conditional binomial)"

// eventsAfter is what the before-and-after test counts, as written in
// Result.Statistic.
const eventsAfter = "events after"

// A RateTest is the outcome of [CompareRates].
type RateTest struct {
	Result
	// Ratio is the rate after over the rate before, with its exact 95 %
	// interval; nil where there were no events before, which leaves it without
	// an upper limit.
	Ratio *Interval `json:"ratio,omitempty"`
	null  *poissonBinomial
}

// CompareRates tests whether events became more (TailUpper) or less (TailLower)
// frequent: of before+after Poisson events the number after is binomial with
// the share of the exposure that lies after (Przyborowski and Wilenski,
// Biometrika 31, 1940). Exposure is what a count is proportional to when nothing
// changes: time, or better the volume of all reporting in that time. The test is
// exact and fits few events; it takes them as independent, so clustered events
// make it find changes too easily.
//
// Without events, or without exposure on a side, it is not measurable. Small
// counts are tested and their MDE says what could have been found.
func CompareRates(before, after int, exposureBefore, exposureAfter float64, tail string) *RateTest {
	test := &RateTest{}
	finite := !math.IsInf(exposureBefore, 0) && !math.IsInf(exposureAfter, 0)
	switch {
	case before < 0 || after < 0 || !(exposureBefore > 0 && exposureAfter > 0) || !finite:
		test.Result = Unmeasurable(nullEqualRates, eventsAfter, before, after,
			fmt.Sprintf("%d events in an exposure of %v before and %d in %v after", before, exposureBefore, after, exposureAfter))
		return test
	case before+after == 0:
		test.Result = Unmeasurable(nullEqualRates, eventsAfter, 0, 0, "no events on either side")
		return test
	}
	n, share := before+after, exposureAfter/(exposureBefore+exposureAfter)
	test.null = newBinomial(n, share)
	p := test.null.Upper(after)
	if tail == TailLower {
		p = test.null.Lower(after)
	}
	r := newResult(nullEqualRates, eventsAfter, tail, float64(after), test.null.Mean(), p)
	r.NA, r.NB = before, after
	test.Result = r.between(float64(test.null.Quantile(.025)), float64(test.null.Quantile(.975)))
	test.Effect = nil
	if before > 0 {
		ratio := rateRatio(before, after, exposureBefore/exposureAfter)
		test.Ratio, test.Effect = &ratio, &ratio.Estimate
	}
	return test
}

// rateRatio turns the exact interval of the share after into one of the ratio.
func rateRatio(before, after int, scale float64) Interval {
	share, _ := Proportion(after, before+after, .95)
	odds := func(p float64) float64 { return scale * p / (1 - p) }
	return Interval{Estimate: odds(share.Estimate), Low: odds(share.Low), High: odds(share.High), Level: share.Level}
}

// SetMDE sets the minimum detectable effect of a test that [Adjust] left not
// distinguishable, at the level Adjust returned for it: the mean number of
// events after, of all events there were, that would have been found with
// probability [Power]. Where there is none, a warning says why.
func (t *RateTest) SetMDE(level float64) {
	if t.Verdict != NotDistinguishable || t.null == nil {
		return
	}
	mde, why, ok := t.null.detectable(t.Tail, level, eventsAfter)
	if !ok {
		t.warn("%s", why)
		return
	}
	t.MDE = &mde
}
