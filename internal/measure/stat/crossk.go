package stat

import "fmt"

// CrossK counts the pairs of an event of a and one of b at most h days apart,
// and the number expected if the events of b fell uniformly over the span
// (Ripley's cross-K function in one dimension). The expectation is corrected for
// the edges: round each event of a only the time inside the span counts. It is a
// description, without a p-value: shown beside [JitterTest]. The error cases are
// those of [CoincidencesOf].
func CrossK(a, b []float64, span Span, h float64) (pairs int, expected float64, err error) {
	if !(h >= 0) {
		return 0, 0, fmt.Errorf("cross-K: a distance of %v days", h)
	}
	if err := checkTiming(a, b, span, Window{}); err != nil {
		return 0, 0, err
	}
	for _, s := range a {
		for _, t := range b {
			if t-s <= h && s-t <= h {
				pairs++
			}
		}
		inside := min(s+h, span.To) - max(s-h, span.From)
		expected += inside * float64(len(b)) / span.Length()
	}
	return pairs, expected, nil
}
