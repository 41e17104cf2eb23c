package prose

import (
	"bytes"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/plaintext"
)

const passage = `In November 2024 Earth Estries let Earth Naga use a foothold that it had built with CrowDoor. ` +
	`Earth Naga, which others know as Flax Typhoon, exploited CVE-2024-12345 against a ministry in Vietnam.`

func readPassage(t *testing.T) *Report {
	t.Helper()
	text, err := plaintext.Read("report.txt", []byte(passage))
	if err != nil {
		t.Fatal(err)
	}
	return Of("report.txt", text, Options{Publisher: "Trend Micro", Published: "2025-10-22"})
}

func written(t *testing.T, c *ledger.Case) *ledger.Case {
	t.Helper()
	var b bytes.Buffer
	if err := ledger.Write(&b, c); err != nil {
		t.Fatal(err)
	}
	again, bad, err := ledger.Parse(&b, "case.yaml")
	if err != nil || len(bad) > 0 {
		t.Fatalf("the case does not parse: %v %v", err, bad)
	}
	return again
}

func TestNothingIsEvidenceBeforeSomebodyAcceptsIt(t *testing.T) {
	c := written(t, Case("proposals", []*Report{readPassage(t)}, nil))
	if len(c.Evidence) < 2 {
		t.Fatalf("only %d entries are proposed", len(c.Evidence))
	}
	if records := c.Records(); len(records) > 0 {
		t.Fatalf("proposals became evidence: %+v", records)
	}
	for i := range c.Evidence {
		if c.Evidence[i].Class == evidence.AccessHandover {
			c.Evidence[i].Status = ""
		}
	}
	records := written(t, c).Records()
	if len(records) != 1 || records[0].Class != evidence.AccessHandover || records[0].Subject.Name != "Earth Estries" || records[0].Object.Name != "Earth Naga" {
		t.Fatalf("the accepted entry, and it alone, should be evidence: %+v", records)
	}
}

func TestWhatWasDecidedIsNotAskedAgain(t *testing.T) {
	c := written(t, Case("proposals", []*Report{readPassage(t)}, nil))
	n := len(c.Evidence)
	c.Evidence[0].Status, c.Evidence[0].Note = ledger.Refused, "the two are one team"
	c.Actors[0].Note = "ours"
	c = written(t, Case("proposals", []*Report{readPassage(t)}, written(t, c)))
	if len(c.Evidence) != n || c.Evidence[0].Status != ledger.Refused || c.Evidence[0].Note != "the two are one team" || len(c.Sources) != 1 {
		t.Errorf("reading the same report again changed what was decided: %+v", c.Evidence)
	}
}

func TestEveryQuotationStandsInTheTextAtItsPlace(t *testing.T) {
	rep := readPassage(t)
	for _, c := range append(rep.Links, rep.Claims...) {
		if !strings.HasPrefix(passage[c.Offset:], c.Quote) {
			t.Errorf("%s: %q does not stand at byte %d", c.Class, c.Quote, c.Offset)
		}
	}
	if len(rep.Links) != 2 || rep.Links[1].WhenFrom != "2024-11" || rep.Links[1].WhenTo != "2024-11" {
		t.Errorf("links: %+v", rep.Links)
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{passage, "A \"\" B \"\" C", "**X** \u2014 also known as Y", "| a | b |\n1. APT28 / APT29", "hxxp://a[.]b", "Is it X?"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := Read(s, Options{Published: "2024-01-01"})
		for _, l := range got.Links {
			if l.Start < 0 || l.End > len(s) || l.Start >= l.End {
				t.Fatalf("a quotation from %d to %d of %d bytes", l.Start, l.End, len(s))
			}
		}
	})
}
