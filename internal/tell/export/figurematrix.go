package export

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

// levelColors run from light to dark, so that they also tell in grey (the
// YlGnBu scheme of ColorBrewer).
var levelColors = [...]string{"#f4f4f4", "#c7e9b4", "#7fcdbb", "#41b6c4", "#2c7fb8", "#253494"}

// signMarks are short enough for a cell.
var signMarks = map[assess.Sign]string{
	assess.Cooperative: "+", assess.Unilateral: ">", assess.Adversarial: "x", assess.Undetermined: "?", assess.NoSign: "",
}

// matrixFigure has a cell for every pair: its level by colour and number, its
// sign by a mark; a pair that could not be assessed is hatched.
func matrixFigure(a *assess.Assessment) figure {
	rows, columns, omitted := axes(a)
	cell := min(34, max(9, 900/float64(max(len(rows), len(columns), 1))))
	size := min(9, cell*.6)
	left, high := 18+widest(rows, size, 160), 14+widest(columns, size, 160)
	f := figure{width: max(440, left+cell*float64(len(columns))+20)}
	top := f.head(a, "Level of every pair", label(a.Sides.A, "side A")+" (rows) and "+label(a.Sides.B, "side B")+" (columns). "+
		"L0 none found to L5 joint operation. + cooperative, > unilateral, x adversarial, ? undetermined. Hatched: not assessable, which is not the same as nothing found."+omitted)
	bottom := top + high + cell*float64(len(rows))
	for j, name := range columns {
		m := f.write(left+cell*(float64(j)+.5)+size/3, top+high-5, size, start, clipTo(name, 160, size))
		m.rotate = true
	}
	for i, name := range rows {
		f.write(left-5, top+high+cell*(float64(i)+.5)+size/3, size, end, clipTo(name, 160, size))
	}
	for _, p := range a.Pairs {
		i, shownA := slices.BinarySearch(rows, p.A.Name)
		j, shownB := slices.BinarySearch(columns, p.B.Name)
		if !shownA || !shownB {
			continue
		}
		f.cell(p, left+cell*float64(j), top+high+cell*float64(i), cell)
	}
	f.height = f.legend(bottom + 16)
	return f
}

// mostNames is how many groups of a side a page holds legibly.
const mostNames = 40

// axes are the names of both sides. Where a side has more than a page holds,
// groups of which no pair could be assessed are left out, and counted in words.
func axes(a *assess.Assessment) (rows, columns []string, omitted string) {
	rows = sideNames(a, func(p assess.Pair) assess.Actor { return p.A })
	columns = sideNames(a, func(p assess.Pair) assess.Actor { return p.B })
	if max(len(rows), len(columns)) <= mostNames {
		return rows, columns, ""
	}
	assessed := map[string]bool{}
	for _, p := range a.Pairs {
		if p.Level >= 0 {
			assessed["a"+p.A.Name], assessed["b"+p.B.Name] = true, true
		}
	}
	x, y := len(rows), len(columns)
	rows = slices.DeleteFunc(rows, func(n string) bool { return !assessed["a"+n] })
	columns = slices.DeleteFunc(columns, func(n string) bool { return !assessed["b"+n] })
	if x > len(rows) || y > len(columns) {
		omitted = fmt.Sprintf(" Left out: %d of %d groups in rows and %d of %d in columns of which no pair could be assessed.", x-len(rows), x, y-len(columns), y)
	}
	return rows, columns, omitted
}

func (f *figure) cell(p assess.Pair, x, y, cell float64) {
	if p.Level < 0 || int(p.Level) >= len(levelColors) {
		f.hatch(x, y, cell, cell)
		return
	}
	f.rect(x, y, cell, cell, levelColors[p.Level], "#ffffff")
	if cell < 16 {
		return
	}
	m := f.write(x+cell/2, y+cell/2+3, min(9, cell*.36), middle, p.Level.String()+signMarks[p.Sign])
	if p.Level >= assess.TaskingAlignment {
		m.fill = "#ffffff"
	}
}

// legend explains the colours and returns where it ends.
func (f *figure) legend(y float64) float64 {
	x := 12.0
	for l := assess.NoneFound; l <= assess.JointOperation; l++ {
		s := l.String() + " " + l.Name()
		if x+26+textWidth(s, 7) > f.width {
			x, y = 12, y+14
		}
		f.rect(x, y, 10, 10, levelColors[l], grey)
		f.write(x+14, y+8, 7, start, s)
		x += 24 + textWidth(s, 7)
	}
	if x+26+textWidth("not assessable", 7) > f.width {
		x, y = 12, y+14
	}
	f.hatch(x, y, 10, 10)
	f.write(x+14, y+8, 7, start, "not assessable")
	return y + 24
}
