package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/plaintext"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// reader is one run of "cahoots read".
type reader struct {
	publisher, published string
	review               bool
}

func (a *app) readCommand() *cobra.Command {
	var rd reader
	cmd := &cobra.Command{
		Use:   "read REPORT...",
		Short: "Read reports, and propose what they say as cited claims",
		Long: `Reads reports (HTML, Markdown, plain text, PDF; folders of them) and proposes what
they say of hacking groups: links between two groups, other names, tools,
techniques, vulnerabilities, victims and indicators, each with the words it rests
on and their place. Nothing is asked of any network.

With -o CASE.yaml the proposals become a case file. They are no evidence: every
entry has status proposed until somebody accepts it, with --review at a terminal or
in an editor. If the file is there already, what was decided in it stays decided,
and only what is new is proposed. With --db, names that the store knows are found
too.`,
		Example: `  cahoots read report.pdf
  cahoots read reports/ -o my-case.yaml
  cahoots read reports/ -o my-case.yaml --review
  cahoots read passage.txt --format json`,
		Args: atLeast(1, "the file of a report, or a folder of reports"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.read(cmd.Context(), args, rd) },
	}
	f := cmd.Flags()
	f.StringVar(&rd.publisher, "publisher", "", "`NAME` of who published the report, where the file does not say")
	f.StringVar(&rd.published, "published", "", "`DATE` of publication, where the file does not say")
	f.BoolVar(&rd.review, "review", false, "go through the proposals at the terminal: accept, change, refuse")
	return cmd
}

// readings is the result of reading reports.
type readings struct {
	Reports []*prose.Report `json:"reports"`
	Failed  []failedReport  `json:"failed"`
	// Of all reports, so that one report's claims stand where they are looked for.
	Links    []prose.Claim `json:"links"`
	Mentions []prose.Named `json:"mentions"`
	Claims   []prose.Claim `json:"claims"`
}

type failedReport struct {
	File string `json:"file"`
	Why  string `json:"why"`
}

func (a *app) read(ctx context.Context, args []string, rd reader) error {
	if rd.published != "" {
		if _, err := evidence.ParseInterval(rd.published); err != nil {
			return usagef("--published: %w", err)
		}
	}
	names, err := a.storeNames(ctx)
	if err != nil {
		return err
	}
	got := &readings{Reports: []*prose.Report{}, Failed: []failedReport{}, Links: []prose.Claim{}, Mentions: []prose.Named{}, Claims: []prose.Claim{}}
	for _, arg := range args {
		err := eachReport(ctx, arg, func(path string) error {
			rep, err := a.readReport(path, rd, names)
			if err != nil {
				if len(args) == 1 && path == arg {
					return err
				}
				got.Failed = append(got.Failed, failedReport{path, err.Error()})
				return nil
			}
			got.Reports = append(got.Reports, rep)
			got.Links, got.Mentions, got.Claims = append(got.Links, rep.Links...), append(got.Mentions, rep.Mentions...), append(got.Claims, rep.Claims...)
			return nil
		})
		if err != nil {
			return err
		}
	}
	if err := a.tellReadings(ctx, got, rd); err != nil {
		return err
	}
	if len(got.Failed) > 0 {
		return errRejected
	}
	return nil
}

func (a *app) readReport(path string, rd reader, names []prose.Name) (*prose.Report, error) {
	f, err := a.open(path, plaintext.MaxFile)
	if err != nil {
		return nil, fmt.Errorf("reading a report: %w", err)
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, plaintext.MaxFile+1))
	if err != nil {
		return nil, fmt.Errorf("reading report %s: %w", path, err)
	}
	t, err := plaintext.Read(path, b)
	if err != nil {
		return nil, err
	}
	return prose.Of(path, t, prose.Options{Publisher: rd.publisher, Published: rd.published, Names: names}), nil
}

// reportFiles are the names of files that a folder of reports is read for.
var reportFiles = []string{".txt", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf"}

// eachReport calls do for a file, or for every report of a folder in the order of
// their names.
func eachReport(ctx context.Context, path string, do func(string) error) error {
	if info, err := os.Stat(path); path == "-" || err != nil || !info.IsDir() {
		return do(path)
	}
	return filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return fmt.Errorf("reading the folder %s: %w", path, err)
		case ctx.Err() != nil:
			return ctx.Err()
		case d.IsDir() || strings.HasPrefix(d.Name(), ".") || !slices.Contains(reportFiles, strings.ToLower(filepath.Ext(p))):
			return nil
		}
		return do(p)
	})
}

// storeNames are the names of groups and programs that the store knows, where there
// is one.
func (a *app) storeNames(ctx context.Context) ([]prose.Name, error) {
	if a.db == "" && a.noFile() {
		return nil, nil
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	var out []prose.Name
	for r, err := range s.Records(ctx, store.Filter{Classes: []evidence.Class{evidence.Alias, evidence.UsesSoftware}}) {
		if err != nil {
			return nil, err
		}
		out = append(out, prose.NamesOf(&r)...)
	}
	return out, nil
}

// tellReadings writes the case file, or what was found.
func (a *app) tellReadings(ctx context.Context, got *readings, rd reader) error {
	ext := strings.ToLower(filepath.Ext(a.output))
	if ext != ".yaml" && ext != ".yml" {
		if rd.review {
			return usagef("--review needs a case file that keeps what is decided: -o CASE.yaml")
		}
		return a.write(readDocument(got), document.Options{})
	}
	f := caseFile{path: a.output}
	before, err := f.read()
	if err != nil {
		return err
	}
	for _, rep := range got.Reports {
		for _, it := range prose.Withdrawn(before, rep) {
			a.remark("%s no longer says what %s rests on (%s): %s", rep.File, it.ID, cmp.Or(string(it.Status), "accepted"), it.Note)
		}
	}
	c := prose.Case(prose.CaseID(f.path), got.Reports, before)
	if err := f.save(c); err != nil {
		return err
	}
	if rd.review {
		if err := a.review(ctx, c, func() error { return f.save(c) }); err != nil {
			return err
		}
	}
	a.remark("wrote %s", f.path)
	a.output = ""
	return a.write(readDocument(got), document.Options{})
}

// A caseFile is added to. last is what it held when it was read or saved, so that
// what others wrote into it meanwhile is not written over.
type caseFile struct {
	path string
	last []byte // nil: it was not there
}

// read is the case that is there already, or nil. One with errors is not written
// over.
func (f *caseFile) read() (*ledger.Case, error) {
	b, err := files.Read(f.path, ledger.MaxSize)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	f.last = b
	c, bad, err := ledger.Parse(bytes.NewReader(b), f.path)
	if err != nil {
		return nil, err
	}
	if len(bad) > 0 {
		return nil, fmt.Errorf("the case file is there already and has errors, so nothing is added to it: %w", bad[0])
	}
	return c, nil
}

func (f *caseFile) save(c *ledger.Case) error {
	now, err := files.Read(f.path, ledger.MaxSize)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("writing the case file: %w", err)
	}
	if !bytes.Equal(now, f.last) {
		return fmt.Errorf("writing the case file: somebody else changed %s meanwhile, and it stays as it is: only what was decided last is not in it; run this again to go on", f.path)
	}
	var b bytes.Buffer
	if err := ledger.Write(&b, c); err != nil {
		return fmt.Errorf("writing the case file %s: %w", f.path, err)
	}
	if err := files.Write(f.path, files.Private, func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
		return fmt.Errorf("writing the case file %s: %w", f.path, err)
	}
	f.last = b.Bytes()
	return nil
}
