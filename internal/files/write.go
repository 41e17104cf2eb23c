package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

// Modes of new files and folders, before the umask.
const (
	Private       fs.FileMode = 0o600 // what is marked, or may be
	PrivateFolder fs.FileMode = 0o700
	Public        fs.FileMode = 0o666
	PublicFolder  fs.FileMode = 0o777
)

// pending are the files that are being written.
var pending sync.Map // *Pending: true

// DiscardAll removes what is half written, for a program that ends at once.
func DiscardAll() {
	pending.Range(func(p, _ any) bool {
		os.Remove(p.(*Pending).Name())
		return true
	})
}

// A Pending file is being written beside the place it is for.
type Pending struct {
	*os.File
	path   string
	commit func() error // nil where the place is no regular file, and is written directly
	drop   func() error
}

// Create begins a file for a path, following a symbolic link that is there. The
// mode is what a new file gets under the umask; a file that is replaced never
// becomes more open than it was. A device or a pipe is written directly. Call
// Commit, or Discard, which may also follow Commit.
func Create(path string, mode fs.FileMode) (*Pending, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	old, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return start(path, mode, false)
	case err != nil:
		return nil, err
	case old.IsDir():
		return nil, fmt.Errorf("%s is a folder: name a file in it", path)
	case !old.Mode().IsRegular():
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		return &Pending{File: f, path: path}, err
	}
	return start(path, mode&old.Mode().Perm(), true)
}

func start(path string, mode fs.FileMode, exact bool) (*Pending, error) {
	p, err := begin(path, mode, exact)
	if err == nil {
		pending.Store(p, true)
	}
	return p, err
}

// Commit puts the file in its place: its bytes are on disk before, and the
// name after.
func (p *Pending) Commit() error {
	if p.commit == nil {
		return p.File.Close()
	}
	if err := p.commit(); err != nil {
		return errors.Join(err, p.Discard())
	}
	p.drop = nil
	pending.Delete(p)
	return syncFolder(filepath.Dir(p.path))
}

// Discard forgets the file; what is in its place stays as it is.
func (p *Pending) Discard() error {
	if p.drop == nil {
		return nil
	}
	drop := p.drop
	p.drop = nil
	pending.Delete(p)
	return drop()
}

// Write writes a file whole or not at all, with what fill writes; see [Create].
func Write(path string, mode fs.FileMode, fill func(io.Writer) error) error {
	p, err := Create(path, mode)
	if err != nil {
		return err
	}
	if err := fill(p); err != nil {
		if p.commit == nil {
			err = errors.Join(err, p.Close())
		}
		return errors.Join(err, p.Discard())
	}
	return p.Commit()
}

// Replace puts a finished file in the place of another on the same disk.
func Replace(from, to string) error {
	f, err := os.OpenFile(from, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(to))
}

// MakeFolder makes a folder and those it lies in, where they are missing, and
// sees to it that they survive a loss of power.
func MakeFolder(dir string, mode fs.FileMode) error {
	if info, err := os.Stat(dir); err == nil && info.IsDir() {
		return nil
	}
	parent := filepath.Dir(dir)
	if parent != dir {
		if err := MakeFolder(parent, mode); err != nil {
			return err
		}
	}
	if err := os.Mkdir(dir, mode); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(parent)
}
