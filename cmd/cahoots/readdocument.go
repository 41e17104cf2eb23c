package main

import (
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// readDocument lays out what reports say.
func readDocument(got *readings) document.Document {
	d := document.Document{ID: "readings", Title: "Read from reports", Main: "links", Result: got}
	lead := fmt.Sprintf("%s read: %s, %s. Nothing of it is evidence before somebody accepts it.",
		document.Plural(len(got.Reports), "report", "reports"), document.Plural(count(got.Links, false), "link between groups proposed", "links between groups proposed"),
		document.Plural(count(got.Links, true), "other name", "other names"))
	blocks := []document.Block{document.Paragraph{Text: lead, Lead: true}}
	var notes []document.Item
	for _, r := range got.Reports {
		for _, n := range r.Notes {
			notes = append(notes, document.Item{Term: r.File, Text: n})
		}
	}
	for _, f := range got.Failed {
		notes = append(notes, document.Item{Term: f.File, Text: "not read: " + f.Why})
	}
	if len(notes) > 0 {
		blocks = append(blocks, document.List{Items: notes})
	}
	var told []document.Item
	for _, r := range got.Reports {
		for _, c := range r.Links {
			told = append(told, document.Item{Term: c.A + " - " + c.B, Text: tellClaim(r, c)})
		}
	}
	stated := []document.Block{document.List{Items: told}}
	if len(told) == 0 {
		stated = []document.Block{document.Paragraph{Text: "No link between groups is stated."}}
	}
	links := document.Table{ID: "links", Empty: "No link between groups is stated.", Columns: []document.Column{
		{ID: "class", Title: "class"}, {ID: "a", Title: "group"}, {ID: "b", Title: "with"}, {ID: "status", Title: "status"}, {ID: "basis", Title: "basis"},
		{ID: "consent", Title: "consent"}, {ID: "when", Title: "when"}, {ID: "hedge", Title: "hedge"}, {ID: "quote", Title: "quotation"}, {ID: "place", Title: "place"},
	}}
	for _, r := range got.Reports {
		for _, c := range r.Links {
			links.Rows = append(links.Rows, claimRow(r, c))
		}
	}
	names := document.Table{ID: "names", Empty: "No name was found.", Columns: []document.Column{
		{ID: "name", Title: "name"}, {ID: "type", Title: "type"}, {ID: "times", Title: "times", Kind: document.Integer},
	}}
	for _, m := range got.Mentions {
		names.Rows = append(names.Rows, document.Row{Cells: []document.Cell{{Text: m.Text}, {Text: string(m.Type)}, number(m.Times)}})
	}
	d.Sections = []document.Section{
		{ID: "read", Blocks: blocks},
		{ID: "stated", Title: "Links and other names", Blocks: stated},
		{ID: "names", Title: "Names", Blocks: []document.Block{&names}},
		{ID: "table", Title: "Links as a table", Folded: true, Blocks: []document.Block{&links}},
	}
	return d
}

// tellClaim says in a line what a claim says, how, and where it stands.
func tellClaim(r *prose.Report, c prose.Claim) string {
	parts := []string{string(c.Class)}
	add := func(format, s string) {
		if s != "" {
			parts = append(parts, fmt.Sprintf(format, s))
		}
	}
	if c.Status != string(evidence.Asserted) {
		add("%s", c.Status)
	}
	add("%s", c.Basis)
	if c.Class != evidence.Alias {
		add("consent %s", c.Consent)
	}
	add("%s", c.Exclusivity)
	add("hedged: %s", c.ConfidenceWords)
	add("said by %s", c.Speaker)
	add("%s", whenOf(c))
	return fmt.Sprintf("%s. %q (%s)", strings.Join(parts, ", "), strings.Join(strings.Fields(c.Quote), " "), placeOf(r, c))
}

func whenOf(c prose.Claim) string {
	if c.WhenTo == c.WhenFrom {
		return c.WhenFrom
	}
	return c.WhenFrom + ".." + c.WhenTo
}

func placeOf(r *prose.Report, c prose.Claim) string {
	if c.Page > 0 {
		return fmt.Sprintf("%s, page %d", r.File, c.Page)
	}
	return fmt.Sprintf("%s, byte %d", r.File, c.Offset)
}

func claimRow(r *prose.Report, c prose.Claim) document.Row {
	return document.Row{Cells: []document.Cell{{Text: string(c.Class)}, {Text: c.A}, {Text: c.B}, {Text: c.Status}, {Text: c.Basis}, {Text: c.Consent},
		{Text: whenOf(c)}, {Text: c.ConfidenceWords}, {Text: strings.Join(strings.Fields(c.Quote), " ")}, {Text: placeOf(r, c)}}}
}

// count is how many claims are aliases, or are not.
func count(claims []prose.Claim, alias bool) int {
	n := 0
	for _, c := range claims {
		if (c.Class == evidence.Alias) == alias {
			n++
		}
	}
	return n
}
