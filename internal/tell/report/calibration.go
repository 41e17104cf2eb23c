package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/calibration"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Calibration is the document of a calibration: what must hold, false alarms,
// power, controls and rankings, and how the corpora were made.
func Calibration(c *calibration.Calibration) Document {
	d := Document{ID: "calibration", Title: "What the verdicts are worth", Setup: calibrationSetup(c), Main: "false-alarms", Result: c}
	d.Sections = []Section{
		calibrationChecks(c), falseAlarms(c), linkPower(c), recovery(c), timingPower(c), controls(c), rankings(c), corpora(c), calibrationWarnings(c),
	}
	d.Sections = slices.DeleteFunc(d.Sections, func(s Section) bool { return len(s.Blocks) == 0 })
	return d
}

func calibrationSetup(c *calibration.Calibration) []Field {
	n := c.Design
	return []Field{
		{ID: "tool", Name: "Made by", Value: strings.TrimSpace(c.Tool.Name + " " + c.Tool.Version)},
		{ID: "seeds", Name: "Seeds", Value: fmt.Sprintf("%d corpora without links, %d with planted links, %d simulated series", n.SeedAlarms, n.SeedLinked, n.SeedTiming)},
		{ID: "alpha", Name: "Level", Value: fmt.Sprintf("%g, after adjustment", n.Alpha)},
		{ID: "corpora", Name: "Corpora", Value: fmt.Sprintf("%s with all confounders, %s with each alone and with none, %s for each planted link; %d groups, %d pairs asked about, %d days",
			thousands(n.Corpora), thousands(n.Each), thousands(n.Linked), n.Groups, n.Pairs, n.Days)},
	}
}

func calibrationChecks(c *calibration.Calibration) Section {
	s := Section{ID: "checks", Title: "What must hold"}
	if len(c.Checks) == 0 {
		return s
	}
	failed := 0
	t := &Table{ID: "checks", Columns: []Column{{ID: "check", Title: "What must hold"}, {ID: "holds", Title: "Holds"}, {ID: "detail", Title: "Found"}}}
	for _, k := range c.Checks {
		holds := "yes"
		if !k.Holds {
			holds, failed = "NO", failed+1
		}
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(k.Name), words(holds), words(k.Detail)}})
	}
	lead := "Everything holds that must hold for the verdicts to be worth what they say."
	if failed > 0 {
		lead = fmt.Sprintf("%d of %s not hold: see below. Verdicts that rest on these are worth less than they say.", failed, plural(len(c.Checks), "check does", "checks do"))
	}
	s.Blocks = []Block{Paragraph{Text: lead, Lead: true}, t}
	return s
}

func falseAlarms(c *calibration.Calibration) Section {
	s := Section{ID: "false-alarms", Title: "False alarms: corpora without any link"}
	if len(c.FalseAlarms) == 0 {
		return s
	}
	t := &Table{ID: "false-alarms", Columns: []Column{
		{ID: "confounders", Title: "Confounders"}, {ID: "asked", Title: "Pairs asked", Kind: Integer}, {ID: "method", Title: "Method"}, {ID: "null", Title: "Null model"},
		{ID: "corpora", Title: "Corpora", Kind: Integer}, {ID: "alarms", Title: "Alarms", Kind: Integer}, {ID: "rate", Title: "Rate", Kind: Percent},
		{ID: "interval", Title: "95 %"}, {ID: "low", Title: "low", Kind: Percent, Machine: true}, {ID: "high", Title: "high", Kind: Percent, Machine: true},
		{ID: "raw", Title: "Raw p<.05", Kind: Percent}, {ID: "naive", Title: "naive", Machine: true},
	}}
	for _, f := range c.FalseAlarms {
		fold := Always
		if f.Setting != c.FalseAlarms[0].Setting && f.Channel != calibration.WholeVerdict {
			fold = WhenAll
		}
		name := words(f.Channel)
		if f.Naive {
			name = Cell{Text: "naive: " + f.Channel, Value: f.Channel, Notes: []int{t.note("Shown to fail; it enters no verdict.")}}
		}
		raw := Cell{Text: "-", Value: ""}
		if f.Channel != calibration.WholeVerdict && f.Tests > 0 {
			raw = percent(float64(f.RawBelow05) / float64(f.Tests))
			if f.Raw != nil {
				raw.Text += fmt.Sprintf(" (%.0f-%.0f)", 100*f.Raw.Low, 100*f.Raw.High)
			}
		}
		t.Rows = append(t.Rows, Row{Fold: fold, Cells: []Cell{
			words(f.Setting), count(f.Asked), name, words(nullName(f.Null)), count(f.Alarms.Of), count(f.Alarms.Count), rateCell(f.Alarms), words(limits(f.Alarms.Interval)),
			{Text: percentText(f.Alarms.Low), Value: f.Alarms.Low}, {Text: percentText(f.Alarms.High), Value: f.Alarms.High}, raw, {Text: strconv.FormatBool(f.Naive)},
		}})
	}
	t.Legend = "Alarms: corpora in which anything at all was found after adjustment, of those in which anything could be tested; the whole verdict is any pair above L0. Pairs asked: with one pair, the one both of whose groups the great vendor tells of, nothing but the channels shares the level. " +
		"Raw p<.05: share of single tests before adjustment, with its exact interval where one pair was asked. The interval is Clopper and Pearson's; it must not lie above the level."
	if t.folds() {
		t.FoldNote = "Single methods with one confounder or none are left out; " + seeAll + "."
	}
	s.Blocks = []Block{t}
	return s
}

