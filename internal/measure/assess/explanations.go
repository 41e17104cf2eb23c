package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Explanation is one way in which what the two have in common could have come
// about. Explanations stand side by side; several can be true at once.
type Explanation struct {
	Name    string   `json:"name"`
	For     []Reason `json:"for"`
	Against []Reason `json:"against"`
	// Test says what would tell it from the others.
	Test string `json:"test"`
}

// Reason is one thing that speaks for or against an explanation.
type Reason struct {
	Text     string        `json:"text"`
	Evidence []evidence.ID `json:"evidence,omitempty"`
}

// explanations sets the competing explanations of a pair side by side; none
// where there is nothing to explain: no cited link, nothing shared, nothing
// beyond chance.
func explanations(f findings) []Explanation {
	if !f.assessable() || len(f.ledger) == 0 && f.together.Verdict != stat.Distinguishable && len(sharedItems(f.tests)) == 0 {
		return []Explanation{}
	}
	return []Explanation{coordination(f), sharedSupplier(f), sameActor(f), taken(f), commodity(f)}
}

// reasons gathers what holds of a list of conditions.
type reasons []Reason

func (r *reasons) say(links []channel.Link, format string, args ...any) {
	reason := Reason{Text: fmt.Sprintf(format, args...)}
	for _, l := range links {
		reason.Evidence = append(reason.Evidence, l.Records...)
	}
	slices.Sort(reason.Evidence)
	reason.Evidence = slices.Compact(reason.Evidence)
	*r = append(*r, reason)
}

func (r reasons) list() []Reason {
	if r == nil {
		return []Reason{}
	}
	return r
}

func ofClass(links []channel.Link, classes ...evidence.Class) []channel.Link {
	return only(links, func(l channel.Link) bool { return asserted(l) && !unilateral(l) && slices.Contains(classes, l.Class) })
}

func coordination(f findings) Explanation {
	var yes, no reasons
	for _, l := range only(f.ledger, func(l channel.Link) bool { return asserted(l) && rung(l) >= InformationExchange }) {
		consent := "consent unknown"
		if l.Consent == evidence.ConsentShown {
			consent = "consent shown"
		}
		yes.say([]channel.Link{l}, "%s told by %s, %s", className(l.Class), l.Source, consent)
	}
	for _, t := range beyondChance(f) {
		yes.say(nil, "%s beyond chance (adjusted p %.2g), which fits coordination and does not show it", t.Is.Name, *t.PAdjusted)
	}
	if attacks := only(f.attacks, asserted); len(attacks) > 0 {
		no.say(attacks, "%s on the other's state", plural(len(attacks), "cited attack", "cited attacks"))
	}
	if denials := only(f.ledger, func(l channel.Link) bool { return l.Class == evidence.Denial || l.Status != evidence.Asserted }); len(denials) > 0 {
		no.say(denials, "%s", plural(len(denials), "claim is denied or contested", "claims are denied or contested"))
	}
	if tested := nulls(f.tests); len(tested) > 0 && len(beyondChance(f)) == 0 {
		no.say(nil, "nothing beyond chance on %s; links smaller than the minimum detectable effects could have gone unseen", enumerate(tested))
	}
	return Explanation{"coordination", yes.list(), no.list(),
		"one's exclusive tool on access that only the other had, seen on the same host in order of time, with no trace of break-in between the two"}
}

func sharedSupplier(f findings) Explanation {
	var yes, no reasons
	tools := ofClass(f.ledger, evidence.SharedTool, evidence.SharedInfrastructure, evidence.CodeSimilarity)
	tools = only(tools, func(l channel.Link) bool { return l.Exclusivity != evidence.Public })
	if len(tools) > 0 {
		yes.say(tools, "%s told by %s", classes(tools, NoneFound), enumerate(sources(tools)))
	}
	if items := rare(f.tests); len(items) > 0 {
		yes.say(nil, "software in few hands is shared: %s", enumerate(items))
	}
	if host := ofClass(f.ledger, evidence.CoCompromise, evidence.AccessHandover); len(host) > 0 {
		no.say(host, "both were on one victim's systems, which a supplier does not bring about")
	}
	if len(tools) == 0 {
		no.say(nil, "no non-public tool, builder, certificate or code is on record in both hands")
	}
	return Explanation{"shared supplier", yes.list(), no.list(),
		"the same tool, built at the same time, in the hands of third groups that neither works with; builds ordered apart speak for a supplier"}
}

