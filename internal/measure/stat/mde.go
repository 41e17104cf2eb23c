package stat

import (
	"fmt"
	"math"
)

// Power is the probability of finding an effect at which a minimum detectable
// effect is meant.
const Power = .8

// MDE is the minimum detectable effect of the overlap test of rows i and j: the
// mean number of shared items at which the test, rejecting at a raw p of level
// or less, would have found the link with probability [Power].
//
// Between the null and full coordination it takes the path on which the odds of
// sharing each item are multiplied by the same factor (exponential tilting of
// the null, as in Fisher's noncentral distribution): popular items are still
// shared more often than rare ones. For TailLower the factor is below 1, and
// the MDE is the largest mean that would have been found as avoidance.
//
// Where no such number exists, ok is false and why says so: no count reaches
// the level, or even sharing every item of the smaller side would not have been
// found.
func (s *SDSM) MDE(i, j int, tail string, level float64) (shared float64, why string, ok bool) {
	shared, why, ok = s.Distribution(i, j).detectable(tail, level, SharedItems)
	if most := min(s.m.RowDegree(i), s.m.RowDegree(j)); ok && tail != TailLower && shared > float64(most) {
		why = fmt.Sprintf("no overlap could be found with power %g: it would take %.1f shared items, and the smaller side has %d", Power, shared, most)
		return 0, why, false
	}
	return shared, why, ok
}

// SetMDE sets the MDE of every result of Overlaps(pairs, tail) that [Adjust]
// left not distinguishable, at the levels Adjust returned, or the warning that
// says why there is none.
func (s *SDSM) SetMDE(results []*Result, pairs []Pair, levels []float64) {
	forEach(len(results), func(n int) {
		r := results[n]
		if r.Verdict != NotDistinguishable || r.P == nil {
			return
		}
		shared, why, ok := s.MDE(pairs[n].A, pairs[n].B, r.Tail, levels[n])
		if !ok {
			r.warn("%s", why)
			return
		}
		r.MDE = &shared
	})
}

// detectable is the minimum detectable mean of a count with this null
// distribution, or why there is none; what names the count.
func (d *poissonBinomial) detectable(tail string, level float64, what string) (mean float64, why string, ok bool) {
	if tail == TailLower {
		k := d.first - 1
		for k < d.last() && d.Lower(k+1) <= level {
			k++
		}
		if k < 0 {
			return 0, fmt.Sprintf("%.1f %s are expected: none at all would not reach the level %.2g", d.mean, what, level), false
		}
		return d.tiltedMean(k+1, 1-Power), "", true
	}
	for k := d.first; k <= d.last(); k++ {
		if d.Upper(k) <= level {
			return d.tiltedMean(k, Power), "", true
		}
	}
	return 0, fmt.Sprintf("no number of %s would reach the level %.2g", what, level), false
}

// tiltedMean is the mean of the tilted distribution in which P(X >= k) is
// power. It is found by Newton steps on the logit of that probability, nearly a
// straight line in the tilt, kept inside a bracket.
func (d *poissonBinomial) tiltedMean(k int, power float64) float64 {
	low, high, log := -700.0, 700.0, 0.0
	for {
		mean, upper, slope := d.tilted(log, k)
		if math.Abs(upper-power) < 1e-9 || high-low < 1e-9 {
			return mean
		}
		if upper < power {
			low = log
		} else {
			high = log
		}
		log += (math.Log(power/(1-power)) - math.Log(upper/(1-upper))) / slope
		if !(log > low && log < high) {
			log = (low + high) / 2
		}
	}
}

// tilted describes the distribution with probabilities proportional to
// exp(log*x) P(X = x): its mean, P(X >= k), and the derivative of the logit of
// that probability by log, which is E(X | X >= k) - E(X | X < k).
func (d *poissonBinomial) tilted(log float64, k int) (mean, upper, slope float64) {
	top := math.Inf(-1)
	for i, l := range d.logs {
		top = max(top, l+log*float64(i))
	}
	var below, above, momentBelow, momentAbove float64
	for i, l := range d.logs {
		w, x := math.Exp(l+log*float64(i)-top), float64(d.first+i)
		if d.first+i >= k {
			above += w
			momentAbove += w * x
		} else {
			below += w
			momentBelow += w * x
		}
	}
	mean = (momentAbove + momentBelow) / (above + below)
	return mean, above / (above + below), momentAbove/above - momentBelow/below
}
