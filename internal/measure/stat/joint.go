package stat

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// The joint test asks of every pair of a question one thing: do the two have
// more in common than chance, over all channels together? It was fixed before
// the data were seen, in docs/method.md.
const (
	// JointDraws is the number of Monte Carlo draws.
	JointDraws = 999
	// LinkShare is the share of what a group has that weights and likelihoods
	// take a linked one to have from its partner.
	LinkShare = .3
	// highestZ bounds what one channel can add.
	highestZ = 8
	// tie is by how much statistics may differ and still be the same: sums of the
	// same terms in another order.
	tie = 1e-9
)

// A Part is one channel of a [Joint] test: a statistic for every pair, observed
// and in each draw from its null. [OverlapPart] and [FollowPart] make one.
type Part interface {
	// observed is z of a pair, less what the corpus has anyway; ok is false where
	// it is not measurable.
	observed(pair int) (z float64, ok bool)
	// draws gives for one chain a function that sets, for all pairs that can be
	// measured, what the next draw adds: [surprise] of z. It is the same each time
	// it is asked.
	draws(chain int) func(added []float64)
	// linked imagines links of a pair: each time it is called it gives for another
	// one a function from the share linked to z.
	linked(pair int, rng *splitMix) func() func(share float64) float64
}

// A Joint test is one statistic a pair over several channels, S = sum of
// -ln(1 - Phi(z)) over the channels that can be measured (Fisher 1932), less its
// mean under the null and divided by its standard deviation, and one maximum over
// all pairs (Westfall and Young 1993, step-down). It is safe for concurrent use.
type Joint struct {
	parts []Part
	pairs int
	count int // draws
	level float64
	added [][]float64 // by part and pair, what was observed: -ln(1-Phi(z)), NaN where not measurable
}

// NewJoint prepares the joint test of so many pairs over the parts, which must
// have been made with the same number of draws.
func NewJoint(parts []Part, pairs, draws int, level float64) *Joint {
	j := &Joint{parts: parts, pairs: pairs, count: draws, level: level}
	for _, p := range parts {
		added := make([]float64, pairs)
		for n := range added {
			added[n] = math.NaN()
			if z, ok := p.observed(n); ok {
				added[n] = surprise(z)
			}
		}
		j.added = append(j.added, added)
	}
	return j
}

// surprise is -ln P(Z >= z) of a standard normal Z: exponential with mean 1
// where z is one. Every draw asks it of every pair, so that it is read from a table
// where there is one, by cubic interpolation with an error below 1e-11.
func surprise(z float64) float64 {
	at := (min(z, highestZ) - lowestTabled) * tabledSteps
	if !(at >= 0) {
		return exactSurprise(z)
	}
	n := min(int(at), len(surprises)-2)
	x, a, b := at-float64(n), &surprises[n], &surprises[n+1]
	y := 1 - x
	return y*y*((1+2*x)*a[0]+x*a[1]) + x*x*((1+2*y)*b[0]-y*b[1])
}

// exactSurprise is the function that surprise tables.
func exactSurprise(z float64) float64 { return -math.Log(.5 * math.Erfc(z/math.Sqrt2)) }

const (
	lowestTabled = -8
	tabledSteps  = 128 // in a unit of z
)

// surprises are values and slopes, the latter in steps, from lowestTabled to
// highestZ.
var surprises = func() (out [(highestZ-lowestTabled)*tabledSteps + 1][2]float64) {
	for n := range out {
		z := lowestTabled + float64(n)/tabledSteps
		hazard := math.Exp(-z*z/2) / math.Sqrt(2*math.Pi) / (.5 * math.Erfc(z/math.Sqrt2))
		out[n] = [2]float64{exactSurprise(z), hazard / tabledSteps}
	}
	return out
}()

// A Parts is a set of channels, bit c being part c.
type Parts uint

func (p Parts) has(part int) bool { return p>>part&1 == 1 }

// All is the set of all parts.
func (j *Joint) All() Parts { return 1<<len(j.parts) - 1 }

// measurable are the parts that can be measured for a pair.
func (j *Joint) measurable(pair int) (out Parts) {
	for c, added := range j.added {
		if !math.IsNaN(added[pair]) {
			out |= 1 << c
		}
	}
	return out
}

// A Family is the joint test over one set of channels: for every pair the
// statistic, its own p and that of the maximum over all pairs. Values of a pair
// with none of the channels are NaN.
type Family struct {
	S, Mean, SD []float64 // the sum over channels, its mean and deviation under the null
	P           []float64 // of the pair asked alone: (1 + draws as large) / (draws + 1)
	PAdjusted   []float64 // step-down, over all pairs
	top         float64   // what a standardised S must pass to be rejected by the maximum over all pairs
}

// z is the standardised statistic of a pair.
func (f *Family) z(pair int, s float64) float64 { return (s - f.Mean[pair]) / f.SD[pair] }

