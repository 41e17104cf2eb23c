package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// sides is what is said of the two states rather than of their groups.
func (b *assessmentBuilder) sides() document.Section {
	s := document.Section{ID: "sides", Title: "The two states"}
	side := b.a.Sides
	s.Blocks = append(s.Blocks, document.Paragraph{Text: "Strategic level: " + strategicReason(side.Strategic, side.Why), Refs: b.bib.cite(side.Evidence)})
	none := "No agreement between the two states is on record."
	if side.Strategic == "" {
		none = "No agreement between states was looked up."
	}
	agreements := &document.Table{ID: "agreements", Title: "Agreements between the two states", Empty: none, Columns: []document.Column{
		{ID: "agreement", Title: "Agreement"}, {ID: "parties", Title: "Parties"}, {ID: "signed", Title: "Signed", Kind: document.Date},
		{ID: "in_force", Title: "In force", Kind: document.Date}, {ID: "clauses", Title: "Clauses"}, {ID: "status", Title: "Status", Machine: true},
		{ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "record", Title: "Record", Machine: true},
	}}
	statements := &document.Table{ID: "statements", Title: "Statements and denials", Columns: []document.Column{
		{ID: "class", Title: "Kind"}, {ID: "text", Title: "What is said"}, {ID: "when", Title: "Date", Kind: document.Date},
		{ID: "when_kind", Title: "Date of"}, {ID: "status", Title: "Status"},
		{ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "record", Title: "Record", Machine: true},
	}}
	for _, r := range b.recordsByDate(side.Evidence) {
		if r.Class == evidence.Agreement {
			agreements.Rows = append(agreements.Rows, b.agreementRow(r))
		} else {
			statements.Rows = append(statements.Rows, b.statementRow(r))
		}
	}
	s.Blocks = append(s.Blocks, agreements)
	if len(statements.Rows) > 0 {
		s.Blocks = append(s.Blocks, statements)
	}
	if len(side.Claims) > 0 {
		s.Blocks = append(s.Blocks, b.claims())
	}
	return s
}

// recordsByDate returns the records that the result holds, oldest first.
func (b *assessmentBuilder) recordsByDate(ids []evidence.ID) []evidence.Record {
	var rs []evidence.Record
	for _, id := range ids {
		if r, ok := b.a.Records[id]; ok {
			rs = append(rs, r)
		}
	}
	day := func(r evidence.Record) string {
		if !r.Disclosed.IsZero() {
			return r.Disclosed.String()
		}
		when, _ := r.When()
		return when.String()
	}
	slices.SortStableFunc(rs, func(x, y evidence.Record) int {
		return cmp.Or(cmp.Compare(day(x), day(y)), cmp.Compare(x.Value, y.Value), cmp.Compare(x.ID, y.ID))
	})
	return rs
}

func (b *assessmentBuilder) agreementRow(r evidence.Record) document.Row {
	clauses := make([]string, len(r.Clauses))
	for i, c := range r.Clauses {
		clauses[i] = clauseText(c)
	}
	return document.Row{ID: "agreement-" + string(r.ID), Cells: []document.Cell{
		document.Words(cmp.Or(r.Value, r.Citation.Title)), {Text: b.partiesText(r.Parties), Value: strings.Join(r.Parties, " ")}, document.Words(r.Disclosed.String()),
		document.Words(cmp.Or(r.Activity.String(), "not stated")),
		{Text: strings.Join(clauses, ", "), Value: strings.Join(r.Clauses, " ")}, document.Words(string(cmp.Or(r.Status, evidence.Asserted))),
		{Refs: b.bib.cite([]evidence.ID{r.ID})}, document.Words(string(r.ID)),
	}}
}

// clauseText is a clause in words.
func clauseText(c string) string {
	if c == "non_aggression_cyber" {
		return "no attack in cyberspace"
	}
	return strings.ReplaceAll(c, "_", " ")
}

