package report

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// changesShown bounds the rows of each table of changes unless all are asked for, so
// that a digest stays one screen.
const changesShown = 6

// movedColumns are those of a table of pairs that moved, the cause first.
func movedColumns(first ...document.Column) []document.Column {
	return append(first, []document.Column{
		{ID: "cause", Title: "because of"}, {ID: "pair", Title: "pair"}, {ID: "was", Title: "it was"}, {ID: "is", Title: "it is"},
		{ID: "a", Title: "a", Machine: true}, {ID: "b", Title: "b", Machine: true}, {ID: "records", Title: "records", Machine: true},
		{ID: "sources", Title: "sources", Kind: document.Reference},
	}...)
}

func (c *changes) moved(m *difference.Moved, none string) []document.Cell {
	var causes, ids []string
	var refs []int
	for i := range m.Causes {
		text, all, cited := c.cause(&m.Causes[i])
		if i < 2 {
			causes = append(causes, text)
		}
		ids, refs = append(ids, all...), append(refs, cited...)
	}
	if n := len(m.Causes) - len(causes); n > 0 {
		causes = append(causes, document.Plural(n, "more change", "more changes"))
	}
	return []document.Cell{
		document.Words(cmp.Or(strings.Join(causes, "; "), none)), document.Words(m.A + " and " + m.B), document.Words(stateOf(m.Old)), document.Words(stateOf(m.New)),
		document.Words(m.A), document.Words(m.B), document.Words(strings.Join(ids, " ")), {Refs: refs},
	}
}

// changes writes what moved, with the sources of what moved it.
type changes struct{ bib *bibliography }

func newChanges() *changes {
	return &changes{newBibliography(map[evidence.ID]evidence.Record{})}
}

// cause is what moved a pair in words: what became of which source, of what date.
func (c *changes) cause(u *difference.Cause) (text string, ids []string, refs []int) {
	r := u.First()
	on := cmp.Or(r.Disclosed, r.Citation.Published)
	text = fmt.Sprintf("%s: %s", u.What, cmp.Or(r.Citation.Publisher, r.Origin.Dataset))
	if title := r.Citation.Title; title != "" {
		text += fmt.Sprintf(", \"%s\"", clip(title, 48))
	}
	text += ", " + cmp.Or(on.String(), "undated")
	n := len(u.New) + len(u.Old)
	if n == 1 && r.Value != "" {
		text += fmt.Sprintf(" (%s: %s)", classText(r.Class), clip(r.Value, 40))
	} else if n > 1 {
		text += fmt.Sprintf(" (%s)", document.Plural(n, "record", "records"))
	}
	for _, list := range [][]evidence.Record{u.New, u.Old} {
		for _, r := range list {
			ids = append(ids, string(r.ID))
			if n := c.bib.source(r.Citation, r.Grade, r.Marking); len(refs) == 0 || refs[len(refs)-1] != n {
				refs = append(refs, n)
			}
		}
	}
	return text, ids, refs
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return strings.TrimSpace(string(r[:n])) + "…"
	}
	return s
}

func stateOf(v *difference.Verdict) string {
	if v == nil {
		return "not on record"
	}
	s := fmt.Sprintf("%s %s, %s", v.Level, v.LevelName, v.Confidence)
	if v.Sign != assess.NoSign {
		s = fmt.Sprintf("%s %s, %s, %s", v.Level, v.LevelName, v.Sign, v.Confidence)
	}
	if v.Contested {
		s += ", contested"
	}
	return s
}

// history is the document of how an answer came about.
func history(h *difference.History) document.Document {
	c := newChanges()
	t := &document.Table{ID: "history", Columns: movedColumns(document.Column{ID: "month", Title: "month", Kind: document.Date}), Empty: "No verdict ever moved."}
	steps := map[string]bool{}
	for i := range h.Steps {
		s := &h.Steps[i]
		for j := range s.Moved {
			m := &s.Moved[j]
			if m.Old == nil && len(m.Causes) == 0 && len(h.Now) > 1 {
				continue // that a pair of many came on record is no step
			}
			steps[s.Month] = true
			cells := c.moved(m, noCause(m))
			t.Rows = append(t.Rows, document.Row{ID: fmt.Sprintf("step-%s-%d", s.Month, j), Cells: append([]document.Cell{document.Words(s.Month)}, cells...)})
		}
	}
	lead := fmt.Sprintf("No record of the groups is dated by its disclosure: the verdict on %s is that of today.", document.Plural(len(h.Now), "pair", "pairs"))
	if h.Months > 0 {
		lead = fmt.Sprintf("In %s from %s to %s something about the groups was disclosed; after %s a verdict was not what it had been.", document.Plural(h.Months, "month", "months"), h.From, h.Until, document.Plural(len(steps), "of them", "of them"))
	}
	now := &document.Table{ID: "now", Columns: []document.Column{{ID: "a", Title: "a"}, {ID: "b", Title: "b"}, {ID: "verdict", Title: "today"}}}
	for i, s := range h.Now {
		row := document.Row{Cells: []document.Cell{document.Words(s.A), document.Words(s.B), document.Words(stateOf(&s.Verdict))}}
		if i >= changesShown {
			row.Fold = document.WhenAll
		}
		now.Rows = append(now.Rows, row)
	}
	if n := len(h.Now) - changesShown; n > 0 {
		now.FoldNote = fmt.Sprintf("%s more; see all with --all.", document.Plural(n, "pair", "pairs"))
	}
	d := document.Document{
		ID: "history", Title: fmt.Sprintf("%s and %s: how the answer came about", h.Question.A, h.Question.B), Main: "history", Result: h,
		Marking: cmp.Or(h.Marking, evidence.Clear), Notices: h.Notices, Setup: dataFields(h.Data),
		Sections: []document.Section{
			{ID: "history", Blocks: []document.Block{document.Paragraph{Text: lead, Lead: true}, t}},
			{ID: "now", Title: "Today", Blocks: []document.Block{now}},
			{ID: "how", Title: "How to read this", Blocks: []document.Block{document.Paragraph{Text: "Each line is a verdict as of the end of a month over what had been disclosed by then. The cause is what was disclosed since the line before, and without which the verdict would have stayed: the least of it, found by leaving out."}}},
		},
	}
	d.Sections = filled(append(d.Sections, warnings(h.Warnings)))
	d.Citations = c.bib.list
	return d
}

