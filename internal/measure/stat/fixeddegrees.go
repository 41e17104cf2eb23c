package stat

// nullFixedDegrees names the fixed degree sequence model in Result.Null.
const nullFixedDegrees = "fixed degrees (curveball)"

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
