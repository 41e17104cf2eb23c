package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
)

func (b *landscapeBuilder) months() Section {
	states := &Table{ID: "state_months", Title: "By sponsor state", Empty: "None.", Columns: append([]Column{{ID: "month", Title: "month"}, {ID: "state", Title: "state"}}, four(false)...)}
	for _, m := range b.l.StateMons {
		states.Rows = append(states.Rows, Row{Fold: after(len(states.Rows), foldLandscape), Cells: []Cell{words(m.Month), {Text: evidence.CountryName(m.State), Value: m.State}, count(m.Organisations), count(m.Systems), count(int(m.Events))}})
	}
	states.FoldNote = foldedRows(len(states.Rows))
	groups := &Table{ID: "group_months", Title: "By group", Empty: "None.", Columns: append([]Column{{ID: "month", Title: "month"}, {ID: "group", Title: "group"}}, four(false)...)}
	for _, m := range b.l.GroupMons {
		groups.Rows = append(groups.Rows, Row{Fold: after(len(groups.Rows), foldLandscape), Cells: []Cell{words(m.Month), words(m.Group), count(m.Organisations), count(m.Systems), count(int(m.Events))}})
	}
	groups.FoldNote = foldedRows(len(groups.Rows))
	return Section{ID: "months", Title: "Months", Blocks: append(b.monthLines(), states, groups)}
}

func (b *landscapeBuilder) days() Section {
	states := &Table{ID: "state_days", Title: "By sponsor state", Empty: "None.", Columns: append([]Column{{ID: "date", Title: "day", Kind: Date}, {ID: "state", Title: "state"}}, four(false)...)}
	for _, d := range b.l.StateDays {
		states.Rows = append(states.Rows, Row{Fold: after(len(states.Rows), few), Cells: []Cell{words(d.Date), {Text: evidence.CountryName(d.State), Value: d.State}, count(d.Organisations), count(d.Systems), count(int(d.Events))}})
	}
	states.FoldNote = foldedDays(len(states.Rows))
	groups := &Table{ID: "group_days", Title: "By group", Empty: "None.", Columns: append([]Column{{ID: "date", Title: "day", Kind: Date}, {ID: "group", Title: "group"}}, four(false)...)}
	for _, d := range b.l.GroupDays {
		groups.Rows = append(groups.Rows, Row{Fold: after(len(groups.Rows), few), Cells: []Cell{words(d.Date), words(d.Group), count(d.Organisations), count(d.Systems), count(int(d.Events))}})
	}
	groups.FoldNote = foldedDays(len(groups.Rows))
	return Section{ID: "days", Title: "Days", Blocks: slices.Concat(b.stateLines(), b.groupGrid(), []Block{states, groups})}
}

func foldedDays(n int) string {
	if n <= few {
		return ""
	}
	return fmt.Sprintf("The first %d of %s; see all with --all, or with --format csv --table, or with --format json.", min(n, few), plural(n, "row", "rows"))
}

func (b *landscapeBuilder) sectors() Section {
	t := &Table{ID: "sectors", Empty: "None.", Columns: append([]Column{{ID: "rank", Title: "rank", Kind: Integer}, {ID: "sector", Title: "sector"}, {ID: "groups", Title: "groups", Kind: Integer}}, four(true)...)}
	for _, s := range b.l.Sectors {
		t.Rows = append(t.Rows, Row{Cells: []Cell{count(s.Rank), words(s.Sector), count(s.Groups), count(s.Incidents), count(s.Organisations), count(s.Systems), count(int(s.Events))}})
	}
	return Section{ID: "sectors", Title: "Sectors", Blocks: []Block{b.sectorBars(), t}}
}

func dayCell(v float64) Cell { return Cell{Text: fmt.Sprintf("%.1f", v), Value: v} }

