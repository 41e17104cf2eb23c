package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/tell/document"
)

var update = flag.Bool("update", false, "write the golden files of the layouts")

// The goldens hold the layout of a hand-made assessment. They say nothing about
// the figures in it, which stand in testdata/small.json.
func TestLayoutsStayAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name, format string
		o            document.Options
	}{
		{"small.txt", "text", document.Options{Full: true}},
		{"small-80.txt", "text", document.Options{Full: true, Width: 80}},
		{"small.md", "markdown", document.Options{}},
		{"small.csv", "csv", document.Options{}},
		{"small-attacks.csv", "csv", document.Options{Table: "attacks"}},
		{"small.html", "html", document.Options{Static: true}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := render(t, small(t), c.format, c.o)
			path := filepath.Join("testdata", c.name)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatalf("%v; write it with go test ./report -update, and read it before you commit", err)
			}
			if d := cmp.Diff(string(want), got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}
