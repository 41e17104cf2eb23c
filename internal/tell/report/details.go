package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// details gives every pair its reasons and what would raise its level. Pairs
// with the same reasons share a section.
func (b *assessmentBuilder) details() []document.Section {
	type key struct {
		why, missing, warnings, sources, mover string
		folded                                 bool
	}
	groups := map[key][]pairView{}
	var order []key
	for _, p := range b.pairs {
		k := key{p.Why, p.Missing, strings.Join(p.Warnings, "\x00"), fmt.Sprint(b.bib.cite(p.Evidence), p.Level, p.Sign, p.Confidence, p.Contested), mover(p), p.folded}
		if groups[k] == nil {
			order = append(order, k)
		}
		groups[k] = append(groups[k], p)
	}
	slices.SortStableFunc(order, func(x, y key) int {
		switch {
		case x.folded == y.folded:
			return 0
		case x.folded:
			return 1
		}
		return -1
	})
	head := document.Section{ID: "why", Title: "Why, and what would raise the level"}
	var parts []document.Section
	folded := 0
	for _, k := range order {
		parts = append(parts, b.detail(groups[k], k.folded))
		if k.folded {
			folded += len(groups[k])
		}
	}
	if len(parts) == 0 {
		return nil
	}
	if folded > 0 {
		head.Blocks = append(head.Blocks, document.Paragraph{Fold: document.WhenFolded, Text: fmt.Sprintf("The reasons of %s are folded; %s.",
			document.Plural(folded, "pair that does not stand out", "pairs that do not stand out"), document.SeeAll)})
	} else {
		head.Blocks = append(head.Blocks, document.Paragraph{Text: "Pairs with the same reasons stand together."})
	}
	return append([]document.Section{head}, parts...)
}

func (b *assessmentBuilder) detail(ps []pairView, folded bool) document.Section {
	p := ps[0]
	s := document.Section{ID: "pair-" + p.id, Title: b.pairTitle(ps), Depth: 1, Folded: folded}
	for _, each := range ps {
		s.Pairs = append(s.Pairs, each.id)
	}
	items := []document.Item{{Term: "Verdict", Text: verdictText(p)}}
	if p.Why != "" {
		items = append(items, document.Item{Term: "Why", Text: p.Why, Refs: b.bib.cite(p.Evidence)})
	}
	if p.Missing != "" {
		items = append(items, document.Item{Term: "What would raise it", Text: sentence(capital(p.Missing))})
	}
	for _, w := range p.Warnings {
		items = append(items, document.Item{Term: "Note", Text: sentence(capital(w))})
	}
	s.Blocks = append(s.Blocks, document.List{Items: append(items, b.firmness(p)...)})
	return s
}

// mover tells pairs apart whose verdicts are differently firm or weigh
// differently.
func mover(p pairView) string {
	if p.Robustness == nil {
		return ""
	}
	s := p.Robustness.Mover + rangeText(p.Robustness)
	if p.Weight != nil {
		s += termsText(p.Weight)
	}
	for _, e := range p.Explanations {
		if p.Level > assess.NoneFound || linked(p) {
			s += fmt.Sprint(e)
		}
	}
	return s
}

// verdictText states level, sign and confidence apart.
func verdictText(p pairView) string {
	s := levelText(p.Level)
	if p.Sign != "" && p.Sign != assess.NoSign {
		s += "; sign " + string(p.Sign)
	}
	if p.Contested {
		s += "; contested"
	}
	if p.Confidence != "" {
		s += ". Confidence: " + p.Confidence
	}
	return s + "."
}

func (b *assessmentBuilder) pairTitle(ps []pairView) string {
	if len(ps) == 1 {
		return actorText(ps[0].A) + " and " + actorText(ps[0].B)
	}
	as, bs := names(ps, sideA), names(ps, sideB)
	if len(as) == 1 || len(bs) == 1 {
		return list(as, 8) + " with " + list(bs, 8)
	}
	var each []string
	for _, p := range ps {
		each = append(each, p.A.Name+" with "+p.B.Name)
	}
	return strings.Join(cut(each, 8), "; ")
}

// filled leaves out sections that hold nothing.
func filled(sections []document.Section) []document.Section {
	return slices.DeleteFunc(sections, func(s document.Section) bool { return len(s.Blocks) == 0 })
}

// warnings are those of a result, a section that holds nothing where there are none.
func warnings(list []string) document.Section {
	s := document.Section{ID: "warnings", Title: "Warnings"}
	var items []document.Item
	for _, w := range list {
		items = append(items, document.Item{Text: sentence(capital(w))})
	}
	if len(items) > 0 {
		s.Blocks = append(s.Blocks, document.List{Items: items})
	}
	return s
}

// reading explains the words of the document to somebody who sees one for the
// first time.
func (b *assessmentBuilder) reading() document.Section {
	return document.Section{ID: "reading", Title: "How to read this", Blocks: []document.Block{document.List{Items: []document.Item{
		{Term: "Level", Text: "L0 none found, L1 incidental overlap, L2 shared supply, L3 deconfliction or information exchange, L4 tasking alignment, L5 joint operation or hand-over. A pair gets the highest level whose necessary evidence is on record. Statistics alone reach L1 at most."},
		{Term: "Sign", Text: "cooperative; unilateral (takeover, theft, false flag); adversarial (one attacks the other, or the other's state); undetermined (linked, consent unknown); none. A high level is cooperation only where the sign says so."},
		{Term: "Confidence", Text: "low, moderate or high: how good the evidence behind the verdict is. One independent source alone gives low. It is no probability."},
		{Term: "States", Text: "S0 none, S1 norms and diplomacy, S2 agreement in force, S3 intelligence or technical exchange reported, S4 integrated command. States that are friends may spy on each other; the two scales are never mixed."},
		{Term: "Dates", Text: "as exact as the source: 2022 is the year, 2022-03 the month, 2021-08/2022-03 a span, .. an open end."},
		{Term: "Grades", Text: "NATO Admiralty code: reliability of the source A to F, credibility of the information 1 to 6. F and 6 mean that it cannot be judged. Sources without a TLP marking are CLEAR."},
	}}}}
}

// data is the configuration in full, for somebody who wants to make the
// document again.
func (b *assessmentBuilder) data() document.Section {
	s := document.Section{ID: "data", Title: "Data"}
	var l document.List
	for _, d := range b.a.Data {
		l.Items = append(l.Items, document.Item{Term: strings.TrimSpace(d.Name + " " + d.Version),
			Text: fmt.Sprintf("%s, sha256 %s", document.Plural(d.Records, "record", "records"), cmp.Or(d.SHA256, "not recorded"))})
	}
	if len(l.Items) > 0 {
		s.Blocks = append(s.Blocks, l)
	}
	return s
}
