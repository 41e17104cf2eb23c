package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"cahoots": func() { os.Exit(mainStatus()) }})
}

// Each script of testdata/script promises something about one verb: its help,
// its output, its streams and its exit status.
func TestVerbs(t *testing.T) {
	shared := ""
	if _, err := os.Stat(filepath.Join("..", "..", "..", "shared", "data")); err == nil {
		shared = publicFolder(t)
	}
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
		},
		Setup: func(e *testscript.Env) error {
			data, err := filepath.Abs(filepath.Join("..", "..", "..", "shared", "data"))
			if err != nil {
				return err
			}
			e.Setenv("DATA", data)
			e.Setenv("PUBLIC", shared)
			e.Setenv("HOME", e.WorkDir)
			e.Setenv("XDG_CACHE_HOME", filepath.Join(e.WorkDir, "cache"))
			return nil
		},
		Condition: func(name string) (bool, error) {
			_, err := os.Stat(filepath.Join("..", "..", "..", "shared", "data"))
			return name == "data" && err == nil, nil
		},
	})
}

// exits runs a command and compares its exit status: exits 2 cahoots bogus.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS COMMAND ARG...")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := "0"
	var status *exec.ExitError
	switch {
	case errors.As(err, &status):
		got = strconv.Itoa(status.ExitCode())
	case err != nil:
		ts.Fatalf("running %s: %v", args[1], err)
	}
	if got != args[0] {
		ts.Fatalf("%v exited %s, want %s", args[1:], got, args[0])
	}
}
