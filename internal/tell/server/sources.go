package server

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// Sources is the document of what a store holds and where it came from.
func Sources(sets []store.Dataset) report.Document {
	if sets == nil {
		sets = []store.Dataset{}
	}
	t := report.Table{ID: "sources", Empty: "The store holds nothing yet; add evidence with: cahoots ingest FILE...", Columns: []report.Column{
		{ID: "dataset", Title: "data set"}, {ID: "version", Title: "version"}, {ID: "records", Title: "records", Kind: report.Integer},
		{ID: "rejected", Title: "rejected", Kind: report.Integer}, {ID: "input", Title: "from"}, {ID: "ingested", Title: "ingested", Kind: report.Date},
		{ID: "bytes", Title: "bytes", Kind: report.Integer}, {ID: "sha256", Title: "sha256"},
	}}
	number := func(n int) report.Cell { return report.Cell{Text: fmt.Sprint(n), Value: n} }
	doc := report.Document{ID: "sources", Title: "Sources", Main: "sources", Result: sets}
	var items []report.Item
	for _, d := range sets {
		if len(d.Inputs) == 0 {
			t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{{Text: d.Name}, {}, number(d.Records), {}, {}, {}, {}, {}}})
		}
		for _, h := range d.Inputs {
			t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
				{Text: d.Name}, {Text: h.Version}, number(h.Holds), number(h.Rejected), {Text: h.Name}, {Text: h.At.Format("2006-01-02")},
				number(int(h.Bytes)), {Text: h.SHA256[:min(12, len(h.SHA256))], Value: h.SHA256},
			}})
			if h.License != "" {
				doc.Notices = append(doc.Notices, h.License)
			}
		}
		for _, w := range d.Warnings {
			items = append(items, report.Item{Term: d.Name, Text: w})
		}
	}
	slices.Sort(doc.Notices)
	doc.Notices = slices.Compact(doc.Notices)
	doc.Sections = []report.Section{{ID: "sources", Blocks: []report.Block{&t}}}
	if len(items) > 0 {
		doc.Sections = append(doc.Sections, report.Section{ID: "warnings", Title: "Warnings", Blocks: []report.Block{report.List{Items: items}}})
	}
	return doc
}
