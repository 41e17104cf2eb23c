//go:build !unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// begin makes the file in the same folder. Modes mean little here; a rename
// replaces in one step.
func begin(path string, mode fs.FileMode, _ bool) (*Pending, error) {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"*")
	if err != nil {
		return nil, err
	}
	return &Pending{
		File: f, path: path,
		commit: func() error {
			if err := errors.Join(f.Sync(), f.Close()); err != nil {
				return err
			}
			return os.Rename(f.Name(), path)
		},
		drop: func() error { return errors.Join(f.Close(), os.Remove(f.Name())) },
	}, nil
}

func syncFolder(string) error { return nil }

// Exposed is not known here.
func Exposed(string) fs.FileMode { return 0 }
