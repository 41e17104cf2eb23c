package report

import (
	"fmt"
	"math"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Edges, in days, between the bars of the two histograms of durations.
var (
	dwellEdges      = []float64{1, 2, 4, 7, 14, 30, 60, 120}
	disclosureEdges = []float64{-60, -30, -14, -7, 0, 7, 14, 30, 60}
)

// bin is the place of v between edges, lower bounds included.
func bin(v float64, edges []float64) int {
	for i, e := range edges {
		if v < e {
			return i
		}
	}
	return len(edges)
}

// binNames name the bars between edges.
func binNames(edges []float64) []string {
	names := []string{fmt.Sprintf("< %s", dayText(edges[0]))}
	for i := 1; i < len(edges); i++ {
		names = append(names, fmt.Sprintf("%s to %s", dayText(edges[i-1]), dayText(edges[i])))
	}
	return append(names, fmt.Sprintf("≥ %s", dayText(edges[len(edges)-1])))
}

// dayText writes a number of days with a minus sign that is not a hyphen.
func dayText(v float64) string {
	if v < 0 {
		return fmt.Sprintf("−%g", math.Abs(v))
	}
	return fmt.Sprintf("%g", v)
}

// dwellHistogram counts the incidents by how long they lasted; those at the
// edge of the data, whose dwell is a lower bound, apart.
func (b *landscapeBuilder) dwellHistogram() document.Series {
	s := document.Series{ID: "dwell_incidents", Title: "Incidents by dwell", Kind: document.Histogram, X: "days from first to last entry", Y: "incidents"}
	names := binNames(dwellEdges)
	whole, censored := make([]int, len(names)), make([]int, len(names))
	for i := range b.l.Incidents {
		in := &b.l.Incidents[i]
		if in.MayBegin || in.MayGoOn {
			censored[bin(in.DwellDays, dwellEdges)]++
		} else {
			whole[bin(in.DwellDays, dwellEdges)]++
		}
	}
	for i, name := range names {
		s.Points = append(s.Points, document.Point{Label: name, Group: "whole", Value: float64(whole[i])}, document.Point{Label: name, Group: "at an edge of the data: a lower bound", Value: float64(censored[i])})
	}
	return s
}

// disclosureHistogram counts the incidents by when an indicator of theirs was
// disclosed; those of which no disclosure is known have a bar of their own.
func (b *landscapeBuilder) disclosureHistogram() document.Series {
	s := document.Series{ID: "disclosure_incidents", Title: "Incidents by time to disclosure", Kind: document.Histogram, X: "days from first entry to first disclosure", Y: "incidents"}
	names := binNames(disclosureEdges)
	n := make([]int, len(names))
	censored := 0
	for i := range b.l.Incidents {
		if v := b.l.Incidents[i].ToDisclose; v == nil {
			censored++
		} else {
			n[bin(*v, disclosureEdges)]++
		}
	}
	for i, name := range names {
		group := "disclosed before it was seen here: early warning"
		if i > bin(-1, disclosureEdges) {
			group = "disclosed later"
		}
		s.Points = append(s.Points, document.Point{Label: name, Group: group, Value: float64(n[i])})
	}
	s.Points = append(s.Points, document.Point{Label: "none known", Group: "no disclosure known: censored", Value: float64(censored)})
	return s
}

// ranges are the least, the median and the most of each group.
func ranges(id, title, x string, list []landscape.Durations) document.Series {
	s := document.Series{ID: id, Title: title, Kind: document.Ranges, X: x}
	for i, d := range list {
		if i > chartedBars {
			break
		}
		if d.Incidents == 0 || id == "disclosure_groups" && d.Censored == d.Incidents {
			continue
		}
		text := document.Plural(d.Incidents, "incident", "incidents")
		if d.Censored > 0 {
			text += fmt.Sprintf(", %s censored", document.Thousands(d.Censored))
		}
		if d.Early > 0 {
			text += fmt.Sprintf(", %s early", document.Thousands(d.Early))
		}
		s.Points = append(s.Points, document.Point{Label: d.Group, Text: text, Low: d.Least, Value: d.Median, High: d.Most})
	}
	return s
}
