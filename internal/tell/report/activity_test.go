package report_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// active is the assessment by hand with acts of both sides, one of them in two
// sources, one disputed, one of several counted by month, one by no group.
func active(t testing.TB) *assess.Assessment {
	a := small(t)
	source := func(publisher string) assess.ActSource {
		return assess.ActSource{Citation: evidence.Citation{Publisher: publisher, Locator: "https://example.org/" + publisher}, Grade: "C3", Marking: evidence.Clear}
	}
	act := func(side, actor, country, when string, sources ...int) assess.Act {
		iv := evidence.MustInterval(when)
		return assess.Act{Side: side, Actor: actor, Country: country, When: iv, Precision: iv.Precision().String(), WhenKind: "activity", Class: evidence.Incident,
			Text: "broke into a ministry", Status: evidence.Asserted, Victims: []string{}, Count: 1, Records: []evidence.ID{"0123456789abcdef0123456789abcdef"}, Sources: sources}
	}
	name := a.Sides.A.Actors[0]
	first, disputed, many, state := act("a", name, "CN", "2021-03/..", 0, 1), act("a", name, "CN", "2021", 1), act("b", a.Sides.B.Actors[0], "RU", "2022-05", 0), act("b", "", "RU", "2023-01-02", 1)
	first.Victims, disputed.Status, disputed.WhenKind = []string{"RU"}, evidence.Contested, "disclosure"
	many.By, many.Count = "month", 7
	a.Activity = &assess.Activity{Acts: []assess.Act{first, disputed, state, many}, Sources: []assess.ActSource{source("Daily"), source("Weekly")}, Records: 12, Undated: 2, Warnings: []string{"much is counted by month"}}
	return a
}

func TestTheTimelineLaysAgreementsOverTheActsOfBothSides(t *testing.T) {
	a := active(t)
	d := report.Assessment(a)
	s := d.Sections[slices.IndexFunc(d.Sections, func(s document.Section) bool { return s.ID == "activity" })]
	var line document.Series
	for _, b := range s.Blocks {
		if x, ok := b.(document.Series); ok {
			line = x
		}
	}
	groups := map[string]bool{}
	var own []document.Point
	for _, p := range line.Points {
		n := line.Nodes[p.Row]
		if n.Label != p.Label {
			t.Errorf("%q stands on the lane of %q", p.Label, n.Label)
		}
		groups[n.Group] = true
		if strings.Contains(p.Text, "ministry") {
			own = append(own, p)
		}
	}
	if !groups["agreement"] || !groups["a"] || !groups["b"] || len(own) != 4 {
		t.Fatalf("lanes %v, %d acts", groups, len(own))
	}
	if !own[0].Across || own[0].To != "" || len(own[0].Refs) != 2 || own[1].Status != "contested" || own[1].Group != "disclosure" ||
		own[2].Label != "Russia, no group named" || own[3].Value != 7 || !strings.Contains(own[3].Text, "7 acts within the month") {
		t.Errorf("acts are told as %+v", own)
	}
	for _, id := range []string{"records"} { // it would tell the same again
		for _, b := range d.Sections[slices.IndexFunc(d.Sections, func(s document.Section) bool { return s.ID == id })].Blocks {
			if _, ok := b.(document.Series); ok {
				t.Errorf("section %s has a timeline of its own", id)
			}
		}
	}
	text := render(t, a, "text", document.Options{All: true, Width: 200})
	for _, want := range []string{"10 dated acts of both sides are on record, from 12 records", "2 records of acts without a date are not shown", "Much is counted by month."} {
		if !strings.Contains(text, want) {
			t.Errorf("the text does not say %q", want)
		}
	}
	if !strings.Contains(render(t, a, "csv", document.Options{Table: "activity"}), "0123456789abcdef") {
		t.Error("the table of acts does not name their records")
	}
}

func TestActsMoveNoNumberOfASource(t *testing.T) {
	before, after := report.Assessment(small(t)), report.Assessment(active(t))
	for i, c := range before.Citations {
		if after.Citations[i].Number != c.Number || after.Citations[i].Origin() != c.Origin() {
			t.Fatalf("source %d was %q and is %q", c.Number, c.Origin(), after.Citations[i].Origin())
		}
	}
	if len(after.Citations) != len(before.Citations)+2 || !after.Citations[len(before.Citations)].Folded {
		t.Errorf("%d sources and then %d: want two more, cited by folded rows only", len(before.Citations), len(after.Citations))
	}
}

func TestActivityMeetsTheSchemaAndRendersAsSaved(t *testing.T) {
	a := active(t)
	text := render(t, a, "json", document.Options{})
	if err := validate(t, compile(t, closed(schemaDocument(t))), text); err != nil {
		t.Error(err)
	}
	again, err := report.Read(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range document.Formats() {
		if render(t, a, format, document.Options{All: true}) != render(t, again, format, document.Options{All: true}) {
			t.Errorf("%s differs after saving and reading", format)
		}
	}
	broken := active(t)
	broken.Activity.Acts[0].Sources = []int{99, -1} // a file somebody has cut
	if !json.Valid([]byte(render(t, broken, "document", document.Options{}))) {
		t.Error("a source that is not there breaks the document")
	}
}
