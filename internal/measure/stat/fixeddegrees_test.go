package stat

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
