package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mathext"
)

// An Interval is an estimate with its confidence limits.
type Interval struct {
	Estimate float64 `json:"estimate"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Level    float64 `json:"level"` // coverage of Low to High, such as .95
}

// Proportion is the exact interval of a proportion, k of n, at a confidence
// level such as .95 (Clopper and Pearson, Biometrika 26, 1934): it covers the
// truth with at least that probability, whatever it is. It is an error where k
// is not in 0..n, n is 0, or level is not in (0, 1).
func Proportion(k, n int, level float64) (Interval, error) {
	if n <= 0 || k < 0 || k > n || !(level > 0 && level < 1) {
		return Interval{}, fmt.Errorf("proportion: %d of %d at level %v has no interval", k, n, level)
	}
	iv := Interval{Estimate: float64(k) / float64(n), Low: 0, High: 1, Level: level}
	tail := (1 - level) / 2
	if k > 0 {
		iv.Low = mathext.InvRegIncBeta(float64(k), float64(n-k+1), tail)
	}
	if k < n {
		iv.High = mathext.InvRegIncBeta(float64(k+1), float64(n-k), 1-tail)
	}
	return iv, nil
}

// binomialUpper is P(X >= k) of n trials of probability p, exact: a regularised
// incomplete beta function. NaN where n is negative or p not in [0, 1].
func binomialUpper(k, n int, p float64) float64 {
	switch {
	case n < 0 || !(p >= 0 && p <= 1):
		return math.NaN()
	case k <= 0:
		return 1
	case k > n:
		return 0
	case p == 0 || p == 1:
		return p
	}
	return mathext.RegIncBeta(float64(k), float64(n-k+1), p)
}
