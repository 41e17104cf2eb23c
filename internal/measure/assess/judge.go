package assess

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// findings is all that bears on one pair.
type findings struct {
	a, b              Actor
	lookedA, lookedB  coverage
	ledger, attacks   []channel.Link
	together          channel.Together // what the joint test says
	tests             []channel.Tested
	contestedIdentity []string             // sentences: whose attribution is contested
	possibly          *resolve.Possibility // whether the two may be one actor; nil where nobody says so
	merged            bool                 // with disputed aliases the two are one actor
	beyond            bool                 // the period begins after the data end
}

// test is the test on the channel of a name; the zero value where there is none.
func (f findings) test(name string) channel.Tested {
	for _, t := range f.tests {
		if t.Is.Name == name {
			return t
		}
	}
	return channel.Tested{}
}

// assessable reports whether anything could have been found: something is on
// record of what both did, or of the two together.
func (f findings) assessable() bool {
	return f.lookedA.Records > 0 && f.lookedB.Records > 0 || len(f.ledger) > 0
}

// A verdict before it is put into words.
type verdict struct {
	level      Level
	sign       Sign
	confidence string
	carrying   []channel.Link // links the level or sign rests on
	explained  []string       // why overlap there is does not count
}

// judge applies the hard rules of the ladder. The level is the highest rung
// whose necessary evidence exists; contested and denied claims raise nothing;
// statistics alone reach L1; what was taken without consent is unilateral
// whatever its overlap.
func judge(f findings) verdict {
	if !f.assessable() {
		return verdict{level: NotAssessable, sign: NoSign, confidence: Low}
	}
	v := verdict{level: NoneFound}
	v.level, v.carrying = climb(f)
	taken := only(f.ledger, func(l channel.Link) bool { return asserted(l) && unilateral(l) })
	if v.level < IncidentalOverlap && f.together.Linked() {
		if len(taken) == 0 {
			v.level = IncidentalOverlap
		} else {
			v.explained = append(v.explained, "overlap beyond chance is explained by the takeover, theft or false flag")
		}
	}
	if f.together.SameTheatre {
		v.explained = append(v.explained, "only what the two were set upon is beyond chance, which groups of the same theatre show without a word between them; it raises nothing")
	}
	if avoiding(f.tests) {
		v.explained = append(v.explained, "the two share fewer target countries than chance lets expect, which fits a division of labour and just as well two remits given without a word between them; it raises nothing by itself")
	}
	if len(taken) > 0 && v.level >= IncidentalOverlap && !consented(v.carrying) {
		v.explained = append(v.explained, fmt.Sprintf("evidence for %s is explained by the takeover, theft or false flag", v.level))
		v.level, v.carrying = NoneFound, nil
	}
	v.sign, v.carrying = sign(v, taken, only(f.ledger, func(l channel.Link) bool { return asserted(l) && strikes(l) }))
	v.confidence = confidence(v, f)
	return v
}

// climb finds the highest rung whose necessary evidence exists among the cited
// links, and the links that carry it.
func climb(f findings) (Level, []channel.Link) {
	for level := JointOperation; level > NoneFound; level-- {
		carrying := only(f.ledger, func(l channel.Link) bool { return asserted(l) && supports(f, l) >= level })
		if len(carrying) > 0 {
			return level, carrying
		}
	}
	return NoneFound, nil
}

// supports is the rung of a link among the others: an order in time told by a
// single source is incidental until a second one sees it, or the dated incidents
// of both show the same order beyond chance.
func supports(f findings, l channel.Link) Level {
	level := rung(l)
	if level == TaskingAlignment {
		tell := only(f.ledger, func(o channel.Link) bool { return asserted(o) && rung(o) >= TaskingAlignment })
		if len(sources(tell)) < 2 && !sequenceFound(f) {
			return IncidentalOverlap
		}
	}
	return level
}

// rung is the highest level one asserted link can be necessary evidence for.
// The two upper rungs need a direct technical observation: a hand-over that was
// only concluded or reported documents an exchange, no more.
func rung(l channel.Link) Level {
	if unilateral(l) {
		return NoneFound
	}
	public, observed := l.Exclusivity == evidence.Public, l.Basis == evidence.Observed
	switch l.Class {
	case evidence.AccessHandover, evidence.JointOperation:
		switch {
		case public:
			return IncidentalOverlap
		case observed:
			return JointOperation
		}
		return InformationExchange
	case evidence.CoCompromise:
		if observed && l.Consent == evidence.ConsentShown {
			return JointOperation
		}
		return IncidentalOverlap
	case evidence.TemporalOrder:
		if observed {
			return TaskingAlignment
		}
		return IncidentalOverlap
	case evidence.InformationExchange:
		return InformationExchange
	case evidence.TargetAvoidance: // one may keep clear of another that knows nothing of it
		if l.Consent == evidence.ConsentShown {
			return InformationExchange
		}
		return IncidentalOverlap
	case evidence.SharedTool, evidence.SharedInfrastructure:
		if public {
			return IncidentalOverlap
		}
		return SharedSupply
	case evidence.CodeSimilarity:
		if l.Exclusivity == evidence.Exclusive || l.Exclusivity == evidence.Shared {
			return SharedSupply
		}
		return IncidentalOverlap
	case evidence.InfrastructureOverlap, evidence.SharedPublicTool, evidence.SameTarget, evidence.TechniqueOverlap:
		return IncidentalOverlap
	}
	return NoneFound // statements and denials are heard but raise nothing
}

