package main

import (
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/match"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// attributionSection tells whose the indicators are, and by which words.
func attributionSection(a *match.Attribution) document.Section {
	groups := &document.Table{ID: "attribution", Empty: "No list names a group.", FoldNote: foldNote(len(a.Groups)), Columns: []document.Column{
		{ID: "group", Title: "group"}, {ID: "state", Title: "state"}, {ID: "known", Title: "known to evidence"}, {ID: "indicators", Title: "indicators", Kind: document.Integer}, {ID: "why", Title: "because"},
	}}
	for i, g := range a.Groups {
		known := "yes"
		if !g.Known {
			known = "no, a name of its own"
		}
		groups.Rows = append(groups.Rows, document.Row{Fold: foldAfter(i), Cells: []document.Cell{{Text: g.Group}, {Text: g.State}, {Text: known}, number(int(g.Indicators)), {Text: because(g.Reasons)}}})
	}
	source := "Names are resolved on the evidence of the store (cahoots actors why NAME)."
	if a.Names == namesOfCases {
		source = "The store names no group, so names are resolved on the built-in cases; for more, ingest a catalogue: cahoots fetch misp-galaxy."
	}
	blocks := []document.Block{document.Paragraph{Text: source}, groups}
	if len(a.Conflicts) > 0 {
		blocks = append(blocks, conflictsTable(a.Conflicts))
	}
	if n := a.Unattributed.Indicators; n > 0 {
		blocks = append(blocks, document.Paragraph{Text: fmt.Sprintf("Indicators attributed to nobody: %d.", n)}, unattributedTable(a.Unattributed.Said))
	}
	return document.Section{ID: "attribution", Title: "Attribution", Blocks: blocks}
}

func conflictsTable(list []match.NameConflict) *document.Table {
	t := &document.Table{ID: "conflicts", Title: "Names in conflict, which attribute to nobody", FoldNote: foldNote(len(list)), Columns: []document.Column{
		{ID: "said", Title: "said"}, {ID: "indicators", Title: "indicators", Kind: document.Integer}, {ID: "readings", Title: "may mean"}, {ID: "why", Title: "why"},
	}}
	for i, k := range list {
		t.Rows = append(t.Rows, document.Row{Fold: foldAfter(i), Cells: []document.Cell{{Text: oneLine(k.Said)}, number(int(k.Indicators)), {Text: strings.Join(k.Readings, " or ")}, {Text: k.Why}}})
	}
	return t
}

// fewShown bounds what is of less interest in a short rendering.
const fewShown = 8

func unattributedTable(list []match.NameReason) *document.Table {
	t := &document.Table{ID: "unattributed", Title: "What their lists say", Columns: []document.Column{
		{ID: "said", Title: "said"}, {ID: "indicators", Title: "indicators", Kind: document.Integer}, {ID: "why", Title: "why"},
	}}
	for i, r := range list {
		fold := document.Always
		if i >= fewShown {
			fold = document.WhenAll
			t.FoldNote = fmt.Sprintf("The first %d of %d; see all with --verbose, or with --format json.", fewShown, len(list))
		}
		t.Rows = append(t.Rows, document.Row{Fold: fold, Cells: []document.Cell{{Text: oneLine(r.Said)}, number(int(r.Indicators)), {Text: r.Why}}})
	}
	return t
}

// because words the most frequent reasons.
func because(list []match.NameReason) string {
	places := map[landscape.By]string{landscape.ByGroup: "as the group of", landscape.ByContext: "in the context of", landscape.ByFallback: "by --group for"}
	var out []string
	for _, r := range list {
		out = append(out, fmt.Sprintf("%q %s %d: %s", oneLine(r.Said), places[r.By], r.Indicators, r.Why))
	}
	const shown = 2
	if len(out) <= shown {
		return strings.Join(out, "; ")
	}
	return fmt.Sprintf("%s; and %d more", strings.Join(out[:shown], "; "), len(out)-shown)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }
