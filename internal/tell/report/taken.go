package report

import (
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// Taken tells what became of the inputs, a folder or an archive on one
// line, and what the store then holds.
func Taken(done []intake.Taken, held []intake.Holding) document.Document {
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
	for _, group := range byArgument(done, func(in *intake.Taken) string { return in.Of }) {
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
				counts.Rows = append(counts.Rows, document.Row{Cells: []document.Cell{{Text: sum.Summary.Dataset}, {Text: k}, {Text: c.of}, count(c.n[k])}})
			}
		}
		var notes [][]string
		for _, in := range group {
			notes = append(notes, slices.Concat(in.Summary.Notes, in.Warnings))
		}
		remarks = append(remarks, remarksOn(sum.Of, sum.Summary.Dataset, notes)...)
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
	doc.Notices = slices.DeleteFunc(each(doc.Notices), func(n string) bool { return n == "" })
	return doc
}

func inputRow(in intake.Taken, fold document.Fold) document.Row {
	s := in.Summary
	return document.Row{Fold: fold, Cells: []document.Cell{
		{Text: in.Input}, {Text: s.Dataset}, {Text: s.Version}, count(s.Objects), count(s.Records), count(in.Added), count(total(s.Skipped)), count(s.Rejected),
	}}
}

// joined is a group as one input.
func joined(group []intake.Taken) intake.Taken {
	if len(group) == 1 {
		return group[0]
	}
	sum := intake.Taken{Of: group[0].Of}
	var list []source.Summary
	for _, in := range group {
		list = append(list, in.Summary)
		sum.Added += in.Added
	}
	sum.Summary, sum.Input = joinSummaries(list, sum.Of)
	return sum
}

func total(m map[string]int) int {
	n := 0
	for _, v := range m {
		n += v
	}
	return n
}

// Rejected is the document of bad records.
func Rejected(bad []*source.RecordError) document.Document {
	return oneTable("rejected", "Rejected records", bad, rejectedTable(bad))
}

// rejectedTable shows each bad record on one line that a person can copy and a
// script can search; CSV has its parts.
func rejectedTable(bad []*source.RecordError) *document.Table {
	t := document.Table{ID: "rejected", Empty: "No record was rejected.", Columns: []document.Column{
		{ID: "record", Title: "record"}, {ID: "file", Machine: true}, {ID: "line", Kind: document.Integer, Machine: true},
		{ID: "object", Machine: true}, {ID: "path", Machine: true}, {ID: "why", Machine: true},
	}}
	for _, e := range bad {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: e.Error()}, {Text: e.File}, count(e.Line), {Text: e.Object}, {Text: e.Path}, {Text: e.Why}}})
	}
	return &t
}
