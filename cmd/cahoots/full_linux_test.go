package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// smallDisk is a folder on a disk of its own, with what runs a verb on it while it
// is full at the first write, or with every at each page that the verb fills: no
// verb says it is done that is not, says why, and the file that was there stands,
// the tokens and the store too.
func smallDisk(t *testing.T) (dir string, full func(t *testing.T, k *killing, w written, every bool) (refused int, done bool)) {
	t.Helper()
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=96m"); err != nil {
		t.Logf("a small disk cannot be mounted here (%v): full disks are not tried", err)
		return disk, nil
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, unix.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return disk, func(t *testing.T, k *killing, w written, every bool) (refused int, done bool) {
		t.Helper()
		f := filling{k}
		for pages := 0; ; pages += max(1, pages/8) {
			if f.full(t, w, pages) {
				done = true
				break
			}
			if refused++; !every {
				break
			}
		}
		if refused == 0 {
			t.Errorf("%s was never refused", w.name())
		}
		return refused, done
	}
}

// filling is a killing on a small disk.
type filling struct{ *killing }

// full runs a verb with so many pages free, and says whether it was done. Where it
// was not, what was there stands.
func (f filling) full(t *testing.T, w written, pages int) (done bool) {
	t.Helper()
	if w.asked != nil {
		return f.fullServer(t, w, pages)
	}
	cmd := f.command(t, w)
	before := f.stands(t, w)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	empty := f.fill(t, pages)
	err := cmd.Run()
	empty()
	f.note(w, out.String())
	if err == nil {
		return true
	}
	if !saysFull(errs.String()) {
		t.Errorf("%s with %d pages free does not say why: %s", w.args, pages, &errs)
	}
	for path, b := range f.stands(t, w) {
		if b != before[path] {
			t.Fatalf("%s with %d pages free: %s holds %.80q and held %.80q", w.args, pages, path, b, before[path])
		}
	}
	f.sound(t, w)
	return false
}

// stands is what a verb that cannot write leaves as it is: the tokens, and its
// file where it replaces one as a whole.
func (f filling) stands(t *testing.T, w written) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, path := range []string{f.file(w), filepath.Join(f.made, "tokens.json")} {
		b, err := os.ReadFile(path)
		if err == nil || os.IsNotExist(err) {
			out[path] = string(b)
		}
	}
	return out
}

// fullServer asks a server to write with so many pages free: it does, or says why
// not, and goes on.
func (f filling) fullServer(t *testing.T, w written, pages int) (done bool) {
	t.Helper()
	s, kill := f.server(t, w)
	defer kill()
	empty := f.fill(t, pages)
	err := w.asked(s)
	empty()
	if err == nil {
		return true
	}
	if !saysFull(err.Error()) {
		t.Errorf("%s with %d pages free does not say why: %v", w.name(), pages, err)
	}
	if _, _, err := s.do("GET", "/healthz", "", ""); err != nil {
		t.Errorf("%s with %d pages free, and then with room: %v", w.name(), pages, err)
	}
	f.sound(t, w)
	return false
}

func saysFull(why string) bool {
	return strings.Contains(why, "no space") || strings.Contains(why, "is full")
}

// fill leaves so many pages of the disk free, until empty is called.
func (f filling) fill(t *testing.T, pages int) (empty func()) {
	t.Helper()
	name := filepath.Join(f.made, ".filler")
	filler, err := os.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	defer filler.Close()
	var disk unix.Statfs_t
	if err := unix.Statfs(f.made, &disk); err != nil {
		t.Fatal(err)
	}
	size := int64(disk.Bavail) * disk.Bsize * 31 / 32
	err = unix.Fallocate(int(filler.Fd()), 0, 0, size)
	for err == nil { // to the last page, which no figure tells
		if err = unix.Fallocate(int(filler.Fd()), 0, size, disk.Bsize); err == nil {
			size += disk.Bsize
		}
	}
	if err := filler.Truncate(size - int64(pages)*disk.Bsize); err != nil {
		t.Fatal(err)
	}
	return func() {
		if err := os.Remove(name); err != nil {
			t.Fatal(err)
		}
	}
}
