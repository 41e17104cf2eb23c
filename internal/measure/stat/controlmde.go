package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// detectable is the minimum detectable effect of a control test of n events of A,
// in events that truly follow, where a linked one is seen to follow with
// probability seen; or why there is none.
//
// In a stretch in which events follow by chance with share f, those of A do with
// f + q(seen - f) if the share q of them is linked. f is the share of its days on
// which an event follows, times by how much events follow more often than days
// over all stretches: in each by itself there are too few events to tell. They are themselves among the
// events of the stretch, so that the expectation rises with them; mean and both
// variances (of the conditional null, and of observed less expected) are summed
// over stretches at that q, and the smallest q is sought at which a normal
// deviate beyond the level, with the usual correction of one half, has
// probability [Power].
func (c controlStrata) detectable(level, seen float64) (mean float64, why string, ok bool) {
	limit, wanted := distuv.UnitNormal.Quantile(1-level), distuv.UnitNormal.Quantile(Power)
	chance := c.chance()
	found := func(q float64) bool {
		var excess, null, actual float64
		for i, s := range c {
			n, m := float64(s.mine), float64(s.events-s.mine)
			f := chance[i]
			p := f
			if f > 0 {
				p += q * max(0, seen-f)
			}
			all := n*p + m*f
			excess += n * m / (n + m) * (p - f)
			if n+m > 1 {
				null += n * m * all * (n + m - all) / ((n + m) * (n + m) * (n + m - 1))
			}
			actual += (m*m*n*p*(1-p) + n*n*m*f*(1-f)) / ((n + m) * (n + m))
		}
		return excess-.5-limit*math.Sqrt(null) >= wanted*math.Sqrt(actual)
	}
	if !found(1) {
		return 0, fmt.Sprintf("no timing could be found with power %g: not even if every event followed one of the other side", Power), false
	}
	low, high := 0., 1.
	for high-low > 1e-6 {
		if q := (low + high) / 2; found(q) {
			high = q
		} else {
			low = q
		}
	}
	for i, s := range c {
		f := chance[i]
		if f > 0 {
			f += high * (1 - f)
		}
		mean += float64(s.mine) * f
	}
	return mean, "", true
}

// chance is the share of events that follow by chance, by stretch.
func (c controlStrata) chance() []float64 {
	following, expected := 0., 0.
	for _, s := range c {
		following += float64(s.following)
		expected += float64(s.events) * s.days
	}
	out := make([]float64, len(c))
	for i, s := range c {
		out[i] = min(1, s.days*following/max(expected, 1e-9))
	}
	return out
}

// controlStrata are the stretches of a control test, in order.
type controlStrata []*stratum
