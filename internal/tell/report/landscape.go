package report

import (
	"cmp"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Landscape is the document of a landscape. Every column of figures names its
// unit: events, systems, organisations or incidents.
func Landscape(l *landscape.Landscape) document.Document {
	b := landscapeBuilder{l}
	d := document.Document{
		ID: "landscape", Title: b.title(), Setup: b.setup(), Marking: cmp.Or(l.Marking, evidence.Clear), Main: "groups", Result: l,
	}
	if l.Synthetic {
		d.Label = "synthetic"
	}
	d.Sections = []document.Section{
		b.answer(), b.states(), b.worst(), b.prevalent(), b.totals(), b.contacts(), b.classes(), b.objectives(), b.groups(), b.months(), b.days(), b.durations(), b.sectors(),
		b.previous(), b.agreements(), b.incidents(), b.conflicts(), b.own(), b.roles(), b.limits(),
	}
	d.Sections = filled(d.Sections)
	if b.nothing() != "" {
		for i := range d.Sections[1:] {
			d.Sections[1+i].Folded = true // tables without rows
		}
		return d // one sentence is the whole answer
	}
	d.Card = b.card()
	return d
}

type landscapeBuilder struct{ l *landscape.Landscape }

// Tables longer than this are folded in short renderings.
const foldLandscape = 40

func (b *landscapeBuilder) title() string {
	p := b.l.Period
	what := "Who attacks whom"
	if b.l.Synthetic {
		what = "SYNTHETIC: who attacks whom"
	}
	switch {
	case p.Days == 0:
		return what
	case p.From == p.To:
		return what + ", " + p.From
	}
	return fmt.Sprintf("%s, %s to %s", what, p.From, p.To)
}

func (b *landscapeBuilder) setup() []document.Field {
	l := b.l
	fields := []document.Field{
		{ID: "tool", Name: "Made by", Value: fmt.Sprintf("%s %s", cmp.Or(l.Tool.Name, "cahoots"), cmp.Or(l.Tool.Version, "(version unknown)"))},
		{ID: "period", Name: "Period", Value: dates(l.Period)},
		{ID: "data", Name: "Data", Value: dates(l.Data)},
		{ID: "rules", Name: "Incidents", Value: fmt.Sprintf("a group seen again after %s is a new incident", document.Plural(l.Rules.GapDays, "day", "days"))},
	}
	if l.Only != nil {
		fields = append(fields, document.Field{ID: "only", Name: "Only", Value: only(l.Only)})
	}
	if l.Read != nil {
		fields = append(fields, document.Field{ID: "read", Name: "Logs", Value: fmt.Sprintf("%s lines read, %s events, %s skipped, %s rejected",
			document.Thousands(int(l.Read.Lines)), document.Thousands(int(l.Read.Events)), document.Thousands(int(l.Read.Skipped)), document.Thousands(int(l.Read.Rejected)))})
	}
	return fields
}

func dates(p landscape.Period) string {
	if p.Days == 0 {
		return "no day"
	}
	return fmt.Sprintf("%s to %s, %s", p.From, p.To, document.Plural(p.Days, "day", "days"))
}

func (b *landscapeBuilder) answer() document.Section {
	l := b.l
	t := l.Totals
	text := fmt.Sprintf("%s by %s in %s, on %s (%s).", document.Plural(t.Incidents, "incident", "incidents"), document.Plural(t.Groups, "known group", "known groups"),
		document.Plural(t.Organisations, "organisation", "organisations"), document.Plural(t.Systems, "system", "systems"), document.Plural(int(t.Events), "event", "events"))
	if none := b.nothing(); none != "" {
		text = none
	} else if t.Incidents == 0 {
		text = "No sighting of an indicator in force in this period."
	}
	blocks := []document.Block{document.Paragraph{Text: text, Lead: true}}
	for _, c := range l.Classes {
		if c.Class == "state-affiliated" {
			blocks = append(blocks, document.Paragraph{Text: fmt.Sprintf("Groups affiliated to a state had %s of the incidents (%s of %s).",
				shareText(c.Share), document.Thousands(c.Incidents), document.Thousands(t.Incidents)), Lead: true})
		}
	}
	var warnings document.List
	for _, w := range l.Warnings {
		warnings.Items = append(warnings.Items, document.Item{Text: w})
	}
	if len(warnings.Items) > 0 {
		blocks = append(blocks, warnings)
	}
	return document.Section{ID: "answer", Title: "In short", Blocks: blocks}
}

func shareText(share float64) string { return fmt.Sprintf("%.1f %%", share*100) }

func shareCell(share float64) document.Cell {
	return document.Cell{Text: shareText(share), Value: share}
}

// four are the columns of counts that most tables end with.
func four(incidents bool) []document.Column {
	c := []document.Column{{ID: "organisations", Title: "organisations", Kind: document.Integer}, {ID: "systems", Title: "systems", Kind: document.Integer}, {ID: "events", Title: "events", Kind: document.Integer}}
	if incidents {
		c = append([]document.Column{{ID: "incidents", Title: "incidents", Kind: document.Integer}}, c...)
	}
	return c
}

func (b *landscapeBuilder) classes() document.Section {
	t := &document.Table{ID: "classes", Empty: "No incident.", Columns: append([]document.Column{{ID: "class", Title: "class"}, {ID: "share", Title: "share of incidents", Kind: document.Percent}}, four(true)...)}
	for _, c := range b.l.Classes {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(string(c.Class)), shareCell(c.Share), document.Count(c.Incidents), document.Count(c.Organisations), document.Count(c.Systems), document.Count(int(c.Events))}})
	}
	return document.Section{ID: "classes", Title: "Classes of groups", Blocks: []document.Block{b.classBars(), t}}
}

