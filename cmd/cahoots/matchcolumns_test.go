package main

import (
	"path/filepath"
	"testing"
)

// A log that was read with one column map is read anew with another; what both
// readings found in an entry is joined, and its lines count once.
func TestAnotherColumnMapReadsTheLogAnew(t *testing.T) {
	dir := t.TempDir()
	db, list, log := filepath.Join(dir, "db"), filepath.Join(dir, "feed.csv"), filepath.Join(dir, "dns.csv")
	first, second := filepath.Join(dir, "first.yaml"), filepath.Join(dir, "second.yaml")
	save(t, list, []string{"value,group\na.bad.example,One\nb.bad.example,Two\n"})
	save(t, log, []string{"when,who,asked,answered\n2023-09-01T06:00:00Z,198.18.1.1,a.bad.example,b.bad.example\n"})
	save(t, first, []string{"kind: dns\ncolumns: {when: time, who: src, asked: domain}\n"})
	save(t, second, []string{"kind: dns\ncolumns: {when: time, who: src, answered: domain}\n"})
	want := func(what string, blocks int64, keys ...string) {
		t.Helper()
		got := seenIn(t, db)
		if len(got.Entries) != 1 || len(got.Entries[0].Indicators) != len(keys) || got.Lines.Lines != 2 || got.Lines.Events != 1 || got.Lines.Blocks != blocks {
			t.Fatalf("%s: %+v", what, got)
		}
		for i, k := range keys {
			if got.Entries[0].Indicators[i] != k {
				t.Errorf("%s: %v, want %v", what, got.Entries[0].Indicators, keys)
			}
		}
	}
	cahoots(t, 0, "match", "--db", db, "--indicators", list, "--columns", first, log)
	want("the first map", 1, "domain:a.bad.example")
	for range 2 {
		cahoots(t, 0, "match", "--db", db, "--indicators", list, "--columns", second, log)
		want("the second map", 1, "domain:a.bad.example", "domain:b.bad.example")
	}
	cahoots(t, 0, "check", "--db", db)
}
