package report_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/tell/report"
)

var update = flag.Bool("update", false, "write the golden files of the layouts")

// The goldens hold the layout of a hand-made assessment. They say nothing about
// the figures in it, which stand in testdata/small.json.
func TestLayoutsStayAsTheyAre(t *testing.T) {
	for _, c := range []struct {
		name, format string
		o            report.Options
	}{
		{"small.txt", "text", report.Options{}},
		{"small-80.txt", "text", report.Options{Width: 80}},
		{"small.md", "markdown", report.Options{}},
		{"small.csv", "csv", report.Options{}},
		{"small-crossfire.csv", "csv", report.Options{Table: "crossfire"}},
		{"small.html", "html", report.Options{Static: true}},
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
