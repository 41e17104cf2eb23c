package main

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/mispevidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/stixevidence"
	"github.com/cahoots-project/cahoots/internal/marking"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// formats are the inputs the program reads, in the order they are tried.
func formats() []source.Format {
	return []source.Format{stixevidence.Format, mispevidence.GalaxyFormat, mispevidence.EventFormat, ledger.Format(), incident.Format}
}

// ingested is what became of one input.
type ingested struct {
	Input    string                `json:"input"`
	Known    bool                  `json:"known"` // its content was in the store already
	Added    int                   `json:"added"`
	Repeated int                   `json:"repeated"` // records the store held already
	Removed  int                   `json:"removed"`
	Summary  source.Summary        `json:"summary"`
	Rejected []*source.RecordError `json:"rejected"`
	Warnings []string              `json:"warnings"`
}

type ingestOptions struct {
	as, columnMap string
	replace       bool
	table         string
	addedAfter    string // for TAXII
	sightings     bool   // the store's own, instead of files
	treat         []string
}

func (a *app) ingestCommand() *cobra.Command {
	var opt ingestOptions
	cmd := &cobra.Command{
		Use:   "ingest FILE...",
		Short: "Read evidence into the store",
		Long: `Reads evidence into the store, one transaction per file: a file goes in whole
or not at all, and the same content adds nothing a second time.

Read are STIX 2.0 and 2.1 bundles (ATT&CK among them), MISP galaxy clusters and
events, incident tables (CSV, XLSX) through a column map, and case files. A
TAXII 2.1 collection, API root or discovery URL is read with taxii+ before its
address; CAHOOTS_TAXII_USER and CAHOOTS_TAXII_PASSWORD, or CAHOOTS_TAXII_TOKEN,
say who asks. Files may be compressed (gzip, xz, zstd); "-" is standard input.
Every object is accounted for: it became records, was skipped for a stated
reason, or was rejected, with file, line, object and reason. Exit status 3 says
that some were.`,
		Example: `  cahoots ingest enterprise-attack.json galaxy/threat-actor.json
  cahoots ingest taxii+https://taxii.example.org/api/collections/91a7b528-80eb-42ed-a74d-c6fbd5a26116/
  cahoots ingest --map my-map.yaml incidents.xlsx
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
	cmd.Flags().StringVar(&opt.as, "as", "", "read the input as `FORMAT` instead of recognising it: stix, misp-galaxy, misp-event, case, incidents")
	cmd.Flags().StringVar(&opt.columnMap, "map", "", "column map (YAML `FILE`) of an incident table; see docs/incident-maps.md")
	cmd.Flags().StringVar(&opt.table, "table", "", "the `TABLE` that CSV writes: inputs, counts or rejected")
	cmd.Flags().StringVar(&opt.addedAfter, "added-after", "", "of TAXII collections, what the server got after `TIME` (RFC 3339)")
	cmd.Flags().StringArrayVar(&opt.treat, "treat-marking", nil, "decide what a marking allows, as `MARKING=LEVEL`: the id of a STIX marking definition, a tag, a label or distribution:0, and a level of TLP (repeatable)")
	cmd.Flags().BoolVar(&opt.replace, "replace", false, "let the input replace what the store holds of the same data set")
	return cmd
}

func (a *app) ingest(ctx context.Context, files []string, opt ingestOptions) error {
	so := source.Options{}
	if opt.columnMap != "" {
		b, err := os.ReadFile(opt.columnMap)
		if err != nil {
			return fmt.Errorf("reading the column map: %w", err)
		}
		so.Map = b
		if opt.as == "" {
			opt.as = incident.Format.Name // a table nobody has seen is recognised by its map alone
		}
	}
	var err error
	if so.Markings, err = marking.ParseRules(opt.treat); err != nil {
		return usageError{err}
	}
	s, err := a.openStore(ctx, false)
	if err != nil {
		return err
	}
	defer s.Close()
	var done []ingested
	rejected := false
	var failures []error
	for _, file := range files {
		in, err := a.ingestFile(ctx, s, file, opt, so)
		if err != nil {
			if ctx.Err() != nil || errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrDiskFull) || errors.Is(err, store.ErrBusy) {
				return err
			}
			failures = append(failures, err)
			continue
		}
		rejected = rejected || len(in.Rejected) > 0
		done = append(done, in)
	}
	if len(done) > 0 {
		if err := a.write(ingestDocument(done), document.Options{Table: opt.table}); err != nil {
			return err
		}
	}
	if err := errors.Join(failures...); err != nil {
		return err
	}
	if rejected {
		return errRejected
	}
	return nil
}

// maxListed bounds the rejected records listed for one input; all are counted
// and kept in the store.
const maxListed = 1000

func (a *app) ingestFile(ctx context.Context, s *store.Store, file string, opt ingestOptions, so source.Options) (in ingested, err error) {
	in.Input = file
	path := file
	if taxii.IsAddress(file) {
		so.Name = file
		if path, err = a.download(ctx, file, opt.addedAfter, &in); err != nil {
			return in, err
		}
		defer os.Remove(path)
	}
	r, err := source.Open(ctx, path, formats(), opt.as, so)
	if err != nil {
		return in, err
	}
	defer r.Close()
	bar := a.progress("reading "+file, r)
	defer bar.done()
	g, err := s.Ingest(ctx, store.Input{Name: file, Reading: reading(r.Format(), so), Replace: opt.replace})
	if err != nil {
		return in, err
	}
	defer g.Rollback()
	err = source.All(r,
		func(rec evidence.Record) error { bar.tick(); return g.Add(rec) },
		func(bad *source.RecordError) {
			if len(in.Rejected) < maxListed {
				in.Rejected = append(in.Rejected, bad)
			}
			// A failed write shows at Commit.
			_ = g.Reject(store.Rejection{File: bad.File, Line: bad.Line, Object: bad.Object, Path: bad.Path, Why: bad.Why})
		})
	if err != nil {
		return in, fmt.Errorf("%w; nothing of %s was stored", err, file)
	}
	in.Summary = r.Summary()
	body, err := json.Marshal(in.Summary)
	if err != nil {
		return in, err
	}
	out, err := g.Commit(store.Summary{
		Dataset: in.Summary.Dataset, Version: in.Summary.Version, License: in.Summary.License,
		SHA256: r.SHA256(), Bytes: r.BytesRead(), JSON: body,
	})
	var known *store.KnownError
	if errors.As(err, &known) {
		in.Known = true
		in.Warnings = append(in.Warnings, known.Error())
		return in, nil
	}
	if err != nil {
		return in, err
	}
	in.Added, in.Repeated, in.Removed = out.Added, out.Known, out.Removed
	in.Warnings = append(in.Warnings, out.Warnings...)
	return in, nil
}

// reading says how bytes are read: another column map, and another decision about
// markings, makes other records of the same bytes.
func reading(format string, so source.Options) string {
	if so.Map != nil {
		format += fmt.Sprintf(" map %x", sha256.Sum256(so.Map))
	}
	if decided := so.Markings.String(); decided != "" {
		format += fmt.Sprintf(" markings %x", sha256.Sum256([]byte(decided)))
	}
	return format
}
