package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

func (a *app) actorsCommand() *cobra.Command {
	var policy, country, asOf string
	cmd := &cobra.Command{
		Use:   "actors",
		Short: "Who is who: list, show, why, conflicts",
		Long: `Shows how names were resolved. A name is a claim with a source; an actor is a set
of names and catalogue entries with the reasons that hold them together. A name
of several actors is a conflict and links nobody.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	asOfFlag(cmd.PersistentFlags(), &asOf)
	cmd.PersistentFlags().StringVar(&policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	list := &cobra.Command{
		Use: "list", Short: "List the actors of the evidence", Args: noArgs,
		Example: "  cahoots actors list --country CN",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDirectory(cmd.Context(), policy, asOf, func(d *resolve.Directory) (document.Document, error) {
				return actorsOf(d, country)
			})
		},
	}
	list.Flags().StringVar(&country, "country", "", "only those attributed to this `STATE`")
	show := &cobra.Command{
		Use: "show NAME", Short: "Show one actor: its names, who coined them, its state, its conflicts", Args: exactly(1, "one NAME; quote one with spaces"),
		Example: `  cahoots actors show "Judgment Panda"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDirectory(cmd.Context(), policy, asOf, func(d *resolve.Directory) (document.Document, error) {
				return report.Actor(d, args[0])
			})
		},
	}
	why := &cobra.Command{
		Use: "why NAME", Short: "Explain whom a name means, and why", Args: exactly(1, "one NAME; quote one with spaces"),
		Example: `  cahoots actors why IRIDIUM`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDirectory(cmd.Context(), policy, asOf, func(d *resolve.Directory) (document.Document, error) {
				return report.WhyName(d, args[0])
			})
		},
	}
	conflicts := &cobra.Command{
		Use: "conflicts", Short: "List names and attributions the sources do not agree on", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDirectory(cmd.Context(), policy, asOf, func(d *resolve.Directory) (document.Document, error) {
				return report.Conflicts(d), nil
			})
		},
	}
	cmd.AddCommand(list, show, why, conflicts)
	return cmd
}

// withDirectory resolves the store's names and writes what make builds of them.
func (a *app) withDirectory(ctx context.Context, policyFile, asOf string, build func(*resolve.Directory) (document.Document, error)) error {
	s, in, err := a.evidence(ctx, policyFile, asOf)
	if err != nil {
		return err
	}
	defer s.Close()
	if in, err = question.AsOf(in, asOf); err != nil {
		return err
	}
	d, err := resolve.Resolve(in.Records, in.Policy)
	if err != nil {
		return fmt.Errorf("resolving names: %w", err)
	}
	doc, err := build(d)
	if err != nil {
		return err
	}
	doc.Notices = distinct(in.Notices)
	return a.write(doc, document.Options{})
}

// actorsOf takes a country that is none for a mistake in the command line.
func actorsOf(d *resolve.Directory, country string) (document.Document, error) {
	doc, err := report.Actors(d, country)
	if err != nil {
		return doc, usageError{fmt.Errorf("--country: %w", err)}
	}
	return doc, nil
}
