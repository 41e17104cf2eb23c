package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
)

// Landscape is the document of a landscape. Every column of figures names its
// unit: events, systems, organisations or incidents.
func Landscape(l *landscape.Landscape) Document {
	b := landscapeBuilder{l}
	d := Document{
		ID: "landscape", Title: b.title(), Setup: b.setup(), Marking: cmp.Or(l.Marking, evidence.Clear), Main: "groups", Result: l,
	}
	if l.Synthetic {
		d.Label = "synthetic"
	}
	d.Sections = []Section{
		b.answer(), b.totals(), b.classes(), b.objectives(), b.groups(), b.states(), b.months(), b.days(), b.durations(), b.sectors(),
		b.previous(), b.agreements(), b.incidents(), b.conflicts(), b.limits(),
	}
	d.Sections = slices.DeleteFunc(d.Sections, func(s Section) bool { return len(s.Blocks) == 0 })
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

func (b *landscapeBuilder) setup() []Field {
	l := b.l
	fields := []Field{
		{"tool", "Made by", fmt.Sprintf("%s %s", cmp.Or(l.Tool.Name, "cahoots"), cmp.Or(l.Tool.Version, "(version unknown)"))},
		{"period", "Period", dates(l.Period)},
		{"data", "Data", "sightings of " + dates(l.Data)},
		{"rules", "Incidents", fmt.Sprintf("a group seen again after %s is a new incident", plural(l.Rules.GapDays, "day", "days"))},
	}
	if l.Read != nil {
		fields = append(fields, Field{"read", "Logs", fmt.Sprintf("%s lines read, %s events, %s skipped, %s rejected",
			thousands(int(l.Read.Lines)), thousands(int(l.Read.Events)), thousands(int(l.Read.Skipped)), thousands(int(l.Read.Rejected)))})
	}
	return fields
}

func dates(p landscape.Period) string {
	if p.Days == 0 {
		return "no day"
	}
	return fmt.Sprintf("%s to %s, %s", p.From, p.To, plural(p.Days, "day", "days"))
}

func (b *landscapeBuilder) answer() Section {
	l := b.l
	t := l.Totals
	text := fmt.Sprintf("%s by %s in %s, on %s (%s).", plural(t.Incidents, "incident", "incidents"), plural(t.Groups, "known group", "known groups"),
		plural(t.Organisations, "organisation", "organisations"), plural(t.Systems, "system", "systems"), plural(int(t.Events), "event", "events"))
	if t.Incidents == 0 {
		text = "No sighting of an indicator in force in this period."
	}
	blocks := []Block{Paragraph{Text: text, Lead: true}}
	for _, c := range l.Classes {
		if c.Class == "state-affiliated" {
			blocks = append(blocks, Paragraph{Text: fmt.Sprintf("Groups affiliated to a state had %s of the incidents (%s of %s).",
				shareText(c.Share), thousands(c.Incidents), thousands(t.Incidents)), Lead: true})
		}
	}
	for i, s := range l.States {
		if i < 3 {
			blocks = append(blocks, Paragraph{Text: fmt.Sprintf("%s: %s in %s; most on %s, %s on that day.", evidence.CountryName(s.State),
				plural(s.Systems, "system", "systems"), plural(s.Organisations, "organisation", "organisations"), s.Peak.Date, plural(s.Peak.Systems, "system", "systems"))})
		}
	}
	var warnings List
	for _, w := range l.Warnings {
		warnings.Items = append(warnings.Items, Item{Text: w})
	}
	if len(warnings.Items) > 0 {
		blocks = append(blocks, warnings)
	}
	return Section{ID: "answer", Title: "In short", Blocks: blocks}
}

func shareText(share float64) string { return fmt.Sprintf("%.1f %%", share*100) }

func shareCell(share float64) Cell { return Cell{Text: shareText(share), Value: share} }

// four are the columns of counts that most tables end with.
func four(incidents bool) []Column {
	c := []Column{{ID: "organisations", Title: "organisations", Kind: Integer}, {ID: "systems", Title: "systems", Kind: Integer}, {ID: "events", Title: "events", Kind: Integer}}
	if incidents {
		c = append([]Column{{ID: "incidents", Title: "incidents", Kind: Integer}}, c...)
	}
	return c
}

func (b *landscapeBuilder) classes() Section {
	t := &Table{ID: "classes", Empty: "No incident.", Columns: append([]Column{{ID: "class", Title: "class"}, {ID: "share", Title: "share of incidents", Kind: Percent}}, four(true)...)}
	for _, c := range b.l.Classes {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(string(c.Class)), shareCell(c.Share), count(c.Incidents), count(c.Organisations), count(c.Systems), count(int(c.Events))}})
	}
	return Section{ID: "classes", Title: "Classes of groups", Blocks: []Block{b.classBars(), t}}
}

