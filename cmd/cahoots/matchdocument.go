package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func matchDocument(m *matched) document.Document {
	doc := document.Document{ID: "match", Title: "Matched", Main: "logs", Result: m}
	doc.Sections = append(doc.Sections, document.Section{ID: "logs", Blocks: logBlocks(m)})
	if len(m.Indicators) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "indicators", Title: "Indicators", Blocks: indicatorBlocks(m)})
	}
	if m.Attribution != nil {
		doc.Sections = append(doc.Sections, attributionSection(m.Attribution))
	}
	if len(m.Rejected) > 0 {
		t := document.Table{ID: "rejected", Columns: []document.Column{
			{ID: "file", Title: "file"}, {ID: "line", Title: "line", Kind: document.Integer}, {ID: "why", Title: "why"},
		}}
		for i, r := range m.Rejected {
			t.Rows = append(t.Rows, document.Row{Fold: foldAfter(i), Cells: []document.Cell{{Text: r.File}, number(int(r.Line)), {Text: r.Why}}})
		}
		t.FoldNote = foldNote(len(t.Rows))
		doc.Sections = append(doc.Sections, document.Section{ID: "rejected", Title: "Rejected lines", Blocks: []document.Block{&t}})
	}
	return doc
}

// maxShown bounds rows of one kind in a short rendering.
const maxShown = 20

func foldAfter(i int) document.Fold {
	if i >= maxShown {
		return document.WhenAll
	}
	return document.Always
}

func foldNote(n int) string {
	if n <= maxShown {
		return ""
	}
	return fmt.Sprintf("The first %d of %d; see all with --all, or with --format json.", maxShown, n)
}

func indicatorBlocks(m *matched) []document.Block {
	t := &document.Table{ID: "indicators", Columns: []document.Column{
		{ID: "file", Title: "file"}, {ID: "format", Title: "format"}, {ID: "rows", Title: "rows", Kind: document.Integer},
		{ID: "indicators", Title: "indicators", Kind: document.Integer}, {ID: "skipped", Title: "skipped"}, {ID: "refused", Title: "refused", Kind: document.Integer},
	}}
	refused := &document.Table{ID: "refused", Title: "Refused", Columns: []document.Column{
		{ID: "file", Title: "file"}, {ID: "line", Title: "line", Kind: document.Integer}, {ID: "ref", Title: "object"}, {ID: "value", Title: "value"}, {ID: "why", Title: "why"},
	}}
	for _, l := range m.Indicators {
		var skipped []string
		for _, why := range slices.Sorted(maps.Keys(l.Skipped)) {
			skipped = append(skipped, fmt.Sprintf("%d %s", l.Skipped[why], why))
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: l.File}, {Text: l.Format}, number(int(l.Rows)), number(int(l.Indicators)),
			{Text: ellipsis(skipped, 5)}, number(len(l.Refused))}})
		for _, r := range l.Refused {
			refused.Rows = append(refused.Rows, document.Row{Fold: foldAfter(len(refused.Rows)), Cells: []document.Cell{{Text: r.File}, number(int(r.Line)), {Text: r.Ref}, {Text: r.Value}, {Text: r.Why}}})
		}
	}
	if len(refused.Rows) == 0 {
		return []document.Block{t}
	}
	refused.FoldNote = foldNote(len(refused.Rows))
	return []document.Block{t, refused}
}
