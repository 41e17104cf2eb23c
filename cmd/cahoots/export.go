package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/export"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

type exportOptions struct {
	a, b, from, until                         string
	to, ceiling, figure, layer, domain, table string
	evidence, since                           string
}

func (a *app) exportCommand() *cobra.Command {
	var opt exportOptions
	cmd := &cobra.Command{
		Use:   "export [SAVED.json] --to FORMAT",
		Short: "Write evidence or a result for neighbouring tools",
		Long: `Writes a saved assessment, or the evidence of the store, for other tools:

  stix       STIX 2.1 bundle; reading it again gives the same records
  misp       MISP event, or several of bounded size
  navigator  ATT&CK Navigator layer: side A only, B only, shared, by rarity
  graphml    network of actors, shared items and attacks
  parquet    table: records, pairs or measurements
  crosswalk  CSV of actors: names, who coined them, ids of every catalogue, why
  svg, pdf   figures: card, matrix, timeline, null
  png        the same as pixels; the card is as large as a picture for a link

Without SAVED.json the evidence of the store is written, or with --since what came
into it after a time; with --a and --b, an assessment of the two sides made from
what the ceiling lets out, with the evidence about their groups. Nothing marked
above --ceiling leaves; how much stayed behind is said on standard error. A
saved assessment that rests on such evidence is refused.`,
		Example: `  cahoots export cn-ru.json --to stix -o cn-ru.stix.json
  cahoots export --to stix --ceiling GREEN -o evidence.json
  cahoots export --to stix --since 2026-01-31T00:00:00Z -o new.json   # for a site without network
  cahoots export --to crosswalk -o actors.csv
  cahoots export --a "Mustang Panda" --b Turla --to navigator -o layer.json
  cahoots export cn-ru.json --to svg --figure null -o null.svg
  cahoots export cn-ru.json --to png -o card.png`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return usagef("%s takes at most one saved result", cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.export(cmd.Context(), strings.Join(args, ""), opt)
		},
	}
	f := cmd.Flags()
	f.StringVar(&opt.to, "to", "", "`FORMAT` to write: "+strings.Join(export.Formats(), ", ")+" (required)")
	f.StringVar(&opt.ceiling, "ceiling", string(evidence.Clear), "strictest `MARKING` that may leave: CLEAR, GREEN, AMBER, AMBER+STRICT, RED")
	f.StringVarP(&opt.a, "a", "a", "", "first `SIDE` of an assessment to make from the store")
	f.StringVarP(&opt.b, "b", "b", "", "second `SIDE`")
	f.StringVar(&opt.from, "from", "", "first `DATE` of the period")
	f.StringVar(&opt.until, "until", "", "last `DATE` of the period")
	f.StringVar(&opt.figure, "figure", "", "`FIGURE` of svg, png and pdf: "+strings.Join(export.Figures(), ", "))
	f.StringVar(&opt.layer, "layer", "", "techniques of a Navigator `LAYER`: all, a, b, shared")
	f.StringVar(&opt.domain, "domain", "", "`DOMAIN` of a Navigator layer: enterprise-attack, mobile-attack, ics-attack")
	f.StringVar(&opt.evidence, "with-evidence", string(export.Sides), "`EVIDENCE` that goes with the two sides: cited by a verdict, sides (all about their groups), all (the whole store)")
	f.StringVar(&opt.since, "since", "", "only what came into the store after `TIME` (RFC 3339)")
	tableFlag(cmd, &opt.table, "records", "pairs", "measurements")
	return cmd
}

func (a *app) export(ctx context.Context, saved string, opt exportOptions) error {
	ceiling, err := evidence.ParseTLP(opt.ceiling)
	which, unknown := export.ParseEvidence(opt.evidence)
	since, noTime := timeOf("since", opt.since)
	switch {
	case err != nil:
		return usageError{err}
	case unknown != nil:
		return usagef("--with-%v", unknown)
	case opt.since != "" && noTime != nil:
		return noTime
	case opt.since != "" && (saved != "" || opt.a != ""):
		return usagef("--since is for the evidence of the store; an assessment is made of all of it")
	case export.MediaType(opt.to) == "":
		return usagef("--to %q is unknown; use one of %s", opt.to, strings.Join(export.Formats(), ", "))
	case saved != "" && (opt.a != "" || opt.b != ""):
		return usagef("give a saved result or the two sides, not both")
	case (opt.a == "") != (opt.b == ""):
		return usagef("an assessment needs both sides: --a and --b")
	case a.output == "" && (opt.to == "parquet" || opt.to == "png") && a.outTerminal():
		return usagef("a %s file is not for a terminal; name a file with -o", opt.to)
	}
	content, withheld, err := a.exported(ctx, saved, opt, since, ceiling)
	if err != nil {
		return err
	}
	if content.Assessment == nil && content.Records == nil {
		return nil // nothing new, as was said
	}
	if opt.to != "navigator" { // which tells how rare a technique is among all groups
		content.Records = content.Select(which)
	}
	var body bytes.Buffer // a refusal leaves no half-written file
	more, err := export.Write(&body, content, opt.to, export.Options{
		Ceiling: ceiling, Tool: a.tool(), Figure: opt.figure, Layer: opt.layer, Domain: opt.domain, Table: opt.table,
	})
	if err != nil {
		return err
	}
	if n := withheld + more; n > 0 {
		a.remark("%d records are marked above TLP:%s and were left out; --ceiling raises it", n, ceiling)
	}
	return a.put(ceiling, "export", func(w io.Writer) error { _, err := body.WriteTo(w); return err })
}

