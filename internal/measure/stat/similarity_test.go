package stat

import (
	"testing"

	"pgregory.net/rapid"
)

// Rows A={x,y,z}, B={x,y}, C={x}, D={w,x} over columns w, x, y, z.
func TestSimilarityGivesTheWorkedExample(t *testing.T) {
	s := NewSimilarity(matrixOf([][]int{{0, 1, 1, 1}, {0, 1, 1, 0}, {0, 1, 0, 0}, {1, 1, 0, 0}}))
	for k, want := range []float64{1.386294, 0, .693147, 1.386294} {
		near(t, "idf", s.idf[k], want, 5e-7)
	}
	near(t, "A-B Jaccard", s.Jaccard(0, 1), 2./3, 1e-12)
	near(t, "A-B weighted", s.WeightedJaccard(0, 1), 1./3, 1e-12)
	near(t, "A-B cosine", s.Cosine(0, 1), .4472136, 5e-8)
	near(t, "A-D Jaccard", s.Jaccard(0, 3), .25, 1e-12)
	near(t, "A-D weighted", s.WeightedJaccard(0, 3), 0, 0)
}

func TestSimilarityIsSymmetricAndBetweenZeroAndOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMatrix(t)
		s := NewSimilarity(m)
		for _, p := range m.Pairs() {
			for _, f := range []func(i, j int) float64{s.Jaccard, s.WeightedJaccard, s.Cosine} {
				if x, y := f(p.A, p.B), f(p.B, p.A); x != y || !(x >= 0 && x <= 1) {
					t.Fatalf("%v: %v and %v", p, x, y)
				}
			}
		}
	})
}
