package report

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"
)

// Who adds a table adds its id, so that nobody is told it is unknown.
func TestEveryTableCanBeAskedFor(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	literal := regexp.MustCompile(`document\.Table\{\s*ID: "([^"]+)"`)
	found := 0
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range literal.FindAllStringSubmatch(string(b), -1) {
			found++
			if id := m[1]; !HasTable(Tables(""), id) {
				t.Errorf("%s: table %q stands in no list of tables.go", file, id)
			}
		}
	}
	if found < 20 {
		t.Errorf("only %d tables found", found)
	}
	for _, wrong := range []string{"", "nonsense", "changes", "pairs2", "Pairs"} {
		if HasTable(Tables("dyads"), wrong) {
			t.Errorf("%q is taken for a table of dyads", wrong)
		}
	}
}
