package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// demoCase is the case the program was begun for.
const demoCase = "sino-russian"

func (a *app) demoCommand() *cobra.Command {
	var write string
	cmd := &cobra.Command{
		Use:   "demo [CASE]",
		Short: "Assess a built-in case, offline",
		Long: `Assesses a built-in case study from the evidence inside the program: no store, no
network. Prints what assess prints. The cases: ` + strings.Join(cases.Names(), ", ") + `.`,
		Example: `  cahoots demo
  cahoots demo --format html -o report.html`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s takes at most one CASE", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			name := demoCase
			if len(args) == 1 {
				name = args[0]
			}
			return a.demo(cmd.Context(), name, write)
		},
	}
	cmd.Flags().StringVar(&write, "export", "", "also write the case file itself to `FILE`, to start one of your own")
	return cmd
}

func (a *app) demo(ctx context.Context, name, export string) error {
	b, err := cases.Open(name)
	if err != nil {
		return usageError{err}
	}
	if export != "" {
		if err := files.Write(export, files.Public, func(w io.Writer) error { _, err := w.Write(b); return err }); err != nil {
			return fmt.Errorf("exporting the case: %w", err)
		}
		a.remark("wrote %s", export)
	}
	in, err := question.FromCase(b, "built-in case "+name)
	if err != nil {
		return err
	}
	in.Tool = a.tool()
	result, err := assess.Run(ctx, in)
	if err != nil {
		return err
	}
	return a.write(result, document.Options{})
}
