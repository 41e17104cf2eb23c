package assess_test

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// struck is an incident laid to a group, or to a state where name is empty.
func struck(name, country, when, event string) evidence.Record {
	r := evidence.Record{
		Class: evidence.Incident, Subject: evidence.Actor{Name: name, Country: country}, Event: event, Value: event,
		Targets: []evidence.Target{{Country: "IS"}}, Activity: evidence.MustInterval(when),
		Citation: evidence.Citation{Publisher: "Daily", Locator: "https://example.org/" + event}, Origin: evidence.Origin{Dataset: "incidents", Object: event},
	}
	if name != "" {
		r.Subject.Ref = "case:t:" + name
	}
	return r.Seal()
}

func actsOf(a *assess.Assessment, side, actor string) (out []assess.Act) {
	for _, x := range a.Activity.Acts {
		if x.Side == side && x.Actor == actor {
			out = append(out, x)
		}
	}
	return out
}

func TestActivityHoldsWhatNoVerdictRestsOn(t *testing.T) {
	again := struck("Group A1", "NO", "2021-03", "harbour")
	again.Targets, again.Origin.Dataset, again.Citation.Publisher = []evidence.Target{{Country: "FO"}}, "other", "Weekly"
	undated := struck("Group A1", "NO", "2021", "no date")
	undated.Activity = evidence.Interval{}
	records := append(corpus(), struck("Group A1", "NO", "2021-03", "harbour"), again.Seal(), undated.Seal(),
		struck("", "PT", "2022/..", "bank"), struck("Group B0", "PT", "2019-05-04", "long ago"), struck("", "SE", "2021", "of nobody asked about"))
	a := run(t, records, assess.Question{A: "NO", B: "PT"})
	harbour := actsOf(a, "a", "Group A1")
	if len(harbour) != 1 || harbour[0].Count != 1 || len(harbour[0].Records) != 2 || len(harbour[0].Sources) != 2 ||
		strings.Join(harbour[0].Victims, " ") != "FO IS" || harbour[0].Precision != "month" || harbour[0].WhenKind != "activity" {
		t.Errorf("one event told by two data sets: %+v", harbour)
	}
	for _, id := range harbour[0].Records {
		if _, ok := a.Records[id]; ok {
			t.Errorf("%s is among the records that verdicts rest on, so nothing is shown", id)
		}
	}
	if bank := actsOf(a, "b", ""); len(bank) != 1 || bank[0].Country != "PT" || bank[0].When.String() != "2022/.." || bank[0].Precision != "unknown" {
		t.Errorf("what is laid to the state alone: %+v", bank)
	}
	if a.Activity.Undated != 1 || a.Activity.Records != 5 || len(a.Activity.Acts) != 4 { // with the attack of corpus
		t.Errorf("%d records of %d acts, %d undated: want 5 of 4 and 1", a.Activity.Records, len(a.Activity.Acts), a.Activity.Undated)
	}
	b := run(t, records, assess.Question{A: "NO", B: "PT", From: "2021"})
	if len(actsOf(b, "b", "Group B0")) != 0 || len(actsOf(b, "a", "Group A1")) != 1 || b.Activity.Undated != 0 {
		t.Errorf("the period does not bound the acts: %+v", b.Activity.Acts)
	}
}
