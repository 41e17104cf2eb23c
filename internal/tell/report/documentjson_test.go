package report_test

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/docs/schema"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func TestWrittenDocumentsMeetTheirSchema(t *testing.T) {
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema.Document))
	if err != nil {
		t.Fatal(err)
	}
	s := compile(t, v)
	for name, result := range map[string]any{
		"by hand": small(t), "many pairs": many(12, 12, 1), "very many": many(25, 25, 1), "no pairs": many(0, 0, 1),
	} {
		if err := validate(t, s, render(t, result, "document", document.Options{})); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if validate(t, s, `{"schema":"cahoots/document/v1","id":"x","title":"x","setup":[],"sections":[{"id":"a","title":"a","blocks":[{"kind":"video"}]}],"citations":[],"notices":[]}`) == nil {
		t.Error("a block of an unknown kind is accepted")
	}
}

// The document within a page is the one that the format "document" writes, and
// nothing in it can end the element it stands in.
func TestPageCarriesItsDocument(t *testing.T) {
	for _, s := range append(hostile, "</script><script>alert(1)</script>", "<!-- <script>") {
		a := poisoned(t, s)
		_, rest, _ := strings.Cut(render(t, a, "html", document.Options{}), `<script type="application/json" id="document">`)
		inside, _, _ := strings.Cut(rest, "</script>")
		if want := strings.TrimSuffix(render(t, a, "document", document.Options{}), "\n"); inside != want {
			t.Errorf("%q: the page carries another document", s)
		}
		if strings.ContainsAny(inside, "<>&") || !json.Valid([]byte(inside)) {
			t.Errorf("%q: the document in the page could be read as markup", s)
		}
	}
}

// What a document draws, a table of it tells: the rows about a pair carry its
// id, so that a reader of the pair finds them.
func TestEveryRowAboutOnePairNamesIt(t *testing.T) {
	d, err := report.Of(small(t))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, table := range d.Tables() {
		for _, r := range table.Shown(true) {
			switch table.ID {
			case "pairs", "measurements", "links":
				if r.Pair == "" {
					t.Errorf("row %s of %s names no pair", r.ID, table.ID)
				}
			}
			if table.ID == "pairs" {
				seen[r.Pair] = true
			} else if r.Pair != "" && !seen[r.Pair] {
				t.Errorf("row %s of %s is about %s, which has no verdict", r.ID, table.ID, r.Pair)
			}
		}
	}
	if len(seen) != len(small(t).Pairs) {
		t.Errorf("%d pairs are named", len(seen))
	}
}

func TestEveryChartHasATableInItsSection(t *testing.T) {
	for _, result := range []any{small(t), many(12, 12, 1)} {
		d, err := report.Of(result)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range d.Sections {
			series, tables := 0, 0
			for _, b := range s.Blocks {
				switch b.(type) {
				case document.Series:
					series++
				case *document.Table:
					tables++
				}
			}
			if series > 0 && tables == 0 {
				t.Errorf("section %s draws what no table tells", s.ID)
			}
		}
	}
}

// A packed table says what its rows say.
func TestPackedTablesHoldEveryCell(t *testing.T) {
	a := many(25, 25, 1)
	var doc struct {
		Sections []struct {
			Blocks []struct {
				Kind, ID   string
				Rows       []any
				Dictionary []any
				Packed     [][]int
			}
		}
	}
	if err := json.Unmarshal([]byte(render(t, a, "document", document.Options{})), &doc); err != nil {
		t.Fatal(err)
	}
	d, err := report.Of(a)
	if err != nil {
		t.Fatal(err)
	}
	packed := 0
	for _, table := range d.Tables() {
		for _, s := range doc.Sections {
			for _, b := range s.Blocks {
				if b.Kind != "table" || b.ID != table.ID || len(b.Packed) == 0 {
					continue
				}
				packed++
				if len(b.Packed) != len(table.Rows) || len(b.Rows) != 0 {
					t.Fatalf("%s: %d of %d rows", b.ID, len(b.Packed), len(table.Rows))
				}
				for i, row := range table.Rows {
					if got := b.Dictionary[b.Packed[i][0]]; got != row.Pair {
						t.Fatalf("%s, row %d: pair %v, want %s", b.ID, i, got, row.Pair)
					}
					for k, c := range row.Cells {
						got := b.Dictionary[b.Packed[i][k+2]]
						if o, ok := got.(map[string]any); ok {
							got = o["text"]
						} else if n, ok := got.(float64); ok {
							got = strconv.Itoa(int(n))
						}
						if got != c.Text {
							t.Fatalf("%s, row %d, column %s: %v, want %q", b.ID, i, table.Columns[k].ID, got, c.Text)
						}
					}
				}
			}
		}
	}
	if packed < 2 {
		t.Errorf("%d tables are packed", packed)
	}
}

func TestRowsHeldBesideAPageAreTheRowsOfItsDocument(t *testing.T) {
	a := many(60, 60, 4) // more rows of tests than a page holds in its document
	for range 6 {
		for i := range a.Pairs {
			a.Pairs[i].Channels = append(a.Pairs[i].Channels, a.Pairs[i].Channels[:min(1, len(a.Pairs[i].Channels))]...)
		}
	}
	var d struct {
		Sections []struct {
			Blocks []struct {
				Packed json.RawMessage `json:"packed"`
			} `json:"blocks"`
		} `json:"sections"`
	}
	if err := json.Unmarshal([]byte(render(t, a, "document", document.Options{})), &d); err != nil {
		t.Fatal(err)
	}
	longest := ""
	for _, s := range d.Sections {
		for _, b := range s.Blocks {
			if len(b.Packed) > len(longest) {
				longest = string(b.Packed)
			}
		}
	}
	page := render(t, a, "html", document.Options{})
	if !strings.Contains(page, `"held":"rows-1"`) || !strings.Contains(page, `<script type="application/json" id="rows-1">`+longest+`</script>`) {
		t.Error("the page does not hold the rows of its longest table beside its document")
	}
}
