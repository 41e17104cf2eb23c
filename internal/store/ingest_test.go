package store_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
)

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
