package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// answer says in a few plain sentences what was found, then what it does not
// mean. Likelihood is never spoken of here, and confidence has a sentence of its
// own (ICD 203, section D.6.e.2.a: the two never share a sentence).
func (b *assessmentBuilder) answer() document.Section {
	s := document.Section{ID: "answer", Title: "Answer"}
	s.Blocks = append(s.Blocks, document.Paragraph{Lead: true, Text: strings.Join(b.finding(), " ")})
	var items []document.Item
	add := func(term, text string, refs []int) {
		if text != "" {
			items = append(items, document.Item{Term: term, Text: text, Refs: refs})
		}
	}
	add("Left apart", b.apartSentence(), nil)
	add("States", b.stateSentence(), b.bib.cite(b.a.Sides.Evidence))
	add("Contested", b.contestedSentence(), nil)
	add("Confidence", b.confidenceSentence(), nil)
	add("Tests", b.testSentence(), nil)
	add("Limits", b.limitSentence(), nil)
	s.Blocks = append(s.Blocks, document.List{Items: items})
	return s
}

func (b *assessmentBuilder) stateSentence() string {
	s := b.a.Sides
	if s.Strategic == "" {
		if len(s.A.Countries) > 0 && len(s.B.Countries) > 0 {
			return capital(s.Why) + "."
		}
		return ""
	}
	return strings.TrimSpace(strategicText(s.Strategic) + ". " +
		"An agreement between states is not evidence that their groups work together.")
}

