package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// The walks of docs/walks.md, typed as they stand there, one after the other in one
// folder. Each takes a reader less than two minutes.
func TestTheFiveWalksAreAsTheDocsTellThem(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "walks.md"))
	if err != nil {
		t.Fatal(err)
	}
	pictures := regexp.MustCompile(`\]\((pictures/[^)]+)\)`)
	for _, m := range pictures.FindAllStringSubmatch(string(docs), -1) {
		if _, err := os.Stat(filepath.Join("..", "..", "docs", filepath.FromSlash(m[1]))); err != nil {
			t.Errorf("docs/walks.md shows a picture that is not there: %v", err)
		}
	}
	t.Chdir(t.TempDir())
	walks := strings.Split(string(docs), "\n## ")[1:]
	if len(walks) != 5 {
		t.Fatalf("docs/walks.md has %d walks, not five", len(walks))
	}
	for _, walk := range walks {
		title, _, _ := strings.Cut(walk, "\n")
		start, commands := time.Now(), 0
		for line := range strings.Lines(walk) {
			command, ok := strings.CutPrefix(line, "    cahoots ")
			if !ok {
				continue
			}
			commands++
			words := typed(strings.TrimSpace(command))
			out := cahoots(t, 0, words...)
			if i := len(words) - 2; i >= 0 && words[i] == "-o" {
				if out, err = os.ReadFile(words[i+1]); err != nil {
					t.Fatal(err)
				}
			}
			if len(out) < 200 && words[0] != "simulate" {
				t.Errorf("%s: cahoots %s says no more than %q", title, command, out)
			}
		}
		if took := time.Since(start); commands < 3 || took > 2*time.Minute {
			t.Errorf("%s: %d commands took %s", title, commands, took)
		}
	}
}

// typed splits a command as a shell does, with double quotes.
func typed(command string) []string {
	var out []string
	for _, m := range regexp.MustCompile(`"([^"]*)"|(\S+)`).FindAllStringSubmatch(command, -1) {
		out = append(out, m[1]+m[2])
	}
	return out
}
