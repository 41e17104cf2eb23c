package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/evidence"
	"github.com/cahoots-project/cahoots/store"
)

// record returns the i-th of a series of sealed records of about the size of
// those made from ATT&CK.
func record(i int) evidence.Record {
	return evidence.Record{
		Class:        evidence.UsesTechnique,
		Subject:      evidence.Actor{Name: fmt.Sprintf("Group %d", i%200), Ref: fmt.Sprintf("attack:G%04d", i%200), Country: "RU"},
		Value:        fmt.Sprintf("Technique %d", i),
		ValueRef:     fmt.Sprintf("T%04d.%03d", i%700, i%9),
		ValueAliases: []string{"one", "two"},
		Targets:      []evidence.Target{{Country: "UA", Sector: "government"}},
		Disclosed:    evidence.MustInterval("2020-06-17"),
		Citation:     evidence.Citation{Publisher: "A Vendor", PublisherCountry: "US", Title: "A report on the group and on what it does", Locator: fmt.Sprintf("https://vendor.example/reports/%d", i), Published: evidence.MustInterval("2020-06-17")},
		Confidence:   evidence.Percent(70),
		Marking:      evidence.Clear,
		Note:         "The group has used this technique in several campaigns, as the report says in a sentence of ordinary length.",
		Origin:       evidence.Origin{Dataset: "attack-enterprise", Object: fmt.Sprintf("relationship--%08d-0000-4000-8000-000000000000", i), Version: "18.1", File: "enterprise.json", Line: i + 1},
	}.Seal()
}

func series(n int) []evidence.Record {
	all := make([]evidence.Record, n)
	for i := range all {
		all[i] = record(i)
	}
	return all
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func input(name string) store.Input {
	return store.Input{Name: name, Reading: "stix", SHA256: sum(name), Bytes: int64(len(name))}
}

var summary = store.Summary{Dataset: "attack-enterprise", Version: "18.1", License: "a notice", JSON: json.RawMessage(`{"objects":3}`)}

func open(t testing.TB, path string, opts ...store.Option) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), path, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func fresh(t testing.TB) *store.Store {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "c.db"))
}

