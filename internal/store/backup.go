package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/cahoots-project/cahoots/internal/files"
)

// copied is how many pages a copy takes before it looks whether to go on.
const copied = 1024

// Backup copies the store, as it is at one moment, to a file that is not there
// yet, while others may read and write it (SQLite's online backup). The copy is
// checked before it gets its name.
func (s *Store) Backup(ctx context.Context, path string) (Report, error) {
	if s.served {
		return Report{}, errServed
	}
	lock := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock") // beside it, and gone with it
	unlock, err := files.Lock(lock, 0)
	if errors.Is(err, files.ErrLocked) {
		return Report{}, fmt.Errorf("backing up to %s: another backup to it is being made", path)
	}
	if err != nil {
		return Report{}, fmt.Errorf("backing up to %s: %w", path, err)
	}
	defer os.Remove(lock)
	defer unlock()
	if _, err := os.Lstat(path); err == nil {
		return Report{}, fmt.Errorf("backing up to %s: there is a file already; name a new one", path)
	}
	dir, half := filepath.Dir(path), "."+filepath.Base(path)+".half-"
	sweep(dir, half)                       // of backups that were killed
	f, err := os.CreateTemp(dir, half+"*") // mode 0600
	if err != nil {
		return Report{}, fmt.Errorf("backing up to %s: %w", path, err)
	}
	defer sweep(dir, half)
	if err := f.Close(); err != nil {
		return Report{}, err
	}
	to := Store{path: f.Name()}
	if err := s.copy(ctx, func(c copier) (*sqlite.Backup, error) { return c.NewBackup(to.dsn()) }); err != nil {
		return Report{}, fmt.Errorf("backing up to %s: %w", path, err)
	}
	r, _, err := verify(ctx, f.Name())
	if err != nil {
		return r, fmt.Errorf("backing up to %s: the copy does not hold: %w", path, err)
	}
	if err := files.Replace(f.Name(), path); err != nil {
		return r, fmt.Errorf("backing up to %s: %w", path, err)
	}
	return r, nil
}

var errServed = errors.New("a store on a server is copied and brought back with pg_dump and pg_restore; cahoots ingest takes the store of a file into it")

// sweep removes the files of a folder whose names begin so.
func sweep(dir, begin string) {
	left, _ := os.ReadDir(dir)
	for _, e := range left {
		if strings.HasPrefix(e.Name(), begin) {
			os.Remove(filepath.Join(dir, e.Name()))
		}
	}
}

// Restore makes the store at a path hold what a backup holds, in one step that
// others who have it open see whole or not at all; it is made where there is
// none. The backup is checked before. A damaged store is moved aside first, and
// aside says where.
func Restore(ctx context.Context, backup, path string, opts ...Option) (r Report, aside string, err error) {
	if IsServer(path) || IsServer(backup) {
		return r, "", errServed
	}
	if same(backup, path) {
		return r, "", fmt.Errorf("restoring %s: it is the store itself", path)
	}
	from := Store{path: backup}
	if r, from.sealed, err = verify(ctx, backup); err != nil {
		return r, "", fmt.Errorf("restoring %s: %w", backup, err)
	}
	s, err := Open(ctx, path, opts...)
	if errors.Is(err, ErrDamaged) {
		if aside, err = setAside(path); err == nil {
			s, err = Open(ctx, path, opts...)
		}
	}
	if err != nil {
		return r, aside, fmt.Errorf("restoring %s: %w", backup, err)
	}
	err = s.retry(ctx, func() error {
		return s.copy(ctx, func(c copier) (*sqlite.Backup, error) { return c.NewRestore(from.dsn()) })
	})
	if err == nil {
		s.settle(ctx)
		r, err = s.Check(ctx)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return r, aside, fmt.Errorf("restoring %s: %w", backup, err)
	}
	return r, aside, nil
}

func same(a, b string) bool {
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// setAside moves a store that cannot be opened, with its log, out of the way.
func setAside(path string) (aside string, err error) {
	aside = path + ".damaged-" + time.Now().UTC().Format("20060102T150405Z")
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if e := os.Rename(path+suffix, aside+suffix); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
	}
	return aside, err
}

// verify opens and checks a copy, and says how it could be opened.
func verify(ctx context.Context, path string) (r Report, sealed bool, err error) {
	s, err := Open(ctx, path, Existing())
	if err != nil {
		return Report{}, false, err
	}
	r, err = s.Check(ctx)
	return r, s.sealed, errors.Join(err, s.Close())
}

// A copier is what a connection of the SQLite driver can do.
type copier interface {
	NewBackup(to string) (*sqlite.Backup, error)
	NewRestore(from string) (*sqlite.Backup, error)
}

// copy runs a copy from or to the store.
func (s *Store) copy(ctx context.Context, begin func(copier) (*sqlite.Backup, error)) error {
	if err := s.Same(); err != nil {
		return err
	}
	conn, err := s.db.Conn(ctx)
	if err != nil {
		return s.fail("copying", err)
	}
	defer conn.Close()
	return conn.Raw(func(driver any) error {
		b, err := begin(driver.(copier)) // the driver is the one that Open names
		if err != nil {
			return s.fail("copying", err)
		}
		for more := true; more; {
			if more, err = b.Step(copied); err == nil {
				err = context.Cause(ctx)
			}
			if err != nil {
				return errors.Join(s.fail("copying", err), b.Finish())
			}
		}
		return s.fail("copying", b.Finish())
	})
}
