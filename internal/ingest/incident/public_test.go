package incident

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// readAll reads data through Format and returns everything it yields.
func readAll(t testing.TB, data []byte, name string, opt source.Options) ([]evidence.Record, []*source.RecordError, source.Summary) {
	t.Helper()
	r, err := Format.Open(t.Context(), bytes.NewReader(data), source.Info{Name: name}, opt)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	var recs []evidence.Record
	var bad []*source.RecordError
	err = source.All(r, func(rec evidence.Record) error { recs = append(recs, rec); return nil },
		func(e *source.RecordError) { bad = append(bad, e) })
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return recs, bad, r.Summary()
}

// byEvent is the first record of every incident.
func byEvent(recs []evidence.Record) map[string]evidence.Record {
	m := map[string]evidence.Record{}
	for _, r := range recs {
		if _, ok := m[r.Event]; !ok {
			m[r.Event] = r
		}
	}
	return m
}

func TestEuRepoCIsReadWholeAndHeapedDatesAreIntervals(t *testing.T) {
	data := publicdata.Read(t, "incidents/EuRepoC_Global_Database_1.1.csv.xz")
	recs, bad, sum := readAll(t, data, "eurepoc.csv", source.Options{})
	events := byEvent(recs)
	if len(events) != 1643 || len(bad) != 0 || sum.Objects != 1643 || sum.Rejected != 0 || sum.Records != len(recs) {
		t.Errorf("%d incidents, %d rejected, summary %+v; want 1643 and 0", len(events), len(bad), sum)
	}
	var dated, heaped, month, year int
	for _, r := range events {
		if r.Activity.IsZero() {
			continue
		}
		dated++
		switch {
		case r.Activity.FromPrecision == evidence.Month:
			month++
		case r.Activity.FromPrecision == evidence.Year:
			year++
		}
		if r.Activity.From.Day() == 1 {
			heaped++
		}
		if r.Activity.From.Day() == 1 && r.Activity.Precision() >= evidence.Day {
			t.Errorf("%s: %s is a point on a first of a month", r.Event, r.Activity)
		}
	}
	if dated != 1627 || heaped != 930 || month != 518 || year != 412 {
		t.Errorf("%d dated, %d on day 1, %d months, %d years; want 1627, 930, 518, 412", dated, heaped, month, year)
	}
	if !slices.ContainsFunc(sum.Notes, func(n string) bool {
		return strings.Contains(n, "930 of 1627") && strings.Contains(n, "518") && strings.Contains(n, "412")
	}) {
		t.Errorf("no note tells of the heaped dates: %q", sum.Notes)
	}
}

func TestEuRepoCKeepsNamesPackedAndPairsTargets(t *testing.T) {
	data := publicdata.Read(t, "incidents/EuRepoC_Global_Database_1.1.csv.xz")
	recs, _, _ := readAll(t, data, "eurepoc.csv", source.Options{})
	packed := 0
	for _, r := range recs {
		if strings.HasPrefix(r.Subject.Name, "Fancy Bear/APT28/Sofacy/Pawn Storm/") && r.Subject.Country == "RU" {
			packed++
		}
		if err := r.Validate(); err != nil {
			t.Fatalf("%s: %v", r.Event, err)
		}
	}
	if packed < 27 {
		t.Errorf("%d records of Fancy Bear with its packed name, want at least 27", packed)
	}
	// Row 5 of the file: two sectors of one country, told by the subcode and by the category.
	r := byEvent(recs)["eurepoc:5"]
	want := []evidence.Target{{Country: "US", Sector: "government"}, {Country: "US", Sector: "government-national"}}
	if !slices.Equal(r.Targets, want) || r.Subject != (evidence.Actor{Name: "Honker Union", Country: "CN"}) || r.Objective != "disruption" {
		t.Errorf("eurepoc:5 is %+v against %+v, objective %q", r.Subject, r.Targets, r.Objective)
	}
	if r.Citation.Publisher != "EuRepoC" || r.Citation.PublisherCountry != "DE" || !strings.HasPrefix(r.Citation.Locator, "http") ||
		r.Citation.Title != `"First Sino-US-Cyber-War" I` {
		t.Errorf("citation %+v", r.Citation)
	}
}

