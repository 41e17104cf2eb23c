package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func (b *landscapeBuilder) months() document.Section {
	states := &document.Table{ID: "state_months", Title: "By sponsor state", Empty: "None.", Columns: append([]document.Column{{ID: "month", Title: "month"}, {ID: "state", Title: "state"}}, four(false)...)}
	for _, m := range b.l.StateMons {
		states.Rows = append(states.Rows, document.Row{Fold: after(len(states.Rows), foldLandscape), Cells: []document.Cell{document.Words(m.Month), {Text: evidence.CountryName(m.State), Value: m.State}, document.Count(m.Organisations), document.Count(m.Systems), document.Count(int(m.Events))}})
	}
	states.FoldNote = foldedRows(len(states.Rows))
	groups := &document.Table{ID: "group_months", Title: "By group", Empty: "None.", Columns: append([]document.Column{{ID: "month", Title: "month"}, {ID: "group", Title: "group"}}, four(false)...)}
	for _, m := range b.l.GroupMons {
		groups.Rows = append(groups.Rows, document.Row{Fold: after(len(groups.Rows), foldLandscape), Cells: []document.Cell{document.Words(m.Month), document.Words(m.Group), document.Count(m.Organisations), document.Count(m.Systems), document.Count(int(m.Events))}})
	}
	groups.FoldNote = foldedRows(len(groups.Rows))
	return document.Section{ID: "months", Title: "Months", Blocks: append(b.monthLines(), states, groups)}
}

func (b *landscapeBuilder) days() document.Section {
	states := &document.Table{ID: "state_days", Title: "By sponsor state", Empty: "None.", Columns: append([]document.Column{{ID: "date", Title: "day", Kind: document.Date}, {ID: "state", Title: "state"}}, four(false)...)}
	for _, d := range b.l.StateDays {
		states.Rows = append(states.Rows, document.Row{Fold: after(len(states.Rows), few), Cells: []document.Cell{document.Words(d.Date), {Text: evidence.CountryName(d.State), Value: d.State}, document.Count(d.Organisations), document.Count(d.Systems), document.Count(int(d.Events))}})
	}
	states.FoldNote = foldedDays(len(states.Rows))
	groups := &document.Table{ID: "group_days", Title: "By group", Empty: "None.", Columns: append([]document.Column{{ID: "date", Title: "day", Kind: document.Date}, {ID: "group", Title: "group"}}, four(false)...)}
	for _, d := range b.l.GroupDays {
		groups.Rows = append(groups.Rows, document.Row{Fold: after(len(groups.Rows), few), Cells: []document.Cell{document.Words(d.Date), document.Words(d.Group), document.Count(d.Organisations), document.Count(d.Systems), document.Count(int(d.Events))}})
	}
	groups.FoldNote = foldedDays(len(groups.Rows))
	return document.Section{ID: "days", Title: "Days", Blocks: slices.Concat(b.stateLines(), b.groupGrid(), []document.Block{states, groups})}
}

func foldedDays(n int) string {
	if n <= few {
		return ""
	}
	return fmt.Sprintf("The first %d of %s; see all with --all, or with --format csv --table, or with --format json.", min(n, few), document.Plural(n, "row", "rows"))
}

func (b *landscapeBuilder) sectors() document.Section {
	t := &document.Table{ID: "sectors", Empty: "None.", Columns: append([]document.Column{{ID: "rank", Title: "rank", Kind: document.Integer}, {ID: "sector", Title: "sector"}, {ID: "groups", Title: "groups", Kind: document.Integer}}, four(true)...)}
	for _, s := range b.l.Sectors {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{document.Count(s.Rank), document.Words(s.Sector), document.Count(s.Groups), document.Count(s.Incidents), document.Count(s.Organisations), document.Count(s.Systems), document.Count(int(s.Events))}})
	}
	return document.Section{ID: "sectors", Title: "Sectors", Blocks: []document.Block{b.sectorBars(), t}}
}

func dayCell(v float64) document.Cell { return document.Cell{Text: fmt.Sprintf("%.1f", v), Value: v} }

