package channel

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// A Pair is two actors of the two sides of a question.
type Pair struct{ A, B resolve.ActorID }

// Null names the null model of an overlap test.
type Null string

// The null models. Fisher ignores that some items are popular with everybody;
// on technique lists it calls about half of all pairs of groups significant. It
// is offered as a contrast only and says so in its warnings.
const (
	SDSM   Null = "sdsm"
	Fisher Null = "fisher"
)

// Overlap tests for every pair whether the two share more items than chance.
func (inc *Incidence) Overlap(pairs []Pair, null Null) (*Family, error) {
	f, err := inc.test(inc.Channel, pairs, null, stat.TailUpper)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", inc.Channel, err)
	}
	f.Describe = func() { inc.Describe(f, pairs) }
	return f, nil
}

// SetContrast adds to every measurement of the joint test what another null model
// says of it.
func (inc *Incidence) SetContrast(f *Family, pairs []Pair, null Null) error {
	o, err := inc.Overlap(pairs, null)
	if err != nil {
		return err
	}
	observed, expected := 0., 0.
	for n, m := range o.Measurements {
		if m.P != nil && f.Measurements[n].P != nil {
			f.Measurements[n].Contrast = &contrast{m.Null, m.Expected, *m.P}
			f.Measurements[n].Warnings = append(f.Measurements[n].Warnings, m.Warnings...)
			observed, expected = observed+m.Observed, expected+m.Expected
		}
	}
	if observed > 0 {
		f.ExpectedShare = expected / observed
	}
	return nil
}

// Describe adds to every measurement what the two share, and rankings.
func (inc *Incidence) Describe(f *Family, pairs []Pair) {
	popularity := inc.popularity()
	similarity := stat.NewSimilarity(inc.matrix)
	for n, p := range pairs {
		i, okA := inc.rows[p.A]
		j, okB := inc.rows[p.B]
		if !okA || !okB {
			continue
		}
		m := &f.Measurements[n]
		m.Shared = inc.shared(i, j, popularity)
		if m.Verdict != stat.NotMeasurable {
			m.Ranking = &ranking{
				Jaccard:         similarity.Jaccard(i, j),
				WeightedJaccard: similarity.WeightedJaccard(i, j),
				Cosine:          similarity.Cosine(i, j),
			}
		}
	}
}

// test runs the null model over the pairs both of whose actors are rows.
func (inc *Incidence) test(name string, pairs []Pair, null Null, tail string) (*Family, error) {
	f := &Family{Channel: name, Actors: len(inc.Actors), Items: len(inc.Items), Measurements: make([]Measurement, len(pairs))}
	var rows []stat.Pair
	var at []int
	for n, p := range pairs {
		i, okA := inc.rows[p.A]
		j, okB := inc.rows[p.B]
		if okA && okB {
			rows, at = append(rows, stat.Pair{A: i, B: j}), append(at, n)
			continue
		}
		r := stat.Unmeasurable(string(null), stat.SharedItems, inc.Degree(p.A), inc.Degree(p.B), inc.absent(p))
		f.Measurements[n] = Measurement{Channel: name, Result: r}
	}
	var tested []stat.Result
	switch null {
	case SDSM, "":
		model, err := stat.NewSDSM(inc.matrix)
		if err != nil {
			return nil, err
		}
		tested = model.Overlaps(rows, tail)
		f.detectable = func(levels []float64) { setMDE(f, model, rows, at, levels) }
	case Fisher:
		tested = stat.FisherOverlaps(inc.matrix, rows, tail)
	default:
		return nil, fmt.Errorf("null model %q is unknown; use %q or %q", null, SDSM, Fisher)
	}
	for k, r := range tested {
		f.Measurements[at[k]] = Measurement{Channel: name, Result: r}
	}
	return f, nil
}

func setMDE(f *Family, model *stat.SDSM, rows []stat.Pair, at []int, levels []float64) {
	results, own := make([]*stat.Result, len(at)), make([]float64, len(at))
	for k, n := range at {
		results[k], own[k] = &f.Measurements[n].Result, levels[n]
	}
	model.SetMDE(results, rows, own)
}

func (inc *Incidence) absent(p Pair) string {
	a, b := inc.Degree(p.A), inc.Degree(p.B)
	switch {
	case a == 0 && b == 0:
		return fmt.Sprintf("no %s evidence on either side", inc.Channel)
	case a == 0:
		return fmt.Sprintf("no %s evidence on side A", inc.Channel)
	default:
		return fmt.Sprintf("no %s evidence on side B", inc.Channel)
	}
}

// popularity counts the actors of each item.
func (inc *Incidence) popularity() []int {
	n := make([]int, len(inc.Items))
	for k := range n {
		n[k] = inc.matrix.ColumnDegree(k)
	}
	return n
}

// shared lists the items of both rows, rarest first.
func (inc *Incidence) shared(i, j int, popularity []int) []SharedItem {
	var out []SharedItem
	for _, k := range inc.matrix.Shared(i, j) {
		out = append(out, SharedItem{Item: inc.Items[k].Name, Ref: inc.Items[k].Ref, Actors: popularity[k]})
	}
	slices.SortStableFunc(out, func(a, b SharedItem) int {
		return cmp.Or(cmp.Compare(a.Actors, b.Actors), cmp.Compare(a.Item, b.Item))
	})
	return out
}
