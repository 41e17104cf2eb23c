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

// listed is a listing with one of everything.
func listed(t testing.TB, limit int) *landscape.Listing {
	t.Helper()
	at := time.Date(2023, 9, 1, 10, 0, 0, 0, time.UTC)
	var entries []sighting.Entry
	for i, key := range []string{"a.example", "b.example", "c.example"} {
		entries = append(entries, sighting.Entry{
			ID: sighting.EntryID{byte(i)}, Time: at.Add(time.Duration(i) * time.Minute), System: sighting.System{Host: netip.MustParseAddr("10.1.5.5"), Sensor: []string{"", "=east"}[i%2]},
			Indicators: []string{"domain:" + key}, Origin: sighting.Origin{Log: "eve.json", Line: int64(i)}, Link: sighting.Link{Community: int64(i)},
		})
	}
	in := landscape.Input{
		Tool: landscape.Tool{Name: "cahoots", Version: "test"},
		Statements: []sighting.Statement{
			{Type: "domain", Value: "a.example", Group: "Quiet Panda", Disclosed: at, Marking: evidence.Amber},
			{Type: "domain", Value: "b.example", Group: "Quiet Panda"}, {Type: "domain", Value: "b.example", Group: "Loud <Bear>"},
			{Type: "domain", Value: "c.example", From: at.AddDate(1, 0, 0), Disclosed: at, Group: "Quiet Panda"},
		},
		Partials: func(func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
			return func(yield func(sighting.Partial, error) bool) {
				for i := range entries {
					if !yield(entries[i].Partial(), nil) {
						return
					}
				}
			}
		},
		Entries: func(sighting.Day, sighting.Day) iter.Seq2[sighting.Entry, error] {
			return func(yield func(sighting.Entry, error) bool) {
				for i := range entries {
					if !yield(entries[i], nil) {
						return
					}
				}
			}
		},
	}
	head, rows, err := landscape.List(in, landscape.Ask{})
	if err == nil {
		err = head.Collect(rows, limit)
	}
	if err != nil {
		t.Fatal(err)
	}
	return head
}

func TestWrittenListingsMeetTheSchema(t *testing.T) {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Sightings))
	if err != nil {
		t.Fatal(err)
	}
	open, strict := compile(t, v.(map[string]any)), compile(t, closed(v.(map[string]any)))
	for name, l := range map[string]*landscape.Listing{"all": listed(t, 10), "cut": listed(t, 1)} {
		text := render(t, l, "json", document.Options{})
		for _, s := range []*jsonschema.Schema{open, strict} {
			if err := validate(t, s, text); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	check(t, v.(map[string]any), v.(map[string]any), reflect.TypeFor[landscape.Listing](), "sightings")
}

func TestAListingSaysWhatItLeavesOut(t *testing.T) {
	l := listed(t, 1)
	text := strings.Join(strings.Fields(render(t, l, "text", document.Options{})), " ")
	for _, want := range []string{"TLP:AMBER", "2 entries on 1 system.", "1 entry with indicators that were not in force", "go on with --after 2023-09-01T10:00:00Z/0000"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	if csv := render(t, listed(t, 10), "csv", document.Options{}); strings.Contains(csv, ",=east") || !strings.HasPrefix(csv, "time,host,sensor,") {
		t.Errorf("a cell of the CSV begins a formula, or the head is another:\n%s", csv)
	}
	saved, err := report.Read(strings.NewReader(render(t, l, "json", document.Options{})))
	if err != nil || render(t, saved, "text", document.Options{}) != render(t, l, "text", document.Options{}) {
		t.Errorf("a saved listing does not render as it was: %v", err)
	}
}
