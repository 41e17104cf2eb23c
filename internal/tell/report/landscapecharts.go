package report

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// What fits a chart; the table beside it has every row.
const (
	chartedBars = 20
	chartedDays = 400 // of the grid of groups by day
)

// totals are the figures of the period, beside those of the period before.
func (b *landscapeBuilder) totals() document.Section {
	t := &document.Table{ID: "totals", Columns: []document.Column{{ID: "unit", Title: "unit"}, {ID: "now", Title: "this period", Kind: document.Integer}}}
	now := b.l.Totals
	rows := []struct {
		unit      string
		now, then int
	}{{"incidents", now.Incidents, 0}, {"organisations", now.Organisations, 0}, {"systems", now.Systems, 0}, {"events", int(now.Events), 0}, {"connections", int(now.Connections), 0}, {"groups", now.Groups, 0}}
	p := b.l.Previous
	if p != nil {
		t.Columns = append(t.Columns, document.Column{ID: "before", Title: "the period before", Kind: document.Integer})
		for i, n := range []int{p.Totals.Incidents, p.Totals.Organisations, p.Totals.Systems, int(p.Totals.Events), int(p.Totals.Connections), p.Totals.Groups} {
			rows[i].then = n
		}
	}
	for _, r := range rows {
		if r.unit == "connections" && now.Connections == 0 {
			continue // nobody counted them
		}
		cells := []document.Cell{document.Words(r.unit), document.Count(r.now)}
		if p != nil {
			cells = append(cells, document.Count(r.then))
		}
		t.Rows = append(t.Rows, document.Row{Cells: cells})
	}
	return document.Section{ID: "totals", Title: "Totals", Blocks: []document.Block{t}}
}

// bars is a ranking; n gives the label and the figure of each in turn.
func bars(id, title, unit string, n int, of func(int) (label string, value float64, text string)) document.Series {
	s := document.Series{ID: id, Title: title, Kind: document.Bars, X: unit}
	if n > chartedBars {
		s.Title += fmt.Sprintf(" (the first %d of %s)", chartedBars, document.Thousands(n))
	}
	for i := range min(n, chartedBars) {
		label, value, text := of(i)
		s.Points = append(s.Points, document.Point{Label: label, Value: value, Text: text})
	}
	return s
}

func (b *landscapeBuilder) classBars() document.Series {
	return bars("class_shares", "Share of incidents by class of group", "% of incidents", len(b.l.Classes), func(i int) (string, float64, string) {
		c := b.l.Classes[i]
		return string(c.Class), hundredths(c.Share), fmt.Sprintf("%s of %s incidents", document.Thousands(c.Incidents), document.Thousands(b.l.Totals.Incidents))
	})
}

func (b *landscapeBuilder) objectiveBars() document.Series {
	return bars("objective_shares", "Share of incidents by objective", "% of incidents", len(b.l.Objectives), func(i int) (string, float64, string) {
		c := b.l.Objectives[i]
		return string(c.Objective), hundredths(c.Share), fmt.Sprintf("%s of %s incidents", document.Thousands(c.Incidents), document.Thousands(b.l.Totals.Incidents))
	})
}

// hundredths is a share in percent, as a figure of a chart, to one decimal like its table.
func hundredths(share float64) float64 { return float64(int(share*1000+.5)) / 10 }

func (b *landscapeBuilder) groupBars() []document.Block {
	of := func(figure func(landscape.Group) int) func(int) (string, float64, string) {
		return func(i int) (string, float64, string) {
			g := b.l.Groups[i]
			return g.Group, float64(figure(g)), fmt.Sprintf("rank %d; %s, %s", g.Rank, place(g.State, "no state known"), g.Class)
		}
	}
	return []document.Block{
		bars("group_organisations", "Organisations by group", "organisations", len(b.l.Groups), of(func(g landscape.Group) int { return g.Organisations })),
		bars("group_systems", "Systems by group", "systems", len(b.l.Groups), of(func(g landscape.Group) int { return g.Systems })),
	}
}

func (b *landscapeBuilder) stateBars() []document.Block {
	of := func(figure func(landscape.State) int) func(int) (string, float64, string) {
		return func(i int) (string, float64, string) {
			s := b.l.States[i]
			return evidence.CountryName(s.State), float64(figure(s)), fmt.Sprintf("rank %d; %s", s.Rank, document.Plural(s.Groups, "group", "groups"))
		}
	}
	return []document.Block{
		bars("state_organisations", "Organisations by sponsor state", "organisations", len(b.l.States), of(func(s landscape.State) int { return s.Organisations })),
		bars("state_systems", "Systems by sponsor state", "systems", len(b.l.States), of(func(s landscape.State) int { return s.Systems })),
	}
}

func (b *landscapeBuilder) sectorBars() document.Series {
	return bars("sector_organisations", "Organisations by sector", "organisations", len(b.l.Sectors), func(i int) (string, float64, string) {
		s := b.l.Sectors[i]
		return s.Sector, float64(s.Organisations), fmt.Sprintf("rank %d; %s by %s", s.Rank, document.Plural(s.Incidents, "incident", "incidents"), document.Plural(s.Groups, "group", "groups"))
	})
}