func (b *landscapeBuilder) durations() document.Section {
	columns := func(last document.Column) []document.Column {
		return []document.Column{{ID: "group", Title: "group"}, {ID: "incidents", Title: "incidents", Kind: document.Integer}, {ID: "median_days", Title: "median, days", Kind: document.Decimal},
			{ID: "least_days", Title: "least", Kind: document.Decimal}, {ID: "most_days", Title: "most", Kind: document.Decimal}, {ID: "censored", Title: "censored", Kind: document.Integer}, last}
	}
	dwell := &document.Table{ID: "dwell", Title: "Dwell: from the first entry of an incident to its last", Empty: "No incident.",
		Columns: columns(document.Column{ID: "early_warning", Title: "early", Kind: document.Integer, Machine: true}),
		Legend:  "Censored: the incident lies so near to an edge of the data that it may have begun earlier or go on; its dwell is a lower bound, and so is a median with such incidents."}
	disclosure := &document.Table{ID: "time_to_disclosure", Title: "Time to disclosure: from the first entry to the first disclosure of an indicator", Empty: "No incident.",
		Columns: columns(document.Column{ID: "early_warning", Title: "early warning", Kind: document.Integer}),
		Legend:  "Negative: the indicator was disclosed before it was seen here (early warning). Censored: no date of disclosure is known; these are left out of the median."}
	rows := func(t *document.Table, list []landscape.Durations) {
		for _, d := range list {
			t.Rows = append(t.Rows, document.Row{Fold: after(len(t.Rows), foldLandscape), Cells: []document.Cell{document.Words(d.Group), document.Count(d.Incidents), dayCell(d.Median), dayCell(d.Least), dayCell(d.Most), document.Count(d.Censored), document.Count(d.Early)}})
		}
		t.FoldNote = foldedRows(len(t.Rows))
	}
	rows(dwell, b.l.Dwell)
	rows(disclosure, b.l.Disclosure)
	return document.Section{ID: "durations", Title: "How long unseen", Blocks: []document.Block{
		b.dwellHistogram(), b.disclosureHistogram(), ranges("dwell_groups", "Dwell by group: least, median, most", "days", b.l.Dwell),
		ranges("disclosure_groups", "Time to disclosure by group: least, median, most", "days; negative is an early warning", b.l.Disclosure), dwell, disclosure}}
}

func (b *landscapeBuilder) previous() document.Section {
	p := b.l.Previous
	if p == nil {
		return document.Section{}
	}
	now, then := b.l.Totals, p.Totals
	text := fmt.Sprintf("%s: %s, %s, %s; now %s, %s, %s.", dates(p.Period), document.Plural(then.Incidents, "incident", "incidents"), document.Plural(then.Organisations, "organisation", "organisations"),
		document.Plural(then.Systems, "system", "systems"), document.Plural(now.Incidents, "incident", "incidents"), document.Plural(now.Organisations, "organisation", "organisations"), document.Plural(now.Systems, "system", "systems"))
	t := &document.Table{ID: "changes", Empty: "No group was seen in either period.", Columns: []document.Column{
		{ID: "group", Title: "group"}, {ID: "status", Title: "systems are"}, {ID: "systems_before", Title: "systems before", Kind: document.Integer}, {ID: "systems", Title: "systems", Kind: document.Integer},
		{ID: "organisations_before", Title: "organisations before", Kind: document.Integer}, {ID: "organisations", Title: "organisations", Kind: document.Integer},
	}}
	for _, c := range p.Changes {
		t.Rows = append(t.Rows, document.Row{Fold: after(len(t.Rows), foldLandscape), Cells: []document.Cell{document.Words(c.Group), document.Words(c.Status), document.Count(c.SystemsBefore), document.Count(c.Systems), document.Count(c.Before), document.Count(c.Organisations)}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return document.Section{ID: "previous", Title: "Against the period before", Blocks: []document.Block{document.Paragraph{Text: text}, b.previousBars(), t}}
}

func (b *landscapeBuilder) agreements() document.Section {
	if len(b.l.Agreements) == 0 {
		return document.Section{}
	}
	t := &document.Table{ID: "agreements", Columns: append([]document.Column{
		{ID: "from", Title: "groups of"}, {ID: "to", Title: "organisations of"}, {ID: "agreement", Title: "agreement in force"}, {ID: "in_force", Title: "in force"}, {ID: "groups", Title: "groups"},
	}, four(true)...)}
	for _, a := range b.l.Agreements {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: evidence.CountryName(a.From), Value: a.From}, {Text: evidence.CountryName(a.To), Value: a.To}, document.Words(a.Agreement), document.Words(a.InForce), document.Words(strings.Join(a.Groups, ", ")),
			document.Count(a.Incidents), document.Count(a.Organisations), document.Count(a.Systems), document.Count(int(a.Events))}})
	}
	return document.Section{ID: "agreements", Title: "Activity between states with an agreement in force", Blocks: []document.Block{b.agreementBars(), t}}
}

