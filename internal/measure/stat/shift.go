package stat

import "fmt"

// NullCircularShift names the circular shift null in Result.Null.
const NullCircularShift = "circular shift"

// CircularShift tests whether more events of A follow one of B within window w
// than when B is shifted round a circle of slots (days, weeks). Every one of the
// slots shifts is tried, the observed one among them, so p is exact and at least
// 1/slots. Times are slot numbers from 0; Lag and Width are whole slots.
//
// It keeps the gaps within each series, clustering too, but takes every slot of
// the span as alike: a check shown beside [JitterTest], not a verdict. Events
// outside the circle, or a side without events, make it not measurable.
func CircularShift(slots int, a, b []int, w Window) Result {
	lag, width := int(w.Lag), int(w.Width)
	if float64(lag) != w.Lag || float64(width) != w.Width || width < 0 {
		return Unmeasurable(NullCircularShift, FollowingEvents, len(a), len(b), fmt.Sprintf("lag %v and width %v are not whole slots", w.Lag, w.Width))
	}
	for _, t := range append(append([]int(nil), a...), b...) {
		if t < 0 || t >= slots {
			return Unmeasurable(NullCircularShift, FollowingEvents, len(a), len(b), fmt.Sprintf("slot %d lies outside the circle of %d", t, slots))
		}
	}
	if len(a) == 0 || len(b) == 0 {
		return Unmeasurable(NullCircularShift, FollowingEvents, len(a), len(b), "a side has no events")
	}
	followed := make([]bool, slots) // an event here would follow one of B
	for _, t := range b {
		for d := range min(width+1, slots) {
			followed[modulo(t+lag+d, slots)] = true
		}
	}
	var observed, atLeast, sum int
	for shift := range slots {
		count := 0
		for _, t := range a {
			if followed[modulo(t-shift, slots)] {
				count++
			}
		}
		if shift == 0 {
			observed = count
		}
		if count >= observed {
			atLeast++
		}
		sum += count
	}
	n := float64(slots)
	r := newResult(NullCircularShift, FollowingEvents, TailUpper, float64(observed), float64(sum)/n, float64(atLeast)/n)
	r.NA, r.NB = len(a), len(b)
	return r
}

func modulo(x, n int) int { return ((x % n) + n) % n }
