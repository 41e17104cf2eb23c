package server

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Sources is the document of what a store holds and where it came from.
func Sources(sets []store.Dataset) document.Document {
	if sets == nil {
		sets = []store.Dataset{}
	}
	t := document.Table{ID: "sources", Empty: "The store holds nothing yet; add evidence with: cahoots ingest FILE...", Columns: []document.Column{
		{ID: "dataset", Title: "data set"}, {ID: "version", Title: "version"}, {ID: "records", Title: "records", Kind: document.Integer},
		{ID: "rejected", Title: "rejected", Kind: document.Integer}, {ID: "input", Title: "from"}, {ID: "ingested", Title: "ingested", Kind: document.Date},
		{ID: "bytes", Title: "bytes", Kind: document.Integer}, {ID: "sha256", Title: "sha256"},
	}}
	number := func(n int) document.Cell { return document.Cell{Text: fmt.Sprint(n), Value: n} }
	doc := document.Document{ID: "sources", Title: "Sources", Main: "sources", Result: sets}
	var items []document.Item
	for _, d := range sets {
		if len(d.Inputs) == 0 {
			t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: d.Name}, {}, number(d.Records), {}, {}, {}, {}, {}}})
		}
		for _, h := range d.Inputs {
			t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{
				{Text: d.Name}, {Text: h.Version}, number(h.Holds), number(h.Rejected), {Text: h.Name}, {Text: h.At.Format("2006-01-02")},
				number(int(h.Bytes)), {Text: h.SHA256[:min(12, len(h.SHA256))], Value: h.SHA256},
			}})
			if h.License != "" {
				doc.Notices = append(doc.Notices, h.License)
			}
		}
		for _, w := range d.Warnings {
			items = append(items, document.Item{Term: d.Name, Text: w})
		}
	}
	slices.Sort(doc.Notices)
	doc.Notices = slices.Compact(doc.Notices)
	doc.Sections = []document.Section{{ID: "sources", Blocks: []document.Block{&t}}}
	if len(items) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "warnings", Title: "Warnings", Blocks: []document.Block{document.List{Items: items}}})
	}
	return doc
}
