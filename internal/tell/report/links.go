package report

import (
	"cmp"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// links is the cited evidence that connects two groups directly: the ledger.
func (b *assessmentBuilder) links() document.Section {
	s := document.Section{ID: "links", Title: "Cited links between groups"}
	t := &document.Table{ID: "links", Empty: "No source cites a link between any two of these groups.", Columns: []document.Column{
		{ID: "a", Title: b.header(b.a.Sides.A, "Side A")}, {ID: "b", Title: b.header(b.a.Sides.B, "Side B")},
		{ID: "class", Title: "Kind of link"}, {ID: "direction", Title: "Direction", Machine: true},
		{ID: "when", Title: "Date", Kind: document.Date}, {ID: "when_kind", Title: "Date of", Machine: true},
		{ID: "text", Title: "What"}, {ID: "status", Title: "Status", Machine: true},
		{ID: "basis", Title: "Basis"}, {ID: "consent", Title: "Consent"}, {ID: "independence", Title: "Source group", Machine: true},
		{ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "records", Title: "Records", Machine: true},
	}}
	for _, p := range b.pairs {
		for _, l := range p.Links {
			if l.Channel == "attacks" {
				continue
			}
			r := document.Row{ID: fmt.Sprintf("link-%d", len(t.Rows)+1), Pair: p.id, Cells: []document.Cell{
				document.Words(p.A.Name), document.Words(p.B.Name), document.Words(linkKind(p, l)), document.Words(l.Direction), document.Words(cmp.Or(l.When, "undated")),
				document.Words(l.WhenKind), document.Words(statusText(l)), document.Words(string(l.Status)), document.Words(string(l.Basis)), document.Words(string(l.Consent)), document.Words(l.Source),
				{Refs: b.bib.cite(l.Records)}, document.Words(document.JoinIDs(sorted(l.Records))),
			}}
			if len(t.Rows) >= foldLinks {
				r.Fold = document.WhenAll
			}
			t.Rows = append(t.Rows, r)
		}
	}
	if len(t.Rows) > 0 {
		t.Legend = "Basis: observed in systems, logs or code; assessed, that is concluded; or reported at second hand. Consent: whether the party whose access, tools or infrastructure were used agreed to it, as the source shows it; disputed where sources contradict each other, which makes the link contested."
	}
	if len(t.Rows) > foldLinks {
		t.FoldNote = fmt.Sprintf("%d of %s links are shown, those of the highest levels first; %s.", foldLinks, document.Thousands(len(t.Rows)), document.SeeAllHere)
	}
	s.Blocks = append(s.Blocks, t)
	return s
}

// linkKind names the class, and who acted where one did: "takeover by Turla".
func linkKind(p pairView, l channel.Link) string {
	switch l.Direction {
	case channel.AToB:
		return classText(l.Class) + " by " + p.A.Name
	case channel.BToA:
		return classText(l.Class) + " by " + p.B.Name
	}
	return classText(l.Class)
}
