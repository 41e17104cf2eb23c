package report

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// chartedDyads is the number of pairs on the chart by year, those with the most
// incidents.
const chartedDyads = 40

// yearMatrix is the table of years as a chart: a row for each of the pairs with
// the most incidents, a column for each year from the first to the last.
func (b *dyadsBuilder) yearMatrix() (document.Series, bool) {
	s := document.Series{ID: "dyad-years", Title: "Incidents by year, of the pairs with the most", Kind: document.Matrix, X: "year in which the incident begins", Y: "from, against", Tone: document.Hacks, Step: "year"}
	total := func(d dyad.Dyad) (n int) {
		for _, y := range d.Years {
			n += y.N
		}
		return n
	}
	most := slices.Clone(b.t.Dyads)
	slices.SortStableFunc(most, func(x, y dyad.Dyad) int { return cmp.Compare(total(y), total(x)) })
	most = most[:min(chartedDyads, len(most))]
	first, last := 0, 0
	for _, d := range most {
		for _, y := range d.Years {
			if n, err := strconv.Atoi(y.Name); err == nil {
				if first == 0 || n < first {
					first = n
				}
				last = max(last, n)
			}
		}
	}
	if first == 0 {
		return s, false
	}
	for y := first; y <= last; y++ {
		s.Columns = append(s.Columns, strconv.Itoa(y))
	}
	for i, d := range most {
		s.Rows = append(s.Rows, evidence.CountryName(d.Initiator)+" → "+evidence.CountryName(d.Target))
		for _, y := range d.Years {
			if n, err := strconv.Atoi(y.Name); err == nil {
				s.Points = append(s.Points, document.Point{Row: i, Column: n - first, Value: float64(y.N), Text: document.Plural(y.N, "incident", "incidents")})
			}
		}
	}
	return s, true
}
