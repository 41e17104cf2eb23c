package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A Merged is what another store held, and what of it was new.
type Merged struct {
	Inputs     int // of evidence
	Records    int
	Blocks     int
	Entries    int
	Statements int
	// Derived are the records that the other store made of its own sightings. They
	// stay there: they follow from the entries, and from those of all stores other
	// records follow.
	Derived int

	NewRecords, NewBlocks, NewEntries int
}

// Merge takes in what another store holds: evidence, blocks of logs, entries, lists
// of indicators and the organisation map, with every marking. What is the same is
// known by its content, so that stores may come in any order, overlap, and come again.
// What the other store has dropped since it came last, a list in whose place it put
// another, is dropped here too. Positions in logs that are followed, saved assessments
// and cases stay where they are. All of it is kept or, on error, nothing.
//
// The other store is checked first; a *[DamagedError] is what is wrong with it.
func (s *Store) Merge(ctx context.Context, from *Store) (m Merged, err error) {
	if s.path == from.path || !s.served && !from.served && os.SameFile(s.id, from.id) {
		return m, fmt.Errorf("store %s: it is the store itself: name another one with --db", from.path)
	}
	if _, err := from.Check(ctx); err != nil {
		return m, err
	}
	err = from.snapshot(ctx, func(q queryer) error {
		return s.write(ctx, "what "+from.path+" holds", func(tx *sql.Tx) error {
			j := joiner{s: s, from: from, ctx: ctx, q: q, tx: tx}
			for _, step := range []func() error{j.evidence, j.blocks, j.badLines, j.entries, j.dropped, j.lists, j.maps} {
				if err := step(); err != nil {
					return err
				}
			}
			m = j.out
			return nil
		})
	})
	if err == nil {
		s.settle(ctx)
	}
	return m, err
}

// A joiner reads one store and writes to another, in a transaction of each.
type joiner struct {
	s, from *Store
	ctx     context.Context
	q       queryer
	tx      *sql.Tx
	out     Merged
}

// each reads rows of the other store.
func (j *joiner) each(query string, row func(*sql.Rows) error, args ...any) error {
	rows, err := j.q.QueryContext(j.ctx, query, args...)
	if err != nil {
		return j.from.fail("reading", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			return err
		}
	}
	return j.from.fail("reading", rows.Err())
}

func (j *joiner) exec(statement string, args ...any) (changed int64, err error) {
	res, err := j.tx.ExecContext(j.ctx, statement, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

func (j *joiner) count(of string) (n int, err error) {
	err = j.tx.QueryRowContext(j.ctx, "SELECT count(*) FROM "+of).Scan(&n)
	return n, err
}

// copied copies rows as they are: n columns, of which each row is written by a
// statement that ends in the values.
func (j *joiner) copied(query, insert, conflict string, n int) (rows int, err error) {
	err = j.each(query, func(r *sql.Rows) error {
		values, err := scanned(r, n)
		if err != nil {
			return err
		}
		rows++
		_, err = j.exec("INSERT INTO "+insert+" VALUES "+placeholders(n, 1)+" ON CONFLICT "+conflict, values...)
		return err
	})
	return rows, err
}

// blocks joins what is known of blocks. One block may stand in logs of several
// names, of which the first counts, whichever came first.
func (j *joiner) blocks() error {
	before, err := j.count("log_block")
	if err != nil {
		return err
	}
	const columns = "id, version, log, number, bytes, lines, events, rejected, skipped, first, last"
	j.out.Blocks, err = j.copied("SELECT "+columns+" FROM log_block", "log_block ("+columns+")",
		"(id, version) DO UPDATE SET log = excluded.log, number = excluded.number WHERE (excluded.log, excluded.number) < (log_block.log, log_block.number)", 11)
	if err != nil {
		return err
	}
	after, err := j.count("log_block")
	j.out.NewBlocks = after - before
	return err
}

func (j *joiner) badLines() error {
	const columns = `block, seq, file, line, "offset", why`
	_, err := j.copied("SELECT "+columns+" FROM bad_line", "bad_line ("+columns+")",
		`(block, seq) DO UPDATE SET file = excluded.file, line = excluded.line, "offset" = excluded."offset", why = excluded.why
		WHERE (excluded.file, excluded.line, excluded."offset", excluded.why) < (bad_line.file, bad_line.line, bad_line."offset", bad_line.why)`, 6)
	return err
}

// entries joins entries, and what both stores say of one.
func (j *joiner) entries() error {
	k := &Sink{s: j.s, systems: map[sighting.System]int64{}, combinations: map[string]int64{}, logs: map[string]int64{}}
	w := blockWriter{Sink: k, ctx: j.ctx, tx: j.tx, prepared: map[string]*sql.Stmt{}, joining: true}
	some := make([]sighting.Entry, 0, entryRows)
	flush := func() error {
		if len(some) == 0 {
			return nil
		}
		if err := w.name(some); err != nil {
			return err
		}
		err := w.entries(some)
		j.out.Entries, some = j.out.Entries+len(some), some[:0]
		return err
	}
	err := j.each(entryQuery+" ORDER BY e.day, e.id", func(rows *sql.Rows) error {
		var r entryRow
		if err := rows.Scan(r.columns()...); err != nil {
			return err
		}
		if some = append(some, r.entry()); len(some) < entryRows {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	j.out.NewEntries = int(w.added)
	return err
}
