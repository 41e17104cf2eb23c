package evidence

import (
	"encoding/json"
	"testing"

	"pgregory.net/rapid"
)

func TestIntervalTextRoundTrips(t *testing.T) {
	for _, s := range []string{"", "2022", "2022-03", "2022-03-23", "2021-08/2022-03", "2012/..", "../2015-06", "2022-02-24T04:00:00Z", "2022-12-31/2023"} {
		iv, err := ParseInterval(s)
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if got := iv.String(); got != s {
			t.Errorf("%q came back as %q", s, got)
		}
	}
	for _, s := range []string{"2022-13", "yesterday", "2022/2021", "../..", "0001-01-01", "9999"} {
		if _, err := ParseInterval(s); err == nil {
			t.Errorf("%q was accepted", s)
		}
	}
}

func TestMonthIsAnInterval(t *testing.T) {
	iv := MustInterval("2022-02")
	if iv.Days() != 28 || iv.Precision() != Month {
		t.Errorf("2022-02 is %v days of precision %v", iv.Days(), iv.Precision())
	}
	if !iv.Overlaps(MustInterval("2022-02-28/..")) || iv.Overlaps(MustInterval("2022-03-01")) || iv.Overlaps(Interval{}) {
		t.Error("overlap does not respect the half-open end")
	}
}

func TestConfidenceAbsentIsNotZero(t *testing.T) {
	var r Record
	if err := json.Unmarshal([]byte(`{"confidence":null}`), &r); err != nil || !r.Confidence.IsZero() {
		t.Errorf("null became %v (%v)", r.Confidence, err)
	}
	if n, ok := Percent(0).Value(); n != 0 || !ok {
		t.Error("a stated 0 was lost")
	}
	if _, ok := Admiralty("F6").Confidence().Value(); ok {
		t.Error("F6 cannot be judged but gave a confidence")
	}
	if n, _ := Admiralty("B2").Confidence().Value(); n != 70 {
		t.Errorf("credibility 2 is %d, want 70", n)
	}
}

func TestUnknownMarkingIsStrictest(t *testing.T) {
	if TLP("PURPLE").Compare(Red) <= 0 || TLP("").Compare(Clear) != 0 || Strictest(Green, Red) != Red {
		t.Error("marking order is wrong")
	}
}

func TestSealIgnoresOrderAndPlace(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parties := rapid.SliceOfN(rapid.StringMatching("[A-Z]{2}"), 2, 5).Draw(t, "parties")
		perm := rapid.Permutation(parties).Draw(t, "perm")
		a := Record{Class: Agreement, Parties: parties, Origin: Origin{Dataset: "d", File: "x", Line: 1}}.Seal()
		b := Record{Class: Agreement, Parties: perm, Origin: Origin{Dataset: "d", File: "y", Line: 9}}.Seal()
		if a.ID != b.ID {
			t.Fatalf("same content, ids %s and %s", a.ID, b.ID)
		}
		if c := (Record{Class: Agreement, Parties: parties, Origin: Origin{Dataset: "e"}}).Seal(); c.ID == a.ID {
			t.Fatal("another data set, same id")
		}
	})
}

func TestCountrySpellings(t *testing.T) {
	for s, want := range map[string]string{
		"Korea, Democratic People's Republic of": "KP", "Iran (Islamic Republic of)": "IR", "RUS": "RU", "russia": "RU",
		"Russian Federation": "RU", "Czech Republic": "CZ", "Türkiye": "TR", "Turkey": "TR", "cn": "CN", "The Philippines": "PH",
		"Côte d’Ivoire": "CI", "United States of America": "US", "Holy See (Vatican City State)": "VA",
	} {
		if got, ok := ParseCountry(s); !ok || got != want {
			t.Errorf("%q is %q, want %q", s, got, want)
		}
	}
	for _, s := range []string{"EU (region)", "United Nations", "Unknown", "", "SU", "zzz", "Global (region)"} {
		if got, ok := ParseCountry(s); ok {
			t.Errorf("%q was taken for %s", s, got)
		}
	}
}

func TestStatesBearTheirArticleInASentence(t *testing.T) {
	for code, want := range map[string]string{"US": "the United States", "NL": "the Netherlands", "KY": "the Cayman Islands", "RU": "Russia", "TR": "Türkiye", "UA": "Ukraine", "xx-no": "xx-no"} {
		if got := CountryInText(code); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
