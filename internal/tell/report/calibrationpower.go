package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// linkPower is a row for each channel, size, date error and question, and a
// column for each strength, with what an oracle finds.
func linkPower(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "power", Title: "Power: links that are there"}
	if len(c.Power.Links) == 0 {
		return s
	}
	t := &document.Table{ID: "power", Columns: []document.Column{
		{ID: "link", Title: "Link"}, {ID: "linked", Title: "Linked", Kind: document.Percent}, {ID: "size", Title: "Size"}, {ID: "date_sd", Title: "Date error, d", Kind: document.Decimal},
		{ID: "asked", Title: "Pairs asked", Kind: document.Integer}, {ID: "channel", Title: "Test"},
		{ID: "found", Title: "Found", Kind: document.Percent}, {ID: "oracle", Title: "Oracle", Kind: document.Percent},
	}}
	for _, l := range c.Power.Links {
		if l.Setting.Linked == 0 {
			continue
		}
		r := document.Row{Cells: []document.Cell{
			document.Words(string(l.Setting.Link)), percent(l.Setting.Linked), document.Words(l.Setting.SizeName()), document.Number(l.Setting.DateSD),
			document.Count(l.Asked), document.Words(l.Channel), foundCell(l.Found), foundCell(l.Oracle),
		}}
		if l.Channel != calibration.JointTest && l.Channel != calibration.WholeVerdict && (l.Asked == 1 || l.Setting.DateSD > 0) {
			r.Fold = document.WhenAll
		}
		t.Rows = append(t.Rows, r)
	}
	t.Legend = "Share of corpora in which the linked pair was found, with its exact 95 % interval; the usual confounders are planted. Joint test: all channels together are beyond chance. Whole verdict: the level is raised, for which tools and techniques must be beyond chance without the targets. " +
		"A channel: it alone, as if no other had been looked at. Aligned: each tool, technique and act of one group comes from the other with this probability, acts within a week. One tool: the least popular one the partner has, once. " +
		"Oracle: one who knows how the corpora are made, and the true day of every act; what it does not find cannot be asked of a test. Size: 1 is about 12 tools, 28 techniques and 24 acts, ATT&CK about 4, 18 and 8."
	if t.Folds() {
		t.FoldNote = "Single channels of one pair, and with inexact dates, are left out; " + document.SeeAll + "."
	}
	s.Blocks = []document.Block{t}
	return s
}

func columnID(q float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(q, 'g', -1, 64), ".", "_")
}

// recovery says whether the strength of a planted link comes out again.
func recovery(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "recovery", Title: "Recovery: how strong the links come out"}
	t := &document.Table{ID: "recovery", Columns: []document.Column{
		{ID: "link", Title: "Link"}, {ID: "linked", Title: "Linked", Kind: document.Percent}, {ID: "size", Title: "Size"},
		{ID: "channel", Title: "Channel"}, {ID: "planted", Title: "Planted", Kind: document.Decimal}, {ID: "estimated", Title: "Estimated", Kind: document.Decimal},
		{ID: "corpora", Title: "Corpora", Kind: document.Integer}, {ID: "covered", Title: "Inside its interval", Kind: document.Percent},
	}}
	for _, l := range c.Power.Links {
		if l.Asked == 1 || l.Covered.Of == 0 || l.Setting.DateSD > 0 {
			continue
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{
			document.Words(string(l.Setting.Link)), percent(l.Setting.Linked), document.Words(l.Setting.SizeName()), document.Words(l.Channel),
			document.Number(l.Planted), document.Number(l.Estimated), document.Count(l.Covered.Of), foundCell(l.Covered),
		}})
	}
	if len(t.Rows) == 0 {
		return s
	}
	t.Legend = "Planted: by how many shared items the link moved the overlap: the same corpora with and without it. Estimated: observed less expected. " +
		"Inside its interval: corpora in which the planted effect lies between observed less the upper and observed less the lower limit of the null (95 %)."
	s.Blocks = []document.Block{t}
	return s
}

func timingPower(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "timing", Title: "Power of the timing test that stands beside"}
	if len(c.Power.Timing) == 0 {
		return s
	}
	t := &document.Table{ID: "timing", Columns: []document.Column{
		{ID: "null", Title: "Null model"}, {ID: "n", Title: "Events a side", Kind: document.Integer}, {ID: "date_sd", Title: "Date error, d", Kind: document.Decimal},
	}}
	var shares []float64
	for _, p := range c.Power.Timing {
		if !slices.Contains(shares, p.Linked) {
			shares = append(shares, p.Linked)
			t.Columns = append(t.Columns, document.Column{ID: "found_" + columnID(p.Linked), Title: percentText(p.Linked) + " linked", Kind: document.Percent})
		}
	}
	for n, p := range c.Power.Timing {
		if n%len(shares) == 0 {
			t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(p.Test), document.Count(p.N), document.Number(p.DateSD)}})
		}
		r := &t.Rows[len(t.Rows)-1]
		r.Cells = append(r.Cells, document.Cell{Text: percentText(p.Power.Estimate), Value: p.Power.Estimate})
	}
	first := c.Power.Timing[0]
	t.Legend = fmt.Sprintf("One test of one direction at the level %g: %g days, a window of %g days after each event of the other side. Exact 95 %% intervals are at most %.0f points wide and stand in the JSON.",
		first.Level, first.Days, first.Window, 100*widest(c.Power.Timing))
	s.Blocks = []document.Block{t}
	return s
}

func widest(ps []calibration.TimingPower) float64 {
	w := 0.0
	for _, p := range ps {
		w = max(w, p.Power.High-p.Power.Low)
	}
	return w
}