// Test runs the joint test over each of the sets of channels.
func (j *Joint) Test(sets []Parts) []*Family {
	families := make([]*Family, len(sets))
	for k, set := range sets {
		families[k] = j.observe(set)
	}
	j.standardise(sets, families)
	for _, f := range families {
		for n := range f.S {
			if !(f.SD[n] > tie) {
				f.S[n] = math.NaN() // as many in every draw: nothing to compare with
			}
		}
	}
	j.maxima(sets, families)
	return families
}

func (j *Joint) observe(set Parts) *Family {
	f := &Family{}
	for _, to := range []*[]float64{&f.S, &f.Mean, &f.SD, &f.P, &f.PAdjusted} {
		*to = slices.Repeat([]float64{math.NaN()}, j.pairs)
	}
	for n := range f.S {
		if j.measurable(n)&set == 0 {
			continue
		}
		f.S[n] = 0
		for c := range j.parts {
			if x := j.added[c][n]; set.has(c) && !math.IsNaN(x) {
				f.S[n] += x
			}
		}
	}
	return f
}

// each goes through the draws of every chain; use is called with the sum over the
// channels of each set, by set and pair.
func (j *Joint) each(sets []Parts, use func(chain int, sums [][]float64)) {
	forEach(chains(j.count), func(n int) {
		draws, by := make([]func([]float64), len(j.parts)), make([][]float64, j.All()+1)
		for c, p := range j.parts {
			draws[c], by[1<<c] = p.draws(n), make([]float64, j.pairs)
		}
		order := j.sums(sets)
		sums := make([][]float64, len(sets))
		for _, set := range order {
			by[set] = make([]float64, j.pairs)
		}
		for k, set := range sets {
			sums[k] = by[set]
		}
		for range drawsOf(j.count, n) {
			for c := range j.parts {
				draws[c](by[1<<c])
			}
			for _, set := range order {
				last := Parts(1) << (bits.Len(uint(set)) - 1)
				to, rest, added := by[set], by[set&^last], by[last]
				for i := range to {
					to[i] = rest[i] + added[i]
				}
			}
			use(n, sums)
		}
	})
}

// sums are the sets to be added up for those asked, each after the one of its
// channels but the last.
func (j *Joint) sums(sets []Parts) (order []Parts) {
	want := map[Parts]bool{}
	for _, set := range sets {
		for ; bits.OnesCount(uint(set)) > 1; set &^= 1 << (bits.Len(uint(set)) - 1) {
			want[set] = true
		}
	}
	for set := Parts(1); set <= j.All(); set++ {
		if want[set] {
			order = append(order, set)
		}
	}
	return order
}

// standardise sets mean and deviation of S over the draws. Sums are kept by chain and
// added in their order, so that they do not depend on the number of processors.
func (j *Joint) standardise(sets []Parts, families []*Family) {
	sums := make([][]moments, chains(j.count))
	for n := range sums {
		sums[n] = make([]moments, len(sets)*j.pairs)
	}
	j.each(sets, func(chain int, drawn [][]float64) {
		for k := range sets {
			if bits.OnesCount(uint(sets[k])) == 1 {
				continue
			}
			own := sums[chain][k*j.pairs:][:j.pairs]
			for n, s := range drawn[k] {
				own[n].add(s)
			}
		}
	})
	for k, f := range families {
		for n := range f.S {
			if bits.OnesCount(uint(sets[k])) == 1 {
				f.Mean[n], f.SD[n] = 0, 1 // z of one channel is standardised already
				continue
			}
			var total moments
			for _, own := range sums {
				total.join(own[k*j.pairs+n])
			}
			f.Mean[n], f.SD[n] = total.meanAndSD(j.count)
		}
	}
}

// moments are a sum and a sum of squares.
type moments [2]float64

func (m *moments) add(x float64) {
	m[0] += x
	m[1] += x * x
}

func (m *moments) join(o moments) {
	m[0] += o[0]
	m[1] += o[1]
}

// meanAndSD are those of so many values.
func (m moments) meanAndSD(count int) (mean, sd float64) {
	n := float64(count)
	mean = m[0] / n
	return mean, math.Sqrt(max(0, m[1]/n-mean*mean))
}

// maxima sets the p-values: in every draw the largest statistic of the pairs that
// stand no higher than a given one is compared with it.
func (j *Joint) maxima(sets []Parts, families []*Family) {
	orders, tops := make([][]standing, len(sets)), make([][]float64, len(sets))
	type counts struct{ alone, down []int32 } // by place in the order
	total := make([][]counts, chains(j.count))
	for k, f := range families {
		orders[k] = f.order()
		tops[k] = make([]float64, j.count)
		for n := range total {
			total[n] = append(total[n], counts{make([]int32, len(orders[k])), make([]int32, len(orders[k]))})
		}
	}
	done := make([]int, len(total))
	j.each(sets, func(chain int, drawn [][]float64) {
		for k, sums := range drawn {
			own := total[chain][k]
			tops[k][chain*chainDraws+done[chain]] = highest(orders[k], sums, own.alone, own.down)
		}
		done[chain]++
	})
	for k, f := range families {
		running := 0.
		for at, o := range orders[k] {
			alone, down := 1, 1
			for _, own := range total {
				alone, down = alone+int(own[k].alone[at]), down+int(own[k].down[at])
			}
			running = max(running, float64(down)/float64(j.count+1))
			f.P[o.pair], f.PAdjusted[o.pair] = float64(alone)/float64(j.count+1), running
		}
		f.top = j.critical(tops[k])
	}
}

