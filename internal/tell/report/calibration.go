package report

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Calibration is the document of a calibration: what must hold, false alarms,
// power, controls and rankings, and how the corpora were made.
func Calibration(c *calibration.Calibration) document.Document {
	d := document.Document{ID: "calibration", Title: "What the verdicts are worth", Setup: calibrationSetup(c), Main: "false-alarms", Result: c}
	d.Sections = []document.Section{
		calibrationChecks(c), falseAlarms(c), linkPower(c), recovery(c), timingPower(c), controls(c), rankings(c), corpora(c), calibrationWarnings(c),
	}
	d.Sections = filled(d.Sections)
	return d
}

func calibrationSetup(c *calibration.Calibration) []document.Field {
	n := c.Design
	return []document.Field{
		{ID: "tool", Name: "Made by", Value: strings.TrimSpace(c.Tool.Name + " " + c.Tool.Version)},
		{ID: "seeds", Name: "Seeds", Value: fmt.Sprintf("%d corpora without links, %d with planted links, %d simulated series", n.SeedAlarms, n.SeedLinked, n.SeedTiming)},
		{ID: "alpha", Name: "Level", Value: fmt.Sprintf("%g, after adjustment", n.Alpha)},
		{ID: "corpora", Name: "Corpora", Value: fmt.Sprintf("%s with the usual confounders at each of three sizes, %s with all confounders, with each alone and with none, %s for each planted link; %d groups, %d pairs asked about, %d days",
			document.Thousands(n.Corpora), document.Thousands(n.Each), document.Thousands(n.Linked), n.Groups, n.Pairs, n.Days)},
	}
}

func calibrationChecks(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "checks", Title: "What must hold"}
	if len(c.Checks) == 0 {
		return s
	}
	failed := 0
	t := &document.Table{ID: "checks", Columns: []document.Column{{ID: "check", Title: "What must hold"}, {ID: "holds", Title: "Holds"}, {ID: "detail", Title: "Found"}}}
	for _, k := range c.Checks {
		holds := "yes"
		if !k.Holds {
			holds, failed = "NO", failed+1
		}
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(k.Name), document.Words(holds), document.Words(k.Detail)}})
	}
	lead := "Everything holds that must hold for the verdicts to be worth what they say."
	if failed > 0 {
		lead = fmt.Sprintf("%d of %s not hold: see below. Verdicts that rest on these are worth less than they say.", failed, document.Plural(len(c.Checks), "check does", "checks do"))
	}
	s.Blocks = []document.Block{document.Paragraph{Text: lead, Lead: true}, t}
	return s
}

func falseAlarms(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "false-alarms", Title: "False alarms: corpora without any link"}
	if len(c.FalseAlarms) == 0 {
		return s
	}
	t := &document.Table{ID: "false-alarms", Columns: []document.Column{
		{ID: "confounders", Title: "Confounders"}, {ID: "size", Title: "Size"}, {ID: "asked", Title: "Pairs asked", Kind: document.Integer}, {ID: "method", Title: "Test"},
		{ID: "corpora", Title: "Corpora", Kind: document.Integer}, {ID: "alarms", Title: "Alarms", Kind: document.Integer}, {ID: "rate", Title: "Rate", Kind: document.Percent},
		{ID: "interval", Title: "95 %"}, {ID: "low", Title: "low", Kind: document.Percent, Machine: true}, {ID: "high", Title: "high", Kind: document.Percent, Machine: true},
		{ID: "note", Title: "Is"}, {ID: "naive", Title: "naive", Machine: true},
	}}
	for _, f := range c.FalseAlarms {
		fold := document.Always
		if f.Setting != c.FalseAlarms[0].Setting && f.Channel != calibration.WholeVerdict && f.Channel != calibration.JointTest {
			fold = document.WhenAll
		}
		name := document.Words(f.Channel)
		if f.Naive {
			name = document.Cell{Text: "naive: " + f.Channel, Value: f.Channel, Notes: []int{t.Note("Shown to fail; it enters no verdict.")}}
		}
		is := ""
		switch {
		case f.Naive:
		case f.Theatre && f.Channel != calibration.WholeVerdict && f.Alarms.Low > c.Design.Alpha:
			is = "same theatre"
		case c.Conservative(f):
			is = "conservative"
		case f.Alarms.Low > c.Design.Alpha:
			is = "ABOVE ITS LEVEL"
		}
		t.Rows = append(t.Rows, document.Row{Fold: fold, Cells: []document.Cell{
			document.Words(f.Setting), document.Words(f.Size), document.Count(f.Asked), name, document.Count(f.Alarms.Of), document.Count(f.Alarms.Count), rateCell(f.Alarms), document.Words(limits(f.Alarms.Interval)),
			{Text: percentText(f.Alarms.Low), Value: f.Alarms.Low}, {Text: percentText(f.Alarms.High), Value: f.Alarms.High}, document.Words(is), {Text: strconv.FormatBool(f.Naive)},
		}})
	}
	t.Legend = "Alarms: corpora in which anything at all was found, of those in which anything could be tested. Joint test: any pair beyond chance over all channels. Whole verdict: any level raised. A channel: it alone over all pairs, as if no other had been looked at. " +
		"With one pair asked, the one both of whose groups the great vendor tells of, all of it on the same draws. The interval is Clopper and Pearson's; it must not lie above the level. Conservative: all of it lies below half the level, so that what is not found says less. " +
		"Same theatre: groups there do share their targets beyond any null, which raises no level."
	if t.Folds() {
		t.FoldNote = "Single channels with other confounders are left out; " + document.SeeAll + "."
	}
	s.Blocks = []document.Block{t}
	return s
}

