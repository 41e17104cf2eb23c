//go:build unix

package store

import (
	"path/filepath"

	"golang.org/x/sys/unix"
)

// noSpace reports that the file system of path has next to no room. SQLite
// reports some failed writes, such as growing the shared index of the log, as
// an input/output error without saying why.
func noSpace(path string) bool {
	var st unix.Statfs_t
	if unix.Statfs(filepath.Dir(path), &st) != nil {
		return false
	}
	return uint64(st.Bavail)*uint64(st.Bsize) < 64<<10
}
