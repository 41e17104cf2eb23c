package stat

import (
	"sync"
	"sync/atomic"
)

// Tails of a test, as written in Result.Tail.
const (
	TailUpper = "upper" // more than chance
	TailLower = "lower" // less than chance
	tailBoth  = "two-sided"
)

// Names of the null models of the overlap tests, as written in Result.Null.
const (
	nullSDSM   = "SDSM"
	nullFisher = "Fisher (hypergeometric)"
)

// SharedItems is what the overlap tests count, as written in Result.Statistic.
const SharedItems = "shared items"

// MinDegree is the smallest number of items on a side with which an overlap is
// tested. With fewer, hardly any overlap could reach significance, or a single
// item decides.
const MinDegree = 5

// smallestP is the smallest p-value reported: what is less likely is known only
// to be smaller, and no p-value is 0.
const smallestP = 1e-100

// An SDSM is the stochastic degree sequence model (Neal, Social Networks 39,
// 2014; Neal, Domagalski and Sagan, Scientific Reports 11, 23929, 2021) of the
// overlaps of a matrix: under the null every actor keeps its number of items and
// every item its popularity, on average, as a biCM gives them. The overlap of
// two rows is then Poisson-binomial with probabilities P_ik P_jk, whose tails
// are computed exactly.
//
// It is safe for concurrent use.
type SDSM struct {
	m    *Matrix
	fit  *biCM
	kept atomic.Int64
	seen sync.Map // pairs of row classes, all that the null knows of a row -> *poissonBinomial
}

// cacheFloats bounds the distributions an SDSM remembers, to 64 MB.
const cacheFloats = 8 << 20

// NewSDSM fits the model to m, which must not change afterwards. It is an error
// where the configuration model has no solution.
func NewSDSM(m *Matrix) (*SDSM, error) {
	fit, err := fitBiCM(m)
	if err != nil {
		return nil, err
	}
	return &SDSM{m: m, fit: fit}, nil
}

// Distribution is the number of items that rows i and j share under the null.
// For i = j it is the overlap of two independent rows of that degree.
func (s *SDSM) Distribution(i, j int) *poissonBinomial {
	a, b := s.fit.rowClass[i], s.fit.rowClass[j]
	key := [2]int{min(a, b), max(a, b)}
	if d, ok := s.seen.Load(key); ok {
		return d.(*poissonBinomial)
	}
	p := make([]float64, len(s.fit.columnCount))
	for c := range p {
		p[c] = s.fit.p[key[0]][c] * s.fit.p[key[1]][c]
	}
	d := newPoissonBinomial(p, s.fit.columnCount)
	if s.kept.Add(int64(4*len(d.pmf))) <= cacheFloats {
		s.seen.Store(key, d)
	}
	return d
}

// Overlap tests whether rows i and j share more (TailUpper) or fewer
// (TailLower) items than the null lets expect. A side with fewer than
// [MinDegree] items makes it not measurable. The verdict is set by [Adjust].
func (s *SDSM) Overlap(i, j int, tail string) Result {
	if r, ok := tooFew(s.m, i, j, nullSDSM); ok {
		return r
	}
	d := s.Distribution(i, j)
	k := s.m.Overlap(i, j)
	p := d.Upper(k)
	if tail == TailLower {
		p = d.Lower(k)
	}
	r := newResult(nullSDSM, SharedItems, tail, float64(k), d.Mean(), p)
	r.NA, r.NB = s.m.RowDegree(i), s.m.RowDegree(j)
	return r.between(float64(d.Quantile(.025)), float64(d.Quantile(.975)))
}

// Overlaps tests many pairs, in parallel; result n is that of pairs[n].
func (s *SDSM) Overlaps(pairs []Pair, tail string) []Result {
	results := make([]Result, len(pairs))
	forEach(len(pairs), func(n int) { results[n] = s.Overlap(pairs[n].A, pairs[n].B, tail) })
	return results
}

// tooFew returns the result of a pair of which a side has fewer than MinDegree
// items.
func tooFew(m *Matrix, i, j int, null string) (Result, bool) {
	a, b := m.RowDegree(i), m.RowDegree(j)
	if min(a, b) >= MinDegree {
		return Result{}, false
	}
	r := Unmeasurable(null, SharedItems, a, b, tooFewItems(a, b))
	r.Observed = float64(m.Overlap(i, j))
	return r, true
}
