package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/match"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
)

// seen is all that a store holds of what sensors saw.
type seen struct {
	Entries []sighting.Partial // one an entry
	Said    []sighting.Statement
	Lines   store.Lines
}

func seenIn(t *testing.T, db string) (out seen) {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for p, err := range s.Partials(t.Context(), func(*sighting.Partial) bool { return true }) {
		if err != nil {
			t.Fatal(err)
		}
		out.Entries = append(out.Entries, p)
	}
	slices.SortFunc(out.Entries, sighting.ComparePartials)
	if out.Said, err = s.Statements(t.Context()); err != nil {
		t.Fatal(err)
	}
	if out.Lines, err = s.Lines(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
	return out
}

// same fails where two stores hold different things.
func (s seen) same(t *testing.T, what string, want seen) {
	t.Helper()
	if len(want.Entries) == 0 || want.Lines.Lines == 0 {
		t.Fatal("there is nothing to compare")
	}
	if s.Lines != want.Lines {
		t.Errorf("%s: lines are %+v, want %+v", what, s.Lines, want.Lines)
	}
	if !reflect.DeepEqual(s.Said, want.Said) {
		t.Errorf("%s: %d statements, want %d, or they differ", what, len(s.Said), len(want.Said))
	}
	if len(s.Entries) != len(want.Entries) {
		t.Fatalf("%s: %d entries, want %d", what, len(s.Entries), len(want.Entries))
	}
	for i := range s.Entries {
		if !reflect.DeepEqual(s.Entries[i], want.Entries[i]) {
			t.Fatalf("%s: entry %d is %+v, want %+v", what, i, s.Entries[i], want.Entries[i])
		}
	}
}

// noIndicators writes a list whose only indicator occurs nowhere.
func noIndicators(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "old.csv")
	if err := os.WriteFile(path, []byte("type,value,group\ndomain,nowhere.never.example,APT0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestKeptTrafficGivesTheSightingsOfTheLogs(t *testing.T) {
	t.Parallel()
	dir, kept := simulated(t, "telecom-month", 60_000), filepath.Join(t.TempDir(), "kept")
	logs := filepath.Join(dir, "logs")
	for i, path := range logsOf(t, dir) { // some lines are no entries
		header, body := lines(t, path)
		for n := i; n < len(body); n += 100 {
			body[n] = body[n][:len(body[n])/2] + "\n"
		}
		save(t, path, header, body)
	}
	fromLogs, both, fromKept := filepath.Join(t.TempDir(), "logs"), filepath.Join(t.TempDir(), "both"), filepath.Join(t.TempDir(), "kept")
	matchAll(t, 3, fromLogs, dir, logs)
	want := seenIn(t, fromLogs)

	// The map comes with the new indicators, as do the indicators themselves.
	cahoots(t, 3, "match", "--db", both, "--indicators", noIndicators(t), "--keep", kept, logs)
	if n := len(seenIn(t, both).Entries); n != 0 {
		t.Fatalf("%d entries show an indicator that occurs nowhere", n)
	}
	if err := os.Rename(logs, logs+".gone"); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		matchAll(t, 0, both, dir, "--retro", kept)
		seenIn(t, both).same(t, "beside the logs", want)
	}
	matchAll(t, 0, fromKept, dir, "--workers", "1", "--retro", kept)
	seenIn(t, fromKept).same(t, "without the logs", want)
	wantSame(t, fromKept, fromLogs)
}

func wantSame(t *testing.T, a, b string) {
	t.Helper()
	if x, y := cahoots(t, 0, "landscape", "--db", a, "--format", "json"), cahoots(t, 0, "landscape", "--db", b, "--format", "json"); string(x) != string(y) {
		t.Errorf("the landscapes of %s and %s differ", a, b)
	}
}

func TestMatchingKeptTrafficOfMatchedLogsCountsNothingTwice(t *testing.T) {
	t.Parallel()
	dir, kept, db := simulated(t, "telecom-month", 60_000), filepath.Join(t.TempDir(), "kept"), filepath.Join(t.TempDir(), "db")
	matchAll(t, 0, db, dir, "--keep", kept, filepath.Join(dir, "logs"))
	want := seenIn(t, db)
	var out struct {
		Logs []match.Log `json:"logs"`
	}
	if err := json.Unmarshal(matchAll(t, 0, db, dir, "--retro", kept), &out); err != nil {
		t.Fatal(err)
	}
	if len(out.Logs) != 1 || out.Logs[0].Known != want.Lines.Blocks || out.Logs[0].Hits != int64(len(want.Entries)) {
		t.Errorf("the kept logs are %+v", out.Logs)
	}
	seenIn(t, db).same(t, "the same indicators", want)
	wantTruth(t, db, dir)

	// Another set is another version: blocks are matched anew, entries merge.
	cahoots(t, 0, "match", "--db", db, "--indicators", filepath.Join(dir, "indicators.json"), "--indicators", noIndicators(t), "--warninglists", filepath.Join(dir, "warninglists"), "--retro", kept)
	seenIn(t, db).same(t, "more indicators", want)
	wantTruth(t, db, dir)
}

func TestKeepingTwiceGivesTheSameFiles(t *testing.T) {
	t.Parallel()
	dir, kept := simulated(t, "telecom-month", 20_000), filepath.Join(t.TempDir(), "kept")
	logs := filepath.Join(dir, "logs")
	keep := func(to string, more ...string) map[string]string {
		matchAll(t, 0, filepath.Join(t.TempDir(), "db"), dir, append(more, "--keep", to, logs)...)
		out := map[string]string{}
		for _, f := range filesBelow(t, to) {
			b, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			rel, err := filepath.Rel(to, f)
			if err != nil {
				t.Fatal(err)
			}
			out[rel] = string(b)
		}
		return out
	}
	first := keep(kept)
	if len(first) < 28 {
		t.Fatalf("a month is kept in %d files", len(first))
	}
	if !reflect.DeepEqual(keep(kept), first) {
		t.Error("keeping the same logs again changed the folder")
	}
	if !reflect.DeepEqual(keep(filepath.Join(t.TempDir(), "other"), "--workers", "1", "--exact"), first) {
		t.Error("the same logs kept elsewhere gave other files")
	}
}

func filesBelow(t *testing.T, dir string) (out []string) {
	t.Helper()
	out, err := filepath.Glob(filepath.Join(dir, "*", "*"))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestOptionsOfKeptTrafficExcludeOneAnother(t *testing.T) {
	list := noIndicators(t)
	for _, args := range [][]string{{"--retro", "x", "y.log"}, {"--retro", "x", "--keep", "y"}, {"--retro", "x", "--follow"}} {
		cahoots(t, 2, append([]string{"match", "--indicators", list}, args...)...)
	}
	cahoots(t, 2, "match", "--organisations", list, "--retro", "x")
	cahoots(t, 1, "match", "--db", filepath.Join(t.TempDir(), "db"), "--indicators", list, "--retro", filepath.Join(t.TempDir(), "absent"))
}
