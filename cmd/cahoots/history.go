package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func (a *app) historyCommand() *cobra.Command {
	var opt assessOptions
	cmd := &cobra.Command{
		Use:   "history --a SIDE --b SIDE",
		Short: "When did the evidence suffice: the verdict month by month",
		Long: `Asks a question as of the end of every month in which something about its groups
was disclosed, and shows the months after which a verdict was not what it had been,
each with the records that moved it: the least of what was disclosed without which
the verdict would have stayed (docs/changes.md).`,
		Example: `  cahoots history --a Gamaredon --b Turla
  cahoots history --a Turla --b OilRig --format csv`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.history(cmd.Context(), opt) },
	}
	questionFlags(cmd.Flags(), &opt)
	return cmd
}

func (a *app) history(ctx context.Context, opt assessOptions) error {
	opt.alpha = assess.DefaultAlpha
	if err := opt.check(); err != nil {
		return err
	}
	s, held, err := a.evidence(ctx, opt.policy, "")
	if err != nil {
		return err
	}
	defer s.Close()
	h, err := difference.Trace(ctx, func(month string) (assess.Input, error) {
		in, q := held, opt.question()
		if q.AsOf = month; month != "" {
			var err error
			if in, err = question.Stored(ctx, s, month); err != nil {
				return in, err
			}
			in.Policy = held.Policy
		}
		in.Question, in.Tool = q, a.tool()
		return question.Assess(in)
	})
	if err != nil {
		return err
	}
	return a.write(h, document.Options{})
}
