package main

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// answers is what the verbs say of a store: who attacks whom, entry by entry, what
// was read, and a verdict, as bytes.
func answers(t *testing.T, db, dir string) string {
	t.Helper()
	var all strings.Builder
	for _, args := range [][]string{
		{"landscape"}, {"sightings", "--outcome", "any", "--direction", "any"}, {"match", "--indicators", filepath.Join(dir, "indicators.json")},
		{"assess", "--a", "CN", "--b", "RU"},
	} {
		for line := range strings.Lines(string(cahoots(t, 0, append(args, "-q", "--db", db, "--format", "json")...))) {
			all.WriteString(strings.ReplaceAll(line, db, "DB"))
		}
	}
	return all.String()
}

// Three sites with a log or two in common, each with its own store; joined in any
// order, and again, they say what one store says that read everything.
func TestSitesJoinedSayWhatOneStoreSays(t *testing.T) {
	t.Parallel()
	dir := simulated(t, "telecom-month", 30_000)
	const caseFile = "testdata/upgrade/b2361f0/case.yaml"
	r := rand.New(rand.NewPCG(1, 16))
	sites := make([][]string, 3)
	for n, log := range logsOf(t, dir) {
		for i := range sites {
			if i == n%3 || r.IntN(4) == 0 {
				sites[i] = append(sites[i], log)
			}
		}
	}
	stores := t.TempDir()
	db := func(name string) string { return filepath.Join(stores, name+".db") }
	matchAll(t, 0, db("whole"), dir, logsOf(t, dir)...)
	cahoots(t, 0, "ingest", "-q", "--db", db("whole"), caseFile)
	want := answers(t, db("whole"), dir)
	for i, logs := range sites {
		matchAll(t, 0, db(string(rune('a'+i))), dir, logs...)
	}
	cahoots(t, 0, "ingest", "-q", "--db", db("b"), caseFile)
	cahoots(t, 0, "ingest", "-q", "--db", db("b"), "--from-sightings") // stays there
	for n, order := range []string{"abc", "cbaab"} {
		joined := db("joined" + string(rune('0'+n)))
		args := []string{"ingest", "-q", "--db", joined}
		for _, site := range order {
			args = append(args, db(string(site)))
		}
		cahoots(t, 0, args...)
		cahoots(t, exitDone, "check", "--db", joined)
		if got := answers(t, joined, dir); got != want {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Errorf("order %s: %.400s\nwant %.400s", order, got[max(i-200, 0):], want[max(i-200, 0):])
		}
	}
	out := string(cahoots(t, 0, "doctor", "--format", "csv", "--db", db("none"), db("a")))
	if !strings.Contains(out, "store of a site") {
		t.Error(out)
	}
	if _, err := os.Stat(db("none")); err == nil {
		t.Error("doctor made a store")
	}
	cahoots(t, exitUsage, "ingest", "--replace", "--db", db("a"), db("b"))
	cahoots(t, exitFailed, "ingest", "--db", db("a"), db("a"))
	broken, err := os.ReadFile(db("b"))
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(broken); i++ {
		broken[i] ^= 0x55
	}
	save(t, db("broken"), []string{string(broken)})
	cahoots(t, exitDamaged, "ingest", "--db", db("a"), db("broken"))
}
