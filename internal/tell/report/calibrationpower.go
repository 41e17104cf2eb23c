package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// planted names a link for people.
func planted(s calibration.Setting) string {
	if s.Link == calibration.Divided {
		return "targets divided"
	}
	return "aligned"
}

// linkPower is a row for each channel, size, date error and question, and a
// column for each strength.
func linkPower(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "power", Title: "Power: links that are there"}
	if len(c.Power.Links) == 0 {
		return s
	}
	t := &document.Table{ID: "power", Columns: []document.Column{
		{ID: "link", Title: "Link"}, {ID: "asked", Title: "Pairs asked", Kind: document.Integer}, {ID: "size", Title: "Size", Kind: document.Decimal}, {ID: "date_sd", Title: "Date error, d", Kind: document.Decimal},
		{ID: "channel", Title: "Channel"},
	}}
	shares := linkedShares(c)
	for _, q := range shares {
		t.Columns = append(t.Columns, document.Column{ID: "found_" + columnID(q), Title: percentText(q) + " linked", Kind: document.Percent})
	}
	type key struct {
		link    string
		asked   int
		size    float64
		sd      float64
		channel string
	}
	at := map[key]int{}
	for _, l := range c.Power.Links {
		k := key{planted(l.Setting), l.Asked, l.Setting.Size, l.Setting.DateSD, l.Channel}
		i, ok := at[k]
		if !ok {
			i = len(t.Rows)
			at[k] = i
			r := document.Row{Cells: []document.Cell{document.Words(k.link), document.Count(k.asked), document.Number(k.size), document.Number(k.sd), document.Words(k.channel)}}
			if k.sd > 0 && k.channel != calibration.WholeVerdict {
				r.Fold = document.WhenAll
			}
			for range shares {
				r.Cells = append(r.Cells, document.Cell{Text: "-", Value: ""})
			}
			t.Rows = append(t.Rows, r)
		}
		t.Rows[i].Cells[5+slices.Index(shares, l.Setting.Linked)] = foundCell(l.Found)
	}
	t.Legend = "Share of corpora in which the linked pair was found, with its exact 95 % interval; all confounders are planted. Aligned: each tool, technique and act of one group comes from the other with this probability, " +
		"acts within a week. Targets divided: one group leaves the other's targets alone. Size: how much is on record of the two, 1 being about 12 tools, 28 techniques and 24 acts. Pairs asked: with more pairs in the question each needs a smaller p."
	if t.Folds() {
		t.FoldNote = "Single channels with inexact dates are left out; " + document.SeeAll + "."
	}
	s.Blocks = []document.Block{t}
	return s
}

func linkedShares(c *calibration.Calibration) []float64 {
	var out []float64
	for _, l := range c.Power.Links {
		out = append(out, l.Setting.Linked)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func columnID(q float64) string {
	return strings.ReplaceAll(strconv.FormatFloat(q, 'g', -1, 64), ".", "_")
}

// recovery says whether the strength of a planted link comes out again.
func recovery(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "recovery", Title: "Recovery: how strong the links come out"}
	t := &document.Table{ID: "recovery", Columns: []document.Column{
		{ID: "link", Title: "Link"}, {ID: "linked", Title: "Linked", Kind: document.Percent}, {ID: "size", Title: "Size", Kind: document.Decimal}, {ID: "date_sd", Title: "Date error, d", Kind: document.Decimal},
		{ID: "channel", Title: "Channel"}, {ID: "planted", Title: "Planted", Kind: document.Decimal}, {ID: "estimated", Title: "Estimated", Kind: document.Decimal},
		{ID: "corpora", Title: "Corpora", Kind: document.Integer}, {ID: "covered", Title: "Inside its interval", Kind: document.Percent},
	}}
	for _, l := range c.Power.Links {
		if l.Asked == 1 || l.Covered.Of == 0 {
			continue
		}
		r := document.Row{Cells: []document.Cell{
			document.Words(planted(l.Setting)), percent(l.Setting.Linked), document.Number(l.Setting.Size), document.Number(l.Setting.DateSD), document.Words(l.Channel),
			document.Number(l.Planted), document.Number(l.Estimated), document.Count(l.Covered.Of), foundCell(l.Covered),
		}}
		if l.Setting.Size <= 1 || l.Setting.DateSD > 0 {
			r.Fold = document.WhenAll
		}
		t.Rows = append(t.Rows, r)
	}
	if len(t.Rows) == 0 {
		return s
	}
	t.Legend = "Planted: by how much the link moved the statistic, in shared items or following events: the same corpora with and without it; for timing, with the linked acts at times of their own in the same quarter, and in the same direction. Estimated: observed less expected. " +
		"Inside its interval: corpora in which the planted effect lies between observed less the upper and observed less the lower limit of the null (95 %)."
	if t.Folds() {
		t.FoldNote = "Small groups and inexact dates are left out; " + document.SeeAllHere + "."
	}
	s.Blocks = []document.Block{t}
	return s
}

func timingPower(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "timing", Title: "Power of the timing test by itself"}
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
