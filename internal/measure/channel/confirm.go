package channel

import (
	"fmt"
	"math"

	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// ConfirmBelow is the adjusted p below which an overlap is tested again under
// fixed degrees, unless all are asked for.
const ConfirmBelow = .2

// Draws of a confirmation: at least so many that its p is known to about a tenth
// where it matters, at most so many that a run over all the world's groups ends.
const (
	fewestDraws = 2000
	mostDraws   = 60000
)

// Confirm tests overlaps again under the fixed degree sequence model: where the
// adjusted p is below [ConfirmBelow], or every measurable pair with all. The
// draws are as many as it takes to reject at the level that adjustment gave the
// pair, up to a bound that is said where it is reached. Call it after [Adjust].
// A family that has no matrix, or is of the invalid contrast, is left as it is.
func (f *Family) Confirm(all bool, alpha float64, seed uint64) {
	if f.resample == nil {
		return
	}
	var at []int
	strictest := 1.0
	for n := range f.Measurements {
		m := &f.Measurements[n]
		if m.PAdjusted != nil && (all || *m.PAdjusted < ConfirmBelow) {
			at, strictest = append(at, n), min(strictest, f.levels[n])
		}
	}
	if len(at) == 0 {
		return
	}
	draws := min(mostDraws, max(fewestDraws, int(math.Ceil(1/strictest))))
	for k, r := range f.resample(at, draws, seed) {
		f.Measurements[at[k]].confirmed(r, f.levels[at[k]], alpha)
	}
}

// resampler draws matrices with the degrees of inc; rows[k] are the rows of the
// measurement at place at[k].
func (inc *Incidence) resampler(rows []stat.Pair, at []int, tail string) func([]int, int, uint64) []stat.Result {
	return func(asked []int, draws int, seed uint64) []stat.Result {
		row := map[int]stat.Pair{}
		for k, n := range at {
			row[n] = rows[k]
		}
		pairs := make([]stat.Pair, len(asked))
		for k, n := range asked {
			pairs[k] = row[n]
		}
		return stat.FixedDegreeOverlaps(inc.matrix, pairs, tail, draws, seed)
	}
}

// confirmed sets what the second null model says beside the first. level is the
// raw p at which the pair would be rejected among all tests of the question.
func (m *Measurement) confirmed(r stat.Result, level, alpha float64) {
	if r.P == nil {
		return
	}
	found := *r.P <= level
	m.Confirm = &Confirmation{
		Null: r.Null, P: *r.P, PAdjusted: min(1, *r.P*alpha/level), Draws: r.Draws, Seed: r.Seed,
		Agrees: found == (m.Verdict == stat.Distinguishable),
	}
	switch {
	case !m.Confirm.Agrees && 1/float64(r.Draws+1) > level:
		m.Warnings = append(m.Warnings, fmt.Sprintf("%d draws are too few for %s to confirm at the level %.2g", r.Draws, r.Null, level))
	case !m.Confirm.Agrees:
		m.Warnings = append(m.Warnings, fmt.Sprintf("the null models disagree: adjusted p %.2g under %s, %.2g under %s", *m.PAdjusted, m.Null, m.Confirm.PAdjusted, r.Null))
	}
}
