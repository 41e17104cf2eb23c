package assess_test

import (
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

func toldBy(dataset, object string, by evidence.Actor, title, when, locator string, targets ...string) evidence.Record {
	r := evidence.Record{
		Class: evidence.Incident, Event: dataset + ":" + object, Subject: by, Activity: evidence.MustInterval(when),
		Citation: evidence.Citation{Publisher: dataset, Title: title, Locator: locator}, Origin: evidence.Origin{Dataset: dataset, Object: object + by.Country},
	}
	for _, c := range targets {
		r.Targets = append(r.Targets, evidence.Target{Country: c})
	}
	return r.Seal()
}

func TestOneIncidentOfTwoDataSetsIsOneCaseAndOneLaidToBothIsNone(t *testing.T) {
	heron := evidence.Actor{Name: "Group A0", Ref: "case:t:Group A0", Country: "NO"}
	records := append(corpus(),
		toldBy("one", "1", heron, "Operation Periwinkle", "2020-03", "https://example.org/p", "PT"),
		toldBy("two", "7", evidence.Actor{Name: "Group A0"}, "Operation Periwinkle hits ministry", "2020-03", "https://example.org/p", "PT", "ES"),
		toldBy("one", "2", heron, "Operation Marigold", "2021", "https://example.org/m", "IR", "PT"),
		toldBy("one", "2", evidence.Actor{Country: "PT"}, "Operation Marigold", "2021", "https://example.org/m", "IR"),
	)
	a := run(t, records, assess.Question{A: "NO", B: "PT"})
	cases := map[string]int{}
	victims := 0
	for _, p := range a.Pairs {
		for _, l := range p.Links {
			if l.Channel == "attacks" && p.A.Name == "Group A0" && p.B.Name == "Group B0" && l.Direction == channel.AToB {
				cases[l.Incident]++
				victims = max(victims, l.Victims)
			}
		}
	}
	if len(cases) != 2 || cases["one:1+two:7"] == 0 || victims != 2 {
		t.Errorf("the attacks on Portugal are %v, want the one of corpus and Periwinkle once", cases)
	}
	joint := 0
	for _, c := range a.Sides.Claims {
		if c.Class == evidence.Incident {
			joint++
			if c.Text != "Operation Marigold" || c.Level != assess.NoneFound || len(c.Evidence) != 2 {
				t.Errorf("%+v", c)
			}
		}
	}
	if joint != 1 {
		t.Errorf("%d incidents are laid to both", joint)
	}
}

// Whom no source names attacked all the same, and a state's answer is not one-sided.
func TestAttacksThatNoGroupIsOnRecordForAreTheirStates(t *testing.T) {
	portugal, heron := evidence.Actor{Country: "PT"}, evidence.Actor{Name: "Group A0", Ref: "case:t:Group A0", Country: "NO"}
	records := append(corpus(),
		toldBy("one", "1", portugal, "Nameless", "2020-03", "https://example.org/n", "NO"),
		toldBy("two", "1", portugal, "Nameless hits ministry", "2020-03", "https://example.org/n", "NO", "DE"),
		toldBy("one", "2", portugal, "Elsewhere", "2020-04", "", "DE"),
		toldBy("one", "3", portugal, "Long ago", "2001", "", "NO"),
		toldBy("one", "5", heron, "By a group", "2020-05", "", "PT"),
	)
	q := assess.Question{A: "NO", B: "PT", From: "2019", To: "2021"}
	others := run(t, records, q).Sides.Others
	if len(others) != 1 || others[0].Incident != "one:1+two:1" || others[0].Direction != channel.BToA || others[0].State != "NO" || others[0].Victims != 2 || len(others[0].Records) != 2 {
		t.Errorf("of Portugal without a group: %+v", others)
	}
	q.B = "Group B0"
	if others := run(t, records, q).Sides.Others; len(others) != 0 {
		t.Errorf("asked about one group, others of its state are told: %+v", others)
	}
}
