package telemetry

// Stops sets bit i%64 of dst[i/64] for each byte data[i] at which a scanner of
// text has to stop: the bytes a and b, control characters (below 0x20) and bytes
// outside ASCII; the other bits of those words are cleared. dst must hold a bit
// for each byte.
//
// This is the first stage of Langdale and Lemire (2019), "Parsing gigabytes of
// JSON per second": what is found for 64 bytes at a time need not be looked for
// byte by byte.
func Stops(dst []uint64, data []byte, a, b byte) {
	whole := len(data) / 64
	dst = dst[:(len(data)+63)/64]
	if whole > 0 {
		stopWords(dst[:whole], data[:64*whole], a, b)
	}
	if rest := data[64*whole:]; len(rest) > 0 {
		var last [64]byte
		copy(last[:], rest)
		stopWords(dst[whole:], last[:], a, b)
		dst[whole] &= 1<<len(rest) - 1
	}
}

// stopsOf is Stops of 64 bytes, for processors of any kind: eight bytes at a
// time, without a carry from one byte into the next.
func stopsOf(p *[64]byte, a, b byte) (bits uint64) {
	as, bs := uint64(a)*ones, uint64(b)*ones
	for i := range 8 {
		w := load(p[8*i:])
		low := w &^ highs
		stop := ^((low^as&^highs)+^uint64(highs)|w^as)&highs | ^((low^bs&^highs)+^uint64(highs)|w^bs)&highs |
			^(low+0x60*ones)&highs | w&highs
		bits |= uint64(gather(stop)) << (8 * i)
	}
	return bits
}
