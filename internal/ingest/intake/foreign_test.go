package intake

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// told is what a file says, a line per record in order, below what it was taken for.
func told(t *testing.T, path string) string {
	t.Helper()
	var head string
	var lines []string
	err := source.Members(t.Context(), path, source.Options{}, func(m source.Member) error {
		in, err := m.Open(t.Context(), Formats(), "", source.Options{})
		if err != nil {
			return err
		}
		defer in.Close()
		err = source.All(in, func(r evidence.Record) error {
			whom := []string{}
			for _, v := range r.Targets {
				whom = append(whom, strings.Trim(v.Country+" "+v.Sector+" "+v.Name, " "))
			}
			slices.Sort(whom)
			when, _ := r.When()
			lines = append(lines, strings.Join([]string{r.Citation.Publisher, string(r.Class), strings.Trim(r.Subject.Name+" "+r.Subject.Country, " "), r.Value,
				strings.Join(whom, "+"), when.String(), string(r.Marking)}, "|"))
			return nil
		}, func(bad *source.RecordError) { lines = append(lines, "rejected: "+bad.Error()) })
		head = in.Format() + " " + in.Summary().Dataset
		return err
	})
	if err != nil {
		lines = append(lines, "error: "+err.Error())
	}
	slices.Sort(lines)
	return strings.Join(append([]string{head}, lines...), "\n") + "\n"
}

// What other programs wrote (testdata/foreign/make.py says which), with what it says
// in the file beside it: who says it, what, of whom, whom it struck, when, marking.
func TestFilesOfOtherProgramsSayWhatTheyMean(t *testing.T) {
	files, err := filepath.Glob("testdata/foreign/*.json")
	if err != nil || len(files) < 8 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	for _, f := range files {
		want, err := os.ReadFile(strings.TrimSuffix(f, ".json") + ".txt")
		if err != nil {
			t.Fatal(err)
		}
		if got := told(t, f); got != string(want) {
			t.Errorf("%s says\n%s\nand not\n%s", f, got, want)
		}
	}
}
