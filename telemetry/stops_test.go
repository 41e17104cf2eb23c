package telemetry

import (
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
		if bits[len(bits)-1] != beyond {
			t.Fatal("a word beyond the data was written")
		}
		for i := range 64 * (len(bits) - 1) {
			want := false
			if i < len(data) {
				c := data[i]
				want = c == a || c == b || c < 0x20 || c >= 0x80
			}
			if got := bits[i/64]>>(i%64)&1 != 0; got != want {
				t.Fatalf("byte %d is a stop: %v, want %v", i, got, want)
			}
		}
		for i := 0; i+64 <= len(data); i += 64 {
			if got := stopsOf((*[64]byte)(data[i:]), a, b); got != bits[i/64] {
				t.Fatalf("bytes %d to %d: %064b eight at a time, %064b by vectors", i, i+63, got, bits[i/64])
			}
		}
	})
}
