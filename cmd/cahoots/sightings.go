package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/export"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

type sightingsOptions struct {
	landscapeOptions
	ask     landscape.Ask
	ceiling string
	limit   int
}

// sightingsShown is how many sightings a document has unless --limit says so.
const sightingsShown = 1000

func (a *app) sightingsCommand() *cobra.Command {
	var opt sightingsOptions
	cmd := &cobra.Command{
		Use:   "sightings",
		Short: "The log entries behind a landscape, host by host",
		Long: `Lists the log entries that show attributed indicators: when, which host and
sensor, which way and with what outcome, which indicator of which group, whose
system, and where the entry stands: log and line. It is what a ticket is made of.

An incident that cahoots landscape names is listed with --incident and the
beginning of its id. Without --direction and --outcome the entries are those that
the figures count: the host went out, or it answered. What was swept, blocked or
not in force is left out and counted.

The text has the first 40 entries, with --all the first 1,000 (--limit); --format
csv, jsonl (lines of JSON) and ecs (Elastic Common Schema) write every entry as it
is read from the store, in the order of time. Above --ceiling nothing leaves; how much
stayed behind is said on standard error, and nowhere in the result. Hosts,
sensors and names of logs are your own and carry no marking.`,
		Example: `  cahoots sightings --incident 1094fbb73c6d
  cahoots sightings --state CN --from 2023-09 --to 2023-09 --format csv -o september.csv
  cahoots sightings --group APT28 --outcome any --direction inbound
  cahoots sightings --organisation "Acme Bank" --ceiling GREEN --format ecs -o acme.ndjson`,
		Annotations: map[string]string{moreFormats: strings.Join(export.SightingFormats(), ",")},
		Args:        noArgs,
		RunE:        func(cmd *cobra.Command, _ []string) error { return a.sightings(cmd.Context(), opt) },
	}
	f := cmd.Flags()
	f.StringVar(&opt.ask.Incident, "incident", "", "only the entries of an incident, by its `ID` or the beginning of it")
	judgingFlags(f, &opt.landscapeOptions)
	f.StringVar(&opt.ask.Direction, "direction", "", "only this `DIRECTION`: outbound, inbound, lateral, own, unknown, any")
	f.StringVar(&opt.ask.Outcome, "outcome", "", "only this `OUTCOME`: answered, unanswered, blocked, unknown, any")
	f.StringVar(&opt.ceiling, "ceiling", string(evidence.Red), "strictest `MARKING` that may leave: CLEAR, GREEN, AMBER, AMBER+STRICT, RED")
	f.IntVar(&opt.limit, "limit", 0, "at most so many `ENTRIES` (default: 1000 in a document, all in csv, jsonl and ecs)")
	f.StringVar(&opt.ask.After, "after", "", "go on behind the `PLACE` where a listing stopped")
	return cmd
}

func (a *app) sightings(ctx context.Context, opt sightingsOptions) error {
	ceiling, err := evidence.ParseTLP(opt.ceiling)
	if err != nil {
		return usageError{err}
	}
	if _, err := opt.check(); err != nil {
		return err
	}
	if opt.limit < 0 {
		return usagef("--limit %d is not a number of entries", opt.limit)
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := a.landscapeInput(ctx, s, opt.landscapeOptions)
	if err != nil {
		return err
	}
	visible := in.Within(ceiling)
	if visible.Records, _, err = evidenceOnNames(ctx, s, ceiling); err != nil {
		return err
	}
	head, rows, err := landscape.List(visible, opt.ask)
	if errors.Is(err, landscape.ErrOnly) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	if err := a.withheld(in, opt.ask, ceiling, head.Events); err != nil {
		return err
	}
	streamed := slices.Contains(export.SightingFormats(), a.format)
	if !streamed && a.format != "csv" {
		if err := head.Collect(rows, cmp.Or(opt.limit, sightingsShown)); err != nil {
			return err
		}
		return a.write(head, document.Options{Table: opt.table})
	}
	return a.put(cmp.Or(head.Marking, evidence.Clear), "sightings", func(w io.Writer) error {
		b := bufio.NewWriter(w)
		rows := landscape.First(rows, opt.limit)
		if streamed {
			err = export.Sightings(b, rows, a.format)
		} else {
			err = report.SightingsCSV(b, rows)
		}
		return errors.Join(err, b.Flush())
	})
}

// withheld says how many entries the ceiling keeps back.
func (a *app) withheld(in landscape.Input, ask landscape.Ask, ceiling evidence.TLP, shown int64) error {
	if ceiling == evidence.Red || a.quiet {
		return nil
	}
	all, _, err := landscape.List(in, ask)
	if errors.Is(err, landscape.ErrOnly) { // an incident that is there only below the ceiling
		return nil
	}
	if err == nil && all.Events > shown {
		a.remark("%d of %d entries show only what is marked above TLP:%s and were left out; --ceiling raises it", all.Events-shown, all.Events, ceiling)
	}
	return err
}