func (b *landscapeBuilder) durations() Section {
	columns := func(last Column) []Column {
		return []Column{{ID: "group", Title: "group"}, {ID: "incidents", Title: "incidents", Kind: Integer}, {ID: "median_days", Title: "median, days", Kind: Decimal},
			{ID: "least_days", Title: "least", Kind: Decimal}, {ID: "most_days", Title: "most", Kind: Decimal}, {ID: "censored", Title: "censored", Kind: Integer}, last}
	}
	dwell := &Table{ID: "dwell", Title: "Dwell: from the first entry of an incident to its last", Empty: "No incident.",
		Columns: columns(Column{ID: "early_warning", Title: "early", Kind: Integer, Machine: true}),
		Legend:  "Censored: the incident lies so near to an edge of the data that it may have begun earlier or go on; its dwell is a lower bound, and so is a median with such incidents."}
	disclosure := &Table{ID: "time_to_disclosure", Title: "Time to disclosure: from the first entry to the first disclosure of an indicator", Empty: "No incident.",
		Columns: columns(Column{ID: "early_warning", Title: "early warning", Kind: Integer}),
		Legend:  "Negative: the indicator was disclosed before it was seen here (early warning). Censored: no date of disclosure is known; these are left out of the median."}
	rows := func(t *Table, list []landscape.Durations) {
		for _, d := range list {
			t.Rows = append(t.Rows, Row{Fold: after(len(t.Rows), foldLandscape), Cells: []Cell{words(d.Group), count(d.Incidents), dayCell(d.Median), dayCell(d.Least), dayCell(d.Most), count(d.Censored), count(d.Early)}})
		}
		t.FoldNote = foldedRows(len(t.Rows))
	}
	rows(dwell, b.l.Dwell)
	rows(disclosure, b.l.Disclosure)
	return Section{ID: "durations", Title: "How long unseen", Blocks: []Block{
		b.dwellHistogram(), b.disclosureHistogram(), ranges("dwell_groups", "Dwell by group: least, median, most", "days", b.l.Dwell),
		ranges("disclosure_groups", "Time to disclosure by group: least, median, most", "days; negative is an early warning", b.l.Disclosure), dwell, disclosure}}
}

