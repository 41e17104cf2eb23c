package telemetry_test

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/mapped"
)

// Times of syslog name no year: it is that of entries beside them, of the log's name, or
// of when it was last written to.
func TestTimesWithoutAYear(t *testing.T) {
	entry := func(time string) string {
		return time + " ns1 named[7]: client 10.0.0.1#46255: query: a.example.org IN A +\n"
	}
	for what, c := range map[string]struct {
		name, written string
		times         []string
		want, whence  string
	}{
		"last written to":                  {"query.log", "2024-05-02T00:00:00Z", []string{"May  1 10:00:00"}, "2024-05-01", "2024-05-02"},
		"the turn of the year":             {"query.log", "2024-01-02T00:00:00Z", []string{"Dec 31 23:59:59", "Jan  1 00:00:00"}, "2023-12-31 2024-01-01", "2024-01-02"},
		"an hour ahead of this clock":      {"query.log", "2023-12-31T23:00:00Z", []string{"Jan  1 00:30:00"}, "2024-01-01", "2023-12-31"},
		"a leap day":                       {"query.log", "2025-03-01T00:00:00Z", []string{"Feb 29 10:00:00"}, "2024-02-29", "2025-03-01"},
		"copied later, by its name":        {"query.log-20230103.gz", "2026-05-01T00:00:00Z", []string{"Dec 31 10:00:00", "Jan  3 00:00:00"}, "2022-12-31 2023-01-03", "name"},
		"named by its beginning":           {"query.2023-01-01.log", "2026-05-01T00:00:00Z", []string{"Jan  1 10:00:00", "Mar  3 00:00:00"}, "2023-01-01 2023-03-03", "name"},
		"in a folder of the day":           {"2023/01/02/query.log", "2026-05-01T00:00:00Z", []string{"Jan  1 10:00:00"}, "2023-01-01", "name"},
		"digits that are no date":          {"query-20231345-1.log", "2026-05-01T00:00:00Z", []string{"Jan  1 10:00:00"}, "2026-01-01", "2026-05-01"},
		"beside entries that have one":     {"query.log", "2026-05-01T00:00:00Z", []string{"01-Jan-2021 00:00:00.1", "Dec 31 23:59:59"}, "2021-01-01 2020-12-31", "beside"},
		"all with a year, and none needed": {"query.log", "2026-05-01T00:00:00Z", []string{"01-Jan-2021 00:00:00.1"}, "2021-01-01", ""},
	} {
		path := filepath.Join(t.TempDir(), filepath.FromSlash(c.name))
		var text strings.Builder
		for _, one := range c.times {
			text.WriteString(entry(one))
		}
		at, err := time.Parse(time.RFC3339, c.written)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		add(t, path, text.String())
		if err := os.Chtimes(path, at, at); err != nil {
			t.Fatal(err)
		}
		log, err := telemetry.Opening{Formats: mapped.Shipped(nil)}.Open(path)
		if err != nil {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if got := days(t, log); got != c.want || !strings.Contains(log.Year, c.whence) || (c.whence == "") != (log.Year == "") {
			t.Errorf("%s: %s by %q, want %s by %s", what, got, log.Year, c.want, c.whence)
		}
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	}
}

// In an archive a log was written when the archive says.
func TestTimesWithoutAYearInAnArchive(t *testing.T) {
	var packed bytes.Buffer
	w := tar.NewWriter(&packed)
	const text = "Dec 31 10:00:00 ns1 named[7]: client 10.0.0.1#46255: query: a.example.org IN A +\n"
	err := w.WriteHeader(&tar.Header{Name: "query.log", Size: int64(len(text)), Mode: 0o600, ModTime: time.Date(2019, 1, 5, 0, 0, 0, 0, time.UTC)})
	if err == nil {
		_, err = w.Write([]byte(text))
	}
	if err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "logs.tar")
	add(t, path, packed.String())
	err = telemetry.Opening{Formats: mapped.Shipped(nil)}.Each(path, func(_ string, _ bool, l *telemetry.Log, err error) error {
		if err == nil {
			if got := days(t, l); got != "2018-12-31" {
				t.Errorf("it is of %s", got)
			}
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// days are those of a log's entries, in its order.
func days(t *testing.T, log *telemetry.Log) string {
	t.Helper()
	b, err := log.Next()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) { got = append(got, e.Time.Format(time.DateOnly)) },
		func(r telemetry.Rejection) { got = append(got, fmt.Sprint(r)) })
	return strings.Join(got, " ")
}
