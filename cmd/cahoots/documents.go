package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
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

func ingestDocument(done []ingested) document.Document {
	files := document.Table{ID: "inputs", Columns: []document.Column{
		{ID: "input", Title: "input"}, {ID: "dataset", Title: "data set"}, {ID: "version", Title: "version"},
		{ID: "objects", Title: "objects", Kind: document.Integer}, {ID: "records", Title: "records", Kind: document.Integer},
		{ID: "added", Title: "added", Kind: document.Integer}, {ID: "skipped", Title: "skipped", Kind: document.Integer},
		{ID: "rejected", Title: "rejected", Kind: document.Integer},
	}}
	counts := document.Table{ID: "counts", Columns: []document.Column{
		{ID: "dataset", Title: "data set"}, {ID: "what", Title: "what"}, {ID: "of", Title: "read or skipped"}, {ID: "count", Title: "count", Kind: document.Integer},
	}}
	var remarks []document.Item
	var bad []*source.RecordError
	for _, in := range done {
		s := in.Summary
		files.Rows = append(files.Rows, document.Row{Cells: []document.Cell{
			{Text: in.Input}, {Text: s.Dataset}, {Text: s.Version}, number(s.Objects), number(s.Records), number(in.Added), number(total(s.Skipped)), number(s.Rejected),
		}})
		for _, k := range slices.Sorted(maps.Keys(s.Counts)) {
			counts.Rows = append(counts.Rows, countRow(s.Dataset, k, "read", s.Counts[k]))
		}
		for _, k := range slices.Sorted(maps.Keys(s.Skipped)) {
			counts.Rows = append(counts.Rows, countRow(s.Dataset, k, "skipped", s.Skipped[k]))
		}
		for _, n := range append(slices.Clone(s.Notes), in.Warnings...) {
			remarks = append(remarks, document.Item{Term: s.Dataset, Text: n})
		}
		bad = append(bad, in.Rejected...)
	}
	doc := document.Document{ID: "ingest", Title: "Ingested", Main: "inputs", Result: done, Sections: []document.Section{
		{ID: "inputs", Blocks: []document.Block{&files}},
		{ID: "counts", Title: "What was read", Blocks: []document.Block{&counts}},
	}}
	if len(remarks) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "notes", Title: "Notes", Blocks: []document.Block{document.List{Items: remarks}}})
	}
	if len(bad) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "rejected", Title: "Rejected records", Blocks: []document.Block{rejectedTable(bad)}})
	}
	for _, in := range done {
		if in.Summary.License != "" {
			doc.Notices = append(doc.Notices, in.Summary.License)
		}
	}
	doc.Notices = distinct(doc.Notices)
	return doc
}

func countRow(dataset, what, of string, n int) document.Row {
	return document.Row{Cells: []document.Cell{{Text: dataset}, {Text: what}, {Text: of}, number(n)}}
}

func total(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// rejectedTable shows each bad record on one line that a person can copy and a
// script can search; CSV has its parts.
func rejectedTable(bad []*source.RecordError) *document.Table {
	t := document.Table{ID: "rejected", Empty: "No record was rejected.", Columns: []document.Column{
		{ID: "record", Title: "record"}, {ID: "file", Machine: true}, {ID: "line", Kind: document.Integer, Machine: true},
		{ID: "object", Machine: true}, {ID: "path", Machine: true}, {ID: "why", Machine: true},
	}}
	for _, e := range bad {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: e.Error()}, {Text: e.File}, number(e.Line), {Text: e.Object}, {Text: e.Path}, {Text: e.Why}}})
	}
	return &t
}

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
