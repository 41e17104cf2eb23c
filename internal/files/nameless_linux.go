package files

import (
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// nameless makes a file without a name, so that nothing of it is left however the
// program ends; it gets a name when it is whole. Not every file system can, and
// then ok is false.
func nameless(path string, mode fs.FileMode, exact bool) (p *Pending, ok bool) {
	dir := filepath.Dir(path)
	fd, err := unix.Open(dir, unix.O_TMPFILE|unix.O_RDWR|unix.O_CLOEXEC, uint32(mode.Perm()))
	if err != nil {
		return nil, false
	}
	own := fmt.Sprintf("/proc/self/fd/%d", fd)
	name := filepath.Join(dir, fmt.Sprintf(".%s%d", filepath.Base(path), rand.Int64()))
	f := os.NewFile(uintptr(fd), name)
	if _, err := os.Stat(own); err != nil || exact && f.Chmod(mode) != nil {
		f.Close()
		return nil, false
	}
	commit := func() error {
		if err := f.Sync(); err != nil {
			return err
		}
		if err := unix.Linkat(unix.AT_FDCWD, own, unix.AT_FDCWD, name, unix.AT_SYMLINK_FOLLOW); err != nil {
			return &os.LinkError{Op: "link", Old: own, New: name, Err: err}
		}
		if err := os.Rename(name, path); err != nil {
			return errors.Join(err, os.Remove(name))
		}
		return f.Close()
	}
	return &Pending{File: f, path: path, commit: commit, drop: f.Close}, true
}
