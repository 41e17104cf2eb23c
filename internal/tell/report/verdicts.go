package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// verdicts is the table of pairs; those folded are counted in groups of equal
// verdict, never dropped.
func (b *assessmentBuilder) verdicts() document.Section {
	s := document.Section{ID: "verdicts", Title: "Verdicts, pair by pair"}
	if len(b.pairs) == 0 {
		return s
	}
	contested := slices.ContainsFunc(b.pairs, func(p pairView) bool { return p.Contested })
	folding := slices.ContainsFunc(b.pairs, func(p pairView) bool { return p.folded })
	t := &document.Table{ID: "pairs", Columns: []document.Column{
		{ID: "a", Title: b.header(b.a.Sides.A, "Side A")}, {ID: "a_country", Title: "Country", Machine: true},
		{ID: "b", Title: b.header(b.a.Sides.B, "Side B")}, {ID: "b_country", Title: "Country", Machine: true},
		{ID: "pairs", Title: "Pairs", Kind: document.Integer, Machine: !folding},
		{ID: "level", Title: "Level", Kind: document.Integer, Machine: true}, {ID: "level_name", Title: "Level"},
		{ID: "sign", Title: "Sign"}, {ID: "confidence", Title: "Confidence"},
		{ID: "contested", Title: "Contested", Machine: !contested},
		{ID: "tested", Title: "Could see", Kind: document.Integer}, {ID: "records", Title: "Records", Kind: document.Integer},
		{ID: "seen_a", Title: "Records on A", Kind: document.Integer, Machine: true}, {ID: "sources_a", Title: "Sources on A", Kind: document.Integer, Machine: true},
		{ID: "seen_b", Title: "Records on B", Kind: document.Integer, Machine: true}, {ID: "sources_b", Title: "Sources on B", Kind: document.Integer, Machine: true},
		{ID: "why", Title: "Why", Machine: true}, {ID: "missing", Title: "What the next level needs", Machine: true},
		{ID: "sources", Title: "Sources", Kind: document.Reference, Machine: true},
	}}
	t.Legend = "Could see: channels whose test could have found a link of this pair, of those there are. Records: pieces of cited evidence that join the two, or one of them and the other's state."
	var groups []*pairGroup
	byKey := map[pairGroupKey]*pairGroup{}
	for _, p := range b.pairs {
		t.Rows = append(t.Rows, b.verdictRow(p))
		if !p.folded {
			continue
		}
		key := groupKey(p)
		if byKey[key] == nil {
			byKey[key] = &pairGroup{key: key}
			groups = append(groups, byKey[key])
		}
		byKey[key].pairs = append(byKey[key].pairs, p)
	}
	slices.SortStableFunc(groups, func(x, y *pairGroup) int {
		return cmp.Or(cmp.Compare(y.key.level, x.key.level), cmp.Compare(x.key.attacker, y.key.attacker), cmp.Compare(len(y.pairs), len(x.pairs)))
	})
	folded := 0
	for _, g := range groups {
		folded += len(g.pairs)
		t.Rows = append(t.Rows, b.groupRow(g))
	}
	if folded > 0 {
		t.FoldNote = fmt.Sprintf("%s of %s pairs are folded into %s of equal verdict; %s.", document.Thousands(folded), document.Thousands(len(b.pairs)),
			document.Plural(len(groups), "line", "lines"), document.SeeAll)
	}
	s.Blocks = append(s.Blocks, t)
	if len(b.pairs) > foldPairs {
		s.Blocks = append(s.Blocks, b.stateMap()...)
	}
	s.Blocks = append(s.Blocks, b.matrix())
	return s
}

// header is the title of a side's column.
func (b *assessmentBuilder) header(s assess.Side, otherwise string) string {
	if isState(s) {
		return "Group of " + sideName(s)
	}
	return otherwise
}