func rankings(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "auc", Title: "Rankings: is what is linked above what is not?"}
	if len(c.AUC) == 0 {
		return s
	}
	t := &document.Table{ID: "auc", Columns: []document.Column{
		{ID: "of", Title: "Pairs"}, {ID: "ranking", Title: "Ranked by"}, {ID: "positive", Title: "Linked", Kind: document.Integer}, {ID: "negative", Title: "Not", Kind: document.Integer},
		{ID: "auc", Title: "AUC", Kind: document.Decimal}, {ID: "interval", Title: "95 %"},
		{ID: "low", Title: "low", Kind: document.Decimal, Machine: true}, {ID: "high", Title: "high", Kind: document.Decimal, Machine: true},
	}}
	for _, a := range c.AUC {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{
			document.Words(a.Of), document.Words(a.Ranking), document.Count(a.Positive), document.Count(a.Negative), {Text: fmt.Sprintf("%.2f", a.Estimate), Value: a.Estimate},
			document.Words(fmt.Sprintf("%.2f to %.2f", a.Low, a.High)), {Text: fmt.Sprintf("%.2f", a.Low), Value: a.Low}, {Text: fmt.Sprintf("%.2f", a.High), Value: a.High},
		}})
	}
	t.Legend = "AUC: how often a linked pair ranks above one that is not; .5 is no better than chance, below .5 the wrong way round. Interval: Newcombe's method 5."
	s.Blocks = []document.Block{t}
	return s
}

func calibrationWarnings(c *calibration.Calibration) document.Section {
	s := document.Section{ID: "warnings", Title: "Warnings"}
	var items []document.Item
	for _, w := range c.Warnings {
		items = append(items, document.Item{Text: w})
	}
	if len(items) > 0 {
		s.Blocks = []document.Block{document.List{Items: items}}
	}
	return s
}

func percentText(v float64) string { return strconv.FormatFloat(100*v, 'g', 4, 64) + "%" }

func percent(v float64) document.Cell {
	return document.Cell{Text: fmt.Sprintf("%.1f%%", 100*v), Value: v}
}

func limits(iv stat.Interval) string {
	if iv.Level == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f-%.1f", 100*iv.Low, 100*iv.High)
}

func rateCell(r calibration.Rate) document.Cell {
	if r.Of == 0 {
		return document.Cell{Text: "not measurable", Value: ""}
	}
	return percent(r.Estimate)
}

// foundCell is a rate with its interval in one cell.
func foundCell(r calibration.Rate) document.Cell {
	if r.Of == 0 {
		return document.Cell{Text: "not measurable", Value: ""}
	}
	return document.Cell{Text: fmt.Sprintf("%.0f%% (%.0f-%.0f)", 100*r.Estimate, 100*r.Low, 100*r.High), Value: r.Estimate}
}
