package export

import (
	"cmp"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// The card is as wide and high as a picture that goes with a link (1,200 by 630
// pixels at two to the point).
const (
	cardWidth  = 600
	cardHeight = 315
)

// findingInk colours a card and its arrows; they stay apart for the colour-blind
// (Okabe and Ito 2008), as on the page.
var findingInk = map[document.Finding]string{
	document.Together: "#0072b2", document.Unasked: "#c04a00", document.Supplier: "#a0458a", document.EachOther: "#c04a00", document.Hacks: "#c04a00",
}

// cardFigure is the answer at a glance: the finding, the two sides with their
// arrows, how sure, what could not be seen, until when the data reach.
func cardFigure(a *assess.Assessment) figure {
	d := report.Assessment(a)
	c := d.Card
	f := figure{title: c.Headline, width: cardWidth, height: cardHeight}
	hue := cmp.Or(findingInk[c.Finding], grey)
	f.rect(0, 0, 12, cardHeight, hue, "")
	f.write(30, 26, 9, start, clipTo(d.Title, cardWidth-50, 9)).fill = "#5b6570"
	y := 50.0
	size := 17.0
	if len(wrapped(c.Headline+".", cardWidth-75, size)) > 2 {
		size = 13 // three lines in the room of two: the last words may be "no sign"
	}
	for _, l := range most(wrapped(c.Headline+".", cardWidth-100, size), 3) { // bold letters are wider than those measured
		f.write(30, y, size, start, l).bold = true
		y += size + 5
	}
	y = f.sides(c, y+2) + 22
	for _, fact := range c.Facts {
		f.write(30, y, 9, start, fact.Term).fill = "#5b6570"
		for _, l := range most(wrapped(fact.Text, cardWidth-130, 9), 2) {
			f.write(105, y, 9, start, l)
			y += 12
		}
		y += 3
	}
	f.matters(c, y+8)
	made := fmt.Sprintf("TLP:%s. Made by %s %s from %s. No sign is no proof that there is nothing.", Marking(a), cmp.Or(a.Tool.Name, "cahoots"), a.Tool.Version,
		document.Plural(len(a.Data), "body of evidence", "bodies of evidence"))
	f.write(30, cardHeight-10, 7, start, clipTo(made, cardWidth-50, 7)).fill = "#5b6570"
	return f
}

// matters lists the weightiest rows as far as there is room.
func (f *figure) matters(c *document.Card, y float64) {
	if c.Matters == nil || y > cardHeight-40 {
		return
	}
	f.line(30, y-8, cardWidth-60, 0, pale, .8)
	for _, r := range c.Matters.Rows {
		if y += 13; y > cardHeight-24 {
			return
		}
		x := 30.0
		for i, width := range []float64{120, 110, 110, 105, 95} {
			if i < len(r.Cells) {
				m := f.write(x, y-5, 8, start, clipTo(r.Cells[i].Text, width-6, 8))
				m.bold = i == 0
			}
			x += width
		}
	}
}

// most are the first lines of several, the last with a mark where there are more.
func most(lines []string, n int) []string {
	if len(lines) <= n {
		return lines
	}
	lines = lines[:n:n]
	lines[n-1] += " ..."
	return lines
}

// sides draws the two boxes with the arrows between them, and returns where they
// end.
func (f *figure) sides(c *document.Card, y float64) float64 {
	const row, box = 19.0, 120.0
	if len(c.Sides) != 2 {
		return y
	}
	height := max(2, float64(len(c.Arrows))) * row
	left, right := 30.0, cardWidth-30-box
	for i, x := range []float64{left, right} {
		f.rect(x, y, box, height, "#ffffff", ink)
		lines := most(wrapped(c.Sides[i], box-24, 10), int(height/12))
		for k, l := range lines {
			f.write(x+box/2, y+height/2+4+12*(float64(k)-float64(len(lines)-1)/2), 10, middle, clipTo(l, box-8, 10)).bold = true
		}
	}
	from, to := left+box+8, right-8
	if len(c.Arrows) == 0 {
		f.write((from+to)/2, y+height/2+3, 9, middle, c.Between()).fill = "#5b6570"
	}
	for i, a := range c.Arrows {
		at := y + row*float64(i) + row - 5
		text := a.Text
		if a.Target != "" {
			text += " (" + a.Target + ")"
		}
		if a.Contested {
			text += ", contested"
		}
		f.write((from+to)/2, at-4, 8, middle, clipTo(text, to-from-20, 8))
		f.arrow(a, from, to, at)
	}
	return y + height
}

// arrow draws a line with a head at each end where something arrives, broken
// where sources disagree.
func (f *figure) arrow(a document.Arrow, from, to, y float64) {
	hue := cmp.Or(findingInk[a.Kind], grey)
	if a.Contested {
		for x := from; x < to; x += 9 {
			f.line(x, y, min(5, to-x), 0, hue, 2)
		}
	} else {
		f.line(from, y, to-from, 0, hue, 2)
	}
	head := func(x, back float64) {
		f.line(x, y, back, -4, hue, 2)
		f.line(x, y, back, 4, hue, 2)
	}
	if a.From != 1 {
		head(to, -7)
	}
	if a.From != 0 {
		head(from, 7)
	}
}
