package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// nameless makes a file without a name, so that nothing of it is left however the
// program ends; it gets a name when it is whole. Not every file system can, and
// then ok is false.
func nameless(path string, mode fs.FileMode, exact bool) (p *Pending, ok bool) {
	name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".cahoots")
	f, ok := unnamed(filepath.Dir(path), name, mode)
	if !ok {
		return nil, false
	}
	own := "/proc/self/fd/" + strconv.Itoa(int(f.Fd()))
	if _, err := os.Stat(own); err != nil || exact && f.Chmod(mode) != nil {
		f.Close()
		return nil, false
	}
	commit := func() error {
		if err := f.Sync(); err != nil {
			return err
		}
		if err := place(own, name, path); err != nil {
			return err
		}
		return f.Close()
	}
	return &Pending{File: f, path: path, commit: commit, drop: f.Close}, true
}

// unnamed makes a file in a folder that has no name; errors call it by the one given.
func unnamed(dir, name string, mode fs.FileMode) (f *os.File, ok bool) {
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, uint32(mode.Perm()))
	if err != nil {
		return nil, false
	}
	return os.NewFile(uintptr(fd), name), true
}

// stale is for how long the moment's name of a file that is being placed counts as
// another's who is at it.
var stale = 2 * time.Second

// place gives a nameless file the name of another in one step. The name that it has
// for a moment is always the same for the place, so that of runs that are killed in
// that moment at most one whole file is left, which the next one to write takes away.
func place(own, name, path string) error {
	for {
		err := unix.Linkat(unix.AT_FDCWD, own, unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW)
		if err == nil {
			break
		}
		if !errors.Is(err, unix.EEXIST) {
			return &os.LinkError{Op: "link", Old: own, New: name, Err: err}
		}
		var there unix.Stat_t
		if unix.Lstat(name, &there) == nil && time.Since(time.Unix(there.Ctim.Unix())) > stale {
			if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
			continue
		}
		time.Sleep(time.Millisecond)
	}
	if err := os.Rename(name, path); err != nil {
		return errors.Join(err, os.Remove(name))
	}
	return nil
}
