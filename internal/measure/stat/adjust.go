package stat

import (
	"fmt"
	"slices"
)

// adjustment is a way to account for the number of tests of a family.
type adjustment string

// The adjustments. Benjamini-Hochberg and Benjamini-Yekutieli bound the
// expected share of false discoveries, the latter under any dependence; Holm
// and Bonferroni bound the probability of a single one.
const (
	BH         adjustment = "Benjamini-Hochberg"
	BY         adjustment = "Benjamini-Yekutieli"
	Holm       adjustment = "Holm"
	Bonferroni adjustment = "Bonferroni"
)

// AdjustedP returns the adjusted p-values of a family, in the order given. A
// test is rejected at level alpha where its adjusted p is at or below alpha.
// (Benjamini and Hochberg, JRSS B 57, 1995; Benjamini and Yekutieli, Annals of
// Statistics 29, 2001; Holm, Scandinavian Journal of Statistics 6, 1979.) It is
// an error where a p is not in (0, 1] or the method is unknown.
func AdjustedP(p []float64, method adjustment) ([]float64, error) {
	for i, x := range p {
		if !(x > 0 && x <= 1) {
			return nil, fmt.Errorf("adjust: p-value %d is %v, not in (0, 1]", i, x)
		}
	}
	order := ascending(p)
	m := float64(len(p))
	adjusted := make([]float64, len(p))
	switch method {
	case BH, BY:
		if method == BY {
			m *= harmonic(len(p))
		}
		running := 1.0
		for rank := len(order); rank >= 1; rank-- {
			running = min(running, p[order[rank-1]]*(m/float64(rank)))
			adjusted[order[rank-1]] = running
		}
	case Holm:
		running := 0.0
		for n, i := range order {
			running = max(running, min(1, p[i]*(m-float64(n))))
			adjusted[i] = running
		}
	case Bonferroni:
		for i, x := range p {
			adjusted[i] = min(1, m*x)
		}
	default:
		return nil, fmt.Errorf("adjust: unknown method %q; use %q, %q, %q or %q", method, BH, BY, Holm, Bonferroni)
	}
	return adjusted, nil
}

// Adjust sets PAdjusted and Verdict of a family of results: the only place
// where a test becomes distinguishable from chance. Results without a p stay
// not measurable and do not count towards the family.
//
// It returns, for each result, the level its raw p would have had to reach to
// be rejected, all other results as they are; that is the level at which a
// minimum detectable effect is meant. For a rejected or not measurable result
// it is the level too, or 0.
//
// A Monte Carlo result whose smallest possible p, 1/(draws+1), lies above that
// level is warned about: it could not have been rejected.
func Adjust(results []*Result, method adjustment, alpha float64) ([]float64, error) {
	if !(alpha > 0 && alpha < 1) {
		return nil, fmt.Errorf("adjust: level %v is not between 0 and 1", alpha)
	}
	var tested []int
	var p []float64
	for i, r := range results {
		if r.P != nil && r.Verdict != NotMeasurable {
			tested = append(tested, i)
			p = append(p, *r.P)
		}
	}
	adjusted, err := AdjustedP(p, method)
	if err != nil {
		return nil, err
	}
	levels := make([]float64, len(results))
	for n, level := range rejectionLevels(p, method, alpha) {
		r := results[tested[n]]
		levels[tested[n]] = level
		r.PAdjusted = &adjusted[n]
		r.Verdict = NotDistinguishable
		if atMost(adjusted[n], alpha) {
			r.Verdict = Distinguishable
		}
		if r.Draws > 0 && !atMost(1/float64(r.Draws+1), level) {
			r.warn("%d draws are too few: with %d tests no p could have reached the level %.2g", r.Draws, len(p), level)
		}
	}
	return levels, nil
}

// rejectionLevels returns for each test the largest raw p with which it would
// be rejected at level alpha, the p of all others held.
func rejectionLevels(p []float64, method adjustment, alpha float64) []float64 {
	order := ascending(p)
	m := float64(len(p))
	switch method {
	case BH:
		return stepUpLevels(p, order, alpha/m)
	case BY:
		return stepUpLevels(p, order, alpha/m/harmonic(len(p)))
	case Holm:
		return stepDownLevels(p, order, alpha)
	default:
		return slices.Repeat([]float64{alpha / m}, len(p))
	}
}

// stepUpLevels is for a step-up procedure with thresholds unit*r. Test i is
// rejected with a p of unit*r exactly where at least r-1 of the others are at
// or below unit*r: where r or more of all tests are, or r-1 are and i is not
// one of them. The level belongs to the largest such r.
func stepUpLevels(p []float64, order []int, unit float64) []float64 {
	enough, below := 0, 0
	var almost []int // ranks with exactly r-1
	for r := 1; r <= len(p); r++ {
		for below < len(p) && atMost(p[order[below]], unit*float64(r)) {
			below++
		}
		switch {
		case below >= r:
			enough = r
		case below == r-1:
			almost = append(almost, r)
		}
	}
	levels := make([]float64, len(p))
	for i, x := range p {
		n, _ := slices.BinarySearchFunc(almost, x, func(r int, x float64) int {
			if unit*float64(r) < x {
				return -1
			}
			return 1
		})
		best := max(enough, 1)
		if n > 0 {
			best = max(best, almost[n-1])
		}
		levels[i] = unit * float64(best)
	}
	return levels
}

// stepDownLevels is for Holm's procedure. Where s of the other tests, taken
// alone from the smallest, pass alpha/m, alpha/(m-1), ..., test i passes with
// alpha/(m-s).
func stepDownLevels(p []float64, order []int, alpha float64) []float64 {
	m := len(p)
	passes := func(at, rank int) bool { return atMost(p[order[at]], alpha/float64(m-rank+1)) }
	rejected := 0
	for rejected < m && passes(rejected, rejected+1) {
		rejected++
	}
	// Without the test at position q those behind it move up one rank, to a
	// stricter threshold; stop is the first of them that then fails.
	levels := make([]float64, m)
	stop := m
	for q := m - 1; q >= 0; q-- {
		if q+1 < m && !passes(q+1, q+1) {
			stop = q + 1
		}
		others := rejected
		if q < rejected {
			others = stop - 1
		}
		levels[order[q]] = alpha / float64(m-others)
	}
	return levels
}

// atMost compares with a level up to rounding: a Monte Carlo p such as 1/7700
// meets the level .05/385 it was drawn for.
func atMost(p, level float64) bool { return p <= level*(1+1e-12) }

func harmonic(n int) float64 {
	sum := 0.0
	for i := n; i >= 1; i-- {
		sum += 1 / float64(i)
	}
	return sum
}

// ascending returns the indices of p from the smallest value to the largest,
// ties by index.
func ascending(p []float64) []int {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	return order
}
