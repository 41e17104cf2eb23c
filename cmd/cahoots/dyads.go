package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

type dyadOptions struct {
	dyad.Question
	policy string
	table  string
}

func (a *app) dyadsCommand() *cobra.Command {
	var opt dyadOptions
	cmd := &cobra.Command{
		Use:   "dyads",
		Short: "Who attacks whom among states, with the agreements between them",
		Long: `Counts the incidents of the store by attacker and victim state, by year and
motive. An incident that several data sets tell counts once, with every citation
and the reasons why it was taken for one. The agreements and alliances of the
states are laid over the dates: friends that hack friends are ranked.

With two states, or an agreement, the years before an agreement are set against
those after it, with the volume of all reporting as exposure and with placebo
dates and placebo pairs beside it.

The agreements and the spying among partners that the program knows are read
beside the store, marked as built in; --no-builtin leaves them out.`,
		Example: `  cahoots dyads
  cahoots dyads --friends
  cahoots dyads --a CN --b RU
  cahoots dyads --agreement cn-ru-2015-infosec --years 4
  cahoots dyads --from 2014 --format csv -o dyads.csv`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.dyads(cmd.Context(), opt) },
	}
	f := cmd.Flags()
	f.StringVarP(&opt.A, "a", "a", "", "a `STATE`; with --b, the two directions between them")
	f.StringVarP(&opt.B, "b", "b", "", "the other `STATE`")
	f.StringVar(&opt.From, "from", "", "first `DATE` of the period: 2021, 2021-06 or 2021-06-15")
	f.StringVar(&opt.To, "to", "", "last `DATE` of the period")
	f.BoolVar(&opt.Friends, "friends", false, "only pairs of states bound by more than a statement at the time of an incident")
	f.StringVar(&opt.Agreement, "agreement", "", "compare the years before and after this agreement, by its `ID` in the case file")
	f.IntVar(&opt.Years, "years", dyad.DefaultYears, "length of the windows before and after, in `YEARS`")
	f.StringVar(&opt.policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	tableFlag(cmd, &opt.table, report.Tables("dyads")...)
	noBuiltinFlag(f, &opt.NoBuiltin)
	asOfFlag(f, &opt.AsOf)
	return cmd
}

func (a *app) dyads(ctx context.Context, opt dyadOptions) error {
	if opt.Years < 1 {
		return usagef("--years %d: give 1 to 50", opt.Years)
	}
	if err := question.CheckDyads(opt.Question); err != nil {
		return usageError{err}
	}
	s, stored, err := a.evidence(ctx, opt.policy, opt.AsOf)
	if err != nil {
		return err
	}
	defer s.Close()
	stored.Tool = a.tool()
	in, err := question.Dyads(stored, opt.Question)
	if err != nil {
		return err
	}
	t, err := dyad.Count(ctx, in)
	if err != nil {
		return err
	}
	return a.write(t, document.Options{Table: opt.table})
}
