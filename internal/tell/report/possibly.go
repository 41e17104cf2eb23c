package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// maybeOne says of which pairs it is open whether they are two actors. A
// catalogue's "similar" is shown in the table alone.
func (b *assessmentBuilder) maybeOne() string {
	open := func(p pairView) bool {
		return p.Possibly != nil && p.Possibly.Grade != resolve.SaidSimilar && p.Possibly.Grade != resolve.SaidRelated
	}
	ps := b.named(open, pairName)
	if len(ps) == 0 {
		return ""
	}
	var who []string
	for _, p := range b.pairs {
		if open(p) && p.Possibly.Grade != resolve.SharedNames {
			who = append(who, p.Possibly.Sources...)
		}
	}
	slices.Sort(who)
	by := "going by the names that they share"
	if who = slices.Compact(who); len(who) > 0 {
		by = "by the word of " + list(who, 3)
	}
	if len(ps) == 1 {
		return fmt.Sprintf("%s may be one actor, or one a part of the other, %s.", ps[0], by)
	}
	return fmt.Sprintf("Of %d pairs it is open, %s, whether they are two actors: %s.", len(ps), by, pairList(ps))
}

// elsewhere tells of links of those for whom sources take an actor of the question.
func (b *assessmentBuilder) elsewhere() (out []string) {
	for _, e := range b.a.Elsewhere {
		var may, who []string
		for _, m := range e.MayBe {
			may = append(may, m.Asked.Name+" may be "+m.Other.Name)
			who = append(who, m.Because.Sources...)
		}
		slices.Sort(who)
		told := fmt.Sprintf("they work together (%s)", levelText(e.Level))
		switch {
		case e.Sign == assess.Unilateral:
			told = "one acted through the other unasked, or took from it"
		case e.Level < assess.InformationExchange:
			told = fmt.Sprintf("they share tools or servers that are not public (%s)", levelText(e.Level))
		}
		out = append(out, fmt.Sprintf("%s, by the word of %s, and of %s and %s it is documented that %s.",
			list(may, 2), list(slices.Compact(who), 3), e.A.Name, e.B.Name, told))
	}
	return cut(out, 3)
}

func pairName(p pairView) string { return p.A.Name + " and " + p.B.Name }

// pairList names at most four pairs.
func pairList(ps []string) string { return strings.Join(cut(ps, 4), "; ") }

// laidToBoth are the titles of the incidents that sources lay to both states, where
// the question is about states.
func (b *assessmentBuilder) laidToBoth() (titles []string) {
	if !isState(b.a.Sides.A) || !isState(b.a.Sides.B) {
		return nil
	}
	for _, c := range b.claimsByDate() {
		if c.Class == evidence.Incident {
			titles = append(titles, c.Text)
		}
	}
	return titles
}

func (b *assessmentBuilder) jointly() string {
	titles := b.laidToBoth()
	if len(titles) == 0 {
		return ""
	}
	return fmt.Sprintf("Sources lay %s to both states, as joint or as that of one of them: %s.", document.Plural(len(titles), "incident", "incidents"), strings.Join(cut(titles, 4), "; "))
}

// said tells of links that rest on somebody's word alone or are contested, and so
// raise nothing.
func (b *assessmentBuilder) said() string {
	of := func(status ...evidence.Status) func(pairView) bool {
		return func(p pairView) bool {
			return p.Level == assess.NoneFound && p.Sign == assess.NoSign && slices.ContainsFunc(p.Links, func(l channel.Link) bool {
				return l.Channel != "attacks" && l.Class != evidence.Denial && slices.Contains(status, l.Status)
			})
		}
	}
	word := of(evidence.Asserted, "")
	var out []string
	if ps := b.named(word, pairName); len(ps) > 0 {
		out = append(out, fmt.Sprintf("A source says, and shows nothing for it, that they work together or are linked: %s.", pairList(ps)))
	}
	doubted := of(evidence.Contested)
	if ps := b.named(func(p pairView) bool { return doubted(p) && !word(p) }, pairName); len(ps) > 0 {
		out = append(out, fmt.Sprintf("A link is told of, and contested or only held possible: %s.", pairList(ps)))
	}
	if ps := b.named(func(p pairView) bool { return p.Possibly != nil && p.Possibly.Grade == resolve.SaidRelated }, pairName); len(ps) > 0 {
		out = append(out, fmt.Sprintf("A source tells of a tie, and not of what kind: %s.", pairList(ps)))
	}
	return strings.Join(out, " ")
}

// possibly is the table of the pairs that may be one actor.
func (b *assessmentBuilder) possibly() document.Section {
	s := document.Section{ID: "possibly", Title: "Who may be one actor"}
	t := &document.Table{ID: "possibly", Columns: []document.Column{
		{ID: "a", Title: b.header(b.a.Sides.A, "Side A")}, {ID: "b", Title: b.header(b.a.Sides.B, "Side B")},
		{ID: "grade", Title: "How firmly"}, {ID: "what", Title: "What is said"},
		{ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "records", Title: "Records", Machine: true},
	}}
	for _, p := range b.pairs {
		if p.Possibly == nil {
			continue
		}
		r := document.Row{ID: "possibly-" + p.id, Pair: p.id, Cells: []document.Cell{
			document.Words(p.A.Name), document.Words(p.B.Name), document.Words(string(p.Possibly.Grade)), document.Words(p.Possibly.Why),
			{Refs: b.bib.cite(p.Possibly.Records)}, document.Words(document.JoinIDs(sorted(p.Possibly.Records))),
		}}
		if len(t.Rows) >= foldPossibly {
			r.Fold = document.WhenAll
		}
		t.Rows = append(t.Rows, r)
	}
	if len(t.Rows) == 0 {
		return s
	}
	t.Legend = "Such pairs are never merged and never counted as cooperation; their verdicts have low confidence."
	if n := len(t.Rows); n > foldPossibly {
		t.FoldNote = fmt.Sprintf("%d of %s are shown; %s.", foldPossibly, document.Thousands(n), document.SeeAllHere)
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

// possiblyTable lists whom an actor may be, for the page of that actor.
func possiblyTable(d *resolve.Directory, id resolve.ActorID) *document.Table {
	t := &document.Table{ID: "possibly", Empty: "No source takes another actor for the same.", Columns: []document.Column{
		{ID: "actor", Title: "actor"}, {ID: "grade", Title: "how firmly"}, {ID: "what", Title: "what is said"}, {ID: "sources", Title: "by"},
		{ID: "records", Title: "records", Machine: true},
	}}
	for _, p := range d.PossiblyWith(id) {
		other := p.A
		if other == id {
			other = p.B
		}
		a, _ := d.Actor(other)
		name := a.Name
		if a.Country != "" {
			name += " (" + a.Country + ")"
		}
		t.Rows = append(t.Rows, document.Row{ID: string(other), Cells: []document.Cell{
			document.Words(name), document.Words(string(p.Grade)), document.Words(p.Why), document.Words(strings.Join(p.Sources, ", ")),
			document.Words(document.JoinIDs(sorted(p.Records))),
		}})
	}
	return t
}
