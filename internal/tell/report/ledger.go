package report

import (
	"cmp"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// foldEntries is how many entries of the ledger are shown unless all are asked for.
const foldEntries = 10

// Ledger is the document of entries of the ledger: what it holds in one sentence,
// and a row for each. of says which entries they are; empty for all.
func Ledger(entries []assess.Entry, of string) document.Document {
	t := &document.Table{ID: "ledger", Empty: "The ledger has no such entry.", Columns: []document.Column{
		{ID: "pair", Title: "who, and with whom"}, {ID: "a", Title: "who", Machine: true}, {ID: "a_state", Title: "state", Machine: true},
		{ID: "b", Title: "with whom", Machine: true}, {ID: "b_state", Title: "state", Machine: true},
		{ID: "class", Title: "kind"}, {ID: "when", Title: "date", Kind: document.Date}, {ID: "status", Title: "status"}, {ID: "publisher", Title: "publisher"},
		{ID: "id", Title: "entry"}, {ID: "value", Title: "what", Machine: true}, {ID: "basis", Title: "basis", Machine: true}, {ID: "consent", Title: "consent", Machine: true},
		{ID: "exclusivity", Title: "exclusivity", Machine: true}, {ID: "grade", Title: "grade", Machine: true}, {ID: "title", Title: "title", Machine: true},
		{ID: "address", Title: "address", Machine: true}, {ID: "via", Title: "via", Machine: true}, {ID: "source_group", Title: "source group", Machine: true},
		{ID: "unconfirmed", Title: "unconfirmed", Machine: true}, {ID: "disputed", Title: "disputed", Machine: true}, {ID: "dataset", Title: "data set", Machine: true},
	}}
	for i, e := range entries {
		r := &e.Record
		row := document.Row{ID: "entry-" + string(r.ID), Cells: []document.Cell{
			document.Words(partyText(e.A) + ", " + partyText(e.B)), document.Words(e.A.Name), document.Words(e.A.State), document.Words(e.B.Name), document.Words(e.B.State),
			{Text: classText(r.Class), Value: string(r.Class)}, document.Words(cmp.Or(e.When(), "undated")), document.Words(standing(e)), document.Words(r.Citation.Publisher),
			document.Words(e.ID), document.Words(cmp.Or(r.Value, r.Note)), document.Words(string(r.Basis)), document.Words(string(r.Consent)),
			document.Words(string(r.Exclusivity)), document.Words(string(r.Grade)), document.Words(r.Citation.Title),
			document.Words(r.Citation.Locator), document.Words(r.Citation.Via), document.Words(r.Source()),
			document.Words(yes(e.Unconfirmed)), document.Words(yes(e.Disputed)), document.Words(r.Origin.Dataset),
		}}
		if i >= foldEntries {
			row.Fold = document.WhenAll
		}
		t.Rows = append(t.Rows, row)
	}
	if n := len(entries) - foldEntries; n > 0 {
		t.FoldNote = fmt.Sprintf("%s more; see all with --all, or with --format csv or json.", document.Plural(n, "entry", "entries"))
	}
	if len(entries) > 0 {
		t.Legend = "An entry with its source: cahoots ledger ENTRY."
	}
	doc := oneTable("ledger", "The ledger", entries, t)
	doc.Marking = strictest(entries)
	doc.Sections[0].Blocks = append([]document.Block{document.Paragraph{Text: ledgerCounts(entries, of), Lead: true}}, doc.Sections[0].Blocks...)
	return doc
}

func strictest(entries []assess.Entry) evidence.TLP {
	marking := evidence.Clear
	for _, e := range entries {
		if e.Record.Marking.Compare(marking) > 0 {
			marking = e.Record.Marking
		}
	}
	return marking
}

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// partyText is a party with its state.
func partyText(p assess.Party) string {
	if p.State == "" || p.Name == evidence.CountryName(p.State) {
		return p.Name
	}
	return p.Name + " (" + p.State + ")"
}

// standing is the status of an entry, and whether it stands alone or is disputed.
func standing(e assess.Entry) string {
	status := string(cmp.Or(e.Record.Status, evidence.Asserted))
	switch {
	case e.Disputed:
		return status + ", disputed"
	case e.Unconfirmed:
		return status + ", alone"
	}
	return status
}

func ledgerCounts(entries []assess.Entry, of string) string {
	pairs, publishers := map[string]bool{}, map[string]bool{}
	status := map[evidence.Status]int{}
	alone, disputed := 0, 0
	for _, e := range entries {
		pairs[min(e.A.Name, e.B.Name)+"\n"+max(e.A.Name, e.B.Name)] = true
		publishers[e.Record.Citation.Publisher] = true
		status[cmp.Or(e.Record.Status, evidence.Asserted)]++
		if e.Unconfirmed {
			alone++
		}
		if e.Disputed {
			disputed++
		}
	}
	if of != "" {
		of = " (" + of + ")"
	}
	return fmt.Sprintf("%s%s on %s from %s: %d asserted, %d contested, %d denied. Of the asserted, %d stand alone: no independent source confirms them. On %d the sources disagree.",
		document.Plural(len(entries), "entry", "entries"), of, document.Plural(len(pairs), "pair", "pairs"), document.Plural(len(publishers), "publisher", "publishers"),
		status[evidence.Asserted], status[evidence.Contested], status[evidence.Denied], alone, disputed)
}

// LedgerEntry is the document of one entry, with its source.
func LedgerEntry(e assess.Entry) document.Document {
	r := &e.Record
	items := []document.Item{{Term: "What", Text: cmp.Or(r.Value, r.Note, r.Citation.Title)}, {Term: "Kind", Text: classText(r.Class)}}
	add := func(term, text string) {
		if text != "" {
			items = append(items, document.Item{Term: term, Text: text})
		}
	}
	_, kind := r.When()
	add("Date", e.When())
	add("Date of", dateKind(kind))
	add("Status", standing(e))
	add("Basis", string(r.Basis))
	add("Consent", string(r.Consent))
	add("Who else has it", string(r.Exclusivity))
	if r.Value != "" {
		add("Note", r.Note)
	}
	add("Publisher", r.Citation.Publisher)
	add("Title", r.Citation.Title)
	add("Published", r.Citation.Published.String())
	add("Address", r.Citation.Locator)
	add("Read by way of", r.Citation.Via)
	add("Grade", string(r.Grade))
	add("One source with", r.Independence)
	add("Written in", r.Origin.File)
	return document.Document{
		ID: "ledger-entry", Title: partyText(e.A) + " and " + partyText(e.B), Marking: cmp.Or(r.Marking, evidence.Clear), Result: e,
		Sections: []document.Section{{ID: "entry", Blocks: []document.Block{document.List{Items: items}}}},
	}
}
