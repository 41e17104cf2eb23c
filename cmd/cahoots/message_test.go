package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Names of verbs, flags, files and sides come from outside, and stand in errors
// and remarks.
func TestNoMessageBearsBytesThatATerminalActsOn(t *testing.T) {
	const hostile = "\x1b]0;PWN\x07\u202e\u009b2J"
	dir := t.TempDir()
	file := filepath.Join(dir, hostile+".yaml")
	if err := os.WriteFile(file, []byte("case:\n  id: x\n  \""+hostile+"\": 1\n"), 0o600); err != nil {
		t.Skip(err)
	}
	db := filepath.Join(dir, hostile+".db")
	env := func(name string) string { // a command that names no store writes none here
		return map[string]string{"CAHOOTS_DB": filepath.Join(dir, "cahoots.db")}[name]
	}
	for _, args := range [][]string{
		{hostile}, {"--" + hostile}, {"check", file}, {"check", filepath.Join(dir, hostile)}, {"sources", "--db", db}, {"sources", "--format", hostile},
		{"ingest", "--db", db, file}, {"assess", "--db", db, "--a", hostile, "--b", "CN"}, {"assess", "--db", filepath.Join(dir, "x"), "--policy", file, "--a", "RU", "--b", "CN"},
		{"demo", hostile}, {"demo", "-o", filepath.Join(dir, hostile)}, {"export", "--to", hostile}, {"serve", "--ceiling", hostile}, {"serve", "--addr", hostile},
		{"match", "--indicators", file, file}, {"report", file}, {"fetch", hostile},
	} {
		var out, errs bytes.Buffer
		Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, env)
		if s := out.String() + errs.String(); strings.ContainsAny(s, "\x1b\x07\u202e\u009b") {
			t.Errorf("%q: %q", args, s)
		}
	}
}
