// Package tamper changes a store behind its back, for tests of what a store must
// not tell or need not read: it sets when and where inputs were read, plants a leak
// and takes what is saved away.
//
// It is not for the program, which changes a store through package store alone.
package tamper

import (
	"database/sql"
	"errors"
	"fmt"

	_ "modernc.org/sqlite" // the driver
)

func change(path string, rows int64, step string, args ...any) (err error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	res, err := db.Exec(step, args...)
	if err != nil {
		return fmt.Errorf("tampering with %s: %w", path, err)
	}
	if n, err := res.RowsAffected(); rows > 0 && n != rows {
		return errors.Join(err, fmt.Errorf("tampering with %s: %d rows changed, want %d", path, n, rows))
	}
	return nil
}

// Backdate makes a store say that its inputs were read out of the folder /in, one
// a second from 2026-01-02 on, wherever and whenever they were.
func Backdate(path, folder string) error {
	return errors.Join(
		change(path, 0, "UPDATE input SET at = '2026-01-02T03:04:' || printf('%02d', id) || '.000Z', name = replace(name, ?, '/in')", folder),
		change(path, 0, "UPDATE record SET file = replace(file, ?, '/in')", folder))
}

// Unmark makes one record that is RED and holds the text CLEAR, as if a reader
// had not seen its marking.
func Unmark(path, text string) error {
	return change(path, 1, `UPDATE record SET body = CAST(replace(CAST(body AS TEXT), '"marking":"RED"', '"marking":"CLEAR"') AS BLOB)
		WHERE id = (SELECT min(id) FROM record WHERE CAST(body AS TEXT) LIKE '%"marking":"RED"%' AND CAST(body AS TEXT) LIKE '%' || ? || '%')`, text)
}

// BlankAssessments makes all n saved assessments unreadable.
func BlankAssessments(path string, n int) error {
	return change(path, int64(n), "UPDATE assessment SET body = zeroblob(length(body))")
}
