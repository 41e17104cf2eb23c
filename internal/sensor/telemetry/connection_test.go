package telemetry_test

import (
	"net/netip"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// The values are those of the specification's baseline.
func TestCommunityIDsAreThoseOfTheSpecification(t *testing.T) {
	for _, c := range []struct {
		src, dst         string
		srcPort, dstPort uint16
		proto            uint8
		kind             telemetry.Kind
		want             string
	}{
		{"128.232.110.120", "66.35.250.204", 34855, 80, 6, "", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"66.35.250.204", "128.232.110.120", 80, 34855, 6, "", "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"128.232.110.120", "66.35.250.204", 34855, 80, 0, telemetry.HTTP, "1:LQU9qZlK+B5F3KDmev6m5PMibrg="},
		{"192.168.1.52", "8.8.8.8", 54585, 53, 17, "", "1:d/FP5EW3wiY1vCndhwleRRKHowQ="},
		{"192.168.1.52", "8.8.8.8", 54585, 53, 0, "", ""}, // neither protocol nor kind says what carries it
		{"192.168.1.52", "8.8.8.8", 0, 0, 1, "", ""},      // ICMP
	} {
		e := telemetry.Event{Kind: c.kind, Src: netip.MustParseAddr(c.src), Dst: netip.MustParseAddr(c.dst),
			Connection: telemetry.Connection{Proto: c.proto, SrcPort: c.srcPort, DstPort: c.dstPort}}
		if got := e.CommunityID(); got != c.want {
			t.Errorf("%s:%d %s:%d %d: %q, want %q", c.src, c.srcPort, c.dst, c.dstPort, c.proto, got, c.want)
		}
	}
}
