package indicator

import "math/bits"

// table finds rows by the hash of their key: open addressing over slots that
// hold 32 bits of the hash and 1 + the row, at most half full.
type table struct {
	slots []uint64
	shift uint
}

func newTable(n int) table {
	size := max(8, 1<<bits.Len(uint(2*n-1)))
	return table{slots: make([]uint64, size), shift: uint(64 - bits.TrailingZeros(uint(size)))}
}

// find returns 1 + the row of a hash, or 0. From is where to look on after a
// row that had the same hash bits but another key; begin with first(hash).
func (t *table) find(hash uint64, from uint64) (row uint32, next uint64) {
	mask := uint64(len(t.slots) - 1)
	for i := from & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 {
			return 0, 0
		}
		if s>>32 == hash&0xffffffff {
			return uint32(s), i + 1
		}
	}
}

// first is where to begin looking for a hash.
func (t *table) first(hash uint64) uint64 { return hash >> t.shift }

// has reports whether any row may have the hash: never wrongly false, and
// wrongly true about once in 2^32 tries.
func (t *table) has(hash uint64) bool {
	row, _ := t.find(hash, t.first(hash))
	return row != 0
}

// put adds a row.
func (t *table) put(hash uint64, row uint32) {
	mask := uint64(len(t.slots) - 1)
	i := t.first(hash) & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = hash<<32 | uint64(row+1)
}
