package stat

import "math"

// Imagined links of a pair by which power is measured, and the steps of the share.
const (
	imaginedLinks = 200
	shareSteps    = 20
)

// Detectable is [Joint.MDE] of every pair wanted and every set of channels, in
// parallel: 0 where nothing could have been found, nil for other pairs.
func (j *Joint) Detectable(all *Family, sets []Parts, seed uint64, wanted func(pair int) bool) [][]float64 {
	out := make([][]float64, j.pairs)
	forEach(j.pairs, func(n int) {
		if !wanted(n) {
			return
		}
		for _, set := range sets {
			share, _ := j.MDE(all, n, set, seed)
			out[n] = append(out[n], share)
		}
	})
	return out
}

// MDE is the minimum detectable effect of a pair in the family over all channels:
// the smallest share, in steps of one in twenty, such that if that share of what
// the dealt side has came from the other on every channel of the set, the test
// would have rejected the pair with probability [Power]. What is not of the set
// stays as chance has it. ok is false where even a share of 1 would not have been
// found: the test is blind.
func (j *Joint) MDE(all *Family, pair int, set Parts, seed uint64) (share float64, ok bool) {
	can := j.measurable(pair)
	if set&can == 0 || math.IsNaN(all.S[pair]) {
		return 0, false
	}
	random := splitMix(mix(mix(seed) ^ uint64(pair)))
	type imagined struct {
		links []func(float64) float64
		rest  float64
	}
	runs := make([]imagined, imaginedLinks)
	linked := make([]func() func(float64) float64, len(j.parts))
	for c, p := range j.parts {
		if can.has(c) && set.has(c) {
			linked[c] = p.linked(pair, &random)
		}
	}
	for r := range runs {
		for c := range j.parts {
			switch {
			case linked[c] != nil:
				runs[r].links = append(runs[r].links, linked[c]())
			case can.has(c):
				runs[r].rest -= math.Log(1 - random.float())
			}
		}
	}
	power := func(share float64) float64 {
		found := 0
		for _, run := range runs {
			s := run.rest
			for _, z := range run.links {
				s += surprise(z(share))
			}
			if all.z(pair, s) > all.top {
				found++
			}
		}
		return float64(found) / imaginedLinks
	}
	low, high := 0, shareSteps
	if power(1) < Power {
		return 0, false
	}
	for high-low > 1 {
		if middle := (low + high) / 2; power(float64(middle)/shareSteps) >= Power {
			high = middle
		} else {
			low = middle
		}
	}
	return float64(high) / shareSteps, true
}
