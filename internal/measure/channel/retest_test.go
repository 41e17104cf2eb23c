package channel

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// busy makes the records of eight groups: tools, techniques, and acts against
// states told by three publishers, one of whose data sets tells of agreements only.
func busy(seed uint64) []evidence.Record {
	rng := rand.New(rand.NewPCG(seed, 9))
	var out []evidence.Record
	put := func(r evidence.Record, object string) {
		publisher := fmt.Sprintf("P%d", rng.IntN(3))
		r.Citation = evidence.Citation{Publisher: publisher, Locator: object}
		r.Origin = evidence.Origin{Dataset: "case:" + publisher, Object: object}
		out = append(out, r.Seal())
	}
	for g := range 8 {
		name := fmt.Sprintf("Group %c", 'A'+g)
		actor := evidence.Actor{Name: name, Ref: "case:t:" + name}
		put(evidence.Record{Class: evidence.Alias, Subject: actor, Value: name}, name)
		for n := range 14 {
			tool, way := fmt.Sprintf("S%04d", rng.IntN(30)), fmt.Sprintf("T%04d", rng.IntN(40))
			put(evidence.Record{Class: evidence.UsesSoftware, Subject: actor, Value: tool, ValueRef: tool}, fmt.Sprint(name, " s ", n))
			put(evidence.Record{Class: evidence.UsesTechnique, Subject: actor, Value: way, ValueRef: way}, fmt.Sprint(name, " t ", n))
			day := evidence.MustInterval("2020-01-01").From.AddDate(0, 0, rng.IntN(700))
			act := evidence.Record{Class: evidence.Incident, Subject: actor, Event: fmt.Sprint("e", rng.IntN(200)), Value: "act",
				Activity:  evidence.On(day, []evidence.Precision{evidence.Day, evidence.Month, evidence.Year}[rng.IntN(3)]),
				Disclosed: evidence.On(day.AddDate(0, 0, 20), evidence.Day)}
			for range 1 + rng.IntN(2) {
				act.Targets = append(act.Targets, evidence.Target{Country: []string{"NO", "PT", "IN", "", "PE"}[rng.IntN(5)], Sector: []string{"energy", "", "government"}[rng.IntN(3)]})
			}
			put(act, fmt.Sprint(name, " a ", n))
		}
	}
	return append(out, evidence.Record{
		Class: evidence.Agreement, Value: "pact", Kind: "treaty", Parties: []string{"NO", "PT"}, Disclosed: evidence.MustInterval("2020"),
		Citation: evidence.Citation{Publisher: "Gazette"}, Origin: evidence.Origin{Dataset: "case:pacts", Object: "pact"},
	}.Seal())
}

func known(t testing.TB, records []evidence.Record, dir *resolve.Directory) (*Corpus, *resolve.Directory) {
	t.Helper()
	if dir == nil {
		var err error
		if dir, err = resolve.Resolve(records, resolve.Policy{}); err != nil {
			t.Fatal(err)
		}
	}
	return NewCorpus(records, dir), dir
}

// changes leave out every data set, records by chance, nothing, and draw days.
func changes(c *Corpus) map[string]Change {
	out := map[string]Change{"days drawn": {Pick: func(key string) float64 { return float64(len(key)%3) / 3 }}}
	for i := range c.records {
		dataset := c.records[i].Origin.Dataset
		out["without "+dataset] = Change{Keep: func(n int) bool { return c.records[n].Origin.Dataset != dataset }}
	}
	for share := range 4 {
		out[fmt.Sprint("by chance ", share)] = Change{Keep: func(n int) bool { return (n*7919+share)%(3*share+2) != 0 }}
	}
	return out
}

func TestActsUnderAChangeAreThoseOfTheRecordsLeft(t *testing.T) {
	c, dir := known(t, busy(1), nil)
	all := c.annals(evidence.Interval{})
	for name, change := range changes(c) {
		if change.Keep == nil {
			continue
		}
		var rest []evidence.Record
		for n, r := range c.records {
			if change.Keep(n) {
				rest = append(rest, r)
			}
		}
		left, _ := known(t, rest, dir)
		got, want := all.under(change), left.annals(evidence.Interval{}).under(Change{})
		if !slices.Equal(got.actors, want.actors) || got.events != want.events || got.coarse != want.coarse {
			t.Errorf("%s: %d events of %d actors, want %d of %d", name, got.events, len(got.actors), want.events, len(want.actors))
			continue
		}
		for n := range got.actors {
			if !reflect.DeepEqual(got.parties.Events(n), want.parties.Events(n)) {
				t.Errorf("%s: %v, want %v", name, got.parties.Events(n), want.parties.Events(n))
			}
		}
	}
}

// What changes leave alone is measured once for all of them; every test comes out
// as if it had been measured for each.
func TestARetestIsAsIfAllWereMeasuredAnew(t *testing.T) {
	c, _ := known(t, busy(2), nil)
	var pairs []Pair
	actors := Software(c).Actors
	for i, a := range actors {
		for _, b := range actors[i+1:] {
			pairs = append(pairs, Pair{a, b})
		}
	}
	b := Read(c, Channels(), Setting{Null: SDSM, Alpha: .05, Seed: 3})
	if err := b.Measure(t.Context(), pairs); err != nil {
		t.Fatal(err)
	}
	at := []int{}
	for n := range pairs {
		at = append(at, n)
	}
	r, tests := b.Retest(at, true), 0
	for name, change := range changes(c) {
		got, err := r.Under(change)
		if err != nil {
			t.Fatal(err)
		}
		joint, besides := anew(t, r, change)
		for k, n := range at {
			together, tested := got.Of(k)
			if want, _ := joint.Of(pairs[n]); !reflect.DeepEqual(together, want) {
				t.Errorf("%s, pair %d: together %+v, want %+v", name, n, together, want)
			}
			_, joined := joint.Of(pairs[n])
			for i, was := range r.Whole(k) {
				want := was.Measurement
				if f := besides[was.Is.Name]; f != nil {
					want = f.Measurements[slices.Index(r.of[channelOf(b, was)], k)]
				} else if at := slices.IndexFunc(joined, func(m Measurement) bool { return m.Channel == was.Is.Name }); !was.Is.Beside {
					want = joined[at]
				}
				if tests++; !reflect.DeepEqual(tested[i].Measurement, want) {
					t.Errorf("%s, pair %d, %s: %+v, want %+v", name, n, was.Is.Name, tested[i].Measurement, want)
				}
			}
		}
	}
	if tests < 500 {
		t.Errorf("%d tests compared", tests)
	}
}

func channelOf(b *Battery, t Tested) int {
	return slices.IndexFunc(b.Channels, func(c Channel) bool { return c.Name == t.Is.Name })
}

// anew measures everything that a change touches, and nothing once for several.
func anew(t *testing.T, r *Retest, change Change) (*joint, map[string]*Family) {
	t.Helper()
	var parts []func(int) part
	besides, any := map[string]*Family{}, false
	for c, ch := range r.b.Channels {
		left, changed := r.b.readings[c].Under(change)
		switch {
		case ch.Beside && changed && len(r.of[c]) > 0:
			f, err := r.measureBeside(c, left)
			if err != nil {
				t.Fatal(err)
			}
			besides[ch.Name] = f
		case !ch.Beside && changed:
			any = true
			parts = append(parts, func(draws int) part { return r.b.joint.measured(r.b.joined(c), left.(joinable), draws) })
		case !ch.Beside:
			parts = append(parts, nil)
		}
	}
	if !any {
		return r.b.joint, besides
	}
	return r.b.joint.again(parts, true), besides
}
