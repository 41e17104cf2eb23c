package stat

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var toy = [][]int{{1, 0, 1, 1}, {0, 1, 0, 0}, {1, 0, 0, 1}}

func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tolerance {
		t.Errorf("%s = %v, want %v", what, got, want)
	}
}

func TestBiCMGivesThePublishedProbabilities(t *testing.T) {
	for _, c := range []struct {
		rows      [][]int
		want      [][]float64
		tolerance float64
	}{
		{toy, [][]float64{
			{.8972, .6028, .6028, .8972}, {.3972, .1028, .1028, .3972}, {.7057, .2943, .2943, .7057}}, 5e-5},
		{[][]int{{0, 0, 1}, {0, 1, 0}, {1, 0, 1}}, [][]float64{
			{.216, .216, .568}, {.216, .216, .568}, {.568, .568, .863}}, 5.1e-4},
	} {
		b, err := fitBiCM(matrixOf(c.rows))
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range c.want {
			for k, p := range row {
				near(t, "P", b.P(i, k), p, c.tolerance)
			}
		}
	}
}

func TestBiCMKeepsEveryDegreeOnAverage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMatrix(t)
		b, err := fitBiCM(m)
		if err != nil {
			t.Fatal(err)
		}
		for i := range m.Rows() {
			sum := 0.0
			for k := range m.Columns() {
				p := b.P(i, k)
				if !(p >= 0 && p <= 1) {
					t.Fatalf("P(%d, %d) = %v", i, k, p)
				}
				sum += p
			}
			if math.Abs(sum-float64(m.RowDegree(i))) > 1e-8 {
				t.Fatalf("row %d: expected degree %v, observed %d", i, sum, m.RowDegree(i))
			}
		}
		for k := range m.Columns() {
			sum := 0.0
			for i := range m.Rows() {
				sum += b.P(i, k)
			}
			if math.Abs(sum-float64(m.ColumnDegree(k))) > 1e-8 {
				t.Fatalf("column %d: expected degree %v, observed %d", k, sum, m.ColumnDegree(k))
			}
		}
	})
}

// In a matrix whose degrees allow no other, every cell is certain: nested
// matrices, and blocks whose fitnesses run off to infinity.
func TestBiCMOfAForcedMatrixIsThatMatrix(t *testing.T) {
	for _, rows := range [][][]int{
		{{1, 1, 1}, {0, 0, 0}, {1, 1, 0}},
		{{1, 1, 1, 1}, {1, 1, 1, 0}, {1, 1, 0, 0}, {1, 0, 0, 0}},
		{{1}},
		{{0, 0}},
	} {
		m := matrixOf(rows)
		b, err := fitBiCM(m)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for k, v := range row {
				near(t, "P", b.P(i, k), float64(v), 0)
			}
		}
	}
	block := matrixOf([][]int{{1, 0, 1, 1}, {0, 1, 1, 1}, {0, 0, 1, 0}, {0, 0, 0, 1}})
	b, err := fitBiCM(block)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		for k := range 4 {
			want := .5
			switch {
			case i < 2 && k >= 2:
				want = 1
			case i >= 2 && k < 2:
				want = 0
			}
			near(t, "block P", b.P(i, k), want, 1e-8)
		}
	}
}

// P is the probability that row i has column k.
func (b *biCM) P(i, k int) float64 { return b.p[b.rowClass[i]][b.columnClass[k]] }

// Converged tells how many iterations the solver took and the largest absolute
// difference between an expected and an observed degree.
func (b *biCM) Converged() (iterations int, residual float64) { return b.iterations, b.residual }
