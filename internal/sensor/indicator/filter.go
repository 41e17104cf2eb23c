package indicator

import "math/bits"

// filter is a blocked Bloom filter (Putze, Sanders, Singler 2007) with blocks of
// one word and three bits a key: one memory access, and about one key in a
// hundred that is not there let through at 16 bits a key.
type filter struct {
	words []uint64
	shift uint
}

func newFilter(n int) filter {
	size := max(8, 1<<bits.Len(uint(max(n, 1)*16/64)))
	return filter{words: make([]uint64, size), shift: uint(64 - bits.TrailingZeros(uint(size)))}
}

func (f *filter) pattern(hash uint64) uint64 {
	return 1<<(hash&63) | 1<<(hash>>6&63) | 1<<(hash>>12&63)
}

func (f *filter) add(hash uint64) { f.words[hash>>f.shift] |= f.pattern(hash) }

// may reports whether the hash may have been added; false is certain.
func (f *filter) may(hash uint64) bool {
	p := f.pattern(hash)
	return f.words[hash>>f.shift]&p == p
}

// bitmap has one bit for every IPv4 /24. At 2 MiB it stays near the processor.
type bitmap []uint64

func newBitmap() bitmap { return make(bitmap, 1<<24/64) }

func (b bitmap) set(a uint32) { b[a>>14] |= 1 << (a >> 8 & 63) }

func (b bitmap) has(a uint32) bool { return b[a>>14]>>(a>>8&63)&1 != 0 }

// setRange sets every /24 that a network of some length touches.
func (b bitmap) setRange(a uint32, length int) {
	if length >= 24 {
		b.set(a)
		return
	}
	for n := range uint32(1) << (24 - length) {
		b.set(a + n<<8)
	}
}
