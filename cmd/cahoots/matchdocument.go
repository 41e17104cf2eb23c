package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/match"
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
		type reason struct{ file, why string }
		met := map[reason]bool{}
		for _, r := range m.Rejected { // one line for each reason, so that none hides the others
			fold := document.WhenAll
			if !met[reason{r.File, r.Why}] {
				fold = foldAfter(len(met))
			}
			met[reason{r.File, r.Why}] = true
			t.Rows = append(t.Rows, document.Row{Fold: fold, Cells: []document.Cell{{Text: r.File}, number(int(r.Line)), {Text: r.Why}}})
		}
		if shown := min(len(met), maxShown); shown < len(t.Rows) {
			t.FoldNote = fmt.Sprintf("The first line of each reason in a log, %d of %d; see all with --all, or with --format json.", shown, len(t.Rows))
		}
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
	blocks := []document.Block{t}
	benign, refused := refusals("benign", "On a list of benign or common values, and nobody's"), refusals("refused", "Refused")
	for _, l := range m.Indicators {
		var skipped []string
		for _, why := range slices.Sorted(maps.Keys(l.Skipped)) {
			skipped = append(skipped, fmt.Sprintf("%d %s", l.Skipped[why], why))
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: l.File}, {Text: l.Format}, number(int(l.Rows)), number(int(l.Indicators)),
			{Text: ellipsis(skipped, 5)}, number(len(l.Refused))}})
		for _, r := range l.Benign {
			r.File = l.File
			addRefusal(benign, r)
		}
		for _, r := range l.Refused {
			addRefusal(refused, r)
		}
	}
	if x := explained(m.Indicators); x != nil {
		blocks = append(blocks, x)
	}
	for _, table := range []*document.Table{benign, refused} {
		if n := len(table.Rows); n > 0 {
			table.FoldNote = foldNote(n)
			blocks = append(blocks, table)
		}
	}
	return blocks
}

func refusals(id, title string) *document.Table {
	return &document.Table{ID: id, Title: title, Columns: []document.Column{
		{ID: "file", Title: "file"}, {ID: "line", Title: "line", Kind: document.Integer}, {ID: "ref", Title: "object"}, {ID: "value", Title: "value"}, {ID: "why", Title: "why"},
	}}
}

func addRefusal(t *document.Table, r indicator.Refusal) {
	t.Rows = append(t.Rows, document.Row{Fold: foldAfter(len(t.Rows)), Cells: []document.Cell{{Text: r.File}, number(int(r.Line)), {Text: r.Ref}, {Text: r.Value}, {Text: r.Why}}})
}

// explained says what became of each list, nil where nobody asked.
func explained(lists []match.List) *document.Table {
	t := &document.Table{ID: "explained", Title: "What became of each list, in indicators", Columns: []document.Column{{ID: "file", Title: "file"}}}
	for _, title := range []string{"loaded", "refused", "benign", "in force", "too early", "too late", "never seen"} {
		t.Columns = append(t.Columns, document.Column{ID: strings.ReplaceAll(title, " ", "_"), Title: title, Kind: document.Integer})
	}
	t.Columns = append(t.Columns, document.Column{ID: "too_early_days", Title: "earliest before its validity, days", Kind: document.Decimal})
	for _, l := range lists {
		s := l.Shown
		if s == nil {
			return nil
		}
		row := document.Row{Cells: []document.Cell{{Text: l.File}}}
		for _, n := range []int64{l.Indicators, int64(len(l.Refused)), int64(len(l.Benign)), s.InForce, s.TooEarly, s.TooLate, s.Never} {
			row.Cells = append(row.Cells, number(int(n)))
		}
		row.Cells = append(row.Cells, document.Cell{Text: fmt.Sprintf("%.1f", s.EarlyDays), Value: s.EarlyDays})
		t.Rows = append(t.Rows, row)
	}
	return t
}
