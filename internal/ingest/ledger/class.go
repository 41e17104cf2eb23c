package ledger

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// need says what an item of a class must give beside id, class and source.
type need uint8

const (
	needActor need = 1 << iota
	needWith
	needValue
	needTechnique // ref is an ATT&CK technique
	needCVE
	needTargets
	needBasis
)

var needs = map[evidence.Class]need{
	evidence.Alias: needActor | needValue, evidence.Sponsor: needActor | needValue,
	evidence.Activity: needActor, evidence.Incident: needActor, evidence.Campaign: needActor | needValue,
	evidence.UsesSoftware: needActor | needValue, evidence.UsesTechnique: needActor | needTechnique,
	evidence.Exploits: needActor | needCVE, evidence.Targets: needActor | needTargets,
	evidence.Infrastructure: needActor | needValue,

	evidence.CoCompromise: needActor | needWith | needBasis, evidence.AccessHandover: needActor | needWith | needBasis,
	evidence.JointOperation: needActor | needWith | needBasis, evidence.AttackOnGroup: needActor | needWith,
	evidence.PossiblySame:         needActor | needWith,
	evidence.TemporalOrder:        needActor | needWith | needBasis,
	evidence.SharedInfrastructure: needActor | needWith | needValue, evidence.SharedTool: needActor | needWith | needValue,
	evidence.InfrastructureOverlap: needActor | needWith | needValue,
	evidence.CodeSimilarity:        needActor | needWith | needValue, evidence.SharedPublicTool: needActor | needWith | needValue,
	evidence.SameTarget: needActor | needWith, evidence.TargetAvoidance: needActor | needWith,
	evidence.TechniqueOverlap: needActor | needWith, evidence.InformationExchange: needActor | needWith,
	evidence.Takeover: needActor | needWith, evidence.FalseFlag: needActor | needWith,
	evidence.Statement: needActor | needValue, evidence.Denial: needActor | needValue,
	evidence.AttackOnState: needActor | needTargets,
}

// Spellings of classes that a writer may use beside the class itself; "_" and
// " " stand for "-" in all of them.
var friendly = map[string]evidence.Class{
	"tool-use": evidence.UsesSoftware, "software": evidence.UsesSoftware, "tool": evidence.UsesSoftware,
	"technique-use": evidence.UsesTechnique, "technique": evidence.UsesTechnique,
	"target": evidence.Targets, "exploit": evidence.Exploits, "exploitation": evidence.Exploits,
	"handover": evidence.AccessHandover, "hand-over": evidence.AccessHandover,
	"shared-infrastructure": evidence.SharedInfrastructure, "shared-tool": evidence.SharedTool,
	"public-tool": evidence.SharedPublicTool, "same-victim": evidence.SameTarget,
	"attack-on-partner": evidence.AttackOnState, "same-group": evidence.PossiblySame,
}

// parseClass reads a class as a case file may write it: its own name, or a
// friendly spelling such as "tool_use" or "attack on partner". An agreement is
// no item of evidence but has a list of its own.
func parseClass(s string) (evidence.Class, bool) {
	s = strings.NewReplacer("_", "-", " ", "-").Replace(strings.ToLower(strings.TrimSpace(s)))
	if c, ok := friendly[s]; ok {
		return c, true
	}
	c := evidence.Class(s)
	_, ok := needs[c]
	return c, ok
}

// classNames lists the classes an item may have, in the order of the documentation.
func classNames() []string {
	var out []string
	for _, c := range evidence.Classes() {
		if _, ok := needs[c]; ok {
			out = append(out, string(c))
		}
	}
	return out
}

var (
	kinds = []string{ // of an agreement
		"treaty", "executive agreement", "memorandum", "joint statement", "norms", "alliance", "intelligence sharing",
	}
	clauses = []string{
		"non_aggression_cyber", "no_commercial_espionage", "information_exchange", "intelligence_sharing",
		"law_enforcement", "training", "mutual_defence", "integrated_command", "norms",
	}
	sameness    = []string{evidence.KindPart, evidence.KindSimilar} // kinds of possibly-same
	signs       = []string{"none", "cooperative", "unilateral", "adversarial", "undetermined"}
	confidences = []string{"low", "moderate", "high"}
	claimed     = []string{string(evidence.Asserted), string(evidence.Contested), string(evidence.Denied)}
	statuses    = append(slices.Clone(claimed), string(Proposed), string(Refused))
	consents    = []string{string(evidence.ConsentShown), string(evidence.ConsentRefused), string(evidence.ConsentUnknown)}
	exclusives  = []string{string(evidence.Public), string(evidence.Shared), string(evidence.Exclusive)}
	bases       = []string{string(evidence.Observed), string(evidence.Assessed), string(evidence.Reported)}
	objectives  = []string{"espionage", "disruption", "destruction", "financial", "influence"}
)
