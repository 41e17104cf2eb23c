package store

import (
	"cmp"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// evidence joins inputs. Those of the same bytes, read the same way, are one.
func (j *joiner) evidence() error {
	held, err := j.from.inputs(j.ctx, j.q, "true")
	if err != nil {
		return err
	}
	before, err := j.count("record")
	if err != nil {
		return err
	}
	for i := range held {
		if err := j.input(&held[i]); err != nil {
			return err
		}
	}
	after, err := j.count("record")
	if err != nil {
		return err
	}
	j.out.NewRecords = after - before
	for _, statement := range []string{recount, "UPDATE input SET records = held WHERE records < held"} {
		if _, err := j.exec(statement); err != nil {
			return err
		}
	}
	return nil
}

func (j *joiner) input(h *Held) error {
	if h.Dataset == sighting.Dataset && h.Reading == sighting.Dataset {
		j.out.Derived += h.Holds
		return nil
	}
	j.out.Inputs++
	id, err := j.described(h)
	if err != nil {
		return err
	}
	if err := j.records(h.id, id); err != nil {
		return err
	}
	if err := j.rowsOf(h.id, id, "withdrawn", "object, marking, stamp",
		"(input, object, marking) DO UPDATE SET stamp = excluded.stamp WHERE excluded.stamp > withdrawn.stamp"); err != nil {
		return err
	}
	return j.rowsOf(h.id, id, "referable", "object, stamp, body", "DO NOTHING")
}

// described finds the input, or notes it. An input that could be read better with
// what one store held beside it is told of as it was read there.
func (j *joiner) described(h *Held) (id int64, err error) {
	known, err := j.s.inputs(j.ctx, j.tx, "sha256 = ? AND reading = ?", h.SHA256, h.Reading)
	if err != nil {
		return 0, err
	}
	if len(known) > 0 {
		id = known[0].id
		if _, err := j.exec("UPDATE input SET name = ? WHERE id = ? AND name > ?", h.Name, id, h.Name); err != nil || !fuller(h, &known[0]) {
			return id, err
		}
		_, err = j.exec("UPDATE input SET records = ?, rejected = ?, summary = ? WHERE id = ?", h.Records, h.Rejected, string(h.Summary), id)
		if err == nil {
			_, err = j.exec("DELETE FROM rejection WHERE input = ?", id)
		}
	} else {
		err = j.tx.QueryRowContext(j.ctx, `INSERT INTO input (name, reading, sha256, bytes, dataset, version, license, at, records, held, rejected, summary)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?, ?) RETURNING id`, h.Name, h.Reading, h.SHA256, h.Bytes, h.Dataset, h.Version, h.License,
			j.s.now().UTC().Format(timeLayout), h.Records, h.Rejected, string(h.Summary)).Scan(&id)
	}
	if err != nil {
		return 0, err
	}
	return id, j.rowsOf(h.id, id, "rejection", "seq, file, line, object, path, why", "DO NOTHING")
}

// fuller reports whether one reading of an input gave more than another; of two that
// gave as many, one is always the same.
func fuller(a, b *Held) bool {
	return cmp.Or(cmp.Compare(a.Records, b.Records), cmp.Compare(b.Rejected, a.Rejected), slices.Compare(a.Summary, b.Summary)) > 0
}

// rowsOf copies what a table has of an input.
func (j *joiner) rowsOf(from, to int64, table, columns, conflict string) error {
	n := strings.Count(columns, ",") + 1
	insert := "INSERT INTO " + table + " (input, " + columns + ") VALUES " + placeholders(n+1, 1) + " ON CONFLICT " + conflict
	return j.each("SELECT "+columns+" FROM "+table+" WHERE input = ?", func(rows *sql.Rows) error {
		values, err := scanned(rows, n)
		if err != nil {
			return err
		}
		_, err = j.exec(insert, append([]any{to}, values...)...)
		return err
	}, from)
}

// scanned are the n values of a row.
func scanned(rows *sql.Rows, n int) ([]any, error) {
	values, into := make([]any, n), make([]any, n)
	for i := range values {
		into[i] = &values[i]
	}
	err := rows.Scan(into...)
	for i, v := range values {
		if b, blob := v.([]byte); blob && b == nil {
			values[i] = []byte{} // an empty one is not null
		}
	}
	return values, err
}

// records joins those that an input holds. Each has the place where it stands first,
// the newest version that it was made from and the oldest, as if all had been read
// into one store.
func (j *joiner) records(from, to int64) error {
	const of = "id, class, dataset, begins, ends, version, file, line, body, object, stamp, needs, oldest"
	args := make([]any, 0, columns*batchRows)
	flush := func() error {
		n := len(args) / columns
		if n == 0 {
			return nil
		}
		_, err := j.exec((&batch{}).statement(n), args...)
		j.out.Records, args = j.out.Records+n, args[:0]
		return err
	}
	size := 0
	err := j.each("SELECT "+of+" FROM record WHERE input = ?", func(rows *sql.Rows) error {
		values, err := scanned(rows, columns-1)
		if err != nil {
			return err
		}
		args = append(append(append(args, values[:5]...), to), values[5:]...)
		if body, ok := values[8].([]byte); ok {
			size += len(body)
		}
		if len(args) < cap(args) && size < batchBytes {
			return nil
		}
		size = 0
		return flush()
	}, from)
	return errors.Join(err, flush())
}
