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

// The README's excerpt of the demo is what the demo prints, line for line.
func TestREADMEShowsWhatTheDemoPrints(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, rest, ok := strings.Cut(string(readme), "```\n$ cahoots demo\n")
	excerpt, _, closed := strings.Cut(rest, "\n```\n")
	if !ok || !closed {
		t.Fatal("README.md has no block that begins with $ cahoots demo")
	}
	var out, errs bytes.Buffer
	if status := Run(context.Background(), []string{"demo"}, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" }); status != exitDone {
		t.Fatalf("demo exited %d: %s", status, errs.String())
	}
	printed := map[string]bool{}
	for line := range strings.SplitSeq(out.String(), "\n") {
		printed[strings.TrimRight(line, " ")] = true
	}
	shown := 0
	for line := range strings.SplitSeq(excerpt, "\n") {
		if strings.TrimSpace(line) == "..." {
			continue
		}
		shown++
		if !printed[strings.TrimRight(line, " ")] {
			t.Errorf("README.md shows a line that the demo does not print: %q", line)
		}
	}
	if shown < 10 {
		t.Errorf("only %d lines are shown", shown)
	}
}

// Verbs and flags that README.md and CONTRIBUTING.md show are those of the program.
func TestCommandsInTheREADMEAreOfTheProgram(t *testing.T) {
	line := regexp.MustCompile("(?m)(?:^|`)(?:\\$ )?cahoots ([a-z][^`\n#]*)")
	root := (&app{getenv: func(string) string { return "" }}).root()
	shown := 0
	for _, name := range []string{"README.md", "CONTRIBUTING.md"} {
		b, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range line.FindAllStringSubmatch(string(b), -1) {
			shown++
			cmd, _, err := root.Find(strings.Fields(m[1]))
			if err != nil || cmd == root {
				t.Errorf("%s: cahoots %s: no such verb (%v)", name, m[1], err)
				continue
			}
			for _, flag := range regexp.MustCompile(`(?:^| )--([a-z-]+)`).FindAllStringSubmatch(m[1], -1) {
				if cmd.Flag(flag[1]) == nil && root.PersistentFlags().Lookup(flag[1]) == nil {
					t.Errorf("%s: cahoots %s: %s has no flag --%s", name, m[1], cmd.Name(), flag[1])
				}
			}
		}
	}
	if shown < 10 {
		t.Errorf("only %d commands were found", shown)
	}
}
