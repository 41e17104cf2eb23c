package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// robustness shows what changes of the evidence did to the verdicts, and who
// says what about whom in all of it.
func (b *assessmentBuilder) robustness() document.Section {
	s := document.Section{ID: "robustness", Title: "How firm the verdicts are"}
	if b.a.Robustness == nil {
		return s
	}
	t := &document.Table{ID: "variants", Columns: []document.Column{
		{ID: "kind", Title: "Change"}, {ID: "what", Title: "Of"}, {ID: "records", Title: "Records", Kind: document.Integer},
		{ID: "pairs", Title: "Pairs", Kind: document.Integer}, {ID: "same", Title: "Same verdict", Kind: document.Integer},
		{ID: "raised", Title: "Raised", Kind: document.Integer}, {ID: "lowered", Title: "Lowered", Kind: document.Integer},
		{ID: "turned", Title: "Other sign", Kind: document.Integer}, {ID: "not_asked", Title: "No longer asked", Kind: document.Integer},
		{ID: "why", Title: "Why not run", Machine: true},
	}}
	t.Legend = "Each line changes one thing and judges every pair again. Data sets and publishers' countries are left out; disputed aliases are let in; " +
		"attributions are drawn by their stated confidence, dates within their intervals. Lowered includes pairs of which nothing is left to judge. " +
		"No longer asked: nothing else attributes a group to the state, or the two become one. Who is who stays as the whole evidence has it."
	unchanged, rows := 0, 0
	for i, v := range b.a.Robustness.Variants {
		r := document.Row{ID: fmt.Sprintf("variant-%d", i+1), Cells: []document.Cell{
			document.Words(v.Kind), document.Words(v.What), document.Count(v.Records), document.Count(v.Pairs), document.Count(v.Same), document.Count(v.Raised), document.Count(v.Lowered),
			document.Count(v.Turned), document.Count(v.Gone), document.Words(v.Why),
		}}
		if v.Why != "" {
			r.Cells[1].Notes = append(r.Cells[1].Notes, t.Note("not run: "+v.Why))
		}
		rows++
		if v.Why == "" && v.Same == v.Pairs || isLaterDraw(v) {
			r.Fold = document.WhenAll
			unchanged++
		}
		t.Rows = append(t.Rows, r)
	}
	if unchanged > 0 {
		t.FoldNote = fmt.Sprintf("%s of %s changes are folded: they move no verdict, or are further draws of the same kind; %s.", document.Thousands(unchanged), document.Thousands(rows), document.SeeAll)
	}
	s.Blocks = append(s.Blocks, t, b.testimony())
	return s
}

// isLaterDraw reports whether a draw is not the first of its kind.
func isLaterDraw(v assess.VariantSummary) bool {
	return strings.HasPrefix(v.What, "draw ") && v.What != "draw 1"
}

// testimonyShown is the number of lines that a short rendering shows.
const testimonyShown = 12

func (b *assessmentBuilder) testimony() *document.Table {
	t := &document.Table{ID: "who-says", Title: "Whose publishers tell of whose acts against whom", Columns: []document.Column{
		{ID: "attributed", Title: "Acts of"}, {ID: "victim", Title: "Against"}, {ID: "publisher_country", Title: "Told from"},
		{ID: "records", Title: "Records", Kind: document.Integer}, {ID: "sources", Title: "Sources", Kind: document.Integer},
	}, Legend: "All evidence, not only what verdicts rest on. Sources: independent ones."}
	for i, w := range b.a.Robustness.WhoSays {
		r := document.Row{ID: fmt.Sprintf("who-says-%d", i+1), Cells: []document.Cell{
			country(w.Attributed, ""), country(w.Victim, "all others"), country(w.Publisher, "unknown"), document.Count(w.Records), document.Count(w.Sources),
		}}
		if i >= testimonyShown && len(b.a.Robustness.WhoSays) > testimonyShown+few {
			r.Fold = document.WhenAll
		}
		t.Rows = append(t.Rows, r)
	}
	if n := len(b.a.Robustness.WhoSays) - testimonyShown; n > few {
		t.FoldNote = fmt.Sprintf("%s more are folded; %s.", document.Plural(n, "line", "lines"), document.SeeAllHere)
	}
	return t
}

