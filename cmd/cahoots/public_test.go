package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// public is the public data as a store holds it, and what was asked of it: each
// made once, for all tests that need it.
var public struct {
	ingest sync.Once
	db     []byte // the store's file
	counts []byte // the counts that its ingest gave, as CSV
	held   assess.Input

	answers map[assess.Question]*assess.Assessment
	tables  map[dyad.Question]*dyad.Table
}

// hasPublic ingests the public data at the first call, and skips the test where
// there is none.
func hasPublic(t testing.TB) {
	t.Helper()
	files := []string{
		publicdata.Path(t, "attack/enterprise-attack-18.1.stix20.json.xz"), publicdata.Path(t, "misp/galaxy-threat-actor.json.xz"),
		publicdata.Path(t, "incidents/EuRepoC_Global_Database_1.1.csv.xz"), publicdata.Path(t, "incidents/cfr-cyber-operations-2022.csv.xz"),
	}
	public.ingest.Do(func() {
		public.answers, public.tables = map[assess.Question]*assess.Assessment{}, map[dyad.Question]*dyad.Table{}
		dir := t.TempDir()
		db, counts := filepath.Join(dir, "public.db"), filepath.Join(dir, "counts.csv")
		var errs strings.Builder
		args := []string{"ingest", "-q", "--db", db, "--format", "csv", "--table", "counts", "-o", counts}
		status := Run(context.Background(), append(args, files...), Streams{In: strings.NewReader(""), Out: io.Discard, Err: &errs}, os.Getenv)
		if status != exitDone && status != exitRejected {
			t.Fatalf("ingest exited %d: %s", status, errs.String())
		}
		s, err := store.Open(context.Background(), db)
		if err != nil {
			t.Fatal(err)
		}
		if public.held, err = question.Stored(context.Background(), s, ""); err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if public.counts, err = os.ReadFile(counts); err != nil {
			t.Fatal(err)
		}
		if public.db, err = os.ReadFile(db); err != nil {
			t.Fatal(err)
		}
	})
	if len(public.held.Records) == 0 || len(public.db) == 0 {
		t.Fatal("the public data could not be read")
	}
}

// publicHeld is all that the store of the public data holds.
func publicHeld(t testing.TB) assess.Input {
	t.Helper()
	hasPublic(t)
	return public.held
}

// publicFolder holds a copy of the store of the public data, as s.db, and the
// counts of its ingest.
func publicFolder(t testing.TB) string {
	t.Helper()
	hasPublic(t)
	dir := t.TempDir()
	for name, b := range map[string][]byte{"s.db": public.db, "counts.csv": public.counts} {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func publicDirectory(t *testing.T) (*resolve.Directory, assess.Input) {
	t.Helper()
	in, err := question.Assess(publicHeld(t))
	if err != nil {
		t.Fatal(err)
	}
	d, err := resolve.Resolve(in.Records, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return d, in
}

// answered is the answer to a question over the public data, verdicts only.
func answered(t *testing.T, q assess.Question) *assess.Assessment {
	t.Helper()
	in := publicHeld(t)
	return remembered(public.answers, q, func() *assess.Assessment {
		in.Question, in.VerdictsOnly = q, true
		in, err := question.Assess(in)
		if err != nil {
			t.Fatal(err)
		}
		result, err := assess.Run(context.Background(), in)
		if err != nil {
			t.Fatalf("%s and %s: %v", q.A, q.B, err)
		}
		return result
	})
}

// counted is a table of incidents of the public data.
func counted(t *testing.T, q dyad.Question) *dyad.Table {
	t.Helper()
	held := publicHeld(t)
	return remembered(public.tables, q, func() *dyad.Table {
		in, err := question.Dyads(held, q)
		if err != nil {
			t.Fatal(err)
		}
		table, err := dyad.Count(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		return table
	})
}

// remembered is for tests that run one after another.
func remembered[Q comparable, A any](known map[Q]A, q Q, make func() A) A {
	a, ok := known[q]
	if !ok {
		a = make()
		known[q] = a
	}
	return a
}

// Four public sources go into one store, which answers the question of the paper.
func TestFourPublicSourcesGiveAnAnswer(t *testing.T) {
	text := string(render(t, answered(t, assess.Question{A: "CN", B: "RU"})))
	for _, want := range []string{
		"[Tt]here is no sign", `software\S* +fixed .* 0 closed$`, "joint test +joint, by .* 0 maximum over$",
		`technique\S* +fixed .* 0 closed$`, "not assessable", "MITRE Corporation",
	} {
		if !regexp.MustCompile("(?m)" + want).MatchString(text) {
			t.Errorf("the answer has nothing like %s:\n%s", want, text)
		}
	}
}

func render(t *testing.T, result any) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.Write(&b, result, "text", document.Options{Full: true}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
