package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// A TimingPlan describes a timing test before there are data: how many events,
// over how long, how well dated, and how many of them linked.
type TimingPlan struct {
	NA, NB int     // events of each side
	Days   float64 // length of the span
	Window Window
	// Linked is the probability that an event of A follows one of B, at a moment
	// uniform in the window; otherwise it falls anywhere in the span.
	Linked float64
	// DateSD is the standard deviation, in days, of the error of every date on
	// both sides; 0 is exact.
	DateSD float64
	// Jitter is the stretch of [JitterTest] in days; 0 takes the analytic test
	// of [CoincidencesOf].
	Jitter float64
	Level  float64 // raw p at which a test is rejected
	Runs   int     // simulated data sets
	Seed   uint64
}

func (p TimingPlan) check() error {
	switch {
	case p.NA < 1 || p.NB < 1 || p.Runs < 1:
		return fmt.Errorf("timing power: %d and %d events in %d runs", p.NA, p.NB, p.Runs)
	case !(p.Linked >= 0 && p.Linked <= 1) || !(p.Level > 0 && p.Level < 1) || !(p.DateSD >= 0) || math.IsInf(p.DateSD, 0):
		return fmt.Errorf("timing power: linked share %v, level %v, date error %v days", p.Linked, p.Level, p.DateSD)
	case p.Jitter < 0 || p.Jitter > p.Days:
		return fmt.Errorf("timing power: stretches of %v days in %v days", p.Jitter, p.Days)
	}
	return checkTiming(nil, nil, Span{0, p.Days}, p.Window)
}

// TimingPower is the share of simulated data sets in which the planned test
// finds the link, with its exact 95 % interval. With nothing linked it is the
// false-alarm rate. The same plan gives the same number.
func TimingPower(p TimingPlan) (Interval, error) {
	if err := p.check(); err != nil {
		return Interval{}, err
	}
	found := make([]bool, p.Runs)
	forEach(p.Runs, func(run int) { found[run] = p.run(newRand(p.Seed, uint64(run))) })
	n := 0
	for _, f := range found {
		if f {
			n++
		}
	}
	return Proportion(n, p.Runs, .95)
}

// run simulates one data set and reports whether the test finds the link.
func (p TimingPlan) run(rng *rand.Rand) bool {
	a, b := make([]float64, p.NA), make([]float64, p.NB)
	for i := range b {
		b[i] = rng.Float64() * p.Days
	}
	for i := range a {
		// All numbers are drawn whether used or not, so that plans that differ
		// in one figure share their luck.
		linked, anywhere := rng.Float64() < p.Linked, rng.Float64()*p.Days
		partner, delay := b[rng.IntN(p.NB)], p.Window.Lag+rng.Float64()*p.Window.Width
		a[i] = anywhere
		if linked {
			a[i] = partner + delay
		}
	}
	for _, series := range [][]float64{a, b} {
		for i := range series {
			series[i] = reflect(series[i]+p.DateSD*rng.NormFloat64(), p.Days)
		}
	}
	span := Span{0, p.Days}
	if p.Jitter > 0 {
		r := JitterTest(a, b, span, p.Window, p.Jitter, TailUpper)
		return r.P != nil && *r.P <= p.Level
	}
	c, err := CoincidencesOf(a, b, span, p.Window)
	return err == nil && c.PPrecursor <= p.Level
}

// reflect folds x back into [0, length).
func reflect(x, length float64) float64 {
	x = math.Mod(math.Abs(x), 2*length)
	if x >= length {
		x = 2*length - x
	}
	return min(x, math.Nextafter(length, 0))
}
