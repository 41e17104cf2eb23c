package stat

import (
	"fmt"
	"math"
)

// newResult is the one place where a measured Result begins. Its verdict stays
// not distinguishable until [Adjust] has seen the whole family of tests. A p
// that is not a number makes it not measurable; one below the smallest that can
// be computed is raised to it.
func newResult(null, statistic, tail string, observed, expected, p float64) Result {
	if math.IsNaN(p) {
		return Unmeasurable(null, statistic, 0, 0, "the p-value could not be computed")
	}
	p = min(1, max(p, smallestP))
	r := Result{
		Verdict: NotDistinguishable, Null: null, Statistic: statistic, Tail: tail,
		Observed: observed, Expected: expected, P: &p, Warnings: []string{},
	}
	if expected > 0 {
		effect := observed / expected
		r.Effect = &effect
	}
	return r
}

// between sets the central 95 % of the statistic under the null.
func (r Result) between(low, high float64) Result {
	r.Low, r.High = &low, &high
	return r
}

func (r *Result) warn(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	for _, w := range r.Warnings {
		if w == text {
			return
		}
	}
	r.Warnings = append(r.Warnings, text)
}

func tooFewItems(a, b int) string {
	return fmt.Sprintf("%d and %d items: at least %d on each side are needed", a, b, MinDegree)
}
