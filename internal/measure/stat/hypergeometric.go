package stat

import (
	"fmt"
	"math"
)

func hypergeometric(population, marked, draws, k int, tail string) (float64, error) {
	if population < 0 || marked < 0 || draws < 0 || marked > population || draws > population {
		return 0, fmt.Errorf("hypergeometric: %d marked and %d drawn of %d cannot be", marked, draws, population)
	}
	low, pmf := hypergeometricPMF(population, marked, draws)
	sum := 0.0
	for n := range pmf {
		i := n // smallest terms first: tails are summed from their far end
		if tail == TailUpper {
			i = len(pmf) - 1 - n
		}
		if x := low + i; tail == TailUpper && x >= k || tail == TailLower && x <= k {
			sum += pmf[i]
		}
	}
	return min(1, sum), nil
}

// hypergeometricPMF gives the probabilities of low, low+1, ... marked items. It
// needs only ratios of neighbouring counts, no factorials.
func hypergeometricPMF(population, marked, draws int) (low int, pmf []float64) {
	low, high := max(0, marked+draws-population), min(marked, draws)
	logs := make([]float64, high-low+1)
	top := 0.0
	for x := low; x < high; x++ {
		ratio := float64(marked-x) / float64(x+1) * float64(draws-x) / float64(population-marked-draws+x+1)
		logs[x-low+1] = logs[x-low] + math.Log(ratio)
		top = max(top, logs[x-low+1])
	}
	total := 0.0
	for i, l := range logs {
		logs[i] = math.Exp(l - top)
		total += logs[i]
	}
	for i := range logs {
		logs[i] /= total
	}
	return low, logs
}

// fisherOverlap tests the overlap of rows i and j as if every item were equally
// likely to be anybody's. On real corpora, where a few items are popular, it
// finds links everywhere (half of all pairs of ATT&CK groups): it is a contrast
// that shows why the null model matters, and every result says so. Like those
// who use it, it asks for no minimum of items.
func fisherOverlap(m *Matrix, i, j int, tail string) Result {
	if a, b := m.RowDegree(i), m.RowDegree(j); min(a, b) == 0 {
		return Unmeasurable(nullFisher, SharedItems, a, b, "one side has no item")
	}
	population := 0
	for _, d := range m.columnDegree {
		if d > 0 {
			population++
		}
	}
	a, b, k := m.RowDegree(i), m.RowDegree(j), m.Overlap(i, j)
	p, err := hypergeometric(population, a, b, k, tail)
	if err != nil {
		return Unmeasurable(nullFisher, SharedItems, a, b, err.Error())
	}
	r := newResult(nullFisher, SharedItems, tail, float64(k), float64(a)*float64(b)/float64(population), p)
	r.NA, r.NB = a, b
	r.warn("the null takes every item as equally popular, which it is not: the p-value is invalid and shown for contrast only")
	return r
}

// FisherOverlaps is FisherOverlap for many pairs; result n is that of pairs[n].
func FisherOverlaps(m *Matrix, pairs []Pair, tail string) []Result {
	results := make([]Result, len(pairs))
	forEach(len(pairs), func(n int) { results[n] = fisherOverlap(m, pairs[n].A, pairs[n].B, tail) })
	return results
}
