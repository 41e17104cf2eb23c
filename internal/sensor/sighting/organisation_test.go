package sighting_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

const mapCSV = `cidr,asn,customer,organisation,sector,country
198.18.0.0/15,,,Telecom,telecommunications,NL
198.18.7.0/24,,,Ministry,Government / ministries,Netherlands
198.18.7.77,,,Bank,financial-services,DE
2001:db8:18::/48,,,Ministry,government-national,NL
,AS64500,,University,education,BE
,,sensor-9,Hospital,healthcare,NL
`

func TestTheLongestNetworkWinsAndTheCustomerBeforeIt(t *testing.T) {
	m, err := sighting.ReadMap("map.csv", strings.NewReader(mapCSV))
	if err != nil {
		t.Fatal(err)
	}
	if !m.NeedsRoutes() {
		t.Error("a map with an autonomous system does not ask for routes")
	}
	if err := m.ReadRoutes("routes.csv", strings.NewReader("cidr,asn\n203.0.113.0/24,64500\n198.18.8.0/24,64500\n192.0.2.0/24,64511\n")); err != nil {
		t.Fatal(err)
	}
	copied := &sighting.Map{}
	for _, p := range m.Places() {
		if err := copied.Add(p); err != nil {
			t.Fatal(err)
		}
	}
	for _, m := range []*sighting.Map{m, copied} {
		for s, want := range map[sighting.System]string{
			{Host: netip.MustParseAddr("198.18.1.1")}:                     "Telecom",
			{Host: netip.MustParseAddr("198.18.7.1")}:                     "Ministry",
			{Host: netip.MustParseAddr("198.18.7.77")}:                    "Bank",
			{Host: netip.MustParseAddr("198.18.8.1")}:                     "Telecom", // a named network goes before an announced one
			{Host: netip.MustParseAddr("2001:db8:18:1::1")}:               "Ministry",
			{Host: netip.MustParseAddr("203.0.113.9")}:                    "University",
			{Host: netip.MustParseAddr("192.0.2.9")}:                      sighting.Unmapped,
			{Host: netip.MustParseAddr("198.18.7.1"), Sensor: "sensor-9"}: "Hospital",
			{Host: netip.MustParseAddr("10.0.0.1"), Sensor: "sensor-9"}:   "Hospital",
			{Host: netip.MustParseAddr("10.0.0.1"), Sensor: "other"}:      sighting.Unmapped,
			{}: sighting.Unmapped,
		} {
			if got := m.Of(s); got.Name != want || got.Mapped() != (want != sighting.Unmapped) {
				t.Errorf("%v belongs to %q, want %q", s, got.Name, want)
			}
		}
	}
	if got := m.Of(sighting.System{Host: netip.MustParseAddr("198.18.7.1")}); got.Sector != "government-national" || got.Country != "NL" {
		t.Errorf("sector and country are %q and %q", got.Sector, got.Country)
	}
}

func TestAMapThatCannotBeRightIsRefusedWithItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                 "no header",
		"cidr,sector\n":                    "needs the column organisation",
		"organisation,country\nx,NL\n":     "one of cidr, asn, customer",
		"cidr,organisation\n10.0.0.0/8,\n": "line 2",
		"cidr,organisation\n300.0.0.0/8,x": `"300.0.0.0/8" is not a network`,
		"cidr,organisation\n10.0.0.0/8,unmapped\n":                        "is kept for",
		"cidr,organisation\n10.0.0.0/8,x\n10.1.0.0/8,y\n":                 `belongs to "x"`,
		"cidr,asn,organisation\n10.0.0.0/8,64500,x\n":                     "names 2 of",
		"asn,organisation\nzero,x\n":                                      "is not a number",
		"cidr,organisation,country\n10.0.0.0/8,x,Atlantis\n":              `country "Atlantis" is unknown`,
		"cidr,organisation\n10.0.0.0/8,\"" + strings.Repeat("x\n", 1<<20): "a row is longer than",
		strings.Repeat("x", 2<<20):                                        "a row is longer than",
	} {
		if _, err := sighting.ReadMap("map.csv", strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzReadMap(f *testing.F) {
	f.Add(mapCSV)
	f.Add("prefix,name\n::ffff:10.0.0.0/104,x\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := sighting.ReadMap("map.csv", strings.NewReader(text))
		if err != nil {
			return
		}
		again := &sighting.Map{}
		for _, p := range m.Places() {
			if err := again.Add(p); err != nil {
				t.Fatalf("a map that was read cannot be copied: %v", err)
			}
		}
	})
}
