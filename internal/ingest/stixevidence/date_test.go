package stixevidence

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

func TestDatesOfPublicationAreMinedWithTheirPrecision(t *testing.T) {
	for citation, want := range map[string]string{
		"Alperovitch, D.. (2016, June 15). Bears in the Midst. Retrieved August 3, 2016.": "2016-06-15",
		"Baumgartner, K., Golovkin, M.. (2015, May). The MsnMM Campaigns.":                "2015-05",
		"FireEye. (2015). APT28: A WINDOW. Retrieved August 19, 2015.":                    "2015",
		"Doe. (2020, Sept. 3). X.":                                "2020-09-03",
		"Doe. (2020, February 30). X.":                            "2020-02",
		"Doe. (2021, Spring). Operation X (2020, March).":         "2020-03",
		"Mandiant. (n.d.). APT1. Retrieved July 18, 2016.":        "",
		"Mandiant. (n.d.). APT1. Retrieved (2016, July 18).":      "",
		"Dragos. (n.d.). Hexane. Retrieved October 27, 2019.":     "",
		"SecureWorks 2019, August 27 LYCEUM Takes Center Stage":   "",
		"Windows (2000). Not before 1900: (1899, May 1). (3020).": "2000",
		"Doe. (2020,May 5 ). Spaces.":                             "2020-05-05",
	} {
		if iv, _, _ := mineDate(citation); iv.String() != want {
			t.Errorf("%q: %q, want %q", citation, iv, want)
		}
	}
}

func TestCitationsAreTakenApart(t *testing.T) {
	for _, c := range []struct {
		in                       stix.Reference
		publisher, country, date string
		title                    string
	}{
		{stix.Reference{Source: "Accenture X", Description: "Accenture Security. (2018, November 29). SNAKEMACKEREL. Retrieved April 15, 2019.", URL: "https://www.accenture.com/x.pdf"}, "Accenture", "IE", "2018-11-29", "SNAKEMACKEREL"},
		{stix.Reference{Source: "Novetta A", Description: "Group. (n.d.). Axiom. Retrieved May 1, 2016.", URL: "https://web.archive.org/web/2016/http:/www.novetta.com/a.pdf"}, "Novetta", "US", "", "Axiom"},
		{stix.Reference{Source: "CrowdStrike Deep Panda 2014", Description: "Doe, J. (2014). X.", URL: "https://slideshare.net/x"}, "CrowdStrike", "US", "2014", "X"},
		{stix.Reference{Source: "Zed", Description: "Zed Labs. (2014). X.", URL: "https://example.org/x"}, "Zed Labs", "", "2014", "X"},
		{stix.Reference{Source: "Zed", Description: "Doe, J. and Roe, R. (2014). X.", URL: "https://example.org/x"}, "example.org", "", "2014", "X"},
		{stix.Reference{Source: "Kaspersky S", URL: "https://media.kasperskycontenthub.com/x"}, "Kaspersky", "RU", "", "Kaspersky S"},
		{stix.Reference{Source: "odd", URL: "::not a url::"}, "", "", "", "odd"},
	} {
		got := cite(c.in)
		if got.publisher != (publisher{c.publisher, c.country}) || got.published.String() != c.date || got.title != c.title {
			t.Errorf("%+v gave %+v, %q, %q", c.in, got.publisher, got.published, got.title)
		}
	}
}

func TestRelationshipTakesItsEarliestCitationAndKeepsTheOthers(t *testing.T) {
	refs := `"external_references":[{"source_name":"Late","description":"B. (2021). Late.","url":"https://eset.com/b"},{"source_name":"None","description":"C. (n.d.). None.","url":"https://cisa.gov/c"},{"source_name":"Early","description":"A. (2019, May 2). Early. Retrieved June 1, 2018.","url":"https://fireeye.com/a"}]`
	out := readBundle(t, maker, obj("intrusion-set", 1), obj("tool", 1), rel(1, id("intrusion-set", 1), "uses", id("tool", 1), refs, `"description":"Used.(Citation: Late)(Citation: Lost)"`))
	r := only(t, out, evidence.UsesSoftware)
	if r.Citation.Publisher != "Mandiant" || r.Disclosed.String() != "2019-05-02" || r.Citation.Via != "Acme Research" || r.Note != "Used." || !r.Activity.IsZero() {
		t.Errorf("%+v", r)
	}
	if kept := string(r.Extra["citations"]); !strings.Contains(kept, `"Late"`) || !strings.Contains(kept, `"None"`) || strings.Contains(kept, `"Early"`) {
		t.Errorf("the others: %s", kept)
	}
	if notes := strings.Join(out.sum.Notes, " "); !strings.Contains(notes, "1 citation marks") {
		t.Errorf("notes: %s", notes)
	}
}

func TestFirstOfTheMonthInAttackIsAMonth(t *testing.T) {
	for s, want := range map[string]string{
		"2019-09-01T04:00:00.000Z": "2019-09", "2020-12-01T05:00:00Z": "2020-12", "2019-01-01T08:00:00.000Z": "2019-01",
		"2022-02-24T05:00:00.000Z": "2022-02-24", "2022-02-01T15:00:00.000Z": "2022-02-01",
	} {
		at, _ := stix.Moment(s)
		if iv, _ := attackMoment(at); iv.String() != want {
			t.Errorf("%s: %s, want %s", s, iv, want)
		}
	}
}

func FuzzMineDate(f *testing.F) {
	for _, s := range []string{"A. (2020, June 17). T. Retrieved May 1, 2021.", "(2020)", "(2020, Juneteenth 3)", "Retrieved (2021)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		iv, from, to := mineDate(s)
		if iv.IsZero() != (from < 0) {
			t.Fatalf("%q: %v at %d", s, iv, from)
		}
		if !iv.IsZero() {
			if again, err := evidence.ParseInterval(iv.String()); err != nil || again != iv {
				t.Fatalf("%q: %v does not read back: %v", s, iv, err)
			}
			if s[from] != '(' || s[to-1] != ')' {
				t.Fatalf("%q: the date is %q", s, s[from:to])
			}
		}
		cite(stix.Reference{Source: s, Description: s, URL: s})
	})
}
