package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
)

// Taken is what became of one input.
type Taken struct {
	Input    string                `json:"input"`
	Known    bool                  `json:"known"` // its content was in the store already
	Added    int                   `json:"added"`
	Repeated int                   `json:"repeated"` // records the store held already
	Removed  int                   `json:"removed"`
	Summary  source.Summary        `json:"summary"`
	Rejected []*source.RecordError `json:"rejected"`
	Warnings []string              `json:"warnings"`

	Of   string   `json:"-"` // what the user named: a folder or an archive, else the input
	Held []string `json:"-"` // what the store says of its data set
}

// Fruitless reports a large input that gave nothing at all. In a folder, events
// without an actor are common.
func (t *Taken) Fruitless() bool { return t.Of == t.Input && !t.Known && Fruitless(t.Summary) }

// Fruitless reports the account of a large input that gave nothing at all.
func Fruitless(s source.Summary) bool {
	const large = 20
	return s.Records == 0 && s.Rejected == 0 && s.Objects >= large
}

// maxListed bounds the rejected records listed for one input; all are counted
// and kept in the store.
const maxListed = 1000

// A Referrer knows the objects of earlier inputs: a store, or a sitting.
type Referrer interface {
	Referred(ctx context.Context, ids []string) (map[string][][]byte, error)
}

// An Into is a store, or a sitting of one, that takes inputs.
type Into[G Writer] interface {
	Referrer
	Ingest(ctx context.Context, in store.Input) (G, error)
}

// A Writer takes what one input holds.
type Writer interface {
	Add(evidence.Record) error
	Reject(store.Rejection) error
	Commit(store.Summary) (store.Outcome, error)
	Rollback() error
}

// Take reads one input into a store; where replace is a time, in place of what the
// store had of its data set before then.
func Take[G Writer](ctx context.Context, s Into[G], in *Input, replace time.Time) (Taken, error) {
	return take(ctx, s, in, replace, nil)
}

// Try is Take, with the account that [Examine] gives; for a sitting that shows
// what would be.
func Try[G Writer](ctx context.Context, s Into[G], in *Input) (e Examined, t Taken, err error) {
	e = examining(in)
	t, err = take(ctx, s, in, time.Time{}, &e)
	e.end(t.Summary, t.Rejected, err)
	return e, t, err
}

func take[G Writer](ctx context.Context, s Into[G], in *Input, replace time.Time, e *Examined) (t Taken, err error) {
	t.Input, t.Of, t.Warnings = in.Name, in.Argument(), in.Notes
	from, tick, done, err := in.open(ctx, s)
	if err != nil {
		return t, err
	}
	defer from.Close()
	defer done()
	if e != nil {
		e.Format = from.Format()
	}
	g, err := s.Ingest(ctx, store.Input{Name: in.Name, Reading: reading(from.Format(), in.Options), Replace: !replace.IsZero(), ReplaceBefore: replace})
	if err != nil {
		return t, err
	}
	defer g.Rollback()
	err = source.All(from,
		func(r evidence.Record) error {
			tick()
			if e != nil {
				e.note(&r)
			}
			return g.Add(r)
		},
		func(bad *source.RecordError) {
			if len(t.Rejected) < maxListed {
				t.Rejected = append(t.Rejected, bad)
			}
			// A failed write shows at Commit.
			_ = g.Reject(store.Rejection{File: bad.File, Line: bad.Line, Object: bad.Object, Path: bad.Path, Why: bad.Why})
		})
	t.Summary = from.Summary()
	if err != nil {
		return t, fmt.Errorf("%w; nothing of %s was stored", err, in.Name)
	}
	body, err := json.Marshal(t.Summary)
	if err != nil {
		return t, err
	}
	out, err := g.Commit(store.Summary{
		Dataset: t.Summary.Dataset, Scope: t.Summary.Scope, Withdrawn: t.Summary.Withdrawn, Referable: t.Summary.Referable, Version: t.Summary.Version, License: t.Summary.License,
		SHA256: from.SHA256(), Bytes: from.BytesRead(), JSON: body,
	})
	var known *store.KnownError
	if errors.As(err, &known) {
		t.Known = true
		t.Warnings = append(t.Warnings, known.Error())
		return t, nil
	}
	if err != nil {
		return t, err
	}
	t.outcome(out)
	return t, nil
}

// outcome enters what the store says it changed.
func (t *Taken) outcome(out store.Outcome) {
	t.Added, t.Repeated, t.Removed, t.Held = out.Added, out.Known, out.Removed, out.Warnings
	if out.Superseded > 0 {
		t.Warnings = append(t.Warnings, fmt.Sprintf("%d statements that earlier inputs hold are out of force: this one has newer versions of what they were made from, or withdraws it", out.Superseded))
	}
	if out.Removed > 0 {
		const named = 5
		var names []string
		for i, old := range out.Replaced {
			if i == named {
				names[i-1] += fmt.Sprintf(" and %d more", len(out.Replaced)-named)
				break
			}
			names = append(names, old.Name)
		}
		t.Warnings = append(t.Warnings, fmt.Sprintf("replaced %s: %d records are gone that it does not repeat", strings.Join(names, ", "), out.Removed))
	}
}
