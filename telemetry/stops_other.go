//go:build !amd64

package telemetry

// stopWords is Stops of whole words: data holds 64 bytes for each.
func stopWords(dst []uint64, data []byte, a, b byte) {
	for i := range dst {
		dst[i] = stopsOf((*[64]byte)(data[64*i:]), a, b)
	}
}
