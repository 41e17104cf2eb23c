package stat

import (
	"math"
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

func TestPoissonBinomialGivesThePublishedTails(t *testing.T) {
	d, err := NewPoissonBinomial([]float64{.123, .234, .345, .456, .567, .678, .789, .801, .911})
	if err != nil {
		t.Fatal(err)
	}
	near(t, "P(X>=5)", d.Upper(5), 0.6283853861234727, 1e-14)
	near(t, "P(X<=5)", d.Lower(5), 0.679134512566435, 1e-14)
}

func TestPoissonBinomialIsTheEnumeration(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.OneOf(rapid.Float64Range(0, 1), rapid.SampledFrom([]float64{0, 1})), 0, 10).Draw(t, "p")
		d, err := NewPoissonBinomial(p)
		if err != nil {
			t.Fatal(err)
		}
		want := make([]float64, len(p)+1)
		for outcome := range 1 << len(p) {
			prob := 1.0
			for i, x := range p {
				if outcome>>i&1 == 1 {
					prob *= x
				} else {
					prob *= 1 - x
				}
			}
			want[bits.OnesCount(uint(outcome))] += prob
		}
		upper := 0.0
		for k := len(p); k >= 0; k-- {
			upper += want[k]
			if math.Abs(d.PMF(k)-want[k]) > 1e-14 || math.Abs(d.Upper(k)-upper) > 1e-13 || math.Abs(d.Lower(k)-(1-upper+want[k])) > 1e-13 {
				t.Fatalf("k=%d: pmf %v upper %v lower %v, want pmf %v upper %v", k, d.PMF(k), d.Upper(k), d.Lower(k), want[k], upper)
			}
		}
	})
}

// The far tail of a binomial is known in closed form: p^n.
func TestPoissonBinomialKeepsRelativeAccuracyInTheFarTail(t *testing.T) {
	d := newPoissonBinomial([]float64{.01}, []int{50})
	near(t, "P(X>=50)/p^n", d.Upper(50)/math.Pow(.01, 50), 1, 1e-12)
}

func TestPoissonBinomialRefusesWhatIsNoProbability(t *testing.T) {
	for _, p := range []float64{-.1, 1.1, math.NaN(), math.Inf(1)} {
		if _, err := NewPoissonBinomial([]float64{.5, p}); err == nil {
			t.Errorf("%v was taken as a probability", p)
		}
	}
}

func TestPoissonBinomialIsADistribution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOfN(rapid.Float64Range(0, 1), 1, 400).Draw(t, "p")
		d, _ := NewPoissonBinomial(p)
		sum, mean := 0.0, 0.0
		for k := 0; k <= len(p); k++ {
			sum += d.PMF(k)
			mean += float64(k) * d.PMF(k)
			if k > 0 && (d.Upper(k) > d.Upper(k-1) || d.Lower(k) < d.Lower(k-1)) {
				t.Fatalf("tails are not monotone at %d", k)
			}
		}
		if math.Abs(sum-1) > 1e-12 || math.Abs(mean-d.Mean()) > 1e-9 {
			t.Fatalf("sum %v, mean %v, want 1 and %v", sum, mean, d.Mean())
		}
	})
}

func TestBinomialBuiltFromItsModeIsTheConvolution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 300).Draw(t, "n")
		x := rapid.OneOf(rapid.Float64Range(0, 1), rapid.Float64Range(0, .01)).Draw(t, "x")
		a, b := newBinomial(n, x), newPoissonBinomial([]float64{x}, []int{n})
		for k := 0; k <= n; k++ {
			if math.Abs(a.Upper(k)-b.Upper(k)) > 1e-11*b.Upper(k)+1e-115 || math.Abs(a.Lower(k)-b.Lower(k)) > 1e-11*b.Lower(k)+1e-115 {
				t.Fatalf("k=%d: upper %v and %v, lower %v and %v", k, a.Upper(k), b.Upper(k), a.Lower(k), b.Lower(k))
			}
		}
	})
}
