package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/tell/server"
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
	return a.write(server.Sources(sets), document.Options{})
}

func (a *app) rejected(ctx context.Context, s *store.Store) error {
	bad := []*source.RecordError{}
	for r, err := range s.Rejected(ctx, "") {
		if err != nil {
			return err
		}
		bad = append(bad, &source.RecordError{File: r.File, Line: r.Line, Object: r.Object, Path: r.Path, Why: r.Why})
	}
	return a.write(report.Rejected(bad), document.Options{})
}
