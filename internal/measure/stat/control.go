package stat

import (
	"fmt"
	"math"
)

// NullControls names the null of the control test in Result.Null.
const NullControls = "like others in the same stretch (exact conditional)"

// ControlTest tests whether more (TailUpper) or fewer (TailLower) events of A
// follow one of B than the events of others do in the same stretches of time.
// Under the null, which of the events of a stretch are A's is chance: given how
// many events there are in it, how many of them follow, and how many are A's,
// the number of A's that follow is hypergeometric, and the total is the sum over
// stretches (the exact form of the test of Mantel and Haenszel, Journal of the
// National Cancer Institute 22, 1959).
//
// Others are events with no link to B: of other actors, or of A's own side
// against other targets (placebo dyads). Whatever moves everybody - a shock, a
// war, growing or heaped dates - moves them too and cannot pass for
// coordination, however short it is. Few others cost power and raise no false
// alarms.
//
// It asks another question than [JitterTest]; coordination should show in both.
// Taking the larger of the two p-values tests for that.
//
// Fewer than [MinEvents] on a side or among others, or stretches in which all
// follow or none do, make it not measurable.
func ControlTest(a, b, others []float64, span Span, w Window, stretch float64, tail string) *TimingTest {
	why := timingFault(a, b, span, w, stretch)
	if err := checkTiming(others, nil, span, w); why == "" && err != nil {
		why = err.Error()
	}
	if why == "" && len(others) < MinEvents {
		why = fmt.Sprintf("%d events of others: at least %d are needed", len(others), MinEvents)
	}
	if why != "" {
		return unmeasurableTiming(NullControls, a, b, why)
	}
	follows := followers(b, w)
	var strata controlStrata
	for mine, series := range [][]float64{others, a} {
		for _, t := range series {
			n := int(math.Floor((t - span.From) / stretch))
			for len(strata) <= n {
				strata = append(strata, &stratum{})
			}
			s := strata[n]
			s.events++
			s.mine += mine
			if follows(t) {
				s.following++
			}
		}
	}
	t := newTimingTest(NullControls, sumOfStrata(strata), a, b, follows, tail)
	t.strata = func() (out controlStrata) {
		for n, s := range strata {
			if s.events > 0 {
				s.days = followingShare(span.From+stretch*float64(n), span, stretch, follows)
				out = append(out, s)
			}
		}
		return out
	}
	return t
}

// stratum counts the events of one stretch.
type stratum struct {
	events, mine, following int
	days                    float64 // share of its days on which an event would follow
}

// sumOfStrata is the distribution of a sum of hypergeometric counts. Its
// generating function has real roots only, as that of each of them has (Vatutin
// and Mikhailov, Theory of Probability and its Applications 27, 1982): it is
// Poisson-binomial.
func sumOfStrata(strata controlStrata) *poissonBinomial {
	d := &poissonBinomial{pmf: []float64{1}}
	for _, s := range strata {
		if s.events == 0 {
			continue
		}
		first, pmf := hypergeometricPMF(s.events, s.following, s.mine)
		d.first += first
		sum := make([]float64, len(d.pmf)+len(pmf)-1)
		for i, x := range d.pmf {
			for j, y := range pmf {
				sum[i+j] += x * y
			}
		}
		d.pmf = sum
	}
	for i, p := range d.pmf {
		d.mean += p * float64(d.first+i)
	}
	for i, p := range d.pmf {
		d.variance += p * (float64(d.first+i) - d.mean) * (float64(d.first+i) - d.mean)
	}
	d.trim()
	d.cumulate()
	return d
}
