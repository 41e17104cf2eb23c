package stat

import (
	"fmt"
	"math"
	"slices"
)

// A poissonBinomial is the distribution of the number of successes among
// independent trials whose success probabilities differ (Poisson 1837; Wang,
// Statistica Sinica 3, 1993). It is computed exactly by convolution: sums of
// products of positive numbers, so every probability keeps its relative
// accuracy, tails included. Counts less likely than 1e-120 are left out, which
// does not touch tails of 1e-100 and more.
type poissonBinomial struct {
	first        int       // the count that pmf[0] belongs to
	pmf          []float64 // contiguous support
	lower, upper []float64 // P(X <= first+i), P(X >= first+i)
	logs         []float64 // of pmf
	mean         float64
	variance     float64
}

// negligible is the probability below which a count is left out of the support.
const negligible = 1e-120

// NewPoissonBinomial returns the distribution for trials with probabilities p.
// It is an error where one is not in [0, 1].
func NewPoissonBinomial(p []float64) (*poissonBinomial, error) {
	for i, x := range p {
		if !(x >= 0 && x <= 1) {
			return nil, fmt.Errorf("poisson-binomial: probability %d is %v, not in 0 to 1", i, x)
		}
	}
	once := make([]int, len(p))
	for i := range once {
		once[i] = 1
	}
	return newPoissonBinomial(p, once), nil
}

// newPoissonBinomial takes each p[i] times[i] times.
func newPoissonBinomial(p []float64, times []int) *poissonBinomial {
	total := 0
	for _, n := range times {
		total += n
	}
	buffer := make([]float64, total+2)
	buffer[0] = 1
	d := &poissonBinomial{}
	lo, hi := 0, 1 // support is buffer[lo:hi]
	for i, x := range p {
		d.mean += float64(times[i]) * x
		d.variance += float64(times[i]) * x * (1 - x)
		for range times[i] {
			lo, hi = convolve(buffer, lo, hi, x)
		}
	}
	d.first = lo
	d.pmf = append([]float64(nil), buffer[lo:hi]...)
	d.cumulate()
	return d
}

// newBinomial is the case of n trials of the same probability, built outwards
// from the mode by ratios of neighbours: its cost is that of the support, not of
// the convolution.
func newBinomial(n int, x float64) *poissonBinomial {
	if x <= 0 || x >= 1 || n == 0 {
		return newPoissonBinomial([]float64{x}, []int{n})
	}
	d := &poissonBinomial{mean: float64(n) * x, variance: float64(n) * x * (1 - x)}
	mode := min(n, int(float64(n+1)*x))
	odds := x / (1 - x)
	var below, above []float64 // relative to the mode
	for k, v := mode, 1.0; k > 0; k-- {
		v *= float64(k) / float64(n-k+1) / odds
		if v < negligible {
			break
		}
		below = append(below, v)
	}
	for k, v := mode, 1.0; k < n; k++ {
		v *= float64(n-k) / float64(k+1) * odds
		if v < negligible {
			break
		}
		above = append(above, v)
	}
	slices.Reverse(below)
	d.first = mode - len(below)
	d.pmf = append(append(below, 1), above...)
	total := 0.0
	for _, v := range d.pmf {
		total += v
	}
	for i := range d.pmf {
		d.pmf[i] /= total
	}
	d.cumulate()
	return d
}

// convolve adds one trial of probability x to the distribution f[lo:hi] in
// place and returns the new support.
func convolve(f []float64, lo, hi int, x float64) (int, int) {
	y := 1 - x
	f[hi] = 0
	window := f[lo : hi+1]
	carry := 0.0
	for i, v := range window {
		window[i] = v*y + carry
		carry = v * x
	}
	hi++
	for hi-lo > 1 && f[hi-1] < negligible {
		hi--
	}
	for hi-lo > 1 && f[lo] < negligible {
		lo++
	}
	return lo, hi
}

// trim drops negligible counts from both ends of the support.
func (d *poissonBinomial) trim() {
	for len(d.pmf) > 1 && d.pmf[0] < negligible {
		d.pmf = d.pmf[1:]
		d.first++
	}
	for n := len(d.pmf) - 1; n > 0 && d.pmf[n] < negligible; n-- {
		d.pmf = d.pmf[:n]
	}
}

func (d *poissonBinomial) cumulate() {
	n := len(d.pmf)
	d.lower, d.upper = make([]float64, n), make([]float64, n)
	sum := 0.0
	for i, v := range d.pmf {
		sum += v
		d.lower[i] = min(1, sum)
	}
	sum = 0
	for i := n - 1; i >= 0; i-- {
		sum += d.pmf[i]
		d.upper[i] = min(1, sum)
	}
	d.logs = make([]float64, n)
	for i, v := range d.pmf {
		d.logs[i] = math.Log(v)
	}
}

// PMF is P(X = k).
func (d *poissonBinomial) PMF(k int) float64 {
	if i := k - d.first; i >= 0 && i < len(d.pmf) {
		return d.pmf[i]
	}
	return 0
}

// Upper is P(X >= k): 1 for k <= 0, 0 where k successes are impossible or less
// likely than 1e-120.
func (d *poissonBinomial) Upper(k int) float64 {
	switch i := k - d.first; {
	case i <= 0:
		return 1
	case i >= len(d.pmf):
		return 0
	default:
		return d.upper[i]
	}
}

// Lower is P(X <= k), the distribution function.
func (d *poissonBinomial) Lower(k int) float64 {
	switch i := k - d.first; {
	case i < 0:
		return 0
	case i >= len(d.pmf)-1:
		return 1
	default:
		return d.lower[i]
	}
}

// Quantile is the smallest k with P(X <= k) >= q, for q in (0, 1).
func (d *poissonBinomial) Quantile(q float64) int {
	for i, c := range d.lower {
		if c >= q {
			return d.first + i
		}
	}
	return d.first + len(d.pmf) - 1
}

// Mean is the expected number of successes.
func (d *poissonBinomial) Mean() float64 { return d.mean }

// SD is the standard deviation of the number of successes.
func (d *poissonBinomial) SD() float64 { return math.Sqrt(d.variance) }

// last is the largest count of the support.
func (d *poissonBinomial) last() int { return d.first + len(d.pmf) - 1 }
