package files

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// A Guard knows the files that a run reads or keeps, so that nothing it writes
// falls on them.
type Guard struct{ kept []kept }

type kept struct {
	path string      // absolute
	info os.FileInfo // nil where nothing is there yet
	what string
}

// Keep adds a file or a folder by what it is to the run; a folder stands for
// all that is in it. It need not be there yet.
func (g *Guard) Keep(path, what string) {
	k := kept{what: what}
	if abs, err := filepath.Abs(path); err == nil {
		k.path = abs
	}
	if info, err := os.Stat(path); err == nil {
		k.info = info
	}
	g.kept = append(g.kept, k)
}

// Check refuses a path to be written that is, by any name, one of the files
// kept, or an SQLite database or its log.
func (g *Guard) Check(path string) error {
	if abs, err := filepath.Abs(path); err == nil {
		for _, k := range g.kept {
			if k.path == abs && (k.info == nil || k.info.Mode().IsRegular()) {
				return k.refuse(path)
			}
		}
	}
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return nil
	}
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	above := []os.FileInfo{info}
	if dir, err := filepath.Abs(filepath.Dir(path)); err == nil {
		for ; ; dir = filepath.Dir(dir) {
			if info, err := os.Stat(dir); err == nil {
				above = append(above, info)
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	for _, k := range g.kept {
		for _, a := range above {
			if k.info != nil && os.SameFile(k.info, a) {
				return k.refuse(path)
			}
		}
	}
	base := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(path, "-wal"), "-shm"), "-journal")
	if isDatabase(path) || base != path && isDatabase(base) {
		return fmt.Errorf("%s is a database: it would be destroyed; name another file, or remove it first", path)
	}
	return nil
}

func (k kept) refuse(path string) error {
	return fmt.Errorf("%s is %s: it would be destroyed; name another file", path, k.what)
}

var sqliteMagic = []byte("SQLite format 3\x00")

func isDatabase(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	head := make([]byte, len(sqliteMagic))
	_, err = io.ReadFull(f, head)
	return err == nil && bytes.Equal(head, sqliteMagic)
}
