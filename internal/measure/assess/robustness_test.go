package assess_test

import (
	"context"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

func pairOf(t testing.TB, a *assess.Assessment, x, y string) assess.Pair {
	t.Helper()
	for _, p := range a.Pairs {
		if p.A.Name == x && p.B.Name == y {
			return p
		}
	}
	t.Fatalf("no pair %s and %s", x, y)
	return assess.Pair{}
}

// more adds records about the groups of corpus.
func more(base []evidence.Record, add ...evidence.Record) []evidence.Record {
	out := append([]evidence.Record{}, base...)
	for _, r := range add {
		out = append(out, r.Seal())
	}
	return out
}

func handover(a, b, dataset, publisher, country string) evidence.Record {
	return evidence.Record{
		Class: evidence.AccessHandover, Subject: evidence.Actor{Name: a, Ref: "case:t:" + a}, Object: evidence.Actor{Name: b, Ref: "case:t:" + b},
		Value: "ran its tool through the other's access", Basis: evidence.Observed, Consent: evidence.ConsentShown,
		Citation: evidence.Citation{Publisher: publisher, PublisherCountry: country}, Origin: evidence.Origin{Dataset: dataset, Object: publisher},
	}
}

func TestWhatRestsOnOneSourceFallsWithIt(t *testing.T) {
	records := more(corpus(), handover("Group A3", "Group B3", "case:u", "Courier", "SE"))
	p := pairOf(t, run(t, records, assess.Question{A: "NO", B: "PT"}), "Group A3", "Group B3")
	if p.Level != assess.JointOperation || p.Robustness.LevelLow != assess.NoneFound || p.Robustness.LevelHigh != assess.JointOperation {
		t.Errorf("%v, between %v and %v", p.Level, p.Robustness.LevelLow, p.Robustness.LevelHigh)
	}
	fell := map[string]bool{}
	for _, c := range p.Robustness.Changes {
		if c.Level == assess.NoneFound {
			fell[c.Kind+" "+c.What] = true
		}
	}
	for _, want := range []string{"data set case:u", "publisher country Sweden", "source Courier"} {
		if !fell[want] {
			t.Errorf("without %s the verdict stands: %v", want, p.Robustness.Changes)
		}
	}
	if !strings.Contains(p.Robustness.Mover, "case:u") || !strings.Contains(p.Robustness.Mover, "L0") {
		t.Errorf("mover: %s", p.Robustness.Mover)
	}
}

func TestWhatTwoIndependentSourcesTellStandsWithoutEither(t *testing.T) {
	records := more(corpus(), handover("Group A3", "Group B3", "case:u", "Courier", "SE"), handover("Group A3", "Group B3", "case:v", "Herald", "FI"))
	p := pairOf(t, run(t, records, assess.Question{A: "NO", B: "PT"}), "Group A3", "Group B3")
	for _, c := range p.Robustness.Changes {
		if c.Kind != "data set" && c.Kind != "publisher country" && c.Kind != "source" || c.Note != "" || c.Level == assess.NotAssessable {
			continue
		}
		t.Errorf("without the %s %s it is %v", c.Kind, c.What, c.Level)
	}
}

func TestAGroupThatOnlyOneSourceAttributesLeavesTheQuestionWithIt(t *testing.T) {
	var records []evidence.Record
	for _, r := range corpus() {
		if r.Subject.Name == "Group A2" && r.Citation.Publisher != "Daily" {
			r.Subject.Country = ""
		}
		if r.Subject.Name == "Group A2" {
			r.Citation.PublisherCountry = map[string]string{"Daily": "SE", "Weekly": "CH"}[r.Citation.Publisher]
		}
		records = append(records, r.Seal())
	}
	p := pairOf(t, run(t, records, assess.Question{A: "NO", B: "PT"}), "Group A2", "Group B0")
	for _, c := range p.Robustness.Changes {
		if c.Kind == "publisher country" && c.What == "Sweden" && c.Note != "" && c.Level == assess.NotAssessable {
			return
		}
	}
	t.Errorf("without the only country that attributes it the group stays in the question: %+v", p.Robustness.Changes)
}

func TestDisputedAliasesThatMakeTwoGroupsOneAreSaid(t *testing.T) {
	alias := func(subject, dataset string) evidence.Record {
		return evidence.Record{
			Class: evidence.Alias, Subject: evidence.Actor{Name: subject, Ref: dataset + ":x"}, Value: subject,
			Citation: evidence.Citation{Publisher: "Registry"}, Origin: evidence.Origin{Dataset: dataset, Object: subject},
		}
	}
	own := alias("Group B0", "register")
	own.Status = ""
	same := alias("Group B0", "register")
	same.Value, same.Status = "Group A0", evidence.Contested
	a := run(t, more(corpus(), own, same), assess.Question{A: "NO", B: "PT"})
	for _, v := range a.Robustness.Variants {
		if v.Kind == "disputed aliases" && v.Why == "" && v.Records == 1 && v.Pairs == 16 {
			return
		}
	}
	t.Errorf("the variant with disputed aliases is missing: %+v", a.Robustness.Variants)
}

func TestEveryVariantIsRunOrSaysWhyNot(t *testing.T) {
	a := run(t, corpus(), assess.Question{A: "NO", B: "PT"})
	kinds := map[string]bool{}
	for _, v := range a.Robustness.Variants {
		kinds[v.Kind] = true
		if v.Pairs == 0 && v.Why == "" {
			t.Errorf("%s %s was not run and does not say why", v.Kind, v.What)
		}
		if v.Pairs != v.Same+v.Raised+v.Lowered+v.Turned+v.Gone {
			t.Errorf("%s %s loses pairs: %+v", v.Kind, v.What, v)
		}
	}
	for _, kind := range []string{"data set", "disputed aliases", "attribution", "dates"} {
		if !kinds[kind] {
			t.Errorf("%s is missing", kind)
		}
	}
	if len(a.Robustness.WhoSays) == 0 {
		t.Error("nobody says anything about anybody")
	}
}

// Leaving evidence out is the same as never having had it.
func TestLeavingOutIsNeverHavingHad(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		records := corpus()
		for i := range records {
			if rapid.IntRange(0, 3).Draw(rt, "other") == 0 {
				records[i].Citation.PublisherCountry = "SE"
			}
			records[i] = records[i].Seal()
		}
		q := assess.Question{A: "Group A0, Group A1, Group A2, Group A3", B: "Group B0, Group B1, Group B2, Group B3"}
		whole, err := assess.Run(context.Background(), assess.Input{Records: records, Question: q})
		if err != nil {
			rt.Fatal(err)
		}
		// Names are never left out: identity stays as the whole evidence has it.
		var rest []evidence.Record
		for _, r := range records {
			if r.Citation.PublisherCountry != "SE" || r.Class == evidence.Alias {
				rest = append(rest, r)
			}
		}
		part, err := assess.Run(context.Background(), assess.Input{Records: rest, Question: q})
		if err != nil {
			rt.Skip(err)
		}
		want := map[string]assess.Pair{}
		for _, p := range part.Pairs {
			want[p.A.Name+p.B.Name] = p
		}
		for _, p := range whole.Pairs {
			if p.Robustness == nil {
				continue
			}
			level, sign := p.Level, p.Sign
			for _, c := range p.Robustness.Changes {
				if c.Kind == "publisher country" && c.What == "Sweden" {
					level, sign = c.Level, c.Sign
				}
			}
			if w := want[p.A.Name+p.B.Name]; w.Level != level || w.Sign != sign {
				rt.Fatalf("%s and %s without Sweden: %v %s, but never having had it: %v %s", p.A.Name, p.B.Name, level, sign, w.Level, w.Sign)
			}
		}
	})
}
