package stat

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestSDSMGivesThePublishedTails(t *testing.T) {
	s, err := NewSDSM(matrixOf(toy))
	if err != nil {
		t.Fatal(err)
	}
	upper := [][]float64{{.4268, 1, .5553}, {1, .3055, 1}, {.5553, 1, .3327}}
	lower := [][]float64{{.9144, .3645, .8558}, {.3645, .9694, .4871}, {.8558, .4871, .9551}}
	for i := range 3 {
		for j := range 3 {
			k := s.m.Overlap(i, j)
			near(t, "upper", s.Distribution(i, j).Upper(k), upper[i][j], 5e-5)
			near(t, "lower", s.Distribution(i, j).Lower(k), lower[i][j], 5e-5)
		}
	}
}

// The tail must be that of independent cells drawn from the model.
func TestSDSMTailIsThatOfMatricesDrawnFromTheModel(t *testing.T) {
	rng := newRand(1, 0)
	m := randomMatrix(rng, 6, 60)
	s, err := NewSDSM(m)
	if err != nil {
		t.Fatal(err)
	}
	const draws = 20000
	k, hits := m.Overlap(0, 1), 0
	for range draws {
		n := 0
		for c := range m.Columns() {
			if rng.Float64() < s.P(0, c) && rng.Float64() < s.P(1, c) {
				n++
			}
		}
		if n >= k {
			hits++
		}
	}
	p := *s.Overlap(0, 1, TailUpper).P
	near(t, "p", p, float64(hits)/draws, 4*math.Sqrt(p*(1-p)/draws))
}

func TestOverlapWithFewItemsIsNotMeasurable(t *testing.T) {
	s, err := NewSDSM(matrixOf(toy))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []Result{s.Overlap(0, 2, TailUpper), FixedDegreeOverlaps(s.m, []Pair{{0, 2}}, TailUpper, 9, 1)[0]} {
		if r.Verdict != NotMeasurable || r.P != nil || len(r.Warnings) != 1 || r.Observed != 2 {
			t.Errorf("%+v", r)
		}
	}
}

func TestOverlapDoesNotDependOnTheOrderOfActorsOrItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMatrix(t)
		rows := rapid.Permutation(indices(m.Rows())).Draw(t, "rows")
		columns := rapid.Permutation(indices(m.Columns())).Draw(t, "columns")
		shuffled := NewMatrix(m.Rows(), m.Columns())
		for i := range m.Rows() {
			for _, k := range m.Items(i) {
				shuffled.Set(rows[i], columns[k])
			}
		}
		a, errA := NewSDSM(m)
		b, errB := NewSDSM(shuffled)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		for _, p := range m.Pairs() {
			x, y, z := a.Overlap(p.A, p.B, TailUpper), b.Overlap(rows[p.A], rows[p.B], TailUpper), a.Overlap(p.B, p.A, TailUpper)
			if x.Verdict == NotMeasurable {
				continue
			}
			if *x.P != *y.P || *x.P != *z.P || x.Expected != y.Expected {
				t.Fatalf("p %v, after permutation %v, after exchange %v", *x.P, *y.P, *z.P)
			}
			if !(*x.P > 0 && *x.P <= 1) || *x.Low > x.Expected+1 || *x.High < x.Expected-1 {
				t.Fatalf("%+v", x)
			}
		}
	})
}

func TestOverlapPFallsAsMoreIsShared(t *testing.T) {
	s, err := NewSDSM(randomMatrix(newRand(2, 0), 8, 100))
	if err != nil {
		t.Fatal(err)
	}
	d := s.Distribution(0, 1)
	for k := 1; k <= 100; k++ {
		if d.Upper(k) > d.Upper(k-1) {
			t.Fatalf("P(X>=%d) = %v exceeds P(X>=%d) = %v", k, d.Upper(k), k-1, d.Upper(k-1))
		}
	}
}

