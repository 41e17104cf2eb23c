package server_test

import (
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
)

// incidents are what dyads are made of: two incidents between China and Russia
// under an agreement of the two.
func incidents(set string, marking evidence.TLP) []evidence.Record {
	mark := string(marking)
	incident := func(event, from, to, when string) evidence.Record {
		return record(set, marking, func(r *evidence.Record) {
			r.Class, r.Event, r.Subject = evidence.Incident, set+":"+event+mark, evidence.Actor{Name: "Alpha Group", Country: from}
			r.Value, r.Targets, r.Activity = "Break-in "+event+mark, []evidence.Target{{Country: to}}, evidence.MustInterval(when)
			r.Origin.Object = event + mark
		})
	}
	return []evidence.Record{
		incident("first", "CN", "RU", "2016-05"), incident("second", "CN", "RU", "2019-02"),
		record(set, marking, func(r *evidence.Record) {
			r.Class, r.Value, r.Kind, r.Parties = evidence.Agreement, "Pact of "+mark, "treaty", []string{"CN", "RU"}
			r.Disclosed, r.Activity, r.Origin.Object = evidence.MustInterval("2015-05-08"), evidence.MustInterval("2015-05-08/.."), "pact-"+mark
		}),
	}
}

// stated is what lists say of the indicators that are seen: RED of one that
// others know too, and of one that nobody else knows.
func stated(all bool) []sighting.Statement {
	out := []sighting.Statement{
		{Type: "domain", Value: "open.example", Group: "Alpha Group", Source: "Example Labs", Marking: evidence.Clear},
		{Type: "domain", Value: "unmarked.example", Group: "Beta Group"},
	}
	if all {
		out = append(out,
			sighting.Statement{Type: "domain", Value: "open.example", Group: "Epsilon Group " + secret, Source: secret + " source", Context: secret + " context", Ref: secret, Marking: evidence.Red},
			sighting.Statement{Type: "domain", Value: secret + ".example", Group: "Alpha Group", Marking: evidence.Red},
			sighting.Statement{Type: "domain", Value: "un" + secret + ".example", Group: "Zeta Group " + secret, Marking: evidence.Red})
	}
	return out
}

// watchFor puts sightings into a store. Without all it holds what would be there had
// nothing marked RED ever been read.
func watchFor(t testing.TB, s *store.Store, all bool) {
	t.Helper()
	if err := s.SetMap(t.Context(), []sighting.Place{{Network: netip.MustParsePrefix("198.18.1.0/24"), Organisation: sighting.Organisation{Name: "Bank", Sector: "finance", Country: "RU"}}}); err != nil {
		t.Fatal(err)
	}
	const open, unmarked, hidden, other = "domain:open.example", "domain:unmarked.example", "domain:" + secret + ".example", "domain:un" + secret + ".example"
	see(t, s, "logs", all, [][]string{{open}, {hidden, open}, {unmarked}, {hidden}, {hidden, unmarked}, {other}, {hidden, other}})
}

// see adds one log entry for each list of indicators, hours apart and each on a
// host of its own.
func see(t testing.TB, s *store.Store, block string, all bool, shown [][]string) {
	t.Helper()
	statements := stated(all)
	said := func(key string) bool {
		return slices.ContainsFunc(statements, func(o sighting.Statement) bool { return o.Key() == key })
	}
	k, err := s.Sink(t.Context(), []string{"list.csv"}, "v", slices.Values(statements), false)
	if err != nil {
		t.Fatal(err)
	}
	b := sighting.Block{ID: block, Version: "v", Log: "eve.json", Seen: statements}
	for i, keys := range shown {
		keys = slices.DeleteFunc(slices.Clone(keys), func(key string) bool { return !said(key) })
		b.Counts.Lines++
		b.Counts.Events++
		if len(keys) == 0 {
			continue
		}
		slices.Sort(keys)
		at := time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i) * 5 * time.Hour)
		host := netip.AddrFrom4([4]byte{198, 18, byte(1 + len(block)%2), byte(i + 1)})
		b.Entries = append(b.Entries, sighting.Entry{ID: sighting.EntryID{byte(i), byte(len(block))}, Time: at, System: sighting.System{Host: host}, Indicators: keys})
	}
	if err := k.Add(t.Context(), []sighting.Block{b}); err != nil {
		t.Fatal(err)
	}
}
