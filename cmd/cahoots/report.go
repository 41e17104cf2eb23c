package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func (a *app) reportCommand() *cobra.Command {
	var table string
	cmd := &cobra.Command{
		Use:   "report SAVED.json",
		Short: "Render a saved result again, in any format",
		Long: `Renders a result that was saved with --format json, without store or data.
"-" reads standard input.`,
		Example: `  cahoots report cn-ru.json --format markdown
  cahoots report cn-ru.json --format csv --table channels -o channels.csv`,
		Args: exactly(1, "one saved result, or - for standard input"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.report(cmd.Context(), args[0], table) },
	}
	tableFlag(cmd, &table, report.Tables("")...)
	return cmd
}

func (a *app) report(_ context.Context, path, table string) error {
	r, err := a.open(path, report.MaxSaved)
	if err != nil {
		return fmt.Errorf("reading the saved result: %w", err)
	}
	defer r.Close()
	result, err := report.Read(r)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return a.write(result, document.Options{Table: table})
}
