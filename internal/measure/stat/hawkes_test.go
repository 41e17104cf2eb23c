package stat

import (
	"fmt"
	"math"
	"slices"
)

// A Hawkes process makes two series of events that set off further events of
// their own and of each other's series (Hawkes, Biometrika 58, 1971). It is here
// to simulate clustered and linked series for power and false alarms; no known
// case has day-precise events enough to fit one.
type Hawkes struct {
	Base [2]float64 // events a day that nothing set off
	// Offspring[i][j] is the mean number of events of series j that an event of
	// series i sets off directly.
	Offspring [2][2]float64
	Delay     float64 // mean days from an event to one it sets off, exponential
}

// hawkesLimit bounds the events of one simulation.
const hawkesLimit = 10_000_000

// Simulate returns the two series over days days, sorted, each starting in
// equilibrium only as far as events within ten mean delays before the span
// matter. It follows the branching structure: events that nothing set off, then
// their offspring, generation by generation. It is an error where the process
// explodes (the offspring matrix has a spectral radius of 1 or more), a rate is
// negative, or more than ten million events would come.
func (h Hawkes) Simulate(days float64, seed uint64) (series [2][]float64, err error) {
	if err := h.check(days); err != nil {
		return series, err
	}
	rng := newRand(seed, 0)
	warm := 10 * h.Delay
	poisson := func(mean float64) int { return poissonDraw(rng.Float64, mean) }
	type event struct {
		t    float64
		kind int
	}
	var queue []event
	for kind, base := range h.Base {
		for range poisson(base * (days + warm)) {
			queue = append(queue, event{rng.Float64()*(days+warm) - warm, kind})
		}
	}
	for n := 0; n < len(queue); n++ {
		e := queue[n]
		if e.t >= 0 {
			series[e.kind] = append(series[e.kind], e.t)
		}
		for kind, mean := range h.Offspring[e.kind] {
			for range poisson(mean) {
				if t := e.t + h.Delay*rng.ExpFloat64(); t < days {
					queue = append(queue, event{t, kind})
				}
			}
		}
		if len(queue) > hawkesLimit {
			return series, fmt.Errorf("hawkes: more than %d events in %v days", hawkesLimit, days)
		}
	}
	slices.Sort(series[0])
	slices.Sort(series[1])
	return series, nil
}

func (h Hawkes) check(days float64) error {
	m := h.Offspring
	for _, v := range []float64{h.Base[0], h.Base[1], m[0][0], m[0][1], m[1][0], m[1][1], h.Delay, days} {
		if !(v >= 0) || math.IsInf(v, 0) {
			return fmt.Errorf("hawkes: rates, offspring, delay and days must be finite and not negative, not %v", v)
		}
	}
	trace, determinant := m[0][0]+m[1][1], m[0][0]*m[1][1]-m[0][1]*m[1][0]
	radius := (trace + math.Sqrt(max(0, trace*trace-4*determinant))) / 2
	if radius >= 1 {
		return fmt.Errorf("hawkes: each event sets off %.3g others in the long run; below 1 is needed", radius)
	}
	if (h.Base[0]+h.Base[1])*(days+10*h.Delay)/(1-radius) > hawkesLimit {
		return fmt.Errorf("hawkes: more than %d events are to be expected in %v days", hawkesLimit, days)
	}
	return nil
}

// poissonDraw counts unit-rate arrivals up to mean.
func poissonDraw(uniform func() float64, mean float64) int {
	n := 0
	for t := -math.Log1p(-uniform()); t < mean; t -= math.Log1p(-uniform()) {
		n++
	}
	return n
}
