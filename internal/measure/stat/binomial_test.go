package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Closed forms: with no success the limit is 1-(a/2)^(1/n); 5 of 10 is .1871 to
// .8129 in every table.
func TestProportionGivesTheExactLimits(t *testing.T) {
	for _, c := range []struct {
		k, n      int
		low, high float64
		tolerance float64
	}{
		{0, 10, 0, 1 - math.Pow(.025, .1), 1e-9},
		{10, 10, math.Pow(.025, .1), 1, 1e-9},
		{5, 10, .1871, .8129, 5e-5},
	} {
		iv, err := Proportion(c.k, c.n, .95)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "low", iv.Low, c.low, c.tolerance)
		near(t, "high", iv.High, c.high, c.tolerance)
	}
}

// At the limits of the interval the tails hold exactly half of what is left.
func TestProportionLimitsLeaveHalfOfTheRestInEachTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 2000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		iv, err := Proportion(k, n, .95)
		if err != nil {
			t.Fatal(err)
		}
		if k > 0 && math.Abs(binomialUpper(k, n, iv.Low)-.025) > 1e-7 {
			t.Fatalf("P(X>=%d) at %v is %v", k, iv.Low, binomialUpper(k, n, iv.Low))
		}
		if k < n && math.Abs(BinomialLower(k, n, iv.High)-.025) > 1e-7 {
			t.Fatalf("P(X<=%d) at %v is %v", k, iv.High, BinomialLower(k, n, iv.High))
		}
	})
}

func TestBinomialTailsAreThoseOfTheConvolution(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		p := rapid.Float64Range(0, 1).Draw(t, "p")
		d := newPoissonBinomial([]float64{p}, []int{n})
		if math.Abs(binomialUpper(k, n, p)-d.Upper(k)) > 1e-10 || math.Abs(BinomialLower(k, n, p)-d.Lower(k)) > 1e-10 {
			t.Fatalf("upper %v and %v, lower %v and %v", binomialUpper(k, n, p), d.Upper(k), BinomialLower(k, n, p), d.Lower(k))
		}
	})
}

// BinomialLower is P(X <= k) of n trials of probability p.
func BinomialLower(k, n int, p float64) float64 { return binomialUpper(n-k, n, 1-p) }
