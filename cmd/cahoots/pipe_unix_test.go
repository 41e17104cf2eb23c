//go:build unix

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe with a name, as a shell makes one of <(command), is read once, from its first
// byte on: nothing looks at it before.
func TestWhatAPipeGivesIsReadWhole(t *testing.T) {
	dir := t.TempDir()
	pipe, out := filepath.Join(dir, "case.yaml"), filepath.Join(dir, "out")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Skip("no pipes with a name here:", err)
	}
	for _, args := range [][]string{{"ingest", "-q", "-o", out, "--db", filepath.Join(dir, "s.db"), pipe}, {"doctor", "-q", "-o", out, pipe}} {
		done := make(chan error, 1)
		go func() { done <- os.WriteFile(pipe, []byte(markedCase), 0) }()
		cahoots(t, exitDone, args...)
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
