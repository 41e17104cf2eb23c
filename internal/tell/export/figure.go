package export

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// A figure is a drawing in points (1/72 inch), the origin at the top left.
// Renderers lay its marks out in their order.
type figure struct {
	title         string
	width, height float64
	marks         []mark
}

// A mark is a rectangle, a line, a disc or a text, by kind.
type mark struct {
	kind         markKind
	x, y, w, h   float64 // rectangle; line from x, y by w, h; disc around x, y of radius w
	fill, stroke string  // "#rrggbb"; "" is none
	text         string
	size         float64 // of text, in points
	anchor       anchor
	rotate       bool // text runs upwards
	bold         bool
	thick        float64
}

type markKind int

const (
	rectangle markKind = iota
	line
	disc
	words
)

type anchor int

const (
	start anchor = iota
	middle
	end
)

// Figures returns the figures that an assessment has: the answer at a glance, the
// matrix of verdicts, the timeline of what they rest on, and the overlaps against
// their null model.
func Figures() []string { return []string{"card", "matrix", "timeline", "null"} }

func figureOf(a *assess.Assessment, name string) (figure, error) {
	switch name {
	case "card":
		return cardFigure(a), nil
	case "matrix":
		return matrixFigure(a), nil
	case "timeline":
		return timelineFigure(a), nil
	case "null":
		return nullFigure(a), nil
	}
	return figure{}, fmt.Errorf("figure %q is unknown; use one of %s", name, strings.Join(Figures(), ", "))
}

func writeSVG(w io.Writer, c Content, o Options) error {
	a, err := c.assessment()
	if err != nil {
		return err
	}
	f, err := figureOf(a, cmp.Or(o.Figure, "matrix"))
	if err != nil {
		return err
	}
	return f.svg(w)
}

func writePDF(w io.Writer, c Content, o Options) error {
	a, err := c.assessment()
	if err != nil {
		return err
	}
	names := Figures()
	if o.Figure != "" {
		names = []string{o.Figure}
	}
	var pages []figure
	for _, n := range names {
		f, err := figureOf(a, n)
		if err != nil {
			return err
		}
		pages = append(pages, f)
	}
	return writePages(w, report.Assessment(a).Title, pages)
}

// The drawing of figures.

func (f *figure) rect(x, y, w, h float64, fill, stroke string) {
	f.marks = append(f.marks, mark{kind: rectangle, x: x, y: y, w: w, h: h, fill: fill, stroke: stroke, thick: .6})
}

func (f *figure) line(x, y, w, h float64, stroke string, thick float64) {
	f.marks = append(f.marks, mark{kind: line, x: x, y: y, w: w, h: h, stroke: stroke, thick: thick})
}

func (f *figure) disc(x, y, r float64, fill, stroke string) {
	f.marks = append(f.marks, mark{kind: disc, x: x, y: y, w: r, fill: fill, stroke: stroke, thick: .8})
}

func (f *figure) write(x, y, size float64, a anchor, s string) *mark {
	f.marks = append(f.marks, mark{kind: words, x: x, y: y, text: s, size: size, anchor: a, fill: ink})
	return &f.marks[len(f.marks)-1]
}

// hatch fills a cell with slanted lines: the mark of what could not be measured.
func (f *figure) hatch(x, y, w, h float64) {
	f.rect(x, y, w, h, "#ffffff", grey)
	if w < 16 && h < 16 && w >= 8 { // in a small cell one line tells as much
		f.line(x+w, y, -w, h, grey, .4)
		return
	}
	for d := 4.0; d < w+h; d += 4 {
		x1, y1 := x+min(d, w), y+max(0, d-w)
		x2, y2 := x+max(0, d-h), y+min(d, h)
		f.line(x1, y1, x2-x1, y2-y1, grey, .4)
	}
}

const (
	ink  = "#222222"
	grey = "#999999"
	pale = "#dddddd"
)

// head writes the title and the line under it, and returns where the drawing
// begins.
func (f *figure) head(a *assess.Assessment, title, under string) float64 {
	f.title = title
	f.write(12, 20, 11, start, title).bold = true
	y := 34.0
	for _, l := range wrapped(under, f.width-24, 8) {
		f.write(12, y, 8, start, l)
		y += 11
	}
	made := fmt.Sprintf("TLP:%s. Made by %s %s, seed %d.", Marking(a), cmp.Or(a.Tool.Name, "cahoots"), a.Tool.Version, a.Tool.Seed)
	f.write(12, y, 7, start, made).fill = grey
	return y + 14
}

// wrapped breaks a text into lines of a width in points.
func wrapped(s string, width, size float64) []string {
	var lines []string
	now := ""
	for _, word := range strings.Fields(s) {
		next := strings.TrimSpace(now + " " + word)
		if now != "" && textWidth(next, size) > width {
			lines, now = append(lines, now), word
			continue
		}
		now = next
	}
	if now != "" {
		lines = append(lines, now)
	}
	return lines
}

// clipTo shortens a text to a width in points.
func clipTo(s string, width, size float64) string {
	if textWidth(s, size) <= width {
		return s
	}
	r := []rune(s)
	for len(r) > 1 && textWidth(string(r)+"...", size) > width {
		r = r[:len(r)-1]
	}
	return strings.TrimRight(string(r), " ") + "..."
}

func widest(names []string, size, atMost float64) float64 {
	w := 0.0
	for _, n := range names {
		w = max(w, textWidth(n, size))
	}
	return min(w, atMost)
}

// sideNames are the actors of one side of the pairs, in order.
func sideNames(a *assess.Assessment, of func(assess.Pair) assess.Actor) []string {
	var names []string
	for _, p := range a.Pairs {
		names = append(names, of(p).Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}