func (b *assessmentBuilder) verdictRow(p pairView) document.Row {
	r := document.Row{ID: "verdict-" + p.id, Pair: p.id, Cells: []document.Cell{
		document.Words(p.A.Name), document.Words(p.A.Country), document.Words(p.B.Name), document.Words(p.B.Country), document.Count(1), levelCell(p.Level),
		document.Words(levelText(p.Level)), document.Words(string(p.Sign)), document.Words(p.Confidence), document.Words(contestedMark(p.Contested)),
		{Text: testedText(p), Value: p.tested}, document.Count(len(pairRecords(p.Pair))),
		document.Count(p.LookedA.Records), document.Count(p.LookedA.Sources), document.Count(p.LookedB.Records), document.Count(p.LookedB.Sources), document.Words(p.Why), document.Words(p.Missing),
		{Refs: b.bib.cite(pairRecords(p.Pair))},
	}}
	if p.folded {
		r.Fold = document.WhenAll
	}
	return r
}

// levelCell is the rung as a number; empty where the pair is not assessable.
func levelCell(l assess.Level) document.Cell {
	if l < 0 {
		return document.Cell{Text: l.String(), Value: ""}
	}
	return document.Cell{Text: l.String(), Value: int(l)}
}

func testedText(p pairView) string { return fmt.Sprintf("%d of %d", p.tested, len(p.Channels)) }

func contestedMark(c bool) string {
	if c {
		return "contested"
	}
	return ""
}

// A pairGroup is folded pairs of equal verdict. Where one group attacked the
// other's state, its pairs form a group of their own: the attacker is the news.
type pairGroup struct {
	key   pairGroupKey
	pairs []pairView
}

type pairGroupKey struct {
	level      assess.Level
	sign       assess.Sign
	confidence string
	contested  bool
	tested     bool   // on any channel; told apart only where no attack says more
	attacker   string // the one group of the pair that attacked the other's state
}

func groupKey(p pairView) pairGroupKey {
	k := pairGroupKey{p.Level, p.Sign, p.Confidence, p.Contested, p.tested > 0, ""}
	if p.Sign != assess.Adversarial {
		return k
	}
	k.tested = false
	attacks := func(direction string) bool {
		return slices.ContainsFunc(p.Links, func(l channel.Link) bool { return l.Channel == "attacks" && l.Direction == direction })
	}
	a, b := attacks(channel.AToB), attacks(channel.BToA)
	switch {
	case a && !b:
		k.attacker = p.A.Name
	case b && !a:
		k.attacker = p.B.Name
	}
	return k
}

func (b *assessmentBuilder) groupRow(g *pairGroup) document.Row {
	first := g.pairs[0]
	as, bs := names(g.pairs, sideA), names(g.pairs, sideB)
	fewest, most := first.tested, first.tested
	for _, p := range g.pairs {
		fewest, most = min(fewest, p.tested), max(most, p.tested)
	}
	tested := testedText(first)
	if fewest != most {
		tested = fmt.Sprintf("%d-%d of %d", fewest, most, len(first.Channels))
	}
	records := map[string]bool{}
	for _, p := range g.pairs {
		for _, id := range pairRecords(p.Pair) {
			records[string(id)] = true
		}
	}
	return document.Row{Fold: document.WhenFolded, ID: fmt.Sprintf("fold-%s", first.id), Cells: []document.Cell{
		document.Words(groupNames(as)), {}, document.Words(groupNames(bs)), {}, document.Count(len(g.pairs)), {},
		document.Words(levelText(g.key.level)), document.Words(string(g.key.sign)), document.Words(g.key.confidence),
		document.Words(contestedMark(g.key.contested)), document.Words(tested), document.Count(len(records)), {}, {}, {}, {}, {}, {}, {},
	}}
}

func names(ps []pairView, side func(pairView) assess.Actor) []string {
	var out []string
	for _, p := range ps {
		out = append(out, side(p).Name)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func groupNames(ns []string) string {
	if len(ns) == 1 {
		return ns[0]
	}
	return document.Plural(len(ns), "group", "groups")
}
