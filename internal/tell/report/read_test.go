package report_test

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func TestSavedResultRendersAsTheOriginal(t *testing.T) {
	for name, a := range map[string]*assess.Assessment{
		"by hand": small(t), "few pairs": many(3, 4, 1), "many pairs": many(20, 20, 2), "no pairs": many(0, 0, 3),
	} {
		saved := render(t, a, "json", document.Options{})
		again, err := report.Read(strings.NewReader(saved))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, format := range document.Formats() {
			for _, o := range []document.Options{{}, {All: true}, {Width: 80}} {
				if render(t, a, format, o) != render(t, again, format, o) {
					t.Errorf("%s: %s %+v differs after saving and reading", name, format, o)
				}
			}
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", "empty"},
		{"{", "line 1"},
		{"not json", "not JSON"},
		{`{"pairs":[]}`, `no "schema"`},
		{`{"schema":"cahoots/assessment/v2"}`, "schema \"cahoots/assessment/v2\" is not one this version reads"},
		{`{"schema":"x` + "\u202e" + `"}`, "⟨U+202E⟩"},
		{"{\"schema\":\"cahoots/assessment/v1\",\n\"pairs\":{}}", "line 2"},
		{`{"schema":"cahoots/assessment/v1","pairs":[{"level":9}]}`, "level 9"},
	} {
		_, err := report.Read(strings.NewReader(c.in))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Read(%q) = %v, want an error with %q", c.in, err, c.want)
		}
	}
}

func TestFieldsOfALaterVersionAreNamedNotDropped(t *testing.T) {
	b, err := os.ReadFile("testdata/small.json")
	if err != nil {
		t.Fatal(err)
	}
	later := strings.Replace(string(b), `"level_name"`, `"robustness": {"range": [0, 1]}, "level_name"`, 1)
	later = strings.Replace(later, `"schema"`, `"explanations": [], "schema"`, 1)
	r, err := report.Read(strings.NewReader(later))
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(render(t, r, "text", document.Options{Full: true})), " ")
	if !strings.Contains(text, "explanations, pairs[].robustness") {
		t.Errorf("the unknown fields are not named in\n%s", text)
	}
	if w := small(t).Warnings; len(w) != 1 {
		t.Errorf("a file without unknown fields has the warnings %q", w)
	}
}

// What an earlier version saved reads as what this one saves.
func TestNamesOfEarlierVersionsAreRead(t *testing.T) {
	b, err := os.ReadFile("testdata/older-assessment.json")
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte(`"channel": "crossfire"`)) {
		t.Fatal("the file has no name of an earlier version")
	}
	older, err := report.Read(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range document.Formats() {
		if got, want := render(t, older, format, document.Options{All: true}), render(t, small(t), format, document.Options{All: true}); got != want {
			t.Errorf("%s differs:\n%s\nwant\n%s", format, got, want)
		}
	}
	table, err := report.Read(strings.NewReader(`{"schema":"cahoots/dyads/v1","account":{"records":3,"tellings":[{"name":"one","n":3}],"incidents":3}}`))
	if err != nil {
		t.Fatal(err)
	}
	if got := render(t, table, "json", document.Options{}); !strings.Contains(strings.Join(strings.Fields(got), ""), `"reports":[{"name":"one","n":3}]`) || strings.Contains(got, "does not know") {
		t.Errorf("the account of an earlier version reads as\n%s", got)
	}
}

func TestWriteReportsTheFirstErrorOfTheOutput(t *testing.T) {
	for _, format := range document.Formats() {
		if err := report.Write(broken{}, small(t), format, document.Options{}); !errors.Is(err, errBroken) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

var errBroken = errors.New("no space left")

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteNamesTheFormatsAndTablesThereAre(t *testing.T) {
	err := report.Write(&bytes.Buffer{}, small(t), "docx", document.Options{})
	if err == nil || !strings.Contains(err.Error(), "text, json, markdown, csv, html, document") {
		t.Errorf("unknown format: %v", err)
	}
	err = report.Write(&bytes.Buffer{}, small(t), "csv", document.Options{Table: "nothing"})
	if err == nil || !strings.Contains(err.Error(), "pairs, agreements, claims, attacks, links, channels, measurements, records, network, publishers, matters, sources") {
		t.Errorf("unknown table: %v", err)
	}
	if err = report.Write(&bytes.Buffer{}, 7, "text", document.Options{Full: true}); err == nil {
		t.Error("an int was rendered")
	}
}

// What reads, writes; and what was written reads back to the same bytes.
func FuzzRead(f *testing.F) {
	b, err := os.ReadFile("testdata/small.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add([]byte(`{"schema":"cahoots/assessment/v1"}`))
	f.Add([]byte(`{"schema":"cahoots/assessment/v1","pairs":[null,{"a":{},"channels":[{}],"links":[{"direction":"b->a"}]}]}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := report.Read(bytes.NewReader(b))
		if err != nil {
			return
		}
		saved := render(t, r, "json", document.Options{})
		again, err := report.Read(strings.NewReader(saved))
		if err != nil {
			t.Fatalf("what was written does not read: %v", err)
		}
		for _, format := range document.Formats() {
			o := document.Options{All: len(b)%2 == 0}
			if render(t, r, format, o) != render(t, again, format, o) {
				t.Errorf("%s differs after saving and reading", format)
			}
		}
	})
}
