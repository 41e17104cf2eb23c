package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// What an earlier version wrote is read by this one with the same figures: a folder
// of testdata/upgrade for each, named by its commit, with the store, results, case,
// tokens and kept traffic that it wrote, and its own tables of them. A column may be
// added; one that is gone is named here, with why.
func TestWhatEarlierVersionsWroteIsReadWithTheSameFigures(t *testing.T) {
	t.Parallel()
	versions, err := os.ReadDir("testdata/upgrade")
	if err != nil || len(versions) == 0 {
		t.Fatal(versions, err)
	}
	for _, v := range versions {
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata/upgrade", v.Name()))); err != nil {
			t.Fatal(err)
		}
		at := func(name string) string { return filepath.Join(dir, name) }
		db := at("store.sqlite")
		run := func(want int, args ...string) (out, errs string) {
			t.Helper()
			var o, e bytes.Buffer
			if status := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &o, Err: &e}, func(string) string { return "" }); status != want {
				t.Fatalf("%v exited %d: %s", args, status, &e)
			}
			return o.String(), e.String()
		}
		out, said := run(exitDone, "check", "--deep", "--db", db)
		// Where lines break depends on the name of the folder.
		if !strings.Contains(said, "was of an earlier cahoots (schema 3)") || !strings.Contains(strings.Join(strings.Fields(out), " "), "holds what was written to it") {
			t.Errorf("%s: %s %s", v.Name(), said, out)
		}
		for table, args := range map[string][]string{
			"pairs":     {"report", at("result.json"), "--table", "pairs"},
			"groups":    {"report", at("landscape.json"), "--table", "groups"},
			"incidents": {"landscape", "--db", db, "--table", "incidents"},
			"actors":    {"actors", "list", "--db", db},
			"sources":   {"sources", "--db", db},
		} {
			before, err := os.ReadFile(at(table + ".csv"))
			if err != nil {
				t.Fatal(err)
			}
			now, _ := run(exitDone, append(args, "--format", "csv")...)
			sameColumns(t, v.Name()+": "+table, string(before), now)
		}
		run(exitDone, "check", at("case.yaml"))
		if out, _ := run(exitDone, "match", "--db", at("new.db"), "--indicators", at("list.csv"), "--retro", at("kept"), "--format", "csv", "--table", "logs"); !strings.Contains(out, ",3,3,2,0,0,0") {
			t.Errorf("%s: kept traffic: %s", v.Name(), out)
		}
		if err := os.Chmod(at("tokens.json"), 0o600); err != nil {
			t.Fatal(err)
		}
		if tokens, err := server.ReadTokens(at("tokens.json")); err != nil || len(tokens) != 1 || tokens[0].Name != "desk" {
			t.Errorf("%s: %+v %v", v.Name(), tokens, err)
		}
	}
}

// sameColumns holds every column of a table to the one of its name in another.
func sameColumns(t *testing.T, what, before, now string) {
	t.Helper()
	read := func(s string) [][]string {
		rows, err := csv.NewReader(strings.NewReader(s)).ReadAll()
		if err != nil || len(rows) < 2 {
			t.Fatalf("%s: %d rows, %v: %s", what, len(rows), err, s)
		}
		return rows
	}
	old, rows := read(before), read(now)
	if len(old) != len(rows) {
		t.Fatalf("%s: %d rows, and there were %d", what, len(rows), len(old))
	}
	place := map[string]int{}
	for i, name := range rows[0] {
		place[name] = i
	}
	for i, name := range old[0] {
		at, ok := place[name]
		if !ok {
			t.Errorf("%s: the column %s is gone", what, name)
			continue
		}
		for r := range old {
			if old[r][i] != rows[r][at] {
				t.Errorf("%s: row %d, %s: %q, and it was %q", what, r, name, rows[r][at], old[r][i])
			}
		}
	}
}

// A store of a later version is refused in words, and stays as it is.
func TestAStoreOfALaterVersionIsRefusedInWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db := filepath.Join(dir, "s.db")
	cahoots(t, exitDone, "ingest", "-q", "-o", filepath.Join(dir, "out"), "--db", db, "testdata/upgrade/b2361f0/case.yaml")
	before, err := os.ReadFile(db)
	if err != nil {
		t.Fatal(err)
	}
	binary.BigEndian.PutUint32(before[60:], 9999) // user_version, https://www.sqlite.org/fileformat.html
	if err := os.WriteFile(db, before, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"check"}, {"sources"}, {"ingest", "testdata/upgrade/b2361f0/case.yaml"}, {"assess", "--a", "CN", "--b", "RU", "--save"}, {"serve", "--addr", "127.0.0.1:0"}, {"backup", filepath.Join(dir, "b.db")}} {
		var o, e bytes.Buffer
		status := Run(context.Background(), append(args, "--db", db), Streams{In: strings.NewReader(""), Out: &o, Err: &e}, func(string) string { return "" })
		if status != exitFailed || !strings.Contains(e.String(), "use a newer cahoots") {
			t.Errorf("%v exited %d: %s", args, status, &e)
		}
	}
	if after, err := os.ReadFile(db); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the store was changed: %v", err)
	}
}
