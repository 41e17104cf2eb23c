package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func (a *app) checkCommand() *cobra.Command {
	var deep bool
	cmd := &cobra.Command{
		Use:   "check [CASE.yaml...]",
		Short: "Check case files, or the store",
		Long: `With case files: reports every error with its line, then advice a reviewer would
give. Without: checks that the store holds what was written to it (exit status 4
if not); with --deep also that every saved assessment can be read in full and that
the records in it are what their ids say.`,
		Example: `  cahoots check my-case.yaml
  cahoots check --db cahoots.db`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.checkStore(cmd.Context(), deep)
			}
			return a.checkCases(args)
		},
	}
	cmd.Flags().BoolVar(&deep, "deep", false, "of the store, read saved assessments in full too")
	return cmd
}

// checked is the outcome of checking one case file.
type checked struct {
	File     string           `json:"file"`
	Case     string           `json:"case"`
	Records  int              `json:"records"`
	Errors   int              `json:"errors"`
	Findings []ledger.Finding `json:"findings"`
}

func (a *app) checkCases(files []string) error {
	var all []checked
	failed := false
	for _, file := range files {
		c, err := a.checkCase(file)
		if err != nil {
			return err
		}
		failed = failed || c.Errors > 0
		all = append(all, c)
	}
	if err := a.write(checkDocument(all), document.Options{}); err != nil {
		return err
	}
	if failed {
		return errFindings
	}
	return nil
}

func (a *app) checkCase(file string) (checked, error) {
	r, err := a.open(file, ledger.MaxSize)
	if err != nil {
		return checked{}, fmt.Errorf("checking a case: %w", err)
	}
	defer r.Close()
	c, bad, err := ledger.Parse(r, file)
	if err != nil {
		return checked{}, err
	}
	out := checked{File: file, Case: c.ID, Records: len(c.Records()), Findings: ledger.Check(c, bad, time.Now())}
	for _, f := range out.Findings {
		if f.Severity == ledger.Error {
			out.Errors++
		}
	}
	return out, nil
}

func (a *app) checkStore(ctx context.Context, deep bool) error {
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	r, err := s.Check(ctx)
	var damaged *store.DamagedError
	problems := []string{}
	switch {
	case errors.As(err, &damaged):
		problems = damaged.Problems
	case err != nil:
		return err
	case deep:
		if problems, err = deepProblems(ctx, s); err != nil {
			return err
		}
		if len(problems) > 0 {
			err = &store.DamagedError{Path: s.Path(), Problems: problems}
		}
	}
	if werr := a.write(storeDocument(s.Path(), r, problems), document.Options{}); werr != nil {
		return werr
	}
	return err
}
