package assess

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Prior is the probability, before any evidence, that two groups of a question
// knowingly work together (L3 or above, with consent). Nobody knows it; the sweep
// shows how much of the answer it makes.
const Prior = .02

// priors of the sweep.
var priors = []float64{.005, .01, .02, .05, .1, .2}

// Caps on likelihood ratios: what one term, and what all terms of a class
// together, may count. Nobody knows such a ratio well enough for one kind of
// evidence to decide alone.
const (
	termCap  = 20
	classCap = 40
)

// Weight is the weight of evidence for the two knowingly working together. The
// ratios are judgements, listed in docs/method.md, and no measurements; the
// level is not derived from them.
type Weight struct {
	stat.Weight
	Sweep []PriorPoint `json:"sweep"`
}

// PriorPoint is the outcome under another prior.
type PriorPoint struct {
	Prior     float64 `json:"prior"`
	Posterior float64 `json:"posterior"`
	Wording   string  `json:"wording"` // ICD 203 likelihood
}

// weigh adds up what bears on a pair.
func weigh(f findings) (*Weight, error) {
	ratios := capped(ratios(f))
	w, err := stat.WeightOfEvidence(Prior, ratios, termCap)
	if err != nil {
		return nil, err
	}
	sweep, err := stat.PriorSweep(priors, ratios, termCap)
	if err != nil {
		return nil, err
	}
	out := &Weight{Weight: w}
	for _, s := range sweep {
		out.Sweep = append(out.Sweep, PriorPoint{s.Prior, s.Posterior, s.Wording})
	}
	return out, nil
}

// classed is a ratio with the class whose cap it counts against.
type classed struct {
	class string
	stat.LikelihoodRatio
}

// ratios lists one likelihood ratio for each class of evidence and independence
// group: of several links of one class and source the strongest.
func ratios(f findings) []classed {
	type key struct{ class, source string }
	strongest := map[key]float64{}
	note := func(k key, ratio float64) {
		if old, seen := strongest[k]; !seen || math.Abs(math.Log(ratio)) > math.Abs(math.Log(old)) {
			strongest[k] = ratio
		}
	}
	for _, l := range only(f.ledger, asserted) {
		if r := ratioOf(l); r != 1 {
			note(key{string(l.Class), l.Source}, r)
		}
	}
	if attacks := only(f.attacks, asserted); len(attacks) > 0 {
		note(key{"attack on the other's state", ""}, attackRatio)
	}
	found := beyondChance(f)
	for _, t := range f.tests {
		if t.Verdict == stat.NotMeasurable || t.Verdict == stat.Blind || t.Verdict == "" || t.Is.Weighs == "" || t.Is.Beside {
			continue
		}
		ratio := nullRatio
		if slices.ContainsFunc(found, func(o channel.Tested) bool { return o.Is == t.Is }) {
			ratio = foundRatio
		}
		note(key{t.Is.Weighs, ""}, ratio)
	}
	var out []classed
	for k, r := range strongest {
		label := strings.ReplaceAll(k.class, "-", " ")
		if k.source != "" {
			label += ", " + k.source
		}
		out = append(out, classed{k.class, stat.LikelihoodRatio{Label: label, Ratio: r}})
	}
	slices.SortFunc(out, func(a, b classed) int {
		return cmp.Or(cmp.Compare(b.Ratio, a.Ratio), cmp.Compare(a.Label, b.Label))
	})
	return out
}

// Ratios of what is no cited link. A null result hardly speaks against
// cooperation, because most tests would not have found it; an attack on the
// other's state speaks against it a little, because states that work together
// spy on each other all the same.
const (
	foundRatio  = 3.0
	nullRatio   = .9
	attackRatio = .7
	takenRatio  = .2
)

// ratioOf is how many times likelier a link is if the two knowingly work
// together than if they do not.
func ratioOf(l channel.Link) float64 {
	observed, exclusive := l.Basis == evidence.Observed, l.Exclusivity == evidence.Exclusive
	pick := func(if_ bool, yes, no float64) float64 {
		if if_ {
			return yes
		}
		return no
	}
	switch {
	case unilateral(l), l.Class == evidence.AttackOnGroup:
		return takenRatio
	case l.Exclusivity == evidence.Public:
		return 1
	}
	switch l.Class {
	case evidence.AccessHandover, evidence.JointOperation:
		return pick(observed, 20, 6)
	case evidence.CoCompromise:
		return pick(observed && l.Consent == evidence.ConsentShown, 20, 2)
	case evidence.InformationExchange:
		return pick(observed, 15, 8)
	case evidence.TemporalOrder:
		return pick(observed, 5, 2)
	case evidence.SharedInfrastructure:
		return pick(exclusive, 5, 3)
	case evidence.SharedTool, evidence.TargetAvoidance:
		return 3
	case evidence.CodeSimilarity:
		return pick(exclusive, 2, 1.5)
	case evidence.Statement:
		return 1.5
	case evidence.SameTarget:
		return 1.1
	case evidence.Denial:
		return .9
	}
	return 1
}

// capped holds each ratio within the term cap, and the product of a class within
// the class cap: what goes beyond is taken off the last of the class.
func capped(in []classed) []stat.LikelihoodRatio {
	total := map[string]float64{}
	var out []stat.LikelihoodRatio
	for _, r := range in {
		sum, logCap := total[r.class], math.Log(classCap)
		weight := math.Log(min(max(r.Ratio, 1/float64(termCap)), termCap))
		held := min(max(sum+weight, -logCap), logCap) - sum
		total[r.class] = sum + held
		if math.Abs(held-weight) > 1e-12 {
			r.Ratio = math.Exp(held)
			r.Label += fmt.Sprintf(" (held: a class counts %d at most)", classCap)
		}
		out = append(out, r.LikelihoodRatio)
	}
	return out
}