func (b *landscapeBuilder) agreementBars() document.Series {
	return bars("agreement_incidents", "Incidents between states with an agreement in force", "incidents", len(b.l.Agreements), func(i int) (string, float64, string) {
		a := b.l.Agreements[i]
		return evidence.CountryName(a.From) + " → " + evidence.CountryName(a.To), float64(a.Incidents), fmt.Sprintf("%s, in force %s; %s", a.Agreement, a.InForce, document.Plural(a.Organisations, "organisation", "organisations"))
	})
}

// everyDay are the days of the period in order; nil where they are too many for
// a chart.
func (b *landscapeBuilder) everyDay(most int) []string {
	from, err := time.Parse(time.DateOnly, b.l.Period.From)
	if err != nil || b.l.Period.Days > most {
		return nil
	}
	days := make([]string, b.l.Period.Days)
	for i := range days {
		days[i] = from.AddDate(0, 0, i).Format(time.DateOnly)
	}
	return days
}

// stateLines are the organisations and systems a day of each state. A day
// without a sighting is a day of none.
func (b *landscapeBuilder) stateLines() []document.Block {
	systems := document.Series{ID: "systems_per_day", Title: "Systems a day by sponsor state", Kind: document.Line, X: "day", Step: "day", Y: "systems"}
	organisations := document.Series{ID: "organisations_per_day", Title: "Organisations a day by sponsor state", Kind: document.Line, X: "day", Step: "day", Y: "organisations"}
	seen := map[[2]string]landscape.StateDay{}
	days := b.everyDay(20000)
	for _, d := range b.l.StateDays {
		seen[[2]string{d.State, d.Date}] = d
	}
	for _, s := range b.l.States {
		name := evidence.CountryName(s.State)
		for _, day := range days {
			d := seen[[2]string{s.State, day}]
			systems.Points = append(systems.Points, document.Point{Group: name, From: day, Value: float64(d.Systems)})
			organisations.Points = append(organisations.Points, document.Point{Group: name, From: day, Value: float64(d.Organisations)})
		}
	}
	return []document.Block{systems, organisations}
}

// groupGrid is a row for each group and a column for each day: many lines over
// one another could not be told apart.
func (b *landscapeBuilder) groupGrid() []document.Block {
	days := b.everyDay(chartedDays)
	systems := document.Series{ID: "group_systems_per_day", Title: "Systems a day by group", Kind: document.Matrix, X: "day", Y: "group", Columns: days, Tone: document.Hacks, Step: "day"}
	organisations := document.Series{ID: "group_organisations_per_day", Title: "Organisations a day by group", Kind: document.Matrix, X: "day", Y: "group", Columns: days, Tone: document.Hacks, Step: "day"}
	if days == nil {
		return nil
	}
	column, row := map[string]int{}, map[string]int{}
	for i, d := range days {
		column[d] = i
	}
	var names []string
	for _, g := range b.l.Groups[:min(len(b.l.Groups), chartedBars)] {
		row[g.Group] = len(names)
		names = append(names, g.Group)
	}
	systems.Rows, organisations.Rows = names, names
	for _, d := range b.l.GroupDays {
		r, ok := row[d.Group]
		if !ok {
			continue
		}
		at := document.Point{Row: r, Column: column[d.Date], From: d.Date, To: d.Date}
		at.Value, at.Text = float64(d.Systems), document.Plural(d.Systems, "system", "systems")
		systems.Points = append(systems.Points, at)
		at.Value, at.Text = float64(d.Organisations), document.Plural(d.Organisations, "organisation", "organisations")
		organisations.Points = append(organisations.Points, at)
	}
	return []document.Block{systems, organisations}
}

func (b *landscapeBuilder) monthLines() []document.Block {
	systems := document.Series{ID: "systems_per_month", Title: "Systems a month by sponsor state", Kind: document.Line, X: "month", Step: "month", Y: "systems"}
	organisations := document.Series{ID: "organisations_per_month", Title: "Organisations a month by sponsor state", Kind: document.Line, X: "month", Step: "month", Y: "organisations"}
	for _, m := range b.l.StateMons {
		name := evidence.CountryName(m.State)
		systems.Points = append(systems.Points, document.Point{Group: name, From: m.Month, Value: float64(m.Systems)})
		organisations.Points = append(organisations.Points, document.Point{Group: name, From: m.Month, Value: float64(m.Organisations)})
	}
	for _, s := range []*document.Series{&systems, &organisations} {
		slices.SortStableFunc(s.Points, func(x, y document.Point) int {
			return cmp.Or(cmp.Compare(x.Group, y.Group), cmp.Compare(x.From, y.From))
		})
	}
	return []document.Block{systems, organisations}
}

// previousBars sets the systems of each group beside those of the period before.
func (b *landscapeBuilder) previousBars() document.Series {
	s := document.Series{ID: "change_systems", Title: "Systems by group, against the period before", Kind: document.Bars, X: "systems"}
	for i, c := range b.l.Previous.Changes {
		if i == chartedBars {
			break
		}
		s.Points = append(s.Points, document.Point{Label: c.Group, Group: "this period", Value: float64(c.Systems), Text: c.Status}, document.Point{Label: c.Group, Group: "the period before", Value: float64(c.SystemsBefore), Text: c.Status})
	}
	return s
}
