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

// A Jitter is how events are redrawn under the null of [JitterTest].
type Jitter struct {
	// Stretch is the length in days of the fixed stretches into which the span
	// is cut from its beginning. For power it must be several times the width of
	// the window: with a window of 14 days, 20 events a side and half of them
	// linked, stretches of 30, 60 and 91 days find .67, .80 and .84.
	Stretch float64
	// Background says how much likelier one day is than another for events of
	// this kind whoever is behind them, so that a shock that moves everybody (an
	// invasion, a patch day) does not pass for coordination; see [Background].
	// Nil takes all days of a stretch as alike. It must be finite and not
	// negative.
	Background func(day float64) float64
}

// JitterTest tests whether more (TailUpper) or fewer (TailLower) events of A
// follow one of B within window w than the null lets expect. Under the null each
// event of A may as well have happened at any other moment of its own fixed
// stretch of days: every event is redrawn inside the stretch it lies in, on the
// grid of whole days from its own time. (Interval jitter; Amarasingham,
// Harrison, Hatsopoulos and Geman, Journal of Neurophysiology 107, 2012.) What
// happens on longer scales than a stretch - growing reporting, a war year - is
// kept, so it cannot pass for coordination; jittering round the event itself
// would not be exact.
//
// Given B, each event of A then follows or does not, independently of the
// others, with a probability found by counting days. So the number that do is
// Poisson-binomial and the p-value exact: no draws, no seed.
//
// A side with fewer than [MinEvents], or stretches in which every day or no day
// follows, makes the test not measurable. To test the other direction, exchange
// A and B. The verdict is set by [Adjust], the MDE by [TimingTest.SetMDE].
func JitterTest(a, b []float64, span Span, w Window, jitter Jitter, tail string) *TimingTest {
	test := &TimingTest{}
	fail := func(format string, args ...any) *TimingTest {
		test.Result = Unmeasurable(NullJitter, FollowingEvents, len(a), len(b), fmt.Sprintf(format, args...))
		return test
	}
	if err := checkTiming(a, b, span, w); err != nil {
		return fail("%v", err)
	}
	if !(jitter.Stretch >= 1) || jitter.Stretch > span.Length() {
		return fail("stretches of %v days in a span of %v days", jitter.Stretch, span.Length())
	}
	if min(len(a), len(b)) < MinEvents {
		return fail("%d and %d events: at least %d on each side are needed", len(a), len(b), MinEvents)
	}
	bs := slices.Sorted(slices.Values(b))
	follows := func(t float64) bool { return anyIn(bs, t-w.Lag-w.Width, t-w.Lag) }
	observed := 0
	chance := make([]float64, 0, len(a))
	for _, t := range slices.Sorted(slices.Values(a)) {
		if follows(t) {
			observed++
		}
		chance = append(chance, jitter.share(t, span, follows))
	}
	null, err := NewPoissonBinomial(chance)
	if err != nil {
		return fail("the background of a stretch is no weight: %v", err)
	}
	if null.SD() == 0 {
		return fail("on every day of its stretch of %v days each event would follow, or none would: there is nothing to compare", jitter.Stretch)
	}
	p := null.Upper(observed)
	if tail == TailLower {
		p = null.Lower(observed)
	}
	r := newResult(NullJitter, FollowingEvents, tail, float64(observed), null.Mean(), p)
	r.NA, r.NB = len(a), len(b)
	test.Result, test.null = r.between(float64(null.Quantile(.025)), float64(null.Quantile(.975))), null
	return test
}

// share is the probability that an event at t, redrawn in its stretch on the
// grid of whole days through t, follows.
func (j Jitter) share(t float64, span Span, follows func(float64) bool) float64 {
	from := span.From + j.Stretch*math.Floor((t-span.From)/j.Stretch)
	to := min(from+j.Stretch, span.To)
	hits, total := 0.0, 0.0
	for day := t - math.Floor(t-from); day < to; day++ {
		weight := 1.0
		if j.Background != nil {
			weight = j.Background(day)
		}
		total += weight
		if follows(day) {
			hits += weight
		}
	}
	return min(1, hits/total)
}

// Background weighs a day by the events of others within reach days of it: one
// more than their number, over one more than the number expected at the rate of
// the whole span. The one keeps quiet days possible, and draws the weight
// towards 1 where others are few. Others must not be linked to either side of
// the test, or the link is taken out with the shock.
func Background(others []float64, span Span, reach float64) func(day float64) float64 {
	sorted := slices.Sorted(slices.Values(others))
	rate := float64(len(others)) / span.Length()
	return func(day float64) float64 {
		from, _ := slices.BinarySearch(sorted, day-reach)
		to, _ := slices.BinarySearch(sorted, math.Nextafter(day+reach, math.Inf(1)))
		width := min(day+reach, span.To) - max(day-reach, span.From)
		return (1 + float64(to-from)) / (1 + rate*width)
	}
}

// A TimingTest is the outcome of [JitterTest].
type TimingTest struct {
	Result
	null *PoissonBinomial
}

// SetMDE sets the minimum detectable effect of a test that [Adjust] left not
// distinguishable, at the level Adjust returned for it: the mean number of
// following events that would have been found with probability [Power], on the
// path on which the odds of each event to follow are multiplied by the same
// factor. Where there is none, a warning says why.
//
// It takes the dates as exact. Errors in dates cost power that this number does
// not know of; see [TimingPower].
func (t *TimingTest) SetMDE(level float64) {
	if t.Verdict != NotDistinguishable || t.null == nil {
		return
	}
	mde, why, ok := t.null.detectable(t.Tail, level, FollowingEvents)
	if ok && t.Tail != TailLower && mde > float64(t.NA) {
		why, ok = fmt.Sprintf("no timing could be found with power %g: it would take %.1f following events, and there are %d", Power, mde, t.NA), false
	}
	if !ok {
		t.warn("%s", why)
		return
	}
	t.MDE = &mde
}
