package stat

import (
	"fmt"
	"math"
)

// SeenFollowing is the share of truly following events that follow by their
// dates as well, where a date is the first day of the interval in which an event
// lies: between 0 and 1, and 1 where all intervals are of one day. lengthsA and
// lengthsB are the lengths of the intervals in days, upwards to whole ones;
// lengthsB has one for each date of b. With nothing on a side it is 0.
//
// Every event of b is taken to be followed as often, after any whole number of
// days of the window as often, and every event to lie on any day of its interval.
// One whose date has left the window of its own event still counts if it falls
// into that of another.
func SeenFollowing(lengthsA, b, lengthsB []float64, w Window) float64 {
	follows := followers(b, w)
	intervals := map[int]float64{} // of A, how many by whole days
	longest := 0
	for _, l := range lengthsA {
		intervals[daysOf(l)]++
		longest = max(longest, daysOf(l))
	}
	seen := 0.0
	for j, t := range b {
		for la := 1; la <= longest; la++ { // in order: sums must not depend on that of a map
			if intervals[la] == 0 {
				continue
			}
			first, chance := datedDelay(la, daysOf(lengthsB[j]), w)
			for k, p := range chance {
				if follows(t + w.Lag + float64(first+k)) {
					seen += p * intervals[la]
				}
			}
		}
	}
	return seen / max(1, float64(len(lengthsA)*len(b)))
}

func daysOf(length float64) int { return max(1, int(math.Ceil(length))) }

// datedDelay is the distribution of the delay by the dates, less the lag, of an
// event that truly follows, with intervals of la and lb days: delay + v - u, all
// three uniform. chance[k] belongs to first+k days.
func datedDelay(la, lb int, w Window) (first int, chance []float64) {
	delays := int(w.Width) + 1
	chance = make([]float64, delays+la+lb-2)
	for d := range delays {
		for u := range la {
			for v := range lb {
				chance[d+v+la-1-u] += 1 / float64(delays*la*lb)
			}
		}
	}
	return 1 - la, chance
}

// SetMDEDated sets the minimum detectable effect of a test that [Adjust] left not
// distinguishable, at the level Adjust returned for it: the mean number of
// following events that would have been found with probability [Power], on the
// path on which the odds of each event to follow are multiplied by the same
// factor. Where there is none, a warning says why. Dates may be intervals, of
// which those truly following are seen to follow with probability seen
// ([SeenFollowing]; 1 for exact dates): the effect is then the mean number of
// events that truly follow, whatever their dates say. For errors of dates see
// [TimingPower].
//
// If of n events the share q is linked and the rest is left to chance, E of n by
// the null, then E + q(n - E) truly follow and E + q(seen n - E) by the dates. So
// the effect to be found by a [JitterTest] is larger than with exact dates:
//
//	MDE = E + (MDE of exact dates - E) (n - E) / (seen n - E)
//
// That of a [ControlTest] is found for the same links, by normal approximation.
// For [TailLower] dates are taken as exact.
func (t *TimingTest) SetMDEDated(level, seen float64) {
	if t.Verdict != NotDistinguishable || t.null == nil {
		return
	}
	mde, why, ok := 0., "", false
	switch n, chance := float64(t.NA), t.null.mean; {
	case t.Tail != TailLower && t.strata != nil:
		mde, why, ok = t.strata().detectable(level, seen)
	default:
		if mde, why, ok = t.null.detectable(t.Tail, level, FollowingEvents); ok && t.Tail != TailLower {
			if seen < 1 {
				mde = chance + (mde-chance)*(n-chance)/max(0, seen*n-chance)
			}
			why, ok = unreachable(mde, t.NA)
		}
	}
	if !ok {
		t.warn("%s", why)
		return
	}
	t.MDE = &mde
}

func unreachable(mde float64, n int) (why string, reachable bool) {
	switch {
	case math.IsInf(mde, 1):
		return "no timing could be found: the dates are so wide that linked events follow by them no more often than others", false
	case mde > float64(n):
		return fmt.Sprintf("no timing could be found with power %g: it would take %.1f following events, and there are %d", Power, mde, n), false
	}
	return "", true
}
