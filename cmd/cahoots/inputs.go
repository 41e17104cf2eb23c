package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/marking"
	"github.com/cahoots-project/cahoots/internal/taxii"
)

// readOptions say how inputs are read, into the store or to be examined.
type readOptions struct {
	as, columnMap string
	addedAfter    string // for TAXII
	treat         []string
	country       string // of the publisher, as the user wrote it
	source        source.Options
}

func (o *readOptions) flags(f *pflag.FlagSet) {
	var names []string
	for _, format := range intake.Formats() {
		names = append(names, format.Name)
	}
	f.StringVar(&o.as, "as", "", "read the input as `FORMAT` instead of recognising it: "+strings.Join(names, ", "))
	f.StringVar(&o.columnMap, "map", "", "column map (YAML `FILE`) of a table of incidents or actors; see docs/incident-maps.md")
	f.StringVar(&o.addedAfter, "added-after", "", "of TAXII collections, what the server got after `TIME` (RFC 3339)")
	f.StringVar(&o.source.Publisher, "publisher", "", "`NAME` of whose word it is where the input names nobody")
	f.StringVar(&o.country, "publisher-country", "", "the publisher's seat: `CC`, an ISO 3166-1 code or a name")
	f.StringArrayVar(&o.treat, "treat-marking", nil, "decide what a marking allows, as `MARKING=LEVEL`: the id of a STIX marking definition, a tag, a label or distribution:0, and a level of TLP (repeatable)")
}

// load reads the column map and the decisions on markings.
func (o *readOptions) load() (err error) {
	if o.source.Markings, err = marking.ParseRules(o.treat); err != nil {
		return usageError{err}
	}
	if err := o.whose(); err != nil {
		return usageError{err}
	}
	if o.columnMap == "" {
		return nil
	}
	if o.source.Map, err = files.Read(o.columnMap, incident.MaxMap); err != nil {
		return fmt.Errorf("reading the column map: %w", err)
	}
	if o.as == "" {
		o.as = incident.Format.Name // a table nobody has seen is recognised by its map alone
	}
	return nil
}

// whose reads the publisher's seat, without which it is looked up among the known.
func (o *readOptions) whose() error {
	o.source.Publisher = strings.TrimSpace(o.source.Publisher)
	if o.country == "" {
		return nil
	}
	code, ok := evidence.ParseCountry(o.country)
	switch {
	case o.source.Publisher == "":
		return errors.New("--publisher-country needs --publisher")
	case !ok:
		return fmt.Errorf("--publisher-country %q is not a state; give an ISO 3166-1 code such as DE", o.country)
	}
	o.source.PublisherCountry = code
	return nil
}

// An input is one file to read: named, or within a folder or an archive, or what
// a server gave.
type input struct {
	intake.Input
	empty bool // the server has nothing new
}

// watched shows at a terminal how far the input is read.
func (a *app) watched(name string) func(*source.Input) (tick, done func()) {
	return func(from *source.Input) (tick, done func()) {
		bar := a.progress("reading "+name, from)
		return bar.tick, bar.done
	}
}

// eachInput calls do for every input that the arguments lead to, and ends with
// the first error of do. What keeps one argument from being read at all goes to
// failed.
func (a *app) eachInput(ctx context.Context, args []string, o readOptions, do func(*input) error, failed func(error)) error {
	for _, arg := range args {
		if taxii.IsAddress(arg) {
			if err := a.eachOfServer(ctx, arg, o, do, failed); err != nil {
				return err
			}
			continue
		}
		paths, err := a.fetched(arg)
		if err != nil {
			failed(err)
			continue
		}
		for _, path := range paths {
			var ended error
			err := source.Members(ctx, path, o.source, func(m source.Member) error {
				ended = do(&input{Input: intake.Input{Member: m, As: o.as, Options: o.source, Watch: a.watched(m.Name)}})
				return ended
			})
			switch {
			case ended != nil:
				return ended
			case ctx.Err() != nil:
				return ctx.Err()
			case err != nil:
				failed(err)
			}
		}
	}
	return nil
}

// fetched is the files of a data set that cahoots fetch knows by this name and
// has brought, where no file is called so; else the argument itself.
func (a *app) fetched(arg string) ([]string, error) {
	if _, err := os.Stat(arg); !errors.Is(err, fs.ErrNotExist) {
		return []string{arg}, nil
	}
	src, err := fetch.Find(arg)
	if err != nil {
		return []string{arg}, nil
	}
	paths, err := fetch.Cached(src)
	if err == nil && len(paths) == 0 {
		err = fmt.Errorf("%s is neither a file nor fetched yet; get it with: cahoots fetch %s", arg, arg)
	}
	return paths, err
}

// timeOf reads a moment that a flag gives: RFC 3339, or a day, which is its beginning.
func timeOf(flag, s string) (time.Time, error) {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		t, err = time.Parse(time.DateOnly, s)
	}
	if err != nil {
		return t, usagef("--%s %q is no time such as 2026-01-31T00:00:00Z, and no day such as 2026-01-31", flag, s)
	}
	return t, nil
}

// eachOfServer reads what a TAXII server gives.
func (a *app) eachOfServer(ctx context.Context, address string, o readOptions, do func(*input) error, failed func(error)) error {
	var q taxii.Query
	if o.addedAfter != "" {
		t, err := timeOf("added-after", o.addedAfter)
		if err != nil {
			return err
		}
		q.AddedAfter = t
	}
	in := &input{Input: intake.Input{As: o.as, Options: o.source, Watch: a.watched(address)}}
	f, got, err := a.download(ctx, address, q)
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		failed(err)
		return nil
	}
	defer f.Close()
	in.Member, in.Options.Name, in.empty = source.Opened(address, f.File), address, got.Objects == 0
	if got.Missing > 0 {
		in.Notes = append(in.Notes, fmt.Sprintf("%d objects that others refer to were not to be had from the server", got.Missing))
	}
	if in.empty {
		in.Notes = append(in.Notes, "the server has nothing new")
	}
	if !got.Last.IsZero() {
		in.Notes = append(in.Notes, "next time, only what is new: --added-after "+got.Last.Format(time.RFC3339Nano))
	}
	return do(in)
}

// download copies what a TAXII server gives into a scratch file.
func (a *app) download(ctx context.Context, address string, q taxii.Query) (*files.Scratch, taxii.Fetched, error) {
	f, err := files.NewScratch()
	if err != nil {
		return nil, taxii.Fetched{}, fmt.Errorf("making room for the download: %w", err)
	}
	client := taxii.Client{
		User: a.getenv("CAHOOTS_TAXII_USER"), Password: a.getenv("CAHOOTS_TAXII_PASSWORD"), Token: a.getenv("CAHOOTS_TAXII_TOKEN"),
		Agent: "cahoots/" + toolVersion(),
	}
	got, err := client.Fetch(ctx, address, q, f)
	if err != nil {
		f.Close()
	}
	return f, got, err
}
