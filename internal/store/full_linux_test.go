package store_test

import (
	"errors"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/cahoots-project/cahoots/internal/store"
)

func TestFullDiskKeepsWhatWasThere(t *testing.T) {
	dir := t.TempDir()
	if err := unix.Mount("tmpfs", dir, "tmpfs", 0, "size=2m"); err != nil {
		t.Skipf("a small file system cannot be mounted here (%v)", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(dir, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	path := filepath.Join(dir, "c.db")
	s := open(t, path)
	ingest(t, s, input("a"), summary, series(200)...)

	fill := func() error {
		g, err := s.Ingest(t.Context(), input("b"))
		if err != nil {
			return err
		}
		defer g.Rollback()
		for i := range 40_000 {
			if err := g.Add(record(i)); err != nil {
				return err
			}
		}
		_, err = g.Commit(summary)
		return err
	}
	err := fill()
	if !errors.Is(err, store.ErrDiskFull) {
		t.Fatalf("writing 30 MB to a disk of 2: %v", err)
	}
	t.Log(err)
	if r := clean(t, s); r.Records != 200 || r.Inputs != 1 {
		t.Errorf("report %+v", r)
	}
	ingest(t, s, input("c"), summary, record(100_000))
	if r := clean(t, open(t, path)); r.Records != 201 || r.Inputs != 2 {
		t.Errorf("report %+v", r)
	}
}
