package store

import (
	"context"
	"database/sql"
	"iter"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Sitting is one transaction for several inputs: all of them are kept, or none.
// What it has written is seen through it alone until Commit, so that it also shows
// what a store would hold with inputs that are then not kept. It has the store's
// write lock until it ends, and is for one goroutine.
type Sitting struct {
	s    *Store
	tx   *sql.Tx
	over bool
}

// Sit begins a sitting, once nobody else writes.
func (s *Store) Sit(ctx context.Context) (*Sitting, error) {
	t := &Sitting{s: s}
	return t, s.retry(ctx, func() (err error) {
		t.tx, err = s.begin(ctx)
		return err
	})
}

// Ingest starts to write one input, after the one before has ended; see
// [Store.Ingest]. One that fails, or is known, leaves the others as they are.
func (t *Sitting) Ingest(ctx context.Context, in Input) (*ingest, error) {
	g := &ingest{s: t.s, ctx: ctx, tx: t.tx, in: in, among: true}
	if _, err := t.tx.ExecContext(ctx, "SAVEPOINT input"); err != nil {
		return nil, t.s.fail("starting to write "+in.Name, err)
	}
	if err := g.start(); err != nil {
		return nil, g.abandon(err)
	}
	return g, nil
}

// Records, Datasets and Referred are those of the store with what the sitting has
// written.
func (t *Sitting) Records(ctx context.Context, f Filter) iter.Seq2[evidence.Record, error] {
	return t.s.records(ctx, f, func(_ context.Context, do func(queryer) error) error { return do(t.tx) })
}

// Datasets: see [Sitting.Records].
func (t *Sitting) Datasets(ctx context.Context) ([]Dataset, error) { return t.s.datasets(ctx, t.tx) }

// Referred: see [Sitting.Records].
func (t *Sitting) Referred(ctx context.Context, ids []string) (map[string][][]byte, error) {
	return t.s.referred(ctx, t.tx, ids)
}

// Commit makes all that was written part of the store, or on error nothing.
func (t *Sitting) Commit(ctx context.Context) error {
	t.over = true
	if err := t.s.commit(t.tx, "committing"); err != nil {
		_ = t.tx.Rollback() // it may have ended already
		return err
	}
	t.s.settle(ctx)
	return nil
}

// Rollback forgets all that was written. After Commit it does nothing, so that it
// can be deferred.
func (t *Sitting) Rollback() error {
	if t.over {
		return nil
	}
	t.over = true
	return t.s.fail("rolling back", t.tx.Rollback())
}
