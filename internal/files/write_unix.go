//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2"
	"golang.org/x/sys/unix"
)

// begin makes the file in the same folder. With exact, the umask does not apply.
func begin(path string, mode fs.FileMode, exact bool) (*Pending, error) {
	if p, ok := nameless(path, mode, exact); ok {
		return p, nil
	}
	permission := renameio.WithPermissions(mode)
	if exact {
		permission = renameio.WithStaticPermissions(mode)
	}
	t, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), permission)
	if err != nil {
		return nil, err
	}
	return &Pending{File: t.File, path: path, commit: t.CloseAtomicallyReplace, drop: t.Cleanup}, nil
}

// syncFolder makes a name last. Some file systems know no such thing.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	err = d.Sync()
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP) {
		err = nil
	}
	return errors.Join(err, d.Close())
}

// Exposed is the mode of a file or folder that others than its owner can read
// or write; 0 where they cannot, or where there is none.
func Exposed(path string) fs.FileMode {
	if info, err := os.Stat(path); err == nil && info.Mode().Perm()&0o077 != 0 {
		return info.Mode().Perm()
	}
	return 0
}