func (b *landscapeBuilder) incidents() document.Section {
	t := &document.Table{ID: "incidents", Empty: "No incident.", Columns: []document.Column{
		{ID: "first_seen", Title: "first seen", Kind: document.Date},
		{ID: "first_seen_at_all", Title: "at all", Kind: document.Date, Machine: !b.two()}, {ID: "first_seen_while_known", Title: "while known", Kind: document.Date, Machine: !b.two()},
		{ID: "last_seen", Title: "last seen", Kind: document.Date}, {ID: "group", Title: "group"}, {ID: "class", Title: "class", Machine: true}, {ID: "state", Title: "state"},
		{ID: "organisation", Title: "organisation"}, {ID: "sector", Title: "sector"}, {ID: "systems", Title: "systems", Kind: document.Integer}, {ID: "events", Title: "events", Kind: document.Integer},
		{ID: "dwell_days", Title: "dwell, days", Kind: document.Decimal}, {ID: "days_to_disclosure", Title: "to disclosure, days", Kind: document.Decimal}, {ID: "id", Title: "id", Machine: true},
	}}
	for i := range b.l.Incidents {
		in := &b.l.Incidents[i]
		known := document.Words("never")
		if in.FirstKnown != nil {
			known = moment(*in.FirstKnown)
		}
		t.Rows = append(t.Rows, document.Row{ID: in.ID, Fold: after(i, few), Cells: []document.Cell{
			moment(in.FirstSeen), moment(in.Earliest), known, moment(in.LastSeen),
			document.Words(in.Group), document.Words(string(in.Class)), document.Words(in.State), document.Words(in.Organisation), document.Words(in.Sector), document.Count(in.Systems), document.Count(int(in.Events)),
			dayCell(in.DwellDays), document.Optional(in.ToDisclose, func(v float64) string { return fmt.Sprintf("%.1f", v) }, "not disclosed"), document.Words(in.ID)}})
	}
	t.FoldNote = foldedDays(len(t.Rows))
	return document.Section{ID: "incidents", Title: "Incidents", Blocks: []document.Block{t}}
}

// two reports whether the two clocks of some incident differ, so that both are
// shown.
func (b *landscapeBuilder) two() bool {
	return slices.ContainsFunc(b.l.Incidents, func(in landscape.Incident) bool {
		return in.Earliest.Before(in.FirstSeen) || in.FirstKnown != nil && in.FirstKnown.After(in.FirstSeen)
	})
}

// moment is a time of which a reader sees the day.
func moment(t time.Time) document.Cell {
	return document.Cell{Text: t.Format("2006-01-02"), Value: t.Format("2006-01-02T15:04:05.999999Z07:00")}
}

func (b *landscapeBuilder) conflicts() document.Section {
	if len(b.l.Conflicts) == 0 {
		return document.Section{}
	}
	t := &document.Table{ID: "conflicts", Columns: []document.Column{{ID: "indicator", Title: "indicator"}, {ID: "groups", Title: "attributed to"}, {ID: "events", Title: "events", Kind: document.Integer}}}
	for _, c := range b.l.Conflicts {
		t.Rows = append(t.Rows, document.Row{Fold: after(len(t.Rows), foldLandscape), Cells: []document.Cell{document.Words(c.Indicator), document.Words(strings.Join(c.Groups, "; ")), document.Count(int(c.Events))}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return document.Section{ID: "conflicts", Title: "Indicators on which sources disagree", Blocks: []document.Block{t}}
}

func (b *landscapeBuilder) limits() document.Section {
	u := b.l.Units
	return document.Section{ID: "units", Title: "Units", Blocks: []document.Block{document.List{Items: []document.Item{
		{Term: "events", Text: u.Events}, {Term: "systems", Text: u.Systems}, {Term: "organisations", Text: u.Organisations}, {Term: "incidents", Text: u.Incidents},
		{Term: "unmapped", Text: fmt.Sprintf("%s and %s of no organisation of the map, in %s", document.Plural(b.l.Unmapped.Systems, "system", "systems"), document.Plural(int(b.l.Unmapped.Events), "event", "events"), document.Plural(b.l.Unmapped.Incidents, "incident", "incidents"))},
		{Term: "not in force", Text: fmt.Sprintf("%s on %s showed indicators before (%d) or after (%d) their validity",
			document.Plural(int(b.l.NotInForce.Events), "event", "events"), document.Plural(b.l.NotInForce.Systems, "system", "systems"), b.l.NotInForce.TooEarly, b.l.NotInForce.TooLate)},
	}}}}
}
