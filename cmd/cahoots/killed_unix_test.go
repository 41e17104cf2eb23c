//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// A written verb is one that writes, with the file it makes, if any, in place of
// FILE; DB and DIR stand for the store and the folder of inputs.
type written struct {
	args string
	file string
	long time.Duration // about what it takes
}

// verbs that write, in phases: those of one rest on what the last have written.
var verbsThatWrite = [][]written{
	{{"ingest DIR/case.yaml DIR/big.yaml", "", 400 * time.Millisecond}, {"demo --export FILE -q", "case", 300 * time.Millisecond}},
	{{"ingest --replace DIR/big.yaml", "", 400 * time.Millisecond},
		{"match --commit 1 --indicators DIR/sim/indicators.json --organisations DIR/sim/organisations.csv --keep DIR/kept DIR/sim/logs", "", 700 * time.Millisecond}},
	{{"ingest --from-sightings", "", 200 * time.Millisecond}},
	{{"assess --a CN --b RU --save -q", "", 500 * time.Millisecond}, {"assess --a CN --b RU --format json -o FILE", "a.json", 500 * time.Millisecond},
		{"export --to stix -o FILE", "e.json", 400 * time.Millisecond}, {"export --to parquet -o FILE", "e.parquet", 400 * time.Millisecond},
		{"dyads --format html -o FILE", "d.html", 400 * time.Millisecond}, {"landscape --format json -o FILE", "l.json", 300 * time.Millisecond},
		{"backup FILE", "b.db", 200 * time.Millisecond}, {"restore DIR/whole.db", "", 200 * time.Millisecond}, {"licences -o FILE", "licences.txt", 60 * time.Millisecond},
		{"serve token --tokens DIR/tokens.json --name N", "", 60 * time.Millisecond}, {"serve", "", 600 * time.Millisecond}},
}

// Every verb that writes is killed at random moments (CAHOOTS_KILLS of them), and
// run once to its end. The store then holds what one holds over which nothing was
// killed, the files are the same, and no token that was printed is lost.
func TestKilledVerbsLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	kills, _ := strconv.Atoi(os.Getenv("CAHOOTS_KILLS"))
	total := max(kills, 16)
	here, there := newKilling(t), newKilling(t)
	verbs := 0
	for _, phase := range verbsThatWrite {
		verbs += len(phase)
	}
	each, killed := (total+verbs-1)/verbs, 0
	for n, phase := range verbsThatWrite {
		if n == len(verbsThatWrite)-1 { // what is restored is what the store holds
			cahoots(t, exitDone, "backup", "-q", "-o", filepath.Join(here.dir, "out"), "--db", here.db, filepath.Join(here.dir, "whole.db"))
			cahoots(t, exitDone, "backup", "-q", "-o", filepath.Join(there.dir, "out"), "--db", there.db, filepath.Join(there.dir, "whole.db"))
		}
		for _, w := range phase {
			for range each {
				if here.kill(t, w) {
					killed++
				}
			}
			here.finish(t, w)
			there.finish(t, w)
		}
	}
	t.Logf("%d runs of %d verbs were killed before their end", killed, verbs)
	if killed < total/3 {
		t.Errorf("only %d of %d runs were killed before their end", killed, total)
	}
	if got, want := here.holds(t), there.holds(t); !reflect.DeepEqual(got, want) {
		for k := range want {
			if !reflect.DeepEqual(got[k], want[k]) {
				t.Errorf("%s: after kills %.300v, without %.300v", k, got[k], want[k])
			}
		}
	}
	seenIn(t, here.db).same(t, "after kills", seenIn(t, there.db))
}

// killing is a store with what it is made of, and what came of it.
type killing struct {
	dir, db string
	rng     *rand.Rand
	tokens  []string // printed
	n       int
}

func newKilling(t *testing.T) *killing {
	k := &killing{dir: t.TempDir(), rng: rand.New(rand.NewPCG(7, 7))}
	k.db = filepath.Join(k.dir, "s.db")
	cahoots(t, exitDone, "simulate", "telemetry", "-q", "-o", filepath.Join(k.dir, "out"), "--preset", "telecom-week", "--events", "30000", "--seed", "11", "--out", filepath.Join(k.dir, "sim"))
	var big strings.Builder
	big.WriteString("case: {id: big, title: Big}\nactors:\n  - {name: Alpha, country: CN, source: r}\n  - {name: Beta, country: RU, source: r}\nsources:\n  r: {publisher: Example, country: FR, title: T, url: \"https://example.org/\", published: 2022-01-01, grade: B2}\nevidence:\n")
	for i := range 3000 {
		fmt.Fprintf(&big, "  - {id: e%d, class: uses-software, actor: %s, value: Tool %d, source: r}\n", i, []string{"Alpha", "Beta"}[i%2], i/3)
	}

	if err := firstOf(os.WriteFile(filepath.Join(k.dir, "big.yaml"), []byte(big.String()), 0o600)); err != nil {
		t.Fatal(err)
	}
	cahoots(t, exitDone, "demo", "-q", "-o", filepath.Join(k.dir, "out"), "--export", filepath.Join(k.dir, "case.yaml"))
	return k
}

func (k *killing) command(w written) *exec.Cmd {
	k.n++
	r := strings.NewReplacer("DIR", k.dir, "FILE", filepath.Join(k.dir, "made-"+w.file))
	args := append(strings.Fields(w.args), "--db", k.db)
	for i := range args {
		if args[i] = r.Replace(args[i]); args[i] == "N" {
			args[i] = fmt.Sprint("n", k.n)
		}
	}
	return exec.Command("cahoots", args...)
}

