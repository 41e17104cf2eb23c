package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A Sink writes blocks of matched logs. It remembers the numbers of systems and
// combinations it has met, so use one for many blocks. It is for one goroutine.
type Sink struct {
	s    *Store
	list int64
	name string // the files of the list, as JSON
	set  string // version of the indicators
	size int

	systems      map[sighting.System]int64
	combinations map[string]int64
	logs         map[string]int64
}

// Lines counts the lines of the logs that the store has read, each block once,
// also where it was matched with several versions of the indicators. A log that
// came whole and in pieces has other blocks each time.
type Lines struct {
	Blocks   int64 `json:"blocks"`
	Bytes    int64 `json:"bytes"` // decompressed
	Lines    int64 `json:"lines"`
	Events   int64 `json:"events"`
	Rejected int64 `json:"rejected"`
	Skipped  int64 `json:"skipped"`
	// First and Last bound the times of the events, whether they show an
	// indicator or not; zero where that is not known of any block.
	First time.Time `json:"first,omitzero"`
	Last  time.Time `json:"last,omitzero"`
}

// Sink begins to write blocks matched with the indicators of the given files.
// What the new set says of values already seen takes the place of what the same
// files, or some of them, said before; with replace, of everything any list
// said. all yields the set.
func (s *Store) Sink(ctx context.Context, files []string, version string, all func(func(sighting.Statement) bool), replace bool) (*Sink, error) {
	k := &Sink{s: s, systems: map[sighting.System]int64{}, combinations: map[string]int64{}, logs: map[string]int64{}}
	err := s.write(ctx, "sightings", func(tx *sql.Tx) error {
		seen, err := s.seen(ctx, tx)
		if err != nil {
			return err
		}
		if err := s.supersede(ctx, tx, files, replace); err != nil {
			return err
		}
		count := 0
		var said []sighting.Statement
		for one := range all {
			count++
			if seen[one.Key()] {
				said = append(said, one)
			}
		}
		name, err := json.Marshal(files)
		if err != nil {
			return err
		}
		k.name, k.set, k.size = string(name), version, count
		if err := k.own(ctx, tx); err != nil {
			return err
		}
		return k.state(ctx, tx, said)
	})
	return k, err
}

// seen are the values of indicators that entries show.
func (s *Store) seen(ctx context.Context, q queryer) (map[string]bool, error) {
	seen := map[string]bool{}
	rows, err := q.QueryContext(ctx, "SELECT indicators FROM combination")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var keys string
		if err := rows.Scan(&keys); err != nil {
			return nil, err
		}
		for key := range strings.SplitSeq(keys, "\n") {
			seen[key] = true
		}
	}
	return seen, rows.Err()
}

