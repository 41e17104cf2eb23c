package files_test

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/files"
)

func put(t *testing.T, path, text string, mode fs.FileMode) string {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func say(text string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, text); return err }
}

func content(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestAFileThatCannotBeFinishedLeavesTheOldOne(t *testing.T) {
	dir := t.TempDir()
	path := put(t, filepath.Join(dir, "f"), "old", 0o600)
	broken := errors.New("no more room")
	err := files.Write(path, files.Public, func(w io.Writer) error { io.WriteString(w, "half"); return broken })
	if !errors.Is(err, broken) || content(t, path) != "old" {
		t.Errorf("%v, and the file holds %q", err, content(t, path))
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := files.Write(path, files.Public, say("new")); err != nil || content(t, path) != "new" {
		t.Errorf("%v, and the file holds %q", err, content(t, path))
	}
}

// Where the system can, a file has no name before it is whole, so that a run that
// is killed leaves nothing behind.
func TestWhatIsHalfWrittenHasNoName(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux knows files without a name")
	}
	dir := t.TempDir()
	p, err := files.Create(filepath.Join(dir, "f"), files.Private)
	if err != nil {
		t.Fatal(err)
	}
	defer p.Discard()
	io.WriteString(p, "half")
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("half written and there: %v", left)
	}
	if err := p.Commit(); err != nil || content(t, filepath.Join(dir, "f")) != "half" {
		t.Error(err)
	}
}

// Many may write one file at once: each of them does, and it is always whole.
func TestManyMayWriteOneFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "f")
	var wg sync.WaitGroup
	for n := range 8 {
		text := strings.Repeat(fmt.Sprint(n), 1000)
		wg.Go(func() {
			for range 20 {
				if err := files.Write(path, files.Private, say(text)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if got := content(t, path); len(got) != 1000 || strings.Trim(got, got[:1]) != "" {
		t.Errorf("the file holds %.40q", got)
	}
	if left, _ := os.ReadDir(dir); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAFileNeverBecomesMoreOpenThanItWas(t *testing.T) {
	for _, c := range []struct{ old, mode, want fs.FileMode }{
		{0, files.Private, 0o600}, {0o600, files.Public, 0o600}, {0o644, files.Public, 0o644}, {0o644, files.Private, 0o600},
	} {
		path := filepath.Join(t.TempDir(), "f")
		if c.old != 0 {
			put(t, path, "old", c.old)
			os.Chmod(path, c.old)
		}
		if err := files.Write(path, c.mode, say("new")); err != nil {
			t.Fatal(err)
		}
		if info, _ := os.Stat(path); info.Mode().Perm() != c.want {
			t.Errorf("%o written with %o is %o, not %o", c.old, c.mode, info.Mode().Perm(), c.want)
		}
	}
}

func TestALinkStaysALinkAndADeviceADevice(t *testing.T) {
	dir := t.TempDir()
	target, link := put(t, filepath.Join(dir, "target"), "old", 0o600), filepath.Join(dir, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Skip(err)
	}
	if err := files.Write(link, files.Public, say("new")); err != nil || content(t, target) != "new" {
		t.Errorf("%v, and the target holds %q", err, content(t, target))
	}
	if err := files.Write(os.DevNull, files.Public, say("new")); err != nil {
		t.Error(err)
	}
	if info, _ := os.Stat(os.DevNull); info.Mode().IsRegular() {
		t.Error("the device was replaced by a file")
	}
}

func TestWhatARunReadsIsNotWrittenOn(t *testing.T) {
	dir := t.TempDir()
	in := put(t, filepath.Join(dir, "in.json"), "{}", 0o600)
	db := put(t, filepath.Join(dir, "other.db"), "SQLite format 3\x00 and so on", 0o600)
	wal := put(t, filepath.Join(dir, "other.db-wal"), "log", 0o600)
	logs := filepath.Join(dir, "logs")
	os.Mkdir(logs, 0o700)
	log := put(t, filepath.Join(logs, "eve.json"), "{}", 0o600)
	hard, soft := filepath.Join(dir, "hard"), filepath.Join(dir, "soft")
	if err := errors.Join(os.Link(in, hard), os.Symlink(in, soft)); err != nil {
		t.Skip(err)
	}
	var g files.Guard
	g.Keep(in, "an input")
	g.Keep(logs, "a folder of inputs")
	g.Keep(filepath.Join(dir, "store.db"), "the store")
	for _, path := range []string{in, hard, soft, filepath.Join(dir, "logs", "..", "in.json"), db, wal, log, filepath.Join(dir, "store.db")} {
		if err := g.Check(path); err == nil {
			t.Errorf("%s may be written on", path)
		}
	}
	for _, path := range []string{filepath.Join(dir, "new"), filepath.Join(logs, "new"), os.DevNull, put(t, filepath.Join(dir, "old.json"), "{}", 0o600)} {
		if err := g.Check(path); err != nil {
			t.Error(err)
		}
	}
}

func TestReadingStopsAtTheBound(t *testing.T) {
	path := put(t, filepath.Join(t.TempDir(), "f"), strings.Repeat("x", 100), 0o600)
	if b, err := files.Read(path, 100); err != nil || len(b) != 100 {
		t.Errorf("%d bytes, %v", len(b), err)
	}
	if _, err := files.Read(path, 99); err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("one byte more: %v", err)
	}
	for _, endless := range []string{"/dev/zero", t.TempDir()} {
		if _, err := os.Stat(endless); err != nil {
			continue
		}
		if _, err := files.Read(endless, 100); err == nil {
			t.Errorf("%s was read", endless)
		}
	}
}

func TestOneAtATimeHoldsALock(t *testing.T) {
	path := filepath.Join(t.TempDir(), "l")
	unlock, err := files.Lock(path, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := files.Lock(path, 0); !errors.Is(err, files.ErrLocked) {
		t.Errorf("a second holder: %v", err)
	}
	unlock()
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			unlock, err := files.Lock(path, 10*time.Second)
			if err != nil {
				t.Error(err)
				return
			}
			defer unlock()
			if !mu.TryLock() {
				t.Error(fmt.Sprint(i, " was not alone"))
				return
			}
			time.Sleep(time.Millisecond)
			mu.Unlock()
		})
	}
	wg.Wait()
}
