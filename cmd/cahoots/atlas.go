package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/tell/atlas"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

type atlasOptions struct{ dir, ceiling, year, policy string }

func (a *app) atlasCommand() *cobra.Command {
	var opt atlasOptions
	cmd := &cobra.Command{
		Use:   "atlas --out DIR",
		Short: "Write what is on record as a site of files, without a server",
		Long: `Writes a page for every two states, and every two groups that a cited record ties to
each other, of whom anything is on record: the answer at a glance, the evidence with
its citations, how the answer came about, a table as CSV; with a first page that
searches, a feed, and the licences of the data. It is opened from disk or put on any
web server, and asks for nothing from anywhere.

The same store gives the same bytes. Where the folder holds an atlas, only files that
are not as they were are written, and those that are no more are taken away.`,
		Example: `  cahoots atlas --out atlas
  cahoots atlas --out atlas --ceiling GREEN --landscape 2024`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.atlas(cmd.Context(), opt) },
	}
	f := cmd.Flags()
	f.StringVar(&opt.dir, "out", "", "`DIR` to write to (required)")
	f.StringVar(&opt.ceiling, "ceiling", string(evidence.Clear), "the strictest `MARKING` of what is shown")
	f.StringVar(&opt.year, "landscape", "", "beside it what sensors saw in this `YEAR`")
	f.StringVar(&opt.policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	return cmd
}

func (a *app) atlas(ctx context.Context, opt atlasOptions) error {
	a.boundMemory(ctx)
	if opt.dir == "" {
		return usagef("atlas needs --out DIR, the folder to write to")
	}
	ceiling, err := evidence.ParseTLP(opt.ceiling)
	if err != nil {
		return usageError{err}
	}
	policy, err := readPolicy(opt.policy)
	if err != nil {
		return err
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	records, sets, withheld, err := question.Within(ctx, s, ceiling)
	if err != nil {
		return err
	}
	c := atlas.Content{Held: question.Held(records, sets), Ceiling: ceiling, Sources: server.Sources(sets), Beside: map[string]document.Document{}}
	c.Held.Tool, c.Held.Policy = a.tool(), policy
	if opt.year != "" {
		in, err := a.landscapeInput(ctx, s, landscapeOptions{from: opt.year, to: opt.year, gap: sighting.DefaultGap, window: "stated", policy: opt.policy})
		if err != nil {
			return err
		}
		if in.Records, _, err = question.WithNames(records); err != nil {
			return err
		}
		l, err := landscape.Run(in.Within(ceiling))
		if err != nil {
			return err
		}
		c.Beside["landscape-"+opt.year] = report.Landscape(l)
	}
	made, err := atlas.Write(ctx, c, opt.dir)
	if err != nil {
		return err
	}
	if withheld > 0 {
		a.remark("%s marked above TLP:%s, and had no part in it", document.Plural(withheld, "record is", "records are"), ceiling)
	}
	return a.write(atlasDocument(made, opt.dir), document.Options{})
}

func atlasDocument(m *atlas.Made, dir string) document.Document {
	t := document.Table{ID: "atlas", Columns: []document.Column{{ID: "what", Title: "what"}, {ID: "count", Title: "how many", Kind: document.Integer}}}
	states := 0
	for _, e := range m.Entries {
		if e.Kind == "states" {
			states++
		}
	}
	for _, r := range []struct {
		what string
		n    int
	}{{"pairs of states", states}, {"pairs of groups", len(m.Entries) - states}, {"of these followed through the years", m.Histories}, {"could not be asked about", len(m.Failed)},
		{"files written", m.Written}, {"files that were as they are", m.Kept}, {"files taken away", m.Removed}, {"KiB in all", int(m.Bytes >> 10)}} {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: r.what}, number(r.n)}})
	}
	d := listDocument("atlas", "Atlas", m, &t)
	for _, why := range m.Failed {
		d.Sections = append(d.Sections, document.Section{ID: "failed", Title: "Could not be asked about", Blocks: []document.Block{document.Paragraph{Text: why}}})
	}
	d.Sections[0].Blocks = append([]document.Block{document.Paragraph{Lead: true, Text: fmt.Sprintf("The atlas is in %s: open index.html there.", dir)}}, d.Sections[0].Blocks...)
	return d
}
