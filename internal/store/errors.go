package store

import (
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Errors to be told apart with errors.Is. Each is wrapped with the file, what
// was being done and what to do next.
var (
	// ErrBusy: another process held the write lock for longer than [Wait].
	ErrBusy = errors.New("another process is writing to the store")
	// ErrDamaged: the file does not hold what was written to it. Every
	// *DamagedError matches it.
	ErrDamaged = errors.New("the store is damaged")
	// ErrDiskFull: nothing of the transaction was kept; what the store held
	// before is intact.
	ErrDiskFull = errors.New("no space left for the store")
	// ErrNotFound: no object of that id.
	ErrNotFound = errors.New("not in the store")
	// ErrNoStore: the file does not exist and [Existing] was asked for.
	ErrNoStore = errors.New("there is no store")
	// ErrReplaced: the file at the path is not the one that was opened.
	ErrReplaced = errors.New("the file was moved, removed or replaced")
	// errForeign: the file is a database of another program.
	errForeign = errors.New("not a cahoots store")
)

// A DamagedError lists what is wrong with a store.
type DamagedError struct {
	Path     string
	Problems []string // at most [maxProblems], in the order found
	More     int      // problems beyond those listed
}

func (e *DamagedError) Error() string {
	s := fmt.Sprintf("%v: %s: %s", ErrDamaged, e.Path, strings.Join(e.Problems, "; "))
	if e.More > 0 {
		s += fmt.Sprintf("; and %d more", e.More)
	}
	return s + ": restore a copy, or name a new file with --db and ingest again"
}

// Is makes every DamagedError match [ErrDamaged].
func (e *DamagedError) Is(target error) bool { return target == ErrDamaged }

// A NewerError refuses a store that a later version of the program wrote.
type NewerError struct {
	Path       string
	Has, Knows int // schema versions: of the file, of this program
}

func (e *NewerError) Error() string {
	return fmt.Sprintf("store %s has schema version %d and this program knows up to %d: use a newer cahoots, or another file with --db",
		e.Path, e.Has, e.Knows)
}

// A KnownError says that an input of the same content, read the same way, is
// in the store already; nothing was added.
type KnownError struct{ Input Held }

func (e *KnownError) Error() string {
	return fmt.Sprintf("%s was ingested already (%s, %d records, sha256 %.12s): nothing added", e.Input.Name, e.Input.Dataset, e.Input.Records, e.Input.SHA256)
}

// fail wraps an SQLite error with what was being done, and turns its code into
// one of the errors above.
func (s *Store) fail(doing string, err error) error {
	if err == nil {
		return nil
	}
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return s.serverFault(doing, err)
	}
	switch se.Code() & 0xff {
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
		return fmt.Errorf("store %s: %s: %w; wait for it to finish, or use another file with --db", s.path, doing, ErrBusy)
	case sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB:
		return &DamagedError{Path: s.path, Problems: []string{fmt.Sprintf("%s: %v", doing, se)}}
	case sqlite3.SQLITE_FULL:
		return s.full(doing)
	case sqlite3.SQLITE_IOERR:
		if noSpace(s.path) {
			return s.full(doing)
		}
	case sqlite3.SQLITE_READONLY:
		return fmt.Errorf("store %s: %s: the file or its folder cannot be written; check the permissions, or use another file with --db: %w", s.path, doing, err)
	case sqlite3.SQLITE_CANTOPEN:
		return fmt.Errorf("store %s: %s: the file cannot be opened; check that its folder exists and can be written: %w", s.path, doing, err)
	}
	return fmt.Errorf("store %s: %s: %w", s.path, doing, err)
}

// denied reports that SQLite could not write, or not make its log.
func denied(err error) bool {
	var se *sqlite.Error
	if !errors.As(err, &se) {
		return false
	}
	code := se.Code() & 0xff
	return code == sqlite3.SQLITE_READONLY || code == sqlite3.SQLITE_CANTOPEN || code == sqlite3.SQLITE_PERM
}

func (s *Store) full(doing string) error {
	return fmt.Errorf("store %s: %s: %w; nothing of this step was kept: make room, then repeat it", s.path, doing, ErrDiskFull)
}
