package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/sensor/simulation"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func (a *app) simulateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "simulate",
		Short: "Make synthetic data with a known truth",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(a.simulateTelemetryCommand())
	return cmd
}

type simulateOptions struct {
	preset, out string
	events      int64
}

func (a *app) simulateTelemetryCommand() *cobra.Command {
	var opt simulateOptions
	var presets []string
	for _, p := range simulation.Presets() {
		presets = append(presets, fmt.Sprintf("  %-14s %s", p.Name, p.Describe))
	}
	cmd := &cobra.Command{
		Use:   "telemetry --out DIR",
		Short: "Make the logs of a telecom, with groups planted in them",
		Long: `Writes synthetic sensor logs (Suricata and Zeek) to DIR/logs, and beside them the
indicators of the groups planted in them (DIR/indicators.json, STIX 2.1), the
organisation map (DIR/organisations.csv), a list of benign values
(DIR/warninglists) and the figures that a landscape of the logs must show
(DIR/truth.json, the keys and shapes of landscape --format json).
Everything is made up and says so. The same preset, events and seed give the same
bytes.

Presets:
` + strings.Join(presets, "\n"),
		Example: `  cahoots simulate telemetry --preset telecom-month --events 1000000 --out sim
  cahoots match --indicators sim/indicators.json --organisations sim/organisations.csv --warninglists sim/warninglists sim/logs
  cahoots landscape`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.simulateTelemetry(cmd.Context(), opt) },
	}
	f := cmd.Flags()
	f.StringVar(&opt.preset, "preset", "telecom-month", "`NAME` of the plan")
	f.Int64Var(&opt.events, "events", 200_000, "`NUMBER` of log entries")
	f.StringVar(&opt.out, "out", "", "`DIR` to write to, new or empty (required)")
	return cmd
}

func (a *app) simulateTelemetry(ctx context.Context, opt simulateOptions) error {
	if opt.out == "" {
		return usagef("simulate telemetry needs --out DIR")
	}
	p, err := simulation.Find(opt.preset)
	if err != nil {
		return usageError{err}
	}
	bar := a.rate("simulating", opt.events, "entries")
	defer bar.done()
	made, err := simulation.Write(ctx, opt.out, p, opt.events, a.seed, func(n int64) { bar.set(n, "") })
	if err != nil {
		return err
	}
	bar.done()
	return a.write(simulatedDocument(made), document.Options{})
}

func simulatedDocument(m *simulation.Made) document.Document {
	t := document.Table{ID: "simulation", Columns: []document.Column{{ID: "what", Title: "what"}, {ID: "value", Title: "value"}}}
	row := func(what, value string) {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: what}, {Text: value}}})
	}
	row("log entries", fmt.Sprint(m.Events))
	row("of these planted, with an indicator in force", fmt.Sprint(m.Planted))
	row("bytes of logs", fmt.Sprint(m.Bytes))
	row("log files", fmt.Sprint(len(m.Logs)))
	return document.Document{ID: "simulation", Title: "Synthetic sensor logs, preset " + m.Preset, Main: "simulation", Result: m,
		Setup: []document.Field{{ID: "seed", Name: "Seed", Value: fmt.Sprint(m.Seed)}, {ID: "dir", Name: "Folder", Value: m.Dir}},
		Sections: []document.Section{{ID: "simulation", Blocks: []document.Block{
			document.Paragraph{Text: "SYNTHETIC: made up from a seed. Nothing in it happened.", Lead: true}, &t,
			document.Paragraph{Text: fmt.Sprintf("Next: cahoots match --indicators %[1]s/indicators.json --organisations %[1]s/organisations.csv --warninglists %[1]s/warninglists %[1]s/logs", m.Dir)},
		}}}}
}
