package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// blockWriter writes blocks within one transaction.
type blockWriter struct {
	*Sink
	ctx      context.Context
	tx       *sql.Tx
	prepared map[string]*sql.Stmt
	args     []any
	added    int64 // entries that were not there
	joining  bool  // of two times of one entry the earlier counts, not the later reading
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
		if _, err := w.tx.ExecContext(w.ctx, "INSERT INTO bad_line (block, seq, file, line, \"offset\", why) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
			b.ID, i, bad.File, bad.Line, bad.Offset, bad.Why); err != nil {
			return err
		}
	}
	if err := w.state(w.ctx, w.tx, b.Seen); err != nil {
		return err
	}
	for some := range slices.Chunk(b.Entries, entryRows) {
		if err := errors.Join(w.name(some), w.entries(some)); err != nil {
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
const (
	entryColumns = "day, id, time, system, combination, named, contact, log, line, community, flow, began"
	entryWidth   = 12
)

// entryRows is how many entries one statement writes: what a statement costs by
// itself is then shared.
const entryRows = 64

// entries writes some entries. Where a row of one is there already, each of them
// is joined with what its row says, which changes nothing of those just written.
func (w *blockWriter) entries(some []sighting.Entry) error {
	w.args = w.args[:0]
	for i := range some {
		values, err := w.values(&some[i])
		if err != nil {
			return err
		}
		w.args = append(w.args, values...)
	}
	res, err := w.exec("INSERT INTO entry ("+entryColumns+") VALUES "+placeholders(entryWidth, len(some))+" ON CONFLICT DO NOTHING", w.args)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	if w.added += n; err != nil || n == int64(len(some)) {
		return err
	}
	for i := range some {
		if err := w.join(&some[i]); err != nil {
			return err
		}
	}
	return nil
}

// statement prepares a statement once for the transaction.
func (w *blockWriter) statement(text string) (s *sql.Stmt, err error) {
	if s = w.prepared[text]; s == nil {
		if s, err = w.tx.PrepareContext(w.ctx, text); err == nil {
			w.prepared[text] = s
		}
	}
	return s, err
}

func (w *blockWriter) exec(text string, args []any) (sql.Result, error) {
	s, err := w.statement(text)
	if err != nil {
		return nil, err
	}
	return s.ExecContext(w.ctx, args...)
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
	return []any{int64(e.Day()), e.ID[:], e.Time.UnixNano(), system, combination, one(e.Named), e.Contact.Code(),
		log, known(e.Origin.Line), known(e.Link.Community), known(e.Link.Flow), nanos(e.Link.Began)}, nil
}

// one is a truth as it is stored.
func one(truth bool) int64 {
	if truth {
		return 1
	}
	return 0
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
	find, err := w.statement(entryQuery + " WHERE e.day = ? AND e.id = ?")
	if err != nil {
		return err
	}
	if err := find.QueryRowContext(w.ctx, int64(e.Day()), e.ID[:]).Scan(row.columns()...); err != nil {
		return err
	}
	old := row.entry()
	if !w.joining {
		old.Time = e.Time
	}
	whole := old.Merge(*e)
	values, err := w.values(&whole)
	if err != nil {
		return err
	}
	if _, err := w.exec("DELETE FROM entry WHERE day = ? AND id = ?", values[:2]); err != nil {
		return err
	}
	_, err = w.exec("INSERT INTO entry ("+entryColumns+") VALUES "+placeholders(entryWidth, 1), values)
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

// systemsKept is how many systems a sink remembers; those it forgot are asked of
// the store.
const systemsKept = 1 << 16

// name numbers the systems of some entries that are not known: new ones in the
// order in which they come up, all by one statement.
func (w *blockWriter) name(some []sighting.Entry) error {
	if len(w.systems) > systemsKept {
		clear(w.systems)
	}
	var unknown []sighting.System
	w.args = w.args[:0]
	for i := range some {
		system := some[i].System
		if _, known := w.systems[system]; known {
			continue
		}
		w.systems[system] = 0
		unknown = append(unknown, system)
		w.args = append(w.args, hostBytes(system.Host), system.Sensor)
	}
	if len(unknown) == 0 {
		return nil
	}
	if err := w.newSystems(len(unknown)); err != nil {
		return err
	}
	find, err := w.statement("SELECT id FROM system WHERE host = ? AND sensor = ?")
	if err != nil {
		return err
	}
	for i, system := range unknown {
		if w.systems[system] != 0 {
			continue
		}
		var id int64
		if err := find.QueryRowContext(w.ctx, w.args[2*i], w.args[2*i+1]).Scan(&id); err != nil {
			return err
		}
		w.systems[system] = id
	}
	return nil
}

// newSystems writes the systems of the arguments that are not there, and notes their
// numbers.
func (w *blockWriter) newSystems(n int) error {
	insert, err := w.statement("INSERT INTO system (host, sensor) VALUES " + placeholders(2, n) + " ON CONFLICT DO NOTHING RETURNING id, host, sensor")
	if err != nil {
		return err
	}
	rows, err := insert.QueryContext(w.ctx, w.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var host []byte
		var sensor string
		if err := rows.Scan(&id, &host, &sensor); err != nil {
			return err
		}
		w.systems[sighting.System{Host: addr(host), Sensor: sensor}] = id
	}
	return rows.Err()
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
	err = tx.QueryRowContext(ctx, insert+" RETURNING id", append(values, key...)...).Scan(&id)
	return id, err
}
