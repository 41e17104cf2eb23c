package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// A KeptCase is a case file that somebody works on. It is no evidence: what is
// accepted in it becomes that by an ingest.
type KeptCase struct {
	ID      string
	Changed time.Time
	Body    []byte // YAML; nil in a listing
}

const casesSchema = `CREATE TABLE kept_case (
		id      TEXT NOT NULL PRIMARY KEY,
		changed TEXT NOT NULL,
		body    BLOB NOT NULL
	) STRICT;`

// ErrChanged: somebody else changed it meanwhile.
var ErrChanged = errors.New("somebody else changed it meanwhile")

// KeepCase keeps a case in place of what it was before, nil where it is new; it
// returns [ErrChanged] where it is something else by now.
func (s *Store) KeepCase(ctx context.Context, id string, before, body []byte) error {
	return s.write(ctx, "the case", func(tx *sql.Tx) error {
		at := s.now().UTC().Format(timeLayout)
		statement, args := "UPDATE kept_case SET body = ?, changed = ? WHERE id = ? AND body = ?", []any{body, at, id, before}
		if before == nil {
			statement, args = "INSERT INTO kept_case (id, changed, body) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING", []any{id, at, body}
		}
		res, err := tx.ExecContext(ctx, statement, args...)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 1 {
			return err
		}
		return fmt.Errorf("case %s: %w", id, ErrChanged)
	})
}

// KeptCase returns a case that is worked on.
func (s *Store) KeptCase(ctx context.Context, id string) (KeptCase, error) {
	list, err := s.keptCases(ctx, "body", "id = ?", id)
	if err == nil && len(list) == 0 {
		err = fmt.Errorf("case %s: %w %s", id, ErrNotFound, s.path)
	}
	if err != nil {
		return KeptCase{}, err
	}
	return list[0], nil
}

// KeptCases are all cases that are worked on, by their ids and without their bodies.
func (s *Store) KeptCases(ctx context.Context) ([]KeptCase, error) {
	return s.keptCases(ctx, "NULL", "true")
}

func (s *Store) keptCases(ctx context.Context, body, where string, args ...any) ([]KeptCase, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT id, changed, "+body+" FROM kept_case WHERE "+where+" ORDER BY id", args...)
	if err != nil {
		return nil, s.fail("reading cases", err)
	}
	defer rows.Close()
	var list []KeptCase
	for rows.Next() {
		var c KeptCase
		var changed string
		if err := rows.Scan(&c.ID, &changed, &c.Body); err != nil {
			return nil, s.fail("reading cases", err)
		}
		if c.Changed, err = time.Parse(timeLayout, changed); err != nil {
			return nil, &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("case %s: time %q", c.ID, changed)}}
		}
		list = append(list, c)
	}
	return list, s.fail("reading cases", rows.Err())
}
