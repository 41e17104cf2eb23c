package telemetry

import (
	"fmt"
	"net/netip"
	"testing"

	"pgregory.net/rapid"
)

func TestQuickAddressesAgreeWithNetip(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, text string) {
		b := Batch{Data: []byte("xxx" + text + "\"0123456789abcdef")}
		want, err := netip.ParseAddr(text)
		if !b.addAddr(3, uint32(3+len(text)), 0) {
			return
		}
		if err != nil {
			t.Fatalf("%q was taken for an address", text)
		}
		want = want.Unmap()
		got := ""
		if len(b.V4) == 1 {
			a := b.V4[0].Addr
			got = netip.AddrFrom4([4]byte{byte(a >> 24), byte(a >> 16), byte(a >> 8), byte(a)}).String()
		} else {
			var x [16]byte
			for i := range 8 {
				x[i], x[8+i] = byte(b.V6[0].Hi>>(56-8*i)), byte(b.V6[0].Lo>>(56-8*i))
			}
			got = netip.AddrFrom16(x).String()
		}
		if got != want.String() {
			t.Fatalf("%q became %s", text, got)
		}
	}
	for _, s := range []string{"1.2.3.4", "255.255.255.255", "256.1.1.1", "01.2.3.4", "1.2.3.", "1..2.3", "1.2.3.4.", "1.2.3.1000", "0.0.0.0", "00.0.0.0",
		"::", "::1", "1::", ":1::", "1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:8:9", "::ffff:1.2.3.4", "::ffff:102:304", "1::2::3", "fe80::1%eth0", "12345::"} {
		check(t, s)
	}
	for a := range 256 {
		text := fmt.Sprintf("%d.%d.%d.%d", a, 255-a, a/10, a)
		b := Batch{Data: []byte("xxx" + text + "\"0123456789abcdef")}
		if !b.addAddr(3, uint32(3+len(text)), 0) || len(b.V4) != 1 {
			t.Fatalf("%s is left to the exact path", text)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.StringMatching(`[0-9.]{7,15}|[0-9a-f:]{2,20}|([0-9]{1,3}\.){3}[0-9]{1,3}`).Draw(t, "text"))
	})
}

// TestTimesOfTheSameMinuteAreTimes holds the short way for times like the last
// one to the long one.
func TestTimesOfTheSameMinuteAreTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var s stamp
		last := rapid.StringMatching(`2024-0[1-9]-2[0-8]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]\.[0-9]{6}[+-]0[0-9][0-5][0-9]`).Draw(t, "last")
		if !s.read([]byte(last)) {
			return
		}
		if !s.same([]byte(last)) {
			t.Fatalf("%q is not like itself", last)
		}
		next := []byte(last)
		for range rapid.IntRange(1, 3).Draw(t, "changes") {
			next[rapid.IntRange(0, len(next)-1).Draw(t, "at")] = rapid.SampledFrom([]byte("0123456789:.-+T/;\x00\x80\xb0\xff")).Draw(t, "byte")
		}
		if s.same(next) && !(&stamp{}).read(next) {
			t.Fatalf("%q passes for a time like %q", next, last)
		}
	})
}

// TestBothWaysToReadAnAddressAgree holds vectors to the way for any processor.
func TestBothWaysToReadAnAddressAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[0-9./:]{1,15}|([0-9]{1,3}\.){3}[0-9]{1,3}`).Draw(t, "text")
		behind := rapid.StringOfN(rapid.SampledFrom([]rune("0123456789.\",")), 16, 16, -1).Draw(t, "behind")
		p := (*[19]byte)([]byte("xx." + text + behind))
		a, ok := vectorV4(p, uint32(len(text)))
		b, slow := quickV4(p, uint32(len(text)))
		if ok != slow || ok && a != b {
			t.Fatalf("%q is %08x (%v) by vectors, %08x (%v) without", text, a, ok, b, slow)
		}
	})
}

func TestQuickTimesAgreeWithParseTime(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, text string) {
		at, err := ParseTime(text)
		if (quickStamp([]byte(text)) || quickEpoch([]byte(text))) && err != nil {
			t.Fatalf("%q was taken for a time: %v", text, err)
		}
		var s stamp
		s.read([]byte("1591367999.305988")) // what came before makes no difference
		if ok := s.read([]byte(text)); ok != (err == nil) || ok && s.at != Slot(at) {
			t.Fatalf("%q: %t, slot %d, want %v, %v", text, ok, s.at, at, err)
		}
	}
	for _, s := range []string{"2024-05-01T12:00:00.123456+0000", "2024-02-30T12:00:00.123456+0000", "2024-05-31T23:59:60.123456+0000",
		"2024-05-01T24:00:00.123456+0000", "2024-13-01T12:00:00.123456+0000", "1591367999.305988", "1591367999", "1591367999."} {
		check(t, s)
	}
	if !quickStamp([]byte("2024-05-31T12:00:00.123456+0000")) || !quickStamp([]byte("2024-05-01T12:00:00.123456Z")) || !quickEpoch([]byte("1591367999.305988")) {
		t.Error("a common form is not recognised")
	}
	rapid.Check(t, func(t *rapid.T) {
		check(t, rapid.StringMatching(`20[0-9]{2}-[01][0-9]-[0-3][0-9][T ][0-2][0-9]:[0-6][0-9]:[0-6][0-9]\.[0-9]{1,9}(Z|[+-][0-2][0-9]:?[0-6][0-9])?|[1-4][0-9]{8,10}(\.[0-9]{0,10})?|1[0-9]{9}[ -/:.][0-9:/.]{1,7}`).Draw(t, "text"))
	})
}