func sameActor(f findings) Explanation {
	var yes, no reasons
	if f.possibly != nil {
		yes.say(nil, "%s", strings.TrimSuffix(f.possibly.Why, "."))
	}
	if len(f.contestedIdentity) > 0 {
		yes.say(nil, "%s", enumerate(f.contestedIdentity))
	}
	if f.merged {
		yes.say(nil, "with disputed aliases let in, the two are one actor")
	}
	exclusive := ofClass(f.ledger, evidence.SharedInfrastructure, evidence.SharedTool)
	exclusive = only(exclusive, func(l channel.Link) bool { return l.Exclusivity == evidence.Exclusive })
	if len(exclusive) > 0 {
		yes.say(exclusive, "what one hand alone is known to have is in both")
	}
	no.say(nil, "the catalogues keep %s and %s apart", f.a.Name, f.b.Name)
	if f.a.Country != "" && f.b.Country != "" && f.a.Country != f.b.Country {
		no.say(nil, "they are attributed to different states, %s and %s", evidence.CountryInText(f.a.Country), evidence.CountryInText(f.b.Country))
	}
	return Explanation{"same actor under two names", yes.list(), no.list(),
		"working hours, mistakes and keys that never occur apart; a vendor that tracks both and keeps them apart speaks against it"}
}

func taken(f findings) Explanation {
	var yes, no reasons
	if links := only(f.ledger, func(l channel.Link) bool { return asserted(l) && unilateral(l) }); len(links) > 0 {
		yes.say(links, "%s told by %s", classes(links, NoneFound), enumerate(sources(links)))
	}
	if links := only(f.ledger, func(l channel.Link) bool { return asserted(l) && l.Consent == evidence.ConsentShown }); len(links) > 0 {
		no.say(links, "consent is shown")
	}
	if len(yes) == 0 {
		no.say(nil, "no source tells of a takeover, a theft or a false flag between the two")
	}
	return Explanation{"takeover or false flag", yes.list(), no.list(),
		"whether the owner went on as before, reacted, or rebuilt; traces of break-in on its servers; details that a copier gets wrong"}
}

func commodity(f findings) Explanation {
	var yes, no reasons
	if links := ofClass(f.ledger, evidence.SharedPublicTool, evidence.TechniqueOverlap); len(links) > 0 {
		yes.say(links, "%s", classes(links, NoneFound))
	}
	if links := ofClass(f.ledger, evidence.SameTarget, evidence.CoCompromise); len(links) > 0 {
		yes.say(links, "both were at the same victim, as others who want the same may be")
	}
	if items := sharedItems(f.tests); len(items) > 0 {
		common := 0
		for _, it := range items {
			if it.Actors > fewHands {
				common++
			}
		}
		if common > 0 {
			yes.say(nil, "%d of %d shared items are in more than %d hands", common, len(items), fewHands)
		}
	}
	if tested := nulls(f.tests); len(tested) > 0 {
		yes.say(nil, "popularity alone accounts for what is shared on %s", enumerate(tested))
	}
	for _, t := range beyondChance(f) {
		no.say(nil, "%s is beyond what popularity accounts for", t.Is.Name)
	}
	if links := only(f.ledger, func(l channel.Link) bool { return asserted(l) && rung(l) >= SharedSupply }); len(links) > 0 {
		no.say(links, "%s is not public", classes(links, SharedSupply))
	}
	return Explanation{"commodity overlap", yes.list(), no.list(),
		"whether groups that nobody suspects share as much; the null model counts exactly that"}
}

// fewHands is the number of groups up to which an item counts as rare.
const fewHands = 3

// rare are the shared tools that few groups have, at most five of them.
func rare(tests []channel.Tested) []string {
	var out []string
	for _, t := range tests {
		if t.Is.Items != channel.Tools {
			continue
		}
		for _, it := range t.Shared {
			if it.Actors <= fewHands && len(out) < 5 {
				out = append(out, it.Item)
			}
		}
	}
	return out
}

// sharedItems are the tools and techniques both have; targets are shared by
// whoever works against the same states and explain nothing.
func sharedItems(tests []channel.Tested) []channel.SharedItem {
	var out []channel.SharedItem
	for _, t := range tests {
		if t.Is.Items == channel.Tools || t.Is.Items == channel.Methods {
			out = append(out, t.Shared...)
		}
	}
	return out
}

// nulls are the channels of the verdict that could have found a link and did not.
func nulls(tests []channel.Tested) []string {
	var out []string
	for _, t := range tests {
		if t.Verdict == stat.NotDistinguishable && !t.Is.Beside {
			out = append(out, t.Is.Name)
		}
	}
	return out
}

func className(c evidence.Class) string { return strings.ReplaceAll(string(c), "-", " ") }
