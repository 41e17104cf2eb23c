package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func every(from, step, to float64) []float64 {
	var out []float64
	for t := from; t <= to; t += step {
		out = append(out, t)
	}
	return out
}

func TestCoincidencesGiveThePublishedExample(t *testing.T) {
	c, err := CoincidencesOf(every(5, 5, 75), every(12, 10, 72), Span{1, 101}, Window{Lag: 2, Width: 1})
	if err != nil {
		t.Fatal(err)
	}
	if c.Precursor != 7 || c.Trigger != 7 {
		t.Errorf("%d and %d coincidences, want 7 and 7", c.Precursor, c.Trigger)
	}
	near(t, "precursor rate", c.PrecursorRate, 7./15, 1e-12)
	near(t, "trigger rate", c.TriggerRate, 1, 0)
	near(t, "precursor p ratio", c.PPrecursor/2.994377483334122e-05, 1, 1e-10)
	near(t, "trigger p ratio", c.PTrigger/1.1988856947251968e-06, 1, 1e-10)
}

// An event whose window reaches past the edge of the span cannot show its
// partner and must not count as one without.
func TestCoincidencesLeaveOutEventsWhoseWindowIsCut(t *testing.T) {
	c, err := CoincidencesOf([]float64{2, 50}, []float64{48, 98}, Span{0, 100}, Window{Lag: 1, Width: 4})
	if err != nil {
		t.Fatal(err)
	}
	if c.NA != 1 || c.NB != 1 || c.PrecursorRate != 1 || c.TriggerRate != 1 {
		t.Errorf("%+v", c)
	}
}

func TestCoincidencesOfIndependentSeriesAreNotFoundTooOften(t *testing.T) {
	const runs = 3000
	rng, below := newRand(11, 0), 0
	for range runs {
		c, err := CoincidencesOf(uniform(rng.Float64, 20, 730), uniform(rng.Float64, 20, 730), Span{0, 730}, Window{Width: 14})
		if err != nil {
			t.Fatal(err)
		}
		if c.PPrecursor <= .05 {
			below++
		}
	}
	if iv, _ := Proportion(below, runs, .999); iv.Low > .05 {
		t.Errorf("false alarms %v", iv)
	}
}

func TestCoincidencesRefuseWhatIsNoSpan(t *testing.T) {
	for _, c := range []struct {
		a    []float64
		span Span
		w    Window
	}{
		{nil, Span{5, 5}, Window{}}, {nil, Span{0, math.Inf(1)}, Window{}}, {[]float64{11}, Span{0, 10}, Window{}},
		{nil, Span{0, 10}, Window{Lag: 8, Width: 3}}, {nil, Span{0, 10}, Window{Width: -1}}, {[]float64{math.NaN()}, Span{0, 10}, Window{}},
	} {
		if _, err := CoincidencesOf(c.a, nil, c.span, c.w); err == nil {
			t.Errorf("%+v was accepted", c)
		}
	}
}

func TestCoincidencesAreMirroredByTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfN(rapid.IntRange(0, 99), 0, 20)
		a, b := floats(days.Draw(t, "a")), floats(days.Draw(t, "b"))
		w := Window{Lag: float64(rapid.IntRange(-5, 5).Draw(t, "lag")), Width: float64(rapid.IntRange(0, 9).Draw(t, "width"))}
		span := Span{0, 100}
		c, err := CoincidencesOf(a, b, span, w)
		if err != nil {
			t.Fatal(err)
		}
		// Backwards in time, B follows A.
		back, err := CoincidencesOf(mirror(b), mirror(a), span, w)
		if err != nil {
			t.Fatal(err)
		}
		if c.Precursor != back.Trigger || c.Trigger != back.Precursor || c.NA != back.NB || c.PPrecursor != back.PTrigger {
			t.Fatalf("%+v and %+v", c, back)
		}
		if !(c.PPrecursor > 0 && c.PPrecursor <= 1 && c.PTrigger > 0 && c.PTrigger <= 1) && w.Width > 0 {
			t.Fatalf("p-values of %+v", c)
		}
	})
}

func mirror(x []float64) []float64 {
	out := make([]float64, len(x))
	for i, t := range x {
		out[i] = 99 - t
	}
	return out
}

func floats(x []int) []float64 {
	out := make([]float64, len(x))
	for i, v := range x {
		out[i] = float64(v)
	}
	return out
}

func uniform(draw func() float64, n int, days float64) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = draw() * days
	}
	return out
}
