package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"
)

// A countRegression is a fitted log-linear model of counts: the mean of count i
// is exposure_i exp(x_i beta). Its standard errors are quasi-Poisson: those of
// the Poisson model times the root of the dispersion, so that counts that vary
// more than Poisson counts do not pass for news. (McCullagh and Nelder,
// Generalized Linear Models, 1989, chapters 6 and 9.)
type countRegression struct {
	Coefficients []float64
	SE           []float64 // quasi-Poisson
	Dispersion   float64   // Pearson chi-squared over its degrees of freedom; 1 for Poisson counts
	Freedom      int       // counts less coefficients
	Iterations   int
}

const (
	regressionIterations = 100
	regressionTolerance  = 1e-8 // largest relative change of a mean
)

// fitCounts fits a countRegression by iteratively reweighted least squares. Row
// i of design holds the covariates of count i, a 1 for the intercept included;
// exposure may be nil for all alike. It is an error where sizes differ, a count
// is negative or an exposure not positive, columns are collinear, there are no
// more counts than columns, or the fit does not converge (as when a covariate
// separates zero counts from others).
func fitCounts(counts []float64, design [][]float64, exposure []float64) (*countRegression, error) {
	offset, err := checkCounts(counts, design, exposure)
	if err != nil {
		return nil, err
	}
	n, k := len(counts), len(design[0])
	x := mat.NewDense(n, k, nil)
	for i, row := range design {
		x.SetRow(i, row)
	}
	eta := make([]float64, n)
	for i, y := range counts {
		eta[i] = math.Log(y + .5) // any start near the counts will do
	}
	beta := mat.NewVecDense(k, nil)
	for iteration := 1; iteration <= regressionIterations; iteration++ {
		if _, err := weightedStep(x, counts, offset, eta, beta); err != nil {
			return nil, err
		}
		moved := predict(x, beta, offset, eta)
		if math.IsInf(moved, 0) {
			break
		}
		if moved <= regressionTolerance {
			qr, err := weightedStep(x, counts, offset, eta, beta)
			if err != nil {
				return nil, err
			}
			return summarise(counts, eta, qr, beta, iteration), nil
		}
	}
	return nil, fmt.Errorf("count regression: no convergence in %d iterations; does a covariate separate all zero counts?", regressionIterations)
}

func checkCounts(counts []float64, design [][]float64, exposure []float64) (offset []float64, err error) {
	n := len(counts)
	if n == 0 || len(design) != n || exposure != nil && len(exposure) != n {
		return nil, fmt.Errorf("count regression: %d counts, %d rows of covariates, %d exposures", n, len(design), len(exposure))
	}
	if k := len(design[0]); k == 0 || n <= k {
		return nil, fmt.Errorf("count regression: %d counts are too few for %d coefficients", n, k)
	}
	offset = make([]float64, n)
	for i, y := range counts {
		if !(y >= 0) || math.IsInf(y, 0) {
			return nil, fmt.Errorf("count regression: count %d is %v", i, y)
		}
		if len(design[i]) != len(design[0]) {
			return nil, fmt.Errorf("count regression: row %d has %d covariates, the first has %d", i, len(design[i]), len(design[0]))
		}
		if exposure == nil {
			continue
		}
		if !(exposure[i] > 0) || math.IsInf(exposure[i], 0) {
			return nil, fmt.Errorf("count regression: exposure %d is %v", i, exposure[i])
		}
		offset[i] = math.Log(exposure[i])
	}
	return offset, nil
}

// weightedStep solves one weighted least squares problem into beta.
func weightedStep(x *mat.Dense, counts, offset, eta []float64, beta *mat.VecDense) (*mat.QR, error) {
	n, k := x.Dims()
	wx, wz := mat.NewDense(n, k, nil), mat.NewVecDense(n, nil)
	for i := range n {
		mu := math.Exp(eta[i])
		root := math.Sqrt(mu)
		for j := range k {
			wx.Set(i, j, root*x.At(i, j))
		}
		wz.SetVec(i, root*(eta[i]-offset[i]+(counts[i]-mu)/mu))
	}
	var qr mat.QR
	qr.Factorize(wx)
	if err := qr.SolveVecTo(beta, false, wz); err != nil {
		return nil, fmt.Errorf("count regression: the covariates are collinear or the fit ran off to infinity: %w", err)
	}
	return &qr, nil
}

// predict moves eta, the logarithms of the means, to the new beta and returns
// the largest change.
func predict(x *mat.Dense, beta *mat.VecDense, offset, eta []float64) float64 {
	changes := make([]float64, len(eta))
	for i := range eta {
		now := offset[i] + mat.Dot(x.RowView(i), beta)
		changes[i], eta[i] = now-eta[i], now
	}
	return maxAbs(changes)
}

func summarise(counts, eta []float64, qr *mat.QR, beta *mat.VecDense, iterations int) *countRegression {
	k := beta.Len()
	f := &countRegression{Freedom: len(counts) - k, Iterations: iterations}
	for i, y := range counts {
		mu := math.Exp(eta[i])
		f.Dispersion += (y - mu) * (y - mu) / mu
	}
	f.Dispersion /= float64(f.Freedom)
	// The covariance is (R'R)^-1, R of the last weighted design.
	var r mat.Dense
	qr.RTo(&r)
	var inverse mat.TriDense
	upper := mat.NewTriDense(k, mat.Upper, nil)
	for i := range k {
		for j := i; j < k; j++ {
			upper.SetTri(i, j, r.At(i, j))
		}
	}
	_ = inverse.InverseTri(upper) // collinearity was refused in weightedStep
	for i := range k {
		variance := 0.0
		for j := i; j < k; j++ {
			variance += inverse.At(i, j) * inverse.At(i, j)
		}
		f.Coefficients = append(f.Coefficients, beta.AtVec(i))
		f.SE = append(f.SE, math.Sqrt(f.Dispersion*variance))
	}
	return f
}

// P is the two-sided p-value of coefficient k being 0, from Student's t with the
// degrees of freedom of the dispersion.
func (f *countRegression) P(k int) float64 {
	t := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: float64(f.Freedom)}
	return min(1, max(smallestP, 2*t.Survival(math.Abs(f.Coefficients[k]/f.SE[k]))))
}
