package store

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
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
	asItIs   bool
	served   bool        // by a server; there is no file
	id       os.FileInfo // of the file that was opened
	migrated int         // see Migrated
	sealed   bool        // neither the file nor its folder can be written
}

// An Option changes how a store is opened.
type Option func(*Store)

// Existing makes Open return [ErrNoStore] where there is no file yet, for
// commands that only read.
func Existing() Option { return func(s *Store) { s.existing = true } }

// AsItIs makes Open refuse a file of an earlier version, which it would else
// bring up to date: it is somebody else's.
func AsItIs() Option { return func(s *Store) { s.existing, s.asItIs = true, true } }

// Open opens the store at path, creating it where there is none and migrating
// it where an earlier version wrote it. A path that begins with postgres:// is the
// address of a database of a PostgreSQL server.
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
	if IsServer(path) {
		return s, s.connectServer(ctx)
	}
	if err := s.present(); err != nil {
		return nil, err
	}
	if err := s.create(); err != nil {
		return nil, err
	}
	before, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("opening store: %w", err)
	}
	s.id = before
	if err := s.connect(ctx); err != nil {
		return nil, err
	}
	if err := s.Same(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// create makes an empty file for its owner alone, where there is none; SQLite
// gives its log the same mode.
func (s *Store) create() error {
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_RDWR, files.Private)
	switch {
	case err == nil:
		return f.Close()
	case errors.Is(err, fs.ErrExist):
		return nil
	}
	if _, e := os.Stat(s.path); e == nil {
		return nil
	}
	return fmt.Errorf("creating store: %w", err)
}

// connect opens the file for writing, or, where [Existing] was asked for and
// neither it nor its folder can be written, for reading.
func (s *Store) connect(ctx context.Context) error {
	prepare := s.prepare
	if s.asItIs {
		prepare = s.current
	}
	err := s.open(ctx, prepare)
	if err == nil || !s.existing || !denied(err) {
		return err
	}
	if info, e := os.Stat(s.path + "-wal"); e == nil && info.Size() > 0 {
		return fmt.Errorf("%w: what was written last stands in %s-wal, which cannot be read without writing beside it: copy both to a folder of your own", err, s.path)
	}
	s.sealed = true
	if e := s.open(ctx, s.current); e != nil {
		return e
	}
	return nil
}

func (s *Store) open(ctx context.Context, prepare func(context.Context) error) error {
	db, err := sql.Open("sqlite", s.dsn())
	if err != nil {
		return fmt.Errorf("store %s: %w", s.path, err)
	}
	s.db = db
	if err := prepare(ctx); err != nil {
		db.Close()
		return err
	}
	return nil
}

// current refuses a file that would have to be written to be read.
func (s *Store) current(ctx context.Context) error {
	application, version, err := s.header(ctx, s.db)
	switch {
	case err != nil:
		return err
	case application != applicationID:
		return s.own(ctx, s.db, application)
	case version > len(migrations):
		return &NewerError{Path: s.path, Has: version, Knows: len(migrations)}
	case version < len(migrations) && s.asItIs:
		return fmt.Errorf("store %s is of an earlier version (%d, not %d): bring it, or a copy of it, up to date with: cahoots check --db %[1]s", s.path, version, len(migrations))
	case version < len(migrations):
		return fmt.Errorf("store %s is of an earlier version (%d, not %d) and cannot be written: copy it to a folder of your own", s.path, version, len(migrations))
	}
	return nil
}

// Same reports that the file of the store is still the one that was opened, or
// [ErrReplaced]: one that was moved away or replaced while it is open must not
// be written any more, because the log beside it bears the name of another.
func (s *Store) Same() error {
	if s.served {
		return nil
	}
	info, err := os.Stat(s.path)
	if err == nil && os.SameFile(info, s.id) {
		return nil
	}
	return fmt.Errorf("store %s: %w while it was open: nothing more is written; begin again, and use cahoots backup and restore where others have it open", s.path, ErrReplaced)
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
	q := url.Values{
		"_pragma": {"busy_timeout(200)", "temp_store(MEMORY)", "synchronous(FULL)", "cache_size(-32000)", "journal_size_limit(0)", "trusted_schema(0)"},
		"_txlock": {"immediate"},
	}
	if s.sealed {
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	}
	u.RawQuery = q.Encode()
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
	if s.sealed {
		return nil, fmt.Errorf("store %s: neither the file nor its folder can be written; check the permissions, or use another file with --db: %w", s.path, fs.ErrPermission)
	}
	if err := s.Same(); err != nil {
		return nil, err
	}
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil || !s.served {
		return tx, s.fail("starting to write", err)
	}
	if err := s.lock(ctx, tx); err != nil {
		return nil, errors.Join(err, tx.Rollback())
	}
	return tx, nil
}

// commit ends a transaction, unless the file was replaced meanwhile.
func (s *Store) commit(tx *sql.Tx, doing string) error {
	if err := s.Same(); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return s.fail(doing, tx.Commit())
}

// write runs f in a transaction, waiting for the lock.
func (s *Store) write(ctx context.Context, what string, f func(*sql.Tx) error) error {
	return s.retry(ctx, func() error {
		tx, err := s.begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if err := f(tx); err != nil {
			return s.fail("writing "+what, err)
		}
		return s.commit(tx, "writing "+what)
	})
}

// settle brings what was committed from the log into the file, as far as readers
// let it, so that the file is whole by itself whenever nobody writes.
func (s *Store) settle(ctx context.Context) {
	if s.served {
		return
	}
	_, _ = s.db.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)") // it is only put off
}

// IsStore reports whether a file is a store of this program, by its header. What can
// be read once only, as a pipe, is none, and is left as it is.
func IsStore(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	var head [72]byte // the identification stands at its end
	_, err = io.ReadFull(f, head[:])
	return err == nil && string(head[:16]) == "SQLite format 3\x00" && binary.BigEndian.Uint32(head[68:]) == applicationID
}

// Path is the file's name, or the server's address, as it was given to Open.
func (s *Store) Path() string { return s.path }

// Close folds the write-ahead log into the file and closes it. A file that was
// replaced is let go as it is: the log beside it is another's.
func (s *Store) Close() error {
	if s.Same() != nil {
		return nil
	}
	return s.fail("closing", s.db.Close())
}
