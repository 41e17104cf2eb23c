package ledger

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

var now = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func findings(t *testing.T, text string) string {
	t.Helper()
	c, bad, err := Parse(strings.NewReader(text), "x.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, f := range Check(c, bad, now) {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}

func TestCheckAsksWhatAReviewerWould(t *testing.T) {
	got := findings(t, small)
	for _, want := range []string{"a single publisher", "no publisher from CN", "no publisher from RU"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q in\n%s", want, got)
		}
	}
	for change, want := range map[[2]string]string{
		{"    published: 2022-03-23\n", "    published: 2027\n"}:                                                               "error: x.yaml:12: report sources/published: 2027 lies in the future",
		{"  - {name: Beta, country: RUS}", "  - name: Beta"}:                                                                   "Beta actors/country",
		{"  - {name: Beta, country: RUS}", "  - {name: Beta, country: RU}\n  - {name: Gamma, country: RU}"}:                    "no evidence names this actor",
		{"sources:\n", "sources:\n  other: {publisher: Other, country: CN, grade: B2}\n"}:                                      "nothing cites this source",
		{"class: tool_use", "class: statement\n    status: contested"}:                                                         "contested by whom?",
		{"class: tool_use\n    actor: Alpha; Beta", "class: hand-over\n    actor: Alpha\n    with: Beta\n    basis: reported"}: "advice: x.yaml:25: e2 evidence/basis: class access-handover that nobody observed",
		{"    grade: B2\n", ""}: "no grade",
		{"class: tool_use\n    actor: Alpha; Beta", "class: takeover\n    actor: Alpha\n    with: Beta\n    consent: shown"}: "e2 evidence/consent: class takeover says that nobody was asked",
	} {
		text := strings.Replace(small, change[0], change[1], 1)
		if text == small {
			t.Fatalf("%q changes nothing", change[0])
		}
		if got := findings(t, text); !strings.Contains(got, want) {
			t.Errorf("%q: no %q in\n%s", change[1], want, got)
		}
	}
	undated := strings.Replace(strings.Replace(small, "    published: 2022-03-23\n", "", 1), "    activity: 2022-02/2022-03\n", "", 1)
	if got := findings(t, undated); !strings.Contains(got, "no date at all") {
		t.Errorf("an undated record passes:\n%s", got)
	}
	seen := strings.Replace(small, "class: tool_use\n    actor: Alpha; Beta", "class: hand-over\n    actor: Alpha\n    with: Beta\n    basis: observed", 1)
	if got := findings(t, seen); strings.Contains(got, "error") {
		t.Errorf("an observed hand-over is an error:\n%s", got)
	}
}

func TestReaderAccountsForEveryEntry(t *testing.T) {
	f := Format()
	text := strings.Replace(small, "class: tool_use", "clas: tool_use\n    grade: Z9", 1)
	if ok, why := f.Sniff([]byte(text), "x"); !ok {
		t.Fatal(why)
	}
	if ok, _ := f.Sniff([]byte("{\"type\":\"bundle\"}"), "x"); ok {
		t.Error("a bundle passes for a case file")
	}
	r, err := f.Open(context.Background(), strings.NewReader(text), source.Info{Name: "x.yaml"}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	records, rejected := 0, 0
	err = source.All(r, func(evidence.Record) error { records++; return nil }, func(e *source.RecordError) {
		rejected++
		if e.Object != "e2" || e.Line != 25 || !strings.Contains(e.Why, "Admiralty") {
			t.Errorf("rejected %v", e)
		}
	})
	sum := r.Summary()
	if err != nil || records != 3 || rejected != 1 || sum.Records != 3 || sum.Rejected != 1 || sum.Objects != 4 || sum.Dataset != "case:small" {
		t.Errorf("%d records, %d rejected, %+v, %v", records, rejected, sum, err)
	}
	if _, err := r.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after the end: %v", err)
	}
}

func TestCheckNamesEntriesThatContradictEachOtherOnConsent(t *testing.T) {
	entry := func(id, class, more string) string {
		return "  - id: " + id + "\n    class: " + class + "\n    actor: Alpha\n    with: Beta\n    event: one\n    source: report\n" + more
	}
	for _, c := range []struct {
		entries string
		named   int
	}{
		{entry("x", "co-compromise", "    basis: observed\n    consent: shown\n") + entry("y", "co-compromise", "    basis: observed\n    consent: refused\n"), 2},
		{entry("x", "co-compromise", "    basis: observed\n    consent: shown\n") + entry("y", "takeover", "    consent: unknown\n"), 2},
		{entry("x", "takeover", "    consent: refused\n") + entry("y", "co-compromise", "    basis: observed\n    consent: shown\n    status: contested\n"), 0},
		{entry("x", "takeover", "    consent: refused\n") + entry("y", "co-compromise", "    basis: observed\n    consent: unknown\n"), 0},
	} {
		if got := findings(t, strings.Split(small, "evidence:")[0]+"evidence:\n"+c.entries); strings.Count(got, "says the contrary") != c.named {
			t.Errorf("%s\n%d entries should be named:\n%s", c.entries, c.named, got)
		}
	}
}
