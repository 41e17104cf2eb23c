package channel

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/resolve"
	"github.com/cahoots-project/cahoots/stat"
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

// Overlap tests for every pair whether the two share more items than chance and
// adjusts over every pair tested (Benjamini-Hochberg). Measurements come in the
// order of pairs; a pair that cannot be tested is not measurable, with the
// reason.
func (inc *Incidence) Overlap(pairs []Pair, null Null, alpha float64) ([]Measurement, error) {
	results, err := inc.test(pairs, null, alpha)
	if err != nil {
		return nil, fmt.Errorf("channel %s: %w", inc.Channel, err)
	}
	out := make([]Measurement, len(pairs))
	popularity := inc.popularity()
	similarity := stat.NewSimilarity(inc.matrix)
	for n, p := range pairs {
		out[n] = Measurement{Channel: inc.Channel, Result: *results[n]}
		i, okA := inc.rows[p.A]
		j, okB := inc.rows[p.B]
		if !okA || !okB {
			continue
		}
		out[n].Shared = inc.shared(i, j, popularity)
		if out[n].Verdict != stat.NotMeasurable {
			out[n].Ranking = &Ranking{
				Jaccard:         similarity.Jaccard(i, j),
				WeightedJaccard: similarity.WeightedJaccard(i, j),
				Cosine:          similarity.Cosine(i, j),
			}
		}
	}
	return out, nil
}

// test runs the null model over the pairs both of whose actors are rows.
func (inc *Incidence) test(pairs []Pair, null Null, alpha float64) ([]*stat.Result, error) {
	var rows []stat.Pair
	var at []int
	results := make([]*stat.Result, len(pairs))
	for n, p := range pairs {
		i, okA := inc.rows[p.A]
		j, okB := inc.rows[p.B]
		if okA && okB {
			rows, at = append(rows, stat.Pair{A: i, B: j}), append(at, n)
			continue
		}
		r := stat.Unmeasurable(string(null), stat.SharedItems, inc.Degree(p.A), inc.Degree(p.B), inc.absent(p))
		results[n] = &r
	}
	var tested []stat.Result
	var model *stat.SDSM
	switch null {
	case SDSM, "":
		var err error
		if model, err = stat.NewSDSM(inc.matrix); err != nil {
			return nil, err
		}
		tested = model.Overlaps(rows, stat.TailUpper)
	case Fisher:
		tested = stat.FisherOverlaps(inc.matrix, rows, stat.TailUpper)
	default:
		return nil, fmt.Errorf("null model %q is unknown; use %q or %q", null, SDSM, Fisher)
	}
	family := make([]*stat.Result, len(tested))
	for k := range tested {
		family[k] = &tested[k]
		results[at[k]] = &tested[k]
	}
	levels, err := stat.Adjust(family, stat.BH, alpha)
	if err != nil {
		return nil, err
	}
	if model != nil {
		model.SetMDE(family, rows, levels)
	}
	return results, nil
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
