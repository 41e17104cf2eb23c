package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
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
	// ReplaceBefore, where not zero, spares inputs that came in at that time or
	// later: the files of one run are no older editions of one another.
	ReplaceBefore time.Time
}

// A Summary is what is known of an input at its end.
type Summary struct {
	Dataset string // required
	Version string // as the data set states it
	License string // notice to reproduce where the data is shown
	// Scope is what of the data set the input is an edition of, where that is
	// less than all; it must stand as "scope" in JSON, where it is kept.
	Scope string
	// Withdrawn are the objects that the input takes back, Referable those to
	// which others may refer.
	Withdrawn []evidence.Withdrawal
	Referable []evidence.Referable
	SHA256    string // where Input had none
	Bytes     int64
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
	// Superseded counts the statements of other inputs that are out of force
	// because of this one.
	Superseded int `json:"superseded,omitempty"`
}

// An ingest writes one input in one transaction, its own or that of a [Sitting].
// Nothing of it is visible, to anybody, before Commit returns; it holds the store's
// write lock until Commit or Rollback. It is for one goroutine.
type ingest struct {
	s      *Store
	ctx    context.Context
	tx     *sql.Tx
	among  bool // others, in a sitting that ends later
	in     Input
	id     int64 // of the input's row
	same   int64 // with Replace: the row of an earlier reading of the same bytes
	before int   // records in the store at the start
	first  bool  // into an empty file: the index of objects is made at the end, which is cheaper

	records  batch
	bad      []any
	given    int
	rejected int
	failed   error // the first failure; the transaction is gone
}

// Ingest starts to write one input. It returns a *[KnownError] where the same
// bytes, read the same way, are in the store and Replace is not asked for.
func (s *Store) Ingest(ctx context.Context, in Input) (*ingest, error) {
	t, err := s.Sit(ctx)
	if err != nil {
		return nil, err
	}
	g := &ingest{s: s, ctx: ctx, tx: t.tx, in: in}
	if err := g.start(); err != nil {
		return nil, g.abandon(err)
	}
	return g, nil
}

func (g *ingest) start() error {
	if err := g.known(g.in.SHA256); err != nil {
		return err
	}
	if err := g.tx.QueryRowContext(g.ctx, "SELECT coalesce(sum(held), 0) FROM input").Scan(&g.before); err != nil {
		return g.s.fail("counting records", err)
	}
	if g.first = g.before == 0 && !g.s.served; g.first {
		if _, err := g.tx.ExecContext(g.ctx, "DROP INDEX record_object"); err != nil {
			return g.s.fail("preparing for "+g.in.Name, err)
		}
	}
	at := g.s.now().UTC().Format(timeLayout)
	err := g.tx.QueryRowContext(g.ctx, "INSERT INTO input (name, reading, at) VALUES (?, ?, ?) RETURNING id", g.in.Name, g.in.Reading, at).Scan(&g.id)
	g.records = batch{input: g.id, replace: g.in.Replace, once: g.s.served}
	return g.s.fail("noting the input "+g.in.Name, err)
}

// known refuses bytes that were ingested already. With Replace it removes the
// earlier input's claim to them instead.
func (g *ingest) known(sha256 string) error {
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
func (g *ingest) Add(r evidence.Record) error {
	if g.failed != nil {
		return g.failed
	}
	g.given++
	if g.records.repeats(r.ID) {
		if err := g.flush(); err != nil {
			return err
		}
	}
	if g.records.add(r); g.records.full() {
		return g.flush()
	}
	return nil
}

// Reject notes a bad record.
func (g *ingest) Reject(r Rejection) error {
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

func (g *ingest) flush() error {
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

func (g *ingest) abandon(err error) error {
	_ = g.undo() // what went wrong is told, and nothing is kept either way
	g.failed = err
	return err
}

// undo takes back what the input wrote; of a sitting the rest stands.
func (g *ingest) undo() error {
	if !g.among {
		return g.tx.Rollback()
	}
	_, err := g.tx.ExecContext(context.WithoutCancel(g.ctx), "ROLLBACK TO SAVEPOINT input; RELEASE SAVEPOINT input")
	return err
}

// Rollback forgets the input. After Commit it does nothing, so that it can be
// deferred.
func (g *ingest) Rollback() error {
	if g.failed != nil {
		return nil
	}
	g.failed = errors.New("the ingest was rolled back")
	return g.s.fail("rolling back", g.undo())
}
