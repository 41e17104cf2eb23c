package incident

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// nordic is a map for a data set that no code knows.
const nordic = `
dataset: nordic
version: "2024-05"
publisher: Nordic CERT
publisher_country: Norway
licence: CC BY 4.0
format: {delimiter: ";"}
missing: [n/a, ukjent]
id: {column: Ref}
fields:
  title: Headline
  initiator: {column: Group, split: " / "}
  initiator_country: Origin
  target_country: {column: Victims, list: prose}
  target_sector: {column: Sector, values: {Kraft: energy}}
  objective: {column: Aim, values: {spying: espionage}}
  sources: {column: Links, split: " "}
  confidence: {column: Sure, values: {high: "85"}}
dates:
  - {column: First seen, end: Last seen, kind: activity, layouts: [DD.MM.YYYY, MM.YYYY], heap: true}
  - {column: Published, kind: disclosure, layouts: [DD.MM.YYYY]}
keep: [Analyst]
`

var nordicRows = [][]string{
	{"Ref", "Headline", "Group", "Origin", "Victims", "Sector", "Aim", "Links", "Sure", "First seen", "Last seen", "Published", "Analyst", "Mood"},
	{"N-1", "Grid\nprobe; twice", "Alpha / Beta", "Russia", "Norwegian and Swedish operators", "Kraft", "spying", "https://a.example https://b.example", "high", "05.03.2024", "09.03.2024", "02.05.2024", "AB", "grim"},
	{"N-2", "Quiet week", "n/a", "ukjent", "Finland", "Bakery", "mischief", "", "", "01.04.2024", "", "", "", ""},
	{"N-3", "Odd day", "Gamma", "Atlantis", "", "health", "", "", "", "31.02.2024", "", "1.5.24", "", ""},
	{"N-1", "Again", "Delta", "China", "Denmark", "", "", "", "", "", "", "", "", ""},
	{"", "No reference", "Delta", "China", "Denmark", "", "", "", "", "", "", "", "", ""},
}

func nordicCSV() []byte {
	var b strings.Builder
	for _, row := range nordicRows {
		for i, c := range row {
			if i > 0 {
				b.WriteByte(';')
			}
			if strings.ContainsAny(c, ";\"\n") {
				c = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
			}
			b.WriteString(c)
		}
		b.WriteString("\r\n")
	}
	return []byte(b.String())
}

func TestAnUnseenTableNeedsAMapOnly(t *testing.T) {
	recs, bad, sum := readAll(t, nordicCSV(), "nordic.csv", source.Options{Map: []byte(nordic)})
	checkNordic(t, recs, bad, sum)
}