func noCause(m *difference.Moved) string {
	if m.Old == nil {
		return "first on record"
	}
	if !m.Looked {
		return "not looked for"
	}
	return "nothing that changed"
}

// diff is the document of what changed between two answers.
func diff(r *difference.Diff) document.Document {
	c := newChanges()
	none := "no record that one of the two cites alone"
	if r.Tried {
		none = "not looked for"
	}
	t := &document.Table{ID: "moved", Columns: movedColumns(), Empty: "No verdict moved."}
	for i := range r.Moved {
		t.Rows = append(t.Rows, document.Row{ID: fmt.Sprintf("moved-%d", i+1), Cells: c.moved(&r.Moved[i], none)})
	}
	d := document.Document{
		ID: "diff", Title: fmt.Sprintf("%s and %s: what changed", r.Question.A, r.Question.B), Main: "moved", Result: r, Marking: cmp.Or(r.Marking, evidence.Clear), Notices: r.Notices,
		Sections: []document.Section{{ID: "moved", Blocks: []document.Block{document.Paragraph{Lead: true, Text: diffLead(r)}, folded(t)}}},
	}
	names := &document.Table{ID: "names", Columns: []document.Column{{ID: "what", Title: "what"}, {ID: "actor", Title: "group"}, {ID: "names", Title: "names"}}}
	for _, n := range r.Names {
		names.Rows = append(names.Rows, document.Row{Cells: []document.Cell{document.Words(n.What), document.Words(n.Actor), document.Words(list(n.Names, 4))}})
	}
	turns := &document.Table{ID: "attributions", Columns: []document.Column{{ID: "actor", Title: "group"}, {ID: "old", Title: "was laid to"}, {ID: "new", Title: "is laid to"}}}
	for _, a := range r.Attributions {
		turns.Rows = append(turns.Rows, document.Row{Cells: []document.Cell{document.Words(a.Actor), document.Words(place(a.Old, "nobody")), document.Words(place(a.New, "nobody"))}})
	}
	tests := &document.Table{ID: "tests", Columns: []document.Column{{ID: "pair", Title: "pair"}, {ID: "now", Title: "now"}, {ID: "old_p", Title: "p before", Kind: document.PValue}, {ID: "new_p", Title: "p now", Kind: document.PValue}}}
	for _, x := range r.Tests {
		now := "as chance would have it"
		if x.Linked {
			now = "beyond chance"
		}
		tests.Rows = append(tests.Rows, document.Row{Cells: []document.Cell{document.Words(x.A + " and " + x.B), document.Words(now), document.Optional(x.Old, document.PText, "no test"), document.Optional(x.New, document.PText, "no test")}})
	}
	sets := &document.Table{ID: "datasets", Columns: []document.Column{{ID: "name", Title: "data set"}, {ID: "old", Title: "records before", Kind: document.Integer}, {ID: "new", Title: "records now", Kind: document.Integer}}}
	for _, s := range r.Datasets {
		sets.Rows = append(sets.Rows, document.Row{Cells: []document.Cell{document.Words(s.Name), document.Count(s.Old), document.Count(s.New)}})
	}
	for _, s := range []struct {
		title string
		t     *document.Table
	}{{"Names", names}, {"Attributions", turns}, {"Tests that crossed the line", tests}, {"Data sets", sets}} {
		if len(s.t.Rows) > 0 {
			d.Sections = append(d.Sections, document.Section{ID: s.t.ID, Title: s.title, Blocks: []document.Block{folded(s.t)}})
		}
	}
	d.Sections = filled(append(d.Sections, warnings(r.Warnings)))
	d.Citations = c.bib.list
	return d
}

// folded folds the rows of a table that a digest has no room for.
func folded(t *document.Table) *document.Table {
	for i := range t.Rows {
		if i >= changesShown {
			t.Rows[i].Fold = document.WhenAll
		}
	}
	if n := len(t.Rows) - changesShown; n > 0 {
		t.FoldNote = fmt.Sprintf("%s more; see all with --all, or with --format csv or json.", document.Plural(n, "row", "rows"))
	}
	return t
}

func diffLead(r *difference.Diff) string {
	if len(r.Moved) == 0 {
		return fmt.Sprintf("No verdict moved: %s, each with the level, sign and confidence that it had.", document.Plural(r.Pairs, "pair", "pairs"))
	}
	how := "without the cause named, the least of what changed, the verdict would be what it was"
	if !r.Tried {
		how = "the causes are the records that one of the two answers cites alone; two stores tell more (cahoots diff OLD.db NEW.db --a --b)"
	}
	return fmt.Sprintf("%s of %d moved; %s.", document.Plural(len(r.Moved), "verdict", "verdicts"), r.Pairs, how)
}
