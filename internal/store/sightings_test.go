package store_test

import (
	"context"
	"math"
	"net/netip"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/scaffold/book"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
)

var september = time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC)

func sink(t interface {
	Helper()
	Fatal(...any)
}, s *store.Store, version string, replace bool, files []string, all ...sighting.Statement) *store.Sink {
	t.Helper()
	k, err := s.Sink(context.Background(), files, version, slices.Values(all), replace)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func partials(t interface {
	Helper()
	Fatal(...any)
}, s *store.Store, split func(*sighting.Partial) bool) (out []sighting.Partial) {
	t.Helper()
	for p, err := range s.Partials(context.Background(), split) {
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	slices.SortFunc(out, sighting.ComparePartials)
	return out
}

func entries(r *rapid.T, s *store.Store) (out []sighting.Entry) {
	for e, err := range s.Entries(context.Background(), math.MinInt32, math.MaxInt32) {
		if err != nil {
			r.Fatal(err)
		}
		out = append(out, e)
	}
	return out
}

func newBlock(id, version string, entries ...sighting.Entry) sighting.Block {
	b := sighting.Block{ID: id, Version: version, Log: "eve.json", Entries: entries}
	b.Counts.Lines, b.Counts.Events = int64(len(entries)), int64(len(entries))
	return b
}

func entry(n byte, host string, keys ...string) sighting.Entry {
	return sighting.Entry{ID: sighting.EntryID{n}, Time: september.Add(time.Duration(n) * 5 * time.Hour),
		System: sighting.System{Host: netip.MustParseAddr(host)}, Indicators: keys}
}

// The store is a book: whatever the order of blocks, their repetition and the
// transactions they come in.
func TestTheStoreKeepsWhatABookKeeps(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		s, err := store.Open(context.Background(), filepath.Join(dir, rapid.StringMatching("[a-z]{12}").Draw(r, "file")))
		if err != nil {
			r.Fatal(err)
		}
		defer s.Close()
		k := sink(r, s, "v", false, []string{"a"})
		book := &book.Book{}
		blocks := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) sighting.Block {
			b := newBlock(rapid.StringMatching("[a-z]{8}").Draw(r, "block"), "v")
			for _, n := range rapid.SliceOfN(rapid.IntRange(0, 12), 0, 8).Draw(r, "entries") {
				keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"domain:a.example", "domain:b.example", "ipv4:250.0.0.1"}), 1, 3, rapid.ID).Draw(r, "keys")
				slices.Sort(keys)
				e := entry(byte(n), rapid.SampledFrom([]string{"198.18.0.1", "198.18.0.2", "2001:db8::1"}).Draw(r, "host"), keys...)
				e.Named = rapid.Bool().Draw(r, "named")
				e.Origin = sighting.Origin{Log: rapid.SampledFrom([]string{"", "a.json", "b.json"}).Draw(r, "log"), Line: int64(rapid.IntRange(0, 2).Draw(r, "line"))}
				e.Link = sighting.Link{Community: int64(rapid.IntRange(0, 2).Draw(r, "community")), Flow: int64(rapid.IntRange(0, 2).Draw(r, "flow"))}
				if rapid.Bool().Draw(r, "known beginning") {
					e.Link.Began = e.Time.Add(-time.Hour)
				}
				b.Entries = append(b.Entries, e)
			}
			return b
		}), 0, 6).Draw(r, "blocks")
		order := rapid.Permutation(append(slices.Clone(blocks), blocks...)).Draw(r, "order")
		for i := range blocks {
			book.Add(&blocks[i])
		}
		cut := rapid.IntRange(0, len(order)).Draw(r, "cut")
		for _, batch := range [][]sighting.Block{order[:cut], order[cut:]} {
			if err := k.Add(context.Background(), batch); err != nil {
				r.Fatal(err)
			}
		}
		split := func(p *sighting.Partial) bool { return len(p.Indicators) > 1 }
		if got, want := partials(r, s, nil), book.Partials(nil); !equalPartials(got, want) {
			r.Fatalf("store: %v\nbook: %v", got, want)
		}
		if got, want := entries(r, s), book.Entries(); len(want) > 0 && !reflect.DeepEqual(got, want) {
			r.Fatalf("store: %v\nbook: %v", got, want)
		}
		if got, want := partials(r, s, split), book.Partials(split); !equalPartials(got, want) {
			r.Fatalf("split, store: %v\nbook: %v", got, want)
		}
	})
}

