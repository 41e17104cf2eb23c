package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
)

// storeOf writes records into a new store, an input for each data set.
func storeOf(t *testing.T, records []evidence.Record) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "some.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	sets := map[string][]evidence.Record{}
	for _, r := range records {
		sets[r.Origin.Dataset] = append(sets[r.Origin.Dataset], r)
	}
	for name, list := range sets {
		in, err := s.Ingest(t.Context(), store.Input{Name: name, Reading: "test", SHA256: fmt.Sprintf("%064x", name)[:64], Bytes: 1})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range list {
			if err := in.Add(r); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := in.Commit(store.Summary{Dataset: name}); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// lastDay is the last day that the text of a date names; "" for none.
func lastDay(date string) string {
	if _, to, ok := strings.Cut(date, "/"); ok && to != ".." {
		date = to
	} else if ok {
		date, _, _ = strings.Cut(date, "/")
	}
	switch len(date) {
	case 4:
		return date + "-12-31"
	case 7:
		first, _ := time.Parse("2006-01", date)
		return first.AddDate(0, 1, -1).Format(time.DateOnly)
	}
	return date[:min(len(date), 10)]
}

// firstDay of the last unit that the text of a date names.
func firstDay(date string) string {
	_, to, ok := strings.Cut(date, "/")
	if !ok {
		to = date
	}
	return (to + "-01-01")[:10]
}

// disclosedBy is a second, plain way of telling what had been disclosed by the end of
// a day: by comparing the texts of dates.
func disclosedBy(t *testing.T, records []evidence.Record, day string) (left []evidence.Record) {
	t.Helper()
	first := map[string]string{}
	since := make([]string, len(records))
	undated := map[int]bool{}
	for pass := range 2 {
		for i, r := range records {
			var d struct {
				Activity, Detected, Disclosed string
				Citation                      struct{ Published string }
			}
			b, err := json.Marshal(r)
			if err != nil || json.Unmarshal(b, &d) != nil {
				t.Fatal(err)
			}
			act := d.Activity
			if act == "" {
				act = d.Detected
			}
			if r.Class == evidence.Agreement {
				act, _, _ = strings.Cut(act, "/")
			}
			told := d.Disclosed
			if told == "" {
				told = d.Citation.Published
			}
			set := r.Origin.Dataset
			switch {
			case told != "" && pass == 0:
				since[i] = lastDay(told)
				if act != "" && !strings.HasSuffix(act, "..") && r.Class != evidence.Agreement {
					since[i] = max(since[i], firstDay(act))
				}
				if first[set] == "" || since[i] < first[set] {
					first[set] = since[i]
				}
			case told == "" && pass == 1:
				since[i], undated[i] = max(first[set], lastDay(act)), true
			}
		}
	}
	for i, r := range records {
		if since[i] <= day {
			left = append(left, r)
		}
	}
	if len(undated) == 0 || len(left) == len(records) && day < "2026" {
		t.Fatalf("as of %s %d of %d records, %d undated: the test tests nothing", day, len(left), len(records), len(undated))
	}
	return left
}

// answerOver asks over a store and gives the JSON.
func answerOver(t *testing.T, s *store.Store, q assess.Question, whole bool) []byte {
	t.Helper()
	in, err := question.Stored(t.Context(), s, q.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	held := in
	in.Question, in.VerdictsOnly, in.Tool.Seed = q, !whole, 1
	if in, err = question.Assess(in); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	a, err := assess.Run(context.Background(), in)
	if err != nil {
		out.WriteString(err.Error()) // a group that was not known yet
	} else if err := json.NewEncoder(&out).Encode(a); err != nil {
		t.Fatal(err)
	}
	states, err := question.Dyads(held, dyad.Question{AsOf: q.AsOf})
	if err != nil {
		t.Fatal(err)
	}
	table, err := dyad.Count(context.Background(), states)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.NewEncoder(&out).Encode(table); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// As of a day the answer is, byte by byte, that of a store into which only what had
// been disclosed by then was read. `make asof` tries 100 days.
func TestAsOfADayIsTheAnswerOfWhoReadNoMore(t *testing.T) {
	held := publicHeld(t)
	days, _ := strconv.Atoi(os.Getenv("CAHOOTS_ASOF"))
	questions := []assess.Question{{A: "Turla", B: "OilRig"}, {A: "CN", B: "RU"}, {A: "Gamaredon", B: "Turla"}, {A: "IR", B: "RU"}, {A: "KP", B: "CN"}, {A: "APT28", B: "APT29"}}
	full := storeOf(t, held.Records)
	draw := rand.New(rand.NewPCG(15, uint64(days)))
	for n := range max(days, 1) {
		day := time.Date(2005, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, draw.IntN(21*365)).Format(time.DateOnly)
		q := questions[n%len(questions)]
		q.AsOf = day
		left := storeOf(t, disclosedBy(t, held.Records, day))
		was, is := answerOver(t, left, q, n%10 == 9), answerOver(t, full, q, n%10 == 9)
		if !bytes.Equal(was, is) {
			at := 0
			for ; at < min(len(is), len(was)) && is[at] == was[at]; at++ {
			}
			t.Errorf("%s and %s as of %s: over all\n...%.300s\nover what had been disclosed\n...%.300s", q.A, q.B, day, is[max(0, at-100):], was[max(0, at-100):])
		}
	}
}
