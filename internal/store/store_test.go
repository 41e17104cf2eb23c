package store_test

import (
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

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
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
	if server != nil {
		address, _ := server.Schema(t)
		return open(t, address)
	}
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