// supersede removes the lists whose files are all among those given.
func (s *Store) supersede(ctx context.Context, tx *sql.Tx, files []string, replace bool) error {
	rows, err := tx.QueryContext(ctx, "SELECT id, files FROM indicator_list")
	if err != nil {
		return err
	}
	given := map[string]bool{}
	for _, f := range files {
		given[f] = true
	}
	var gone []int64
	for rows.Next() {
		var id int64
		var text string
		var old []string
		if err := errors.Join(rows.Scan(&id, &text), json.Unmarshal([]byte(text), &old)); err != nil {
			rows.Close()
			return err
		}
		all := true
		for _, f := range old {
			all = all && given[f]
		}
		if all || replace {
			gone = append(gone, id)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for _, id := range gone {
		for _, statement := range []string{"DELETE FROM statement WHERE list = ?", "DELETE FROM indicator_list WHERE id = ?"} {
			if _, err := tx.ExecContext(ctx, statement, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// own finds the row of the list, and makes it where there is none: another
// process may have taken the place of the list since.
func (k *Sink) own(ctx context.Context, tx *sql.Tx) (err error) {
	k.list, err = number(ctx, tx, "INSERT INTO indicator_list (version, indicators, at, files) VALUES (?, ?, ?, ?)",
		"SELECT id FROM indicator_list WHERE files = ?", []any{k.name}, k.set, k.size, k.s.now().UTC().Format(timeLayout))
	return err
}

func (k *Sink) state(ctx context.Context, tx *sql.Tx, said []sighting.Statement) error {
	for _, one := range said {
		body, err := json.Marshal(one)
		if err != nil {
			return fmt.Errorf("encoding indicator %s: %w", one.Key(), err)
		}
		_, err = tx.ExecContext(ctx, "INSERT INTO statement (list, value, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING", k.list, one.Key(), string(body))
		if err != nil {
			return err
		}
	}
	return nil
}

// Add writes blocks in one transaction: all of them or nothing. A block that
// is there already, and entries that other blocks held, change nothing.
func (k *Sink) Add(ctx context.Context, blocks []sighting.Block) error {
	err := k.s.write(ctx, "sightings", func(tx *sql.Tx) error {
		if err := k.own(ctx, tx); err != nil {
			return err
		}
		w := blockWriter{Sink: k, ctx: ctx, tx: tx, prepared: map[string]*sql.Stmt{}}
		for i := range blocks {
			if err := w.block(&blocks[i]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil { // numbers given within the transaction are gone with it
		clear(k.systems)
		clear(k.combinations)
		clear(k.logs)
	}
	return err
}

// Known reports whether the block was matched with a version of indicators.
func (s *Store) Known(ctx context.Context, block, version string) (bool, error) {
	var n int
	err := s.db.QueryRowContext(ctx, "SELECT count(*) FROM log_block WHERE id = ? AND version = ?", block, version).Scan(&n)
	return n > 0, s.fail("looking for a block", err)
}

// Lines counts what was read.
func (s *Store) Lines(ctx context.Context) (l Lines, err error) {
	var first, last sql.NullInt64
	err = s.db.QueryRowContext(ctx, `SELECT count(*), coalesce(sum(bytes), 0), coalesce(sum(lines), 0), coalesce(sum(events), 0), coalesce(sum(rejected), 0),
		coalesce(sum(lines - events - rejected), 0), min(first), max(last) FROM
		(SELECT min(first) AS first, max(last) AS last, max(bytes) AS bytes, max(lines) AS lines, max(events) AS events, max(rejected) AS rejected FROM log_block GROUP BY id)`).
		Scan(&l.Blocks, &l.Bytes, &l.Lines, &l.Events, &l.Rejected, &l.Skipped, &first, &last)
	if first.Valid && last.Valid {
		l.First, l.Last = moment(first.Int64), moment(last.Int64)
	}
	return l, s.fail("counting lines", err)
}

// Statements returns what the lists of indicators say of the values that were
// seen, each once.
func (s *Store) Statements(ctx context.Context) ([]sighting.Statement, error) {
	var out []sighting.Statement
	err := s.each(ctx, "SELECT DISTINCT value, body FROM statement ORDER BY value, body", func(rows *sql.Rows) error {
		var value, body string
		if err := rows.Scan(&value, &body); err != nil {
			return err
		}
		var one sighting.Statement
		if err := json.Unmarshal([]byte(body), &one); err != nil {
			return &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("statement on %s: %v", value, err)}}
		}
		out = append(out, one)
		return nil
	})
	return out, err
}

func (s *Store) each(ctx context.Context, query string, row func(*sql.Rows) error, args ...any) error {
	rows, err := s.db.QueryContext(ctx, query, args...)
	if err != nil {
		return s.fail("reading sightings", err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); err != nil {
			if errors.Is(err, ErrDamaged) {
				return err
			}
			return s.fail("reading sightings", err)
		}
	}
	return s.fail("reading sightings", rows.Err())
}

// Followed returns how far a followed log was read, nil where it is not known.
// It was written with the sightings up to there.
func (s *Store) Followed(ctx context.Context, name string) (p *sighting.Position, err error) {
	err = s.each(ctx, "SELECT body FROM followed WHERE name = ?", func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		p = new(sighting.Position)
		if err := json.Unmarshal([]byte(body), p); err != nil {
			return &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("position in %s: %v", name, err)}}
		}
		return nil
	}, name)
	return p, err
}

// SetMap replaces the organisation map.
func (s *Store) SetMap(ctx context.Context, places []sighting.Place) error {
	return s.write(ctx, "sightings", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, "DELETE FROM place"); err != nil {
			return err
		}
		for i, p := range places {
			body, err := json.Marshal(p)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO place (seq, body) VALUES (?, ?)", i, string(body)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Map returns the organisation map.
func (s *Store) Map(ctx context.Context) (*sighting.Map, error) {
	m := &sighting.Map{}
	err := s.each(ctx, "SELECT body FROM place ORDER BY seq", func(rows *sql.Rows) error {
		var body string
		if err := rows.Scan(&body); err != nil {
			return err
		}
		var p sighting.Place
		if err := errors.Join(json.Unmarshal([]byte(body), &p), m.Add(p)); err != nil {
			return &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("organisation map: %v", err)}}
		}
		return nil
	})
	return m, err
}

func moment(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

func hostBytes(a netip.Addr) []byte {
	b := a.AsSlice()
	if b == nil {
		return []byte{}
	}
	return b
}
