package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

type landscapeOptions struct {
	prevalence                      float64 // percent
	noAnswers                       bool
	from, to, policy, table, window string
	gap                             int
	only                            landscape.Only
}

func (a *app) landscapeCommand() *cobra.Command {
	var opt landscapeOptions
	cmd := &cobra.Command{
		Use:   "landscape",
		Short: "Who attacks whom, how often, how long unseen",
		Long: `Makes the figures of what cahoots match found: share of incidents by class of
group; organisations and systems a day and a month by group and by sponsor state;
groups ranked; sectors; objectives; dwell; time to disclosure; what changed
against the period before; activity between states with an agreement in force.

Three units, never mixed: events are log entries, systems are hosts of an
organisation, organisations are those of the map. An incident is what one group
does in one organisation without a pause of --gap days.`,
		Example: `  cahoots landscape
  cahoots landscape --from 2023-09 --to 2023-09
  cahoots landscape --group "Mustang Panda" --organisation "Acme Bank"
  cahoots landscape --format csv --table group_days`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.landscape(cmd.Context(), opt) },
	}
	judgingFlags(cmd.Flags(), &opt)
	tableFlag(cmd, &opt.table, report.Tables("landscape")...)
	return cmd
}

// judgingFlags say what counts, when, and for whom; landscape and sightings share
// them, so that an incident of one is found by the other.
func judgingFlags(f *pflag.FlagSet, opt *landscapeOptions) {
	f.StringVar(&opt.from, "from", "", "first `DATE` of the period: 2023, 2023-09 or 2023-09-01 (default: all)")
	f.StringVar(&opt.to, "to", "", "last `DATE` of the period")
	f.StringVar(&opt.only.Group, "group", "", "only what one group did, by any `NAME` of it, or unattributed")
	f.StringVar(&opt.only.Organisation, "organisation", "", "only what one organisation of the map saw, by `NAME`, or unmapped")
	f.StringVar(&opt.only.State, "state", "", "only what groups of one sponsor `STATE` did")
	f.IntVar(&opt.gap, "gap", sighting.DefaultGap, "`DAYS` after which a group seen again is a new incident")
	f.BoolVar(&opt.noAnswers, "without-answers", false, "leave out entries that show their indicators in DNS answers only")
	f.Float64Var(&opt.prevalence, "prevalence", 0, "count indicators that more than `PERCENT` of all systems with sightings show as unattributed; 0 is none")
	windowFlag(f, &opt.window)
	f.StringVar(&opt.policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
}

func windowFlag(f *pflag.FlagSet, to *string) {
	f.StringVar(to, "window", "stated", "which validity of indicators counts: stated (a start that is only the time of publication bounds nothing), strict, \"lead DAYS\" (so long before), or ignore")
}

func (a *app) landscape(ctx context.Context, opt landscapeOptions) error {
	if _, err := opt.check(); err != nil {
		return err
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := a.landscapeInput(ctx, s, opt)
	if err != nil {
		return err
	}
	l, err := landscape.Run(in)
	if errors.Is(err, landscape.ErrOnly) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return a.write(l, document.Options{Table: opt.table})
}

// check refuses what is no rule.
func (opt *landscapeOptions) check() (window indicator.Window, err error) {
	if opt.gap < 1 {
		return window, usagef("--gap %d is not a number of days, 1 or more", opt.gap)
	}
	if opt.prevalence < 0 || opt.prevalence > 100 {
		return window, usagef("--prevalence %g is no percentage from 0 to 100", opt.prevalence)
	}
	if window, err = indicator.ParseWindow(opt.window); err != nil {
		return window, usageError{err}
	}
	return window, nil
}

func (a *app) landscapeInput(ctx context.Context, s *store.Store, opt landscapeOptions) (in landscape.Input, err error) {
	window, err := opt.check()
	if err != nil {
		return in, err
	}
	in, held, err := server.LandscapeInput(ctx, s, a.tool())
	if err != nil {
		return in, err
	}
	if !held {
		return in, fmt.Errorf("the store %s holds no sightings; make some with: cahoots match --indicators FILE LOG...", s.Path())
	}
	in.From, in.To, in.Gap, in.Only = opt.from, opt.to, opt.gap, opt.only
	in.Window, in.Prevalence, in.NoAnswers = window, opt.prevalence/100, opt.noAnswers
	if in.Policy, err = readPolicy(opt.policy); err != nil {
		return in, err
	}
	in.Records, _, err = evidenceOnNames(ctx, s, "")
	return in, err
}

const (
	namesOfStore = "store"
	namesOfCases = "built-in cases"
)

// evidenceOnNames is the evidence of the store up to a ceiling, or all of it where
// that is empty, and, where none of it names a group, the names of the built-in
// cases; from says which.
func evidenceOnNames(ctx context.Context, s *store.Store, ceiling evidence.TLP) (list []evidence.Record, from string, err error) {
	if list, err = records(ctx, s, store.Filter{Ceiling: ceiling}); err != nil {
		return nil, "", err
	}
	if ceiling != "" {
		list, _ = evidence.Within(list, ceiling)
	}
	list, builtIn, err := question.WithNames(evidence.Settle(list))
	if builtIn {
		return list, namesOfCases, err
	}
	return list, namesOfStore, err
}
