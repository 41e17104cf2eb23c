package stat

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// matrixOf builds a Matrix from rows of zeros and ones.
func matrixOf(rows [][]int) *Matrix {
	m := NewMatrix(len(rows), len(rows[0]))
	for i, row := range rows {
		for k, v := range row {
			if v != 0 {
				m.Set(i, k)
			}
		}
	}
	return m
}

// anyMatrix draws a matrix of up to 12 x 90, so that a row can take two words.
func anyMatrix(t *rapid.T) *Matrix {
	m := NewMatrix(rapid.IntRange(1, 12).Draw(t, "rows"), rapid.IntRange(1, 90).Draw(t, "columns"))
	for i := range m.Rows() {
		for _, k := range rapid.SliceOfN(rapid.IntRange(0, m.Columns()-1), 0, m.Columns()).Draw(t, "items") {
			m.Set(i, k)
		}
	}
	return m
}

func TestMatrixCountsWhatWasSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMatrix(t)
		i, j := rapid.IntRange(0, m.Rows()-1).Draw(t, "i"), rapid.IntRange(0, m.Rows()-1).Draw(t, "j")
		var shared []int
		for k := range m.Columns() {
			if m.Has(i, k) && m.Has(j, k) {
				shared = append(shared, k)
			}
		}
		if got := m.Shared(i, j); !slices.Equal(got, shared) || m.Overlap(i, j) != len(shared) {
			t.Fatalf("shared %v (%d), want %v", got, m.Overlap(i, j), shared)
		}
		total := 0
		for k := range m.Columns() {
			total += m.ColumnDegree(k)
		}
		for i := range m.Rows() {
			if m.RowDegree(i) != len(m.Items(i)) {
				t.Fatalf("row %d: degree %d, items %v", i, m.RowDegree(i), m.Items(i))
			}
			total -= m.RowDegree(i)
		}
		if total != 0 {
			t.Fatal("row and column degrees do not add up to the same number")
		}
	})
}

func TestMatrixRefusesACellOutsideIt(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("column 3 of a matrix of 3 columns was accepted")
		}
	}()
	NewMatrix(2, 3).Set(0, 3)
}
