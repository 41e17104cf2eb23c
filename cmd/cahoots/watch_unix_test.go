//go:build unix

package main

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
)

// receiver is a webhook that notes what it gets, and what it gets twice without being
// told that it may have it.
type receiver struct {
	mu      sync.Mutex
	ids     map[string]int
	doubled int
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	if _, err := io.Copy(io.Discard, q.Body); err != nil {
		return // cut off: it has not arrived
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	id := q.Header.Get("Cahoots-Digest")
	if r.ids[id] > 0 && q.Header.Get("Cahoots-Again") == "" {
		r.doubled++
	}
	r.ids[id]++
}

// ledgerFile is a case of Alpha and Beta in which the links are of that kind.
func ledgerFile(t *testing.T, path string, pairs int, class string) {
	t.Helper()
	var b strings.Builder
	b.WriteString("case: {id: links, title: Links}\nsources:\n  r: {publisher: Example, country: FR, title: T, url: \"https://example.org/\", published: 2022-01-01, grade: B2}\nactors:\n")
	for n := range pairs {
		fmt.Fprintf(&b, "  - {name: Alpha %d, country: CN, source: r}\n  - {name: Beta %d, country: RU, source: r}\n", n, n)
	}
	b.WriteString("evidence:\n")
	for n := range pairs {
		fmt.Fprintf(&b, "  - {id: e%d, class: %s, actor: Alpha %d, with: Beta %d, value: v, basis: observed, consent: shown, exclusivity: exclusive, source: r}\n", n, class, n, n)
	}
	if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A watch that is killed again and again loses no digest and makes none twice: what
// moved is one digest a question, in the store, in the folder, and at a webhook, which
// is told of an attempt that may be a second one. `make watched` kills 200 times.
func TestAKilledWatchLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	kills, _ := strconv.Atoi(os.Getenv("CAHOOTS_WATCH_KILLS"))
	kills = max(kills, 6)
	const pairs = 3
	dir, got := t.TempDir(), &receiver{ids: map[string]int{}}
	hook := httptest.NewServer(got)
	defer hook.Close()
	db, folder, questions, links := filepath.Join(dir, "s.db"), filepath.Join(dir, "digests"), filepath.Join(dir, "q.yaml"), filepath.Join(dir, "links.yaml")
	var y strings.Builder
	fmt.Fprintf(&y, "folder: %s\nwebhooks: [{url: \"%s\", key_from: KEY}]\nquestions:\n", folder, hook.URL)
	for n := range pairs {
		fmt.Fprintf(&y, "  - {a: Alpha %d, b: Beta %d}\n", n, n)
	}
	if err := os.WriteFile(questions, []byte(y.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(kill time.Duration) (status int, killed bool) {
		cmd := exec.Command("cahoots", "watch", "-q", "--db", db, questions)
		cmd.Env = append(os.Environ(), "KEY=key")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if kill > 0 {
			timer := time.AfterFunc(kill, func() { cmd.Process.Kill() })
			defer timer.Stop()
		}
		_ = cmd.Wait()
		return cmd.ProcessState.ExitCode(), cmd.ProcessState.Sys().(syscall.WaitStatus).Signaled()
	}
	step := func(class string) {
		ledgerFile(t, links, pairs, class)
		cahoots(t, exitDone, "ingest", "-q", "--db", db, "--replace", links)
	}
	step("shared-public-tool")
	began := time.Now()
	if status, _ := run(0); status != exitDone {
		t.Fatalf("the first look ends with %d", status)
	}
	took := time.Since(began)
	rng, moves, done := rand.New(rand.NewPCG(15, 15)), 0, 0
	for done < kills {
		step([]string{"access-handover", "shared-public-tool"}[moves%2])
		moves++
		for range 3 + rng.IntN(4) {
			if _, killed := run(time.Duration(rng.Int64N(int64(took) * 5 / 4))); killed {
				done++
			}
		}
		for range 2 { // the second has nothing to do
			if status, _ := run(0); status != exitDone && status != exitMoved {
				t.Fatalf("ends with %d", status)
			}
		}
	}
	s, err := store.Open(t.Context(), db, store.Existing())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	kept, err := s.Digests(t.Context(), evidence.Red, 1_000_000)
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, d := range kept {
		ids = append(ids, d.ID+".json")
	}
	slices.Sort(ids)
	var written []string
	entries, _ := os.ReadDir(folder)
	for _, e := range entries {
		written = append(written, e.Name())
	}
	left, err := s.Undelivered(t.Context(), "watch")
	if err != nil || len(kept) != moves*pairs || !slices.Equal(ids, written) || len(got.ids) != len(kept) || got.doubled > 0 || len(left) > 0 {
		t.Errorf("%d moves of %d questions: %d digests kept, %d written, %d at the webhook, %d there twice unasked, %d left, %v", moves, pairs, len(kept), len(written), len(got.ids), got.doubled, len(left), err)
	}
	t.Logf("%d kills, %d digests: none lost, none doubled", done, len(kept))
}

// A thousand standing questions over the public data, after one ingest: `make watched`.
func TestAThousandQuestionsAreWatched(t *testing.T) {
	most, _ := strconv.Atoi(os.Getenv("CAHOOTS_WATCHED"))
	if most == 0 {
		t.Skip("a measurement: make watched")
	}
	held := publicHeld(t)
	names := map[string]bool{}
	for _, r := range held.Records {
		if r.Origin.Dataset == "attack-enterprise" && r.Subject.Name != "" {
			names[r.Subject.Name] = true
		}
	}
	var groups []string
	for n := range names {
		groups = append(groups, n)
	}
	slices.Sort(groups)
	for _, count := range []int{most / 10, most} {
		dir := t.TempDir()
		db := storeOf(t, held.Records).Path()
		var y strings.Builder
		y.WriteString("questions:\n")
		for n, at := 0, 0; n < count; at++ {
			for gap := 1; gap < 13 && n < count; gap, n = gap+1, n+1 {
				fmt.Fprintf(&y, "  - {a: %q, b: %q, ceiling: RED}\n", groups[at%len(groups)], groups[(at+gap)%len(groups)])
			}
		}
		questions, links := filepath.Join(dir, "q.yaml"), filepath.Join(dir, "l.yaml")
		text := strings.NewReplacer("Alpha 0", groups[0], "Beta 0", groups[1]).Replace
		ledgerFile(t, links, 1, "access-handover")
		b, _ := os.ReadFile(links)
		if err := firstOf(os.WriteFile(questions, []byte(y.String()), 0o600), os.WriteFile(links, []byte(text(string(b))), 0o600)); err != nil {
			t.Fatal(err)
		}
		look := func(want int) {
			cmd := exec.Command("cahoots", "watch", "-q", "--db", db, questions)
			began := time.Now()
			out, _ := cmd.CombinedOutput()
			u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			t.Logf("%d questions: %.1f s, %.1f s of processor, %d MiB at most", count, time.Since(began).Seconds(), (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds(), u.Maxrss>>10)
			if cmd.ProcessState.ExitCode() != want {
				t.Fatalf("ends with %d: %s", cmd.ProcessState.ExitCode(), out)
			}
		}
		look(exitDone)
		cahoots(t, exitDone, "ingest", "-q", "--db", db, links)
		look(exitMoved)
	}
}
