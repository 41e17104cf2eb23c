package assess_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// corpus is evidence about eight invented groups of two invented alignments:
// tools, a shared supplier, attacks, an agreement and a contested claim.
func corpus() []evidence.Record {
	var out []evidence.Record
	base := func(class evidence.Class, subject, country, publisher string) evidence.Record {
		return evidence.Record{
			Class: class, Subject: evidence.Actor{Name: subject, Ref: "case:t:" + subject, Country: country},
			Citation: evidence.Citation{Publisher: publisher, PublisherCountry: "CH", Locator: "https://example.org/" + subject},
			Origin:   evidence.Origin{Dataset: "case:t", Object: fmt.Sprint(len(out))},
		}
	}
	for side, country := range []string{"NO", "PT"} {
		for g := range 4 {
			name := fmt.Sprintf("Group %c%d", 'A'+side, g)
			r := base(evidence.Alias, name, country, "Weekly")
			r.Value = name
			out = append(out, r)
			for k := range 7 {
				r := base(evidence.UsesSoftware, name, country, []string{"Weekly", "Daily"}[k%2])
				r.Value = fmt.Sprintf("Tool %d", (g*3+side*5+k*k)%19)
				out = append(out, r)
			}
		}
	}
	r := base(evidence.AttackOnState, "Group A0", "NO", "Daily")
	r.Targets, r.Activity = []evidence.Target{{Country: "PT"}}, evidence.MustInterval("2023-05")
	out = append(out, r)
	r = base(evidence.SharedTool, "Group A1", "NO", "Daily")
	r.Object, r.Value, r.Exclusivity = evidence.Actor{Name: "Group B1", Ref: "case:t:Group B1", Country: "PT"}, "Builder", evidence.Shared
	out = append(out, r)
	r = base(evidence.Statement, "Group A2", "NO", "Daily")
	r.Object, r.Value, r.Status = evidence.Actor{Name: "Group B2", Ref: "case:t:Group B2", Country: "PT"}, "they work together", evidence.Contested
	out = append(out, r)
	out = append(out, evidence.Record{
		Class: evidence.Agreement, Value: "Treaty", Kind: "treaty", Parties: []string{"NO", "PT"}, Activity: evidence.MustInterval("2010/.."),
		Citation: evidence.Citation{Publisher: "Gazette"}, Origin: evidence.Origin{Dataset: "case:t", Object: "treaty"},
	})
	for i := range out {
		out[i] = out[i].Seal()
	}
	return out
}

