package export

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// A bar is one thing on the timeline; several records may tell of it.
type bar struct {
	when  evidence.Interval
	text  string
	faint bool // contested or denied
}

// A lane is a group of bars under one heading.
type lane struct {
	title, color string
	bars         []bar
}

// timelineFigure lays agreements, attacks in both directions and links between
// groups over one axis of time. A date that is a month or a year is as long as
// that.
func timelineFigure(a *assess.Assessment) figure {
	f := figure{width: 640}
	top := f.head(a, "What the verdicts rest on, by date",
		"Bars are as long as the date is vague; those without an end reach the edge. Outlined bars are contested or denied.")
	lanes := lanesOf(a)
	from, to := axis(lanes)
	left, right := 150.0, f.width-16
	place := func(t time.Time) float64 {
		return left + (right-left)*t.Sub(from).Hours()/max(1, to.Sub(from).Hours())
	}
	y := top + 6
	for _, l := range lanes {
		y = f.lane(l, y, left, right, place)
	}
	if len(lanes) == 0 {
		f.write(12, y+10, 9, start, "Nothing with a date.")
		f.height = y + 30
		return f
	}
	drawn := f.marks
	f.marks = nil
	f.years(from, to, top, y, place)
	f.marks = append(f.marks, drawn...) // the grid lies under the bars
	f.height = y + 24
	return f
}

// lane draws the bars of a group in as many rows as they need.
func (f *figure) lane(l lane, y, left, right float64, place func(time.Time) float64) float64 {
	const height, gap = 6.0, 1.5
	var free []float64 // of each row, where the next bar may begin
	for _, b := range l.bars {
		x1, x2 := left, right
		if !b.when.From.IsZero() {
			x1 = place(b.when.From)
		}
		if !b.when.To.IsZero() {
			x2 = place(b.when.To)
		}
		x2 = max(x2, x1+2)
		row := slices.IndexFunc(free, func(end float64) bool { return end <= x1 })
		if row < 0 {
			row, free = len(free), append(free, 0)
		}
		free[row] = x2 + 1
		fill, stroke := l.color, ""
		if b.faint {
			fill, stroke = "", l.color
		}
		f.rect(x1, y+float64(row)*(height+gap), x2-x1, height, fill, stroke)
	}
	for i, s := range wrapped(fmt.Sprintf("%s (%d)", l.title, len(l.bars)), left-24, 8) {
		f.write(12, y+7+10*float64(i), 8, start, s)
	}
	bottom := y + max(24, float64(len(free))*(height+gap)+8)
	f.line(12, bottom-3, right-12, 0, pale, .5)
	return bottom
}

func (f *figure) years(from, to time.Time, top, bottom float64, place func(time.Time) float64) {
	step := max(1, (to.Year()-from.Year()+9)/10)
	for year := from.Year(); year <= to.Year(); year++ {
		t := time.Date(year, 1, 1, 0, 0, 0, 0, time.UTC)
		if t.Before(from) || t.After(to) || (year-from.Year())%step != 0 {
			continue
		}
		f.line(place(t), top, 0, bottom-top, pale, .4)
		f.write(place(t), bottom+10, 7, middle, fmt.Sprint(year))
	}
}

// axis is the span of all bars, whole years.
func axis(lanes []lane) (from, to time.Time) {
	for _, l := range lanes {
		for _, b := range l.bars {
			for _, t := range []time.Time{b.when.From, b.when.To} {
				if !t.IsZero() && (from.IsZero() || t.Before(from)) {
					from = t
				}
				if t.After(to) {
					to = t
				}
			}
		}
	}
	return time.Date(from.Year(), 1, 1, 0, 0, 0, 0, time.UTC), time.Date(to.Year()+1, 1, 1, 0, 0, 0, 0, time.UTC)
}

func lanesOf(a *assess.Assessment) []lane {
	lanes := []lane{
		{title: "Agreements and statements between the states", color: "#009e73"},
		{title: attackTitle(a.Sides.A, a.Sides.B), color: colorA},
		{title: attackTitle(a.Sides.B, a.Sides.A), color: colorB},
		{title: "Cited links between groups", color: colorShared},
	}
	seen := map[string]bool{}
	add := func(n int, id evidence.ID, status evidence.Status) {
		r, ok := a.Records[id]
		when, _ := r.When()
		key := fmt.Sprint(n, id)
		if !ok || when.IsZero() || seen[key] {
			return
		}
		seen[key] = true
		status = cmp.Or(status, r.Status)
		lanes[n].bars = append(lanes[n].bars, bar{when, r.Value, status.Disputed()})
	}
	for _, id := range a.Sides.Evidence {
		add(0, id, "")
	}
	for _, p := range a.Pairs {
		for _, l := range p.Links {
			n := 3
			if l.Channel == "attacks" {
				n = 1
				if l.Direction == "b->a" {
					n = 2
				}
			}
			if len(l.Records) > 0 { // the others tell the same
				add(n, l.Records[0], l.Status)
			}
		}
	}
	for i := range lanes {
		slices.SortStableFunc(lanes[i].bars, func(x, y bar) int {
			return cmp.Or(x.when.From.Compare(y.when.From), x.when.To.Compare(y.when.To), strings.Compare(x.text, y.text))
		})
	}
	return slices.DeleteFunc(lanes, func(l lane) bool { return len(l.bars) == 0 })
}

func attackTitle(by, on assess.Side) string {
	var states []string
	for _, c := range on.Countries {
		states = append(states, evidence.CountryName(c))
	}
	return "Attacks of " + clipTo(label(by, "one side"), 200, 8) + " on " + cmp.Or(strings.Join(states, ", "), "the other's state")
}
