package stat

import (
	"math/bits"
	"slices"
)

// A chain walks over the matrices with the row and column sums of a given one
// by curveball trades: two rows throw what only one of them has into a heap and
// deal it out again, each getting back as many as it gave (Strona et al.,
// Nature Communications 5, 4114, 2014). Trades come in rounds in which every row
// trades once, with a partner drawn afresh (the global trades of Carstens,
// Berger and Strona, arXiv:1609.05137); the walk is uniform over the matrices
// of those sums.
type chain struct {
	rows, words int
	bits        []uint64
	order       []int32 // rows, shuffled in each round
	heap        []int32 // scratch: what only one of the two has
	random      splitMix
}

// splitMix is SplitMix64 (Steele, Lea and Flood, OOPSLA 2014): small enough to
// be inlined in the innermost loop, which draws a number for each item dealt.
type splitMix uint64

func (s *splitMix) below(n int) int {
	*s += 0x9e3779b97f4a7c15
	x := uint64(*s)
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	high, _ := bits.Mul64(x^x>>31, uint64(n)) // bias below n/2^64
	return int(high)
}

func newChain(m *Matrix, seed, number uint64) *chain {
	c := &chain{
		rows: m.rows, words: m.words, bits: slices.Clone(m.bits),
		heap: make([]int32, m.columns), random: splitMix(mix(mix(seed) ^ number)),
	}
	// Rows that are empty or full have nothing to trade.
	for i, d := range m.rowDegree {
		if d > 0 && d < m.columns {
			c.order = append(c.order, int32(i))
		}
	}
	return c
}

// round lets every row trade once; with an odd number one sits out.
func (c *chain) round() {
	order := c.order
	for n := len(order); n >= 2; n -= 2 {
		x := c.random.below(n)
		order[n-1], order[x] = order[x], order[n-1]
		y := c.random.below(n - 1)
		order[n-2], order[y] = order[y], order[n-2]
		c.trade(int(order[n-1]), int(order[n-2]))
	}
}

func (c *chain) trade(i, j int) {
	a := c.bits[i*c.words:][:c.words]
	b := c.bits[j*c.words:][:c.words]
	heap, n, mine := c.heap, 0, 0
	for w, x := range a {
		y := b[w]
		mine += bits.OnesCount64(x &^ y)
		for d := x ^ y; d != 0; d &= d - 1 {
			heap[n] = int32(w<<6 + bits.TrailingZeros64(d))
			n++
		}
	}
	if mine == 0 || mine == n {
		return // one has all that the other has
	}
	if 2*mine > n { // deal to the one that gets fewer
		a, b, mine = b, a, n-mine
	}
	for w, x := range a {
		y := b[w]
		a[w], b[w] = x&y, x|y
	}
	heap = heap[:n]
	for k := range mine {
		x := k + c.random.below(n-k)
		item := heap[x]
		heap[x] = heap[k]
		w, bit := item>>6, uint64(1)<<(item&63)
		a[w] |= bit
		b[w] &^= bit
	}
}