// exported gathers what is to be written, nothing above the ceiling.
func (a *app) exported(ctx context.Context, saved string, opt exportOptions, since time.Time, ceiling evidence.TLP) (c export.Content, withheld int, err error) {
	if saved != "" {
		c.Assessment, err = a.savedAssessment(saved)
		return c, 0, err
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return c, 0, err
	}
	defer s.Close()
	list, sets, withheld, err := question.Within(ctx, s, ceiling)
	if err != nil {
		return c, 0, err
	}
	if opt.since != "" {
		if list, err = a.newer(ctx, s, since, ceiling, list); err != nil || len(list) == 0 {
			return c, 0, err
		}
	}
	in := question.Held(list, slices.DeleteFunc(sets, func(d store.Dataset) bool {
		return !slices.ContainsFunc(list, func(r evidence.Record) bool { return r.Origin.Dataset == d.Name })
	}))
	for i := range in.Records {
		in.Records[i].Origin.File = filepath.Base(in.Records[i].Origin.File) // a path tells about the user's machine
	}
	c = export.Content{Records: in.Records, Datasets: in.Datasets, Notices: in.Notices}
	if len(in.Records) == 0 {
		return c, withheld, fmt.Errorf("all %d records of %s are marked above TLP:%s; raise --ceiling", withheld, s.Path(), ceiling)
	}
	if opt.a == "" {
		return c, withheld, nil
	}
	in.Question, in.Tool = assess.Question{A: opt.a, B: opt.b, From: opt.from, To: opt.until}, a.tool()
	if in, err = question.Assess(in); err != nil {
		return c, withheld, err
	}
	if c.Directory, err = resolve.Resolve(in.Records, in.Policy); err != nil {
		return c, withheld, err
	}
	c.Assessment, err = assess.Run(ctx, in)
	return c, withheld, err
}

// newer is what of visible came into the store after a time, and says how to go
// on from there: after the last input of which anything is visible.
func (a *app) newer(ctx context.Context, s *store.Store, since time.Time, ceiling evidence.TLP, visible []evidence.Record) ([]evidence.Record, error) {
	list, err := records(ctx, s, store.Filter{IngestedAfter: since, Ceiling: ceiling})
	if err != nil {
		return nil, err
	}
	came := map[evidence.ID]bool{}
	for i := range list {
		came[list[i].ID] = true
	}
	visible = slices.DeleteFunc(visible, func(r evidence.Record) bool { return !came[r.ID] })
	if len(visible) == 0 {
		a.remark("nothing that may be written came into %s after %s; nothing was written", s.Path(), since.Format(time.RFC3339Nano))
		return nil, nil
	}
	read := map[string]bool{}
	for i := range visible {
		read[visible[i].Origin.File] = true
	}
	sets, err := s.Datasets(ctx)
	if err != nil {
		return nil, err
	}
	last := since
	for _, d := range sets {
		for _, h := range d.Inputs {
			if read[h.Name] && h.At.After(last) {
				last = h.At
			}
		}
	}
	a.remark("next time, only what is new: --since %s", last.UTC().Format(time.RFC3339Nano))
	return visible, nil
}

func (a *app) savedAssessment(path string) (*assess.Assessment, error) {
	r, err := a.open(path, report.MaxSaved)
	if err != nil {
		return nil, fmt.Errorf("reading the saved result: %w", err)
	}
	defer r.Close()
	result, err := report.Read(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", cmp.Or(path, "-"), err)
	}
	saved, ok := result.(*assess.Assessment)
	if !ok {
		return nil, errors.New(path + " holds no assessment; export writes assessments and evidence")
	}
	return saved, nil
}

func (a *app) outTerminal() bool {
	f, ok := a.Out.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