func checkNordic(t *testing.T, recs []evidence.Record, bad []*source.RecordError, sum source.Summary) {
	t.Helper()
	if len(recs) != 4 || sum.Objects != 5 || sum.Rejected != 2 || sum.Counts["incident"] != 3 {
		t.Fatalf("%d records, summary %+v", len(recs), sum)
	}
	a, b := recs[0], recs[1]
	if a.Subject != (evidence.Actor{Name: "Alpha", Country: "RU"}) || b.Subject != (evidence.Actor{Name: "Beta", Country: "RU"}) || a.Event != "nordic:N-1" {
		t.Errorf("initiators %+v and %+v of %s", a.Subject, b.Subject, a.Event)
	}
	want := []evidence.Target{{Sector: "energy"}, {Country: "NO"}, {Country: "SE"}}
	if !slices.Equal(a.Targets, want) || a.Objective != "espionage" || a.Activity.String() != "2024-03-05/2024-03-09" || a.Disclosed.String() != "2024-05-02" {
		t.Errorf("%+v, %q, activity %s, disclosed %s", a.Targets, a.Objective, a.Activity, a.Disclosed)
	}
	if n, ok := a.Confidence.Value(); n != 85 || !ok || a.Citation.Locator != "https://a.example" || a.Citation.PublisherCountry != "NO" ||
		string(a.Extra["sources"]) != `["https://a.example","https://b.example"]` || string(a.Extra["Analyst"]) != `"AB"` {
		t.Errorf("confidence %d, citation %+v, extra %s", n, a.Citation, a.Extra)
	}
	quiet := recs[2]
	if !quiet.Subject.IsZero() || quiet.Activity.String() != "2024-04" || !slices.Equal(quiet.Targets, []evidence.Target{{Country: "FI"}}) {
		t.Errorf("an incident without initiator became %+v", quiet)
	}
	odd := recs[3]
	if odd.Subject != (evidence.Actor{Name: "Gamma"}) || !odd.Activity.IsZero() || string(odd.Extra["Origin"]) != `"Atlantis"` {
		t.Errorf("odd row became %+v", odd)
	}
	notes := strings.Join(sum.Notes, "\n")
	for _, part := range []string{"Atlantis", "Bakery", "mischief", "31.02.2024", "1.5.24", "Mood", "1 of 2 dated"} {
		if !strings.Contains(notes, part) {
			t.Errorf("no note tells of %q:\n%s", part, notes)
		}
	}
	if !strings.Contains(bad[0].Why, "same identifier as line") || bad[0].Object != "nordic:N-1" || bad[1].Path != "Ref" || bad[1].Line == 0 {
		t.Errorf("rejections %+v, %+v", bad[0], bad[1])
	}
}

func TestLinesAreThoseOfTheFile(t *testing.T) {
	recs, bad, _ := readAll(t, nordicCSV(), "n.csv", source.Options{Map: []byte(nordic)})
	// The first incident's title spans two lines.
	if recs[0].Origin.Line != 2 || recs[2].Origin.Line != 4 || bad[0].Line != 6 || !strings.Contains(bad[0].Why, "line 2") {
		t.Errorf("lines %d, %d, rejected %d (%s)", recs[0].Origin.Line, recs[2].Origin.Line, bad[0].Line, bad[0].Why)
	}
}

func TestARenamedColumnIsNamedWithItsNearestHeaderAndMapLine(t *testing.T) {
	data := bytes.Replace(nordicCSV(), []byte(";Origin;"), []byte(";Orgin;"), 1)
	_, err := Format.Open(t.Context(), bytes.NewReader(data), source.Info{Name: "n.csv"}, source.Options{Map: []byte(nordic)})
	line := 1 + slices.IndexFunc(strings.Split(nordic, "\n"), func(l string) bool { return strings.Contains(l, "Origin") })
	if err == nil || !strings.Contains(err.Error(), `"Origin"`) || !strings.Contains(err.Error(), `"Orgin"`) || !strings.Contains(err.Error(), fmt.Sprintf("line %d", line)) {
		t.Errorf("error %v; want the column, the nearest header and line %d", err, line)
	}
	data = bytes.Replace(nordicCSV(), []byte(";Mood"), []byte(";Group"), 1)
	if _, err = Format.Open(t.Context(), bytes.NewReader(data), source.Info{}, source.Options{Map: []byte(nordic)}); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("a doubled column: %v", err)
	}
}

