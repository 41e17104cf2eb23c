package stat

import (
	"fmt"
	"maps"
	"math/bits"
	"slices"
)

// A Matrix is a bipartite incidence: which rows (actors) have which columns
// (items). Rows are bitsets, so that the overlap of two rows is a handful of
// AND and popcount instructions.
//
// It is safe for concurrent reading once filled.
type Matrix struct {
	rows, columns, words int
	bits                 []uint64 // rows * words
	rowDegree            []int
	columnDegree         []int
	told                 map[int]int // cell -> its layer, where it is not the layer 0
	kept                 *keptDraws  // see Keep
}

// A Pair names two rows of a Matrix.
type Pair struct{ A, B int }

// NewMatrix returns an empty incidence of the given size. It panics on a
// negative size.
func NewMatrix(rows, columns int) *Matrix {
	if rows < 0 || columns < 0 {
		panic(fmt.Sprintf("stat: matrix of %d x %d", rows, columns))
	}
	words := (columns + 63) / 64
	return &Matrix{
		rows: rows, columns: columns, words: words,
		bits:      make([]uint64, rows*words),
		rowDegree: make([]int, rows), columnDegree: make([]int, columns),
	}
}

// Set records that row i has column k; doing so twice changes nothing. It
// panics where i or k is out of range, as a slice does.
func (m *Matrix) Set(i, k int) {
	m.check(i, k)
	w, b := i*m.words+k/64, uint64(1)<<(k%64)
	if m.bits[w]&b != 0 {
		return
	}
	m.bits[w] |= b
	m.rowDegree[i]++
	m.columnDegree[k]++
}

// Tell is Set where it matters who told of it: the cell belongs to the given
// layer, from 0, the smallest of those that told of it. Call it in an order that
// does not matter: the smallest stands.
func (m *Matrix) Tell(i, k, layer int) {
	m.check(i, k)
	cell := i*m.columns + k
	if m.Has(i, k) {
		layer = min(layer, m.told[cell])
	}
	m.Set(i, k)
	switch {
	case layer > 0 && m.told == nil:
		m.told = map[int]int{cell: layer}
	case layer > 0:
		m.told[cell] = layer
	default:
		delete(m.told, cell)
	}
}

// layerRow is what one layer tells of a row.
type layerRow struct {
	row  int32
	bits []uint64
}

// layers are the rows of each layer that has any, by row. Where all cells are of
// one layer every row is in it.
func (m *Matrix) layers() [][]layerRow {
	if len(m.told) == 0 {
		all := make([]layerRow, m.rows)
		for i := range all {
			all[i] = layerRow{int32(i), m.row(i)}
		}
		return [][]layerRow{all}
	}
	last := slices.Max(slices.Collect(maps.Values(m.told)))
	out := make([][]layerRow, last+1)
	for i := range m.rows {
		for _, k := range m.Items(i) {
			l := &out[m.told[i*m.columns+k]]
			if n := len(*l); n == 0 || (*l)[n-1].row != int32(i) {
				*l = append(*l, layerRow{int32(i), make([]uint64, m.words)})
			}
			(*l)[len(*l)-1].bits[k/64] |= 1 << (k % 64)
		}
	}
	return slices.DeleteFunc(out, func(l []layerRow) bool { return len(l) == 0 })
}

// Apart lists the rows that the walk within layers cannot compare: each of their
// layers tells of one other row at most.
func (m *Matrix) Apart() map[int]bool {
	compared := map[int]bool{}
	for _, l := range m.layers() {
		for _, r := range l {
			if len(l) > 2 {
				compared[int(r.row)] = true
			}
		}
	}
	out := map[int]bool{}
	for i, d := range m.rowDegree {
		if d > 0 && !compared[i] {
			out[i] = true
		}
	}
	return out
}

// Has reports whether row i has column k.
func (m *Matrix) Has(i, k int) bool {
	m.check(i, k)
	return m.bits[i*m.words+k/64]&(1<<(k%64)) != 0
}

func (m *Matrix) check(i, k int) {
	if uint(i) >= uint(m.rows) || uint(k) >= uint(m.columns) {
		panic(fmt.Sprintf("stat: cell (%d, %d) outside a matrix of %d x %d", i, k, m.rows, m.columns))
	}
}

// Rows is the number of rows, empty ones included.
func (m *Matrix) Rows() int { return m.rows }

// Columns is the number of columns, empty ones included.
func (m *Matrix) Columns() int { return m.columns }

// RowDegree is the number of columns row i has.
func (m *Matrix) RowDegree(i int) int { return m.rowDegree[i] }

// ColumnDegree is the number of rows that have column k.
func (m *Matrix) ColumnDegree(k int) int { return m.columnDegree[k] }

// Overlap is the number of columns that rows i and j share.
func (m *Matrix) Overlap(i, j int) int { return overlap(m.row(i), m.row(j)) }

// Shared lists the columns that rows i and j share, ascending.
func (m *Matrix) Shared(i, j int) []int {
	return m.list(func(w int) uint64 { return m.row(i)[w] & m.row(j)[w] })
}

// Items lists the columns of row i, ascending.
func (m *Matrix) Items(i int) []int {
	return m.list(func(w int) uint64 { return m.row(i)[w] })
}

// Pairs lists all unordered pairs of distinct rows, in lexical order.
func (m *Matrix) Pairs() []Pair {
	pairs := make([]Pair, 0, max(0, m.rows*(m.rows-1)/2))
	for i := range m.rows {
		for j := i + 1; j < m.rows; j++ {
			pairs = append(pairs, Pair{i, j})
		}
	}
	return pairs
}

func (m *Matrix) row(i int) []uint64 { return m.bits[i*m.words : (i+1)*m.words] }

func (m *Matrix) list(word func(w int) uint64) []int {
	var ks []int
	for w := range m.words {
		for x := word(w); x != 0; x &= x - 1 {
			ks = append(ks, w*64+bits.TrailingZeros64(x))
		}
	}
	return ks
}

func overlap(a, b []uint64) int {
	n := 0
	b = b[:len(a)]
	for w, x := range a {
		n += bits.OnesCount64(x & b[w])
	}
	return n
}