// More hosts than a sink remembers, by many rows a statement: a host that was
// forgotten keeps its number, and entries told again, some of them with more, are
// joined.
func TestManyHostsAreKeptAsABookKeepsThem(t *testing.T) {
	s := fresh(t)
	k := sink(t, s, "v", false, []string{"a"})
	var blocks []sighting.Block
	for b, from := range []int{0, 35_000, 70_000, 30} {
		one := newBlock(string(rune('a'+b)), "v")
		for n := from; n < from+35_030; n++ {
			id := sighting.EntryID{byte(n >> 16), byte(n >> 8), byte(n)}
			e := sighting.Entry{ID: id, Time: september.Add(time.Duration(n) * time.Second), Indicators: []string{"domain:a.example"},
				System: sighting.System{Host: netip.AddrFrom4([4]byte{198, 18 + byte(n>>16), byte(n >> 8), byte(n)})}}
			if n%3 == b%3 {
				e.Indicators = append(e.Indicators, "domain:b.example")
			}
			one.Entries = append(one.Entries, e)
		}
		blocks = append(blocks, one)
	}
	book := &book.Book{}
	for i := range blocks {
		book.Add(&blocks[i])
		if err := k.Add(context.Background(), blocks[i:i+1]); err != nil {
			t.Fatal(err)
		}
	}
	if got, want := partials(t, s, nil), book.Partials(nil); !equalPartials(got, want) || len(want) < 105_000 {
		t.Errorf("%d sightings, the book has %d others", len(got), len(want))
	}
}

func equalPartials(a, b []sighting.Partial) bool {
	return len(a) == 0 && len(b) == 0 || reflect.DeepEqual(a, b)
}

func stated(key, group string) sighting.Statement {
	return sighting.Statement{Type: "domain", Value: strings.TrimPrefix(key, "domain:"), Group: group}
}

func said(t *testing.T, s *store.Store) (out []string) {
	t.Helper()
	list, err := s.Statements(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		out = append(out, one.Value+"="+one.Group)
	}
	slices.Sort(out)
	return out
}

func TestAListGivenAgainTakesThePlaceOfWhatItSaid(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	a, b, c := stated("domain:a.example", "APT A"), stated("domain:b.example", "APT B"), stated("domain:never.example", "APT C")
	k := sink(t, s, "v1", false, []string{"feed1"}, a, b, c)
	block := newBlock("block", "v1", entry(1, "198.18.0.1", "domain:a.example"), entry(2, "198.18.0.1", "domain:b.example"))
	block.Seen = []sighting.Statement{a, b}
	if err := k.Add(t.Context(), []sighting.Block{block}); err != nil {
		t.Fatal(err)
	}
	want := func(what string, list ...string) {
		t.Helper()
		if got := said(t, s); !slices.Equal(got, list) {
			t.Errorf("%s: %v, want %v", what, got, list)
		}
	}
	want("the first list", "a.example=APT A", "b.example=APT B")
	sink(t, s, "v2", false, []string{"feed2"}, stated("domain:a.example", "APT X"), c)
	want("another list beside it", "a.example=APT A", "a.example=APT X", "b.example=APT B")
	sink(t, s, "v3", false, []string{"feed1"}, stated("domain:a.example", "APT New"))
	want("the first list again, changed", "a.example=APT New", "a.example=APT X")
	sink(t, s, "v4", false, []string{"feed1", "feed2", "feed3"}, b)
	want("a list that holds both", "b.example=APT B")
	sink(t, s, "v5", true, []string{"feed9"}, a)
	want("a list that replaces all", "a.example=APT A")
	block.Version = "v5"
	if err := k.Add(t.Context(), []sighting.Block{block}); err != nil {
		t.Fatal(err)
	}
	want("a list that was superseded while it was used", "a.example=APT A", "b.example=APT B")
	if l, err := s.Lines(t.Context()); err != nil || l.Blocks != 1 || l.Lines != 2 {
		t.Errorf("lines read with two versions are counted as %+v, %v", l, err)
	}
	if ok, err := s.Known(t.Context(), "block", "v1"); err != nil || !ok {
		t.Errorf("the block is known: %v, %v", ok, err)
	}
	if ok, err := s.Known(t.Context(), "block", "v2"); err != nil || ok {
		t.Errorf("the block is known with a version it was not matched with: %v, %v", ok, err)
	}
	if _, err := s.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestTheMapComesBackAsItWas(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	m, err := sighting.ReadMap("m", strings.NewReader("cidr,asn,organisation,sector,country\n198.18.0.0/15,,Telecom,telecommunications,NL\n,64500,Bank,financial-services,DE\n"))
	if err != nil {
		t.Fatal(err)
	}
	m.Route(netip.MustParsePrefix("192.0.2.0/24"), 64500)
	for range 2 {
		if err := s.SetMap(t.Context(), m.Places()); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Map(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got.Places(), m.Places()) || got.Of(sighting.System{Host: netip.MustParseAddr("192.0.2.1")}).Name != "Bank" {
		t.Errorf("map is %+v", got.Places())
	}
}

func BenchmarkAddEntries(b *testing.B) {
	s, err := store.Open(b.Context(), filepath.Join(b.TempDir(), "db"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	k := sink(b, s, "v", false, []string{"a"})
	n := 0
	for b.Loop() {
		var block sighting.Block
		block.ID = time.Duration(n).String()
		for range 1000 {
			e := entry(1, "198.18.0.1", "domain:a.example")
			e.ID = sighting.EntryID{byte(n * 7), byte(n >> 8), byte(n >> 16), byte(n)}
			block.Entries = append(block.Entries, e)
			n++
		}
		if err := k.Add(b.Context(), []sighting.Block{block}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "entries/s")
}
