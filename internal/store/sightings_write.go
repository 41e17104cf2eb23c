package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// blockWriter writes blocks within one transaction.
type blockWriter struct {
	*Sink
	ctx    context.Context
	tx     *sql.Tx
	insert *sql.Stmt
}

func (w *blockWriter) block(b *sighting.Block) error {
	if b.After != nil {
		body, err := json.Marshal(b.After)
		if err != nil {
			return err
		}
		if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO followed (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body", b.After.Name, string(body)); err != nil {
			return err
		}
	}
	skipped, err := json.Marshal(b.Counts.Skipped)
	if err != nil {
		return err
	}
	res, err := w.tx.ExecContext(w.ctx, `INSERT INTO log_block (id, version, log, number, bytes, lines, events, rejected, skipped, first, last)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
		b.ID, b.Version, b.Log, b.Number, b.Counts.Bytes, b.Counts.Lines, b.Counts.Events, b.Counts.Rejected, string(skipped), nanos(b.First), nanos(b.Last))
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return err
	}
	for i, bad := range b.Rejected {
		if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO bad_line (block, seq, file, line, offset, why) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			b.ID, i, bad.File, bad.Line, bad.Offset, bad.Why); err != nil {
			return err
		}
	}
	if err := w.state(w.ctx, w.tx, b.Seen); err != nil {
		return err
	}
	for i := range b.Entries {
		if err := w.entry(&b.Entries[i]); err != nil {
			return err
		}
	}
	return nil
}

// nanos is a time as it is stored, null where it is not known.
func nanos(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

// entryColumns are the columns of an entry in the order of its values.
const entryColumns = "day, id, time, system, combination, named, contact, log, line, community, flow, began"

func (w *blockWriter) entry(e *sighting.Entry) (err error) {
	if w.insert == nil {
		w.insert, err = w.tx.PrepareContext(w.ctx, "INSERT INTO entry ("+entryColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING")
		if err != nil {
			return err
		}
	}
	values, err := w.values(e)
	if err != nil {
		return err
	}
	res, err := w.insert.ExecContext(w.ctx, values...)
	if err != nil {
		return err
	}
	if n, err := res.RowsAffected(); err != nil || n == 1 {
		return err
	}
	return w.join(e)
}

func (w *blockWriter) values(e *sighting.Entry) ([]any, error) {
	system, combination, err := w.numbers(e)
	if err != nil {
		return nil, err
	}
	log, err := w.log(e.Origin.Log)
	if err != nil {
		return nil, err
	}
	return []any{int64(e.Day()), e.ID[:], e.Time.UnixNano(), system, combination, e.Named, e.Contact.Code(),
		log, known(e.Origin.Line), known(e.Link.Community), known(e.Link.Flow), nanos(e.Link.Began)}, nil
}

// known is a number as it is stored, null where it is 0.
func known(n int64) any {
	if n == 0 {
		return nil
	}
	return n
}

// join joins what is known of an entry with what another reading found in it.
func (w *blockWriter) join(e *sighting.Entry) error {
	var row entryRow
	err := w.tx.QueryRowContext(w.ctx, entryQuery+" WHERE e.day = ? AND e.id = ?", int64(e.Day()), e.ID[:]).Scan(row.columns()...)
	if err != nil {
		return err
	}
	old := row.entry()
	old.Time = e.Time
	whole := old.Merge(*e)
	values, err := w.values(&whole)
	if err != nil {
		return err
	}
	_, err = w.tx.ExecContext(w.ctx, "REPLACE INTO entry ("+entryColumns+") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values...)
	return err
}

// log is the number of a log's name, null for none.
func (w *blockWriter) log(name string) (any, error) {
	if name == "" {
		return nil, nil
	}
	id, known := w.logs[name]
	if !known {
		var err error
		if id, err = number(w.ctx, w.tx, "INSERT INTO log_name (name) VALUES (?)", "SELECT id FROM log_name WHERE name = ?", []any{name}); err != nil {
			return nil, err
		}
		w.logs[name] = id
	}
	return id, nil
}

// numbers of an entry's system and combination of indicators.
func (w *blockWriter) numbers(e *sighting.Entry) (system, combination int64, err error) {
	system, known := w.systems[e.System]
	if !known {
		if system, err = number(w.ctx, w.tx, "INSERT INTO system (host, sensor) VALUES (?, ?)",
			"SELECT id FROM system WHERE host = ? AND sensor = ?", []any{hostBytes(e.System.Host), e.System.Sensor}); err != nil {
			return 0, 0, err
		}
		w.systems[e.System] = system
	}
	keys := strings.Join(e.Indicators, "\n")
	combination, known = w.combinations[keys]
	if !known {
		if combination, err = number(w.ctx, w.tx, "INSERT INTO combination (indicators) VALUES (?)",
			"SELECT id FROM combination WHERE indicators = ?", []any{keys}); err != nil {
			return 0, 0, err
		}
		w.combinations[keys] = combination
	}
	return system, combination, nil
}

// number finds the row of a key, or inserts it: the values before the key, then
// the key.
func number(ctx context.Context, tx *sql.Tx, insert, find string, key []any, values ...any) (id int64, err error) {
	err = tx.QueryRowContext(ctx, find, key...).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	res, err := tx.ExecContext(ctx, insert, append(values, key...)...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}
