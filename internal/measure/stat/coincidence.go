package stat

import (
	"fmt"
	"math"
	"slices"
)

// A Span is the stretch of time that was observed, [From, To), in days from any
// fixed origin. An event on the last day counted lies at To-1.
type Span struct{ From, To float64 }

// Length of the span in days.
func (s Span) Length() float64 { return s.To - s.From }

// A Window says when an event of A follows one of B: at least Lag and at most
// Lag+Width days after it. Windows are stated before the data are seen. A
// window round the event, "within 7 days of it", has Lag -7 and Width 14.
type Window struct{ Lag, Width float64 }

// Coincidences is an event coincidence analysis of two series (Donges et al.,
// European Physical Journal Special Topics 225, 2016; Siegmund, Siegmund and
// Donner, Computers & Geosciences 98, 2017): how many events of A have one of B
// before them, and how many of B have one of A after them.
//
// Only events whose whole window lies inside the span are counted: at its edges
// a partner would not have been seen (Odenweller and Donner, Physical Review E
// 101, 052213, 2020).
//
// The p-values take both series as Poisson processes of constant rate. That is
// an assumption about the world, and for real incidents it is false (reporting
// grows, years differ, dates heap): the test to report is [JitterTest].
type Coincidences struct {
	Precursor, Trigger                 int     // events of A preceded, events of B followed
	NA, NB                             int     // events counted for each
	PrecursorRate, TriggerRate         float64 // shares, NaN where nothing was counted
	PPrecursor, PTrigger               float64 // analytic, upper tail; 1 where nothing was counted
	ExpectedPrecursor, ExpectedTrigger float64 // means under constant rates
}

// CoincidencesOf counts coincidences of events at times a and b, in days. It is
// an error where the span is empty or not longer than the lag, the width is
// negative, or an event lies outside the span.
func CoincidencesOf(a, b []float64, span Span, w Window) (Coincidences, error) {
	if err := checkTiming(a, b, span, w); err != nil {
		return Coincidences{}, err
	}
	as, bs := slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	var c Coincidences
	for _, t := range as {
		from, to := t-w.Lag-w.Width, t-w.Lag
		if from < span.From || to >= span.To {
			continue
		}
		c.NA++
		if anyIn(bs, from, to) {
			c.Precursor++
		}
	}
	for _, t := range bs {
		from, to := t+w.Lag, t+w.Lag+w.Width
		if from < span.From || to >= span.To {
			continue
		}
		c.NB++
		if anyIn(as, from, to) {
			c.Trigger++
		}
	}
	c.PrecursorRate, c.TriggerRate = float64(c.Precursor)/float64(c.NA), float64(c.Trigger)/float64(c.NB)
	share := min(1, w.Width/(span.Length()-math.Abs(w.Lag)))
	hitA, hitB := hitProbability(share, len(b)), hitProbability(share, len(a))
	c.PPrecursor, c.PTrigger = binomialUpper(c.Precursor, c.NA, hitA), binomialUpper(c.Trigger, c.NB, hitB)
	c.ExpectedPrecursor, c.ExpectedTrigger = float64(c.NA)*hitA, float64(c.NB)*hitB
	return c, nil
}

// hitProbability is 1-(1-share)^n: at least one of n events falls into a window
// that takes up share of the time.
func hitProbability(share float64, n int) float64 {
	return -math.Expm1(float64(n) * math.Log1p(-share))
}

// anyIn reports whether a sorted series has an event in [from, to].
func anyIn(sorted []float64, from, to float64) bool {
	n, _ := slices.BinarySearch(sorted, from)
	return n < len(sorted) && sorted[n] <= to
}

func checkTiming(a, b []float64, span Span, w Window) error {
	switch {
	case !(span.To > span.From) || math.IsInf(span.Length(), 0):
		return fmt.Errorf("timing: the span from day %v to day %v is empty", span.From, span.To)
	case !(w.Width >= 0) || !(math.Abs(w.Lag)+w.Width < span.Length()):
		return fmt.Errorf("timing: a window of %v days at lag %v does not fit into %v days", w.Width, w.Lag, span.Length())
	}
	for _, series := range [][]float64{a, b} {
		for _, t := range series {
			if !(t >= span.From && t < span.To) {
				return fmt.Errorf("timing: an event on day %v lies outside the span from %v to %v", t, span.From, span.To)
			}
		}
	}
	return nil
}
