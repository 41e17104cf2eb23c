package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The walk from log to ticket in docs/telemetry.md, typed as it stands there; the
// id is the one that the landscape prints.
func TestTheWalkFromLogToTicketIsAsTheDocsTellIt(t *testing.T) {
	docs, err := os.ReadFile(filepath.Join("..", "..", "docs", "telemetry.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, walk, found := strings.Cut(string(docs), "## From log to ticket\n")
	if !found {
		t.Fatal("docs/telemetry.md has no walk from log to ticket")
	}
	walk, _, _ = strings.Cut(walk, "\n## ")
	t.Chdir(t.TempDir())
	next := regexp.MustCompile(`cahoots sightings --incident ([0-9a-f]{12})`)
	id, commands := "", 0
	for line := range strings.Lines(walk) {
		command, ok := strings.CutPrefix(strings.TrimSpace(line), "cahoots ")
		if !ok || !strings.HasPrefix(line, "    ") {
			continue
		}
		commands++
		if strings.Contains(command, "ID") && id == "" {
			t.Fatal("the landscape named no incident")
		}
		out := string(cahoots(t, 0, strings.Fields(strings.ReplaceAll(command, "ID", id))...))
		if m := next.FindStringSubmatch(out); m != nil && id == "" {
			id = m[1]
		}
	}
	if commands != 5 {
		t.Errorf("the walk has %d commands, not 5", commands)
	}
	ticket, err := os.ReadFile("ticket.ndjson")
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(ticket) {
		var e struct {
			Host struct{ IP []string }
			Log  struct{ File struct{ Path string } }
		}
		if err := json.Unmarshal(line, &e); err != nil || len(e.Host.IP) != 1 || e.Log.File.Path == "" {
			t.Fatalf("an entry of the ticket is %s: %v", line, err)
		}
	}
}
