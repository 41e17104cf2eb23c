//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// A written verb is one that writes. In its arguments DB stands for the store, DIR
// for the folder of inputs, MADE for the folder of what is written, and FILE for
// the file in it that the verb makes, if any.
type written struct {
	args  string
	file  string
	long  time.Duration // about what it takes
	fresh bool          // what it makes must not be there before
	in    string        // standard input
}

// verbs that write, in phases: those of one rest on what the last have written.
// Every other verb that takes -o writes its result as "ledger" does here.
var verbsThatWrite = [][]written{
	{{args: "ingest DIR/case.yaml DIR/big.yaml", long: 400 * time.Millisecond}, {args: "demo --export FILE -q", file: "case", long: 300 * time.Millisecond},
		{args: "fetch cfr --from DIR/downloads --cache FILE", file: "cache", long: 60 * time.Millisecond},
		{args: "man --dir FILE", file: "man", long: 100 * time.Millisecond},
		{args: "simulate telemetry -q --preset telecom-week --events 30000 --out FILE", file: "sim", long: 200 * time.Millisecond, fresh: true},
		{args: "read DIR/report.txt -o FILE", file: "r.yaml", long: 100 * time.Millisecond}},
	{{args: "ingest --replace DIR/big.yaml", long: 400 * time.Millisecond},
		{args: "match --commit 1 --indicators DIR/sim/indicators.json --organisations DIR/sim/organisations.csv --keep MADE/kept DIR/sim/logs", long: 700 * time.Millisecond},
		{args: "read DIR/report.txt -o FILE --review", file: "r.yaml", long: 100 * time.Millisecond, in: "r the ministry is not named\na\ns\n"}},
	{{args: "ingest --from-sightings", long: 200 * time.Millisecond},
		{args: "match --indicators DIR/late.csv", long: 300 * time.Millisecond},
		{args: "match --indicators DIR/later.csv --organisations DIR/sim/organisations.csv --retro MADE/kept", long: 300 * time.Millisecond},
		{args: "read DIR/report2.txt -o FILE", file: "r.yaml", long: 100 * time.Millisecond}},
	{{args: "assess --a CN --b RU --save -q", long: 500 * time.Millisecond}, {args: "assess --a CN --b RU --format json -o FILE", file: "a.json", long: 500 * time.Millisecond},
		{args: "export --to stix -o FILE", file: "e.json", long: 400 * time.Millisecond}, {args: "export --to parquet -o FILE", file: "e.parquet", long: 400 * time.Millisecond},
		{args: "dyads --format html -o FILE", file: "d.html", long: 400 * time.Millisecond}, {args: "landscape --format json -o FILE", file: "l.json", long: 300 * time.Millisecond},
		{args: "ledger --format html -o FILE", file: "g.html", long: 300 * time.Millisecond}, {args: "sightings --format jsonl -o FILE", file: "s.jsonl", long: 300 * time.Millisecond},
		{args: "backup FILE", file: "b.db", long: 200 * time.Millisecond, fresh: true}, {args: "restore DIR/whole.db", long: 200 * time.Millisecond}, {args: "licences -o FILE", file: "licences.txt", long: 60 * time.Millisecond},
		{args: "serve token --tokens MADE/tokens.json --name N", long: 60 * time.Millisecond}, {args: "serve", long: 600 * time.Millisecond}},
	{{args: "serve withdraw --tokens MADE/tokens.json --name LAST", long: 60 * time.Millisecond},
		{args: "match --replace --indicators DIR/late.csv", long: 300 * time.Millisecond}},
}

// Every verb that writes finds a full disk, is killed at random moments
// (CAHOOTS_KILLS of them, in rounds that begin with nothing), and is run once to its
// end. The store then holds what one holds to which nothing happened, the files are
// the same, and no token that was printed is lost. The first of several rounds has
// no kills and finds the disk full at every page that a verb fills.
func TestKilledVerbsLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	kills, _ := strconv.Atoi(os.Getenv("CAHOOTS_KILLS"))
	there, verbs := newKilling(t, t.TempDir(), kills > 0), 0
	for n, phase := range verbsThatWrite {
		there.phase(t, n)
		for _, w := range phase {
			verbs++
			there.finish(t, w)
		}
	}
	if kills == 0 {
		suffered(t, there, 1, false)
		return
	}
	suffered(t, there, 0, true)
	tried, killed := 0, 0
	for ; killed < kills; tried += 2 * verbs {
		killed += suffered(t, there, 2, false)
	}
	t.Logf("%d of %d runs of %d verbs were killed before their end", killed, tried, verbs)
}

