package stat

import (
	"math"
	"math/big"
	"testing"

	"pgregory.net/rapid"
)

func TestHypergeometricGivesThePublishedValues(t *testing.T) {
	for _, c := range []struct {
		population, marked, draws, k int
		want                         float64
	}{
		{8, 4, 4, 3, 0.24285714285714285},
		{582, 30, 30, 8, 5.0903578362479345e-05},
		{488, 85, 70, 31, 7.526429285459656e-09},
	} {
		got, err := hypergeometric(c.population, c.marked, c.draws, c.k, TailUpper)
		if err != nil {
			t.Fatal(err)
		}
		near(t, "p / published p", got/c.want, 1, 1e-12)
	}
}

func TestHypergeometricIsTheRatioOfCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := int64(rapid.IntRange(0, 60).Draw(t, "n"))
		marked := rapid.Int64Range(0, n).Draw(t, "marked")
		draws := rapid.Int64Range(0, n).Draw(t, "draws")
		k := rapid.Int64Range(0, n).Draw(t, "k")
		ways, all := new(big.Int), new(big.Int).Binomial(n, draws)
		for x := k; x <= min(marked, draws); x++ {
			if draws-x <= n-marked {
				ways.Add(ways, new(big.Int).Mul(new(big.Int).Binomial(marked, x), new(big.Int).Binomial(n-marked, draws-x)))
			}
		}
		want, _ := new(big.Rat).SetFrac(ways, all).Float64()
		got, err := hypergeometric(int(n), int(marked), int(draws), int(k), TailUpper)
		if err != nil || math.Abs(got-want) > 1e-11*want+1e-300 {
			t.Fatalf("got %v (%v), want %v", got, err, want)
		}
	})
}

func TestHypergeometricRefusesMoreMarkedThanThereAre(t *testing.T) {
	if _, err := hypergeometric(10, 11, 3, 1, TailUpper); err == nil {
		t.Error("11 marked of 10 were accepted")
	}
}

func TestFisherOverlapSaysThatItIsAContrast(t *testing.T) {
	m := randomMatrix(newRand(6, 0), 4, 60)
	if r := fisherOverlap(m, 0, 1, TailUpper); r.P == nil || len(r.Warnings) == 0 {
		t.Errorf("%+v", r)
	}
}