func (b *landscapeBuilder) objectives() Section {
	t := &Table{ID: "objectives", Empty: "No incident.", Columns: append([]Column{{ID: "objective", Title: "objective"}, {ID: "share", Title: "share of incidents", Kind: Percent}}, four(true)...)}
	for _, c := range b.l.Objectives {
		t.Rows = append(t.Rows, Row{Cells: []Cell{words(string(c.Objective)), shareCell(c.Share), count(c.Incidents), count(c.Organisations), count(c.Systems), count(int(c.Events))}})
	}
	return Section{ID: "objectives", Title: "Objectives", Blocks: []Block{b.objectiveBars(), t}}
}

func (b *landscapeBuilder) groups() Section {
	t := &Table{ID: "groups", Empty: "No group was seen.", Columns: []Column{
		{ID: "rank", Title: "rank", Kind: Integer}, {ID: "group", Title: "group"}, {ID: "state", Title: "state"}, {ID: "class", Title: "class"}, {ID: "objective", Title: "objective"},
		{ID: "incidents", Title: "incidents", Kind: Integer}, {ID: "organisations", Title: "organisations", Kind: Integer}, {ID: "systems", Title: "systems", Kind: Integer},
		{ID: "events", Title: "events", Kind: Integer}, {ID: "active_days", Title: "active days", Kind: Integer}, {ID: "peak_systems", Title: "systems on peak day", Kind: Integer}, {ID: "peak_date", Title: "peak day", Kind: Date},
	}}
	for _, g := range b.l.Groups {
		t.Rows = append(t.Rows, Row{Fold: after(len(t.Rows), foldLandscape), Cells: []Cell{count(g.Rank), words(g.Group), words(g.State), words(string(g.Class)), words(string(g.Objective)),
			count(g.Incidents), count(g.Organisations), count(g.Systems), count(int(g.Events)), count(g.ActiveDays), count(g.Peak.Systems), words(g.Peak.Date)}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return Section{ID: "groups", Title: "Active groups", Blocks: append(b.groupBars(), t)}
}

func after(i, n int) Fold {
	if i >= n {
		return WhenAll
	}
	return Always
}

func foldedRows(n int) string {
	if n <= foldLandscape {
		return ""
	}
	return fmt.Sprintf("The first %d of %s; %s.", min(n, foldLandscape), plural(n, "row", "rows"), seeAllHere)
}

func (b *landscapeBuilder) states() Section {
	t := &Table{ID: "states", Empty: "No group with a known state was seen.", Columns: []Column{
		{ID: "rank", Title: "rank", Kind: Integer}, {ID: "state", Title: "state"}, {ID: "code", Title: "code", Machine: true}, {ID: "groups", Title: "groups", Kind: Integer},
		{ID: "incidents", Title: "incidents", Kind: Integer}, {ID: "organisations", Title: "organisations", Kind: Integer}, {ID: "systems", Title: "systems", Kind: Integer},
		{ID: "events", Title: "events", Kind: Integer}, {ID: "active_days", Title: "active days", Kind: Integer}, {ID: "peak_systems", Title: "systems on peak day", Kind: Integer}, {ID: "peak_date", Title: "peak day", Kind: Date},
	}}
	for _, s := range b.l.States {
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(s.Rank), words(evidence.CountryName(s.State)), words(s.State), count(s.Groups), count(s.Incidents), count(s.Organisations),
			count(s.Systems), count(int(s.Events)), count(s.ActiveDays), count(s.Peak.Systems), words(s.Peak.Date)}})
	}
	return Section{ID: "states", Title: "Sponsor states", Blocks: append(b.stateBars(), t)}
}
