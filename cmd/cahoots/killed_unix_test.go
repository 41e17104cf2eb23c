//go:build unix

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// A written verb is one that writes. In its arguments DB stands for the store, DIR
// for the folder of inputs, MADE for the folder of what is written, and FILE for
// the file in it that the verb makes, if any.
type written struct {
	args  string
	file  string
	long  time.Duration    // about what it takes
	fresh bool             // what it makes must not be there before
	in    string           // standard input
	asked func(site) error // what is asked of a server
}

// writesItsResult are the verbs that write nothing but what -o names, as "ledger"
// does here, and those without a result.
var writesItsResult = strings.Fields(`actors actors/list actors/show actors/why actors/conflicts calibrate check diff doctor help history report sources version
	completion completion/bash completion/zsh completion/fish completion/powershell`)

// A verb that is added is one of those that are killed, or is said to write its
// result alone; so is every flag that names a file to be written.
func TestEveryVerbThatWritesIsKilled(t *testing.T) {
	killed := func(begins string) bool {
		return slices.ContainsFunc(slices.Concat(verbsThatWrite...), func(w written) bool { return strings.HasPrefix(w.args+" ", begins+" ") })
	}
	var walk func(c *cobra.Command, path string)
	walk = func(c *cobra.Command, path string) {
		if path != "" && killed(path) == slices.Contains(writesItsResult, strings.ReplaceAll(path, " ", "/")) {
			t.Errorf("%s: among the verbs that are killed: %v; it must be one of verbsThatWrite or of writesItsResult", path, killed(path))
		}
		for _, sub := range c.Commands() {
			walk(sub, strings.TrimSpace(path+" "+sub.Name()))
		}
	}
	walk((&app{getenv: os.Getenv}).root(), "")
	for _, flag := range writing {
		if !slices.ContainsFunc(slices.Concat(verbsThatWrite...), func(w written) bool {
			return strings.Contains(w.args, "--"+flag+" ") || flag == "output" && strings.Contains(w.args, "-o ")
		}) {
			t.Errorf("no verb that is killed writes what --%s names", flag)
		}
	}
}

// name tells a verb from the others.
func (w written) name() string {
	if w.asked == nil {
		return w.args
	}
	asked := runtime.FuncForPC(reflect.ValueOf(w.asked).Pointer()).Name()
	return "serve " + asked[strings.LastIndex(asked, ".")+1:]
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
	{{args: "restore DIR/whole.db", long: 200 * time.Millisecond}, {args: "assess --a CN --b RU --save -q", long: 500 * time.Millisecond}, {args: "assess --a CN --b RU --format json -o FILE", file: "a.json", long: 500 * time.Millisecond},
		{args: "export --to stix -o FILE", file: "e.json", long: 400 * time.Millisecond}, {args: "export --to parquet -o FILE", file: "e.parquet", long: 400 * time.Millisecond},
		{args: "dyads --format html -o FILE", file: "d.html", long: 400 * time.Millisecond}, {args: "landscape --format json -o FILE", file: "l.json", long: 300 * time.Millisecond},
		{args: "ledger --format html -o FILE", file: "g.html", long: 300 * time.Millisecond}, {args: "sightings --format jsonl -o FILE", file: "s.jsonl", long: 300 * time.Millisecond},
		{args: "backup FILE", file: "b.db", long: 200 * time.Millisecond, fresh: true}, {args: "licences -o FILE", file: "licences.txt", long: 60 * time.Millisecond},
		{args: "atlas -q --out FILE", file: "atlas", long: 2 * time.Second},
		{args: "watch DIR/questions.yaml", long: 400 * time.Millisecond}, // what it hands on: watch_unix_test.go
		{args: "serve token --tokens MADE/tokens.json --name N", long: 60 * time.Millisecond}},
	servedWrites,
	{{args: "serve withdraw --tokens MADE/tokens.json --name LAST", long: 60 * time.Millisecond},
		{args: "match --replace --indicators DIR/late.csv", long: 300 * time.Millisecond}},
}

// Every verb that writes finds a full disk, is killed at random moments
// (CAHOOTS_KILLS of them, in rounds that begin with nothing), and is run once to its
// end. The store then holds what one holds to which nothing happened, the files are
// the same, nothing else lies about, and no token that was printed is lost.
func TestKilledVerbsLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	kills, _ := strconv.Atoi(os.Getenv("CAHOOTS_KILLS"))
	there, verbs := undisturbed(t, kills > 0)
	if kills == 0 {
		suffered(t, there, 1, false)
		return
	}
	tried, killed := 0, 0
	for ; killed < kills; tried += 2 * verbs {
		killed += suffered(t, there, 2, false)
	}
	t.Logf("%d of %d runs of %d verbs were killed before their end", killed, tried, verbs)
}

// The same of verbs that find the disk full at every page that they fill, one after
// the other, with make kill.
func TestAFullDiskAtAnyWriteLosesNothing(t *testing.T) {
	if os.Getenv("CAHOOTS_KILLS") == "" {
		t.Skip("make kill tries it; the first page of each verb is tried with the kills")
	}
	t.Parallel()
	there, _ := undisturbed(t, true)
	suffered(t, there, 0, true)
}

