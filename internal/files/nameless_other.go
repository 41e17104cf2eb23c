//go:build !linux

package files

import (
	"io/fs"
	"os"
)

// Files without a name are Linux's.
func nameless(string, fs.FileMode, bool) (*Pending, bool) { return nil, false }

func unnamed(string, string, fs.FileMode) (*os.File, bool) { return nil, false }
