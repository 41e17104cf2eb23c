package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// foldMeasures adds a line for the folded tests of each channel, those tested
// and those not measurable apart, with the lowest p or the reasons.
func (b *assessmentBuilder) foldMeasures(t *document.Table, ms []measure) {
	type key struct {
		channel string
		rank    int
	}
	groups := map[key][]measure{}
	folded := 0
	for _, x := range ms {
		if !x.folded {
			continue
		}
		folded++
		k := key{"-", x.rank()}
		if x.m != nil {
			k.channel = x.m.Channel
		}
		groups[k] = append(groups[k], x)
	}
	if folded == 0 {
		return
	}
	keys := slices.SortedFunc(maps.Keys(groups), func(x, y key) int {
		return cmp.Or(cmp.Compare(x.rank, y.rank), cmp.Compare(x.channel, y.channel))
	})
	for _, k := range keys {
		t.Rows = append(t.Rows, foldedTests(t, k.channel, groups[k]))
	}
	t.FoldNote = fmt.Sprintf("%s of %s rows are folded: shown are tests beyond chance and the lowest p-values, %d rows at most; %s.",
		document.Thousands(folded), document.Thousands(len(ms)), foldMeasures, document.SeeAll)
}

// foldedTests is one line that stands for several tests of a channel.
func foldedTests(t *document.Table, channel string, ms []measure) document.Row {
	r := document.Row{Fold: document.WhenFolded, ID: fmt.Sprintf("fold-%s-%d", slug(channel), ms[0].rank()), Cells: make([]document.Cell, len(t.Columns))}
	set := func(id string, c document.Cell) {
		i := slices.IndexFunc(t.Columns, func(col document.Column) bool { return col.ID == id })
		r.Cells[i] = c
	}
	set("a", document.Words(document.Plural(len(ms), "other pair", "other pairs")))
	set("channel", document.Words(channel))
	if ms[0].rank() == 2 {
		set("verdict", document.Cell{Text: "?", Notes: []int{t.Note(channel + ": " + reasons(ms))}})
		return r
	}
	set("verdict", document.Words(sign(*ms[0].m)))
	set("p", document.Words("≥"+document.PText(ms[0].p())))
	return r
}

// reasons counts the stated reasons of tests that could not be run, the most
// frequent first. Reasons that differ in their figures only are one.
func reasons(ms []measure) string {
	stated := make([]string, len(ms))
	merged := newMerger()
	for i, x := range ms {
		stated[i] = "no channel was measured"
		if x.m != nil {
			stated[i] = cmp.Or(strings.Join(x.m.Warnings, "; "), "no reason stated")
		}
		merged.add(stated[i : i+1])
	}
	n := map[string]int{}
	for _, why := range stated {
		n[merged.text(why)]++
	}
	keys := slices.SortedFunc(maps.Keys(n), func(x, y string) int { return cmp.Or(cmp.Compare(n[y], n[x]), cmp.Compare(x, y)) })
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%s (%d)", k, n[k])
	}
	return strings.Join(keys, "; ")
}

// pHistogram counts raw p-values in twentieths, which should be level where
// nothing is linked.
func pHistogram(ms []measure) (document.Series, bool) {
	const bins = 20
	s := document.Series{ID: "p-values", Title: "Raw p-values of all tests", Kind: document.Histogram, X: "p, in steps of .05", Y: "tests"}
	n := make([]int, bins)
	any := false
	for _, x := range ms {
		if x.m != nil && x.m.P != nil {
			n[max(0, min(bins-1, int(*x.m.P*bins)))]++
			any = true
		}
	}
	for i, c := range n {
		s.Points = append(s.Points, document.Point{Label: fmt.Sprintf("%.2f-%.2f", float64(i)/bins, float64(i+1)/bins), Value: float64(c)})
	}
	return s, any
}
