package stat

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// A biCM is the bipartite configuration model of a matrix: the
// maximum-entropy ensemble in which every row and every column keeps its sum
// on average (Saracco, Di Clemente, Gabrielli, Squartini, Scientific Reports 5,
// 10595, 2015). Cells are independent, with P = xy/(1+xy) for a row fitness x
// and a column fitness y.
//
// Cells depend on the degrees of their row and column alone, so the model is
// solved on distinct degrees. Full and empty rows and columns, for which no
// finite fitness exists, are taken out first with probability 1 and 0.
type biCM struct {
	rowClass, columnClass []int // class of each row and column
	columnCount           []int // columns of each class
	p                     [][]float64
	iterations            int
	residual              float64
}

// Limits of the solver. A residual of 1e-9 items is far below what any tail
// probability shown to a reader can resolve.
const (
	bicmTolerance  = 1e-9
	bicmIterations = 500
)

// fitBiCM solves the model for m. It is an error where the expected degrees
// could not be brought within 1e-9 of those of m.
func fitBiCM(m *Matrix) (*biCM, error) {
	rows, columns := degreeClasses(m.rowDegree), degreeClasses(m.columnDegree)
	b := &biCM{rowClass: rows.of, columnClass: columns.of, columnCount: columns.count}
	b.p = make([][]float64, len(rows.degree))
	for a := range b.p {
		b.p[a] = make([]float64, len(columns.degree))
	}
	s := peel(rows, columns, b.p)
	if err := s.solve(); err != nil {
		return nil, fmt.Errorf("configuration model of a %d x %d matrix: %w", m.rows, m.columns, err)
	}
	s.fill(b.p)
	b.iterations, b.residual = s.iterations, s.residual
	return b, nil
}

// classes groups lines (rows or columns) of equal degree.
type classes struct {
	degree []int // distinct, ascending
	count  []int // lines of that degree
	of     []int // class of each line
}

func degreeClasses(degrees []int) classes {
	distinct := slices.Compact(slices.Sorted(slices.Values(degrees)))
	c := classes{degree: distinct, count: make([]int, len(distinct)), of: make([]int, len(degrees))}
	for i, d := range degrees {
		c.of[i], _ = slices.BinarySearch(distinct, d)
		c.count[c.of[i]]++
	}
	return c
}

// peel takes full and empty lines out, writing their cells into p, until none
// is left, and returns the system of what remains.
func peel(rows, columns classes, p [][]float64) *fitness {
	s := &fitness{row: newSide(rows), column: newSide(columns)}
	set := func(a, b int, v float64) { p[a][b] = v }
	flip := func(a, b int, v float64) { p[b][a] = v }
	for s.row.peel(s.column, set) || s.column.peel(s.row, flip) {
	}
	return s
}

// side is one side of the system: the active classes with what is left of
// their degrees.
type side struct {
	class  []int // active classes
	degree []int // by class
	count  []int // by class
	lines  int   // active lines
	theta  []float64
}

func newSide(c classes) *side {
	s := &side{degree: slices.Clone(c.degree), count: c.count, lines: len(c.of)}
	for a := range c.degree {
		s.class = append(s.class, a)
	}
	return s
}

// peel removes the classes of s that are empty or full on what is left of the
// other side, and reports whether there were any.
func (s *side) peel(other *side, set func(a, b int, v float64)) bool {
	full := other.lines
	var keep []int
	for _, a := range s.class {
		if s.degree[a] > 0 && s.degree[a] < full {
			keep = append(keep, a)
			continue
		}
		v := 0.0
		if s.degree[a] > 0 {
			v = 1
		}
		for _, b := range other.class {
			set(a, b, v)
			other.degree[b] -= int(v) * s.count[a]
		}
		s.lines -= s.count[a]
	}
	changed := len(keep) < len(s.class)
	s.class = keep
	return changed
}

// fill writes the solved cells into p.
func (s *fitness) fill(p [][]float64) {
	for i, a := range s.row.class {
		for j, b := range s.column.class {
			p[a][b] = logistic(s.row.theta[i] + s.column.theta[j])
		}
	}
}

func logistic(t float64) float64 {
	if t < 0 {
		e := math.Exp(t)
		return e / (1 + e)
	}
	return 1 / (1 + math.Exp(-t))
}

// maxAbs is the largest absolute value of v; NaN counts as infinite.
func maxAbs(v []float64) float64 {
	if slices.ContainsFunc(v, math.IsNaN) {
		return math.Inf(1)
	}
	if len(v) == 0 {
		return 0
	}
	return math.Abs(slices.MaxFunc(v, func(a, b float64) int { return cmp.Compare(math.Abs(a), math.Abs(b)) }))
}
