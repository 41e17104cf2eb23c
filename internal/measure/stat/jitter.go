package stat

import (
	"fmt"
	"math"
	"slices"
)

// NullJitter names the interval-jitter null in Result.Null.
const NullJitter = "interval jitter"

// FollowingEvents is what the timing test counts, as written in
// Result.Statistic.
const FollowingEvents = "events that follow one of the other side"

// MinEvents is the smallest number of events on a side with which timing is
// tested.
const MinEvents = 5

// JitterTest tests whether more (TailUpper) or fewer (TailLower) events of A
// follow one of B within window w than the null lets expect. Under the null each
// event of A may as well have happened at any other moment of its own fixed
// stretch of days: the span is cut into stretches from its beginning, and every
// event is redrawn inside the stretch it lies in, on the grid of whole days from
// its own time. (Interval jitter; Amarasingham, Harrison, Hatsopoulos and Geman,
// Journal of Neurophysiology 107, 2012.) What happens on longer scales than a
// stretch, such as growing reporting or a war year, is kept, so it cannot pass
// for coordination; jittering round the event itself would not be exact.
//
// Given B, each event of A then follows or does not, independently of the
// others, with a probability found by counting days. So the number that do is
// Poisson-binomial and the p-value exact: no draws, no seed.
//
// For power a stretch must be several times the width of the window: with a
// window of 14 days, 20 events a side and half of them linked, stretches of 30,
// 60 and 91 days find .67, .80 and .84. A shock within a stretch that moves
// everybody (an invasion, a patch day) does pass for following: [ControlTest]
// tells it apart.
//
// A side with fewer than [MinEvents], or stretches in which every day or no day
// follows, makes the test not measurable. To test the other direction, exchange
// A and B. The verdict is set by [Adjust], the MDE by [TimingTest.SetMDEDated].
func JitterTest(a, b []float64, span Span, w Window, stretch float64, tail string) *TimingTest {
	if why := timingFault(a, b, span, w, stretch); why != "" {
		return unmeasurableTiming(NullJitter, a, b, why)
	}
	follows := followers(b, w)
	chance := make([]float64, 0, len(a))
	for _, t := range slices.Sorted(slices.Values(a)) {
		chance = append(chance, followingShare(t, span, stretch, follows))
	}
	null, err := NewPoissonBinomial(chance)
	if err != nil {
		return unmeasurableTiming(NullJitter, a, b, err.Error())
	}
	return newTimingTest(NullJitter, null, a, b, follows, tail)
}

// followingShare is the share of the days of t's stretch, on the grid of whole
// days through t, on which an event would follow.
func followingShare(t float64, span Span, stretch float64, follows func(float64) bool) float64 {
	from := span.From + stretch*math.Floor((t-span.From)/stretch)
	to := min(from+stretch, span.To)
	hits, days := 0, 0
	for day := t - math.Floor(t-from); day < to; day++ {
		days++
		if follows(day) {
			hits++
		}
	}
	return float64(hits) / float64(days)
}

// timingFault says why a timing test cannot be run, or "".
func timingFault(a, b []float64, span Span, w Window, stretch float64) string {
	if err := checkTiming(a, b, span, w); err != nil {
		return err.Error()
	}
	if !(stretch >= 1) || stretch > span.Length() {
		return fmt.Sprintf("stretches of %v days in a span of %v days", stretch, span.Length())
	}
	if min(len(a), len(b)) < MinEvents {
		return fmt.Sprintf("%d and %d events: at least %d on each side are needed", len(a), len(b), MinEvents)
	}
	return ""
}

func unmeasurableTiming(null string, a, b []float64, why string) *TimingTest {
	return &TimingTest{Result: Unmeasurable(null, FollowingEvents, len(a), len(b), why)}
}

// followers tells of a moment whether an event then would follow one of b.
func followers(b []float64, w Window) func(t float64) bool {
	sorted := slices.Sorted(slices.Values(b))
	return func(t float64) bool { return anyIn(sorted, t-w.Lag-w.Width, t-w.Lag) }
}

func newTimingTest(name string, null *poissonBinomial, a, b []float64, follows func(float64) bool, tail string) *TimingTest {
	if len(null.pmf) == 1 {
		return unmeasurableTiming(name, a, b, "wherever the null puts the events, as many follow: there is nothing to compare")
	}
	observed := 0
	for _, t := range a {
		if follows(t) {
			observed++
		}
	}
	p := null.Upper(observed)
	if tail == TailLower {
		p = null.Lower(observed)
	}
	r := newResult(name, FollowingEvents, tail, float64(observed), null.Mean(), p)
	r.NA, r.NB = len(a), len(b)
	return &TimingTest{Result: r.between(float64(null.Quantile(.025)), float64(null.Quantile(.975))), null: null}
}

// A TimingTest is the outcome of [JitterTest] or [ControlTest].
type TimingTest struct {
	Result
	null   *poissonBinomial
	strata func() controlStrata // of a [ControlTest]; only power needs them
}
