package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func (a *app) diffCommand() *cobra.Command {
	var opt assessOptions
	var most int
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "What changed between two answers, and which records did it",
		Long: `Compares two assessments that were saved with --format json, or two stores over
which one question is asked: the verdicts that moved, each with the records that
moved it; names won, lost, joined and split; attributions that turned; tests that
crossed the line; data sets that are not what they were.

Of two stores, causes are found by leaving out what changed: the least without which
the verdict would be what it was. Of two saved answers, they are the records that one
of the two cites alone. One store is compared with itself of an earlier day by
--as-of, which then is the day of OLD (docs/changes.md).`,
		Example: `  cahoots diff last-month.json today.json
  cahoots diff last-month.db cahoots.db --a CN --b RU
  cahoots diff cahoots.db cahoots.db --a Turla --b OilRig --as-of 2019-05`,
		Args: exactly(2, "two saved assessments, or two stores with --a and --b"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.diff(cmd.Context(), args[0], args[1], opt, most)
		},
	}
	questionFlags(cmd.Flags(), &opt)
	asOfFlag(cmd.Flags(), &opt.asOf)
	cmd.Flags().IntVar(&most, "causes", 25, "look for the causes of at most so many `PAIRS`, those that moved furthest")
	return cmd
}

func (a *app) diff(ctx context.Context, old, new string, opt assessOptions, most int) error {
	if opt.a == "" && opt.b == "" {
		d, err := a.diffSaved(old, new)
		if err != nil {
			return err
		}
		return a.write(d, document.Options{})
	}
	opt.alpha = assess.DefaultAlpha
	if err := opt.check(); err != nil {
		return err
	}
	was, err := a.asked(ctx, old, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", old, err)
	}
	opt.asOf = ""
	is, err := a.asked(ctx, new, opt)
	if err != nil {
		return fmt.Errorf("%s: %w", new, err)
	}
	d, err := difference.Stores(ctx, was, is, most)
	if err != nil {
		return err
	}
	return a.write(d, document.Options{})
}

// asked is a question over the store of a file.
func (a *app) asked(ctx context.Context, path string, opt assessOptions) (in assess.Input, err error) {
	s, err := store.Open(ctx, path, store.Existing())
	if err != nil {
		return in, err
	}
	defer s.Close()
	if in, err = question.Stored(ctx, s, opt.asOf); err != nil {
		return in, err
	}
	if in.Policy, err = readPolicy(opt.policy); err != nil {
		return in, err
	}
	in.Question, in.Tool = opt.question(), a.tool()
	return question.Assess(in)
}

func (a *app) diffSaved(old, new string) (*difference.Diff, error) {
	var both [2]*assess.Assessment
	for i, path := range []string{old, new} {
		r, err := a.open(path, report.MaxSaved)
		if err != nil {
			return nil, fmt.Errorf("reading the saved result: %w", err)
		}
		defer r.Close()
		b, err := io.ReadAll(r)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if bytes.HasPrefix(b, []byte("SQLite format 3")) {
			return nil, usagef("%s is a store: say with --a and --b what is asked over both", path)
		}
		result, err := report.Read(bytes.NewReader(b))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		var ok bool
		if both[i], ok = result.(*assess.Assessment); !ok {
			return nil, fmt.Errorf("%s is no saved assessment: only these are compared", path)
		}
	}
	return difference.Compare(both[0], both[1])
}
