package stat

import (
	"math"
	"math/bits"
	"slices"
)

// NullWalk names the null of [OverlapPart] in Result.Null.
const NullWalk = "fixed degrees within publishers"

// linkWeights are the log likelihood ratios of sharing each item: an item of
// popularity pi, the share of rows that have it, is shared with probability pi
// by chance and LinkShare + (1-LinkShare) pi with a link. A walk that keeps
// column sums keeps them too.
func linkWeights(m *Matrix) []float64 {
	w := make([]float64, m.columns)
	for k, d := range m.columnDegree {
		if pi := min(float64(d)/float64(m.rows), .999); d > 0 {
			w[k] = math.Log((1 + LinkShare*(1-pi)/pi) / (1 - LinkShare))
		}
	}
	return w
}

// An overlaps is the channel of a [Joint] test that compares what two rows share
// with matrices in which every row, every column and every layer keeps its sums.
type overlaps struct {
	m       *Matrix
	pairs   []Pair
	weight  []float64
	seed    uint64
	count   int
	inflate float64
	asked   []int // places of the pairs with items enough

	values   []float64 // T observed
	mean, sd []float64
	as       []int          // draws with T as large
	shared   *overlapCounts // by place in asked
	tape     []float64      // what the first draws add, by draw and place in asked
}

// tapeFloats bounds what is kept of the draws, to 64 MB: as many whole chains as
// that holds. The others are drawn again.
const tapeFloats = 8 << 20

// taped is how many draws are kept of so many pairs.
func taped(pairs, draws int) int {
	if pairs*draws <= tapeFloats {
		return draws
	}
	return tapeFloats / (pairs * chainDraws) * chainDraws
}

// OverlapPart measures every pair of rows on draws draws. Rows below 0 are of an
// actor the matrix does not have. others are pairs by which the inflation of z is
// measured ([GuardPairs]).
func OverlapPart(m *Matrix, pairs, others []Pair, draws int, seed uint64) *overlaps {
	o := &overlaps{m: m, pairs: pairs, weight: linkWeights(m), seed: seed, count: draws, inflate: 1}
	o.prepare(func(p Pair) bool {
		return p.A >= 0 && p.B >= 0 && min(m.rowDegree[p.A], m.rowDegree[p.B]) >= MinDegree
	}, others)
	return o
}

func (o *overlaps) prepare(enough func(Pair) bool, others []Pair) {
	n := len(o.pairs)
	o.values, o.mean, o.sd, o.as = make([]float64, n), make([]float64, n), make([]float64, n), make([]int, n)
	for n, p := range o.pairs {
		if enough(p) {
			o.asked = append(o.asked, n)
			o.values[n] = o.score(o.m.bits, p)
		}
	}
	if len(o.asked) > 0 {
		o.measure(slices.DeleteFunc(slices.Clone(others), func(p Pair) bool { return !enough(p) }))
	}
}

// score is the sum of the weights of what two rows share.
func (o *overlaps) score(matrix []uint64, p Pair) (t float64) {
	a, b := matrix[p.A*o.m.words:][:o.m.words], matrix[p.B*o.m.words:][:o.m.words]
	for w, x := range a {
		for d := x & b[w]; d != 0; d &= d - 1 {
			t += o.weight[w<<6+bits.TrailingZeros64(d)]
		}
	}
	return t
}

// drawTally is what one chain of draws adds up.
type drawTally struct {
	own, others []moments // sums of T less that observed, and of squares
	as          []int
	shared      *overlapCounts
}

// measure draws once: moments of T of the pairs asked and of the others, and the
// number of shared items of those asked.
func (o *overlaps) measure(others []Pair) {
	pairs := make([]Pair, len(o.asked))
	for k, n := range o.asked {
		pairs[k] = o.pairs[n]
	}
	o.tape = make([]float64, len(pairs)*taped(len(pairs), o.count))
	before := make([]float64, len(others))
	for k, p := range others {
		before[k] = o.score(o.m.bits, p)
	}
	tallies := make([]drawTally, chains(o.count))
	forEach(len(tallies), func(number int) {
		t := drawTally{make([]moments, len(pairs)), make([]moments, len(others)), make([]int, len(pairs)), newOverlapCounts(o.m, pairs)}
		c := newChain(o.m, o.seed, uint64(number)).start()
		for r := range drawsOf(o.count, number) {
			c.draw()
			t.shared.add(c)
			for k, n := range o.asked {
				x := o.score(c.bits, pairs[k])
				if at := (number*chainDraws+r)*len(pairs) + k; at < len(o.tape) {
					o.tape[at] = x
				}
				if t.own[k].add(x - o.values[n]); x >= o.values[n]-tie {
					t.as[k]++
				}
			}
			for k, p := range others {
				t.others[k].add(o.score(c.bits, p) - before[k])
			}
		}
		tallies[number] = t
	})
	o.shared = newOverlapCounts(o.m, pairs)
	for _, t := range tallies[1:] {
		for k := range t.own {
			tallies[0].own[k].join(t.own[k])
		}
		for k := range t.others {
			tallies[0].others[k].join(t.others[k])
		}
	}
	for _, t := range tallies {
		for i, v := range t.shared.counts {
			o.shared.counts[i] += v
		}
		for k, n := range o.asked {
			o.as[n] += t.as[k]
		}
	}
	for k, n := range o.asked {
		mean, sd := tallies[0].own[k].meanAndSD(o.count)
		o.mean[n], o.sd[n] = o.values[n]+mean, sd
	}
	var z []float64
	for _, sums := range tallies[0].others {
		if mean, sd := sums.meanAndSD(o.count); sd > tie {
			z = append(z, -mean/sd)
		}
	}
	o.inflate = inflation(z)
	for i, x := range o.tape {
		o.tape[i] = o.adds(o.asked[i%len(o.asked)], x)
	}
}

