package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// maxHoldings bounds the data sets listed one by one: of a feed each event is
// one.
const maxHoldings = 15

// holdingsSection tells what the store holds now, and what to do next.
func holdingsSection(held []intake.Holding) document.Section {
	t := document.Table{ID: "holdings", Columns: []document.Column{
		{ID: "dataset", Title: "data set"}, {ID: "records", Title: "records", Kind: document.Integer}, {ID: "groups", Title: "groups named", Kind: document.Integer},
		{ID: "states", Title: "states", Kind: document.Integer}, {ID: "years", Title: "years"},
	}}
	held = slices.Clone(held)
	slices.SortStableFunc(held, func(x, y intake.Holding) int { return cmp.Compare(y.Records, x.Records) })
	left := 0
	for i, h := range held {
		fold := document.Always
		if i >= maxHoldings || h.Records == 0 && len(held) > 1 {
			fold = document.WhenAll
			left++
			t.FoldNote = fmt.Sprintf("%d smaller data sets are left out; --all shows them.", left)
		}
		row := []document.Cell{{Text: h.Dataset}, count(h.Records), {}, {}, {}}
		if h.Told {
			row[2], row[3] = count(h.Covers.Groups), count(len(h.Covers.States))
			if h.Several && h.Covers.Groups > 0 {
				row[2].Text += " or more"
			}
		}
		if h.Covers.From > 0 {
			row[4].Text = fmt.Sprint(h.Covers.From)
			if h.Covers.Until > h.Covers.From {
				row[4].Text += fmt.Sprintf(" to %d", h.Covers.Until)
			}
		}
		t.Rows = append(t.Rows, document.Row{Fold: fold, Cells: row})
	}
	return document.Section{ID: "holdings", Title: "What the store now holds", Blocks: []document.Block{&t, document.Paragraph{Text: nextCommand(held)}}}
}

// nextCommand suggests a question about the two states of which most groups are
// known.
func nextCommand(held []intake.Holding) string {
	known := intake.MostKnown(held)
	if len(known) < 2 {
		return "Next: cahoots actors"
	}
	return fmt.Sprintf("Next: cahoots assess --a %s --b %s (%s and %s have the most groups here), or cahoots actors for who is who.",
		known[0], known[1], evidence.CountryName(known[0]), evidence.CountryName(known[1]))
}
