package store_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
)

// A sitting shows what the inputs would make of the store; the store is that of
// separate ingests once it is committed, and as it was where it is not.
func TestASittingIsSeenByNobodyUntilAllOfItIs(t *testing.T) {
	apart, s := fresh(t), fresh(t)
	for _, st := range []*store.Store{apart, s} {
		ingest(t, st, input("a"), summary, series(10)...)
	}
	sit := func() *store.Sitting {
		t.Helper()
		sitting, err := s.Sit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { sitting.Rollback() })
		for _, in := range []struct {
			name string
			list []evidence.Record
		}{{"b", series(400)}, {"c", series(500)}} {
			g, err := sitting.Ingest(t.Context(), input(in.name))
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range in.list {
				if err := g.Add(r); err != nil {
					t.Fatal(err)
				}
			}
			if _, err := g.Commit(summary); err != nil {
				t.Fatal(err)
			}
		}
		var known *store.KnownError
		if _, err := sitting.Ingest(t.Context(), input("a")); !errors.As(err, &known) {
			t.Fatalf("what was held before is read again: %v", err)
		}
		g, err := sitting.Ingest(t.Context(), input("d"))
		if err != nil {
			t.Fatal(err)
		}
		g.Add(record(7777))
		g.Rollback()
		return sitting
	}
	for _, name := range []string{"b", "c"} {
		ingest(t, apart, input(name), summary, series(map[string]int{"b": 400, "c": 500}[name])...)
	}
	want := all(t, apart, store.Filter{})
	sitting := sit()
	var seen []evidence.Record
	for r, err := range sitting.Records(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, r)
	}
	if d := cmp.Diff(want, seen, alike); d != "" {
		t.Error("the sitting shows something else than separate ingests leave:", d)
	}
	if n := len(all(t, s, store.Filter{})); n != 10 {
		t.Errorf("others see %d records before the end, want 10", n)
	}
	if err := sitting.Rollback(); err != nil {
		t.Fatal(err)
	}
	if n := len(all(t, s, store.Filter{})); n != 10 {
		t.Errorf("%d records after it was taken back, want 10", n)
	}
	clean(t, s)
	if sitting = sit(); sitting.Commit(t.Context()) != nil || sitting.Rollback() != nil {
		t.Error("the sitting cannot be kept")
	}
	if d := cmp.Diff(want, all(t, s, store.Filter{}), alike); d != "" {
		t.Error("the store differs from one of separate ingests:", d)
	}
	names := func(st *store.Store) (out []string) {
		sets, err := st.Datasets(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range sets {
			for _, h := range d.Inputs {
				out = append(out, h.Name+" "+h.SHA256)
			}
		}
		return out
	}
	if !slices.Equal(names(apart), names(s)) {
		t.Errorf("inputs %q, want %q", names(s), names(apart))
	}
	clean(t, s)
}
