package dyad

import (
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// The joins named here were read in the data by a person: both rows tell of the
// same act. So were the pairs that must stay apart.
func TestKnownIncidentsOfThePublicDataAreJoinedAndOthersAreNot(t *testing.T) {
	table := count(t, Question{}, publicRecords(t)...)
	one := map[string]string{}
	for _, i := range table.Incidents {
		for _, e := range i.Events {
			one[e] = i.ID
		}
	}
	cfr := func(title, when string) string {
		for _, r := range table.Records {
			if r.Origin.Dataset == "cfr" && r.Citation.Title == title && r.Disclosed.String() == when {
				return r.Event
			}
		}
		t.Fatalf("CFR has no %q of %s", title, when)
		return ""
	}
	for _, c := range []struct{ title, when, eurepoc, what string }{
		{"Titan Rain", "2005-08-25", "eurepoc:11", "Titan Rain"},
		{"Stuxnet", "2010-07-22", "eurepoc:46", "Stuxnet"},
		{"Targeting of Amnesty International Canada", "2022-12-05", "eurepoc:1751", "Amnesty Canada"},
		{"RUAG espionage", "2016-05-23", "eurepoc:584", "RUAG"},
		{"Compromise of the German Foreign Office", "2018-03-16", "eurepoc:980", "Bundeshack"},
		{"Disruption of operations at Shahid Rajaee Port", "2020-05-19", "eurepoc:1320", "Shahid Rajaee"},
	} {
		if a, b := one[cfr(c.title, c.when)], one[c.eurepoc]; a == "" || a != b {
			t.Errorf("%s: CFR's is %q, EuRepoC's %q", c.what, a, b)
		}
	}
	for _, c := range []struct{ title, when, eurepoc, what string }{
		{"Shamoon 2.0", "2016-12-01", "eurepoc:379", "Shamoon of 2012 and of 2016"},
		{"Compromise of Ukrainian banks", "2016-12-13", "eurepoc:947", "banks and the power grid, December 2016"},
		{"Targeting of U.S. Navy contractors", "2018-12-14", "eurepoc:578", "Navy contractors and Cloud Hopper"},
		{"PLA Unit 61398", "2013-02-19", "eurepoc:25", "APT1 and Shady RAT"},
	} {
		if a, b := one[cfr(c.title, c.when)], one[c.eurepoc]; a == b {
			t.Errorf("%s are one incident, %s", c.what, a)
		}
	}
}

func TestChinaAgainstRussiaCountsEachIncidentOnceWithAllItsCitations(t *testing.T) {
	table := count(t, Question{A: "CN", B: "RU"}, publicRecords(t)...)
	i := slices.IndexFunc(table.Dyads, func(d Dyad) bool { return d.String() == "CN>RU" })
	if i < 0 {
		t.Fatal("no dyad CN>RU")
	}
	d := table.Dyads[i]
	seen := map[string]bool{}
	for _, k := range d.Cases {
		for _, id := range k.Records {
			r, ok := table.Records[id]
			if !ok {
				t.Fatalf("%s: record %s is not in the table", k.Incident, id)
			}
			if r.Citation.IsZero() {
				t.Errorf("%s: record %s cites nothing", k.Incident, id)
			}
			if e := eventOf(&r); seen[e] && !strings.Contains(k.Incident, e) {
				t.Errorf("%s counts in two incidents", e)
			} else {
				seen[e] = true
			}
		}
	}
	// Read in the files: the three data sets tell of these under six names.
	for _, both := range [][2]string{
		{"case:partner-spying:cn-ru-zerot-2016", "eurepoc:887"}, {"case:partner-spying:cn-ru-cactuspete-2020", "eurepoc:1255"},
	} {
		if !slices.ContainsFunc(d.Cases, func(k Case) bool {
			return strings.Contains(k.Incident, both[0]) && strings.Contains(k.Incident, both[1])
		}) {
			t.Errorf("%s and %s are counted apart", both[0], both[1])
		}
	}
	if d.Incidents != len(d.Cases) || d.Incidents < 20 || d.Bonds.Bilateral < d.Incidents/2 {
		t.Errorf("%d incidents, bonds %+v", d.Incidents, d.Bonds)
	}
}

// With so few incidents the comparison must say that it can see little.
func TestTheAgreementOf2015IsComparedForWhatItIs(t *testing.T) {
	table := count(t, Question{Agreement: "cn-ru-2015-infosec"}, publicRecords(t)...)
	if len(table.Comparisons) != 1 {
		t.Fatalf("%d comparisons", len(table.Comparisons))
	}
	k := table.Comparisons[0]
	if k.Date != "2015-05-08" || !k.Signed || k.From != "2010-05-08" || k.To != "2020-05-08" {
		t.Errorf("windows %s, %s (signed %v), %s", k.From, k.Date, k.Signed, k.To)
	}
	if len(k.PlaceboDates) < 5 || len(k.PlaceboDyads) < 5 {
		t.Errorf("%d placebo dates and %d placebo dyads", len(k.PlaceboDates), len(k.PlaceboDyads))
	}
	if k.Step.Verdict != stat.NotMeasurable {
		t.Errorf("the segmented regression of so few incidents is %s", k.Step.Verdict)
	}
	for _, c := range k.Changes {
		if c.Test.Verdict == stat.NotDistinguishable && c.Test.MDE == nil && len(c.Test.Warnings) == 0 {
			t.Errorf("%s>%s by %s: neither an MDE nor why there is none", c.Initiator, c.Target, c.Kind)
		}
		if c.Initiator == "" && c.Before+c.After >= fewEvents {
			t.Errorf("%d incidents: the data no longer are few; look at the wording", c.Before+c.After)
		}
	}
}

func BenchmarkCount(b *testing.B) {
	records := publicRecords(b)
	for b.Loop() {
		if _, err := Count(b.Context(), Input{Records: records}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(records)), "records/op")
}