// unilateral reports whether one party acted upon the other without its
// consent.
func unilateral(l channel.Link) bool {
	return l.Class == evidence.Takeover || l.Class == evidence.FalseFlag || l.Consent == evidence.ConsentRefused
}

// strikes reports whether one party attacked the other itself.
func strikes(l channel.Link) bool {
	return l.Class == evidence.AttackOnState || l.Class == evidence.AttackOnGroup
}

func asserted(l channel.Link) bool { return l.Status == evidence.Asserted }

func disputed(l channel.Link) bool { return l.Consent == channel.ConsentDisputed }

func consented(links []channel.Link) bool {
	return slices.ContainsFunc(links, func(l channel.Link) bool { return l.Consent == evidence.ConsentShown })
}

// only keeps the links that meet the condition, in order.
func only(links []channel.Link, keep func(channel.Link) bool) []channel.Link {
	var out []channel.Link
	for _, l := range links {
		if keep(l) {
			out = append(out, l)
		}
	}
	return out
}

// beyondChance are the channels that show by themselves what the joint test found.
func beyondChance(f findings) []channel.Tested {
	var out []channel.Tested
	for _, t := range f.tests {
		if f.together.Verdict == stat.Distinguishable && slices.Contains(f.together.Named, t.Is.Name) {
			out = append(out, t)
		}
	}
	return out
}

// avoiding reports whether the two share fewer targets than chance.
func avoiding(tests []channel.Tested) bool {
	return slices.ContainsFunc(tests, func(t channel.Tested) bool {
		return t.Is.Means == channel.KeptApart && t.Verdict == stat.Distinguishable
	})
}

// sequenceFound reports whether the dates of their acts, not of disclosures,
// follow one another beyond chance.
func sequenceFound(f findings) bool {
	return slices.ContainsFunc(beyondChance(f), func(t channel.Tested) bool { return t.Is.Means == channel.InOrder })
}

// sign tells cooperation from its opposites, from evidence about the pair alone:
// what one group does to the other's state is no deed against the other group and
// stands on lines of its own. A link at L3 or above carries its own consent; below
// that, a takeover is unilateral, an attack on the other group adversarial, and
// shared supply leaves the question open.
func sign(v verdict, taken, attacks []channel.Link) (Sign, []channel.Link) {
	switch {
	case v.level >= InformationExchange && consented(v.carrying):
		return Cooperative, v.carrying
	case v.level >= InformationExchange:
		return Undetermined, v.carrying
	case len(taken) > 0:
		return Unilateral, append(slices.Clone(taken), v.carrying...)
	case len(attacks) > 0:
		return Adversarial, append(slices.Clone(attacks), v.carrying...)
	case v.level >= SharedSupply:
		return Undetermined, v.carrying
	}
	return NoSign, v.carrying
}

// Confidence in a verdict, in the words of ICD 203.
const (
	Low      = "low"
	Moderate = "moderate"
	High     = "high"
)

// confidence says how well the verdict is founded, not how likely it is. One
// independent source, statistics alone, a contested identity, a possible identity
// of the two, and a contested direct link cap it at low.
// "None found" needs that both groups were watched by several sources and that a
// link of half of what they have would have been seen; it is never high, because
// smaller ones would not.
func confidence(v verdict, f findings) string {
	if v.level == NotAssessable || len(f.contestedIdentity) > 0 || f.beyond || f.possibly != nil || challenged(v, f) {
		return Low
	}
	n := len(sources(v.carrying))
	if v.level == NoneFound && v.sign != Unilateral {
		seen := min(f.lookedA.Sources, f.lookedB.Sources)
		if seen >= 2 && (n >= 2 || couldSee(f.together)) {
			return Moderate
		}
		return Low
	}
	switch {
	case n <= 1:
		return Low
	case n <= 3:
		return Moderate
	default:
		return High
	}
}

// challenged reports whether a link between the two is contested that would bear
// on the verdict: above "none found" what is only said does not.
func challenged(v verdict, f findings) bool {
	return slices.ContainsFunc(f.ledger, func(l channel.Link) bool {
		said := l.Class == evidence.Statement || l.Class == evidence.Denial
		return !asserted(l) && (v.level == NoneFound || !said)
	})
}

// enoughSight is the largest share linked of which a test may need to be shown to
// be said to have looked.
const enoughSight = .5

// couldSee reports whether the joint test would have found a link of half of all
// that the smaller side has.
func couldSee(t channel.Together) bool {
	return t.Verdict == stat.NotDistinguishable && t.MDE != nil && *t.MDE <= enoughSight
}

// sources are the independent sources of the links, sorted.
func sources(links []channel.Link) []string {
	var out []string
	for _, l := range links {
		out = append(out, l.Source)
	}
	slices.Sort(out)
	return slices.Compact(out)
}
