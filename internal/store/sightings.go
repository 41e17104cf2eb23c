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
		(SELECT min(first) AS first, max(last) AS last, max(bytes) AS bytes, max(lines) AS lines, max(events) AS events, max(rejected) AS rejected FROM log_block GROUP BY id) AS b`).
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
	return s.eachRow(ctx, s.db, "reading sightings", query, row, args...)
}

// eachRow gives the rows of a query; what goes wrong is told as the failure of doing
// so, but for damage, which says itself what it is.
func (s *Store) eachRow(ctx context.Context, q queryer, doing, query string, row func(*sql.Rows) error, args ...any) error {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return s.fail(doing, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows); errors.Is(err, ErrDamaged) {
			return err
		} else if err != nil {
			return s.fail(doing, err)
		}
	}
	return s.fail(doing, rows.Err())
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

func moment(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

func hostBytes(a netip.Addr) []byte {
	b := a.AsSlice()
	if b == nil {
		return []byte{}
	}
	return b
}