// The effect called detectable must be found with the stated power when items
// are drawn from the alternative itself.
func TestMDEIsFoundWithTheStatedPower(t *testing.T) {
	m, i, j := busyPair()
	s, err := NewSDSM(m)
	if err != nil {
		t.Fatal(err)
	}
	const level = .01
	for _, tail := range []string{TailUpper, TailLower} {
		shared, why, ok := s.MDE(i, j, tail, level)
		if !ok {
			t.Fatal(why)
		}
		d := s.Distribution(i, j)
		// The tilted Poisson-binomial is one with odds multiplied by w; find
		// the w with that mean from the cells, not from the distribution. The
		// search leaves the cells at its end.
		cells := make([]float64, m.Columns())
		bisect(1e-9, 1e9, func(w float64) bool {
			sum := 0.0
			for k := range cells {
				q := s.P(i, k) * s.P(j, k)
				cells[k] = w * q / (1 - q + w*q)
				sum += cells[k]
			}
			return sum < shared
		})
		alternative, err := NewPoissonBinomial(cells)
		if err != nil {
			t.Fatal(err)
		}
		power := 0.0
		for k := 0; k <= m.Columns(); k++ {
			if tail == TailUpper && d.Upper(k) <= level || tail == TailLower && d.Lower(k) <= level {
				power += alternative.PMF(k)
			}
		}
		near(t, tail+" power", power, Power, 1e-4)
	}
}

func TestMDEGrowsAsTheLevelFalls(t *testing.T) {
	m, i, j := busyPair()
	s, err := NewSDSM(m)
	if err != nil {
		t.Fatal(err)
	}
	last := 0.0
	for _, level := range []float64{.05, .01, .001, 1e-5} {
		shared, why, ok := s.MDE(i, j, TailUpper, level)
		if !ok || shared <= last {
			t.Fatalf("level %v: %v after %v (%s)", level, shared, last, why)
		}
		last = shared
	}
}

func TestMDEThatNoOverlapReachesIsNotGiven(t *testing.T) {
	// Everybody has the same popular items: sharing all of them is expected.
	m := NewMatrix(20, 60)
	for i := range 20 {
		for k := range 8 {
			if k != i%8 {
				m.Set(i, k)
			}
		}
		m.Set(i, 8+i)
	}
	s, err := NewSDSM(m)
	if err != nil {
		t.Fatal(err)
	}
	if shared, why, ok := s.MDE(0, 1, TailUpper, .0001); ok || why == "" {
		t.Errorf("MDE %v (%q), where only %d items can be shared", shared, why, m.RowDegree(0))
	}
}

func TestAdjustMakesTheMDEOfNullResults(t *testing.T) {
	m := randomMatrix(newRand(5, 0), 20, 200)
	s, err := NewSDSM(m)
	if err != nil {
		t.Fatal(err)
	}
	results := pointers(s.Overlaps(m.Pairs(), TailUpper))
	levels, err := Adjust(results, BH, .05)
	if err != nil {
		t.Fatal(err)
	}
	s.SetMDE(results, m.Pairs(), levels)
	for n, r := range results {
		if r.Verdict == NotDistinguishable && (r.MDE == nil || *r.MDE <= r.Observed && *r.P > levels[n]/2) && len(r.Warnings) == 0 {
			t.Errorf("%+v has no MDE and no warning", r)
		}
	}
}

// busyPair is a matrix and its two rows with the most items.
func busyPair() (m *Matrix, i, j int) {
	m = randomMatrix(newRand(3, 0), 40, 300)
	rows := indices(m.Rows())
	slices.SortFunc(rows, func(a, b int) int { return m.RowDegree(b) - m.RowDegree(a) })
	return m, rows[0], rows[1]
}

func bisect(low, high float64, below func(float64) bool) {
	for range 200 {
		middle := math.Sqrt(low * high)
		if below(middle) {
			low = middle
		} else {
			high = middle
		}
	}
}

func indices(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func pointers(results []Result) []*Result {
	out := make([]*Result, len(results))
	for i := range results {
		out[i] = &results[i]
	}
	return out
}

// P is the probability under the null that row i has column k.
func (s *SDSM) P(i, k int) float64 { return s.fit.P(i, k) }
