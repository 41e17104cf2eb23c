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
		&document.Table{ID: "t", Columns: []document.Column{{ID: "c"}, {ID: "n"}, {ID: "u"}}, Rows: []document.Row{{Cells: []document.Cell{{Text: "x", Value: -1.5}, {Value: -2}, {Value: uint64(3)}}}}},
	}}}}
	if row := strings.Split(render(t, d, "csv", document.Options{}), "\n")[1]; row != "-1.5,-2,3" {
		t.Errorf("numbers are written as %q", row)
	}
}
