package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/store"
)

// written returns the path of a closed store of n records, 1 input with a
// rejected record and 1 assessment.
func written(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "c.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.Ingest(t.Context(), input("a"))
	if err != nil {
		t.Fatal(err)
	}
	if err := g.Reject(store.Rejection{File: "a", Line: 3, Why: "bad"}); err != nil {
		t.Fatal(err)
	}
	for _, r := range series(n) {
		if err := g.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.Commit(summary); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SaveAssessment(t.Context(), "q", nil, []byte(`{}`)); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestCheckFindsEveryKindOfTampering(t *testing.T) {
	for _, change := range []string{
		`UPDATE record SET body = cast(replace(body, 'A Vendor', 'B Vendor') AS BLOB) WHERE line = 7`,
		`UPDATE record SET body = x'7b' WHERE line = 7`,
		`UPDATE record SET id = '00000000000000000000000000000000' WHERE line = 7`,
		`UPDATE record SET class = 'alias' WHERE line = 7`,
		`UPDATE record SET dataset = 'other' WHERE line = 7`,
		`UPDATE record SET begins = begins + 1 WHERE line = 7`,
		`UPDATE record SET begins = NULL, ends = NULL WHERE line = 7`,
		`UPDATE record SET input = 99 WHERE line = 7`,
		`DELETE FROM record WHERE line = 7`,
		`DELETE FROM rejection`,
		`DELETE FROM input`,
		`UPDATE input SET records = 1`,
		`UPDATE input SET dataset = ''`,
		`UPDATE input SET at = 'yesterday'`,
		`UPDATE assessment SET body = x'7b7d0a'`,
		`UPDATE assessment SET id = 'abcd'`,
		`UPDATE assessment SET data = 'x'`,
	} {
		path := written(t, 20)
		raw, err := sql.Open("sqlite", path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := raw.Exec(change); err != nil {
			t.Fatal(change, err)
		}
		raw.Close()
		s := open(t, path)
		_, err = s.Check(t.Context())
		var damaged *store.DamagedError
		if !errors.As(err, &damaged) || !errors.Is(err, store.ErrDamaged) || len(damaged.Problems) == 0 {
			t.Errorf("%s: %v", change, err)
		}
	}
}

func TestDamagedPagesAreReportedNotReturned(t *testing.T) {
	path := written(t, 2000)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for page := 0; page*4096 < len(whole); page += 23 {
		if err := os.WriteFile(path, whole, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteAt(bytes.Repeat([]byte{0xa5}, 4096), int64(page)*4096); err != nil {
			t.Fatal(err)
		}
		f.Close()
		s, err := store.Open(t.Context(), path)
		if err == nil {
			_, err = s.Check(t.Context())
			s.Close()
		}
		if !errors.Is(err, store.ErrDamaged) {
			t.Errorf("page %d overwritten: %v", page, err)
		}
		found++
	}
	if found < 10 {
		t.Errorf("only %d pages tried", found)
	}
}

func TestTruncatedStoreIsDamaged(t *testing.T) {
	path := written(t, 500)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(path, info.Size()/2); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), path)
	if err == nil {
		_, err = s.Check(t.Context())
		s.Close()
	}
	if !errors.Is(err, store.ErrDamaged) {
		t.Errorf("a truncated store: %v", err)
	}
}

func TestOpenRefusesWhatIsNoStoreAndLeavesItAlone(t *testing.T) {
	dir := t.TempDir()
	other := filepath.Join(dir, "other.db")
	raw, err := sql.Open("sqlite", other)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec("CREATE TABLE precious (x)"); err != nil {
		t.Fatal(err)
	}
	raw.Close()
	text := filepath.Join(dir, "attack.json")
	if err := os.WriteFile(text, []byte(strings.Repeat(`{"type":"bundle"}`, 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	newer := written(t, 1)
	if raw, err = sql.Open("sqlite", newer); err != nil {
		t.Fatal(err)
	}
	if _, err := raw.Exec("PRAGMA user_version = 77"); err != nil {
		t.Fatal(err)
	}
	raw.Close()

	for path, want := range map[string]string{
		other: "database of another program", text: "not a database", newer: "schema version 77",
		dir: "is a folder", filepath.Join(dir, "absent", "c.db"): "folder does not exist", os.DevNull: "not a regular file",
	} {
		before, _ := os.ReadFile(path)
		_, err := store.Open(t.Context(), path)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", path, err, want)
		}
		if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", path)
		}
	}
	var tooNew *store.NewerError
	if _, err := store.Open(t.Context(), newer); !errors.As(err, &tooNew) || tooNew.Has != 77 {
		t.Errorf("newer: %v", err)
	}
	if _, err := store.Open(t.Context(), filepath.Join(dir, "none.db"), store.Existing()); !errors.Is(err, store.ErrNoStore) {
		t.Errorf("no file, Existing: %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, "none.db")); err == nil {
		t.Error("Existing created a file")
	}
}
