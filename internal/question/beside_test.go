package question

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// catalogue names a group of a state.
func catalogue(name, country string) evidence.Record {
	return evidence.Record{
		Class: evidence.Alias, Subject: evidence.Actor{Name: name, Ref: "list:" + name, Country: country}, Value: name,
		Citation: evidence.Citation{Publisher: "List"}, Origin: evidence.Origin{Dataset: "list", Object: name},
	}.Seal()
}

func TestWhatTheProgramKnowsIsEvidenceUnlessItIsLeftOut(t *testing.T) {
	held := assess.Input{Records: []evidence.Record{catalogue("Turla", "RU"), catalogue("OilRig", "IR")}, Question: assess.Question{A: "Turla", B: "OilRig"}}
	for without, want := range map[string][]string{
		"": {"agreements", "links", "spying"}, "links": {"agreements", "spying"}, "agreements, spying": {"links"}, "all": nil,
	} {
		held.Question.NoBuiltin = without
		in, err := Assess(held)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []string
		for _, r := range in.Records[len(held.Records):] {
			kind := links
			switch r.Class {
			case evidence.Agreement:
				kind = agreements
			case evidence.AttackOnState:
				kind = spying
			}
			kinds = append(kinds, string(kind))
			if !r.Origin.Builtin || r.Subject.Ref != "" || r.Class == evidence.Alias || r.Seal().ID != r.ID {
				t.Fatalf("a built-in record %+v", r)
			}
		}
		slices.Sort(kinds)
		if kinds = slices.Compact(kinds); !slices.Equal(kinds, want) {
			t.Errorf("without %q: %v, want %v", without, kinds, want)
		}
		a, err := assess.Run(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		if found := a.Pairs[0].Sign == assess.Unilateral; found != slices.Contains(want, "links") {
			t.Errorf("without %q the takeover is found: %v", without, found)
		}
		if looked := a.Sides.Strategic != ""; looked != slices.Contains(want, "agreements") {
			t.Errorf("without %q: level %q (%s)", without, a.Sides.Strategic, a.Sides.Why)
		}
	}
	if err := checkEvidence("treaties", ""); err == nil || !strings.Contains(err.Error(), "agreements, links, spying") {
		t.Errorf("%v", err)
	}
}

func TestACaseThatSomebodyIngestedIsNotAddedTwice(t *testing.T) {
	c, _, err := builtinCase("controls/x1-turla-oilrig")
	if err != nil {
		t.Fatal(err)
	}
	in, err := Assess(assess.Input{Records: c.Records()})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[evidence.ID]bool{}
	for _, r := range in.Records {
		if seen[r.ID] {
			t.Errorf("%s twice", r.ID)
		}
		seen[r.ID] = true
	}
	if slices.ContainsFunc(in.Datasets, func(d assess.Dataset) bool { return d.Name == c.Dataset() }) {
		t.Error("the case is listed as built in although all of it is held")
	}
}

// A control repeats what a larger built-in case tells.
func TestWhatTwoBuiltInCasesTellIsToldOnce(t *testing.T) {
	in, err := Assess(assess.Input{
		Records:  []evidence.Record{catalogue("Gamaredon", "RU"), catalogue("Turla", "RU")},
		Question: assess.Question{A: "Gamaredon", B: "Turla"},
	})
	if err != nil {
		t.Fatal(err)
	}
	a, err := assess.Run(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]int{}
	for _, l := range a.Pairs[0].Links {
		told[string(l.Class)+" "+l.Direction+" "+l.When+" "+l.Source+" "+l.Text]++
	}
	for what, n := range told {
		if n > 1 {
			t.Errorf("%d times: %s", n, what)
		}
	}
	if p := a.Pairs[0]; p.Level != assess.JointOperation || p.Sign != assess.Cooperative || !p.Contested {
		t.Errorf("%s, %s, contested %v", p.Level, p.Sign, p.Contested)
	}
}
