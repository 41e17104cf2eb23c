package report_test

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// listing is a document of one table, as the verbs that list things print.
func listing(result any) report.Document {
	return report.Document{ID: "things", Title: "Things", Result: result, Sections: []report.Section{{ID: "things", Blocks: []report.Block{
		&report.Table{
			ID: "things", Columns: []report.Column{{ID: "name", Title: "name"}, {ID: "size", Title: "size", Kind: report.Integer}, {ID: "key", Machine: true}},
			Rows: []report.Row{{Cells: []report.Cell{{Text: "大きい"}, {Text: "1,200", Value: 1200}, {Text: "k1"}}}, {Cells: []report.Cell{{Text: "e\u0301"}, {Text: "-3", Value: -3.0}, {Text: "-k2"}}}},
		}}}}}
}

func TestAnyDocumentRendersInEveryFormat(t *testing.T) {
	type thing struct {
		Name  string   `json:"name"`
		Parts []string `json:"parts"`
		Extra []string `json:"extra,omitempty"`
	}
	d := listing([]thing{{Name: "x"}})
	for format, want := range map[string]string{
		"text":     "Things\n\n  name     size\n  ------  -----\n  大きい  1,200\n  e\u0301          -3\n",
		"markdown": "# Things\n\n| name | size |\n| --- | ---: |\n| 大きい | 1,200 |\n| e\u0301 | -3 |\n",
		"csv":      "name,size,key\n大きい,1200,k1\ne\u0301,-3,'-k2\n",
		"json":     "[\n  {\n    \"name\": \"x\",\n    \"parts\": []\n  }\n]\n",
	} {
		if got := render(t, d, format, report.Options{}); got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", format, got, want)
		}
	}
	if page := render(t, d, "html", report.Options{}); strings.Contains(page, "<h2>") || !strings.Contains(page, "<td class=\"right\">1,200</td>") {
		t.Errorf("page:\n%s", page)
	}
	if got := render(t, listing([]thing(nil)), "json", report.Options{}); got != "[]\n" {
		t.Errorf("no things are %q, not an empty list", got)
	}
}