func run(t testing.TB, records []evidence.Record, q assess.Question) *assess.Assessment {
	t.Helper()
	a, err := assess.Run(context.Background(), assess.Input{Records: records, Question: q, Tool: assess.Tool{Name: "cahoots", Version: "test", Seed: 1}})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestSameEvidenceSameBytesInAnyOrderAndOnAnyNumberOfCores(t *testing.T) {
	records := corpus()
	q := assess.Question{A: "NO", B: "PT"}
	want, err := json.Marshal(run(t, records, q))
	if err != nil {
		t.Fatal(err)
	}
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for n := range 6 {
		runtime.GOMAXPROCS(1 + n%2)
		rng := rand.New(rand.NewPCG(uint64(n), 1))
		rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		got, err := json.Marshal(run(t, append(records, records[0]), q))
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != string(want) {
			t.Fatalf("order %d changed the answer", n)
		}
	}
}

func TestEveryPairIsAnswered(t *testing.T) {
	a := run(t, corpus(), assess.Question{A: "NO", B: "PT"})
	if len(a.Pairs) != 16 {
		t.Fatalf("%d pairs, want 16", len(a.Pairs))
	}
	by := map[string]assess.Pair{}
	for _, p := range a.Pairs {
		by[p.A.Name+"/"+p.B.Name] = p
		if len(p.Channels) != len(a.Channels)-1 { // one line is of all together
			t.Errorf("%s and %s were measured on %d of %d channels", p.A.Name, p.B.Name, len(p.Channels), len(a.Channels))
		}
		for _, id := range p.Evidence {
			if _, ok := a.Records[id]; !ok {
				t.Errorf("%s and %s rest on record %s, which the assessment does not hold", p.A.Name, p.B.Name, id)
			}
		}
	}
	if p := by["Group A1/Group B1"]; p.Level != assess.SharedSupply || p.Sign != assess.Undetermined {
		t.Errorf("a shared builder gave %v %s", p.Level, p.Sign)
	}
	if p := by["Group A0/Group B3"]; p.Level != assess.NoneFound || p.Sign != assess.NoSign || len(p.Links) != 1 || p.Links[0].Victims != 1 {
		t.Errorf("an attack on the other's state gave %v %s", p.Level, p.Sign)
	}
	if p := by["Group A2/Group B2"]; p.Level != assess.NoneFound || !p.Contested {
		t.Errorf("a contested claim gave %v, contested %v", p.Level, p.Contested)
	}
	if a.Sides.Strategic != "S2" {
		t.Errorf("a treaty in force gave %s", a.Sides.Strategic)
	}
}

func TestThePeriodBoundsWhatCounts(t *testing.T) {
	a := run(t, corpus(), assess.Question{A: "Group A0", B: "Group B0", From: "2024"})
	if p := a.Pairs[0]; p.Sign != assess.NoSign {
		t.Errorf("an attack of 2023 counted in the period from 2024: %s", p.Why)
	}
	a = run(t, corpus(), assess.Question{A: "NO", B: "PT", To: "2005"})
	if a.Sides.Strategic != "S2" || a.Sides.Why != "membership of NATO" {
		t.Errorf("a treaty of 2010 counted before 2005: %s, %s", a.Sides.Strategic, a.Sides.Why)
	}
}

func TestTheStrictestMarkingOfTheEvidenceMarksTheResult(t *testing.T) {
	records := corpus()
	for i := range records {
		if records[i].Class == evidence.UsesSoftware { // cited by no verdict
			records[i].Marking = evidence.Red
			records[i] = records[i].Seal()
			break
		}
	}
	if a := run(t, records, assess.Question{A: "NO", B: "PT"}); a.Marking != evidence.Red {
		t.Errorf("an assessment over RED evidence is marked %s", a.Marking)
	}
}

func TestFisherIsAContrastThatSaysSo(t *testing.T) {
	a := run(t, corpus(), assess.Question{A: "NO", B: "PT", Null: "fisher"})
	contrasts := 0
	for _, p := range a.Pairs {
		for _, m := range p.Channels {
			if m.Contrast != nil {
				contrasts++
				if m.Contrast.Null != nullFisher || m.Null == nullFisher || len(m.Warnings) == 0 {
					t.Errorf("the invalid null is more than a contrast, or carries no warning: %+v", m)
				}
			}
		}
	}
	if contrasts == 0 || !slices.ContainsFunc(a.Warnings, func(w string) bool { return strings.Contains(w, "hypergeometric") }) {
		t.Errorf("%d contrasts, warnings %v", contrasts, a.Warnings)
	}
}

func TestUnknownSidesAreErrors(t *testing.T) {
	for _, q := range []assess.Question{{A: "NO", B: "Atlantis Team"}, {A: "", B: "PT"}, {A: "Group A0", B: "Group A0"}, {A: "NO", B: "PT", Actors: "spies"}} {
		if _, err := assess.Run(context.Background(), assess.Input{Records: corpus(), Question: q}); err == nil {
			t.Errorf("%+v was answered", q)
		}
	}
}

func TestAStateWithoutGroupsIsAnsweredWithNothingToSee(t *testing.T) {
	a := run(t, corpus(), assess.Question{A: "SE", B: "PT"})
	if len(a.Pairs) != 0 || len(a.Sides.A.Actors) != 0 || a.Sides.Strategic != "S2" {
		t.Errorf("%d pairs, %d groups, %s", len(a.Pairs), len(a.Sides.A.Actors), a.Sides.Strategic)
	}
}

func TestWhoAsksByANameIsAnsweredByIt(t *testing.T) {
	records := append(corpus(), evidence.Record{Class: evidence.Alias, Subject: evidence.Actor{Name: "Group A0", Ref: "case:t:Group A0"}, Value: "Night Owl",
		Citation: evidence.Citation{Publisher: "List"}, Origin: evidence.Origin{Dataset: "case:t"}}.Seal())
	for name, want := range map[string]string{"night owl": "Night Owl", "Group A0": "Group A0"} {
		a, err := assess.Run(t.Context(), assess.Input{Records: records, Question: assess.Question{A: name, B: "Group B0"}})
		if err != nil {
			t.Fatal(err)
		}
		if got := a.Pairs[0].A.Name; got != want {
			t.Errorf("asked for %q, answered about %q", name, got)
		}
	}
}

// An assessment is a function of evidence and a question.
func ExampleRun() {
	a, err := assess.Run(context.Background(), assess.Input{
		Records:  corpus(),
		Question: assess.Question{A: "Group A1", B: "Group B1"},
		Tool:     assess.Tool{Name: "example", Version: "1"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	p := a.Pairs[0]
	fmt.Println(p.Level, p.LevelName+",", p.Sign+",", "confidence", p.Confidence)
	fmt.Println(p.Why)
	// Output:
	// L2 shared supply, undetermined, confidence low
	// Shared non public tool by Daily. Whether both consented is not shown.
}

// nullFisher is what the invalid contrast calls itself.
const nullFisher = "Fisher (hypergeometric)"