func (b *landscapeBuilder) objectives() document.Section {
	t := &document.Table{ID: "objectives", Empty: "No incident.", Columns: append([]document.Column{{ID: "objective", Title: "objective"}, {ID: "share", Title: "share of incidents", Kind: document.Percent}}, four(true)...)}
	for _, c := range b.l.Objectives {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Words(string(c.Objective)), shareCell(c.Share), document.Count(c.Incidents), document.Count(c.Organisations), document.Count(c.Systems), document.Count(int(c.Events))}})
	}
	return document.Section{ID: "objectives", Title: "Objectives", Blocks: []document.Block{b.objectiveBars(), t}}
}

func (b *landscapeBuilder) groups() document.Section {
	t := &document.Table{ID: "groups", Empty: "No group was seen.", Columns: []document.Column{
		{ID: "rank", Title: "rank", Kind: document.Integer}, {ID: "group", Title: "group"}, {ID: "state", Title: "state"}, {ID: "class", Title: "class"}, {ID: "objective", Title: "objective"},
		{ID: "incidents", Title: "incidents", Kind: document.Integer}, {ID: "organisations", Title: "organisations", Kind: document.Integer}, {ID: "systems", Title: "systems", Kind: document.Integer},
		{ID: "events", Title: "events", Kind: document.Integer}, {ID: "active_days", Title: "active days", Kind: document.Integer}, {ID: "peak_systems", Title: "systems on peak day", Kind: document.Integer}, {ID: "peak_date", Title: "peak day", Kind: document.Date},
	}}
	for _, g := range b.l.Groups {
		t.Rows = append(t.Rows, document.Row{Fold: after(len(t.Rows), foldLandscape), Cells: []document.Cell{document.Count(g.Rank), document.Words(g.Group), document.Words(g.State), document.Words(string(g.Class)), document.Words(string(g.Objective)),
			document.Count(g.Incidents), document.Count(g.Organisations), document.Count(g.Systems), document.Count(int(g.Events)), document.Count(g.ActiveDays), document.Count(g.Peak.Systems), document.Words(g.Peak.Date)}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return document.Section{ID: "groups", Title: "Active groups", Blocks: append(b.groupBars(), t)}
}

func after(i, n int) document.Fold {
	if i >= n {
		return document.WhenAll
	}
	return document.Always
}

func foldedRows(n int) string {
	if n <= foldLandscape {
		return ""
	}
	return fmt.Sprintf("The first %d of %s; %s.", min(n, foldLandscape), document.Plural(n, "row", "rows"), document.SeeAllHere)
}

func (b *landscapeBuilder) states() document.Section {
	t := &document.Table{ID: "states", Empty: "No group with a known state was seen.", Columns: []document.Column{
		{ID: "rank", Title: "rank", Kind: document.Integer}, {ID: "state", Title: "state"}, {ID: "code", Title: "code", Machine: true}, {ID: "groups", Title: "groups", Kind: document.Integer},
		{ID: "incidents", Title: "incidents", Kind: document.Integer}, {ID: "organisations", Title: "organisations", Kind: document.Integer}, {ID: "systems", Title: "systems", Kind: document.Integer},
		{ID: "events", Title: "events", Kind: document.Integer}, {ID: "active_days", Title: "active days", Kind: document.Integer}, {ID: "peak_systems", Title: "systems on peak day", Kind: document.Integer}, {ID: "peak_date", Title: "peak day", Kind: document.Date},
	}}
	for _, s := range b.l.States {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Count(s.Rank), document.Words(evidence.CountryName(s.State)), document.Words(s.State), document.Count(s.Groups), document.Count(s.Incidents), document.Count(s.Organisations),
			document.Count(s.Systems), document.Count(int(s.Events)), document.Count(s.ActiveDays), document.Count(s.Peak.Systems), document.Words(s.Peak.Date)}})
	}
	return document.Section{ID: "states", Title: "Sponsor states", Blocks: append(b.stateBars(), t)}
}
