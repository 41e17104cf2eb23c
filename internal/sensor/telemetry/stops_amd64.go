package telemetry

import "golang.org/x/sys/cpu"

// stopWords is Stops of whole words: data holds 64 bytes for each.
func stopWords(dst []uint64, data []byte, a, b byte) {
	if cpu.X86.HasAVX2 {
		stopsAVX2(&dst[0], &data[0], len(dst), a, b)
	} else {
		stopsEach(dst, data, a, b)
	}
}

// splitWords is Splits of whole words.
func splitWords(seps, stops []uint64, data []byte, separator, escape byte) {
	if cpu.X86.HasAVX2 {
		splitsAVX2(&seps[0], &stops[0], &data[0], len(seps), separator, escape)
	} else {
		splitsEach(seps, stops, data, separator, escape)
	}
}

// stopsAVX2 is stopWords of n words.
//
//go:noescape
func stopsAVX2(dst *uint64, data *byte, n int, a, b byte)

// splitsAVX2 is splitWords of n words.
//
//go:noescape
func splitsAVX2(seps, stops *uint64, data *byte, n int, separator, escape byte)
