package telemetry

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// TestStopsAreThoseOfEveryByte holds both ways of finding the stops to a look
// at each byte.
func TestStopsAreThoseOfEveryByte(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		data := rapid.SliceOfN(rapid.OneOf(rapid.Byte(), rapid.SampledFrom([]byte("\"\\\t\nab~\x1f\x20\x7f\x80\xff"))), 0, 300).Draw(t, "data")
		a := rapid.SampledFrom([]byte("\"\t\x00\x7f\x80|")).Draw(t, "a")
		b := rapid.SampledFrom([]byte("\\\t\xff!")).Draw(t, "b")
		bits := make([]uint64, (len(data)+63)/64+1)
		for i := range bits {
			bits[i] = rapid.Uint64().Draw(t, "left over")
		}
		beyond := bits[len(bits)-1]
		Stops(bits, data, a, b)
		seps, stops := slices.Clone(bits), slices.Clone(bits)
		Splits(seps, stops, data, a, b)
		for _, words := range [][]uint64{bits, seps, stops} {
			if words[len(words)-1] != beyond {
				t.Fatal("a word beyond the data was written")
			}
		}
		has := func(words []uint64, i int) bool { return words[i/64]>>(i%64)&1 != 0 }
		for i := range 64 * (len(bits) - 1) {
			sep, stop := false, false
			if i < len(data) {
				c := data[i]
				sep, stop = c == a, c == b || c < 0x20 || c >= 0x80
			}
			if has(bits, i) != (sep || stop) || has(seps, i) != sep || has(stops, i) != (stop && !sep) {
				t.Fatalf("byte %d: a stop %v, a separator %v, a stop but no separator %v", i, has(bits, i), has(seps, i), has(stops, i))
			}
		}
		n := len(data) / 64
		slow, slowSeps, slowStops := make([]uint64, n), make([]uint64, n), make([]uint64, n)
		stopsEach(slow, data, a, b)
		splitsEach(slowSeps, slowStops, data, a, b)
		if !slices.Equal(slow, bits[:n]) || !slices.Equal(slowSeps, seps[:n]) || !slices.Equal(slowStops, stops[:n]) {
			t.Fatal("eight bytes at a time give something else than vectors")
		}
	})
}
