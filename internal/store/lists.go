package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// newUID names a list or a map as no other is named, in whatever store.
func newUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // it never fails
	return hex.EncodeToString(b[:])
}

// supersede removes the store's own lists whose files are all among those given;
// with replace, every list, also of stores that were taken in.
func (s *Store) supersede(ctx context.Context, tx *sql.Tx, files []string, replace bool) error {
	rows, err := tx.QueryContext(ctx, "SELECT uid, own, files FROM indicator_list")
	if err != nil {
		return err
	}
	given := map[string]bool{}
	for _, f := range files {
		given[f] = true
	}
	var gone []string
	for rows.Next() {
		var uid, text string
		var all bool
		var old []string
		if err := errors.Join(rows.Scan(&uid, &all, &text), json.Unmarshal([]byte(text), &old)); err != nil {
			rows.Close()
			return err
		}
		for _, f := range old {
			all = all && given[f]
		}
		if all || replace {
			gone = append(gone, uid)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	return drop(ctx, tx, gone)
}

// drop removes lists and maps and remembers that they were.
func drop(ctx context.Context, tx *sql.Tx, uids []string) error {
	for _, uid := range uids {
		for _, statement := range []string{
			"DELETE FROM statement WHERE list IN (SELECT id FROM indicator_list WHERE uid = ?)", "DELETE FROM indicator_list WHERE uid = ?",
			"DELETE FROM place WHERE map = ?", "DELETE FROM organisation_map WHERE uid = ?",
			"INSERT INTO superseded (uid) VALUES (?) ON CONFLICT DO NOTHING",
		} {
			if _, err := tx.ExecContext(ctx, statement, uid); err != nil {
				return err
			}
		}
	}
	return nil
}

// own finds the row of the list, and makes it where there is none: another
// process may have taken the place of the list since.
func (k *Sink) own(ctx context.Context, tx *sql.Tx) (err error) {
	k.list, err = number(ctx, tx, "INSERT INTO indicator_list (uid, own, version, indicators, at, files) VALUES (?, 1, ?, ?, ?, ?)",
		"SELECT id FROM indicator_list WHERE own = 1 AND files = ?", []any{k.name}, newUID(), k.set, k.size, k.s.now().UTC().Format(timeLayout))
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

// SetMap replaces the organisation map, and those of stores that were taken in.
func (s *Store) SetMap(ctx context.Context, places []sighting.Place) error {
	return s.write(ctx, "sightings", func(tx *sql.Tx) error {
		old, err := texts(ctx, tx, "SELECT uid FROM organisation_map")
		if err != nil {
			return err
		}
		if err := drop(ctx, tx, old); err != nil {
			return err
		}
		uid := newUID()
		if _, err := tx.ExecContext(ctx, "INSERT INTO organisation_map (uid, own) VALUES (?, 1)", uid); err != nil {
			return err
		}
		for i, p := range places {
			body, err := json.Marshal(p)
			if err != nil {
				return err
			}
			if _, err := tx.ExecContext(ctx, "INSERT INTO place (map, seq, body) VALUES (?, ?, ?)", uid, i, string(body)); err != nil {
				return err
			}
		}
		return nil
	})
}

// texts are the values of a column.
func texts(ctx context.Context, q queryer, query string, args ...any) (list []string, err error) {
	rows, err := q.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var one string
		if err := rows.Scan(&one); err != nil {
			return nil, err
		}
		list = append(list, one)
	}
	return list, rows.Err()
}

// placesQuery gives the rows of the organisation map: the store's own, where it was
// given one, else those of the stores that were taken in, each row once and in an
// order that does not depend on theirs.
const placesQuery = `SELECT max(p.seq), p.body FROM place p JOIN organisation_map m ON m.uid = p.map
	WHERE m.own = (SELECT max(own) FROM organisation_map) GROUP BY p.body ORDER BY max(p.seq), p.body`

// Map returns the organisation map.
func (s *Store) Map(ctx context.Context) (*sighting.Map, error) {
	m := &sighting.Map{}
	err := s.each(ctx, placesQuery, func(rows *sql.Rows) error {
		var seq int
		var body string
		if err := rows.Scan(&seq, &body); err != nil {
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