// suffered is one round: so many kills of each verb. It says how many came before
// the verb's end.
func suffered(t *testing.T, there *killing, each int, everyPage bool) (killed int) {
	t.Helper()
	disk, full := smallDisk(t)
	here, refused, all := newKilling(t, disk, there.large), 0, 0
	for n, phase := range verbsThatWrite {
		here.phase(t, n)
		for _, w := range phase {
			done := false
			if full != nil {
				var times int
				times, done = full(t, here, w, everyPage)
				if refused += times; everyPage {
					t.Logf("%4d times no room: %s", times, w.args)
				}
			}
			for range each {
				if all++; here.kill(t, w) {
					killed++
				}
			}
			if !done {
				here.finish(t, w)
			}
		}
	}
	t.Logf("%d of %d runs were killed before their end, %d found no room", killed, all, refused)
	if killed < all/3 {
		t.Errorf("only %d of %d runs were killed before their end", killed, all)
	}
	here.same(t, there)
	return killed
}

// killing is a store with what it is made of, and what came of it.
type killing struct {
	dir, made, db string
	rng           *rand.Rand
	tokens        []string // printed
	withdrawn     string
	n             int
	large         bool
}

var rounds atomic.Uint64 // each with other moments

// newKilling makes the inputs; what the verbs write goes to the folder made.
func newKilling(t *testing.T, made string, large bool) *killing {
	events, claims := "10000", 600
	if large {
		events, claims = "30000", 3000
	}
	k := &killing{dir: t.TempDir(), made: made, large: large, rng: rand.New(rand.NewPCG(7, rounds.Add(1)))}
	k.db = filepath.Join(made, "s.db")
	cahoots(t, exitDone, "simulate", "telemetry", "-q", "-o", filepath.Join(k.dir, "out"), "--preset", "telecom-week", "--events", events, "--seed", "11", "--out", filepath.Join(k.dir, "sim"))
	var big strings.Builder
	big.WriteString("case: {id: big, title: Big}\nactors:\n  - {name: Alpha, country: CN, source: r}\n  - {name: Beta, country: RU, source: r}\nsources:\n  r: {publisher: Example, country: FR, title: T, url: \"https://example.org/\", published: 2022-01-01, grade: B2}\nevidence:\n")
	for i := range claims {
		fmt.Fprintf(&big, "  - {id: e%d, class: uses-software, actor: %s, value: Tool %d, source: r}\n", i, []string{"Alpha", "Beta"}[i%2], i/3)
	}
	for name, text := range map[string]string{
		"big.yaml":    big.String(),
		"report.txt":  "In November 2024 Earth Estries let Earth Naga use a foothold that it had built. Earth Naga, which others know as Flax Typhoon, exploited CVE-2024-12345 against a ministry in Vietnam.",
		"report2.txt": "Turla took over the servers of OilRig, Symantec says. In May 2021 APT28 and Turla used the same loader.",
		"late.csv":    "value,type,group\n192.0.2.7,ip,Alpha\n",
		"later.csv":   "value,type,group\n192.0.2.8,ip,Beta\n",
		"downloads/Cyber-Operations-Incidents (1).csv": "Title,Date,Affiliations,Description,Response,Victims,Sponsor,Type,Category,Sources_1,Sources_2,Sources_3\nHarbour probe,3/5/18,Alpha Heron,Text,,Norway,Russian Federation,Espionage,Government,https://cert.example/a,,\n",
	} {
		path := filepath.Join(k.dir, name)
		if err := firstOf(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	cahoots(t, exitDone, "demo", "-q", "-o", filepath.Join(k.dir, "out"), "--export", filepath.Join(k.dir, "case.yaml"))
	return k
}

// phase makes what the verbs of a phase need: what is restored is what the store
// holds, and the token that is withdrawn is the last.
func (k *killing) phase(t *testing.T, n int) {
	switch n {
	case 3:
		cahoots(t, exitDone, "backup", "-q", "-o", filepath.Join(k.dir, "out"), "--db", k.db, filepath.Join(k.dir, "whole.db"))
	case 4:
		k.withdrawn = k.tokens[len(k.tokens)-1]
	}
}

func (k *killing) file(w written) string { return filepath.Join(k.made, "made-"+w.file) }

func (k *killing) command(t *testing.T, w written) *exec.Cmd {
	t.Helper()
	k.n++
	if w.fresh {
		if err := os.RemoveAll(k.file(w)); err != nil {
			t.Fatal(err)
		}
	}
	r := strings.NewReplacer("DIR", ".", "MADE", k.made, "FILE", k.file(w), "LAST", k.withdrawn)
	args := append(strings.Fields(w.args), "--db", k.db)
	for i := range args {
		if args[i] = r.Replace(args[i]); args[i] == "N" {
			args[i] = fmt.Sprint("n", k.n)
		}
	}
	cmd := exec.Command("cahoots", args...)
	cmd.Dir, cmd.Stdin = k.dir, strings.NewReader(w.in)
	return cmd
}

// kill runs a verb and kills it; what it leaves must be sound at once.
func (k *killing) kill(t *testing.T, w written) bool {
	t.Helper()
	if w.args == "serve" {
		return k.serve(t, w, false)
	}
	cmd := k.command(t, w)
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
	b, err := os.ReadFile(k.file(w))
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
		cahoots(t, exitDone, "check", "-q", "-o", filepath.Join(k.dir, "out"), "--db", k.file(w))
	case ".yaml":
		cahoots(t, exitDone, "check", "-q", "-o", filepath.Join(k.dir, "out"), k.file(w))
	}
}

// serve asks a server for an assessment to be saved and kills it, or lets it end.
func (k *killing) serve(t *testing.T, w written, whole bool) bool {
	t.Helper()
	ask, kill := k.server(t)
	defer kill()
	job := askJob(t, ask)
	if !whole {
		time.Sleep(time.Duration(k.rng.Int64N(int64(w.long))))
		kill()
		k.sound(t, w)
		return true
	}
	if job = endOf(t, ask, job); job.State != server.Done {
		t.Fatalf("the job is %+v", job)
	}
	return true
}

// server starts a server over the store. ask says whether it answered with a job.
func (k *killing) server(t *testing.T) (ask func(method, path, body string, job *server.Progress) bool, kill func()) {
	t.Helper()
	address := freeAddress(t)
	cmd := exec.Command("cahoots", "serve", "--db", k.db, "--addr", address)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ask = func(method, path, body string, job *server.Progress) bool {
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
		return json.NewDecoder(res.Body).Decode(job) == nil
	}
	return ask, func() {
		cmd.Process.Kill()
		cmd.Wait()
	}
}

// askJob asks for an assessment to be saved, until the server answers.
func askJob(t *testing.T, ask func(method, path, body string, job *server.Progress) bool) (job server.Progress) {
	t.Helper()
	for i := 0; !ask("POST", "/api/v1/jobs", `{"a":"CN","b":"RU","to":"2022","save":true}`, &job); i++ {
		if i > 1500 {
			t.Fatal("the server does not answer")
		}
		time.Sleep(20 * time.Millisecond)
	}
	return job
}

// endOf waits for a job to end, however it does.
func endOf(t *testing.T, ask func(method, path, body string, job *server.Progress) bool, job server.Progress) server.Progress {
	t.Helper()
	for i := 0; job.State != server.Done && job.State != server.Failed; i++ {
		if time.Sleep(50 * time.Millisecond); i > 1200 {
			t.Fatalf("the job is %+v", job)
		}
		ask("GET", "/api/v1/jobs/"+job.ID, "", &job)
	}
	return job
}

// finish runs a verb to its end.
func (k *killing) finish(t *testing.T, w written) {
	t.Helper()
	if w.args == "serve" {
		k.serve(t, w, true)
		return
	}
	cmd := k.command(t, w)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && !strings.Contains(errs.String(), "was withdrawn at") {
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
	for path, b := range k.written(t) {
		out[path] = b
	}
	kept, err := server.ReadTokens(filepath.Join(k.made, "tokens.json"))
	if err != nil {
		t.Fatal(err)
	}
	names, held := map[string]bool{}, []string{}
	for _, token := range kept {
		if names[token.Name] {
			t.Errorf("the token %s is kept twice", token.Name)
		}
		if names[token.Name] = true; token.Name == k.withdrawn && token.Withdrawn.IsZero() {
			t.Errorf("the token %s was withdrawn and is good", token.Name)
		}
		held = append(held, token.Name)
	}
	for _, printed := range k.tokens {
		if !names[printed] {
			t.Errorf("the token %s was printed and is not kept (kept: %v)", printed, held)
		}
	}
	return out
}

// written is all that the verbs wrote beside the store and the tokens, by name,
// without where it lies. Nothing half written may be among it.
func (k *killing) written(t *testing.T) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(k.made, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.Contains(d.Name(), ".db") || strings.HasPrefix(d.Name(), "tokens.json") {
			return err
		}
		b, err := os.ReadFile(path)
		if strings.HasSuffix(d.Name(), ".receipt") { // it has a time
			b = nil
		}
		out[strings.TrimPrefix(path, k.made)] = strings.ReplaceAll(string(b), k.made, "")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 20 {
		t.Errorf("only %d files were written", len(out))
	}
	return out
}

// same holds all that came of the verbs to what came of them elsewhere.
func (k *killing) same(t *testing.T, other *killing) {
	t.Helper()
	got, want := k.holds(t), other.holds(t)
	for what := range want {
		if !reflect.DeepEqual(got[what], want[what]) {
			t.Errorf("%s: here %.300v, there %.300v", what, got[what], want[what])
		}
	}
	for what := range got {
		if _, ok := want[what]; !ok {
			t.Errorf("%s is left behind: %.80q", what, got[what])
		}
	}
	seenIn(t, k.db).same(t, "in the end", seenIn(t, other.db))
}
