package resolve

import (
	"strings"
	"testing"
)

// meant words a reading: actors, or a name of its own, or nobody.
func meant(r Reading) string {
	var out []string
	for _, a := range r.Actors {
		out = append(out, a.Name)
	}
	if len(out) == 0 && r.Name != "" {
		return "name " + r.Name
	}
	return strings.Join(out, " or ")
}

// Read by a person in the public catalogues: Cobalt Group, DESKTOP-GROUP and
// Silence are groups there; IRIDIUM is a name of two; UAC-9999 of none.
func TestWordsBesideAValueAreReadWithoutGuessing(t *testing.T) {
	d := mustResolve(t, catalogues(t), Policy{})
	for text, want := range map[string]string{
		"Gamaredon": "Gamaredon Group", "Gamaredon / PrimitiveBear": "Gamaredon Group", "gamaredon": "Gamaredon Group", "UAC-0010 (Gamaredon)": "Gamaredon Group",
		"C2 server of APT28": "APT28", "Turla C2": "Turla", "FancyBear/APT28": "APT28", "phishing\napt28": "APT28", "APT28\nSofacy": "APT28",
		"IRIDIUM": "IRIDIUM or Sandworm Team", "domain of IRIDIUM": "IRIDIUM or Sandworm Team", "IRIDIUM / Sandworm": "Sandworm Team",
		"used by APT28 and APT29": "APT28 or APT29", "APT28\nTurla": "APT28 or Turla",
		"UAC-9999 HeaderTip": "name UAC-9999", "group UAC-9999": "name UAC-9999",
		// Nobody's.
		"": "", "unknown": "", "Cobalt Strike C2": "", "Cobalt Strike Beacon": "", "possibly APT28": "", "not APT28": "", "similar to Turla": "", "APT28?": "", "Turla-like loader": "",
		"overlaps with APT28 infrastructure": "", "DessertDown and possibly other ACTINIUM capabilities": "", `"Desktop.ini" Configuration file`: "",
		"Mailbox leveraged by Russian APTs": "", "the turla of words": "", "APT28.zip": "", "Operation Ghostwriter": "", "possibly UAC-9999": "", "C2 domains": "",
	} {
		if got := meant(d.ReadText(text)); got != want {
			t.Errorf("%q means %q, want %q (%s)", text, got, want, d.ReadText(text).Why)
		}
	}
}

func TestNamesThatListsGiveAreReadAsRecordsAre(t *testing.T) {
	d := mustResolve(t, catalogues(t), Policy{})
	for name, want := range map[string]string{
		"APT28": "APT28", "Fancy Bear": "APT28", "IRIDIUM": "IRIDIUM or Sandworm Team", "Nobody Has Heard": "name Nobody Has Heard", "Turla and APT28": "APT28 or Turla",
	} {
		r := d.ReadName(name)
		if got := meant(r); got != want || r.Why == "" {
			t.Errorf("%q means %q, want %q (%s)", name, got, want, r.Why)
		}
	}
}

func FuzzReadText(f *testing.F) {
	f.Add("APT28 / Turla\npossibly (Sandworm)")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := Resolve(nil, Policy{})
		if err != nil {
			t.Fatal(err)
		}
		if r := d.ReadText(text); len(r.Actors) > 0 || r.Why == "" {
			t.Errorf("nothing is known, and %q means %+v", text, r)
		}
	})
}
