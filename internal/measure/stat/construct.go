package stat

import (
	"fmt"
	"math"
	"slices"
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

// FromDraws is the Result of a Monte Carlo or placebo test whose statistic the
// caller counted: draws are its values under the null, of which at least one is
// needed. p is (b+1)/(len(draws)+1), b counting the draws at or beyond observed
// in the direction of tail ([TailUpper] or [TailLower]); it is never 0
// (Davison and Hinkley, Bootstrap Methods, 1997, section 4.2). The verdict is
// set by [Adjust]. A value that is not a number makes the test not measurable.
func FromDraws(null, statistic, tail string, observed float64, draws []float64, nA, nB int, seed uint64) Result {
	if len(draws) == 0 || math.IsNaN(observed) || slices.ContainsFunc(draws, math.IsNaN) {
		return Unmeasurable(null, statistic, nA, nB, fmt.Sprintf("%d draws, observed %v: a value is missing or no number", len(draws), observed))
	}
	as := 0
	for _, v := range draws {
		if tail == TailLower && v <= observed || tail != TailLower && v >= observed {
			as++
		}
	}
	sorted := slices.Sorted(slices.Values(draws))
	at := func(q float64) float64 { return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)] }
	r := newResult(null, statistic, tail, observed, mean(sorted), float64(as+1)/float64(len(draws)+1))
	r.NA, r.NB, r.Draws, r.Seed = nA, nB, len(draws), seed
	return r.between(at(.025), at(.975))
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