// undisturbed is what comes of the verbs where nothing happens to them, and how many
// they are.
func undisturbed(t *testing.T, large bool) (there *killing, verbs int) {
	t.Helper()
	there = newKilling(t, t.TempDir(), large)
	for n, phase := range verbsThatWrite {
		there.phase(t, n)
		for _, w := range there.of(phase) {
			verbs++
			there.finish(t, w)
		}
	}
	there.askedAll(t)
	return there, verbs
}

// suffered is one round: so many kills of each verb. It says how many came before
// the verb's end.
func suffered(t *testing.T, there *killing, each int, everyPage bool) (killed int) {
	t.Helper()
	disk, full := smallDisk(t)
	here, refused, all := newKilling(t, disk, there.large), 0, 0
	for n, phase := range verbsThatWrite {
		here.phase(t, n)
		for _, w := range here.of(phase) {
			done := false
			if full != nil {
				var times int
				times, done = full(t, here, w, everyPage)
				if refused += times; everyPage {
					t.Logf("%4d times no room: %s", times, w.name())
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
	if all > 0 && killed < all/3 {
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
	asked         map[string]bool // of servers: method and path
}

var rounds atomic.Uint64 // each with other moments

// newKilling makes the inputs; what the verbs write goes to the folder made.
func newKilling(t *testing.T, made string, large bool) *killing {
	events, claims := "10000", 600
	if large {
		events, claims = "30000", 3000
	}
	k := &killing{dir: t.TempDir(), made: made, large: large, asked: map[string]bool{}, rng: rand.New(rand.NewPCG(7, rounds.Add(1)))}
	k.db = filepath.Join(made, "s.db")
	if err := os.MkdirAll(k.scratch(), 0o700); err != nil {
		t.Fatal(err)
	}
	cahoots(t, exitDone, "simulate", "telemetry", "-q", "-o", filepath.Join(k.dir, "out"), "--preset", "telecom-week", "--events", events, "--seed", "11", "--out", filepath.Join(k.dir, "sim"))
	var big strings.Builder
	big.WriteString("case: {id: big, title: Big}\nactors:\n  - {name: Alpha, country: CN, source: r}\n  - {name: Beta, country: RU, source: r}\nsources:\n  r: {publisher: Example, country: FR, title: T, url: \"https://example.org/\", published: 2022-01-01, grade: B2}\nevidence:\n")
	for i := range claims {
		fmt.Fprintf(&big, "  - {id: e%d, class: uses-software, actor: %s, value: Tool %d, source: r}\n", i, []string{"Alpha", "Beta"}[i%2], i/3)
	}
	for name, text := range map[string]string{
		"big.yaml":       big.String(),
		"report.txt":     "In November 2024 Earth Estries let Earth Naga use a foothold that it had built. Earth Naga, which others know as Flax Typhoon, exploited CVE-2024-12345 against a ministry in Vietnam.",
		"report2.txt":    "Turla took over the servers of OilRig, Symantec says. In May 2021 APT28 and Turla used the same loader.",
		"questions.yaml": "questions:\n  - {a: CN, b: RU, ceiling: RED}\n",
		"late.csv":       "value,type,group\n192.0.2.7,ip,Alpha\n",
		"later.csv":      "value,type,group\n192.0.2.8,ip,Beta\n",
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
	case 5:
		k.withdrawn = k.tokens[len(k.tokens)-1]
	}
}

// scratch is the folder of the system for what is on disk for a while.
func (k *killing) scratch() string { return filepath.Join(k.made, "tmp") }

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
	cmd.Dir, cmd.Stdin, cmd.Env = k.dir, strings.NewReader(w.in), append(os.Environ(), "TMPDIR="+k.scratch())
	return cmd
}

// kill runs a verb and kills it; what it leaves must be sound at once.
func (k *killing) kill(t *testing.T, w written) bool {
	t.Helper()
	if w.asked != nil {
		k.serve(t, w, false)
		return true
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
	case ".jsonl":
		for line := range strings.Lines(string(b)) {
			if strings.Count(line, `{"`) > 1 && !json.Valid([]byte(line)) { // a half line stands alone
				t.Fatalf("%s added to half a line: %s", w.args, line)
			}
		}
	case ".yaml":
		cahoots(t, exitDone, "check", "-q", "-o", filepath.Join(k.dir, "out"), k.file(w))
	}
}

// finish runs a verb to its end.
func (k *killing) finish(t *testing.T, w written) {
	t.Helper()
	if w.asked != nil {
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
	cases, err := s.KeptCases(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		if c, err = s.KeptCase(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		out["case "+c.ID] = string(c.Body)
	}
	sets, err := s.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range sets {
		for _, h := range d.Inputs {
			out["input "+h.Name] = []any{h.SHA256, h.Records, h.Rejected}
		}
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
		name := strings.TrimPrefix(path, k.made)
		switch {
		case err != nil || d.IsDir():
			return err
		case slices.Contains([]string{"s.db", "s.db-wal", "s.db-shm", "tokens.json", "tokens.json.lock"}, d.Name()):
			return nil
		case slices.ContainsFunc([]string{".receipt", ".db", "access.jsonl"}, func(end string) bool { return strings.HasSuffix(name, end) }): // they have times
			out[name] = ""
			return nil
		}
		b, err := os.ReadFile(path)
		out[name] = strings.ReplaceAll(string(b), k.made, "")
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
