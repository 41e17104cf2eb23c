package stat

import (
	"math/bits"
	"slices"
)

// A chain walks over the matrices that keep every row and column sum of a given
// one, and within each of its layers too, by curveball trades: two rows throw
// what only one of them has into a heap and deal it out again, each getting back
// as many as it gave (Strona et al., Nature Communications 5, 4114, 2014). Trades
// come in rounds in which every row of a layer trades once, with a partner drawn
// afresh (the global trades of Carstens, Berger and Strona, arXiv:1609.05137).
//
// A layer holds the cells that one publisher told of. Rows trade within it, and
// only what the other has from no other publisher, so that whatever a publisher
// likes to name stays with the rows it tells of. Every trade is as likely as its
// reverse, so the walk is uniform over what it can reach. With one layer it is
// the plain curveball.
type chain struct {
	words  int
	bits   []uint64 // rows * words: all layers together
	layers []walkLayer
	heap   []int32 // scratch: what can move
	random splitMix
}

// walkLayer is the cells of one layer; bits has the rows that can trade there.
type walkLayer struct {
	rows  []int32 // of the matrix, by place in bits
	order []int32 // places, shuffled in each round
	bits  []uint64
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

// float draws a number in [0, 1).
func (s *splitMix) float() float64 { return float64(s.below(1<<53)) / (1 << 53) }

func newChain(m *Matrix, seed, number uint64) *chain {
	c := &chain{
		words: m.words, bits: slices.Clone(m.bits), heap: make([]int32, m.columns), random: splitMix(mix(mix(seed) ^ number)),
	}
	for _, of := range m.layers() {
		l := walkLayer{bits: make([]uint64, 0, len(of)*m.words)}
		for place, r := range of {
			l.rows, l.order = append(l.rows, r.row), append(l.order, int32(place))
			l.bits = append(l.bits, r.bits...)
		}
		if len(m.told) == 0 {
			l.bits = c.bits // one layer: the matrix itself
		}
		c.layers = append(c.layers, l)
	}
	return c
}

// round lets every row trade once in each of its layers; with an odd number of
// them one sits out.
func (c *chain) round() {
	for i := range c.layers {
		l := &c.layers[i]
		for n := len(l.order); n >= 2; n -= 2 {
			x := c.random.below(n)
			l.order[n-1], l.order[x] = l.order[x], l.order[n-1]
			y := c.random.below(n - 1)
			l.order[n-2], l.order[y] = l.order[y], l.order[n-2]
			c.trade(l, int(l.order[n-1]), int(l.order[n-2]))
		}
	}
}

func (c *chain) trade(l *walkLayer, i, j int) {
	a, b := l.bits[i*c.words:][:c.words], l.bits[j*c.words:][:c.words]
	allA, allB := c.bits[int(l.rows[i])*c.words:][:c.words], c.bits[int(l.rows[j])*c.words:][:c.words]
	heap, n, mine := c.heap, 0, 0
	for w, x := range a {
		y := b[w]
		move := (x ^ y) &^ (allA[w] &^ x) &^ (allB[w] &^ y)
		mine += bits.OnesCount64(x & move)
		for d := move; d != 0; d &= d - 1 {
			heap[n] = int32(w<<6 + bits.TrailingZeros64(d))
			n++
		}
	}
	if mine == 0 || mine == n {
		return // one has all that can move
	}
	if 2*mine > n { // deal to the one that gets fewer
		a, b, allA, allB, mine = b, a, allB, allA, n-mine
	}
	heap = heap[:n]
	for _, item := range heap { // all to b
		w, bit := item>>6, uint64(1)<<(item&63)
		a[w], b[w] = a[w]&^bit, b[w]|bit
		allA[w], allB[w] = allA[w]&^bit, allB[w]|bit
	}
	for k := range mine {
		x := k + c.random.below(n-k)
		item := heap[x]
		heap[x] = heap[k]
		w, bit := item>>6, uint64(1)<<(item&63)
		a[w], b[w] = a[w]|bit, b[w]&^bit
		allA[w], allB[w] = allA[w]|bit, allB[w]&^bit
	}
}

// Rounds of trades before the first draw of a chain and between draws, and draws
// of a chain. Chains are short and many so that they spread over processors;
// their number depends on the draws asked for alone, and so do the results.
const (
	walkStart  = 30
	walkRounds = 4
	chainDraws = 250
)

// start walks away from the matrix observed.
func (c *chain) start() *chain {
	for range walkStart {
		c.round()
	}
	return c
}

// draw walks to the next matrix.
func (c *chain) draw() {
	for range walkRounds {
		c.round()
	}
}

// chains is how many chains the draws are cut into, and drawsOf how many one of
// them has.
func chains(draws int) int { return (draws + chainDraws - 1) / chainDraws }

func drawsOf(draws, number int) int { return min(chainDraws, draws-number*chainDraws) }
