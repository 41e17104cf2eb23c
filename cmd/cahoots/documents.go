package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// listDocument is a result that is one table.
func listDocument(id, title string, result any, t *document.Table) document.Document {
	return document.Document{ID: id, Title: title, Main: t.ID, Result: result, Sections: []document.Section{
		{ID: id, Blocks: []document.Block{t}},
	}}
}

func number(n int) document.Cell { return document.Cell{Text: fmt.Sprint(n), Value: n} }

// ellipsis joins at most n of the strings and counts the rest.
func ellipsis(s []string, n int) string {
	if len(s) <= n {
		return strings.Join(s, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(s[:n], ", "), len(s)-n)
}

func distinct(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }

func checkDocument(all []checked) document.Document {
	files := document.Table{ID: "cases", Columns: []document.Column{
		{ID: "file", Title: "file"}, {ID: "case", Title: "case"}, {ID: "records", Title: "records", Kind: document.Integer},
		{ID: "errors", Title: "errors", Kind: document.Integer}, {ID: "advice", Title: "advice", Kind: document.Integer},
	}}
	found := document.Table{ID: "findings", Empty: "Nothing to mend.", Columns: []document.Column{
		{ID: "severity", Title: "severity"}, {ID: "file", Title: "file"}, {ID: "line", Title: "line", Kind: document.Integer},
		{ID: "object", Title: "object"}, {ID: "path", Title: "key"}, {ID: "text", Title: "finding"},
	}}
	for _, c := range all {
		files.Rows = append(files.Rows, document.Row{Cells: []document.Cell{{Text: c.File}, {Text: c.Case}, number(c.Records), number(c.Errors), number(len(c.Findings) - c.Errors)}})
		for _, f := range c.Findings {
			found.Rows = append(found.Rows, findingRow(f))
		}
	}
	return document.Document{ID: "check", Title: "Checked case files", Main: "findings", Result: all, Sections: []document.Section{
		{ID: "cases", Blocks: []document.Block{&files}},
		{ID: "findings", Title: "Findings", Blocks: []document.Block{&found}},
	}}
}

func findingRow(f ledger.Finding) document.Row {
	return document.Row{Cells: []document.Cell{{Text: string(f.Severity)}, {Text: f.File}, number(f.Line), {Text: f.Object}, {Text: f.Path}, {Text: f.Text}}}
}

// checkedStore is the outcome of checking a store.
type checkedStore struct {
	Store    string   `json:"store"`
	Sound    bool     `json:"sound"`
	Problems []string `json:"problems"`
	store.Report
}

func storeDocument(path string, r store.Report, problems []string) document.Document {
	t := document.Table{ID: "store", Columns: []document.Column{{ID: "what", Title: "what"}, {ID: "count", Title: "count", Kind: document.Integer}}}
	for _, row := range []struct {
		what string
		n    int
	}{{"records", r.Records}, {"inputs", r.Inputs}, {"rejected records", r.Rejected}, {"assessments", r.Assessments},
		{"log entries with indicators", r.Entries}, {"blocks of logs", r.Blocks}, {"statements on indicators", r.Statements}} {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: row.what}, number(row.n)}})
	}
	lead := "The store " + path + " holds what was written to it."
	if len(problems) > 0 {
		lead = "The store " + path + " is damaged."
	}
	blocks := []document.Block{document.Paragraph{Text: lead, Lead: true}, &t}
	var items []document.Item
	for _, p := range problems {
		items = append(items, document.Item{Text: p})
	}
	if len(items) > 0 {
		blocks = append(blocks, document.List{Items: items})
	}
	return document.Document{ID: "store", Title: "Store", Main: "store", Result: checkedStore{Store: path, Sound: len(problems) == 0, Problems: problems, Report: r},
		Sections: []document.Section{{ID: "store", Blocks: blocks}}}
}
