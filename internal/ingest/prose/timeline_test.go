package prose

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/plaintext"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

var (
	timelineRow = regexp.MustCompile(`(?m)^\| *(\d{1,2} [A-Za-z]+) *\| *([^|]*?) *\|(.*)$`)
	mdLink      = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
)

// TestEveryRowOfATimelineIsAccountedFor reads the timelines of the war in 2022, which
// are tables with a date, a source and what it told of, whole: each row is read with its
// date, and is counted as naming a group or a program or as naming neither.
func TestEveryRowOfATimelineIsAccountedFor(t *testing.T) {
	rows, named := 0, 0
	for _, month := range []string{"January", "February", "March", "April", "May", "June", "July", "August"} {
		path := "reports/war-timeline-2022-" + month + ".md"
		raw := publicdata.Read(t, path)
		text, err := plaintext.Read(filepath.Base(path), raw)
		if err != nil {
			t.Fatal(err)
		}
		published, _ := evidence.ParseInterval("2022-12")
		got := Read(text.Plain, Options{Published: "2022-12"})
		times := datesIn(text.Plain, 0, published)
		at := 0
		for _, m := range timelineRow.FindAllStringSubmatch(string(raw), -1) {
			rows++
			line := strings.Index(text.Plain[at:], "| "+m[1]+" |")
			if line < 0 {
				t.Errorf("%s: the row of %s, %s is lost", month, m[1], m[2])
				continue
			}
			from := at + line + 2
			end := from + len(strings.SplitN(text.Plain[from:], "\n", 2)[0])
			at = from + len(m[1])
			if !slices.ContainsFunc(times, func(d dated) bool {
				return d.start >= from && d.start < from+4 && d.when.From.Year() == 2022 && d.when.FromPrecision == evidence.Day
			}) {
				t.Errorf("%s: %q has no date", month, m[1])
			}
			threats := mdLink.ReplaceAllString(m[3], "$1")
			if word := strings.Fields(threats); len(word) > 0 && !strings.Contains(text.Plain[from:end], strings.Trim(word[0], "`*\"")) {
				t.Errorf("%s: %q of the row %s is not in what was read: %q", month, word[0], m[1], text.Plain[from:end])
			}
			if slices.ContainsFunc(got.Mentions, func(m Mention) bool {
				return m.Start >= from && m.End <= end && (m.Kind == Group || m.Kind == Malware || m.Kind == Tool)
			}) {
				named++
			}
		}
	}
	t.Logf("%d rows, of which %d name a group or a program and %d neither", rows, named, rows-named)
	if rows != 243 || named*10 < rows*6 {
		t.Errorf("%d rows, %d with a name", rows, named)
	}
}