func TestDamagedTextLosesNothing(t *testing.T) {
	head := "Ref;Headline;Group;Origin;Victims;Sector;Aim;Links;Sure;First seen;Last seen;Published;Analyst\n"
	good := ";x;A;China;;;;;;;;;\n"
	data := head + "1" + good + "2;sh\"ort;A\n" + "3;only three;A\n" + ";;;;;;;;;;;;\n" + "4;caf\xe9;A;China;;;;;;;;;\n" + "5;;;;;;;;;;;;;too;many\n" + "6" + good
	recs, bad, sum := readAll(t, []byte(data), "d.csv", source.Options{Map: []byte(nordic)})
	if len(recs) != 3 || len(bad) != 3 || sum.Skipped["blank row"] != 1 || sum.Objects != 7 {
		t.Fatalf("%d records, rejected %v, summary %+v", len(recs), bad, sum)
	}
	for i, line := range []int{3, 4, 7} {
		if bad[i].Line != line {
			t.Errorf("rejection %d is on line %d, want %d: %v", i, bad[i].Line, line, bad[i])
		}
	}
	if recs[1].Citation.Title != "caf\ufffd" || !strings.Contains(strings.Join(sum.Notes, "\n"), "1 cells were not valid text") {
		t.Errorf("title %q, notes %q", recs[1].Citation.Title, sum.Notes)
	}
	latin := strings.Replace(nordic, `{delimiter: ";"}`, `{delimiter: ";", encoding: windows-1252}`, 1)
	if recs, _, _ = readAll(t, []byte(data), "d.csv", source.Options{Map: []byte(latin)}); recs[1].Citation.Title != "café" {
		t.Errorf("windows-1252 title is %q", recs[1].Citation.Title)
	}
}

func TestAnOpenQuoteEndsAtTheRowLimit(t *testing.T) {
	data := append(nordicCSV(), []byte("N-9;\""+strings.Repeat("x;\n", 1<<20))...)
	r, err := Format.Open(t.Context(), bytes.NewReader(data), source.Info{Name: "q.csv"}, source.Options{Map: []byte(nordic), MaxObject: 1 << 16})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = source.All(r, func(evidence.Record) error { n++; return nil }, func(*source.RecordError) {})
	if err == nil || !strings.Contains(err.Error(), "quote may be open") || n != 4 {
		t.Errorf("%d records, then %v", n, err)
	}
}

func TestAnUnknownTableIsRefusedWithTheNearestMap(t *testing.T) {
	ok, why := Format.Sniff([]byte("Titel,Datum,Sponsor\n1,2,3\n"), "x.csv")
	if ok || !strings.Contains(why, `"cfr"`) || !strings.Contains(why, "--map") {
		t.Errorf("sniffed %v: %s", ok, why)
	}
	for _, text := range []string{`{"type":"bundle"}`, "just prose\nand more", "\x00\x01,\x02", ""} {
		if ok, why := Format.Sniff([]byte(text), "x"); ok || why == "" {
			t.Errorf("%q sniffed %v: %q", text, ok, why)
		}
	}
}

func TestSheetsOfOtherFormsAreToldHowToBeSaved(t *testing.T) {
	for head, want := range map[string]string{"PK\x03\x04mimetypeapplication/vnd.oasis.opendocument.spreadsheet": "OpenDocument", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "before 2007"} {
		if ok, why := Format.Sniff([]byte(head), "x"); ok || !strings.Contains(why, want) || !strings.Contains(why, "XLSX") {
			t.Errorf("%q: %v, %s", head, ok, why)
		}
	}
}

func TestACancelledReaderStops(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r, err := Format.Open(ctx, bytes.NewReader(nordicCSV()), source.Info{}, source.Options{Map: []byte(nordic)})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	if _, err := r.Next(); err != context.Canceled {
		t.Errorf("after cancelling: %v", err)
	}
}

// The map in the manual is complete: it reads the table printed beside it.
func TestTheManualsExampleReadsItsTable(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "incident-maps.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := func(lang string) string {
		_, rest, _ := strings.Cut(string(b), "```"+lang+"\n")
		text, _, ok := strings.Cut(rest, "```")
		if !ok {
			t.Fatalf("the manual has no %s block", lang)
		}
		return text
	}
	recs, bad, _ := readAll(t, []byte(block("csv")), "manual.csv", source.Options{Map: []byte(block("yaml"))})
	if len(recs) != 3 || len(bad) != 0 || recs[0].Subject.Name == "" || recs[0].Activity.IsZero() || len(recs[0].Targets) == 0 {
		t.Errorf("the manual's example gives %d records, rejected %v", len(recs), bad)
	}
}
