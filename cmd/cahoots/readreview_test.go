package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What a reviewer decides is in the file at once, however the run ends; and what
// somebody else wrote into the file meanwhile is not written over.
func TestDecisionsOfAReviewAreKeptAtOnceAndWriteOverNobodys(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	report, file := filepath.Join(dir, "report.txt"), filepath.Join(dir, "case.yaml")
	if err := os.WriteFile(report, []byte("In November 2024 Earth Estries let Earth Naga use a foothold that it had built. Earth Naga, which others know as Flax Typhoon, exploited CVE-2024-12345 against a ministry in Vietnam."), 0o600); err != nil {
		t.Fatal(err)
	}
	in, say := io.Pipe()
	var errs strings.Builder
	ended := make(chan int, 1)
	go func() {
		ended <- Run(context.Background(), []string{"read", report, "-o", file, "--review"}, Streams{In: in, Out: io.Discard, Err: &errs}, func(string) string { return "" })
	}()
	io.WriteString(say, "r nobody says so\n")
	saved := ""
	for i := 0; !strings.Contains(saved, "nobody says so"); i++ {
		if time.Sleep(10 * time.Millisecond); i > 1000 {
			t.Fatalf("the decision is not in the file: %s", saved)
		}
		b, _ := os.ReadFile(file)
		saved = string(b)
	}
	others := saved + "# a remark of somebody else\n"
	if err := os.WriteFile(file, []byte(others), 0o600); err != nil {
		t.Fatal(err)
	}
	io.WriteString(say, "a\n")
	if status := <-ended; status != exitFailed || !strings.Contains(errs.String(), "somebody else changed") {
		t.Errorf("%d: %s", status, &errs)
	}
	if b, err := os.ReadFile(file); err != nil || string(b) != others {
		t.Errorf("%v: the file holds %s", err, b)
	}
}