func (b *landscapeBuilder) previous() Section {
	p := b.l.Previous
	if p == nil {
		return Section{}
	}
	now, then := b.l.Totals, p.Totals
	text := fmt.Sprintf("%s: %s, %s, %s; now %s, %s, %s.", dates(p.Period), plural(then.Incidents, "incident", "incidents"), plural(then.Organisations, "organisation", "organisations"),
		plural(then.Systems, "system", "systems"), plural(now.Incidents, "incident", "incidents"), plural(now.Organisations, "organisation", "organisations"), plural(now.Systems, "system", "systems"))
	t := &Table{ID: "changes", Empty: "No group was seen in either period.", Columns: []Column{
		{ID: "group", Title: "group"}, {ID: "status", Title: "systems are"}, {ID: "systems_before", Title: "systems before", Kind: Integer}, {ID: "systems", Title: "systems", Kind: Integer},
		{ID: "organisations_before", Title: "organisations before", Kind: Integer}, {ID: "organisations", Title: "organisations", Kind: Integer},
	}}
	for _, c := range p.Changes {
		t.Rows = append(t.Rows, Row{Fold: after(len(t.Rows), foldLandscape), Cells: []Cell{words(c.Group), words(c.Status), count(c.SystemsBefore), count(c.Systems), count(c.Before), count(c.Organisations)}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return Section{ID: "previous", Title: "Against the period before", Blocks: []Block{Paragraph{Text: text}, b.previousBars(), t}}
}

func (b *landscapeBuilder) agreements() Section {
	if len(b.l.Agreements) == 0 {
		return Section{}
	}
	t := &Table{ID: "agreements", Columns: append([]Column{
		{ID: "from", Title: "groups of"}, {ID: "to", Title: "organisations of"}, {ID: "agreement", Title: "agreement in force"}, {ID: "in_force", Title: "in force"}, {ID: "groups", Title: "groups"},
	}, four(true)...)}
	for _, a := range b.l.Agreements {
		t.Rows = append(t.Rows, Row{Cells: []Cell{{Text: evidence.CountryName(a.From), Value: a.From}, {Text: evidence.CountryName(a.To), Value: a.To}, words(a.Agreement), words(a.InForce), words(strings.Join(a.Groups, ", ")),
			count(a.Incidents), count(a.Organisations), count(a.Systems), count(int(a.Events))}})
	}
	return Section{ID: "agreements", Title: "Activity between states with an agreement in force", Blocks: []Block{b.agreementBars(), t}}
}

func (b *landscapeBuilder) incidents() Section {
	t := &Table{ID: "incidents", Empty: "No incident.", Columns: []Column{
		{ID: "first_seen", Title: "first seen", Kind: Date}, {ID: "last_seen", Title: "last seen", Kind: Date}, {ID: "group", Title: "group"}, {ID: "class", Title: "class", Machine: true}, {ID: "state", Title: "state"},
		{ID: "organisation", Title: "organisation"}, {ID: "sector", Title: "sector"}, {ID: "systems", Title: "systems", Kind: Integer}, {ID: "events", Title: "events", Kind: Integer},
		{ID: "dwell_days", Title: "dwell, days", Kind: Decimal}, {ID: "days_to_disclosure", Title: "to disclosure, days", Kind: Decimal}, {ID: "id", Title: "id", Machine: true},
	}}
	for i := range b.l.Incidents {
		in := &b.l.Incidents[i]
		t.Rows = append(t.Rows, Row{ID: in.ID, Fold: after(i, few), Cells: []Cell{
			{Text: in.FirstSeen.Format("2006-01-02"), Value: in.FirstSeen.Format("2006-01-02T15:04:05.999999Z07:00")}, {Text: in.LastSeen.Format("2006-01-02"), Value: in.LastSeen.Format("2006-01-02T15:04:05.999999Z07:00")},
			words(in.Group), words(string(in.Class)), words(in.State), words(in.Organisation), words(in.Sector), count(in.Systems), count(int(in.Events)),
			dayCell(in.DwellDays), optional(in.ToDisclose, func(v float64) string { return fmt.Sprintf("%.1f", v) }, "not disclosed"), words(in.ID)}})
	}
	t.FoldNote = foldedDays(len(t.Rows))
	return Section{ID: "incidents", Title: "Incidents", Blocks: []Block{t}}
}

func (b *landscapeBuilder) conflicts() Section {
	if len(b.l.Conflicts) == 0 {
		return Section{}
	}
	t := &Table{ID: "conflicts", Columns: []Column{{ID: "indicator", Title: "indicator"}, {ID: "groups", Title: "attributed to"}, {ID: "events", Title: "events", Kind: Integer}}}
	for _, c := range b.l.Conflicts {
		t.Rows = append(t.Rows, Row{Fold: after(len(t.Rows), foldLandscape), Cells: []Cell{words(c.Indicator), words(strings.Join(c.Groups, "; ")), count(int(c.Events))}})
	}
	t.FoldNote = foldedRows(len(t.Rows))
	return Section{ID: "conflicts", Title: "Indicators on which sources disagree", Blocks: []Block{t}}
}

func (b *landscapeBuilder) limits() Section {
	u := b.l.Units
	return Section{ID: "units", Title: "Units", Blocks: []Block{List{Items: []Item{
		{Term: "events", Text: u.Events}, {Term: "systems", Text: u.Systems}, {Term: "organisations", Text: u.Organisations}, {Term: "incidents", Text: u.Incidents},
		{Term: "unmapped", Text: fmt.Sprintf("%s and %s of no organisation of the map, in %s", plural(b.l.Unmapped.Systems, "system", "systems"), plural(int(b.l.Unmapped.Events), "event", "events"), plural(b.l.Unmapped.Incidents, "incident", "incidents"))},
		{Term: "not in force", Text: fmt.Sprintf("%s on %s showed indicators before or after their validity", plural(int(b.l.NotInForce.Events), "event", "events"), plural(b.l.NotInForce.Systems, "system", "systems"))},
	}}}}
}
