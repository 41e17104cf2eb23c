package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/evidence"
	"github.com/cahoots-project/cahoots/report"
	"github.com/cahoots-project/cahoots/resolve"
)

func (a *app) actorsCommand() *cobra.Command {
	var policy, country string
	cmd := &cobra.Command{
		Use:   "actors",
		Short: "Who is who: list, show, why, conflicts",
		Long: `Shows how names were resolved. A name is a claim with a source; an actor is a set
of names and catalogue entries with the reasons that hold them together. A name
of several actors is a conflict and links nobody.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	list := &cobra.Command{
		Use: "list", Short: "List the actors of the evidence", Args: noArgs,
		Example: "  cahoots actors list --country CN",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDirectory(cmd.Context(), policy, func(d *resolve.Directory) (report.Document, error) {
				return actorsDocument(d, country)
			})
		},
	}
	list.Flags().StringVar(&country, "country", "", "only those attributed to this `STATE`")
	show := &cobra.Command{
		Use: "show NAME", Short: "Show one actor: its names, who coined them, its state, its conflicts", Args: exactly(1, "one NAME; quote one with spaces"),
		Example: `  cahoots actors show "Judgment Panda"`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDirectory(cmd.Context(), policy, func(d *resolve.Directory) (report.Document, error) {
				return actorDocument(d, args[0])
			})
		},
	}
	why := &cobra.Command{
		Use: "why NAME", Short: "Explain whom a name means, and why", Args: exactly(1, "one NAME; quote one with spaces"),
		Example: `  cahoots actors why IRIDIUM`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDirectory(cmd.Context(), policy, func(d *resolve.Directory) (report.Document, error) {
				return whyDocument(d, args[0])
			})
		},
	}
	conflicts := &cobra.Command{
		Use: "conflicts", Short: "List names and attributions the sources do not agree on", Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDirectory(cmd.Context(), policy, func(d *resolve.Directory) (report.Document, error) {
				return conflictsDocument(d), nil
			})
		},
	}
	cmd.AddCommand(list, show, why, conflicts)
	return cmd
}

// withDirectory resolves the store's names and writes what make builds of them.
func (a *app) withDirectory(ctx context.Context, policyFile string, build func(*resolve.Directory) (report.Document, error)) error {
	policy, err := readPolicy(policyFile)
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	in, err := fromStore(ctx, s)
	if err != nil {
		return err
	}
	d, err := resolve.Resolve(in.Records, policy)
	if err != nil {
		return fmt.Errorf("resolving names: %w", err)
	}
	doc, err := build(d)
	if err != nil {
		return err
	}
	doc.Notices = distinct(in.Notices)
	return a.write(doc, report.Options{})
}

// listed is one row of actors list.
type listed struct {
	ID      resolve.ActorID `json:"id"`
	Name    string          `json:"name"`
	Country string          `json:"country"`
	Names   []string        `json:"names"`
	Refs    []string        `json:"refs"`
}

func actorsDocument(d *resolve.Directory, country string) (report.Document, error) {
	actors := d.Actors()
	if country != "" {
		code, ok := evidence.ParseCountry(country)
		if !ok {
			return report.Document{}, usagef("--country %q is no state; give a code such as CN, or a name", country)
		}
		actors = d.ByCountry(code)
	}
	t := report.Table{ID: "actors", Empty: "No actor.", Columns: []report.Column{
		{ID: "name", Title: "actor"}, {ID: "country", Title: "state"}, {ID: "names", Title: "names", Kind: report.Integer},
		{ID: "aliases", Title: "also called"}, {ID: "id", Title: "id", Machine: true},
	}}
	result := []listed{}
	for _, a := range actors {
		l := listed{ID: a.ID, Name: a.Name, Country: a.Country, Names: spellings(a), Refs: a.Refs}
		result = append(result, l)
		t.Rows = append(t.Rows, report.Row{ID: string(a.ID), Cells: []report.Cell{
			{Text: a.Name}, {Text: a.Country}, number(len(l.Names)), {Text: ellipsis(l.Names, 5)}, {Text: string(a.ID)},
		}})
	}
	return listDocument("actors", fmt.Sprintf("Actors (%d)", len(actors)), result, &t), nil
}

func actorDocument(d *resolve.Directory, name string) (report.Document, error) {
	e, err := d.Why(name)
	if err != nil {
		return report.Document{}, err
	}
	if e.Actor == nil {
		return report.Document{}, fmt.Errorf("%q means no single actor: %s", name, e)
	}
	names := report.Table{ID: "names", Columns: []report.Column{
		{ID: "name", Title: "name"}, {ID: "coiner", Title: "coined by, or cited from"}, {ID: "dataset", Title: "said by data set"},
		{ID: "ref", Title: "entry"}, {ID: "status", Title: "status"}, {ID: "record", Title: "record", Machine: true},
	}}
	for _, c := range e.Actor.Names {
		names.Rows = append(names.Rows, report.Row{Cells: []report.Cell{
			{Text: c.Name}, {Text: c.Coiner}, {Text: c.Dataset}, {Text: c.Ref}, {Text: string(c.Status)}, {Text: string(c.Record)},
		}})
	}
	states := report.Table{ID: "states", Empty: "No source attributes it to a state.", Columns: []report.Column{
		{ID: "country", Title: "state"}, {ID: "basis", Title: "basis"}, {ID: "dataset", Title: "said by data set"},
		{ID: "records", Title: "records", Kind: report.Integer}, {ID: "status", Title: "status"},
	}}
	for _, at := range e.Actor.Countries {
		states.Rows = append(states.Rows, report.Row{Cells: []report.Cell{
			{Text: evidence.CountryName(at.Country), Value: at.Country}, {Text: at.Basis}, {Text: at.Dataset}, number(len(at.Records)), {Text: string(at.Status)},
		}})
	}
	title := e.Actor.Name
	if e.Actor.Country != "" {
		title += " (" + evidence.CountryName(e.Actor.Country) + ")"
	}
	return report.Document{ID: "actor", Title: title, Main: "names", Result: e, Sections: []report.Section{
		{ID: "why", Title: "Why these names are one actor", Blocks: sentences(e.Sentences)},
		{ID: "names", Title: "Names", Blocks: []report.Block{&names}},
		{ID: "states", Title: "State", Blocks: []report.Block{&states}},
		{ID: "conflicts", Title: "Conflicts", Blocks: []report.Block{conflictTable(e.Conflicts)}},
	}}, nil
}

func whyDocument(d *resolve.Directory, name string) (report.Document, error) {
	e, err := d.Why(name)
	if err != nil {
		return report.Document{}, err
	}
	return report.Document{ID: "why", Title: name, Main: "conflicts", Result: e, Sections: []report.Section{
		{ID: "why", Blocks: sentences(e.Sentences)},
		{ID: "conflicts", Title: "Conflicts", Blocks: []report.Block{conflictTable(e.Conflicts)}},
	}}, nil
}

func conflictsDocument(d *resolve.Directory) report.Document {
	cs := d.Conflicts()
	return listDocument("conflicts", fmt.Sprintf("Conflicts (%d)", len(cs)), cs, conflictTable(cs))
}

func conflictTable(cs []resolve.Conflict) *report.Table {
	t := report.Table{ID: "conflicts", Empty: "No conflict.", Columns: []report.Column{
		{ID: "name", Title: "name"}, {ID: "kind", Title: "kind"}, {ID: "actors", Title: "actors"}, {ID: "why", Title: "why"},
	}}
	for _, c := range cs {
		t.Rows = append(t.Rows, report.Row{Cells: []report.Cell{{Text: c.Name}, {Text: c.Kind}, {Text: ellipsis(c.Actors, 6)}, {Text: c.Why}}})
	}
	return &t
}
