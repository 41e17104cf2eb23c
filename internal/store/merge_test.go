package store_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/store"
)

// held is everything that figures and verdicts are made of.
func held(t *testing.T, s *store.Store) map[string]any {
	t.Helper()
	clean(t, s)
	lines, err := s.Lines(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	sets, err := s.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for i := range sets {
		for j := range sets[i].Inputs {
			sets[i].Inputs[j].At = time.Time{}
		}
	}
	text, err := json.Marshal(sets)
	if err != nil {
		t.Fatal(err)
	}
	places, err := s.Map(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var one []sighting.Entry
	for e, err := range s.Entries(t.Context(), math.MinInt32, math.MaxInt32) {
		if err != nil {
			t.Fatal(err)
		}
		one = append(one, e)
	}
	return map[string]any{"lines": lines, "sets": string(text), "map": places.Places(), "entries": one, "partials": partials(t, s, nil), "said": said(t, s),
		"records": all(t, s, store.Filter{}), "as of": all(t, s, store.Filter{AsOf: time.UnixMilli(6)}), "ceiling": all(t, s, store.Filter{Ceiling: evidence.Green})}
}

// A site is what a store reads: some of the blocks, some of the inputs.
type site struct{ blocks, inputs []int }

// reading is what stands at several sites, each of which reads some of it.
type reading struct {
	blocks []sighting.Block
	inputs [][]evidence.Record
}

func newReading(r *rand.Rand) (w reading) {
	keys := []string{"domain:a.example", "domain:b.example", "domain:c.example"}
	for n := range 9 {
		b := newBlock(fmt.Sprint("block", n), "v")
		b.Log, b.Number, b.First, b.Last = "eve.json", int64(n), september, september.Add(time.Hour)
		for range r.IntN(6) {
			e := entry(byte(r.IntN(12)), fmt.Sprintf("198.18.0.%d", r.IntN(3)), slices.Sorted(slices.Values(keys[:1+r.IntN(3)]))...)
			e.Named = r.IntN(2) == 0
			e.Origin = sighting.Origin{Log: b.Log, Line: int64(r.IntN(3))}
			e.Link = sighting.Link{Flow: int64(r.IntN(3))}
			b.Entries = append(b.Entries, e)
		}
		b.Counts.Lines, b.Counts.Events, b.Counts.Rejected = int64(len(b.Entries))+1, int64(len(b.Entries)), 1
		b.Rejected = []telemetry.Rejection{{File: b.Log, Line: 7, Why: "bad"}}
		w.blocks = append(w.blocks, b)
	}
	for n := range 5 {
		var list []evidence.Record
		for i := range 20 {
			one := record(i)
			one.Origin.File, one.Origin.Line = fmt.Sprint("file", n), i+1
			if i%3 == 0 { // of an object that comes in several versions, of which one may be above a ceiling
				one.Origin.Stamp, one.Note = int64(1+r.IntN(9)), fmt.Sprint("version ", r.IntN(3))
				one.Marking = []evidence.TLP{evidence.Clear, evidence.Amber}[r.IntN(2)]
				one.Origin.Needs = []evidence.Part{{Object: "end", Stamp: int64(r.IntN(4))}}
				one = one.Seal()
			}
			list = append(list, one)
		}
		w.inputs = append(w.inputs, list)
	}
	return w
}

// store reads what a site has, block by block in an order of its own.
func (w *reading) store(t *testing.T, r *rand.Rand, of site) *store.Store {
	s := fresh(t)
	if err := s.SetMap(t.Context(), []sighting.Place{{Network: netip.MustParsePrefix("198.18.0.0/24"), Organisation: sighting.Organisation{Name: "Acme"}}}); err != nil {
		t.Fatal(err)
	}
	list := []sighting.Statement{stated("domain:a.example", "A"), stated("domain:b.example", "B"), stated("domain:c.example", "C")}
	k := sink(t, s, "v", false, []string{"list"}, list...)
	r.Shuffle(len(of.blocks), func(i, j int) { of.blocks[i], of.blocks[j] = of.blocks[j], of.blocks[i] })
	for _, n := range of.blocks {
		b := w.blocks[n]
		for _, e := range b.Entries {
			for _, key := range e.Indicators {
				b.Seen = append(b.Seen, list[key[len("domain:")]-'a'])
			}
		}
		if err := k.Add(t.Context(), []sighting.Block{b}); err != nil {
			t.Fatal(err)
		}
	}
	r.Shuffle(len(of.inputs), func(i, j int) { of.inputs[i], of.inputs[j] = of.inputs[j], of.inputs[i] })
	for _, n := range of.inputs {
		sum := summary
		sum.Withdrawn = []evidence.Withdrawal{{Part: evidence.Part{Object: w.inputs[n][3].Origin.Object, Stamp: int64(n)}, Marking: evidence.Amber}}
		sum.Referable = []evidence.Referable{{Part: evidence.Part{Object: "x", Stamp: int64(n)}, Body: []byte("body")}}
		ingest(t, s, input(fmt.Sprint(n)), sum, w.inputs[n]...)
	}
	return s
}

func merge(t *testing.T, into, from *store.Store) store.Merged {
	t.Helper()
	m, err := into.Merge(t.Context(), from)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Whatever the order in which stores are taken in, however they overlap and through
// whatever stores between, and as often as they come: what is held is what one store
// holds that read everything.
func TestJoinedStoresHoldWhatOneStoreHolds(t *testing.T) {
	seeds := uint64(6)
	if server != nil {
		seeds = 2
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 16))
		w := newReading(r)
		sites, whole := make([]site, 3), site{}
		for n := range w.blocks {
			whole.blocks = append(whole.blocks, n)
			for i := range sites {
				if i == n%3 || r.IntN(3) == 0 {
					sites[i].blocks = append(sites[i].blocks, n)
				}
			}
		}
		for n := range w.inputs {
			whole.inputs = append(whole.inputs, n)
			for i := range sites {
				if i == n%3 || r.IntN(3) == 0 {
					sites[i].inputs = append(sites[i].inputs, n)
				}
			}
		}
		want := held(t, w.store(t, r, whole))
		var stores []*store.Store
		for _, of := range sites {
			stores = append(stores, w.store(t, r, of))
		}
		if r.IntN(2) == 0 { // one site is taken in by another first
			i := r.IntN(3)
			merge(t, stores[i], stores[(i+1)%3])
		}
		center := fresh(t)
		order := r.Perm(3)
		for _, i := range append(order, r.Perm(3)...) {
			merge(t, center, stores[i])
		}
		if d := cmp.Diff(want, held(t, center), alike, cmp.Exporter(func(reflect.Type) bool { return true })); d != "" {
			t.Fatalf("seed %d: %s", seed, d)
		}
		if again := merge(t, center, stores[0]); again.NewRecords+again.NewBlocks+again.NewEntries != 0 {
			t.Errorf("seed %d: a store that came again brought %+v", seed, again)
		}
	}
}

// A list that a site replaced is replaced where the site is taken in, whichever of its
// editions came last; what other sites say by a list of that name stays.
func TestAListThatASiteReplacedIsReplacedWhereItIsTakenIn(t *testing.T) {
	says := func(s *store.Store, group string) {
		k := sink(t, s, "v "+group, false, []string{"/etc/list.csv"}, stated("domain:a.example", group))
		b := newBlock("b", "v "+group, entry(1, "198.18.0.1", "domain:a.example"))
		b.Seen = []sighting.Statement{stated("domain:a.example", group)}
		if err := k.Add(t.Context(), []sighting.Block{b}); err != nil {
			t.Fatal(err)
		}
	}
	site, other := fresh(t), fresh(t)
	says(site, "Wrong")
	says(other, "Other")
	before := filepath.Join(t.TempDir(), "before.db")
	if _, err := site.Backup(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	old := open(t, before)
	says(site, "Right")
	for _, order := range [][]*store.Store{{old, site, other}, {site, other, old}, {other, old, site, old}} {
		center := fresh(t)
		for _, s := range order {
			merge(t, center, s)
		}
		if got := said(t, center); !slices.Equal(got, []string{"a.example=Other", "a.example=Right"}) {
			t.Errorf("%v", got)
		}
	}
}

// Sites with maps that contradict one another are not put together, until one map is
// given that holds for all.
func TestMapsThatContradictOneAnotherAreRefused(t *testing.T) {
	place := func(name string) []sighting.Place {
		return []sighting.Place{{Network: netip.MustParsePrefix("10.0.0.0/8"), Organisation: sighting.Organisation{Name: name}}}
	}
	a, b, center := fresh(t), fresh(t), fresh(t)
	if err := errors.Join(a.SetMap(t.Context(), place("A")), b.SetMap(t.Context(), place("B"))); err != nil {
		t.Fatal(err)
	}
	merge(t, center, a)
	if _, err := center.Merge(t.Context(), b); err == nil || !strings.Contains(err.Error(), "--organisations") {
		t.Fatal(err)
	}
	if err := center.SetMap(t.Context(), place("C")); err != nil {
		t.Fatal(err)
	}
	merge(t, center, b)
	if m, err := center.Map(t.Context()); err != nil || !reflect.DeepEqual(m.Places(), place("C")) {
		t.Errorf("%v %v", m, err)
	}
}

// A map that was given up hides no other of the store that still holds it.
func TestAMapThatWasGivenUpTakesNoOtherWithIt(t *testing.T) {
	place := func(n int) []sighting.Place {
		return []sighting.Place{{Network: netip.PrefixFrom(netip.AddrFrom4([4]byte{10, byte(n)}), 16), Organisation: sighting.Organisation{Name: fmt.Sprint("Site ", n)}}}
	}
	sites, both := []*store.Store{fresh(t), fresh(t), fresh(t)}, fresh(t)
	for i, s := range sites {
		if err := s.SetMap(t.Context(), place(i)); err != nil {
			t.Fatal(err)
		}
		merge(t, both, s)
	}
	for i, s := range sites {
		if err := s.SetMap(t.Context(), place(i)); err != nil {
			t.Fatal(err)
		}
		center := fresh(t)
		merge(t, center, s)
		merge(t, center, both)
		if m, err := center.Map(t.Context()); err != nil || len(m.Places()) != len(sites) {
			t.Errorf("site %d: %v %v", i, m, err)
		}
	}
}

// A store is not taken into itself, under whatever name, nor one that is damaged, of
// a later program, of an earlier one, or no store; what is held then is what was.
func TestStoresThatCannotBeTrustedAreNotTakenIn(t *testing.T) {
	path := written(t, 20)
	s := open(t, path)
	change := func(statement string) string {
		other := written(t, 20)
		raw, err := sql.Open("sqlite", other)
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		if _, err := raw.Exec(statement); err != nil {
			t.Fatal(err)
		}
		return other
	}
	linked := filepath.Join(t.TempDir(), "linked.db")
	if err := os.Symlink(path, linked); err != nil {
		t.Fatal(err)
	}
	for want, other := range map[string]string{
		"it is the store itself":        linked,
		"the store is damaged":          change(`UPDATE record SET begins = begins + 1 WHERE line = 7`),
		"has schema version 99":         change(`PRAGMA user_version = 99`),
		"cahoots check --db":            change(`PRAGMA user_version = 11`),
		"a database of another program": change(`PRAGMA application_id = 7`),
	} {
		from, err := store.Open(context.Background(), other, store.AsItIs())
		if err == nil {
			_, err = s.Merge(t.Context(), from)
			from.Close()
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
	if r := clean(t, s); r.Records != 20 || r.Inputs != 1 {
		t.Errorf("%+v", r)
	}
}
