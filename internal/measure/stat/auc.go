package stat

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// An AUC is the area under the receiver operating characteristic: the
// probability that a score of the positive class exceeds one of the negative
// class, ties counting half. 0.5 is no better than chance.
type AUC struct {
	Interval
	SE       float64 `json:"se"` // DeLong, DeLong and Clarke-Pearson, Biometrics 44, 1988; 0 where the classes are fully separated
	Positive int     `json:"positive"`
	Negative int     `json:"negative"`
}

// AreaUnderROC estimates the AUC with a confidence interval at level (such as
// .95). The interval is Newcombe's method 5 (Statistics in Medicine 25, 2006,
// 559-573): it inverts the variance of Hanley and McNeil (Radiology 143, 1982)
// at the limits themselves, so that it stays inside 0 to 1 and does not shrink
// to nothing when a small sample separates the classes fully. It is an error
// where a class is empty or a score is not a number.
func AreaUnderROC(positive, negative []float64, level float64) (AUC, error) {
	m, n := len(positive), len(negative)
	if m == 0 || n == 0 {
		return AUC{}, fmt.Errorf("AUC: %d positive and %d negative scores; both classes are needed", m, n)
	}
	if slices.ContainsFunc(positive, math.IsNaN) || slices.ContainsFunc(negative, math.IsNaN) {
		return AUC{}, fmt.Errorf("AUC: a score is not a number")
	}
	if !(level > 0 && level < 1) {
		return AUC{}, fmt.Errorf("AUC: confidence level %v is not between 0 and 1", level)
	}
	overNegative := placements(positive, negative) // share of negatives below each positive
	underPositive := placements(negative, positive)
	a := AUC{Positive: m, Negative: n}
	a.Estimate, a.Level = mean(overNegative), level
	a.SE = math.Sqrt(variance(overNegative)/float64(m) + variance(underPositive)/float64(n))
	z := distuv.UnitNormal.Quantile((1 + level) / 2)
	a.Low = newcombeLimit(a.Estimate, m, n, -z)
	a.High = newcombeLimit(a.Estimate, m, n, z)
	return a, nil
}

// placements gives, for each x, the share of others below it, ties half.
func placements(xs, others []float64) []float64 {
	sorted := slices.Sorted(slices.Values(others))
	out := make([]float64, len(xs))
	for i, x := range xs {
		below, _ := slices.BinarySearch(sorted, x)
		above, _ := slices.BinarySearch(sorted, math.Nextafter(x, math.Inf(1)))
		out[i] = float64(below+above) / 2 / float64(len(others))
	}
	return out
}

// newcombeLimit finds the theta beyond estimate, on the side of z, for which
// the estimate lies |z| standard errors away.
func newcombeLimit(estimate float64, m, n int, z float64) float64 {
	se := func(theta float64) float64 {
		star := float64(m+n)/2 - 1
		v := theta * (1 - theta) * (1 + star*((1-theta)/(2-theta)+theta/(1+theta))) / float64(m*n)
		return math.Sqrt(v)
	}
	near, far := estimate, 1.0
	if z < 0 {
		far = 0
	}
	for range 100 {
		theta := (near + far) / 2
		if math.Abs(theta-estimate) < math.Abs(z)*se(theta) {
			near = theta
		} else {
			far = theta
		}
	}
	return (near + far) / 2
}

func mean(x []float64) float64 {
	sum := 0.0
	for _, v := range x {
		sum += v
	}
	return sum / float64(len(x))
}

// variance is the unbiased sample variance; 0 for fewer than two values.
func variance(x []float64) float64 {
	if len(x) < 2 {
		return 0
	}
	m, sum := mean(x), 0.0
	for _, v := range x {
		sum += (v - m) * (v - m)
	}
	return sum / float64(len(x)-1)
}