func rankings(c *calibration.Calibration) Section {
	s := Section{ID: "auc", Title: "Rankings: is what is linked above what is not?"}
	if len(c.AUC) == 0 {
		return s
	}
	t := &Table{ID: "auc", Columns: []Column{
		{ID: "of", Title: "Pairs"}, {ID: "ranking", Title: "Ranked by"}, {ID: "positive", Title: "Linked", Kind: Integer}, {ID: "negative", Title: "Not", Kind: Integer},
		{ID: "auc", Title: "AUC", Kind: Decimal}, {ID: "interval", Title: "95 %"},
		{ID: "low", Title: "low", Kind: Decimal, Machine: true}, {ID: "high", Title: "high", Kind: Decimal, Machine: true},
	}}
	for _, a := range c.AUC {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			words(a.Of), words(a.Ranking), count(a.Positive), count(a.Negative), {Text: fmt.Sprintf("%.2f", a.Estimate), Value: a.Estimate},
			words(fmt.Sprintf("%.2f to %.2f", a.Low, a.High)), {Text: fmt.Sprintf("%.2f", a.Low), Value: a.Low}, {Text: fmt.Sprintf("%.2f", a.High), Value: a.High},
		}})
	}
	t.Legend = "AUC: how often a linked pair ranks above one that is not; .5 is no better than chance, below .5 the wrong way round. Interval: Newcombe's method 5."
	s.Blocks = []Block{t}
	return s
}

func calibrationWarnings(c *calibration.Calibration) Section {
	s := Section{ID: "warnings", Title: "Warnings"}
	var items []Item
	for _, w := range c.Warnings {
		items = append(items, Item{Text: w})
	}
	if len(items) > 0 {
		s.Blocks = []Block{List{Items: items}}
	}
	return s
}

func percentText(v float64) string { return strconv.FormatFloat(100*v, 'f', -1, 64) + "%" }

func percent(v float64) Cell { return Cell{Text: fmt.Sprintf("%.1f%%", 100*v), Value: v} }

func limits(iv stat.Interval) string {
	if iv.Level == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f-%.1f", 100*iv.Low, 100*iv.High)
}

func rateCell(r calibration.Rate) Cell {
	if r.Of == 0 {
		return Cell{Text: "not measurable", Value: ""}
	}
	return percent(r.Estimate)
}

// foundCell is a rate with its interval in one cell.
func foundCell(r calibration.Rate) Cell {
	if r.Of == 0 {
		return Cell{Text: "not measurable", Value: ""}
	}
	return Cell{Text: fmt.Sprintf("%.0f%% (%.0f-%.0f)", 100*r.Estimate, 100*r.Low, 100*r.High), Value: r.Estimate}
}