// highest is the largest standardised sum of a draw. It counts in alone for every
// pair whether its sum is as large as observed, and in down whether that of any
// that stands no higher is. Whether it is cannot be foretold, so that the counts
// are added without a branch.
func highest(order []standing, sums []float64, alone, down []int32) float64 {
	most := math.Inf(-1)
	alone, down = alone[:len(order)], down[:len(order)]
	for at := len(order) - 1; at >= 0; at-- {
		o := &order[at]
		z := (sums[o.pair] - o.mean) * o.scale
		most = max(most, z)
		alone[at] += one(z >= o.bar)
		down[at] += one(most >= o.bar)
	}
	return most
}

func one(b bool) (n int32) {
	if b {
		n = 1
	}
	return n
}

// A standing is a pair that can be measured, with what standardises it and what its
// standardised statistic must reach to be as large as observed.
type standing struct {
	pair             int
	mean, scale, bar float64
}

// order lists the pairs that can be measured, the highest statistic first.
func (f *Family) order() []standing {
	var out []standing
	for n, s := range f.S {
		if !math.IsNaN(s) {
			out = append(out, standing{n, f.Mean[n], 1 / f.SD[n], f.z(n, s)})
		}
	}
	slices.SortStableFunc(out, func(a, b standing) int { return cmp.Compare(b.bar, a.bar) })
	for i := range out {
		out[i].bar -= tie
	}
	return out
}

// critical is what must be passed for (1 + draws as large) / (draws + 1) to be at
// most the level.
func (j *Joint) critical(tops []float64) float64 {
	slices.Sort(tops)
	k := int(math.Floor(j.level * float64(j.count+1))) // so many may be as large, the observed among them
	if k < 1 {
		return math.Inf(1)
	}
	return tops[len(tops)-k]
}

// Closed is the adjusted p with which a channel shows the link of a pair by
// itself: the largest over all sets of measurable channels that hold it, each
// over all pairs (closed testing; Marcus, Peritz and Gabriel, Biometrika 63,
// 1976). by is the outcome of [Joint.Test] over every set; NaN where the channel
// cannot be measured.
func (j *Joint) Closed(pair, channel int, by map[Parts]*Family) float64 {
	can, p := j.measurable(pair), 0.
	if !can.has(channel) {
		return math.NaN()
	}
	for set := Parts(1); set <= j.All(); set++ {
		if set.has(channel) && set&^can == 0 {
			p = max(p, by[set].PAdjusted[pair])
		}
	}
	return p
}

// Names in a [Result] of the joint test.
const (
	NullJoint = "joint, by simulation"
	JointSum  = "sum over channels of -ln(1 - Phi(z))"
)

// Result is the outcome of one pair.
func (f *Family) Result(pair int, level float64) Result {
	if math.IsNaN(f.S[pair]) {
		return Unmeasurable(NullJoint, JointSum, 0, 0, "no channel can be measured")
	}
	r := newResult(NullJoint, JointSum, TailUpper, f.S[pair], f.Mean[pair], f.P[pair])
	adjusted := f.PAdjusted[pair]
	if r.PAdjusted, r.Verdict = &adjusted, NotDistinguishable; atMost(adjusted, level) {
		r.Verdict = Distinguishable
	}
	return r
}

// Sets are all sets of channels but the empty one.
func (j *Joint) Sets() []Parts {
	var out []Parts
	for set := Parts(1); set <= j.All(); set++ {
		out = append(out, set)
	}
	return out
}

// inflation is by how much the z of pairs that nobody asked about are wider than
// a normal's: the interquartile range over 1.349, at least 1. Fewer than
// [leastGuard] pairs cannot tell, and the answer is 1.
func inflation(z []float64) float64 {
	if len(z) < leastGuard {
		return 1
	}
	z = slices.Sorted(slices.Values(z))
	at := func(q float64) float64 {
		x := q * float64(len(z)-1)
		i := min(int(x), len(z)-2)
		return z[i] + (x-float64(i))*(z[i+1]-z[i])
	}
	return max(1, (at(.75)-at(.25))/1.349)
}

const leastGuard = 100

// GuardPairs picks pairs of rows nobody asked about, by which inflation is
// measured: all of them up to a number that is enough, else that many spread
// evenly. Those asked, in either order, are left out.
func GuardPairs(rows []int, asked []Pair) []Pair {
	known := map[Pair]bool{}
	for _, p := range asked {
		known[Pair{min(p.A, p.B), max(p.A, p.B)}] = true
	}
	var all []Pair
	for n, i := range rows {
		for _, j := range rows[n+1:] {
			if p := (Pair{min(i, j), max(i, j)}); !known[p] {
				all = append(all, p)
			}
		}
	}
	if len(all) <= mostGuard {
		return all
	}
	out := make([]Pair, mostGuard)
	for n := range out {
		out[n] = all[n*len(all)/mostGuard]
	}
	return out
}

const mostGuard = 300
