package cases_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
)

func parse(t *testing.T, name string) *ledger.Case {
	t.Helper()
	b, err := cases.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	c, bad, err := ledger.Parse(bytes.NewReader(b), name)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range ledger.Check(c, bad, time.Now()) {
		if f.Severity == ledger.Error {
			t.Error(f)
		}
	}
	return c
}

func TestEveryCaseIsSound(t *testing.T) {
	ids := map[string]string{}
	for _, name := range cases.Names() {
		c := parse(t, name)
		if other, taken := ids[c.ID]; taken {
			t.Errorf("%s and %s have the same id", name, other)
		}
		ids[c.ID] = name
		if c.Title == "" || c.About == "" || c.Notice == "" {
			t.Errorf("%s lacks a title, an about or a notice", name)
		}
		seen := map[evidence.ID]string{}
		for _, r := range c.Records() {
			if err := r.Validate(); err != nil {
				t.Errorf("%s: %s: %v", name, r.Origin.Object, err)
			}
			if o, dup := seen[r.ID]; dup {
				t.Errorf("%s: %s says the same as %s", name, r.Origin.Object, o)
			}
			seen[r.ID] = r.Origin.Object
			if r.Grade == "" || r.Citation.Publisher == "" || r.Citation.Locator == "" {
				t.Errorf("%s: %s is not fully cited: %+v", name, r.Origin.Object, r.Citation)
			}
			if r.Status == evidence.Contested && slices.Contains([]evidence.Admiralty{"A1", "A2", "B1", "B2", "C3"}, r.Grade) {
				t.Errorf("%s: %s is contested and graded %s", name, r.Origin.Object, r.Grade)
			}
			if via := r.Citation.Via; via == "MITRE ATT&CK" && !strings.Contains(c.Notice, "The MITRE Corporation") {
				t.Errorf("%s: read by way of ATT&CK without MITRE's notice", name)
			}
		}
	}
}

func TestSinoRussianCaseIsDeepAndSeenFromBothSides(t *testing.T) {
	c := parse(t, "sino-russian")
	records := c.Records()
	if len(records) < 200 {
		t.Errorf("%d records, want at least 200", len(records))
	}
	seats := map[string]bool{}
	tools, techniques, targets, dated := map[string]map[string]bool{}, map[string]map[string]bool{}, map[string]int{}, map[string]int{}
	put := func(m map[string]map[string]bool, ref, v string) {
		if m[ref] == nil {
			m[ref] = map[string]bool{}
		}
		m[ref][v] = true
	}
	for _, r := range records {
		seats[r.Citation.PublisherCountry] = true
		ref := r.Subject.Ref
		switch r.Class {
		case evidence.UsesSoftware:
			put(tools, ref, r.Value)
		case evidence.UsesTechnique:
			put(techniques, ref, r.ValueRef)
		}
		targets[ref] += len(r.Targets)
		if when, _ := r.When(); !when.IsZero() {
			dated[ref]++
		}
	}
	for _, seat := range []string{"CN", "RU", "UA", "US", "GB", "SK", "JP", "IL"} {
		if !seats[seat] {
			t.Errorf("no publisher from %s", seat)
		}
	}
	for _, name := range slices.Concat(c.Question.A, c.Question.B) {
		ref := "case:sino-russian:" + strings.ReplaceAll(strings.ToLower(name), " ", "-")
		if targets[ref] == 0 || dated[ref] < 5 || len(tools[ref]) == 0 || len(techniques[ref]) == 0 {
			t.Errorf("%s: %d tools, %d techniques, %d targets, %d dated records", name, len(tools[ref]), len(techniques[ref]), targets[ref], dated[ref])
		}
		// No open source lists more for these; the case says so.
		if name == "Scarab" || name == "UNC1151" {
			continue
		}
		if len(techniques[ref]) < 5 || len(tools[ref]) < 5 && name != "Judgment Panda" {
			t.Errorf("%s: only %d tools and %d techniques", name, len(tools[ref]), len(techniques[ref]))
		}
	}
}

func TestContestedClaimsStandBesideTheirDenial(t *testing.T) {
	status, denials := map[string]evidence.Status{}, map[string]int{}
	for _, r := range parse(t, "sino-russian").Records() {
		status[r.Origin.Object] = r.Status
		if r.Class == evidence.Denial {
			denials[r.Event]++
		}
	}
	for _, id := range []string{"statement-001", "statement-005", "statement-008", "statement-026", "sponsor-020", "sponsor-021", "takeover-001"} {
		if status[id] != evidence.Contested {
			t.Errorf("%s is %q, not contested", id, status[id])
		}
	}
	if denials["case:sino-russian:times-claim"] == 0 {
		t.Error("nobody denies the claim of The Times")
	}
}

func TestEveryDocumentedLinkHasAControl(t *testing.T) {
	have := map[string]ledger.Control{}
	for _, name := range cases.Names() {
		for _, k := range parse(t, name).Controls {
			have[k.ID] = k
		}
	}
	for id, want := range map[string]ledger.Control{
		"P1": {LevelMin: 5, LevelMax: 5}, "P3": {LevelMin: 5, LevelMax: 5}, "P4-xaknet-team": {LevelMin: 4, LevelMax: 5},
		"P6": {LevelMin: 2, LevelMax: 2}, "X1": {LevelMax: 1}, "X4": {LevelMax: 1}, "F1": {}, "C2": {LevelMax: 1}, "C3": {LevelMax: 1},
		"N1": {LevelMax: 1}, "N2-turla": {}, "N3-gamaredon": {}, "N4-apt28": {},
	} {
		k, ok := have[id]
		if !ok || k.LevelMin != want.LevelMin || k.LevelMax != want.LevelMax {
			t.Errorf("control %s is %+v", id, k)
		}
		switch {
		case id[0] == 'P' && id != "P6" && !slices.Equal(k.Signs, []string{"cooperative"}),
			(id[0] == 'X' || id[0] == 'F') && !slices.Equal(k.Signs, []string{"unilateral"}),
			id[0] == 'C' && (k.Confidence != "low" || !k.Contested):
			t.Errorf("control %s expects %v, confidence %q", id, k.Signs, k.Confidence)
		}
	}
}

func TestUnknownCaseNamesTheKnownOnes(t *testing.T) {
	if _, err := cases.Open("sino"); err == nil || !strings.Contains(err.Error(), "sino-russian") {
		t.Errorf("error %v", err)
	}
}
