package main

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/postgres"
)

// Every verb that has a store says of one on a server, byte for byte, what it says of
// one in a file: made there by the same runs, or taken in.
func TestAServerSaysWhatAFileSays(t *testing.T) {
	t.Parallel()
	pg := postgres.Start(t)
	dir := simulated(t, "telecom-month", 20_000)
	const caseFile = "testdata/upgrade/b2361f0/case.yaml"
	file := filepath.Join(t.TempDir(), "file.db")
	server, _ := pg.Schema(t)
	taken, _ := pg.Schema(t)
	everything := func(db string) string {
		var all strings.Builder
		for _, args := range [][]string{
			{"check"}, {"actors"}, {"landscape"}, {"sightings", "--outcome", "any", "--direction", "any"}, {"assess", "--a", "CN", "--b", "RU"}, {"dyads", "--a", "CN", "--b", "RU"},
			{"assess", "--a", "CN", "--b", "RU", "--as-of", "2024"}, {"ledger"}, {"ingest", "--from-sightings"}, {"assess", "--a", "CN", "--b", "RU", "--save"},
			{"match", "--indicators", filepath.Join(dir, "indicators.json")},
		} {
			all.WriteString(strings.Join(args, " ") + "\n")
			all.WriteString(strings.ReplaceAll(string(cahoots(t, 0, append(args, "-q", "--db", db, "--format", "json")...)), db, "DB"))
		}
		return all.String()
	}
	for _, db := range []string{file, server} {
		matchAll(t, 0, db, dir, logsOf(t, dir)...)
		matchAll(t, 0, db, dir, logsOf(t, dir)[0]) // again
		cahoots(t, 0, "ingest", "-q", "--db", db, caseFile)
	}
	cahoots(t, 0, "ingest", "-q", "--db", taken, file)
	want := everything(file)
	for name, db := range map[string]string{"by the same runs": server, "taken in": taken} {
		if got := everything(db); got != want {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Errorf("%s: %.600s\nwant %.600s", name, got[max(i-200, 0):], want[max(i-200, 0):])
		}
	}
	cahoots(t, exitFailed, "backup", "--db", server, filepath.Join(t.TempDir(), "b"))
	cahoots(t, exitFailed, "check", "--db", "postgres://me:hunter2@127.0.0.1:1/x")
}
