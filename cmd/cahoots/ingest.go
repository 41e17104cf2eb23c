package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

type ingestOptions struct {
	readOptions
	replace   bool
	began     time.Time // what this run brings replaces what was there before it
	table     string
	sightings bool // the store's own, instead of files
}

func (a *app) ingestCommand() *cobra.Command {
	var opt ingestOptions
	cmd := &cobra.Command{
		Use:   "ingest FILE...",
		Short: "Read evidence into the store",
		Long: `Reads evidence into the store, one transaction per file: a file goes in whole
or not at all, and the same content adds nothing a second time.

Read are STIX 2.0 and 2.1 bundles (ATT&CK among them), MISP galaxy clusters and
events, tables of incidents and of actors (CSV, XLSX, JSON) through a column map,
and case files. A folder or an archive (zip, tar) stands for the files in it, a
MISP feed among them; the name of a data set that cahoots fetch brought for its
files. The store of another site (SITE.db) is joined with this one, sightings and
all; see docs/scale.md. A TAXII 2.1 collection, API root or discovery URL is read with taxii+
before its address; CAHOOTS_TAXII_USER and CAHOOTS_TAXII_PASSWORD, or
CAHOOTS_TAXII_TOKEN, say who asks. Files may be compressed (gzip, xz, zstd); "-"
is standard input.
Where an input does not say whose word it is, --publisher does.
Every object is accounted for: it became records, was skipped for a stated
reason, or was rejected, with file, line, object and reason. Exit status 3 says
that some were, or that a large input gave nothing. cahoots doctor says the same
of a file without storing it.`,
		Example: `  cahoots ingest attack misp-galaxy eurepoc      # as fetched
  cahoots ingest enterprise-attack.json feed/ reports.zip
  cahoots ingest taxii+https://taxii.example.org/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/
  cahoots ingest --map my-map.yaml incidents.xlsx
  cahoots ingest --db all.db vienna.db tallinn.db lisbon.db
  xz -dc bundle.json.xz | cahoots ingest -`,
		Args: func(cmd *cobra.Command, args []string) error {
			if opt.sightings {
				return noArgs(cmd, args)
			}
			return atLeast(1, "at least one FILE, or - for standard input")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if opt.sightings {
				return a.ingestSightings(cmd.Context(), opt)
			}
			return a.ingest(cmd.Context(), args, opt)
		},
	}
	cmd.Flags().BoolVar(&opt.sightings, "from-sightings", false, "read the incidents that cahoots match found, as they are judged now; what an earlier run read of them is replaced")
	opt.flags(cmd.Flags())
	tableFlag(cmd, &opt.table, "inputs", "counts", "rejected")
	cmd.Flags().BoolVar(&opt.replace, "replace", false, "let the input replace what the store held of the same data set before this run")
	return cmd
}

// ingestGC is how much the heap may grow between collections, in percent: a bundle
// is held whole, and looking through it again and again costs more than its share
// the larger it is.
const ingestGC = 350

func (a *app) ingest(ctx context.Context, args []string, opt ingestOptions) error {
	defer debug.SetGCPercent(debug.SetGCPercent(ingestGC))
	if err := opt.load(); err != nil {
		return err
	}
	if opt.replace {
		opt.began = time.Now()
	}
	s, err := a.openStore(ctx, false)
	if err != nil {
		return err
	}
	defer s.Close()
	run := ingestRun{app: a, store: s, opt: opt}
	for _, arg := range args {
		if store.IsStore(arg) || store.IsServer(arg) {
			err = run.join(ctx, arg)
		} else {
			err = a.eachInput(ctx, []string{arg}, opt.readOptions, func(in *input) error { return run.input(ctx, in) }, run.failed)
		}
		if err != nil {
			return err
		}
	}
	if err := run.tell(ctx); err != nil {
		return err
	}
	if err := errors.Join(run.failures...); err != nil {
		return err
	}
	if run.rejected {
		return errRejected
	}
	return nil
}

// An ingestRun is what became of the inputs so far.
type ingestRun struct {
	*app
	store    *store.Store
	opt      ingestOptions
	done     []intake.Taken
	failures []error
	rejected bool
	unread   unread
}

func (r *ingestRun) failed(err error) { r.failures = append(r.failures, err) }

// input reads one into the store. Only what would end every other one too is an
// error.
func (r *ingestRun) input(ctx context.Context, in *input) error {
	if in.empty {
		r.done = append(r.done, intake.Taken{Input: in.Name, Of: in.Name, Warnings: in.Notes})
		return nil
	}
	done, err := intake.Take(ctx, r.store, &in.Input, r.opt.began)
	switch {
	case err == nil:
		r.rejected = r.rejected || len(done.Rejected) > 0
		r.done = append(r.done, done)
		return nil
	case ctx.Err() != nil || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrBusy):
		return err
	case !r.unread.add(in, err):
		r.failed(err)
	}
	return nil
}

// tell writes the result: what was read of every argument, and what the store
// now holds.
func (r *ingestRun) tell(ctx context.Context) error {
	for _, w := range r.unread.tell(r.done) {
		if w.err != nil {
			r.failed(w.err)
			continue
		}
		r.done = append(r.done, intake.Taken{Input: w.of, Of: w.of, Warnings: []string{w.note}})
	}
	told := map[string]bool{}
	for i := len(r.done) - 1; i >= 0; i-- { // the last of a data set knows of all
		if d := &r.done[i]; !told[d.Summary.Dataset] {
			told[d.Summary.Dataset] = true
			d.Warnings = append(d.Warnings, d.Held...)
		}
	}
	for i := range r.done {
		if d := &r.done[i]; d.Fruitless() {
			r.rejected = true
			d.Warnings = append(d.Warnings, fmt.Sprintf("NOTHING was read from its %d objects; cahoots doctor %s says why", d.Summary.Objects, d.Input))
		}
	}
	if len(r.done) == 0 {
		return nil
	}
	sets, err := r.store.Datasets(ctx)
	if err != nil {
		return err
	}
	return r.write(report.Taken(r.done, intake.Holdings(sets)), document.Options{Table: r.opt.table})
}
