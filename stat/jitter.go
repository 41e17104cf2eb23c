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
// stretch of jitter days: the span is cut into stretches from its beginning, and
// every event is redrawn inside the stretch it lies in, on the grid of whole
// days from its own time. (Interval jitter; Amarasingham, Harrison,
// Hatsopoulos and Geman, Journal of Neurophysiology 107, 2012.) What happens on
// longer scales than a stretch - growing reporting, a war year - is kept, so it
// cannot pass for coordination; jittering round the event itself would not be
// exact.
//
// Given B, each event of A then follows or does not, independently of the
// others, with a probability found by counting days. So the number that do is
// Poisson-binomial and the p-value exact: no draws, no seed.
//
// For power, jitter must be several times the width of the window. A side with
// fewer than [MinEvents], or stretches in which every day or no day follows,
// makes the test not measurable. To test the other direction, exchange A and B.
// The verdict is set by [Adjust], the MDE by [TimingTest.SetMDE].
func JitterTest(a, b []float64, span Span, w Window, jitter float64, tail string) *TimingTest {
	test := &TimingTest{}
	fail := func(format string, args ...any) *TimingTest {
		test.Result = Unmeasurable(NullJitter, FollowingEvents, len(a), len(b), fmt.Sprintf(format, args...))
		return test
	}
	if err := checkTiming(a, b, span, w); err != nil {
		return fail("%v", err)
	}
	if !(jitter >= 1) || jitter > span.Length() {
		return fail("stretches of %v days in a span of %v days", jitter, span.Length())
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
		chance = append(chance, followingShare(t, span, jitter, follows))
	}
	test.null, _ = NewPoissonBinomial(chance)
	if test.null.SD() == 0 {
		return fail("on every day of its stretch of %v days each event would follow, or none would: there is nothing to compare", jitter)
	}
	p := test.null.Upper(observed)
	if tail == TailLower {
		p = test.null.Lower(observed)
	}
	r := newResult(NullJitter, FollowingEvents, tail, float64(observed), test.null.Mean(), p)
	r.NA, r.NB = len(a), len(b)
	test.Result = r.between(float64(test.null.Quantile(.025)), float64(test.null.Quantile(.975)))
	return test
}

// followingShare is the share of the days of t's stretch, on the grid of whole
// days through t, on which an event would follow.
func followingShare(t float64, span Span, jitter float64, follows func(float64) bool) float64 {
	from := span.From + jitter*math.Floor((t-span.From)/jitter)
	to := min(from+jitter, span.To)
	hits, days := 0, 0
	for day := t - math.Floor(t-from); day < to; day++ {
		days++
		if follows(day) {
			hits++
		}
	}
	return float64(hits) / float64(days)
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
