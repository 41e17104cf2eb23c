package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func printed(t *testing.T, env map[string]string, args ...string) string {
	t.Helper()
	var out, errs bytes.Buffer
	if status := Run(context.Background(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(k string) string { return env[k] }); status != exitDone {
		t.Fatalf("%v exited %d: %s", args, status, errs.String())
	}
	return out.String()
}

// What may stand in a place is told to the shell: states with their names, groups
// of the store, also behind a comma, formats, tables, cases, presets.
func TestShellsCompleteValues(t *testing.T) {
	dir := t.TempDir()
	file, db := filepath.Join(dir, "case.yaml"), filepath.Join(dir, "s.db")
	printed(t, nil, "demo", "-q", "--export", file, "-o", filepath.Join(dir, "out"))
	printed(t, nil, "ingest", "-q", "--db", db, file)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"assess", "--a", "R"}, "RU\tRussia\n"},
		{[]string{"assess", "--b", "Chi"}, "China\n"},
		{[]string{"--db", db, "assess", "--a", "mus"}, "Mustang Panda\n"},
		{[]string{"--db", db, "assess", "--a", "Mustang Panda, Sca"}, "Mustang Panda, Scarab\n"},
		{[]string{"--db", db, "actors", "show", "Jud"}, "Judgment Panda\n"},
		{[]string{"dyads", "--a", "KP"}, "KP\tNorth Korea\n"},
		{[]string{"demo", ""}, "sino-russian\n"},
		{[]string{"demo", "--format", ""}, "markdown\n"},
		{[]string{"dyads", "--table", ""}, "friends\n"},
		{[]string{"export", "--to", ""}, "png\n"},
		{[]string{"export", "--ceiling", ""}, "AMBER+STRICT\n"},
		{[]string{"simulate", "telemetry", "--preset", ""}, "telecom-month\n"},
	} {
		if got := printed(t, nil, append([]string{"__complete"}, c.args...)...); !strings.Contains(got, c.want) {
			t.Errorf("%q: %q is not among\n%s", c.args, c.want, got)
		}
	}
}

func TestEveryVerbStandsInAGroupOfTheHelpAndHasAManualPage(t *testing.T) {
	root := (&app{getenv: func(string) string { return "" }}).root()
	dir := filepath.Join(t.TempDir(), "man1")
	printed(t, nil, "man", "-q", "--dir", dir)
	for _, cmd := range root.Commands() {
		if cmd.Hidden {
			continue
		}
		if cmd.GroupID == "" {
			t.Errorf("%s stands in no group of version.go", cmd.Name())
		}
		if cmd.Name() == "help" {
			continue
		}
		if _, err := os.Stat(filepath.Join(dir, "cahoots-"+cmd.Name()+".1")); err != nil {
			t.Errorf("%s has no manual page: %v", cmd.Name(), err)
		}
	}
	page := printed(t, nil, "man", "assess")
	if !strings.Contains(page, `.TH "CAHOOTS-ASSESS" "1"`) || page != printed(t, nil, "man", "assess") {
		t.Errorf("the page of assess is not one, or not the same twice:\n%s", page[:min(300, len(page))])
	}
}

func TestTextIsAsWideAsCOLUMNSSays(t *testing.T) {
	for columns, most := range map[string]int{"70": 70, "100": 100, "": 100, "nonsense": 100} {
		for line := range strings.Lines(printed(t, map[string]string{"COLUMNS": columns}, "demo")) {
			if n := len([]rune(strings.TrimRight(line, "\n"))); n > most {
				t.Errorf("COLUMNS=%s: a line of %d: %q", columns, n, line)
			}
		}
	}
}

func TestAPagerGetsTheTextAndAMissingOneLosesNone(t *testing.T) {
	out, err := os.CreateTemp(t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	a := &app{Streams: Streams{Out: out, Err: out}, getenv: func(k string) string { return map[string]string{"PAGER": "tr a-z A-Z"}[k] }}
	for _, pager := range []string{a.pager(), "no-such-pager-here --plain"} {
		if err := a.page(pager, []byte("ears\n")); err != nil {
			t.Fatal(err)
		}
	}
	if b, _ := os.ReadFile(out.Name()); string(b) != "EARS\nears\n" {
		t.Errorf("got %q", b)
	}
	a.getenv = func(string) string { return "cat" }
	if a.pager() != "" {
		t.Error("cat is taken for a pager")
	}
}
