package ledger

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

const small = `case:
  id: small
  title: A small case
question: {a: [Alpha], b: Beta}
actors:
  - name: Alpha
    country: China
    aliases:
      - {name: A-Team, by: Vendor, source: report}
  - {name: Beta, country: RUS}
sources:
  report:
    publisher: Vendor
    country: US
    url: https://example.org/report
    published: 2022-03-23
    grade: B2
evidence:
  - id: e1
    class: attack on partner
    actor: A-Team
    targets: [{country: Russia, sector: military}]
    activity: 2022-02/2022-03
    source: report
  - id: e2
    class: tool_use
    actor: Alpha; Beta
    value: PlugX
    ref: S0013
    source: report
agreements:
  - {id: g1, name: Pact, kind: treaty, parties: [CN, Russia], in_force: 2002/.., clauses: [norms], source: report}
`

func mustParse(t testing.TB, text string) *Case {
	t.Helper()
	c, bad, err := Parse(strings.NewReader(text), "small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range bad {
		t.Error(e)
	}
	return c
}

func TestRecordsCarryNamesAsWrittenAndCitation(t *testing.T) {
	records := mustParse(t, small).Records()
	var got []string
	for _, r := range records {
		if err := r.Validate(); err != nil {
			t.Errorf("%s: %v", r.Origin.Object, err)
		}
		got = append(got, fmt.Sprintf("%d %s %s %q %s %v", r.Origin.Line, r.Origin.Object, r.Class, r.Subject.Name, r.Subject.Ref, r.Parties))
	}
	want := []string{
		`9 alpha/a-team alias "Alpha" case:small:alpha []`,
		`19 e1 attack-on-state "A-Team" case:small:alpha []`,
		`25 e2 uses-software "Alpha" case:small:alpha []`,
		`25 e2 uses-software "Beta" case:small:beta []`,
		`32 g1 agreement ""  [CN RU]`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	e1 := records[1]
	if e1.Citation.Publisher != "Vendor" || e1.Citation.PublisherCountry != "US" || e1.Grade != "B2" || e1.Subject.Country != "CN" ||
		e1.Activity.String() != "2022-02/2022-03" || e1.Citation.Published.String() != "2022-03-23" {
		t.Errorf("e1 is %+v", e1)
	}
	if want := (evidence.Target{Country: "RU", Sector: "defense"}); e1.Targets[0] != want {
		t.Errorf("target %+v, want %+v", e1.Targets[0], want)
	}
}

func TestEveryErrorIsReportedWithItsLine(t *testing.T) {
	text := strings.NewReplacer(
		"class: tool_use", "clas: tool_use", // line 26
		"actor: A-Team", "actor: A-Tean", // line 21
		"published: 2022-03-23", "published: 2022-33", // line 16
		"country: RUS", "country: Ruritania", // line 10
		"clauses: [norms]", "clauses: [norm]", // line 32
	).Replace(small)
	c, bad, err := Parse(strings.NewReader(text), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range bad {
		got = append(got, fmt.Sprintf("%d %s", e.Line, e.Why))
	}
	for _, want := range []string{
		`10 column 27: country "Ruritania" is not known`,
		`16 column 16: date "2022-33" is not`,
		`26 column 5: unknown key "clas"; did you mean "class"?`,
		`32 column 6: clause "norm" is unknown; did you mean "norms"?`,
		`19 actor "A-Tean" is neither among the actors`,
	} {
		if !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, want) }) {
			t.Errorf("no error %q in\n%s", want, strings.Join(got, "\n"))
		}
	}
	if !slices.IsSortedFunc(bad, func(a, b *source.RecordError) int { return a.Line - b.Line }) {
		t.Error("errors are not in the order of lines")
	}
	if len(c.Evidence) != 0 || len(c.Agreements) != 0 || len(c.Actors) != 0 {
		t.Errorf("entries with errors were kept: %d evidence, %d agreements, %d actors", len(c.Evidence), len(c.Agreements), len(c.Actors))
	}
}

