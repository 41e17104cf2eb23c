package report

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// onePair is an assessment of Alpha and Beta.
func onePair(p assess.Pair, records ...evidence.Record) *assess.Assessment {
	p.A, p.B = assess.Actor{ID: "a", Name: "Alpha"}, assess.Actor{ID: "b", Name: "Beta"}
	a := &assess.Assessment{
		Sides: assess.Sides{A: assess.Side{Actors: []string{"Alpha"}}, B: assess.Side{Actors: []string{"Beta"}}},
		Pairs: []assess.Pair{p}, Records: map[evidence.ID]evidence.Record{},
	}
	for _, r := range records {
		a.Records[r.ID] = r
	}
	return a
}

func lead(a *assess.Assessment) string {
	d := Assessment(a)
	return d.Sections[0].Blocks[0].(document.Paragraph).Text
}

func TestWhoMayBeOneActorIsSaidFirstAndWithItsSource(t *testing.T) {
	r := evidence.Record{Class: evidence.PossiblySame, Subject: evidence.Actor{Name: "Alpha"}, Object: evidence.Actor{Name: "Beta"}, Value: "Alpha is a subset of Beta",
		Citation: evidence.Citation{Publisher: "Vendor", Locator: "https://example.org/alpha"}, Origin: evidence.Origin{Dataset: "test"}}.Seal()
	a := onePair(assess.Pair{Level: assess.NoneFound, Sign: assess.NoSign, Confidence: assess.Low, Possibly: &resolve.Possibility{
		A: "a", B: "b", Grade: resolve.SaidPart, Why: "Vendor tells of an overlap.", Sources: []string{"Vendor"}, Records: []evidence.ID{r.ID}}}, r)
	text := lead(a)
	if !strings.HasPrefix(text, "Alpha and Beta may be one actor, or one a part of the other, by the word of Vendor. Beyond that there is no sign that the two work together") {
		t.Errorf("the first paragraph: %s", text)
	}
	d := Assessment(a)
	for _, s := range d.Sections {
		if s.ID == "possibly" {
			row := s.Blocks[0].(*document.Table).Rows[0]
			if len(row.Cells[4].Refs) != 1 || d.Citations[row.Cells[4].Refs[0]-1].Locator != "https://example.org/alpha" {
				t.Errorf("the row leads to %v of %v", row.Cells[4].Refs, d.Citations)
			}
			return
		}
	}
	t.Error("no table of who may be one actor")
}

func TestWhatASourceOnlySaysIsNotPassedOver(t *testing.T) {
	for _, c := range []struct {
		status evidence.Status
		class  evidence.Class
		want   string
	}{
		{evidence.Asserted, evidence.Statement, "A source says, and shows nothing for it, that they work together or are linked: Alpha and Beta. Beyond that there is no sign"},
		{evidence.Contested, evidence.SharedInfrastructure, "A link is told of, and contested or only held possible: Alpha and Beta. Beyond that there is no sign"},
		{evidence.Denied, evidence.Statement, "There is no sign"},
		{evidence.Asserted, evidence.Denial, "There is no sign"},
	} {
		got := lead(onePair(assess.Pair{Level: assess.NoneFound, Sign: assess.NoSign, Links: []channel.Link{{Channel: "ledger", Class: c.class, Status: c.status}}}))
		if !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %s: %s", c.status, c.class, got)
		}
	}
}

func TestOverlapBeyondChanceAloneIsToldAsSuch(t *testing.T) {
	chance := lead(onePair(assess.Pair{Level: assess.IncidentalOverlap, Sign: assess.NoSign}))
	cited := lead(onePair(assess.Pair{Level: assess.IncidentalOverlap, Sign: assess.NoSign, Evidence: []evidence.ID{"x"}}))
	if !strings.Contains(chance, "no source cites a link between them") || strings.Contains(cited, "no source cites") {
		t.Errorf("by chance: %s\ncited: %s", chance, cited)
	}
}
