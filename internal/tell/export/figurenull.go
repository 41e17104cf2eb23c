package export

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// mostTests is how many tests a figure can hold; those with the lowest p stay.
const mostTests = 40

// nullFigure sets what every test observed against the central 95 % and the
// mean of its null model.
func nullFigure(a *assess.Assessment) figure {
	type test struct {
		name string
		channel.Measurement
	}
	var tests []test
	for _, p := range a.Pairs {
		for _, m := range p.Channels {
			if m.P != nil && m.Low != nil && m.High != nil {
				tests = append(tests, test{p.A.Name + " and " + p.B.Name + ", " + m.Channel, m})
			}
		}
	}
	slices.SortStableFunc(tests, func(x, y test) int { return cmp.Or(cmp.Compare(*x.P, *y.P), cmp.Compare(x.name, y.name)) })
	all := len(tests)
	tests = tests[:min(all, mostTests)]
	f := figure{width: 640}
	under := "Dot: observed, filled where distinguishable from chance after adjustment. Bar: central 95 % under the null; tick: its mean."
	if all > mostTests {
		under += fmt.Sprintf(" The %d of %d tests with the lowest p.", mostTests, all)
	}
	top := f.head(a, "Overlap against its null model", under)
	if all == 0 {
		f.write(12, top+12, 9, start, "No test could be run.")
		f.height = top + 36
		return f
	}
	most := 1.0
	for _, t := range tests {
		most = max(most, t.Observed, *t.High)
	}
	names := make([]string, len(tests))
	for i, t := range tests {
		names[i] = t.name
	}
	left, right := 24+widest(names, 7.5, 280), f.width-90
	place := func(v float64) float64 { return left + (right-left)*v/most }
	for i, t := range tests {
		y := top + 12*float64(i) + 6
		f.write(left-8, y+2.5, 7.5, end, clipTo(t.name, 280, 7.5))
		f.rect(place(*t.Low), y-2.5, max(.8, place(*t.High)-place(*t.Low)), 5, "#cccccc", "")
		f.line(place(t.Expected), y-4, 0, 8, "#666666", .8)
		fill := "#ffffff"
		if t.Verdict == stat.Distinguishable {
			fill = "#d55e00"
		}
		f.disc(place(t.Observed), y, 2.6, fill, "#d55e00")
		p := fmt.Sprintf("p %.2g", *t.P)
		if t.PAdjusted != nil {
			p += fmt.Sprintf(", adj. %.2g", *t.PAdjusted)
		}
		f.write(right+8, y+2.5, 7, start, p)
	}
	bottom := top + 12*float64(len(tests)) + 4
	f.line(left, bottom, right-left, 0, grey, .6)
	step := math.Pow(10, math.Floor(math.Log10(most)))
	if most/step < 3 {
		step /= 2
	}
	for v := 0.0; v <= most; v += step {
		f.line(place(v), bottom, 0, 3, grey, .6)
		f.write(place(v), bottom+12, 7, middle, fmt.Sprintf("%.3g", v))
	}
	f.write((left+right)/2, bottom+24, 8, middle, "observed: shared items, or what the channel counts")
	f.height = bottom + 36
	return f
}
