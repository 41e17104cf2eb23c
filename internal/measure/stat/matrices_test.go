package stat

import (
	"math"
	"math/rand/v2"
)

// randomMatrix draws actors of unlike activity over items of unlike popularity,
// every row with at least MinDegree items.
func randomMatrix(rng *rand.Rand, rows, columns int) *Matrix {
	return randomMatrixOf(rng, rows, columns, -2.5)
}

// randomMatrixOf is randomMatrix with a given mean of the log popularity.
func randomMatrixOf(rng *rand.Rand, rows, columns int, popular float64) *Matrix {
	m := NewMatrix(rows, columns)
	popularity := make([]float64, columns)
	for k := range popularity {
		popularity[k] = math.Exp(1.2*rng.NormFloat64() + popular)
	}
	for i := range rows {
		activity := math.Exp(.8 * rng.NormFloat64())
		for k, y := range popularity {
			if x := activity * y; rng.Float64() < x/(1+x) {
				m.Set(i, k)
			}
		}
		for m.RowDegree(i) < min(MinDegree, columns) {
			m.Set(i, rng.IntN(columns))
		}
	}
	return m
}
