package report

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Examined tells of each file on its own, and of a folder or an archive as
// one; the table of files has those in it under --all.
func Examined(all []intake.Examined) document.Document {
	groups := byArgument(all, func(e *intake.Examined) string { return e.Of })
	files := document.Table{ID: "files", Columns: []document.Column{
		{ID: "input", Title: "input"}, {ID: "kind", Title: "kind"}, {ID: "dataset", Title: "data set"}, {ID: "publishers", Title: "who says it"},
		{ID: "objects", Title: "objects", Kind: document.Integer}, {ID: "records", Title: "would be read", Kind: document.Integer},
		{ID: "skipped", Title: "skipped", Kind: document.Integer}, {ID: "rejected", Title: "rejected", Kind: document.Integer},
	}}
	which := document.Column{ID: "input", Title: "input", Machine: len(groups) == 1} // the one file is named above
	read := document.Table{ID: "read", Empty: "Nothing.", Columns: []document.Column{
		which, {ID: "what", Title: "what"}, {ID: "count", Title: "count", Kind: document.Integer},
	}}
	left := document.Table{ID: "left", Empty: "Nothing is left out.", Columns: []document.Column{
		which, {ID: "what", Title: "what is left out, and why"}, {ID: "count", Title: "count", Kind: document.Integer}, {ID: "first", Title: "first at"}, {ID: "remedy", Title: "what helps"},
	}}
	marks := document.Table{ID: "markings", Empty: "There are no records to mark.", Columns: []document.Column{
		which, {ID: "marking", Title: "marking"}, {ID: "records", Title: "records", Kind: document.Integer}, {ID: "allows", Title: "what it allows"},
	}}
	var notes []document.Item
	doc := document.Document{ID: "doctor", Title: "Examined, nothing stored", Main: "files", Result: all}
	for _, group := range groups {
		e := joinExamined(group)
		s := e.Summary
		if len(group) > 1 {
			files.FoldNote = "Folders and archives are on one line each; --all shows their files."
			files.Rows = append(files.Rows, examinedRow(e, document.WhenFolded))
		}
		var said [][]string
		for _, f := range group {
			fold := document.Always
			if len(group) > 1 {
				fold = document.WhenAll
			}
			files.Rows = append(files.Rows, examinedRow(f, fold))
			said = append(said, f.Summary.Notes)
			doc.Notices = append(doc.Notices, f.Summary.License)
		}
		notes = append(notes, remarksOn(e.Of, "", said)...)
		for _, k := range slices.Sorted(maps.Keys(s.Counts)) {
			if s.Counts[k] > 0 {
				read.Rows = append(read.Rows, document.Row{Cells: []document.Cell{{Text: e.Input}, {Text: k}, count(s.Counts[k])}})
			}
		}
		for _, v := range e.Advice {
			left.Rows = append(left.Rows, document.Row{Cells: []document.Cell{{Text: e.Input}, {Text: v.What}, count(v.Count), {Text: v.First}, {Text: v.Remedy}}})
		}
		for _, m := range slices.Sorted(maps.Keys(e.Markings)) {
			marks.Rows = append(marks.Rows, document.Row{Cells: []document.Cell{{Text: e.Input}, {Text: cmp.Or(string(m), "none")}, count(e.Markings[m]), {Text: allows(m)}}})
		}
	}
	doc.Notices = slices.DeleteFunc(each(doc.Notices), func(n string) bool { return n == "" })
	doc.Sections = []document.Section{
		{ID: "files", Blocks: []document.Block{&files}},
		{ID: "read", Title: "What would be read", Blocks: []document.Block{&read}},
		{ID: "left", Title: "What would be left out", Blocks: []document.Block{&left}},
		{ID: "markings", Title: "What its markings allow", Blocks: []document.Block{&marks}},
	}
	if len(notes) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "notes", Title: "Notes", Blocks: []document.Block{document.List{Items: notes}}})
	}
	return doc
}

func examinedRow(e intake.Examined, fold document.Fold) document.Row {
	s := e.Summary
	dataset := s.Dataset
	if s.Version != "" {
		dataset += ", " + s.Version
	}
	return document.Row{Fold: fold, Cells: []document.Cell{
		{Text: e.Input}, {Text: cmp.Or(e.Format, "not recognised")}, {Text: dataset}, {Text: whoSays(e.Publishers)},
		count(s.Objects), count(s.Records), count(total(s.Skipped)), count(s.Rejected),
	}}
}

// joinExamined is a group of files as one.
func joinExamined(group []intake.Examined) intake.Examined {
	if len(group) == 1 {
		return group[0]
	}
	e := intake.Examined{Of: group[0].Of, Publishers: map[string]int{}, Markings: map[evidence.TLP]int{}}
	var list []source.Summary
	var formats []string
	at := map[string]int{}
	for _, f := range group {
		list = append(list, f.Summary)
		if f.Format != "" {
			formats = append(formats, f.Format)
		}
		for k, n := range f.Publishers {
			e.Publishers[k] += n
		}
		for k, n := range f.Markings {
			e.Markings[k] += n
		}
		for _, v := range f.Advice {
			i, ok := at[v.What]
			if !ok {
				i = len(e.Advice)
				at[v.What] = i
				e.Advice = append(e.Advice, intake.Advice{What: v.What, Remedy: v.Remedy, First: strings.TrimSpace(f.Input + " " + v.First)})
			}
			e.Advice[i].Count += v.Count
		}
	}
	e.Summary, e.Input = joinSummaries(list, e.Of)
	e.Format = strings.Join(each(formats), ", ")
	return e
}

// whoSays names the publishers, those with most records first.
func whoSays(n map[string]int) string {
	names := slices.SortedFunc(maps.Keys(n), func(x, y string) int { return cmp.Or(cmp.Compare(n[y], n[x]), strings.Compare(x, y)) })
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], "; "), len(names)-3)
	}
	return strings.Join(names, "; ")
}

// allows says what a marking lets the user do with what is marked so.
func allows(m evidence.TLP) string {
	switch {
	case m == "":
		return "not marked: leaves with every export, as if it were CLEAR"
	case m == evidence.Clear:
		return "leaves with every export"
	case m.Compare(evidence.Red) > 0:
		return "not understood, so stricter than RED: never leaves; decide with --treat-marking"
	}
	return fmt.Sprintf("leaves only with --ceiling %s or above", m)
}
