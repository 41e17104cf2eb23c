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

// Splits is Stops for text in columns: it tells the separators from the other
// stops, which are the byte escape, control characters and bytes outside ASCII.
// A byte that is the separator is no stop.
func Splits(seps, stops []uint64, data []byte, separator, escape byte) {
	whole := len(data) / 64
	seps, stops = seps[:(len(data)+63)/64], stops[:(len(data)+63)/64]
	if whole > 0 {
		splitWords(seps[:whole], stops[:whole], data[:64*whole], separator, escape)
	}
	if rest := data[64*whole:]; len(rest) > 0 {
		var last [64]byte
		copy(last[:], rest)
		splitWords(seps[whole:], stops[whole:], last[:], separator, escape)
		seps[whole] &= 1<<len(rest) - 1
		stops[whole] &= 1<<len(rest) - 1
	}
}

// stopsOf is Stops of 64 bytes, for processors of any kind: eight bytes at a
// time, without a carry from one byte into the next.
func stopsOf(p *[64]byte, a, b byte) (bits uint64) {
	for i := range 8 {
		w := load(p[8*i:])
		stop := equal(w, a) | equal(w, b) | ^(w&^highs+0x60*ones)&highs | w&highs
		bits |= uint64(gather(stop)) << (8 * i)
	}
	return bits
}

// equals has a bit for each of 64 bytes that is c.
func equals(p *[64]byte, c byte) (bits uint64) {
	for i := range 8 {
		bits |= uint64(gather(equal(load(p[8*i:]), c))) << (8 * i)
	}
	return bits
}

// equal has the high bit set in every byte of w that is c.
func equal(w uint64, c byte) uint64 {
	w ^= uint64(c) * ones
	return ^(w&^highs + ^uint64(highs) | w) & highs
}

// stopsEach is Stops of whole words, and splitsEach is Splits, for processors of
// any kind.
func stopsEach(dst []uint64, data []byte, a, b byte) {
	for i := range dst {
		dst[i] = stopsOf((*[64]byte)(data[64*i:]), a, b)
	}
}

func splitsEach(seps, stops []uint64, data []byte, separator, escape byte) {
	for i := range seps {
		p := (*[64]byte)(data[64*i:])
		seps[i] = equals(p, separator)
		stops[i] = stopsOf(p, escape, escape) &^ seps[i]
	}
}
