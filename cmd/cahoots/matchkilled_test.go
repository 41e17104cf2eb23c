package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
)

// killed runs the program and kills it after a random time up to longest.
func killed(t *testing.T, rng *rand.Rand, longest time.Duration, args []string) (before bool) {
	t.Helper()
	cmd := exec.Command("cahoots", args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Duration(rng.Int64N(int64(longest))))
	return cmd.Process.Kill() == nil && cmd.Wait() != nil
}

// Runs with --keep are killed at random moments. In the end the store holds what
// one run gives, and the kept traffic gives the same again without the logs.
func TestKilledRunsThatKeepTrafficLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	dir, kept := simulated(t, "telecom-week", 60_000), filepath.Join(t.TempDir(), "kept")
	logs := filepath.Join(dir, "logs")
	whole, db, fromKept := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "db"), filepath.Join(t.TempDir(), "kept")
	matchAll(t, 0, whole, dir, logs)
	want := seenIn(t, whole)
	args := []string{"match", "--db", db, "--commit", "1", "-q", "--indicators", filepath.Join(dir, "indicators.json"),
		"--organisations", filepath.Join(dir, "organisations.csv"), "--warninglists", filepath.Join(dir, "warninglists"), "--keep", kept, logs}
	rng := rand.New(rand.NewPCG(3, 3))
	n := 0
	for range 12 {
		if killed(t, rng, 500*time.Millisecond, args) {
			n++
		}
	}
	if n < 4 {
		t.Fatalf("only %d of 12 runs were killed before their end", n)
	}
	matchAll(t, 0, db, dir, "--keep", kept, logs)
	seenIn(t, db).same(t, "after kills", want)
	wantTruth(t, db, dir)
	out := string(matchAll(t, 0, fromKept, dir, "--retro", kept))
	seenIn(t, fromKept).same(t, "from what was kept", want)
	wantTruth(t, fromKept, dir)
	if strings.Contains(out, "lack a day") {
		t.Error("a block was kept in part: ", out)
	}
	cahoots(t, 0, "check", "--db", db)
}

// Following is killed at random moments while logs grow, also between their
// rotation and the next run, with and without --keep.
func TestKilledFollowingLosesAndRepeatsNothing(t *testing.T) {
	t.Parallel()
	for _, keep := range []bool{false, true} {
		t.Run(fmt.Sprintf("keep %v", keep), func(t *testing.T) { killFollowing(t, keep) })
	}
}

func killFollowing(t *testing.T, keep bool) {
	const rounds = 6
	dir := simulated(t, "telecom-week", 30_000)
	whole, db, kept, growing := filepath.Join(t.TempDir(), "whole"), filepath.Join(t.TempDir(), "db"), filepath.Join(t.TempDir(), "kept"), t.TempDir()
	matchAll(t, 0, whole, dir, filepath.Join(dir, "logs"))
	want := seenIn(t, whole)
	args := []string{"match", "--follow", "--commit", "0", "-q", "--db", db, "--indicators", filepath.Join(dir, "indicators.json"), "--organisations", filepath.Join(dir, "organisations.csv"), "--warninglists", filepath.Join(dir, "warninglists")}
	if keep {
		args = append(args, "--keep", kept)
	}
	parts, total := map[string][][]string{}, int64(0)
	for _, path := range logsOf(t, dir) {
		if strings.Contains(path, "syslog") || strings.Contains(path, "filebeat") { // what is wrapped is read whole: following does not look into wrappings
			alone := []string{"match", "-q", "--db", db, "--indicators", filepath.Join(dir, "indicators.json"), "--organisations", filepath.Join(dir, "organisations.csv"), "--warninglists", filepath.Join(dir, "warninglists"), path}
			if keep {
				alone = append(alone, "--keep", kept)
			}
			cahoots(t, 0, alone...)
			_, body := lines(t, path)
			for _, line := range body {
				total += int64(min(1, len(line)))
			}
			continue
		}
		header, body := lines(t, path)
		to := filepath.Join(growing, filepath.Base(path))
		for i := range rounds + 1 {
			parts[to] = append(parts[to], body[i*len(body)/(rounds+1):(i+1)*len(body)/(rounds+1)])
		}
		save(t, to, header, parts[to][0])
		args = append(args, to)
		total += int64(len(header) + len(body))
	}
	rng, rotated := rand.New(rand.NewPCG(4, 4)), map[string]bool{}
	for round := 1; round < rounds; round++ {
		done := make(chan bool)
		go func() { // the logs grow while the program starts, reads and dies
			defer close(done)
			for to := range parts {
				text := strings.Join(parts[to][round], "")
				cut := len(text) / 2 // within a line, as a sensor's buffer ends
				growText(to, text[:cut])
				time.Sleep(20 * time.Millisecond)
				growText(to, text[cut:])
			}
		}()
		killed(t, rng, 900*time.Millisecond, args)
		<-done
		for to := range parts { // rotated while nobody follows; Zeek gives each file its header
			if strings.Contains(to, "eve") && !rotated[to] && round >= rounds/2 && wasFollowed(t, db, to) {
				rotated[to] = true
				if err := firstOf(os.Rename(to, to+".1"), os.WriteFile(to, nil, 0o644)); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if len(rotated) == 0 {
		t.Log("no log had been followed by the time it should have been rotated")
	}
	following(t, db, total, args, func() {
		for to := range parts {
			grow(t, to, parts[to][rounds])
		}
	})
	got := seenIn(t, db)
	if got.Lines.Blocks < want.Lines.Blocks {
		t.Errorf("%d blocks", got.Lines.Blocks)
	}
	got.Lines.Blocks = want.Lines.Blocks // a log that grows is read in other pieces
	got.same(t, "after kills", want)
	wantTruth(t, db, dir)
	if keep {
		fromKept := filepath.Join(t.TempDir(), "kept")
		matchAll(t, 0, fromKept, dir, "--retro", kept)
		wantTruth(t, fromKept, dir)
	}
	cahoots(t, 0, "check", "--db", db)
}

// wasFollowed reports whether the store knows how far a log was read: from then
// on it is found under another name too.
func wasFollowed(t *testing.T, db, path string) bool {
	t.Helper()
	s, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Followed(t.Context(), path)
	if err := firstOf(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return p != nil
}

// growText appends to a log; where that fails, the figures are not those wanted.
func growText(path, text string) {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return
	}
	defer f.Close()
	_, _ = f.WriteString(text)
}
