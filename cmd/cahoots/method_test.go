package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var fenced = regexp.MustCompile("(?s)```(\\S+)(?: file=(\\S+))?\n(.*?)```")

// docs/method.md shows commands with lines of their output, and files they read.
// All of it is run, in order.
func TestTheCommandsOfTheMethodPageDoWhatItSays(t *testing.T) {
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "method.md"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	commands := 0
	for _, block := range fenced.FindAllStringSubmatch(string(page), -1) {
		switch kind, file, body := block[1], block[2], block[3]; {
		case file != "":
			if err := os.WriteFile(file, []byte(body), 0o600); err != nil {
				t.Fatal(err)
			}
		case kind == "console":
			var shown, command string
			for line := range strings.Lines(body) {
				line = strings.TrimSuffix(line, "\n")
				if c, ok := strings.CutPrefix(line, "$ cahoots "); ok {
					command, shown = c, output(t, c)
					commands++
					continue
				}
				if !strings.Contains(shown, line) {
					t.Errorf("cahoots %s does not print %q but\n%s", command, line, shown)
				}
			}
		}
	}
	if commands < 6 {
		t.Errorf("only %d commands found on the page", commands)
	}
}

// output runs a command line with double quotes, and gives its output with runs
// of spaces and line breaks as one space each.
func output(t *testing.T, line string) string {
	t.Helper()
	var args []string
	for i, part := range strings.Split(line, `"`) {
		if i%2 == 1 {
			args = append(args, part)
		} else {
			args = append(args, strings.Fields(part)...)
		}
	}
	var out, errs bytes.Buffer
	if status := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" }); status != exitDone {
		t.Fatalf("cahoots %s: status %d\n%s", line, status, errs.String())
	}
	return strings.Join(strings.Fields(out.String()), " ")
}
