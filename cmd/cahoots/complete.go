package main

import (
	"context"
	"slices"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/sensor/simulation"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/export"
)

// complete tells shells what may stand where: states, groups of the store,
// formats, tables, cases, presets, figures. Flags keep their names over verbs, so
// each is told once; a tip on how to begin stands in the help of completion.
func (a *app) complete(root *cobra.Command) {
	formats, figures := document.Formats(), export.Figures()
	values := map[string]cobra.CompletionFunc{
		"format": fixed(formats...), "figure": fixed(figures...), "to": fixed(export.Formats()...),
		"ceiling": fixed("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"), "layer": fixed("all", "a", "b", "shared"),
		"domain": fixed("enterprise-attack", "mobile-attack", "ics-attack"), "with-evidence": fixed(string(export.Cited), string(export.Sides), string(export.All)),
		"preset": fixed(presets()...), "a": a.sides, "b": a.sides, "state": a.states, "group": a.groups,
		"no-builtin": fixed("agreements", "links", "spying"), "null": fixed("sdsm", "fisher"), "actors": fixed(kindValues()...),
	}
	var visit func(*cobra.Command)
	visit = func(cmd *cobra.Command) {
		for name, f := range values {
			if cmd.Flags().Lookup(name) != nil || cmd.PersistentFlags().Lookup(name) != nil {
				_ = cmd.RegisterFlagCompletionFunc(name, f) // the flag is there
			}
		}
		if f := cmd.Flags().Lookup("table"); f != nil {
			if t, ok := f.Value.(*tableValue); ok {
				_ = cmd.RegisterFlagCompletionFunc("table", fixed(t.ids...)) // the flag is there
			}
		}
		switch cmd.CommandPath() {
		case "cahoots demo":
			cmd.ValidArgsFunction = fixed(cases.Names()...)
		case "cahoots actors show", "cahoots actors why":
			cmd.ValidArgsFunction = a.groups
		}
		for _, c := range cmd.Commands() {
			visit(c)
		}
	}
	visit(root)
}

// fixed completes from a list that never changes.
func fixed(values ...string) cobra.CompletionFunc {
	return cobra.FixedCompletions(values, cobra.ShellCompDirectiveNoFileComp)
}

func presets() (names []string) {
	for _, p := range simulation.Presets() {
		names = append(names, p.Name)
	}
	return names
}

func kindValues() []string {
	names := []string{"all"}
	for _, k := range resolve.Kinds() {
		names = append(names, string(k))
	}
	return names
}

// states completes a state by its code, with its name beside it, or by its name.
func (a *app) states(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return completions(question.States(typed)), cobra.ShellCompDirectiveNoFileComp
}

func completions(list []question.Completion) (out []cobra.Completion) {
	for _, c := range list {
		if c.Says != "" {
			c.Value = cobra.CompletionWithDesc(c.Value, c.Says)
		}
		out = append(out, c.Value)
	}
	return out
}

// groups completes the name of a group that the store knows.
func (a *app) groups(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return a.known(cmd.Context(), typed), cobra.ShellCompDirectiveNoFileComp
}

// sides completes a side: a state, the world, or a group, the last of a list.
func (a *app) sides(cmd *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
	groups := func(begins string) []string { return a.known(cmd.Context(), begins) }
	return completions(question.Sides(typed, groups)), cobra.ShellCompDirectiveNoFileComp
}

// known are the names of actors in the store that begin with what was typed; none
// where there is no store to read, which is no error while typing.
func (a *app) known(ctx context.Context, typed string) []string {
	s, err := store.Open(ctx, a.storePath(), store.Existing())
	if err != nil {
		return nil
	}
	defer s.Close()
	var names []string
	for r, err := range s.Records(ctx, store.Filter{Classes: []evidence.Class{evidence.Alias, evidence.Sponsor}}) {
		if err != nil {
			return nil
		}
		for _, n := range []string{r.Subject.Name, r.Object.Name} {
			if n != "" && question.Begins(n, typed) {
				names = append(names, n)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