func country(code, otherwise string) document.Cell {
	if code == "" {
		return document.Cell{Text: otherwise, Value: ""}
	}
	return document.Cell{Text: evidence.CountryName(code), Value: code}
}

// timing is the test of the two sides as such, with its checks.
func (b *assessmentBuilder) timing() document.Section {
	s := document.Section{ID: "timing", Title: "Do the acts of one side follow those of the other?"}
	if len(b.a.Sides.Timing) == 0 {
		return s
	}
	t := &document.Table{ID: "timing", Columns: []document.Column{
		{ID: "dates", Title: "Dates of"}, {ID: "test", Title: "Test"}, {ID: "verdict", Title: "Result"}, {ID: "follower", Title: "Follower"},
		{ID: "observed", Title: "Seen", Kind: document.Decimal}, {ID: "expected", Title: "Expected", Kind: document.Decimal}, {ID: "p", Title: "p", Kind: document.PValue},
		{ID: "p_adjusted", Title: "adj. p", Kind: document.PValue}, {ID: "mde", Title: "MDE", Kind: document.Decimal},
		{ID: "n_a", Title: "n A", Kind: document.Integer}, {ID: "n_b", Title: "n B", Kind: document.Integer},
	}}
	t.Legend = fmt.Sprintf("All groups of a side together, with incidents of which only the state is named. Seen: days with an act of the follower on the day of one of the other side or within %d days after it. "+
		"Only dates known to within %d days take part. The first line of each kind is the test: both directions, each against two null models; the others are checks and carry no verdict.",
		channel.TimingWidth, channel.LongestInterval)
	for _, m := range b.a.Sides.Timing {
		dates := strings.TrimSuffix(strings.TrimPrefix(m.Channel, "timing ("), ")")
		name := document.Words("both directions")
		for _, w := range m.Warnings {
			name.Notes = append(name.Notes, t.Note(w))
		}
		seen, expected := document.Number(m.Observed), document.Number(m.Expected)
		if !measurable(m) {
			seen, expected = document.Cell{Value: ""}, document.Cell{Value: ""}
		}
		t.Rows = append(t.Rows, document.Row{ID: "timing-" + slug(dates), Cells: []document.Cell{
			document.Words(dates), name, {Text: sign(m), Value: string(m.Verdict)}, document.Words(b.follower(m.Direction)), seen, expected,
			document.Optional(m.P, document.PText, ""), document.Optional(m.PAdjusted, document.PText, ""), document.Optional(m.MDE, document.Quantity, ""), document.Count(m.NA), document.Count(m.NB),
		}})
		for _, c := range m.Checks {
			name := document.Words("check: " + c.Name)
			if c.Note != "" {
				name.Notes = append(name.Notes, t.Note(c.Name+": "+c.Note))
			}
			t.Rows = append(t.Rows, document.Row{ID: "timing-" + slug(dates+" "+c.Name), Cells: []document.Cell{
				document.Words(dates), name, {}, {}, document.Number(c.Observed), document.Optional(c.Expected, document.Quantity, ""), document.Optional(c.P, document.PText, ""), {}, {}, {}, {},
			}})
		}
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

func (b *assessmentBuilder) follower(direction string) string {
	switch direction {
	case channel.AToB:
		return sideLabel(b.a.Sides.B)
	case channel.BToA:
		return sideLabel(b.a.Sides.A)
	}
	return ""
}

// recodingText says how much of the verdict is how its records were coded.
func recodingText(r *assess.Recoding) string {
	if r.Turn == 0 {
		return fmt.Sprintf("None of %s of one field of one record would turn the verdict.", document.Plural(r.Tried, "change", "changes"))
	}
	was := r.Was
	if was == "" {
		was = "left out"
	}
	return fmt.Sprintf("With %s %s instead of %s in one record it would be %s, sign %s; %d of %s of one field of one record turn the verdict.",
		r.Field, r.Is, was, levelText(r.Level), r.Sign, r.Turn, document.Plural(r.Tried, "change", "changes"))
}

// recoded is the record of which it speaks.
func recoded(r *assess.Recoding) []evidence.ID {
	if r.Record == "" {
		return nil
	}
	return []evidence.ID{r.Record}
}

// firmness says in a few lines how firm the verdict on a pair is: what would
// move it, the weight of evidence, and the competing explanations.
func (b *assessmentBuilder) firmness(p pairView) []document.Item {
	var items []document.Item
	if r := p.Robustness; r != nil {
		items = append(items, document.Item{Term: "Robustness", Text: sentence(capital(r.Mover)) + rangeText(r)})
	}
	if r := p.Recoding; r != nil {
		items = append(items, document.Item{Term: "The coder's part", Text: recodingText(r), Refs: b.bib.cite(recoded(r))})
	}
	if w := p.Weight; w != nil && len(w.Terms) > 0 {
		low, high := w.Sweep[0], w.Sweep[len(w.Sweep)-1]
		items = append(items, document.Item{Term: "Weight of evidence", Text: fmt.Sprintf("%s that the two knowingly work together: %s from a prior of %s; %s to %s for priors of %s to %s. By judged ratios: %s.",
			capital(w.Wording), share(w.Posterior), share(w.Prior), share(low.Posterior), share(high.Posterior), share(low.Prior), share(high.Prior), termsText(w))})
	}
	if p.Level <= assess.NoneFound && !linked(p) {
		return items
	}
	for _, e := range p.Explanations {
		var ids []evidence.ID
		text := func(rs []assess.Reason) string {
			var s []string
			for _, r := range rs {
				s = append(s, r.Text)
				ids = append(ids, r.Evidence...)
			}
			return cmp.Or(strings.Join(s, "; "), "nothing on record")
		}
		said := fmt.Sprintf("for it: %s. Against it: %s. What would tell: %s.", text(e.For), text(e.Against), e.Test)
		items = append(items, document.Item{Term: "If " + e.Name, Text: said, Refs: b.bib.cite(ids)})
	}
	return items
}

// linked reports whether cited evidence joins the two themselves.
func linked(p pairView) bool {
	for _, l := range p.Links {
		if l.Channel != "attacks" {
			return true
		}
	}
	return false
}

func rangeText(r *assess.Robustness) string {
	s := ""
	if r.LevelLow != r.LevelHigh {
		s = fmt.Sprintf(" Over %s it lies between %s and %s.", document.Plural(r.Variants, "change", "changes"), levelText(r.LevelLow), levelText(r.LevelHigh))
	}
	for _, d := range r.Draws {
		if d.Same < d.Draws {
			s += fmt.Sprintf(" It stands in %d of %d draws over %s.", d.Same, d.Draws, map[string]string{"attribution": "attributions", "dates": "dates"}[d.Kind])
		}
	}
	return s
}

func termsText(w *assess.Weight) string {
	s := make([]string, len(w.Terms))
	for i, t := range w.Terms {
		s[i] = fmt.Sprintf("%s × %.3g", t.Label, t.Used)
	}
	return list(s, 6)
}

// share is a probability in percent, never 0 % or 100 %.
func share(p float64) string {
	switch {
	case p < .001:
		return "under .1%"
	case p > .999:
		return "over 99.9%"
	case p < .1 || p > .9:
		return fmt.Sprintf("%.1f%%", 100*p)
	}
	return fmt.Sprintf("%.0f%%", 100*p)
}
