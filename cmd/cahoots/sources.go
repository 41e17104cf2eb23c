package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/report"
	"github.com/cahoots-project/cahoots/source"
	"github.com/cahoots-project/cahoots/store"
)

func (a *app) sourcesCommand() *cobra.Command {
	var rejected bool
	cmd := &cobra.Command{
		Use:   "sources",
		Short: "List what the store holds and where it came from",
		Example: `  cahoots sources
  cahoots sources --rejected`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.sources(cmd.Context(), rejected) },
	}
	cmd.Flags().BoolVar(&rejected, "rejected", false, "list the rejected records, with file, line or object, path and reason")
	return cmd
}

func (a *app) sources(ctx context.Context, rejected bool) error {
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	if rejected {
		return a.rejected(ctx, s)
	}
	sets, err := s.Datasets(ctx)
	if err != nil {
		return err
	}
	return a.write(sourcesDocument(sets), report.Options{})
}

func (a *app) rejected(ctx context.Context, s *store.Store) error {
	bad := []*source.RecordError{}
	for r, err := range s.Rejected(ctx, "") {
		if err != nil {
			return err
		}
		bad = append(bad, &source.RecordError{File: r.File, Line: r.Line, Object: r.Object, Path: r.Path, Why: r.Why})
	}
	return a.write(listDocument("rejected", "Rejected records", bad, rejectedTable(bad)), report.Options{})
}

func sourcesDocument(sets []store.Dataset) report.Document {
	t := report.Table{ID: "sources", Empty: "The store holds nothing yet; add evidence with: cahoots ingest FILE...", Columns: []report.Column{
		{ID: "dataset", Title: "data set"}, {ID: "version", Title: "version"}, {ID: "records", Title: "records", Kind: report.Integer},
		{ID: "rejected", Title: "rejected", Kind: report.Integer}, {ID: "input", Title: "from"}, {ID: "ingested", Title: "ingested", Kind: report.Date},
		{ID: "bytes", Title: "bytes", Kind: report.Integer}, {ID: "sha256", Title: "sha256"},
	}}
	doc := listDocument("sources", "Sources", sets, &t)
	if sets == nil {
		doc.Result = []store.Dataset{}
	}
	var items []report.Item
	for _, d := range sets {
		for _, h := range d.Inputs {
			t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{
				{Text: d.Name}, {Text: h.Version}, number(h.Holds), number(h.Rejected), {Text: h.Name}, {Text: h.At.Format("2006-01-02")},
				{Text: number(int(h.Bytes)).Text, Value: int(h.Bytes)}, {Text: h.SHA256[:min(12, len(h.SHA256))], Value: h.SHA256},
			}})
			if h.License != "" {
				doc.Notices = append(doc.Notices, h.License)
			}
		}
		for _, w := range d.Warnings {
			items = append(items, report.Item{Term: d.Name, Text: w})
		}
	}
	doc.Notices = distinct(doc.Notices)
	if len(items) > 0 {
		doc.Sections = append(doc.Sections, report.Section{ID: "warnings", Title: "Warnings", Blocks: []report.Block{report.List{Items: items}}})
	}
	return doc
}
