package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"
)

// A Store is one open file. It is safe for use by several goroutines, and
// several processes may have the same file open: readers never wait, and one
// writes at a time.
type Store struct {
	db       *sql.DB
	path     string
	wait     time.Duration
	now      func() time.Time
	existing bool
}

// An Option changes how a store is opened.
type Option func(*Store)

// Existing makes Open return [ErrNoStore] where there is no file yet, for
// commands that only read.
func Existing() Option { return func(s *Store) { s.existing = true } }

// Open opens the store at path, creating it where there is none and migrating
// it where an earlier version wrote it.
//
// The file is kept in SQLite's write-ahead mode with full synchronisation: a
// process killed at any moment leaves the last committed state, readers go on
// while another process ingests, and a commit survives a loss of power. While
// the store is open, and after a kill until the next Open, path-wal and
// path-shm lie beside it and belong to it.
func Open(ctx context.Context, path string, opts ...Option) (*Store, error) {
	s := &Store{path: path, wait: 10 * time.Second, now: time.Now}
	for _, o := range opts {
		o(s)
	}
	if err := s.present(); err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", s.dsn())
	if err != nil {
		return nil, fmt.Errorf("store %s: %w", path, err)
	}
	s.db = db
	if err := s.prepare(ctx); err != nil {
		db.Close()
		return nil, err
	}
	return s, nil
}

// present looks at the path before SQLite does, whose messages for a folder or
// a missing one help nobody.
func (s *Store) present() error {
	info, err := os.Stat(s.path)
	switch {
	case err == nil && info.IsDir():
		return fmt.Errorf("store %s is a folder: name a file in it", s.path)
	case err == nil && !info.Mode().IsRegular():
		return fmt.Errorf("store %s is not a regular file", s.path)
	case errors.Is(err, fs.ErrNotExist) && s.existing:
		return fmt.Errorf("%w at %s: run cahoots ingest first, or name another file with --db", ErrNoStore, s.path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("opening store: %w", err)
	}
	if _, err := os.Stat(filepath.Dir(s.path)); err != nil {
		return fmt.Errorf("opening store %s: its folder does not exist: create it, or name another file with --db", s.path)
	}
	return nil
}

// dsn names the file and what every connection to it sets. Waiting for a lock
// is done here in Go (see retry), where a context can end it; SQLite's own
// short timeout only covers the moments between. Foreign keys are not enforced
// row by row, which costs a third of an ingest, but looked at by Check.
func (s *Store) dsn() string {
	path := s.path
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path)}
	u.RawQuery = url.Values{
		"_pragma": {"busy_timeout(200)", "temp_store(MEMORY)", "synchronous(FULL)", "cache_size(-32000)", "journal_size_limit(0)", "trusted_schema(0)"},
		"_txlock": {"immediate"},
	}.Encode()
	return u.String()
}

func (s *Store) prepare(ctx context.Context) error {
	return s.retry(ctx, func() error {
		if err := s.migrate(ctx); err != nil {
			return err
		}
		var mode string
		if err := s.db.QueryRowContext(ctx, "PRAGMA journal_mode = wal").Scan(&mode); err != nil {
			return s.fail("setting the journal mode", err)
		}
		return nil
	})
}

// retry repeats f while another process holds the lock, up to the store's wait.
func (s *Store) retry(ctx context.Context, f func() error) error {
	deadline := time.Now().Add(s.wait)
	for {
		err := f()
		if !errors.Is(err, ErrBusy) || time.Now().After(deadline) {
			return err
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// begin starts a transaction that holds the write lock from its first moment.
func (s *Store) begin(ctx context.Context) (*sql.Tx, error) {
	tx, err := s.db.BeginTx(ctx, nil)
	return tx, s.fail("starting to write", err)
}

// Path is the file's name as it was given to Open.
func (s *Store) Path() string { return s.path }

// Close folds the write-ahead log into the file and closes it.
func (s *Store) Close() error { return s.fail("closing", s.db.Close()) }
