package telemetry

import "golang.org/x/sys/cpu"

var hasAVX2 = cpu.X86.HasAVX2

// stopWords is Stops of whole words: data holds 64 bytes for each.
func stopWords(dst []uint64, data []byte, a, b byte) {
	if hasAVX2 {
		stopsAVX2(&dst[0], &data[0], len(dst), a, b)
		return
	}
	for i := range dst {
		dst[i] = stopsOf((*[64]byte)(data[64*i:]), a, b)
	}
}

// stopsAVX2 is stopWords of n words.
//
//go:noescape
func stopsAVX2(dst *uint64, data *byte, n int, a, b byte)
