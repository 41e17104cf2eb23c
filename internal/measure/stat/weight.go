package stat

import (
	"fmt"
	"math"
)

// A LikelihoodRatio says how many times likelier one piece of evidence is if the
// hypothesis holds than if it does not.
type LikelihoodRatio struct {
	Label string  `json:"label"`
	Ratio float64 `json:"ratio"` // above 0; 1 tells nothing
}

// A term is a likelihood ratio as it entered a weight of evidence.
type term struct {
	LikelihoodRatio
	Used   float64 `json:"used"`   // the ratio after capping
	Weight float64 `json:"weight"` // its natural logarithm
}

// A Weight is a weight of evidence (Good, Probability and the Weighing of
// Evidence, 1950).
type Weight struct {
	Prior     float64 `json:"prior"`
	Posterior float64 `json:"posterior"`
	LogOdds   float64 `json:"log_odds"` // natural, of the posterior
	Terms     []term  `json:"terms"`
	Wording   string  `json:"wording"` // ICD 203, see [Estimative]
}

// WeightOfEvidence adds the logarithms of the ratios to the log-odds of the
// prior. Ratios must belong to independent evidence: the caller gives one per
// class and independence group. Each is held between 1/limit and limit, because
// nobody knows such a ratio well enough for one to decide alone; a limit of +Inf
// holds nothing. It is an error where prior is not in (0, 1), limit is below 1,
// or a ratio is not a positive number.
func WeightOfEvidence(prior float64, ratios []LikelihoodRatio, limit float64) (Weight, error) {
	if !(prior > 0 && prior < 1) {
		return Weight{}, fmt.Errorf("weight of evidence: prior %v is not between 0 and 1", prior)
	}
	if !(limit >= 1) {
		return Weight{}, fmt.Errorf("weight of evidence: a limit of %v on ratios is below 1", limit)
	}
	w := Weight{Prior: prior, LogOdds: math.Log(prior) - math.Log1p(-prior), Terms: []term{}}
	for _, r := range ratios {
		if !(r.Ratio > 0) || math.IsInf(r.Ratio, 0) {
			return Weight{}, fmt.Errorf("weight of evidence: ratio %v of %q is not a positive number", r.Ratio, r.Label)
		}
		used := min(max(r.Ratio, 1/limit), limit)
		term := term{LikelihoodRatio: r, Used: used, Weight: math.Log(used)}
		w.LogOdds += term.Weight
		w.Terms = append(w.Terms, term)
	}
	w.Posterior = logistic(w.LogOdds)
	w.Wording = estimative(w.Posterior)
	return w, nil
}

// PriorSweep is the posterior for each of the priors, in their order: how much
// of the answer was put in beforehand.
func PriorSweep(priors []float64, ratios []LikelihoodRatio, limit float64) ([]Weight, error) {
	out := make([]Weight, 0, len(priors))
	for _, prior := range priors {
		w, err := WeightOfEvidence(prior, ratios, limit)
		if err != nil {
			return nil, err
		}
		out = append(out, w)
	}
	return out, nil
}

// estimative is the expression of likelihood of ICD 203 (Analytic Standards,
// 2015) for a probability: "almost no chance" up to .05, "very unlikely" up to
// .2, "unlikely" up to .45, "roughly even chance" up to .55, "likely" up to .8,
// "very likely" up to .95, "almost certain" above. A border belongs to the
// expression nearer to even chance. It says nothing about confidence and must
// not share a phrase with it. "" for what is no probability.
func estimative(p float64) string {
	switch {
	case !(p >= 0 && p <= 1):
		return ""
	case p < .05:
		return "almost no chance"
	case p < .20:
		return "very unlikely"
	case p < .45:
		return "unlikely"
	case p <= .55:
		return "roughly even chance"
	case p <= .80:
		return "likely"
	case p <= .95:
		return "very likely"
	default:
		return "almost certain"
	}
}