func ingest(t testing.TB, s *store.Store, in store.Input, sum store.Summary, records ...evidence.Record) store.Outcome {
	t.Helper()
	g, err := s.Ingest(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	defer g.Rollback()
	for _, r := range records {
		if err := g.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	out, err := g.Commit(sum)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func all(t testing.TB, s *store.Store, f store.Filter) []evidence.Record {
	t.Helper()
	var got []evidence.Record
	for r, err := range s.Records(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, r)
	}
	return got
}

func clean(t testing.TB, s *store.Store) store.Report {
	t.Helper()
	r, err := s.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

var alike = cmp.Comparer(func(a, b evidence.Confidence) bool { return a == b })

func TestRecordsComeBackAsGivenInIDOrder(t *testing.T) {
	s := fresh(t)
	want := series(1000)
	odd := record(5000)
	odd.Extra = map[string]json.RawMessage{"x_field": json.RawMessage(`{"a":[1,2,"text"]}`)}
	odd.Note, odd.Activity, odd.Citation.Published = "naïve \x00 text 🐻", evidence.MustInterval("2012/.."), evidence.Interval{}
	want = append(want, odd.Seal())
	out := ingest(t, s, input("a"), summary, want...)
	if out.Added != len(want) || out.Known != 0 || out.Input.Holds != len(want) {
		t.Errorf("outcome %+v", out)
	}
	slices.SortFunc(want, evidence.Compare)
	if d := cmp.Diff(want, all(t, s, store.Filter{}), alike); d != "" {
		t.Error(d)
	}
	if r := clean(t, s); r.Records != len(want) || r.Inputs != 1 {
		t.Errorf("report %+v", r)
	}
}

func TestSecondIngestOfTheSameInputSaysSoAndAddsNothing(t *testing.T) {
	s := fresh(t)
	ingest(t, s, input("a"), summary, series(10)...)
	var known *store.KnownError
	if _, err := s.Ingest(t.Context(), input("a")); !errors.As(err, &known) || known.Input.Records != 10 {
		t.Fatalf("second ingest: %v", err)
	}
	// The sum of a stream is known only at its end.
	g, err := s.Ingest(t.Context(), store.Input{Name: "-", Reading: "stix"})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range series(20) {
		if err := g.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	late := summary
	late.SHA256 = sum("a")
	if _, err := g.Commit(late); !errors.As(err, &known) {
		t.Fatalf("stream of the same bytes: %v", err)
	}
	if n := len(all(t, s, store.Filter{})); n != 10 {
		t.Errorf("%d records, want 10", n)
	}
	other := input("a")
	other.Reading = "incidents:another map"
	if out := ingest(t, s, other, summary, series(12)...); out.Added != 2 || out.Known != 10 {
		t.Errorf("the same bytes read another way: %+v", out)
	}
	clean(t, s)
}

func TestRecordFoundTwiceIsKeptOnceWhateverTheOrder(t *testing.T) {
	shared := series(300)
	elsewhere := slices.Clone(shared)
	for i := range elsewhere {
		elsewhere[i].Origin.File = "another.json"
	}
	elsewhere = append(elsewhere, record(999), record(999))
	var stores [2]*store.Store
	for i := range stores {
		stores[i] = fresh(t)
		for j := range 2 {
			if i == j {
				ingest(t, stores[i], input("enterprise.json"), summary, shared...)
			} else {
				ingest(t, stores[i], input("another.json"), summary, elsewhere...)
			}
		}
		if r := clean(t, stores[i]); r.Records != 301 {
			t.Errorf("%d records, want 301", r.Records)
		}
	}
	if d := cmp.Diff(all(t, stores[0], store.Filter{}), all(t, stores[1], store.Filter{}), alike); d != "" {
		t.Error("order of ingest shows:", d)
	}
	holds := func(s *store.Store) (n []int) {
		sets, err := s.Datasets(t.Context())
		if err != nil || len(sets) != 1 || len(sets[0].Warnings) != 1 {
			t.Fatalf("%+v %v", sets, err)
		}
		for _, in := range sets[0].Inputs {
			n = append(n, in.Holds)
		}
		return n
	}
	if d := cmp.Diff(holds(stores[0]), holds(stores[1])); d != "" {
		t.Error(d)
	}
}

func TestReplaceLeavesOnlyTheNewVersion(t *testing.T) {
	s := fresh(t)
	old := series(500)
	ingest(t, s, input("v18"), summary, old...)
	other := record(7000)
	other.Origin.Dataset = "eurepoc"
	ingest(t, s, input("e"), store.Summary{Dataset: "eurepoc"}, other.Seal())

	next := series(600)[100:]
	for i := range next {
		next[i].Origin.Version = "19.0"
	}
	in := input("v19")
	in.Replace = true
	sum := summary
	sum.Version = "19.0"
	out := ingest(t, s, in, sum, next...)
	if out.Added != 100 || out.Known != 400 || out.Removed != 100 || len(out.Replaced) != 1 || len(out.Warnings) != 0 {
		t.Errorf("outcome %+v", out)
	}
	got := all(t, s, store.Filter{Datasets: []string{"attack-enterprise"}})
	slices.SortFunc(next, evidence.Compare)
	if d := cmp.Diff(next, got, alike); d != "" {
		t.Error(d)
	}
	if r := clean(t, s); r.Records != 501 || r.Inputs != 2 {
		t.Errorf("report %+v", r)
	}
	// The same bytes again, with Replace, are read again.
	if out := ingest(t, s, in, sum, next[:10]...); out.Removed != 490 || out.Added != 0 {
		t.Errorf("outcome %+v", out)
	}
	clean(t, s)
}

func TestNothingOfAnUnfinishedIngestIsKept(t *testing.T) {
	s := fresh(t)
	ingest(t, s, input("a"), summary, series(5)...)
	g, err := s.Ingest(t.Context(), input("b"))
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range series(2000) {
		if err := g.Add(r); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(all(t, s, store.Filter{})); n != 5 {
		t.Errorf("a reader sees %d records before the commit, want 5", n)
	}
	if err := g.Rollback(); err != nil {
		t.Fatal(err)
	}
	if _, err := g.Commit(summary); err == nil {
		t.Error("committed after a rollback")
	}
	if r := clean(t, s); r.Records != 5 || r.Inputs != 1 {
		t.Errorf("report %+v", r)
	}
}

func TestRecordChangedAfterSealingIsRefused(t *testing.T) {
	s := fresh(t)
	g, err := s.Ingest(t.Context(), input("a"))
	if err != nil {
		t.Fatal(err)
	}
	r := record(1)
	r.Value = "changed"
	if err := g.Add(r); err == nil {
		_, err = g.Commit(summary)
		if err == nil {
			t.Fatal("stored a record whose id is not its content's")
		}
	}
	if r := clean(t, s); r != (store.Report{}) {
		t.Errorf("report %+v", r)
	}
}

func TestFilterByClassDatasetAndPeriod(t *testing.T) {
	s := fresh(t)
	dates := []string{"2020", "2021-03", "2021-03-31", "2021/2022", "2012/..", "../2015-06", ""}
	var given []evidence.Record
	for i, d := range dates {
		r := record(i)
		r.Activity, r.Disclosed, r.Citation.Published = evidence.MustInterval(d), evidence.Interval{}, evidence.Interval{}
		if i%2 == 1 {
			r.Class, r.Origin.Dataset = evidence.UsesSoftware, "other"
		}
		given = append(given, r.Seal())
	}
	ingest(t, s, input("a"), summary, given...)
	for _, f := range []store.Filter{
		{}, {Classes: []evidence.Class{evidence.UsesSoftware}}, {Datasets: []string{"other", "absent"}}, {Datasets: []string{"absent"}},
		{Period: evidence.MustInterval("2021-03")}, {Period: evidence.MustInterval("2021-03"), Undated: true},
		{Period: evidence.MustInterval("2021/.."), Classes: evidence.Classes()}, {Period: evidence.MustInterval("../2011")},
		{Undated: true},
	} {
		var want []evidence.Record
		for _, r := range given {
			when, _ := r.When()
			if (len(f.Classes) == 0 || slices.Contains(f.Classes, r.Class)) &&
				(len(f.Datasets) == 0 || slices.Contains(f.Datasets, r.Origin.Dataset)) &&
				(f.Period.IsZero() || when.Overlaps(f.Period) || when.IsZero() && f.Undated) {
				want = append(want, r)
			}
		}
		slices.SortFunc(want, evidence.Compare)
		if d := cmp.Diff(want, all(t, s, f), alike); d != "" {
			t.Errorf("%+v: %s", f, d)
		}
	}
}

func TestRejectedRecordsAreListedInOrder(t *testing.T) {
	s := fresh(t)
	var want []store.Rejection
	g, err := s.Ingest(t.Context(), input("a"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 700 {
		r := store.Rejection{File: "a", Line: i + 1, Object: fmt.Sprint("x--", i), Path: "/objects/1", Why: "no reason"}
		want = append(want, r)
		if err := g.Reject(r); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.Commit(summary); err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{"", sum("a"), sum("absent")} {
		var got []store.Rejection
		for r, err := range s.Rejected(t.Context(), of) {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, r)
		}
		if of == sum("absent") {
			want = nil
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Error(d)
		}
	}
	if r := clean(t, s); r.Rejected != 700 {
		t.Errorf("report %+v", r)
	}
}

func TestReadingStopsWhenTheCallerDoes(t *testing.T) {
	s := fresh(t)
	ingest(t, s, input("a"), summary, series(3000)...)
	n := 0
	for _, err := range s.Records(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if n++; n == 3 {
			break
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var last error
	for _, err := range s.Records(ctx, store.Filter{}) {
		stop()
		last = err
	}
	if !errors.Is(last, context.Canceled) {
		t.Errorf("a cancelled read ended with %v", last)
	}
}

func TestAssessmentsAreFoundByIDOrItsBeginning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.db")
	day := time.Date(2024, 1, 2, 3, 4, 5, 0, time.UTC)
	s := open(t, path, store.Clock(func() time.Time { return day }))
	body := []byte(`{"schema":"cahoots/assessment/v1"}`)
	saved, err := s.SaveAssessment(t.Context(), "CN and RU", []string{"b", "a", "b"}, body)
	if err != nil {
		t.Fatal(err)
	}
	day = day.Add(time.Hour)
	again, err := s.SaveAssessment(t.Context(), "CN and RU", []string{"a", "b"}, body)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(saved, again); d != "" {
		t.Error("saved again it is another:", d)
	}
	got, err := s.Assessment(t.Context(), saved.ID[:6])
	if err != nil || string(got.JSON) != string(body) || !slices.Equal(got.Data, []string{"a", "b"}) {
		t.Errorf("%+v %v", got, err)
	}
	for _, id := range []string{"ffffff", "abc", "%___", ""} {
		if _, err := s.Assessment(t.Context(), id); err == nil {
			t.Errorf("%q found something", id)
		}
	}
	if _, err := s.Assessment(t.Context(), "ffffff"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("absent: %v", err)
	}
	if _, err := s.SaveAssessment(t.Context(), "q", nil, []byte(`{`)); err == nil {
		t.Error("saved what is not JSON")
	}
	list, err := s.Assessments(t.Context())
	if err != nil || len(list) != 1 || list[0].JSON != nil {
		t.Errorf("%+v %v", list, err)
	}
	clean(t, s)
}

func TestAnyFileNameWillDo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder?x=1#%20&;ж")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "file:c?mode=memory#%.db")
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	ingest(t, s, input("a"), summary, record(1))
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadDir(dir)
	if err != nil || len(names) != 1 || names[0].Name() != filepath.Base(path) {
		t.Errorf("%v %v", names, err)
	}
}