func TestCFRIsReadWholeAndItsSlippedRowsAreNamed(t *testing.T) {
	data := publicdata.Read(t, "incidents/cfr-cyber-operations-2022.csv.xz")
	recs, bad, sum := readAll(t, data, "cfr.csv", source.Options{})
	events := byEvent(recs)
	dated, slipped := 0, 0
	for _, r := range events {
		if !r.Disclosed.IsZero() {
			dated++
			if r.Disclosed.Precision() != evidence.Day || !r.Activity.IsZero() {
				t.Errorf("%s: %s, activity %s: a report date is a day of disclosure", r.Event, r.Disclosed, r.Activity)
			}
		}
		if strings.Contains(r.Note, "cells have moved") {
			slipped++
			if r.Subject.Country != "" || len(r.Targets) > 0 || r.Citation.Locator != "" {
				t.Errorf("line %d: a damaged row told more than its sound columns: %+v", r.Origin.Line, r)
			}
		}
	}
	if len(events) != 768 || dated != 753 || slipped != 7 || len(bad) != 0 || sum.Objects != 768 {
		t.Errorf("%d incidents, %d dated, %d slipped, %d rejected; want 768, 753, 7, 0", len(events), dated, slipped, len(bad))
	}
	lines := bytes.Split(data, []byte("\n"))
	for _, r := range recs {
		if r.Citation.Title == "Targeting of Russian and Belarusian websites" {
			if got := r.Targets; !slices.ContainsFunc(got, func(t evidence.Target) bool { return t.Country == "RU" }) ||
				!slices.ContainsFunc(got, func(t evidence.Target) bool { return t.Country == "BY" }) {
				t.Errorf("prose victims became %+v", got)
			}
		}
		if !bytes.Contains(lines[r.Origin.Line-1], []byte(strings.Split(r.Citation.Title, "\n")[0])) {
			t.Errorf("%q is said to begin on line %d, which is %q", r.Citation.Title, r.Origin.Line, lines[r.Origin.Line-1])
		}
	}
}

func TestCFRNamesStayAsWritten(t *testing.T) {
	data := publicdata.Read(t, "incidents/cfr-cyber-operations-2022.csv.xz")
	recs, _, _ := readAll(t, data, "cfr.csv", source.Options{})
	n := map[string]int{}
	for _, r := range recs {
		n[r.Subject.Name]++
	}
	for name, want := range map[string]int{"APT 28": 15, "Believed to be the work of APT 28": 15, "Believed to be the work of?APT 28": 7} {
		if n[name] != want {
			t.Errorf("%d records of %q, want %d", n[name], name, want)
		}
	}
}

func TestSideTablesOfEuRepoCAreRefusedWithAdvice(t *testing.T) {
	for _, name := range []string{"EuRepoC_Attribution_dataset_1.1.csv.xz", "EuRepoC_Receiver_dataset_1.1.csv.xz"} {
		data := publicdata.Read(t, "incidents/"+name)
		if ok, why := Format.Sniff(data[:4096], name); !ok {
			t.Fatalf("%s is not recognised: %s", name, why)
		}
		_, err := Format.Open(t.Context(), bytes.NewReader(data), source.Info{Name: name}, source.Options{})
		if err == nil || !strings.Contains(err.Error(), "global database") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSameTableGivesTheSameRecordsInAnyRowOrder(t *testing.T) {
	data := publicdata.Read(t, "incidents/cfr-cyber-operations-2022.csv.xz")
	rows := splitRows(data)
	slices.Reverse(rows[1:])
	a, _, _ := readAll(t, data, "cfr.csv", source.Options{})
	b, _, _ := readAll(t, []byte(strings.Join(rows, "\n")), "cfr.csv", source.Options{})
	slices.SortFunc(a, evidence.Compare)
	slices.SortFunc(b, evidence.Compare)
	if !slices.EqualFunc(a, b, func(x, y evidence.Record) bool { return x.ID == y.ID }) {
		t.Error("reversing the rows changed the records' ids")
	}
}

// splitRows splits CSV text at line ends outside quotes.
func splitRows(data []byte) []string {
	var rows []string
	quoted, from := false, 0
	for i, c := range data {
		if c == '"' {
			quoted = !quoted
		}
		if c == '\n' && !quoted {
			rows = append(rows, string(data[from:i]))
			from = i + 1
		}
	}
	return rows
}

func BenchmarkEuRepoC(b *testing.B) {
	data := publicdata.Read(b, "incidents/EuRepoC_Global_Database_1.1.csv.xz")
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r, err := Format.Open(context.Background(), bytes.NewReader(data), source.Info{Name: "b.csv"}, source.Options{})
		if err != nil {
			b.Fatal(err)
		}
		if err := source.All(r, func(evidence.Record) error { return nil }, func(*source.RecordError) {}); err != nil {
			b.Fatal(err)
		}
	}
}
