package main

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// ingestDocument tells what became of the inputs, a folder or an archive on one
// line, and what the store then holds.
func ingestDocument(done []ingested, held []holding) document.Document {
	files := document.Table{ID: "inputs", Columns: []document.Column{
		{ID: "input", Title: "input"}, {ID: "dataset", Title: "data set"}, {ID: "version", Title: "version"},
		{ID: "objects", Title: "objects", Kind: document.Integer}, {ID: "records", Title: "records", Kind: document.Integer},
		{ID: "added", Title: "added", Kind: document.Integer}, {ID: "skipped", Title: "skipped", Kind: document.Integer},
		{ID: "rejected", Title: "rejected", Kind: document.Integer},
	}}
	counts := document.Table{ID: "counts", Columns: []document.Column{
		{ID: "dataset", Title: "data set"}, {ID: "what", Title: "what"}, {ID: "of", Title: "read or skipped"}, {ID: "count", Title: "count", Kind: document.Integer},
	}}
	doc := document.Document{ID: "ingest", Title: "Ingested", Main: "inputs", Result: done}
	var remarks []document.Item
	var bad []*source.RecordError
	for _, group := range byArgument(done) {
		sum := joined(group)
		if len(group) > 1 {
			files.Rows = append(files.Rows, inputRow(sum, document.WhenFolded))
			files.FoldNote = "Folders and archives are on one line each; --all shows their files."
		}
		for _, in := range group {
			fold := document.Always
			if len(group) > 1 {
				fold = document.WhenAll
			}
			files.Rows = append(files.Rows, inputRow(in, fold))
			bad = append(bad, in.Rejected...)
			doc.Notices = append(doc.Notices, in.Summary.License)
		}
		for _, c := range []struct {
			of string
			n  map[string]int
		}{{"read", sum.Summary.Counts}, {"skipped", sum.Summary.Skipped}} {
			for _, k := range slices.Sorted(maps.Keys(c.n)) {
				counts.Rows = append(counts.Rows, document.Row{Cells: []document.Cell{{Text: sum.Summary.Dataset}, {Text: k}, {Text: c.of}, number(c.n[k])}})
			}
		}
		remarks = append(remarks, remarksOn(sum, group)...)
	}
	doc.Sections = []document.Section{
		{ID: "inputs", Blocks: []document.Block{&files}},
		{ID: "counts", Title: "What was read", Blocks: []document.Block{&counts}},
	}
	if len(remarks) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "notes", Title: "Notes", Blocks: []document.Block{document.List{Items: remarks}}})
	}
	if len(bad) > 0 {
		doc.Sections = append(doc.Sections, document.Section{ID: "rejected", Title: "Rejected records", Blocks: []document.Block{rejectedTable(bad)}})
	}
	doc.Sections = append(doc.Sections, holdingsSection(held))
	doc.Notices = slices.DeleteFunc(distinct(doc.Notices), func(n string) bool { return n == "" })
	return doc
}

func inputRow(in ingested, fold document.Fold) document.Row {
	s := in.Summary
	return document.Row{Fold: fold, Cells: []document.Cell{
		{Text: in.Input}, {Text: s.Dataset}, {Text: s.Version}, number(s.Objects), number(s.Records), number(in.Added), number(total(s.Skipped)), number(s.Rejected),
	}}
}

// byArgument groups the inputs by what the user named.
func byArgument(done []ingested) [][]ingested {
	at := map[string]int{}
	var groups [][]ingested
	for _, in := range done {
		i, ok := at[in.of]
		if !ok {
			i = len(groups)
			at[in.of] = i
			groups = append(groups, nil)
		}
		groups[i] = append(groups[i], in)
	}
	return groups
}

// joined is a group as one input.
func joined(group []ingested) ingested {
	if len(group) == 1 {
		return group[0]
	}
	sum := ingested{of: group[0].of}
	read := 0
	sum.Summary.Counts, sum.Summary.Skipped = map[string]int{}, map[string]int{}
	var datasets []string
	for _, in := range group {
		s := in.Summary
		if s.Dataset != "" {
			read++
			datasets = append(datasets, s.Dataset)
		}
		sum.Added += in.Added
		sum.Summary.Objects += s.Objects
		sum.Summary.Records += s.Records
		sum.Summary.Rejected += s.Rejected
		for k, n := range s.Counts {
			sum.Summary.Counts[k] += n
		}
		for k, n := range s.Skipped {
			sum.Summary.Skipped[k] += n
		}
	}
	sum.Input = fmt.Sprintf("%s (%d files)", sum.of, read)
	if datasets = distinct(datasets); len(datasets) == 1 {
		sum.Summary.Dataset = datasets[0]
	} else {
		sum.Summary.Dataset = fmt.Sprintf("%d data sets", len(datasets))
	}
	return sum
}

// remarksOn are the notes and warnings of a group, each once with the number of
// files that have it.
func remarksOn(sum ingested, group []ingested) []document.Item {
	n := map[string]int{}
	var order []string
	for _, in := range group {
		for _, note := range slices.Concat(in.Summary.Notes, in.Warnings) {
			if n[note]++; n[note] == 1 {
				order = append(order, note)
			}
		}
	}
	var items []document.Item
	for i, note := range order {
		if len(group) > 1 && i == maxNotes {
			return append(items, document.Item{Term: sum.of, Text: fmt.Sprintf("%d more notes; --format json has them all", len(order)-i)})
		}
		term := sum.Summary.Dataset
		if term == "" || len(group) > 1 {
			term = sum.of
		}
		if n[note] > 1 {
			note = fmt.Sprintf("%s (in %d files)", note, n[note])
		}
		items = append(items, document.Item{Term: term, Text: note})
	}
	return items
}

// maxNotes bounds what is noted on one folder or archive.
const maxNotes = 20

func total(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// rejectedTable shows each bad record on one line that a person can copy and a
// script can search; CSV has its parts.
func rejectedTable(bad []*source.RecordError) *document.Table {
	t := document.Table{ID: "rejected", Empty: "No record was rejected.", Columns: []document.Column{
		{ID: "record", Title: "record"}, {ID: "file", Machine: true}, {ID: "line", Kind: document.Integer, Machine: true},
		{ID: "object", Machine: true}, {ID: "path", Machine: true}, {ID: "why", Machine: true},
	}}
	for _, e := range bad {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: e.Error()}, {Text: e.File}, number(e.Line), {Text: e.Object}, {Text: e.Path}, {Text: e.Why}}})
	}
	return &t
}