// apartSentence names whom a state's side leaves out, a few of each kind.
func (b *assessmentBuilder) apartSentence() string {
	var parts []string
	for _, side := range []assess.Side{b.a.Sides.A, b.a.Sides.B} {
		for _, apart := range side.Apart {
			parts = append(parts, fmt.Sprintf("%s of %s (%s)", kindText(apart.Kind, len(apart.Actors)), side.Label, list(apart.Actors, 2)))
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("Not counted among the groups of a state, and asked about with --actors all: %s.", strings.Join(parts, "; "))
}

// kindText is a number of actors of one kind.
func kindText(k resolve.Kind, n int) string {
	words := map[resolve.Kind][2]string{
		resolve.StateGroup: {"group", "groups"}, resolve.Criminal: {"criminal group", "criminal groups"}, resolve.Hacktivist: {"hacktivist group", "hacktivist groups"},
		resolve.Firm: {"firm", "firms"}, resolve.Person: {"person", "persons"}, resolve.NonState: {"group called no state's", "groups called no state's"},
		resolve.Program: {"program", "programs"}, resolve.Unclear: {"actor behind which no source sees the state", "actors behind which no source sees the state"},
	}[k]
	return document.Plural(n, words[0], words[1])
}

func (b *assessmentBuilder) contestedSentence() string {
	var pairs []string
	claims := 0
	for _, p := range b.pairs {
		if p.Contested {
			pairs = append(pairs, p.A.Name+" and "+p.B.Name)
		}
	}
	for _, c := range b.a.Sides.Claims {
		if c.Status.Disputed() {
			claims++
		}
	}
	var parts []string
	if len(pairs) > 0 {
		parts = append(parts, fmt.Sprintf("%s (%s)", document.Plural(len(pairs), "pair", "pairs"), strings.Join(cut(pairs, 4), "; ")))
	}
	if claims > 0 {
		parts = append(parts, document.Plural(claims, "claim about the states", "claims about the states"))
	}
	if len(parts) == 0 {
		return ""
	}
	return fmt.Sprintf("The sources disagree on %s. Such claims are shown, marked contested, and move no other verdict.", list(parts, 3))
}

func (b *assessmentBuilder) confidenceSentence() string {
	if len(b.pairs) == 0 {
		return ""
	}
	if c := b.pairs[0].Confidence; !slices.ContainsFunc(b.pairs, func(p pairView) bool { return p.Confidence != c }) {
		return fmt.Sprintf("%s for every pair. It grades the evidence behind a verdict.", capital(c))
	}
	return capital(confidences(b.pairs)) + ". It grades the evidence behind a verdict."
}

// confidences counts pairs by confidence: "moderate for 12 pairs and low for 9".
func confidences(pairs []pairView) string {
	n := map[string]int{}
	for _, p := range pairs {
		n[p.Confidence]++
	}
	var parts []string
	for _, c := range []string{"high", "moderate", "low"} {
		if n[c] > 0 {
			parts = append(parts, fmt.Sprintf("%s for %s", c, document.Plural(n[c], "pair", "pairs")))
		}
	}
	return list(parts, 3)
}

// medianMDE is the median, over the pairs that have one, of the share that must be
// linked for the joint test to find it; n is how many have one.
func (b *assessmentBuilder) medianMDE() (share float64, n int) {
	var shares []float64
	for _, p := range b.pairs {
		if p.Together.MDE != nil {
			shares = append(shares, *p.Together.MDE)
		}
	}
	if len(shares) == 0 {
		return 0, 0
	}
	slices.Sort(shares)
	return shares[len(shares)/2], len(shares)
}

func (b *assessmentBuilder) testSentence() string {
	var joint assess.ChannelSummary
	for _, c := range b.a.Channels {
		if c.Channel == assess.JointTest {
			joint = c
		}
	}
	switch {
	case len(b.pairs) == 0:
		return ""
	case joint.Tested+joint.Blind == 0:
		return "No pair has enough items on any channel for a test, so the verdicts rest on cited evidence alone."
	}
	s := "No test could have found a link."
	if joint.Tested > 0 {
		large := ""
		if share, n := b.medianMDE(); n > 0 {
			large = fmt.Sprintf(" if it were large (half of them, had %s of what a group has come from the other)", percentText(share))
		}
		s = fmt.Sprintf("%s could have found a link%s; %s.", document.Plural(joint.Tested, "test", "tests"), large, found(joint.Rejected, len(b.alike(true))))
	}
	if joint.Blind > 0 && joint.Tested > 0 {
		s += fmt.Sprintf(" %d could not have found anything.", joint.Blind)
	}
	if joint.NotMeasurable > 0 {
		s += fmt.Sprintf(" %s could not be tested.", document.Plural(joint.NotMeasurable, "pair", "pairs"))
	}
	return s
}

// found says how many tests found more in common than chance, theatre of them in
// targets alone.
func found(n, theatre int) string {
	switch {
	case n == 0:
		return "none did"
	case theatre == 0:
		return fmt.Sprintf("%d did", n)
	case n == 1:
		return "it found no more than targets in common, as groups of one theatre have them"
	}
	return fmt.Sprintf("%d did, %d of them in targets alone, as groups of one theatre have them in common", n, theatre)
}

// alike are the pairs that a test finds to have more in common than chance lets
// expect: in targets alone, or else in tools and techniques too.
func (b *assessmentBuilder) alike(theatre bool) []string {
	return b.named(func(p pairView) bool {
		return p.Together.Verdict == stat.Distinguishable && p.Together.SameTheatre == theatre
	}, pairName)
}

func (b *assessmentBuilder) limitSentence() string {
	reach := ""
	if b.a.Reach != "" {
		reach = fmt.Sprintf("The data on incidents reach until %s. ", b.a.Reach)
	}
	return reach + "Only open sources were read. \"None found\" bounds what these sources could show; it does not show that nothing exists."
}

// distinct counts the groups of one side that stand in a pair.
func (b *assessmentBuilder) distinct(side func(pairView) assess.Actor) int {
	seen := map[assess.Actor]bool{}
	for _, p := range b.pairs {
		seen[side(p)] = true
	}
	return len(seen)
}

func sideA(p pairView) assess.Actor { return p.A }
func sideB(p pairView) assess.Actor { return p.B }

// cut shortens a list and says by how much.
func cut(names []string, limit int) []string {
	if n := len(names) - limit; n > 1 {
		return append(slices.Clone(names[:limit]), fmt.Sprintf("and %d others", n))
	}
	return names
}
