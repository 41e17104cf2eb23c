package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cahoots-project/cahoots/evidence"
)

// An Input is one file or stream about to be read.
type Input struct {
	Name string // as the user named it
	// Reading says how the bytes are read: the format, with a digest of the
	// column map where one was given. The same bytes read another way are
	// another input.
	Reading string
	// SHA256 of the bytes as they came, in hexadecimal, and their number.
	// Where they are known only at the end of a stream, leave SHA256 empty
	// and give both to Commit.
	SHA256 string
	Bytes  int64
	// Replace removes, in the same transaction, every other input of the data
	// set and the records that this one does not repeat. The input is read
	// again even where it is known.
	Replace bool
}

// A Summary is what is known of an input at its end.
type Summary struct {
	Dataset string // required
	Version string // as the data set states it
	License string // notice to reproduce where the data is shown
	SHA256  string // where Input had none
	Bytes   int64
	// JSON is the reader's account of everything it saw, kept as it is.
	JSON json.RawMessage
}

// A Rejection is one bad record: where it stands and why it was left out.
type Rejection struct {
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`   // 1-based; 0 where lines mean nothing
	Object string `json:"object,omitempty"` // the source's id
	Path   string `json:"path,omitempty"`   // within the object, or the column
	Why    string `json:"why"`
}

// An Outcome is what an ingest changed.
type Outcome struct {
	Input    Held     `json:"input"`
	Added    int      `json:"added"`   // records that the store did not hold
	Known    int      `json:"known"`   // records repeated within the input, or held from another
	Removed  int      `json:"removed"` // records of replaced inputs that this one does not repeat
	Replaced []Held   `json:"replaced,omitempty"`
	Warnings []string `json:"warnings,omitempty"`
}

// An Ingest writes one input in one transaction. Nothing of it is visible, to
// anybody, before Commit returns; it holds the store's write lock until Commit
// or Rollback. It is for one goroutine.
type Ingest struct {
	s      *Store
	ctx    context.Context
	tx     *sql.Tx
	in     Input
	id     int64 // of the input's row
	same   int64 // with Replace: the row of an earlier reading of the same bytes
	before int   // records in the store at the start

	records  batch
	bad      []any
	given    int
	rejected int
	failed   error // the first failure; the transaction is gone
}

// Ingest starts to write one input. It returns a *[KnownError] where the same
// bytes, read the same way, are in the store and Replace is not asked for.
func (s *Store) Ingest(ctx context.Context, in Input) (*Ingest, error) {
	g := &Ingest{s: s, ctx: ctx, in: in}
	err := s.retry(ctx, func() (err error) {
		g.tx, err = s.begin(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := g.start(); err != nil {
		g.tx.Rollback()
		return nil, err
	}
	return g, nil
}

func (g *Ingest) start() error {
	if err := g.known(g.in.SHA256); err != nil {
		return err
	}
	if err := g.tx.QueryRowContext(g.ctx, "SELECT coalesce(sum(held), 0) FROM input").Scan(&g.before); err != nil {
		return g.s.fail("counting records", err)
	}
	at := g.s.now().UTC().Format(timeLayout)
	res, err := g.tx.ExecContext(g.ctx, "INSERT INTO input (name, reading, at) VALUES (?, ?, ?)", g.in.Name, g.in.Reading, at)
	if err != nil {
		return g.s.fail("noting the input "+g.in.Name, err)
	}
	g.id, err = res.LastInsertId()
	g.records = batch{input: g.id, replace: g.in.Replace}
	return err
}

// known refuses bytes that were ingested already. With Replace it removes the
// earlier input's claim to them instead.
func (g *Ingest) known(sha256 string) error {
	if sha256 == "" {
		return nil
	}
	held, err := g.s.inputs(g.ctx, g.tx, "sha256 = ? AND reading = ?", sha256, g.in.Reading)
	if err != nil || len(held) == 0 {
		return err
	}
	if !g.in.Replace {
		return &KnownError{Input: held[0]}
	}
	g.same = held[0].id
	_, err = g.tx.ExecContext(g.ctx, "UPDATE input SET sha256 = NULL WHERE id = ?", held[0].id)
	return g.s.fail("replacing "+held[0].Name, err)
}

// Add writes one sealed record. A record that the store holds already, from
// this input or another, adds nothing; of several places where it was found,
// the first in the order of version, file and line is kept, so that the order
// of ingests does not matter.
//
// Records are written in batches: an error may concern one of those before.
// After an error nothing of the input is kept.
func (g *Ingest) Add(r evidence.Record) error {
	if g.failed != nil {
		return g.failed
	}
	g.given++
	if g.records.add(r); g.records.full() {
		return g.flush()
	}
	return nil
}

// Reject notes a bad record.
func (g *Ingest) Reject(r Rejection) error {
	if g.failed != nil {
		return g.failed
	}
	g.rejected++
	g.bad = append(g.bad, g.id, g.rejected, r.File, r.Line, r.Object, r.Path, r.Why)
	if len(g.bad) >= 7*batchRows {
		return g.flush()
	}
	return nil
}

func (g *Ingest) flush() error {
	if err := g.records.write(g.ctx, g.tx); err != nil {
		return g.abandon(g.s.fail("writing records of "+g.in.Name, err))
	}
	if len(g.bad) > 0 {
		sql := "INSERT INTO rejection (input, seq, file, line, object, path, why) VALUES " + placeholders(7, len(g.bad)/7)
		if _, err := g.tx.ExecContext(g.ctx, sql, g.bad...); err != nil {
			return g.abandon(g.s.fail("writing rejected records of "+g.in.Name, err))
		}
		g.bad = g.bad[:0]
	}
	return nil
}

func (g *Ingest) abandon(err error) error {
	g.tx.Rollback()
	g.failed = err
	return err
}

// Rollback forgets the input. After Commit it does nothing, so that it can be
// deferred.
func (g *Ingest) Rollback() error {
	if g.failed != nil {
		return nil
	}
	g.failed = errors.New("the ingest was rolled back")
	return g.s.fail("rolling back", g.tx.Rollback())
}

// Commit makes the input part of the store, or on error leaves the store as it
// was. It returns a *[KnownError] where the sum was not known before and turns
// out to be that of an earlier input.
func (g *Ingest) Commit(sum Summary) (Outcome, error) {
	if g.failed != nil {
		return Outcome{}, g.failed
	}
	out, err := g.finish(sum)
	if err != nil {
		return Outcome{}, g.abandon(err)
	}
	if err := g.tx.Commit(); err != nil {
		return Outcome{}, g.abandon(g.s.fail("committing "+g.in.Name, err))
	}
	g.failed = errors.New("the ingest was committed")
	return out, nil
}

func (g *Ingest) finish(sum Summary) (out Outcome, err error) {
	if sum.Dataset == "" {
		return out, fmt.Errorf("ingesting %s: the reader named no data set", g.in.Name)
	}
	if err := g.flush(); err != nil {
		return out, err
	}
	if g.in.SHA256 == "" {
		g.in.SHA256, g.in.Bytes = sum.SHA256, sum.Bytes
		if err := g.known(sum.SHA256); err != nil {
			return out, err
		}
	}
	if err := g.describe(sum); err != nil {
		return out, err
	}
	if g.in.Replace {
		if out.Replaced, out.Removed, err = g.replace(sum.Dataset); err != nil {
			return out, err
		}
	}
	return g.outcome(out, sum.Dataset)
}

// describe writes what became known of the input while it was read.
func (g *Ingest) describe(sum Summary) error {
	summary := string(sum.JSON)
	if summary == "" {
		summary = "{}"
	}
	if !json.Valid([]byte(summary)) {
		return fmt.Errorf("ingesting %s: the reader's summary is not JSON", g.in.Name)
	}
	_, err := g.tx.ExecContext(g.ctx, `UPDATE input SET sha256 = nullif(?, ''), bytes = ?, dataset = ?, version = ?, license = ?,
		records = ?, rejected = ?, summary = ? WHERE id = ?`,
		g.in.SHA256, g.in.Bytes, sum.Dataset, sum.Version, sum.License, g.given, g.rejected, summary, g.id)
	return g.s.fail("describing "+g.in.Name, err)
}

// replace removes every other input of the data set, and the earlier reading
// of the same bytes. Records that this input repeats were taken over as they
// were added; what is left to the others goes.
func (g *Ingest) replace(dataset string) (gone []Held, removed int, err error) {
	gone, err = g.s.inputs(g.ctx, g.tx, "id <> ? AND (dataset = ? OR id = ?)", g.id, dataset, g.same)
	if err != nil {
		return nil, 0, err
	}
	for _, old := range gone {
		var rows int64
		for _, statement := range []string{"DELETE FROM rejection WHERE input = ?", "DELETE FROM record WHERE input = ?"} {
			res, err := g.tx.ExecContext(g.ctx, statement, old.id)
			if err == nil {
				rows, err = res.RowsAffected()
			}
			if err != nil {
				return nil, 0, g.s.fail("replacing "+old.Name, err)
			}
		}
		removed += int(rows) // of the second statement
		if _, err := g.tx.ExecContext(g.ctx, "DELETE FROM input WHERE id = ?", old.id); err != nil {
			return nil, 0, g.s.fail("replacing "+old.Name, err)
		}
	}
	return gone, removed, nil
}

// outcome recounts what each input holds, since a record may have moved to the
// place that comes first, and says what changed.
func (g *Ingest) outcome(out Outcome, dataset string) (Outcome, error) {
	const recount = "UPDATE input SET held = (SELECT count(*) FROM record WHERE record.input = input.id)"
	if _, err := g.tx.ExecContext(g.ctx, recount); err != nil {
		return out, g.s.fail("counting records", err)
	}
	var after int
	if err := g.tx.QueryRowContext(g.ctx, "SELECT coalesce(sum(held), 0) FROM input").Scan(&after); err != nil {
		return out, g.s.fail("counting records", err)
	}
	out.Added = after - g.before + out.Removed
	out.Known = g.given - out.Added
	held, err := g.s.inputs(g.ctx, g.tx, "dataset = ?", dataset)
	if err != nil {
		return out, err
	}
	for _, h := range held {
		if h.id == g.id {
			out.Input = h
		}
	}
	out.Warnings = warnings(dataset, held)
	return out, nil
}
