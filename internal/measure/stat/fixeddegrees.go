package stat

// nullFixedDegrees names the fixed degree sequence model in Result.Null.
const nullFixedDegrees = "fixed degrees (curveball)"

// FixedDegreeOverlaps tests the overlaps of pairs of rows against matrices in
// which every row and every column keeps its sum exactly, drawn by curveball
// trades; result n is that of pairs[n]. All pairs are counted on the same
// draws. A p-value is (b+1)/(draws+1), b counting the draws with an overlap as
// large (TailUpper) or as small (TailLower) as the one observed.
//
// The numbers depend on m, draws and seed, and not on the number of processors;
// rows and columns should be in an order of the caller's that is always the
// same. A side with fewer than [MinDegree] items makes a pair not measurable, and
// so do draws below 1. With fewer than tests/alpha - 1 draws no test of a family can
// be rejected at level alpha after Benjamini-Hochberg.
func FixedDegreeOverlaps(m *Matrix, pairs []Pair, tail string, draws int, seed uint64) []Result {
	results := make([]Result, len(pairs))
	var asked []Pair
	var place []int
	for n, p := range pairs {
		if r, ok := tooFew(m, p.A, p.B, nullFixedDegrees); ok {
			results[n] = r
			continue
		}
		if draws < 1 {
			results[n] = Unmeasurable(nullFixedDegrees, SharedItems, m.rowDegree[p.A], m.rowDegree[p.B], "no draws were asked for")
			continue
		}
		asked = append(asked, p)
		place = append(place, n)
	}
	if len(asked) == 0 {
		return results
	}
	c := countOverlaps(m, asked, draws, seed)
	for n, p := range asked {
		r := c.result(n, m.Overlap(p.A, p.B), tail)
		r.NA, r.NB = m.rowDegree[p.A], m.rowDegree[p.B]
		r.Draws, r.Seed = draws, seed
		results[place[n]] = r
	}
	return results
}

// overlapCounts holds, for each pair, how many draws had each overlap.
type overlapCounts struct {
	pairs  []Pair
	offset []int // pair n has counts[offset[n]:offset[n+1]]
	counts []uint32
}

func newOverlapCounts(m *Matrix, pairs []Pair) *overlapCounts {
	c := &overlapCounts{pairs: pairs, offset: make([]int, len(pairs)+1)}
	for n, p := range pairs {
		c.offset[n+1] = c.offset[n] + min(m.rowDegree[p.A], m.rowDegree[p.B]) + 1
	}
	c.counts = make([]uint32, c.offset[len(pairs)])
	return c
}

// countOverlaps draws matrices in independent chains, several at a time.
func countOverlaps(m *Matrix, pairs []Pair, draws int, seed uint64) *overlapCounts {
	total := newOverlapCounts(m, pairs)
	number := chains(draws)
	workers := make(chan *overlapCounts, number)
	idle := make(chan *overlapCounts, number)
	forEach(number, func(n int) {
		var own *overlapCounts
		select {
		case own = <-idle:
		default:
			own = newOverlapCounts(m, pairs)
			workers <- own
		}
		c := newChain(m, seed, uint64(n)).start()
		for range drawsOf(draws, n) {
			c.draw()
			own.add(c)
		}
		idle <- own
	})
	close(workers)
	for own := range workers {
		for i, v := range own.counts {
			total.counts[i] += v
		}
	}
	return total
}

// add counts the overlaps of the chain's present matrix.
func (o *overlapCounts) add(c *chain) {
	for n, p := range o.pairs {
		k := overlap(c.bits[p.A*c.words:][:c.words], c.bits[p.B*c.words:][:c.words])
		o.counts[o.offset[n]+k]++
	}
}

func (o *overlapCounts) result(n, observed int, tail string) Result {
	counts := o.counts[o.offset[n]:o.offset[n+1]]
	var draws, sum, as float64
	for k, v := range counts {
		draws += float64(v)
		sum += float64(k) * float64(v)
		if tail == TailLower && k <= observed || tail != TailLower && k >= observed {
			as += float64(v)
		}
	}
	r := newResult(nullFixedDegrees, SharedItems, tail, float64(observed), sum/draws, (as+1)/(draws+1))
	return r.between(quantile(counts, draws*.025), quantile(counts, draws*.975))
}

// quantile is the smallest k of which counts[0..k] reach rank.
func quantile(counts []uint32, rank float64) float64 {
	sum := 0.0
	for k, v := range counts {
		if sum += float64(v); sum >= rank && sum > 0 {
			return float64(k)
		}
	}
	return float64(len(counts) - 1)
}
