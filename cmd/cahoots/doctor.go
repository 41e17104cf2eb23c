package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func (a *app) doctorCommand() *cobra.Command {
	var opt readOptions
	cmd := &cobra.Command{
		Use:   "doctor FILE...",
		Short: "Say what a file is and what would be read of it",
		Long: `Reads files as cahoots ingest does, and stores nothing: what kind each is, who says
what is in it, what would be read, what left out and why, what its markings allow,
and what helps. What a bundle refers to is looked for in the store, if there is one. The exit status is the one that ingest would end with.`,
		Example: `  cahoots doctor unknown.json
  cahoots doctor --map my-map.yaml incidents.xlsx
  cahoots doctor feed/ --format json`,
		Args: atLeast(1, "at least one FILE, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.doctor(cmd.Context(), args, opt) },
	}
	opt.flags(cmd.Flags())
	return cmd
}

func (a *app) doctor(ctx context.Context, args []string, opt readOptions) error {
	if err := opt.load(); err != nil {
		return err
	}
	var all []intake.Examined
	var failures []error
	faulty := false
	failed := func(err error) { failures = append(failures, err) }
	var refer intake.Referrer
	if held, err := a.openStore(ctx, true); err == nil { // files are examined with and without one
		defer held.Close()
		refer = held
	}
	args = slices.DeleteFunc(slices.Clone(args), func(arg string) bool {
		if !store.IsStore(arg) && !store.IsServer(arg) {
			return false
		}
		e, err := examinedStore(ctx, arg)
		if err != nil {
			failed(err)
		} else {
			all = append(all, e)
		}
		return true
	})
	err := a.eachInput(ctx, args, opt, func(in *input) error {
		if in.empty {
			all = append(all, intake.Examined{Input: in.Name, Of: in.Argument(), Publishers: map[string]int{}, Markings: map[evidence.TLP]int{}, Summary: source.Summary{Notes: in.Notes}})
			return nil
		}
		e, err := intake.Examine(ctx, refer, &in.Input)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			failed(fmt.Errorf("%s cannot be read as it is", in.Name))
		}
		faulty = faulty || e.Summary.Rejected > 0 || in.Of == "" && intake.Fruitless(e.Summary)
		all = append(all, e)
		return nil
	}, failed)
	if err != nil {
		return err
	}
	if len(all) > 0 {
		if err := a.write(report.Examined(all), document.Options{}); err != nil {
			return err
		}
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	if faulty {
		return errRejected
	}
	return nil
}
