package store

import (
	"context"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// watchSchema keeps standing questions: which records each list of them was last
// asked over, by ceiling, and what the answers were; the digests of what moved; what
// of these is still to be handed on; and the records that are gone since, for saying
// what it was that went.
const watchSchema = `CREATE TABLE watch (
		list TEXT NOT NULL PRIMARY KEY,
		run  INTEGER NOT NULL
	) STRICT;
	CREATE TABLE watch_seen (
		list    TEXT NOT NULL,
		ceiling TEXT NOT NULL,
		ids     BLOB NOT NULL,
		PRIMARY KEY (list, ceiling)
	) STRICT;
	CREATE TABLE watch_answer (
		list     TEXT NOT NULL,
		question TEXT NOT NULL,
		sum      TEXT NOT NULL,
		PRIMARY KEY (list, question)
	) STRICT;
	CREATE TABLE digest (
		id      TEXT NOT NULL PRIMARY KEY,
		list    TEXT NOT NULL,
		at      TEXT NOT NULL,
		title   TEXT NOT NULL,
		cause   TEXT NOT NULL,
		marking TEXT NOT NULL,
		body    BLOB NOT NULL
	) STRICT;
	CREATE INDEX digest_at ON digest (at, id);
	CREATE TABLE delivery (
		digest TEXT NOT NULL REFERENCES digest (id),
		target TEXT NOT NULL,
		tries  INTEGER NOT NULL DEFAULT 0,
		PRIMARY KEY (digest, target)
	) STRICT;
	CREATE TABLE watch_gone (
		id      TEXT NOT NULL PRIMARY KEY,
		version TEXT NOT NULL,
		file    TEXT NOT NULL,
		line    INTEGER NOT NULL,
		body    BLOB NOT NULL
	) STRICT;
	CREATE TRIGGER record_gone AFTER DELETE ON record WHEN EXISTS (SELECT 1 FROM watch) BEGIN
		INSERT OR IGNORE INTO watch_gone VALUES (OLD.id, OLD.version, OLD.file, OLD.line, OLD.body);
	END;`

// A Digest is what moved in one standing question at one look.
type Digest struct {
	ID      string       `json:"id"` // 32 hexadecimal digits
	List    string       `json:"watch"`
	At      time.Time    `json:"at"`
	Title   string       `json:"title"` // of the question
	Cause   string       `json:"cause"` // what moved it, in a line
	Marking evidence.TLP `json:"marking"`
	Body    []byte       `json:"-"` // JSON; nil in a listing
}

// A Delivery is a digest that is still to be handed on to a target.
type Delivery struct {
	Digest, Target string
	Tries          int // that were begun
}

// Watched is how far a list of standing questions was looked at.
type Watched struct {
	Run     int                            // looks so far
	Seen    map[evidence.TLP][]evidence.ID // the records over which it was asked, by ceiling, ascending
	Answers map[string]string              // what tells the answers from others, by question
}

// Watched returns it; of a list that nobody looked at, nothing.
func (s *Store) Watched(ctx context.Context, list string) (w Watched, err error) {
	w = Watched{Seen: map[evidence.TLP][]evidence.ID{}, Answers: map[string]string{}}
	err = s.snapshot(ctx, func(q queryer) error {
		err := q.QueryRowContext(ctx, "SELECT run FROM watch WHERE list = ?", list).Scan(&w.Run)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		} else if err != nil {
			return s.fail("reading what was watched", err)
		}
		err = s.eachRow(ctx, q, "reading what was watched", "SELECT ceiling, ids FROM watch_seen WHERE list = ?", func(rows *sql.Rows) error {
			var ceiling evidence.TLP
			var ids sql.RawBytes
			if err := rows.Scan(&ceiling, &ids); err != nil {
				return err
			}
			for ; len(ids) >= idBytes; ids = ids[idBytes:] {
				w.Seen[ceiling] = append(w.Seen[ceiling], evidence.ID(hex.EncodeToString(ids[:idBytes])))
			}
			return nil
		}, list)
		if err != nil {
			return err
		}
		return s.eachRow(ctx, q, "reading what was watched", "SELECT question, sum FROM watch_answer WHERE list = ?", func(rows *sql.Rows) error {
			var question, sum string
			err := rows.Scan(&question, &sum)
			w.Answers[question] = sum
			return err
		}, list)
	})
	return w, err
}

// idBytes of the id of a record.
const idBytes = 16

