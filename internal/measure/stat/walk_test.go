package stat

import (
	"math"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// There are 8 matrices with the sums of the toy; each must be drawn as often.
func TestCurveballIsUniformOverTheMatricesOfTheSameSums(t *testing.T) {
	m := matrixOf(toy)
	c := newChain(m, 1, 0)
	const draws = 40000
	seen := map[[3]uint64]int{}
	for range draws {
		c.draw()
		seen[[3]uint64(c.bits)]++
	}
	if len(seen) != 8 {
		t.Fatalf("%d matrices were drawn, want 8", len(seen))
	}
	chi2 := 0.0
	for _, n := range seen {
		chi2 += math.Pow(float64(n)-draws/8., 2) / (draws / 8.)
	}
	if chi2 > 24.3 { // P = .001 with 7 degrees of freedom
		t.Errorf("chi-squared %v of counts %v", chi2, seen)
	}
}

func TestCurveballKeepsEverySum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMatrix(t)
		c := newChain(m, rapid.Uint64().Draw(t, "seed"), 0)
		for range 5 {
			c.round()
		}
		drawn := NewMatrix(m.Rows(), m.Columns())
		drawn.bits = c.bits
		for i := range m.Rows() {
			for _, k := range drawn.Items(i) {
				drawn.columnDegree[k]++
			}
			if got := len(drawn.Items(i)); got != m.RowDegree(i) {
				t.Fatalf("row %d has %d items, had %d", i, got, m.RowDegree(i))
			}
		}
		if !slices.Equal(drawn.columnDegree, m.columnDegree) {
			t.Fatalf("column sums %v, were %v", drawn.columnDegree, m.columnDegree)
		}
	})
}

// P(O13>=2) = .25, P(O12<=0) = .5 and P(O23<=0) = .75 by enumeration.
func TestFixedDegreePIsTheEnumeration(t *testing.T) {
	m := matrixOf(toy)
	const draws = 20000
	for _, c := range []struct {
		pair Pair
		tail string
		want float64
	}{{Pair{0, 2}, TailUpper, .25}, {Pair{0, 1}, TailLower, .5}, {Pair{1, 2}, TailLower, .75}} {
		counts := countOverlaps(m, []Pair{c.pair}, draws, 3)
		r := counts.result(0, m.Overlap(c.pair.A, c.pair.B), c.tail)
		near(t, c.tail, *r.P, c.want, 4*math.Sqrt(c.want*(1-c.want)/draws))
	}
}

func TestFixedDegreeResultsDoNotDependOnTheNumberOfProcessors(t *testing.T) {
	m := randomMatrix(newRand(9, 0), 30, 150)
	run := func(processors int) []Result {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(processors))
		return FixedDegreeOverlaps(m, m.Pairs(), TailUpper, 1100, 5)
	}
	one, two, five := run(1), run(2), run(5)
	for n := range one {
		if *one[n].P != *two[n].P || *one[n].P != *five[n].P || one[n].Expected != two[n].Expected {
			t.Fatalf("pair %d: %v, %v, %v", n, *one[n].P, *two[n].P, *five[n].P)
		}
	}
}

func TestFixedDegreePIsNeverZero(t *testing.T) {
	// Two rows share ten items that nobody else has.
	m := randomMatrix(newRand(10, 0), 30, 150)
	big := NewMatrix(32, 160)
	for i := range 30 {
		for _, k := range m.Items(i) {
			big.Set(i, k)
		}
	}
	for k := range 10 {
		big.Set(30, 150+k)
		big.Set(31, 150+k)
	}
	r := FixedDegreeOverlaps(big, []Pair{{30, 31}}, TailUpper, 999, 1)[0]
	near(t, "p", *r.P, 1./1000, 1e-15)
	if r.Draws != 999 || r.Seed != 1 || r.Null != nullFixedDegrees {
		t.Errorf("%+v", r)
	}
}

// The rows of the table were computed elsewhere with 400 to 500 draws, so that
// their own error is part of the tolerance. Software first, techniques second.
func TestFixedDegreesGiveTheComputedAttackValues(t *testing.T) {
	a := readAttack(t)
	type want struct{ observed, mean, p float64 }
	rows := []struct {
		a, b                 string
		software, techniques want
	}{
		{"Turla", "OilRig", want{8, 4.0, .015}, want{30, 25.8, .13}},
		{"menuPass", "APT41", want{9, 3.7, .0075}, want{26, 19.9, .032}},
		{"Gamaredon Group", "Turla", want{1, 1.2, .77}, want{28, 24.4, .14}},
		{"APT28", "APT29", want{4, 5.1, .82}, want{29, 28.6, .52}},
		{"Mustang Panda", "Turla", want{2, 3.3, .91}, want{27, 28.1, .68}},
		{"Mustang Panda", "Gamaredon Group", want{0, .9, 1}, want{31, 28.3, .29}},
		{"Mustang Panda", "Sandworm Team", want{3, 3.0, .60}, want{33, 31.3, .37}},
	}
	const draws = 4000
	for name, of := range map[string]*Matrix{"software": a.software, "techniques": a.techniques} {
		var pairs []Pair
		for _, r := range rows {
			pairs = append(pairs, Pair{a.row(t, r.a), a.row(t, r.b)})
		}
		counts := countOverlaps(of, pairs, draws, 1)
		for n, r := range rows {
			w := r.software
			if name == "techniques" {
				w = r.techniques
			}
			got := counts.result(n, of.Overlap(pairs[n].A, pairs[n].B), TailUpper)
			near(t, name+" "+r.a+" "+r.b+" observed", got.Observed, w.observed, 0)
			near(t, name+" "+r.a+" "+r.b+" mean", got.Expected, w.mean, 3*(*got.High-*got.Low)/4/math.Sqrt(400)+.05)
			near(t, name+" "+r.a+" "+r.b+" p", *got.P, w.p, 4*math.Sqrt(w.p*(1-w.p)*(1./400+1./draws))+.006)
		}
	}
}

// The two nulls answer the same question and must mostly agree.
func TestSDSMAndFixedDegreesAgree(t *testing.T) {
	m := attackSized()
	s, err := NewSDSM(m)
	if err != nil {
		t.Fatal(err)
	}
	pairs := m.Pairs()[:3000]
	fixed, stochastic := FixedDegreeOverlaps(m, pairs, TailUpper, 500, 1), s.Overlaps(pairs, TailUpper)
	var x, y []float64
	for n := range pairs {
		if fixed[n].P != nil {
			x, y = append(x, *fixed[n].P), append(y, *stochastic[n].P)
		}
	}
	if r := correlation(x, y); r < .95 {
		t.Errorf("correlation of p-values %v over %d pairs", r, len(x))
	}
}

func correlation(x, y []float64) float64 {
	mx, my, sum := mean(x), mean(y), 0.0
	for i := range x {
		sum += (x[i] - mx) * (y[i] - my)
	}
	return sum / float64(len(x)-1) / math.Sqrt(variance(x)*variance(y))
}