// partiesText lists the parties, those of the question first; of a large bloc
// only these and the number of others.
func (b *assessmentBuilder) partiesText(parties []string) string {
	asked := slices.Concat(b.a.Sides.A.Countries, b.a.Sides.B.Countries)
	parties = slices.Clone(parties)
	slices.SortStableFunc(parties, func(x, y string) int {
		return cmp.Compare(btoi(!slices.Contains(asked, x)), btoi(!slices.Contains(asked, y)))
	})
	return list(parties, 4)
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (b *assessmentBuilder) statementRow(r evidence.Record) document.Row {
	when, kind := r.When()
	return document.Row{ID: "statement-" + string(r.ID), Cells: []document.Cell{
		document.Words(classText(r.Class)), document.Words(cmp.Or(r.Value, r.Note, r.Citation.Title)), document.Words(cmp.Or(when.String(), "undated")),
		{Text: dateKind(kind), Value: kind}, document.Words(string(cmp.Or(r.Status, evidence.Asserted))),
		{Refs: b.bib.cite([]evidence.ID{r.ID})}, document.Words(string(r.ID)),
	}}
}

// classText is a class in words: its own name, read aloud.
func classText(c evidence.Class) string { return strings.ReplaceAll(string(c), "-", " ") }

// claims are statements about the sides that name no pair.
func (b *assessmentBuilder) claims() *document.Table {
	t := &document.Table{ID: "claims", Title: "Claims about the two sides", Columns: []document.Column{
		{ID: "class", Title: "Kind"}, {ID: "parties", Title: "About"},
		{ID: "subject", Title: "Who", Machine: true}, {ID: "object", Title: "With whom", Machine: true},
		{ID: "claim", Title: "Claim"}, {ID: "status", Title: "Status"}, {ID: "level", Title: "Level", Kind: document.Integer, Machine: true},
		{ID: "confidence", Title: "Confidence"}, {ID: "why", Title: "Weight", Machine: true},
		{ID: "sources", Title: "Sources", Kind: document.Reference}, {ID: "records", Title: "Records", Machine: true},
	}, Legend: "These claims speak of states, or of groups that nobody names. They are shown and move no verdict on a pair."}
	for i, c := range b.claimsByDate() {
		t.Rows = append(t.Rows, document.Row{ID: fmt.Sprintf("claim-%d", i+1), Cells: []document.Cell{
			document.Words(classText(c.Class)), document.Words(list(nonEmpty(partyName(c.Subject), partyName(c.Object)), 2)), document.Words(c.Subject), document.Words(c.Object),
			document.Words(c.Text), document.Words(string(cmp.Or(c.Status, evidence.Asserted))), levelCell(c.Level),
			document.Words(c.Confidence), document.Words(c.Why), {Refs: b.bib.cite(c.Evidence)}, document.Words(document.JoinIDs(sorted(c.Evidence))),
		}})
	}
	return t
}

// claimsByDate orders the claims as they were made.
func (b *assessmentBuilder) claimsByDate() []assess.Claim {
	day := func(c assess.Claim) string {
		if c.When != "" {
			return c.When
		}
		for _, r := range b.recordsByDate(c.Evidence) {
			when, _ := r.When()
			return when.String()
		}
		return ""
	}
	cs := slices.Clone(b.a.Sides.Claims)
	slices.SortStableFunc(cs, func(x, y assess.Claim) int {
		return cmp.Or(cmp.Compare(day(x), day(y)), cmp.Compare(x.Text, y.Text), slices.Compare(x.Evidence, y.Evidence))
	})
	return cs
}

func nonEmpty(s ...string) []string {
	return slices.DeleteFunc(s, func(s string) bool { return s == "" })
}

// partyName is a party of a claim: a state by name where it is given as a code.
func partyName(s string) string {
	if len(s) == 2 {
		return evidence.CountryName(s)
	}
	return s
}