// KeepLook ends a look at a list in one transaction: how far it was looked at, the
// digests, and for each that it is to be handed on to the targets. Where another look
// has ended since the one that w follows, nothing is kept and the error is
// [ErrChanged].
func (s *Store) KeepLook(ctx context.Context, list string, w Watched, digests []Digest, targets []string) error {
	return s.write(ctx, "the digests", func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, "INSERT INTO watch (list, run) SELECT ?1, 1 WHERE ?2 = 1 ON CONFLICT (list) DO NOTHING", list, w.Run)
		if err == nil && w.Run > 1 {
			res, err = tx.ExecContext(ctx, "UPDATE watch SET run = ?2 WHERE list = ?1 AND run = ?2 - 1", list, w.Run)
		}
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n != 1 {
			return errors.Join(err, fmt.Errorf("watch %s: %w", list, ErrChanged))
		}
		do := func(statement string, args ...any) {
			if err == nil {
				_, err = tx.ExecContext(ctx, statement, args...)
			}
		}
		do("DELETE FROM watch_seen WHERE list = ?", list)
		for ceiling, ids := range w.Seen {
			packed := make([]byte, 0, idBytes*len(ids))
			for _, id := range ids {
				if packed, err = hex.AppendDecode(packed, []byte(id)); err != nil {
					return fmt.Errorf("record %s: %w", id, err)
				}
			}
			do("INSERT INTO watch_seen (list, ceiling, ids) VALUES (?, ?, ?)", list, string(ceiling), packed)
		}
		do("DELETE FROM watch_answer WHERE list = ?", list)
		for question, sum := range w.Answers {
			do("INSERT INTO watch_answer (list, question, sum) VALUES (?, ?, ?)", list, question, sum)
		}
		for _, d := range digests {
			do("INSERT INTO digest (id, list, at, title, cause, marking, body) VALUES (?, ?, ?, ?, ?, ?, ?)", d.ID, list, s.now().UTC().Format(timeLayout), d.Title, d.Cause, string(d.Marking), d.Body)
			for _, to := range targets {
				do("INSERT INTO delivery (digest, target) VALUES (?, ?)", d.ID, to)
			}
		}
		do("DELETE FROM watch_gone WHERE NOT EXISTS (SELECT 1 FROM watch WHERE list <> ?)", list) // others may have seen them
		return err
	})
}

// Undelivered are what is still to be handed on of a list, in the order of the looks.
func (s *Store) Undelivered(ctx context.Context, list string) (all []Delivery, err error) {
	err = s.eachRow(ctx, s.db, "reading deliveries", "SELECT d.digest, d.target, d.tries FROM delivery d JOIN digest g ON g.id = d.digest WHERE g.list = ? ORDER BY g.at, g.id, d.target", func(rows *sql.Rows) error {
		var d Delivery
		err := rows.Scan(&d.Digest, &d.Target, &d.Tries)
		all = append(all, d)
		return err
	}, list)
	return all, err
}

// Trying notes that a delivery is begun: whoever is killed before it is [Store.Delivered]
// does not know whether it arrived, and the next who tries knows that of it.
func (s *Store) Trying(ctx context.Context, d Delivery) error {
	return s.write(ctx, "the delivery", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "UPDATE delivery SET tries = tries + 1 WHERE digest = ? AND target = ?", d.Digest, d.Target)
		return err
	})
}

// Delivered notes that a delivery has arrived.
func (s *Store) Delivered(ctx context.Context, d Delivery) error {
	return s.write(ctx, "the delivery", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM delivery WHERE digest = ? AND target = ?", d.Digest, d.Target)
		return err
	})
}

// Digests are the newest digests up to a ceiling, at most so many, without their
// bodies; the newest first. Those above it take no other's place.
func (s *Store) Digests(ctx context.Context, ceiling evidence.TLP, most int) ([]Digest, error) {
	var args []any
	for _, level := range evidence.UpTo(ceiling) {
		args = append(args, string(level))
	}
	return s.digests(ctx, "NULL", "marking IN "+placeholders(len(args), 1)+" ORDER BY at DESC, id LIMIT ?", append(args, most)...)
}

// Digest returns one, by its whole id.
func (s *Store) Digest(ctx context.Context, id string) (Digest, error) {
	found, err := s.digests(ctx, "body", "id = ?", id)
	if err == nil && len(found) == 0 {
		err = fmt.Errorf("digest %s: %w %s", id, ErrNotFound, s.path)
	}
	if err != nil {
		return Digest{}, err
	}
	return found[0], nil
}

func (s *Store) digests(ctx context.Context, body, where string, args ...any) (all []Digest, err error) {
	err = s.eachRow(ctx, s.db, "reading digests", "SELECT id, list, at, title, cause, marking, "+body+" FROM digest WHERE "+where, func(rows *sql.Rows) error {
		var d Digest
		var at string
		if err := rows.Scan(&d.ID, &d.List, &at, &d.Title, &d.Cause, &d.Marking, &d.Body); err != nil {
			return err
		}
		var err error
		if d.At, err = time.Parse(timeLayout, at); err != nil {
			return &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("digest %s: time %q", d.ID, at)}}
		}
		all = append(all, d)
		return nil
	}, args...)
	return all, err
}

// Once are records by their ids, whether they are in force, or gone since a list of
// standing questions was asked over them; what is not known is left out.
func (s *Store) Once(ctx context.Context, ids []evidence.ID) (all []evidence.Record, err error) {
	known := dates{}
	for len(ids) > 0 {
		some := ids[:min(len(ids), pageRows)]
		ids = ids[len(some):]
		args := make([]any, len(some))
		for i, id := range some {
			args[i] = string(id)
		}
		in := placeholders(len(some), 1)
		query := "SELECT id, version, file, line, body FROM record WHERE id IN " + in + " UNION SELECT id, version, file, line, body FROM watch_gone WHERE id IN " + in + " AND id NOT IN (SELECT id FROM record WHERE id IN " + in + ")"
		err := s.eachRow(ctx, s.db, "reading records", query, func(rows *sql.Rows) error {
			var r evidence.Record
			var body string
			if err := rows.Scan(&r.ID, &r.Origin.Version, &r.Origin.File, &r.Origin.Line, &body); err != nil {
				return err
			}
			if err := decode(body, &r, known); err != nil {
				return &DamagedError{Path: s.path, Problems: []string{err.Error()}}
			}
			all = append(all, r)
			return nil
		}, append(append(args, args...), args...)...)
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
