package stat

import "math"

// A similarity measures how alike the rows of a matrix are, rare items counting
// for more. It orders pairs for a reader; it has no error rate and supports no
// verdict.
type similarity struct {
	m      *Matrix
	idf    []float64
	weight []float64 // sum of idf of each row
	norm   []float64 // root of the sum of squared idf of each row
}

// NewSimilarity weighs the columns of m by inverse document frequency,
// ln(N/df), N being the number of rows that have anything and df the number of
// those that have the column (Spärck Jones, Journal of Documentation 28, 1972).
// m must not change afterwards.
func NewSimilarity(m *Matrix) *similarity {
	s := &similarity{m: m, idf: make([]float64, m.columns), weight: make([]float64, m.rows), norm: make([]float64, m.rows)}
	n := 0
	for _, d := range m.rowDegree {
		if d > 0 {
			n++
		}
	}
	for k, df := range m.columnDegree {
		if df > 0 {
			s.idf[k] = math.Log(float64(n) / float64(df))
		}
	}
	for i := range m.rows {
		squares := 0.0
		for _, k := range m.Items(i) {
			s.weight[i] += s.idf[k]
			squares += s.idf[k] * s.idf[k]
		}
		s.norm[i] = math.Sqrt(squares)
	}
	return s
}

// Jaccard is shared items over items of either, 0 to 1; 0 where both are empty.
func (s *similarity) Jaccard(i, j int) float64 {
	shared := s.m.Overlap(i, j)
	return ratio(float64(shared), float64(s.m.rowDegree[i]+s.m.rowDegree[j]-shared))
}

// WeightedJaccard is Jaccard with each item counted by its IDF, 0 to 1; 0
// where no item of either has weight.
func (s *similarity) WeightedJaccard(i, j int) float64 {
	shared := 0.0
	for _, k := range s.m.Shared(i, j) {
		shared += s.idf[k]
	}
	return ratio(shared, s.weight[i]+s.weight[j]-shared)
}

// Cosine is the cosine of the IDF vectors of the two rows, 0 to 1; 0 where one
// has no item with weight.
func (s *similarity) Cosine(i, j int) float64 {
	dot := 0.0
	for _, k := range s.m.Shared(i, j) {
		dot += s.idf[k] * s.idf[k]
	}
	return min(1, ratio(dot, s.norm[i]*s.norm[j]))
}

func ratio(a, b float64) float64 {
	if b <= 0 {
		return 0
	}
	return min(1, a/b)
}
