package sighting_test

import (
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/scaffold/book"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

var start = time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC)

// entries draws what several readings say of a few log entries: the same entry
// may come with other indicators and another host.
func entries(t *rapid.T, label string) []sighting.Entry {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) sighting.Entry {
		n := rapid.IntRange(0, 12).Draw(t, "entry")
		keys := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"domain:a.example", "domain:b.example", "ipv4:250.0.0.1"}), 1, 3, rapid.ID).Draw(t, "keys")
		slices.Sort(keys)
		return sighting.Entry{
			ID:         sighting.EntryID{byte(n)},
			Time:       start.Add(time.Duration(n) * 5 * time.Hour), // a line says its own time
			System:     sighting.System{Host: netip.AddrFrom4([4]byte{198, 18, 0, byte(rapid.IntRange(1, 3).Draw(t, "host"))}), Sensor: rapid.SampledFrom([]string{"", "s"}).Draw(t, "sensor")},
			Named:      rapid.Bool().Draw(t, "named"),
			Indicators: keys,
			Origin:     sighting.Origin{Log: rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "log"), Line: int64(rapid.IntRange(0, 2).Draw(t, "line"))},
			Link:       sighting.Link{Community: int64(rapid.IntRange(0, 2).Draw(t, "community")), Flow: int64(rapid.IntRange(0, 2).Draw(t, "flow"))},
		}
	}), 0, 20).Draw(t, label)
}

func filled(lists ...[]sighting.Entry) *book.Book {
	b := &book.Book{}
	for _, l := range lists {
		b.Add(&sighting.Block{Entries: l})
	}
	return b
}

func merged(books ...*book.Book) *book.Book {
	b := &book.Book{}
	for _, o := range books {
		b.Merge(o)
	}
	return b
}

func TestMergingIsCommutativeAssociativeAndIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		x, y, z := entries(t, "x"), entries(t, "y"), entries(t, "z")
		want, whole := filled(x, y, z).Partials(nil), filled(x, y, z).Entries()
		for name, b := range map[string]*book.Book{
			"in another order":       filled(z, x, y),
			"entry by entry":         filled(slices.Collect(slices.Values(slices.Concat(y, z, x)))),
			"each twice":             filled(x, y, x, z, z, y),
			"(x y) z":                merged(merged(filled(x), filled(y)), filled(z)),
			"x (y z)":                merged(filled(x), merged(filled(y), filled(z))),
			"with itself":            merged(filled(x, y, z), filled(x, y, z)),
			"with a part that it is": merged(filled(x, y, z), filled(y)),
		} {
			if got := b.Partials(nil); !reflect.DeepEqual(got, want) {
				t.Fatalf("%s: %v, want %v", name, got, want)
			}
			if got := b.Entries(); !reflect.DeepEqual(got, whole) {
				t.Fatalf("%s: %v, want %v", name, got, whole)
			}
		}
	})
}

func TestSplitPartialsAddUpToWholeOnes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := filled(entries(t, "x"))
		var events int64
		for _, p := range b.Partials(nil) {
			events += p.Events
		}
		single := b.Partials(func(*sighting.Partial) bool { return true })
		if int64(len(single)) != events {
			t.Fatalf("%d single entries, and %d events in all", len(single), events)
		}
		for _, p := range single {
			if p.Events != 1 || !p.First.Equal(p.Last) {
				t.Fatalf("%+v is not a single entry", p)
			}
		}
	})
}

func TestEventsFirstAndLastAreThoseOfTheDay(t *testing.T) {
	host := sighting.System{Host: netip.MustParseAddr("198.18.0.9")}
	at := func(n byte, s string) sighting.Entry {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		return sighting.Entry{ID: sighting.EntryID{n}, Time: when, System: host, Indicators: []string{"domain:a.example"}}
	}
	got := filled([]sighting.Entry{at(1, "2023-09-01T23:59:59Z"), at(2, "2023-09-01T00:00:00Z"), at(3, "2023-09-02T00:00:00Z"), at(1, "2023-09-01T23:59:59Z")}).Partials(nil)
	if len(got) != 2 || got[0].Events != 2 || got[0].Day.String() != "2023-09-01" || got[0].First.Hour() != 0 || got[0].Last.Hour() != 23 || got[1].Events != 1 {
		t.Errorf("partials are %+v", got)
	}
}

func TestDaysReachBeforeTheEpoch(t *testing.T) {
	for s, want := range map[string]string{"1969-12-31T23:59:59Z": "1969-12-31", "1970-01-01T00:00:00Z": "1970-01-01", "1990-06-01T12:00:00+14:00": "1990-05-31"} {
		when, err := time.Parse(time.RFC3339, s)
		if err != nil {
			t.Fatal(err)
		}
		if got := sighting.DayOf(when).String(); got != want {
			t.Errorf("%s is on %s, want %s", s, got, want)
		}
	}
}
