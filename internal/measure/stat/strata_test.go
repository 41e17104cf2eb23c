package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Two publishers with vocabularies of their own, and actors who do what they do
// independently of one another.
func TestStrataAreNotFooledByOnePublishersVocabulary(t *testing.T) {
	rng := newRand(20, 0)
	const actors, items = 60, 120
	var plain, within, pairs int
	for range 12 {
		m, publisher := NewMatrix(actors, items), make([]int, actors)
		var popularity [2][items]float64
		for k := range items {
			common, own := 1.2*rng.NormFloat64()-2, 1.5*rng.NormFloat64()
			popularity[0][k], popularity[1][k] = math.Exp(common+own), math.Exp(common-own)
		}
		for i := range actors {
			publisher[i] = 7 * (i % 2)
			activity := math.Exp(.6 * rng.NormFloat64())
			for k, y := range popularity[i%2] {
				if x := activity * y; rng.Float64() < x/(1+x) {
					m.Set(i, k)
				}
			}
		}
		a, errA := NewSDSM(m)
		b, errB := newSDSMWithin(m, publisher)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		for _, p := range m.Pairs() {
			x, y := a.Overlap(p.A, p.B, TailUpper), b.Overlap(p.A, p.B, TailUpper)
			if publisher[p.A] != publisher[p.B] || x.P == nil {
				continue
			}
			pairs++
			if *x.P <= .05 {
				plain++
			}
			if *y.P <= .05 {
				within++
			}
		}
	}
	// Pairs of one matrix are not independent; the margin allows for it.
	if share := float64(within) / float64(pairs); share > .055 {
		t.Errorf("within strata %v of %d pairs below .05", share, pairs)
	}
	if share := float64(plain) / float64(pairs); share < .15 {
		t.Errorf("without strata only %v of %d pairs below .05: this data shows nothing", share, pairs)
	}
	t.Logf("pairs of one publisher below .05: plain %d, within strata %d of %d", plain, within, pairs)
}

func TestStrataThatAreAllOneAreThePlainModel(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMatrix(t)
		same := make([]int, m.Rows())
		for i := range same {
			same[i] = 3
		}
		a, errA := NewSDSM(m)
		b, errB := newSDSMWithin(m, same)
		if errA != nil || errB != nil {
			t.Fatal(errA, errB)
		}
		for _, p := range m.Pairs() {
			if x, y := a.Overlap(p.A, p.B, TailUpper), b.Overlap(p.A, p.B, TailUpper); x.P != nil && *x.P != *y.P {
				t.Fatalf("%v and %v", *x.P, *y.P)
			}
		}
	})
}

// The distribution across strata must be that of its cells, and the same both
// ways round.
func TestStrataGiveTheDistributionOfTheirCells(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMatrix(t)
		stratum := rapid.SliceOfN(rapid.IntRange(0, 2), m.Rows(), m.Rows()).Draw(t, "stratum")
		s, err := newSDSMWithin(m, stratum)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range m.Pairs() {
			cells := make([]float64, m.Columns())
			for k := range cells {
				cells[k] = s.P(p.A, k) * s.P(p.B, k)
			}
			want, err := NewPoissonBinomial(cells)
			if err != nil {
				t.Fatal(err)
			}
			got := s.Distribution(p.A, p.B)
			if k := m.Overlap(p.A, p.B); math.Abs(got.Upper(k)-want.Upper(k)) > 1e-10 || s.Distribution(p.B, p.A) != got {
				t.Fatalf("%v: P(X>=%d) = %v, want %v", p, k, got.Upper(k), want.Upper(k))
			}
		}
	})
}

func TestStrataOfFewActorsAreWarnedAbout(t *testing.T) {
	m := randomMatrix(newRand(21, 0), 20, 100)
	stratum := make([]int, 20)
	stratum[0], stratum[1] = 1, 1
	s, err := newSDSMWithin(m, stratum)
	if err != nil {
		t.Fatal(err)
	}
	if r := s.Overlap(0, 1, TailUpper); len(r.Warnings) != 1 {
		t.Errorf("warnings %q", r.Warnings)
	}
	if r := s.Overlap(2, 3, TailUpper); len(r.Warnings) != 0 {
		t.Errorf("warnings %q", r.Warnings)
	}
	if _, err := newSDSMWithin(m, stratum[:3]); err == nil {
		t.Error("3 strata for 20 rows were accepted")
	}
}
