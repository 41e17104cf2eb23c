package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
)

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
