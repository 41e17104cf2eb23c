//go:build unix && !linux

package files

import "io/fs"

// nameless files are Linux's.
func nameless(string, fs.FileMode, bool) (*Pending, bool) { return nil, false }
