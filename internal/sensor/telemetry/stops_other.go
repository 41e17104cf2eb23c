//go:build !amd64

package telemetry

// stopWords is Stops of whole words: data holds 64 bytes for each.
func stopWords(dst []uint64, data []byte, a, b byte) { stopsEach(dst, data, a, b) }

// splitWords is Splits of whole words.
func splitWords(seps, stops []uint64, data []byte, separator, escape byte) {
	splitsEach(seps, stops, data, separator, escape)
}