func TestWhatAClassNeedsIsDemanded(t *testing.T) {
	for entry, want := range map[string]string{
		"class: co-compromise, actor: Alpha, source: report":                           "name the second with with:",
		"class: access-handover, actor: Alpha, with: Beta, source: report":             "say basis: observed",
		"class: uses-technique, actor: Alpha, ref: S0013, source: report":              "an ATT&CK technique such as",
		"class: exploits, actor: Alpha, value: a bug, source: report":                  "CVE-2017-0005",
		"class: attack-on-state, actor: Alpha, source: report":                         "needs targets",
		"class: agreement, source: report":                                             "list agreements:",
		"class: statement, actor: Alpha, value: x":                                     "no citation",
		"class: statement, actor: Alpha, value: x, source: repotr":                     `did you mean "report"`,
		"class: statement, actor: Alpha, value: x, source: report, grade: G7":          "Admiralty",
		"class: statement, actor: Alpha, value: x, source: report, status: doubtful":   "use asserted, contested, denied",
		"class: statement, actor: Alpha, value: x, source: report, confidence: 101":    "whole number from 0 to 100",
		"class: statement, actor: Alpha, value: x, source: report, activity: tomorrow": "YYYY-MM-DD",
		"class: statement, actor: Alpha, value: x, source: report, value: y":           "given twice",
		"class: statement, actor: &x Alpha, value: x, source: report":                  "anchor",
		"class: statement, actor: Alpha, value: [x], source: report":                   "found a list",
		"class: targets, actor: Alpha, targets: [Rostec], source: report":              "write {name:",
	} {
		text := strings.Split(small, "evidence:")[0] + "evidence:\n  - {id: x, " + entry + "}\n"
		c, bad, err := Parse(strings.NewReader(text), "x.yaml")
		if err != nil {
			t.Errorf("%s: %v", entry, err)
			continue
		}
		if len(bad) == 0 || !strings.Contains(bad[0].Error(), want) {
			t.Errorf("%s: errors %v, want %q", entry, bad, want)
		}
		if len(c.Evidence) != 0 {
			t.Errorf("%s: kept", entry)
		}
	}
}

func TestWhatIsNoCaseFileIsOneError(t *testing.T) {
	for text, want := range map[string]string{
		"":                                     "empty",
		"case: {title: x}":                     "give the case an id",
		"question: {}":                         "give the case an id",
		"case: {id: a b}":                      "id",
		"case:\n  id: x\n  n: a: b\n":          "x.yaml:3",
		"case: {id: x}\n---\ncase: {}\n":       "2 YAML documents",
		"case: \xff":                           "not UTF-8",
		"case: " + strings.Repeat("[", 100000): "nested",
		strings.Repeat("- ", 100000) + "x":     "nested",
		"case: {id: x}\n" + strings.Repeat("#", 9<<20): "longer than",
	} {
		c, _, err := Parse(strings.NewReader(text), "x.yaml")
		if err == nil || c != nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.40q: error %v, want %q", text, err, want)
		}
	}
}

func TestRulersAndDashesInTextsAreNoNesting(t *testing.T) {
	ruler := "# " + strings.Repeat("- ", 200) + "\n#" + strings.Repeat("-", 300) + "[[[\n"
	mustParse(t, ruler+strings.Replace(small, "A small case", "A case - of dashes"+strings.Repeat(" - and dashes", 40), 1))
}

func TestErrorsAreBounded(t *testing.T) {
	text := small + strings.Repeat("x: 1\n", 5000)
	_, bad, err := Parse(strings.NewReader(text), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(bad) != maxErrors+1 || !strings.Contains(bad[maxErrors].Why, "4800 more") {
		t.Errorf("%d errors, the last %v", len(bad), bad[len(bad)-1])
	}
}

func TestDisputedAliasFindsNobody(t *testing.T) {
	text := strings.Replace(small, "source: report}\n  - {name: Beta", "source: report, status: contested}\n  - {name: Beta", 1)
	_, bad, err := Parse(strings.NewReader(text), "x.yaml")
	if err != nil || len(bad) != 1 || bad[0].Object != "e1" {
		t.Errorf("%v %v", bad, err)
	}
	clash := strings.Replace(small, "- {name: Beta, country: RUS}", "- {name: Beta, country: RUS, aliases: [{name: a-team, source: report}]}", 1)
	if _, bad, _ := Parse(strings.NewReader(clash), "x.yaml"); len(bad) != 1 || !strings.Contains(bad[0].Why, "also a name of") {
		t.Errorf("%v", bad)
	}
}

func TestWhoIsWhoIsToldWithItsKind(t *testing.T) {
	const head = "case: {id: x}\nactors: [{name: Ash}, {name: Birch}]\nsources: {s: {publisher: Firm}}\nevidence:\n"
	c, bad, err := Parse(strings.NewReader(head+"  - {id: one, class: possibly-same, actor: Ash, with: Birch, kind: part, status: contested, source: s}\n"), "x")
	if err != nil || len(bad) > 0 {
		t.Fatal(err, bad)
	}
	if r := c.Records()[0]; r.Class != evidence.PossiblySame || r.Kind != evidence.KindPart || r.Status != evidence.Contested || r.Object.Name != "Birch" {
		t.Errorf("%+v", r)
	}
	for _, wrong := range []string{"class: possibly-same, actor: Ash, with: Birch, kind: cousin", "class: possibly-same, actor: Ash", "class: takeover, actor: Ash, with: Birch, kind: part"} {
		if _, bad, _ := Parse(strings.NewReader(head+"  - {id: one, "+wrong+", source: s}\n"), "x"); len(bad) == 0 {
			t.Errorf("%s is read", wrong)
		}
	}
}

func TestCountryCodesAreNotTruthValues(t *testing.T) {
	c := mustParse(t, strings.Replace(small, "country: RUS", "country: NO", 1))
	if c.Actors[1].Country != "NO" {
		t.Errorf("Norway became %q", c.Actors[1].Country)
	}
}
