package intake

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
)

// A Holding is what the store has of one data set.
type Holding struct {
	Dataset string
	Records int
	Covers  source.Coverage
	Told    bool // an input whose reader did not yet count what it covers is not
	Several bool // inputs: their groups may be the same or others
}

// Holdings sums what the readers of the inputs said, by data set.
func Holdings(sets []store.Dataset) (list []Holding) {
	for _, d := range sets {
		h := Holding{Dataset: d.Name, Records: d.Records, Several: len(d.Inputs) > 1, Covers: source.Coverage{States: map[string]int{}}}
		for _, in := range d.Inputs {
			var sum struct {
				Covers *source.Coverage `json:"covers"`
			}
			if json.Unmarshal(in.Summary, &sum) != nil || sum.Covers == nil {
				continue
			}
			h.Told = true
			c := *sum.Covers
			h.Covers.Groups = max(h.Covers.Groups, c.Groups)
			for state, n := range c.States {
				h.Covers.States[state] = max(h.Covers.States[state], n)
			}
			if c.From > 0 {
				h.Covers.From = min(cmp.Or(h.Covers.From, c.From), c.From)
				h.Covers.Until = max(h.Covers.Until, c.Until)
			}
		}
		list = append(list, h)
	}
	return list
}

// MostKnown are the states of which groups are known, those with most first.
func MostKnown(held []Holding) []string {
	groups := map[string]int{}
	for _, h := range held {
		for state, n := range h.Covers.States {
			groups[state] = max(groups[state], n)
		}
	}
	known := slices.SortedFunc(maps.Keys(groups), func(x, y string) int { return cmp.Or(cmp.Compare(groups[y], groups[x]), strings.Compare(x, y)) })
	return slices.DeleteFunc(known, func(s string) bool { return groups[s] == 0 })
}
