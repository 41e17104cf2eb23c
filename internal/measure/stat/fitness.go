package stat

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
)

// fitness is the likelihood equation of the bipartite configuration model on
// classes of equal degree, in log-fitnesses theta: with n_a rows of degree d_a
// and m_b columns of degree e_b,
//
//	sum_b m_b s(theta_a + theta_b) = d_a,  sum_a n_a s(theta_a + theta_b) = e_b,
//
// s the logistic function. The log-likelihood is concave, so damped Newton
// steps cannot go astray; the ridge removes the one free direction (adding a
// constant to the rows and taking it from the columns) and shrinks with the
// gradient, which keeps convergence fast where a fitness runs off to infinity.
type fitness struct {
	row, column *side
	iterations  int
	residual    float64
}

func (s *fitness) solve() error {
	r, c := len(s.row.class), len(s.column.class)
	s.row.theta, s.column.theta = make([]float64, r), make([]float64, c)
	if r == 0 || c == 0 {
		return nil
	}
	s.start()
	ridge := 1e-6
	for s.iterations = 0; s.iterations < bicmIterations; s.iterations++ {
		gradient := s.gradient()
		if s.residual <= bicmTolerance {
			return nil
		}
		step, ok := s.step(gradient, ridge*min(1, s.residual))
		if !ok || !s.climb(step, gradient) {
			ridge *= 100
			if ridge > 1e12 {
				break
			}
			continue
		}
		ridge = max(ridge/10, 1e-6)
	}
	return fmt.Errorf("no solution after %d iterations: a degree is still off by %.3g", s.iterations, s.residual)
}

// start sets the fitnesses of a sparse matrix, degree over root of the edges.
func (s *fitness) start() {
	edges := 0.0
	for _, a := range s.row.class {
		edges += float64(s.row.degree[a] * s.row.count[a])
	}
	for _, side := range []*side{s.row, s.column} {
		for i, a := range side.class {
			side.theta[i] = math.Log(float64(side.degree[a])) - math.Log(edges)/2
		}
	}
}

// gradient of the log-likelihood; it also sets the residual.
func (s *fitness) gradient() []float64 {
	r := len(s.row.class)
	g := make([]float64, r+len(s.column.class))
	for i, a := range s.row.class {
		g[i] = float64(s.row.degree[a])
	}
	for j, b := range s.column.class {
		g[r+j] = float64(s.column.degree[b])
	}
	for i, a := range s.row.class {
		for j, b := range s.column.class {
			p := logistic(s.row.theta[i] + s.column.theta[j])
			g[i] -= float64(s.column.count[b]) * p
			g[r+j] -= float64(s.row.count[a]) * p
		}
	}
	s.residual = maxAbs(g)
	for i, a := range s.row.class {
		g[i] *= float64(s.row.count[a])
	}
	for j, b := range s.column.class {
		g[r+j] *= float64(s.column.count[b])
	}
	return g
}

// step solves (H + ridge diag) x = gradient, H the negative Hessian.
func (s *fitness) step(gradient []float64, ridge float64) ([]float64, bool) {
	r, n := len(s.row.class), len(gradient)
	h := mat.NewSymDense(n, nil)
	for i, a := range s.row.class {
		for j, b := range s.column.class {
			p := logistic(s.row.theta[i] + s.column.theta[j])
			w := float64(s.row.count[a]) * float64(s.column.count[b]) * p * (1 - p)
			h.SetSym(i, r+j, w)
			h.SetSym(i, i, h.At(i, i)+w)
			h.SetSym(r+j, r+j, h.At(r+j, r+j)+w)
		}
	}
	for i := range n {
		h.SetSym(i, i, h.At(i, i)*(1+ridge)+ridge)
	}
	var chol mat.Cholesky
	if !chol.Factorize(h) {
		return nil, false
	}
	var x mat.VecDense
	if err := chol.SolveVecTo(&x, mat.NewVecDense(n, gradient)); err != nil && !isCondition(err) {
		return nil, false
	}
	return x.RawVector().Data, true
}

// isCondition tells gonum's warning of a badly conditioned system, which the
// line search guards against, from a failure.
func isCondition(err error) bool {
	_, ok := err.(mat.Condition)
	return ok
}

// climb goes along step, halving it until the log-likelihood rises enough
// (Armijo), and reports whether it did.
func (s *fitness) climb(step, gradient []float64) bool {
	r := len(s.row.class)
	slope := 0.0
	for i := range step {
		slope += step[i] * gradient[i]
	}
	if !(slope > 0) {
		return false
	}
	size := min(1, 5/maxAbs(step)) // at most a factor e^5 in a fitness at a time
	from := s.logLikelihood()
	move := func(by float64) {
		for i := range step[:r] {
			s.row.theta[i] += by * step[i]
		}
		for j := range step[r:] {
			s.column.theta[j] += by * step[r+j]
		}
	}
	move(size)
	for range 40 {
		// Close to the solution the rise is lost in rounding, and Newton's
		// step can be trusted.
		if s.logLikelihood() >= from+1e-4*size*slope-1e-9*math.Abs(from) {
			return true
		}
		move(-size / 2)
		size /= 2
	}
	return false
}

func (s *fitness) logLikelihood() float64 {
	sum := 0.0
	for i, a := range s.row.class {
		n := float64(s.row.count[a])
		sum += n * float64(s.row.degree[a]) * s.row.theta[i]
		for j, b := range s.column.class {
			t := s.row.theta[i] + s.column.theta[j]
			softplus := max(t, 0) + math.Log1p(math.Exp(-math.Abs(t)))
			sum -= n * float64(s.column.count[b]) * softplus
		}
	}
	for j, b := range s.column.class {
		sum += float64(s.column.count[b]) * float64(s.column.degree[b]) * s.column.theta[j]
	}
	return sum
}