// kill runs a verb and kills it; what it leaves must be sound at once.
func (k *killing) kill(t *testing.T, w written) bool {
	t.Helper()
	if w.args == "serve" {
		return k.serve(t, w, false)
	}
	made := filepath.Join(k.dir, "made-"+w.file)
	if strings.HasPrefix(w.args, "backup") {
		os.Remove(made)
	}
	cmd := k.command(w)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Duration(k.rng.Int64N(int64(w.long))))
	dead := cmd.Process.Kill() == nil && cmd.Wait() != nil
	k.note(w, out.String())
	k.sound(t, w)
	return dead
}

// note keeps the token that was printed, if one was.
func (k *killing) note(w written, out string) {
	if strings.HasPrefix(w.args, "serve token") && strings.HasPrefix(out, "cahoots_") && strings.HasSuffix(out, "\n") {
		k.tokens = append(k.tokens, fmt.Sprint("n", k.n))
	}
}

// sound holds the store to itself, and a file that has its name to being whole.
func (k *killing) sound(t *testing.T, w written) {
	t.Helper()
	if _, err := os.Stat(k.db); err == nil && k.rng.IntN(4) == 0 {
		cahoots(t, exitDone, "check", "-q", "-o", filepath.Join(k.dir, "out"), "--db", k.db)
	}
	b, err := os.ReadFile(filepath.Join(k.dir, "made-"+w.file))
	if err != nil || w.file == "" {
		return
	}
	switch filepath.Ext(w.file) {
	case ".json":
		if !json.Valid(b) {
			t.Fatalf("%s left half a file of %d bytes", w.args, len(b))
		}
	case ".html":
		if !strings.Contains(string(b), "</html>") {
			t.Fatalf("%s left half a page of %d bytes", w.args, len(b))
		}
	case ".parquet":
		if !bytes.HasSuffix(b, []byte("PAR1")) {
			t.Fatalf("%s left half a table of %d bytes", w.args, len(b))
		}
	case ".db":
		cahoots(t, exitDone, "check", "-q", "-o", filepath.Join(k.dir, "out"), "--db", filepath.Join(k.dir, "made-"+w.file))
	}
}

// serve asks a server for an assessment to be saved and kills it, or lets it end.
func (k *killing) serve(t *testing.T, w written, whole bool) bool {
	t.Helper()
	address := freeAddress(t)
	cmd := exec.Command("cahoots", "serve", "--db", k.db, "--addr", address)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	var job server.Progress
	ask := func(method, path, body string) bool {
		req, err := http.NewRequest(method, "http://"+address+path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/json")
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return false
		}
		defer res.Body.Close()
		return json.NewDecoder(res.Body).Decode(&job) == nil
	}
	for i := 0; !ask("POST", "/api/v1/jobs", `{"a":"CN","b":"RU","to":"2022","save":true}`); i++ {
		if i > 600 {
			t.Fatal("the server does not answer")
		}
		time.Sleep(20 * time.Millisecond)
	}
	if !whole {
		time.Sleep(time.Duration(k.rng.Int64N(int64(w.long))))
		cmd.Process.Kill()
		cmd.Wait()
		k.sound(t, w)
		return true
	}
	for i := 0; job.State != server.Done; i++ {
		if time.Sleep(50 * time.Millisecond); i > 1200 || job.State == server.Failed {
			t.Fatalf("the job is %+v", job)
		}
		ask("GET", "/api/v1/jobs/"+job.ID, "")
	}
	return true
}

// finish runs a verb to its end.
func (k *killing) finish(t *testing.T, w written) {
	t.Helper()
	if w.args == "serve" {
		k.serve(t, w, true)
		return
	}
	if strings.HasPrefix(w.args, "backup") {
		os.Remove(filepath.Join(k.dir, "made-"+w.file))
	}
	cmd := k.command(w)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v: %s", w.args, err, &errs)
	}
	k.note(w, out.String())
}

// holds is all that came of the verbs.
func (k *killing) holds(t *testing.T) map[string]any {
	t.Helper()
	cahoots(t, exitDone, "check", "--deep", "-q", "-o", filepath.Join(k.dir, "out"), "--db", k.db)
	s, err := store.Open(t.Context(), k.db)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	out, ids := map[string]any{}, map[string]bool{}
	for r, err := range s.Records(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		ids[string(r.ID)] = true
	}
	out["records"] = ids
	saved, err := s.Assessments(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range saved {
		out["assessment "+a.ID] = a.Question
	}
	for _, phase := range verbsThatWrite {
		for _, w := range phase {
			if w.file == "" || filepath.Ext(w.file) == ".db" { // ingest times differ
				continue
			}
			b, err := os.ReadFile(filepath.Join(k.dir, "made-"+w.file))
			if err != nil {
				t.Fatal(err)
			}
			out[w.file] = strings.ReplaceAll(string(b), k.dir, "")
		}
	}
	kept, err := server.ReadTokens(filepath.Join(k.dir, "tokens.json"))
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, token := range kept {
		names[token.Name] = true
	}
	for _, printed := range k.tokens {
		if !names[printed] {
			t.Errorf("the token %s was printed and is not kept (kept: %v)", printed, maps.Keys(names))
		}
	}
	left, err := filepath.Glob(filepath.Join(k.dir, "kept", "*", "*.parquet"))
	if err != nil || len(left) == 0 {
		t.Errorf("kept traffic: %v %v", left, err)
	}
	return out
}
