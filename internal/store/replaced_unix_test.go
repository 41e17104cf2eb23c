//go:build unix

package store_test

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/cahoots-project/cahoots/internal/store"
)

// A store replaced by mv while another has it open: whatever that other does, the
// new store stays what it was.
func TestAReplacedStoreIsNotWrittenAndNotRuined(t *testing.T) {
	for name, write := range map[string]func(*testing.T, *store.Store) error{
		"save": func(t *testing.T, s *store.Store) error {
			_, err := s.SaveAssessment(t.Context(), "q2", nil, []byte(`{"b":1}`))
			return err
		},
		"ingest": func(t *testing.T, s *store.Store) error {
			g, err := s.Ingest(t.Context(), input("late"))
			if err == nil {
				g.Rollback()
			}
			return err
		},
		"map": func(t *testing.T, s *store.Store) error { return s.SetMap(t.Context(), nil) },
		"backup": func(t *testing.T, s *store.Store) error {
			_, err := s.Backup(t.Context(), filepath.Join(t.TempDir(), "b"))
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			path, other := written(t, 300), written(t, 40)
			s := open(t, path)
			if _, err := s.SaveAssessment(t.Context(), "q1", nil, []byte(`{"a":1}`)); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(other, path); err != nil {
				t.Fatal(err)
			}
			if err := write(t, s); !errors.Is(err, store.ErrReplaced) {
				t.Errorf("written after it was replaced: %v", err)
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			// Who opens the new one is another program, to which no lock of this one counts.
			again := filepath.Join(t.TempDir(), "c.db")
			if b, err := os.ReadFile(path); err != nil || os.WriteFile(again, b, 0o600) != nil {
				t.Fatal(err)
			}
			if r := clean(t, open(t, again)); r.Records != 40 {
				t.Errorf("the new store holds %+v", r)
			}
		})
	}
}

func TestAnIngestDuringWhichTheStoreIsMovedKeepsNothing(t *testing.T) {
	path := written(t, 10)
	s := open(t, path)
	g, err := s.Ingest(t.Context(), input("late"))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Add(record(999)); err != nil {
		t.Fatal(err)
	}
	moved := path + ".moved"
	if err := os.Rename(path, moved); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Commit(summary); !errors.Is(err, store.ErrReplaced) {
		t.Errorf("committed to a file that is not there: %v", err)
	}
}

func TestTheFileIsWholeByItselfAfterEveryInput(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	s := open(t, path)
	ingest(t, s, input("a"), summary, series(50)...)
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		t.Errorf("%d bytes stand in the log", info.Size())
	}
}

func TestStoresAreForTheirOwnersAlone(t *testing.T) {
	old := syscall.Umask(0o022)
	defer syscall.Umask(old)
	path := filepath.Join(t.TempDir(), "c.db")
	s := open(t, path)
	ingest(t, s, input("a"), summary, series(5)...)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(path + suffix); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s is %o", suffix, info.Mode().Perm())
		}
	}
}

func TestABackupIsWhatTheStoreWasWhileOthersWrite(t *testing.T) {
	path := written(t, 500)
	s, other := open(t, path), open(t, path)
	g, err := other.Ingest(t.Context(), input("half"))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Add(record(7777)); err != nil {
		t.Fatal(err)
	}
	copied := filepath.Join(t.TempDir(), "backup.db")
	if err := os.WriteFile(filepath.Join(filepath.Dir(copied), ".backup.db.half-1"), nil, 0o600); err != nil { // of one that was killed
		t.Fatal(err)
	}
	if r, err := s.Backup(t.Context(), copied); err != nil || r.Records != 500 {
		t.Fatalf("%+v %v", r, err)
	}
	g.Rollback()
	if info, err := os.Stat(copied); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	if left, _ := os.ReadDir(filepath.Dir(copied)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if _, err := s.Backup(t.Context(), copied); err == nil {
		t.Error("a backup falls on another")
	}
	if _, err := s.Backup(t.Context(), path); err == nil {
		t.Error("a backup falls on the store")
	}

	ingest(t, s, input("more"), summary, record(8888))
	if r, _, err := store.Restore(t.Context(), copied, path); err != nil || r.Records != 500 {
		t.Fatalf("restored %+v, %v", r, err)
	}
	if r := clean(t, other); r.Records != 500 { // who has it open sees it
		t.Errorf("another sees %+v", r)
	}
	ingest(t, s, input("after"), summary, record(9999))
	if r := clean(t, open(t, path)); r.Records != 501 {
		t.Errorf("afterwards %+v", r)
	}
}

func TestRestoringNeedsASoundBackupAndMovesADamagedStoreAside(t *testing.T) {
	path, backup := written(t, 10), written(t, 20)
	bad := filepath.Join(t.TempDir(), "bad.db")
	if err := os.WriteFile(bad, []byte(strings.Repeat("no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := store.Restore(t.Context(), bad, path); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("from a damaged backup: %v", err)
	}
	if _, _, err := store.Restore(t.Context(), path, path); err == nil {
		t.Error("from itself")
	}
	if r := clean(t, open(t, path)); r.Records != 10 {
		t.Errorf("%+v", r)
	}
	r, aside, err := store.Restore(t.Context(), backup, bad)
	if err != nil || r.Records != 20 || aside == "" {
		t.Fatalf("over a damaged store: %+v %q %v", r, aside, err)
	}
	if _, err := os.Stat(aside); err != nil {
		t.Error(err)
	}
	if r := clean(t, open(t, filepath.Join(t.TempDir(), "fresh.db"))); r.Records != 0 {
		t.Errorf("%+v", r)
	}
}

const asNobody = "CAHOOTS_TEST_READ_ONLY"

// Permissions mean nothing to root, so another user looks.
func TestAStoreThatCannotBeWrittenCanBeRead(t *testing.T) {
	if path := os.Getenv(asNobody); path != "" {
		s, err := store.Open(t.Context(), path, store.Existing())
		if err != nil {
			t.Fatal(err)
		}
		if r := clean(t, s); r.Records != 30 {
			t.Errorf("%+v", r)
		}
		if _, err := s.SaveAssessment(t.Context(), "q", nil, []byte(`{}`)); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("written: %v", err)
		}
		return
	}
	path := written(t, 30)
	dir := filepath.Dir(path)
	if err := errors.Join(os.Chmod(path, 0o444), os.Chmod(dir, 0o555), os.Chmod(filepath.Dir(dir), 0o755)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(dir, 0o700) })
	binary := filepath.Join(os.TempDir(), "cahoots-store-test")
	b, err := os.ReadFile("/proc/self/exe")
	if err != nil {
		t.Skip(err)
	}
	if err := os.WriteFile(binary, b, 0o755); err != nil {
		t.Fatal(err)
	}
	defer os.Remove(binary)
	cmd := exec.CommandContext(t.Context(), binary, "-test.run=^TestAStoreThatCannotBeWrittenCanBeRead$", "-test.v")
	cmd.Env, cmd.Dir = append(os.Environ(), asNobody+"="+path), "/"
	if os.Getuid() == 0 {
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 65534, Gid: 65534}}
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("%v: %s", err, out)
	}
}
