package report_test

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/docs/schema"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func told(dataset, object, from, to, title, when, url string) evidence.Record {
	return evidence.Record{
		Class: evidence.Incident, Event: dataset + ":" + object, Subject: evidence.Actor{Country: from, Name: "Oxcart " + from},
		Targets: []evidence.Target{{Country: to}}, Activity: evidence.MustInterval(when), Objective: "espionage",
		Citation: evidence.Citation{Publisher: strings.ToUpper(dataset), PublisherCountry: "DE", Title: title, Locator: url},
		Origin:   evidence.Origin{Dataset: dataset, Object: object},
	}.Seal()
}

// dyadTable is a table of incidents between China and Russia around a treaty, one
// of them told twice, and of n others.
func dyadTable(t testing.TB, q dyad.Question, n int) *dyad.Table {
	t.Helper()
	records := []evidence.Record{
		{Class: evidence.Agreement, Value: "Treaty of 2015", Kind: "treaty", Parties: []string{"CN", "RU"}, Clauses: []string{"norms"},
			Disclosed: evidence.MustInterval("2015-05-08"), Citation: evidence.Citation{Publisher: "Gazette"}, Origin: evidence.Origin{Dataset: "case:pacts", Object: "cn-ru"}},
		told("one", "a", "CN", "RU", "Shipyard breached", "2016-03", "https://example.org/yard"),
		told("two", "b", "CN", "RU", "<b>Rubin</b> design bureau", "2016-03", "https://example.org/yard"),
		told("one", "c", "RU", "CN", "=cmd|calc", "2013-02", ""), told("one", "d", "CN", "RU", "Embassy", "2012", ""),
	}
	records[0] = records[0].Seal()
	states := []string{"US", "IR", "KP", "IN", "PK", "VN", "DE", "FR", "GB"}
	for i := range n {
		from, to := states[i%len(states)], states[(i/len(states)+i+1)%len(states)]
		records = append(records, told("one", fmt.Sprint("n", i), from, to, fmt.Sprint("Affair ", i), fmt.Sprintf("%d-04", 2010+i%10), ""))
	}
	table, err := dyad.Count(t.Context(), dyad.Input{Records: records, Question: q, Tool: dyad.Tool{Name: "cahoots", Version: "test"},
		Datasets: []dyad.Dataset{{Name: "one", Version: "1", SHA256: strings.Repeat("ab", 32), Records: len(records)}}, Notices: []string{"Data of One."}})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

var dyadQuestions = map[string]dyad.Question{
	"everybody": {}, "two states": {A: "CN", B: "RU"}, "friends": {Friends: true}, "an agreement": {Agreement: "cn-ru", Years: 4}, "nothing": {A: "BR", B: "ZA"},
}

func TestASavedTableOfDyadsRendersAsItDidInEveryFormat(t *testing.T) {
	for name, q := range dyadQuestions {
		table := dyadTable(t, q, 200)
		text := render(t, table, "json", document.Options{})
		back, err := report.Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		for _, format := range document.Formats() {
			for _, o := range []document.Options{{}, {Full: true}, {All: true}} {
				if a, b := render(t, table, format, o), render(t, back, format, o); a != b {
					t.Errorf("%s as %s (%+v): the saved table renders otherwise", name, format, o)
				}
			}
		}
	}
}

func dyadsSchema(t testing.TB) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Dyads))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func TestWrittenTablesOfDyadsMeetTheSchema(t *testing.T) {
	strict := compile(t, closed(dyadsSchema(t)))
	for name, q := range dyadQuestions {
		text := render(t, dyadTable(t, q, 40), "json", document.Options{})
		if err := validate(t, strict, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if strings.Contains(text, ": null") {
			t.Errorf("%s: a list or map is null", name)
		}
	}
}

func TestTheSchemaNamesTheFieldsOfATableOfDyads(t *testing.T) {
	root := dyadsSchema(t)
	check(t, root, root, reflect.TypeFor[dyad.Table](), "dyads")
}

func TestAnIncidentToldTwiceIsOneLineWithTwoCitations(t *testing.T) {
	text := render(t, dyadTable(t, dyad.Question{A: "CN", B: "RU"}, 0), "text", document.Options{Full: true, Width: 160})
	for _, want := range []string{"China against Russia 2 and Russia against China 1", "1 incident is told by more than one data set and counted once", "both cite example.org/yard"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("the text does not say %q:\n%s", want, text)
		}
	}
	csv := render(t, dyadTable(t, dyad.Question{A: "CN", B: "RU"}, 0), "csv", document.Options{Table: "incidents"})
	if n := strings.Count(csv, "one:a+two:b"); n != 1 {
		t.Errorf("%d lines for the incident told twice:\n%s", n, csv)
	}
	if strings.Contains(csv, ",=cmd") {
		t.Errorf("a title of a source is a formula:\n%s", csv)
	}
	if html := render(t, dyadTable(t, dyad.Question{}, 0), "html", document.Options{}); strings.Contains(html, "<b>Rubin") {
		t.Error("a title of a source is markup")
	}
}
