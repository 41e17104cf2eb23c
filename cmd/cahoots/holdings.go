package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A holding is what the store has of one data set.
type holding struct {
	dataset string
	records int
	covers  source.Coverage
	told    bool // an input whose reader did not yet count what it covers is not
	several bool // inputs: their groups may be the same or others
}

// holdings sums what the readers of the inputs said.
func holdings(ctx context.Context, s *store.Store) ([]holding, error) {
	sets, err := s.Datasets(ctx)
	if err != nil {
		return nil, err
	}
	var list []holding
	for _, d := range sets {
		h := holding{dataset: d.Name, records: d.Records, several: len(d.Inputs) > 1, covers: source.Coverage{States: map[string]int{}}}
		for _, in := range d.Inputs {
			var sum struct {
				Covers *source.Coverage `json:"covers"`
			}
			if json.Unmarshal(in.Summary, &sum) != nil || sum.Covers == nil {
				continue
			}
			h.told = true
			c := *sum.Covers
			h.covers.Groups = max(h.covers.Groups, c.Groups)
			for state, n := range c.States {
				h.covers.States[state] = max(h.covers.States[state], n)
			}
			if c.From > 0 {
				h.covers.From = min(cmp.Or(h.covers.From, c.From), c.From)
				h.covers.Until = max(h.covers.Until, c.Until)
			}
		}
		list = append(list, h)
	}
	return list, nil
}

// maxHoldings bounds the data sets listed one by one: of a feed each event is
// one.
const maxHoldings = 15

// holdingsSection tells what the store holds now, and what to do next.
func holdingsSection(held []holding) document.Section {
	t := document.Table{ID: "holdings", Columns: []document.Column{
		{ID: "dataset", Title: "data set"}, {ID: "records", Title: "records", Kind: document.Integer}, {ID: "groups", Title: "groups named", Kind: document.Integer},
		{ID: "states", Title: "states", Kind: document.Integer}, {ID: "years", Title: "years"},
	}}
	held = slices.Clone(held)
	slices.SortStableFunc(held, func(x, y holding) int { return cmp.Compare(y.records, x.records) })
	states, left := map[string]int{}, 0
	for i, h := range held {
		fold := document.Always
		if i >= maxHoldings || h.records == 0 && len(held) > 1 {
			fold = document.WhenAll
			left++
			t.FoldNote = fmt.Sprintf("%d smaller data sets are left out; --all shows them.", left)
		}
		row := []document.Cell{{Text: h.dataset}, number(h.records), {}, {}, {}}
		if h.told {
			row[2], row[3] = number(h.covers.Groups), number(len(h.covers.States))
			if h.several && h.covers.Groups > 0 {
				row[2].Text += " or more"
			}
		}
		if h.covers.From > 0 {
			row[4].Text = fmt.Sprint(h.covers.From)
			if h.covers.Until > h.covers.From {
				row[4].Text += fmt.Sprintf(" to %d", h.covers.Until)
			}
		}
		t.Rows = append(t.Rows, document.Row{Fold: fold, Cells: row})
		for s, n := range h.covers.States {
			states[s] = max(states[s], n)
		}
	}
	return document.Section{ID: "holdings", Title: "What the store now holds", Blocks: []document.Block{&t, document.Paragraph{Text: nextCommand(states)}}}
}

// nextCommand suggests a question about the two states of which most groups are
// known.
func nextCommand(states map[string]int) string {
	known := slices.SortedFunc(maps.Keys(states), func(x, y string) int { return cmp.Or(cmp.Compare(states[y], states[x]), strings.Compare(x, y)) })
	known = slices.DeleteFunc(known, func(s string) bool { return states[s] == 0 })
	if len(known) < 2 {
		return "Next: cahoots actors"
	}
	return fmt.Sprintf("Next: cahoots assess --a %s --b %s (%s and %s have the most groups here), or cahoots actors for who is who.",
		known[0], known[1], evidence.CountryName(known[0]), evidence.CountryName(known[1]))
}