// adds is what a pair adds where its T is x.
func (o *overlaps) adds(pair int, x float64) float64 {
	if !(o.sd[pair] > tie) {
		return 0
	}
	return surprise((x - o.mean[pair]) / o.sd[pair])
}

func (o *overlaps) observed(pair int) (z float64, ok bool) {
	if !(o.sd[pair] > tie) {
		return 0, false
	}
	return (o.values[pair] - o.mean[pair]) / o.sd[pair] / o.inflate, true
}

func (o *overlaps) draws(number int) func(added []float64) {
	r := number * chainDraws
	if r*len(o.asked) < len(o.tape) {
		return func(added []float64) {
			for k, n := range o.asked {
				added[n] = o.tape[r*len(o.asked)+k]
			}
			r++
		}
	}
	c := newChain(o.m, o.seed, uint64(number)).start()
	return func(added []float64) {
		c.draw()
		for _, n := range o.asked {
			added[n] = o.adds(n, o.score(c.bits, o.pairs[n]))
		}
	}
}

// linked replaces items of A by items of B: each with the probability of the
// share, where A has not got it already.
func (o *overlaps) linked(pair int, rng *splitMix) func() func(share float64) float64 {
	p := o.pairs[pair]
	own, partner := o.m.Items(p.A), o.m.Items(p.B)
	held, taken := o.m.row(p.A), make([]uint64, o.m.words)
	lost := make([]float64, len(own)) // with each of A's items
	for i, k := range own {
		if o.m.Has(p.B, k) {
			lost[i] = o.weight[k]
		}
	}
	type swap struct {
		at    float64 // the share from which on it is made
		worth float64
	}
	return func() func(share float64) float64 {
		copy(taken, held)
		swaps := make([]swap, 0, len(own))
		for i := range own {
			at, to := rng.float(), partner[rng.below(len(partner))]
			if w, bit := to>>6, uint64(1)<<(to&63); taken[w]&bit == 0 {
				taken[w] |= bit
				swaps = append(swaps, swap{at, o.weight[to] - lost[i]})
			}
		}
		return func(share float64) float64 {
			t := o.values[pair]
			for _, s := range swaps {
				if s.at < share {
					t += s.worth
				}
			}
			return (t - o.mean[pair]) / o.sd[pair] / o.inflate
		}
	}
}

// Result describes the channel of one pair: how many items the two share and how
// many would by chance, with the p of the weighted statistic. The verdict is that
// of the joint test.
func (o *overlaps) Result(pair int) Result {
	p := o.pairs[pair]
	k, found := slices.BinarySearch(o.asked, pair)
	switch {
	case !found && (p.A < 0 || p.B < 0):
		return Unmeasurable(NullWalk, SharedItems, 0, 0, "no items of one side")
	case !found:
		r, _ := tooFew(o.m, p.A, p.B, NullWalk)
		return r
	}
	r := o.shared.result(k, o.m.Overlap(p.A, p.B), TailUpper)
	r.Null, r.NA, r.NB, r.Draws, r.Seed = NullWalk, o.m.rowDegree[p.A], o.m.rowDegree[p.B], o.count, o.seed
	if !(o.sd[pair] > tie) {
		r.Verdict, r.P = NotMeasurable, nil
		r.warn("every matrix that keeps the sums gives the two as much in common: there is nothing to compare with")
		return r
	}
	own := float64(o.as[pair]+1) / float64(o.count+1)
	r.P = &own
	return r
}

// Inflation is by how much the corpus' other pairs are more unlike chance than
// chance: what z is divided by.
func (o *overlaps) Inflation() float64 { return o.inflate }

// SetInflation takes it as given, as from the whole of which this is a part.
func (o *overlaps) SetInflation(x float64) { o.inflate = x }
