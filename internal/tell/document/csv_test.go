package document_test

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A cell is no formula, whether its text is written or the value behind it.
func TestCellsOfCSVAreNoFormulas(t *testing.T) {
	for _, harm := range []string{"=1+1", "+1", "-1+1", "@SUM(A1)", " =1+1", "\t=1+1", "＝1", "\u00a0=1"} {
		for what, c := range map[string]document.Cell{
			"text": {Text: harm}, "a value": {Text: "x", Value: harm}, "text with citations": {Text: harm, Refs: []int{1}},
		} {
			d := document.Document{ID: "d", Sections: []document.Section{{ID: "s", Blocks: []document.Block{
				&document.Table{ID: "t", Columns: []document.Column{{ID: "c"}}, Rows: []document.Row{{Cells: []document.Cell{c}}}},
			}}}}
			row := strings.Split(render(t, d, "csv", document.Options{}), "\n")[1]
			if !strings.HasPrefix(strings.TrimPrefix(row, "\""), "'") {
				t.Errorf("%s %q is written as %q", what, harm, row)
			}
		}
	}
	d := document.Document{ID: "d", Sections: []document.Section{{ID: "s", Blocks: []document.Block{
		&document.Table{ID: "t", Columns: []document.Column{{ID: "c"}, {ID: "n"}, {ID: "u"}}, Rows: []document.Row{{Cells: []document.Cell{{Text: "x", Value: -1.5}, {Value: -2}, {Value: uint64(1234)}}}}},
	}}}}
	if row := strings.Split(render(t, d, "csv", document.Options{}), "\n")[1]; row != "-1.5,-2,1234" {
		t.Errorf("numbers are written as %q", row)
	}
}

func TestCSVWritesTheTableAskedForWithTheNumbersOfItsSources(t *testing.T) {
	table := func(id, text string) *document.Table {
		return &document.Table{ID: id, Columns: []document.Column{{ID: "c"}}, Rows: []document.Row{{Cells: []document.Cell{{Text: text, Refs: []int{7}}}}}}
	}
	d := document.Document{ID: "d", Main: "second", Sections: []document.Section{{ID: "s", Blocks: []document.Block{table("first", "one"), table("second", "two")}}}}
	for asked, want := range map[string]string{"": "c\ntwo 7\n", "first": "c\none 7\n", "second": "c\ntwo 7\n"} {
		if got := render(t, d, "csv", document.Options{Table: asked}); got != want {
			t.Errorf("asked for %q: %q", asked, got)
		}
	}
	var b strings.Builder
	if err := document.Write(&b, &d, "csv", document.Options{Table: "third"}); err == nil || !strings.Contains(err.Error(), "first, second") {
		t.Errorf("a table that is not there: %v", err)
	}
	none := document.Document{ID: "d", Sections: []document.Section{{ID: "s", Blocks: []document.Block{&document.Paragraph{}}}}}
	if err := document.Write(&b, &none, "csv", document.Options{Table: "first"}); err == nil {
		t.Error("a table of a document that has none is written")
	}
	if got := render(t, none, "csv", document.Options{}); strings.TrimSpace(got) != "" {
		t.Errorf("a document without tables is %q", got)
	}
	d.Main = "third"
	if got := render(t, d, "csv", document.Options{}); strings.Contains(got, "one") || strings.Contains(got, "two") {
		t.Errorf("a main table without rows is written as another: %q", got)
	}
}

func TestWordsOfEveryLetterAreLeftAsTheyAre(t *testing.T) {
	for _, s := range []string{"Fancy Bear ~ {x}", "大きい", "می\u200cخواهم", "é"} {
		if got := document.Plain(s); got != s {
			t.Errorf("%q became %q", s, got)
		}
	}
	if got := document.Plain("a\u202eb\x07"); got != "a⟨U+202E⟩b⟨U+0007⟩" {
		t.Errorf("%q", got)
	}
}

// A short rendering leaves rows out and says how many; a file of figures has all.
func TestCSVWritesAlsoTheRowsThatAShortRenderingLeavesOut(t *testing.T) {
	row := func(text string, fold document.Fold) document.Row {
		return document.Row{Fold: fold, Cells: []document.Cell{{Text: text}}}
	}
	d := document.Document{ID: "d", Sections: []document.Section{{ID: "s", Blocks: []document.Block{&document.Table{
		ID: "t", Columns: []document.Column{{ID: "c"}}, Rows: []document.Row{row("first", document.Always), row("second", document.WhenAll), row("and 1 more", document.WhenFolded)},
	}}}}}
	if got := render(t, d, "csv", document.Options{}); got != "c\nfirst\nsecond\n" {
		t.Errorf("%q", got)
	}
}
