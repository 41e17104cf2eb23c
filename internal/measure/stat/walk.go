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
	heap   []int32  // scratch: what can move
	moves  []uint64 // the same, by word of a layer
	random splitMix
	kept   [][]uint64 // the draws to come, where they were made before
}

// walkLayer is the cells of one layer, as rows of the words in which it has any: a
// publisher that tells of few items is a few words wide.
type walkLayer struct {
	rows  []int32 // of the matrix, by place in bits
	order []int32 // places, shuffled in each round
	words []int32 // of the matrix, ascending
	bits  []uint64
}

// newWalkLayer copies a layer.
func newWalkLayer(of []layerRow, words int) walkLayer {
	var l walkLayer
	for w := range words {
		if slices.ContainsFunc(of, func(r layerRow) bool { return r.bits[w] != 0 }) {
			l.words = append(l.words, int32(w))
		}
	}
	l.bits = make([]uint64, 0, len(of)*len(l.words))
	for place, r := range of {
		l.rows, l.order = append(l.rows, r.row), append(l.order, int32(place))
		for _, w := range l.words {
			l.bits = append(l.bits, r.bits[w])
		}
	}
	return l
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
	if m.kept != nil {
		return &chain{words: m.words, kept: m.kept.of(m, seed, number)}
	}
	return newWalk(m, seed, number)
}

func newWalk(m *Matrix, seed, number uint64) *chain {
	c := &chain{
		words: m.words, bits: slices.Clone(m.bits), heap: make([]int32, m.columns), moves: make([]uint64, m.words), random: splitMix(mix(mix(seed) ^ number)),
	}
	for _, of := range m.layers() {
		c.layers = append(c.layers, newWalkLayer(of, m.words))
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
	width := len(l.words)
	a, b := l.bits[i*width:][:width], l.bits[j*width:][:width]
	allA, allB := c.bits[int(l.rows[i])*c.words:][:c.words], c.bits[int(l.rows[j])*c.words:][:c.words]
	heap, moves, n, mine := c.heap, c.moves[:width], 0, 0
	for at, w := range l.words {
		x, y := a[at], b[at]
		move := (x ^ y) &^ (allA[w] &^ x) &^ (allB[w] &^ y)
		mine += bits.OnesCount64(x & move)
		moves[at] = move
		for d := move; d != 0; d &= d - 1 {
			heap[n] = int32(at<<6 + bits.TrailingZeros64(d))
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
	for at, move := range moves { // all to b
		w := l.words[at]
		a[at], b[at] = a[at]&^move, b[at]|move
		allA[w], allB[w] = allA[w]&^move, allB[w]|move
	}
	for k := range mine {
		x := k + c.random.below(n-k)
		item := heap[x]
		heap[x] = heap[k]
		at, bit := item>>6, uint64(1)<<(item&63)
		w := l.words[at]
		a[at], b[at] = a[at]|bit, b[at]&^bit
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
	if c.kept != nil {
		return c
	}
	for range walkStart {
		c.round()
	}
	return c
}

// draw walks to the next matrix.
func (c *chain) draw() {
	if c.kept != nil {
		c.bits, c.kept = c.kept[0], c.kept[1:]
		return
	}
	for range walkRounds {
		c.round()
	}
}

// chains is how many chains the draws are cut into, and drawsOf how many one of
// them has.
func chains(draws int) int { return (draws + chainDraws - 1) / chainDraws }

func drawsOf(draws, number int) int { return min(chainDraws, draws-number*chainDraws) }
