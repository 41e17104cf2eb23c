package report_test

import (
	"bytes"
	"iter"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/docs/schema"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// landscaped is a landscape with one of everything.
func landscaped(t testing.TB) *landscape.Landscape {
	t.Helper()
	start := time.Date(2023, 9, 1, 10, 0, 0, 0, time.UTC)
	m := &sighting.Map{}
	if err := m.Add(sighting.Place{Network: netip.MustParsePrefix("198.18.1.0/24"), Organisation: sighting.Organisation{Name: "=Ministry", Sector: "government-national", Country: "RU"}}); err != nil {
		t.Fatal(err)
	}
	cite := evidence.Citation{Publisher: "Example Institute"}
	origin := evidence.Origin{Dataset: "test"}
	in := landscape.Input{
		Map: m, From: "2023-09", To: "2023-09", Tool: landscape.Tool{Name: "cahoots", Version: "test"},
		Statements: []sighting.Statement{
			{Type: "domain", Value: "a.example", Group: "Quiet Panda", Disclosed: start.AddDate(0, 1, 0), Marking: evidence.Amber},
			{Type: "domain", Value: "b.example", Group: "Quiet Panda"}, {Type: "domain", Value: "b.example", Group: "Loud <Bear>"},
			{Type: "domain", Value: "c.example"}, {Type: "domain", Value: "d.example", From: start.AddDate(1, 0, 0), Group: "Quiet Panda"},
		},
		Records: []evidence.Record{
			evidence.Record{Class: evidence.Sponsor, Subject: evidence.Actor{Name: "Quiet Panda", Ref: "test:1", Country: "CN"}, Citation: cite, Origin: origin}.Seal(),
			evidence.Record{Class: evidence.Alias, Subject: evidence.Actor{Name: "Quiet Panda", Ref: "test:1"}, Value: "Silent Panda", Citation: cite, Origin: origin}.Seal(),
			evidence.Record{Class: evidence.Agreement, Value: "Pact on information security", Parties: []string{"CN", "RU"}, Activity: evidence.MustInterval("2015/.."), Citation: cite, Origin: origin}.Seal(),
		},
		Read: &landscape.Read{Lines: 100, Events: 98, Rejected: 1, Skipped: 1},
	}
	in.Partials = func(func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
		return func(yield func(sighting.Partial, error) bool) {
			for i, key := range []string{"a.example", "b.example", "c.example", "d.example"} {
				at := start.AddDate(0, 0, i)
				host := netip.AddrFrom4([4]byte{198, 18, byte(1 + i/2), byte(i)})
				p := sighting.Partial{Day: sighting.DayOf(at), System: sighting.System{Host: host}, Indicators: []string{"domain:" + key}, First: at, Last: at.Add(time.Hour), Events: 2}
				if !yield(p, nil) {
					return
				}
			}
		}
	}
	l, err := landscape.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func landscapeSchema(t testing.TB) map[string]any {
	t.Helper()
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Landscape))
	if err != nil {
		t.Fatal(err)
	}
	return v.(map[string]any)
}

func TestWrittenLandscapesMeetTheSchema(t *testing.T) {
	open, strict := compile(t, landscapeSchema(t)), compile(t, closed(landscapeSchema(t)))
	empty, err := landscape.Run(landscape.Input{Partials: func(func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
		return func(func(sighting.Partial, error) bool) {}
	}})
	if err != nil {
		t.Fatal(err)
	}
	for name, l := range map[string]*landscape.Landscape{"one of everything": landscaped(t), "nothing": empty} {
		text := render(t, l, "json", document.Options{})
		for _, s := range []*jsonschema.Schema{open, strict} {
			if err := validate(t, s, text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if strings.Contains(text, ": null") {
			t.Errorf("%s: a list is null", name)
		}
	}
	check(t, landscapeSchema(t), landscapeSchema(t), reflect.TypeFor[landscape.Landscape](), "landscape")
}

func TestASavedLandscapeRendersAgain(t *testing.T) {
	l := landscaped(t)
	saved, err := report.Read(strings.NewReader(render(t, l, "json", document.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range document.Formats() {
		if got, want := render(t, saved, format, document.Options{All: true}), render(t, l, format, document.Options{All: true}); got != want {
			t.Errorf("%s differs:\n%s\n%s", format, got, want)
		}
	}
}

func TestALandscapeSaysWhatItsFiguresAre(t *testing.T) {
	l := landscaped(t)
	text := render(t, l, "text", document.Options{Full: true})
	for _, want := range []string{
		"TLP:AMBER", "3 incidents by 1 known group in 1 organisation, on 3 systems (6 events)",
		"33.3 % of the incidents", "disputed: Loud <Bear> or Quiet Panda", "ACTIVITY BETWEEN STATES WITH AN AGREEMENT IN FORCE", "1 of 100 log lines were rejected",
		"2 events with indicators that were not in force", "AGAINST THE PERIOD BEFORE", "to 2023-08-31",
	} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	csv := render(t, l, "csv", document.Options{Table: "incidents"})
	if strings.Contains(csv, ",=Ministry") {
		t.Errorf("a cell of the CSV begins a formula:\n%s", csv)
	}
	if html := render(t, l, "html", document.Options{}); strings.Contains(html, "<Bear>") {
		t.Error("a name is not escaped in HTML")
	}
}
