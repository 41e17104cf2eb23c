package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

const (
	batchRows  = 256     // rows of one INSERT
	batchBytes = 4 << 20 // about the memory that one batch may take before it is written
	columns    = 14      // of the record table
)

// A batch is a run of records to be written by one statement.
type batch struct {
	input   int64
	replace bool
	rows    []evidence.Record
	size    int
	args    []any
	whole   *sql.Stmt // for a full batch, prepared once

	once bool // a server takes a record no more than once in a statement
	ids  map[evidence.ID]bool
}

// repeats reports whether a record must wait for the next statement.
func (b *batch) repeats(id evidence.ID) bool {
	if !b.once || !b.ids[id] {
		if b.once {
			if b.ids == nil {
				b.ids = map[evidence.ID]bool{}
			}
			b.ids[id] = true
		}
		return false
	}
	clear(b.ids)
	b.ids[id] = true
	return true
}

func (b *batch) add(r evidence.Record) {
	b.rows = append(b.rows, r)
	b.size += 512
	for _, v := range r.Extra {
		b.size += len(v)
	}
}

func (b *batch) full() bool { return len(b.rows) == batchRows || b.size >= batchBytes }

// write encodes the batch on every core and inserts it.
func (b *batch) write(ctx context.Context, tx *sql.Tx) error {
	if len(b.rows) == 0 {
		return nil
	}
	bodies := make([][]byte, len(b.rows))
	errs := make([]error, len(b.rows))
	var wg sync.WaitGroup
	per := (len(b.rows) + runtime.GOMAXPROCS(0) - 1) / runtime.GOMAXPROCS(0)
	for from := 0; from < len(b.rows); from += per {
		wg.Go(func() {
			for i := from; i < min(from+per, len(b.rows)); i++ {
				bodies[i], errs[i] = encode(b.rows[i])
			}
		})
	}
	wg.Wait()
	b.args = b.args[:0]
	for i, r := range b.rows {
		if errs[i] != nil {
			return errs[i]
		}
		begins, ends := span(&r)
		object, stamp, needs := versions(&r)
		b.args = append(b.args, string(r.ID), string(r.Class), r.Origin.Dataset, begins, ends,
			b.input, r.Origin.Version, r.Origin.File, r.Origin.Line, bodies[i], object, stamp, needs, append(slices.Clip(stamp), needs...))
	}
	err := b.insert(ctx, tx)
	clear(b.rows)
	clear(b.ids)
	b.rows, b.size = b.rows[:0], 0
	return err
}

func (b *batch) insert(ctx context.Context, tx *sql.Tx) (err error) {
	if len(b.rows) < batchRows {
		_, err = tx.ExecContext(ctx, b.statement(len(b.rows)), b.args...)
		return err
	}
	if b.whole == nil {
		if b.whole, err = tx.PrepareContext(ctx, b.statement(len(b.rows))); err != nil {
			return err
		}
	}
	_, err = b.whole.ExecContext(ctx, b.args...)
	return err
}

// statement inserts rows. Of two places where one record stands,
// the lower is kept; an input that replaces others takes their records over. Of
// two versions from which it was made, the newer is kept, and beside it the oldest.
func (b *batch) statement(rows int) string {
	takes := ""
	if b.replace {
		takes = "excluded.input <> record.input OR "
	}
	here := "(" + takes + "(excluded.version, excluded.file, excluded.line) < (record.version, record.file, record.line))"
	newer := "(excluded.stamp, excluded.needs) > (record.stamp, record.needs)"
	set := ""
	for _, c := range []string{"input", "version", "file", "line"} {
		set += c + " = CASE WHEN " + here + " THEN excluded." + c + " ELSE record." + c + " END, "
	}
	for _, c := range []string{"object", "needs", "stamp"} {
		set += c + " = CASE WHEN " + newer + " THEN excluded." + c + " ELSE record." + c + " END, "
	}
	return "INSERT INTO record (id, class, dataset, begins, ends, input, version, file, line, body, object, stamp, needs, oldest) VALUES " +
		placeholders(columns, rows) + " ON CONFLICT (id) DO UPDATE SET " + set + "oldest = CASE WHEN excluded.oldest < record.oldest THEN excluded.oldest ELSE record.oldest END WHERE " + here + " OR " + newer + " OR excluded.oldest < record.oldest"
}

// placeholders returns rows of n parameters: "(?,?),(?,?)".
func placeholders(n, rows int) string {
	row := "(" + strings.Repeat("?,", n-1) + "?),"
	return strings.TrimSuffix(strings.Repeat(row, rows), ",")
}

// encode returns the body of a record: its content without the id and without
// the place where it was read, which columns keep. That is what the id is a
// hash of, so that the usual case costs one encoding; where the two differ the
// record's own rule decides.
func encode(r evidence.Record) ([]byte, error) {
	bare := r
	bare.ID = ""
	bare.Origin.File, bare.Origin.Line, bare.Origin.Version = "", 0, ""
	body, err := json.Marshal(bare)
	if err != nil {
		return nil, fmt.Errorf("record %s of %s cannot be encoded: %w", r.ID, r.Origin.Object, err)
	}
	if sum := sha256.Sum256(body); hex.EncodeToString(sum[:16]) == string(r.ID) {
		return body, nil
	}
	if sealed := r.Seal(); sealed.ID != r.ID {
		return nil, fmt.Errorf("record %q of %s %s is not sealed: its content has id %s", r.ID, r.Origin.Dataset, r.Origin.Object, sealed.ID)
	}
	return body, nil
}

// span is when the record says its act took place, in seconds since 1970, the
// end exclusive; nil where it is undated and the extremes where an end is open.
func span(r *evidence.Record) (begins, ends any) {
	iv, _ := r.When()
	if iv.IsZero() {
		return nil, nil
	}
	return bounds(iv)
}

func bounds(iv evidence.Interval) (begins, ends int64) {
	begins, ends = math.MinInt64, math.MaxInt64
	if !iv.From.IsZero() {
		begins = iv.From.Unix()
	}
	if !iv.To.IsZero() {
		ends = iv.To.Unix()
	}
	return begins, ends
}
