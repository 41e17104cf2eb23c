package calibration

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// What every corpus has.
const (
	groupsPerSide = 6
	bystanders    = 28 // groups of other states: they tell what is popular
	vendors       = 6
	days          = 730

	softwareItems  = 200
	techniqueItems = 350
	stateItems     = 38
	sectorItems    = 12
)

// Strengths of the confounders.
const (
	// popularityFall is the exponent with which popularity falls with rank. At
	// .8 the hypergeometric test calls about half of all pairs significant on
	// techniques, as it does in ATT&CK v18.1 (49.4 %).
	popularityFall  = .8
	heapedShare     = .57 // EuRepoC v1.1: 930 of 1,627 dated incidents
	heapedYearShare = .44 // of them on 1 January: 412 of 930
	heapedSlips     = .05
	mainVendorShare = .7 // of a group's records that its main vendor tells
	habitShare      = 1. / 3
	habitFactor     = 3.
	reportShare     = .5
	shockShare      = .3
	shockDelay      = 5. // mean, days
	shockAdopters   = .5
	linkDelay       = 7. // days within which an aligned act follows
	theatreFactor   = 4.
	copiedShare     = .3
	ambiguousShare  = .1
)

// A world is what the groups of one corpus have in common.
type world struct {
	setting  Setting
	software vocabulary
	tech     vocabulary
	states   vocabulary
	sectors  vocabulary
	invasion float64 // day
	patches  []float64
	reports  []float64 // days of the great vendor's reports
	groups   []group
}

// A vocabulary is a kind of items, how popular each is, and how much more often
// the great vendor names it.
type vocabulary struct {
	popularity []float64
	habit      []float64
}

// A group is one actor of a world.
type group struct {
	name, state string
	vendor      int
	effort      float64 // how much is on record, 1 on average
}

func newWorld(s Setting, rng *rand.Rand) *world {
	w := &world{setting: s}
	for _, v := range []struct {
		to *vocabulary
		n  int
	}{{&w.software, softwareItems}, {&w.tech, techniqueItems}, {&w.states, stateItems}, {&w.sectors, sectorItems}} {
		*v.to = newVocabulary(v.n, s, rng)
	}
	w.invasion = 100 + rng.Float64()*(days-200)
	for d := 12.; d < days; d += 30.4 {
		w.patches = append(w.patches, d)
	}
	first := rng.Float64() * 91
	for d := first; d < days+365; d += 91 {
		w.reports = append(w.reports, d)
	}
	w.settle(rng)
	return w
}

func newVocabulary(n int, s Setting, rng *rand.Rand) vocabulary {
	v := vocabulary{popularity: make([]float64, n), habit: make([]float64, n)}
	for rank, k := range rng.Perm(n) {
		v.popularity[k] = 1
		if s.has(popularTools) {
			v.popularity[k] = math.Pow(float64(rank+1), -popularityFall)
		}
	}
	for k := range n {
		v.habit[k] = 1
		if likes := rng.Float64() < habitShare; likes && s.has(oneVendor) {
			v.habit[k] = habitFactor
		}
	}
	return v
}

// settle names the groups. With one vendor for both sides, vendor 0 has every
// other group of side A and of side B, and no more of the bystanders than its
// share.
func (w *world) settle(rng *rand.Rand) {
	for i := range 2*groupsPerSide + bystanders {
		g := group{vendor: rng.IntN(vendors), effort: math.Exp(.6*rng.NormFloat64() - .18)}
		switch side, n := i/groupsPerSide, i%groupsPerSide; {
		case side < 2:
			g.name, g.state = fmt.Sprintf("Group %c%d", 'A'+side, n+1), []string{"XA", "XB"}[side]
			if n == 0 {
				g.effort = max(w.setting.Size, 0)
				if g.effort == 0 {
					g.effort = 1
				}
			}
			if w.setting.has(oneVendor) && n%2 == 0 {
				g.vendor = 0
			}
		default:
			n := i - 2*groupsPerSide
			g.name, g.state = fmt.Sprintf("Group C%d", n+1), states[2+n%(len(states)-2)]
		}
		w.groups = append(w.groups, g)
	}
}

// states are codes that ISO 3166 leaves to its users: no real state is meant.
var states = func() []string {
	var out []string
	for c := 'A'; c <= 'Z'; c++ {
		if c != 'K' { // XK is used for Kosovo
			out = append(out, "X"+string(c))
		}
	}
	for c := 'M'; c <= 'Z'; c++ {
		out = append(out, "Q"+string(c))
	}
	return out[:stateItems]
}()

// theatre is the part of the world, of four, in which a state lies: both sides in
// the first.
func theatre(state string) int {
	n := slices.Index(states, state)
	if n < 2 {
		return 0
	}
	return n % 4
}

// source draws who tells a record of the group.
func (w *world) source(g group, rng *rand.Rand) int {
	main, other := rng.Float64() < mainVendorShare, rng.IntN(vendors)
	if main {
		return g.vendor
	}
	return other
}

// weights of the items in the words of a vendor.
func (v vocabulary) weights(vendor int) []float64 {
	if vendor != 0 {
		return v.popularity
	}
	out := slices.Clone(v.popularity)
	for k := range out {
		out[k] *= v.habit[k]
	}
	return out
}

// draw picks an index with probability proportional to its weight.
func draw(weights []float64, rng *rand.Rand) int {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	u := rng.Float64() * total
	for k, w := range weights {
		if u -= w; u < 0 {
			return k
		}
	}
	return len(weights) - 1
}

// poisson draws a count (Knuth's method; means here are below 100).
func poisson(mean float64, rng *rand.Rand) int {
	limit, p := math.Exp(-mean), rng.Float64()
	n := 0
	for p > limit {
		n++
		p *= rng.Float64()
	}
	return n
}

// fold puts x back into [0, length).
func fold(x, length float64) float64 {
	x = math.Mod(math.Abs(x), 2*length)
	if x >= length {
		x = 2*length - x
	}
	return min(x, math.Nextafter(length, 0))
}
