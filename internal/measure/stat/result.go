// Package stat holds tests and estimates; it knows nothing about threats.
//
// Every test ends in a [Result], built only by the constructors of this
// package, with its sample sizes, effect, p-value, null model and warnings. It
// is not for choosing which pairs to test or what a result means to an analyst:
// that is channel and assess.
//
// A family of tests goes three steps: a constructor measures each, [Adjust]
// sets the verdicts of all, and SetMDE says of those not distinguishable what
// could have been found.
//
//   - Overlap of two actors' items: [SDSM];
//     [FisherOverlap] as a contrast, [similarity] for ranking.
//   - Timing of two series of events: [JitterTest]; beside it [CoincidencesOf],
//     [CircularShift] and [CrossK]; beforehand [TimingPower].
//   - Before and after: [CompareRates] for few events, [InterruptedSeries] for
//     many.
//   - Anything the caller can simulate: [FromDraws].
//   - Error rates: [Proportion], [AreaUnderROC]. Judgement: [WeightOfEvidence].
package stat

// Verdict is what a test found.
type Verdict string

// The outcomes. The zero value is no outcome and prints as not measurable.
const (
	Distinguishable    Verdict = "distinguishable"     // adjusted p at or below alpha
	NotDistinguishable Verdict = "not distinguishable" // a null result: a bound, see MDE
	Blind              Verdict = "blind"               // a null result that says nothing: no link of this kind could have been found
	NotMeasurable      Verdict = "not measurable"      // the test could not be run
)

// A Result is the outcome of one test. The zero Result claims nothing: its P is
// nil, not 0.
type Result struct {
	Verdict   Verdict `json:"verdict"`
	Statistic string  `json:"statistic,omitempty"` // what Observed counts: "shared items", "coincidences"
	Observed  float64 `json:"observed"`
	Expected  float64 `json:"expected"` // mean under the null
	// Effect is Observed/Expected where the test has no better measure; nil
	// where the expectation is zero.
	Effect *float64 `json:"effect,omitempty"`
	// Low and High bound the central 95 % of the statistic under the null.
	Low       *float64 `json:"null_low,omitempty"`
	High      *float64 `json:"null_high,omitempty"`
	P         *float64 `json:"p,omitempty"` // in (0, 1]; in Tail's direction
	PAdjusted *float64 `json:"p_adjusted,omitempty"`
	Tail      string   `json:"tail,omitempty"` // "upper", "lower" or "two-sided"
	NA        int      `json:"n_a"`            // sample size of side A (items, events)
	NB        int      `json:"n_b"`
	Null      string   `json:"null,omitempty"`  // name of the null model: "SDSM", "fixed degrees (curveball)"
	Draws     int      `json:"draws,omitempty"` // Monte Carlo draws; 0 is exact
	Seed      uint64   `json:"seed,omitempty"`
	// MDE is the smallest effect the test would have found with power .8 at
	// its level, in the unit of Observed; nil where it was not computed.
	MDE      *float64 `json:"mde,omitempty"`
	Warnings []string `json:"warnings"`
}

// Unmeasurable is the Result of a test that could not be run, with its reason.
func Unmeasurable(null, statistic string, nA, nB int, why string) Result {
	return Result{Verdict: NotMeasurable, Null: null, Statistic: statistic, NA: nA, NB: nB, Warnings: []string{why}}
}
