package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/files"
	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/watch"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

// errMoved ends a look that found news; it was told.
var errMoved = errors.New("something moved")

type watchOptions struct {
	every  time.Duration
	fetch  []string
	from   string
	policy string
}

func (a *app) watchCommand() *cobra.Command {
	var opt watchOptions
	cmd := &cobra.Command{
		Use:   "watch FILE",
		Short: "Ask standing questions again, and hand on what moved",
		Long: `Asks the questions of a YAML file over the store and compares each answer with the
one of the last look: a digest for each that has news, the cause first. The first
look at a question only notes where it stands.

Digests are kept in the store, shown by cahoots serve as a page and an Atom feed,
and served over TAXII as notes; the file may name a folder and signed webhooks that
get them too. What is kept and what is still to be handed on is one transaction:
killed at any moment, nothing is lost and nothing is handed on twice under another
name (docs/changes.md).

Exit status 5 says that something moved, 0 that nothing did.`,
		Example: `  cahoots ingest attack && cahoots watch questions.yaml
  cahoots watch questions.yaml --every 24h --fetch attack --fetch misp-galaxy`,
		Args: exactly(1, "the FILE of the questions"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.watch(cmd.Context(), args[0], opt) },
	}
	f := cmd.Flags()
	f.DurationVar(&opt.every, "every", 0, "look again and again, after so long a `TIME`: 30m, 24h")
	f.StringArrayVar(&opt.fetch, "fetch", nil, "before each look, fetch and read a public data `SET` anew")
	f.StringVar(&opt.from, "from", "", "take what is fetched from `DIR` instead of the network")
	f.StringVar(&opt.policy, "policy", "", "YAML `FILE` that splits or joins names (docs/method.md)")
	return cmd
}

func (a *app) watch(ctx context.Context, path string, opt watchOptions) error {
	a.boundMemory(ctx)
	if opt.every < 0 || opt.every > 0 && opt.every < time.Second {
		return usagef("--every %s: give a second or more", opt.every)
	}
	for _, name := range opt.fetch {
		if _, err := fetch.Find(name); err != nil {
			return usageError{err}
		}
	}
	for {
		err := a.lookOnce(ctx, path, opt)
		if opt.every == 0 {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil && !errors.Is(err, errMoved) {
			if errors.Is(err, store.ErrDamaged) || errors.As(err, new(usageError)) {
				return err
			}
			a.remark("%v", err) // the next look may go well
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(opt.every):
		}
	}
}

// lookOnce reads the file, fetches, looks, and hands on.
func (a *app) lookOnce(ctx context.Context, path string, opt watchOptions) error {
	b, err := files.Read(path, yamlfile.MaxSize)
	if err != nil {
		return fmt.Errorf("reading the questions: %w", err)
	}
	l, err := watch.Read(b)
	if err != nil {
		return usageError{fmt.Errorf("%s: %w", path, err)}
	}
	policy, err := readPolicy(opt.policy)
	if err != nil {
		return err
	}
	var fetched error
	if len(opt.fetch) > 0 {
		if fetched = a.fetchAnew(ctx, opt); ctx.Err() != nil {
			return fetched
		}
	}
	s, err := a.openStore(ctx, true)
	if err != nil {
		return err
	}
	defer s.Close()
	out, err := watch.Look(ctx, s, l, a.tool(), policy)
	if err != nil {
		return err
	}
	delivered, failed := watch.Deliver(ctx, s, l, a.getenv)
	if err := a.write(watchedDocument(out, delivered), document.Options{}); err != nil {
		return err
	}
	switch err := errors.Join(fetched, failed); {
	case err != nil:
		return err
	case len(out.Digests) > 0:
		return errMoved
	}
	return nil
}

// fetchAnew fetches data sets and reads them in place of what was there of them. What
// fails keeps the look from nothing.
func (a *app) fetchAnew(ctx context.Context, opt watchOptions) error {
	quiet := *a
	quiet.Out, quiet.quiet, quiet.output = io.Discard, true, ""
	err := quiet.fetch(ctx, opt.fetch, fetch.Options{From: opt.from})
	if ctx.Err() != nil {
		return err
	}
	if e := quiet.ingest(ctx, opt.fetch, ingestOptions{replace: true}); !errors.Is(e, errRejected) {
		err = errors.Join(err, e)
	}
	return err
}

func watchedDocument(out *watch.Outcome, delivered int) document.Document {
	lead := fmt.Sprintf("%s: %s moved.", document.Plural(out.Asked, "question was asked", "questions were asked"), document.Plural(len(out.Digests), "has", "have"))
	if out.First > 0 {
		lead += fmt.Sprintf(" Of %s this was the first look, which only notes where it stands.", document.Plural(out.First, "question", "questions"))
	}
	if delivered > 0 {
		lead += fmt.Sprintf(" %s handed on.", document.Plural(delivered, "digest was", "digests were"))
	}
	var news []report.News
	for _, d := range out.Digests {
		news = append(news, report.News{ID: d.ID, Watch: d.List, Title: d.Title, Cause: d.Cause, Marking: d.Marking})
	}
	return report.Digests(news, lead, out.Failed)
}
