package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"github.com/cahoots-project/cahoots/internal/store"
)

// run runs the program and stops the benchmark where it fails.
func run(b *testing.B, args ...string) {
	b.Helper()
	var errs strings.Builder
	if status := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: io.Discard, Err: &errs}, os.Getenv); status != exitDone {
		b.Fatalf("cahoots %v exited %d: %s", args, status, errs.String())
	}
}

// BenchmarkIngestATTACK is the 45 MB enterprise bundle to stored evidence, with
// all that the verb does. peak-MB is the resident peak of the process.
func BenchmarkIngestATTACK(b *testing.B) {
	bundle := publicdata.Plain(b, "attack/enterprise-attack-18.1.stix20.json.xz")
	info, err := os.Stat(bundle)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	resetPeak()
	n := 0
	for b.Loop() {
		run(b, "ingest", "-q", "--db", filepath.Join(b.TempDir(), strconv.Itoa(n)+".db"), bundle)
		n++
	}
	b.ReportMetric(peakMB(b), "peak-MB")
}

// BenchmarkAssessChinaRussia is all pairs of the two states on the four public
// data sets, from records in memory to the assessment, and from the store to the
// printed answer.
func BenchmarkAssessChinaRussia(b *testing.B) {
	db := filepath.Join(publicFolder(b), "s.db")
	b.Run("verdicts", func(b *testing.B) { assessPublic(b, db, true) })
	b.Run("with-robustness", func(b *testing.B) { assessPublic(b, db, false) })
	b.Run("store-to-text", func(b *testing.B) {
		for b.Loop() {
			run(b, "assess", "-q", "--db", db, "--a", "CN", "--b", "RU")
		}
	})
}

// assessPublic assesses from records in memory, the verdicts alone or with the
// robustness matrix.
func assessPublic(b *testing.B, db string, verdictsOnly bool) {
	s, err := store.Open(context.Background(), db)
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	in, err := question.Stored(context.Background(), s, "")
	if err != nil {
		b.Fatal(err)
	}
	in.Question, in.VerdictsOnly = assess.Question{A: "CN", B: "RU"}, verdictsOnly
	for b.Loop() {
		a, err := assess.Run(context.Background(), in)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(a.Pairs)), "pairs")
	}
}

// resetPeak lets the kernel forget the resident peak so far.
func resetPeak() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// peakMB is the resident peak of the process in MB; 0 where the system does not
// tell.
func peakMB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			var kb float64
			if _, err := fmt.Sscanf(strings.TrimSpace(rest), "%f kB", &kb); err == nil {
				return kb / 1000
			}
		}
	}
	return 0
}
