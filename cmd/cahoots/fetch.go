package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

func (a *app) fetchCommand() *cobra.Command {
	var opt fetch.Options
	cmd := &cobra.Command{
		Use:   "fetch SOURCE...",
		Short: "Download public data sets to the cache",
		Long: `Downloads public data sets from their publishers to the user's cache, with their
licence, SHA-256 and a conditional request the next time. A broken download is
resumed. Without a SOURCE it lists what can be fetched.`,
		Example: `  cahoots fetch attack misp-galaxy
  cahoots fetch attack --from /media/usb     # a site without network`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return a.write(fetchableDocument(), document.Options{})
			}
			return a.fetch(cmd.Context(), args, opt)
		},
	}
	cmd.Flags().StringVar(&opt.CacheDir, "cache", "", "cache `DIR` (default: cahoots in the user's cache)")
	cmd.Flags().StringVar(&opt.From, "from", "", "take the files from `DIR` instead of the network")
	cmd.Flags().Int64Var(&opt.MaxBytes, "max-bytes", 0, "refuse files larger than `N` bytes (default: each file's own limit)")
	return cmd
}

func (a *app) fetch(ctx context.Context, names []string, opt fetch.Options) error {
	var sources []fetch.Source
	for _, name := range names {
		s, err := fetch.Find(name)
		if err != nil {
			return usageError{err}
		}
		sources = append(sources, s)
	}
	var all []fetch.Fetched
	var failed []error
	for _, s := range sources {
		bars := map[string]*progress{}
		opt.Progress = func(file string, done, total int64) {
			if bars[file] == nil {
				bars[file] = a.progress("fetching "+file, &span{})
			}
			bars[file].at(done, total)
		}
		got, err := fetch.Get(ctx, s, opt)
		for _, b := range bars {
			b.done()
		}
		if ctx.Err() != nil {
			return err
		}
		failed = append(failed, err)
		all = append(all, got...)
	}
	if len(all) == 0 {
		return errors.Join(failed...)
	}
	if err := a.write(fetchedDocument(all, sources), document.Options{}); err != nil {
		return err
	}
	var paths []string
	for _, f := range all {
		paths = append(paths, f.Path)
	}
	a.remark("read them with: cahoots ingest %s", strings.Join(paths, " "))
	return errors.Join(failed...)
}

// span is a meter for work that reports its own length.
type span struct{ done, total int64 }

func (s *span) BytesRead() int64 { return s.done }
func (s *span) Size() int64      { return s.total }

func fetchableDocument() document.Document {
	t := document.Table{ID: "sources", Columns: []document.Column{
		{ID: "source", Title: "source"}, {ID: "title", Title: "what"}, {ID: "licence", Title: "licence"}, {ID: "homepage", Title: "home page"},
	}}
	for _, s := range fetch.Sources() {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{{Text: s.Name}, {Text: s.Title}, {Text: s.Licence}, {Text: s.Homepage}}})
	}
	return listDocument("fetchable", "What can be fetched", fetch.Sources(), &t)
}

func fetchedDocument(all []fetch.Fetched, sources []fetch.Source) document.Document {
	t := document.Table{ID: "files", Columns: []document.Column{
		{ID: "file", Title: "file"}, {ID: "how", Title: "how"}, {ID: "bytes", Title: "bytes", Kind: document.Integer}, {ID: "sha256", Title: "sha256"},
	}}
	for _, f := range all {
		t.Rows = append(t.Rows, document.Row{Cells: []document.Cell{
			{Text: f.Path}, {Text: f.How}, {Text: fmt.Sprint(f.Receipt.Bytes), Value: int(f.Receipt.Bytes)}, {Text: f.Receipt.SHA256[:min(12, len(f.Receipt.SHA256))], Value: f.Receipt.SHA256},
		}})
	}
	doc := listDocument("fetched", "Fetched", all, &t)
	for _, s := range sources {
		doc.Notices = append(doc.Notices, s.Title+": "+s.Licence)
		if s.Notice != "" {
			doc.Notices = append(doc.Notices, s.Notice)
		}
	}
	doc.Notices = distinct(doc.Notices)
	return doc
}
