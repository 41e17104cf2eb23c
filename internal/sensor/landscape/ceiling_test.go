package landscape_test

import (
	"iter"
	"net/netip"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/book"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

func fromBook(b *book.Book) func(func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
	return func(split func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
		return func(yield func(sighting.Partial, error) bool) {
			for _, p := range b.Partials(split) {
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

// The figures up to a ceiling are those of sensors and analysts who never knew
// what is above it.
func TestFiguresUpToACeilingAreThoseWithoutWhatIsAbove(t *testing.T) {
	names := []string{"a.example", "b.example", "c.example"}
	markings := []evidence.TLP{"", evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict, evidence.Red}
	rapid.Check(t, func(r *rapid.T) {
		ceiling := rapid.SampledFrom(markings[1:]).Draw(r, "ceiling")
		begin := time.Date(2023, 9, 1, 0, 0, 0, 0, time.UTC)
		statements := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) sighting.Statement {
			s := domain(rapid.SampledFrom(names).Draw(r, "domain"), rapid.SampledFrom([]string{"Alpha", "Beta", "Gamma", ""}).Draw(r, "group"))
			s.Marking = rapid.SampledFrom(markings).Draw(r, "marking")
			if rapid.Bool().Draw(r, "bounded") {
				s.From = begin.Add(time.Duration(rapid.IntRange(0, 100).Draw(r, "valid from")) * time.Hour)
			}
			return s
		}), 0, 6).Draw(r, "statements")
		records := []evidence.Record{sponsor("Alpha", "CN"), sponsor("Beta", "RU"), sponsor("Gamma", "CN")}
		for i := range records {
			records[i].Marking = rapid.SampledFrom(markings).Draw(r, "marking of a record")
			records[i] = records[i].Seal()
		}
		above := func(m evidence.TLP) bool { return m.Compare(ceiling) > 0 }
		known := slices.DeleteFunc(slices.Clone(statements), func(s sighting.Statement) bool { return above(s.Marking) })
		var all, less book.Book
		for i, keys := range rapid.SliceOfN(rapid.SliceOfNDistinct(rapid.SampledFrom(names), 1, 3, rapid.ID), 0, 12).Draw(r, "entries") {
			e := sighting.Entry{ID: sighting.EntryID{byte(i)}, Time: begin.Add(time.Duration(rapid.IntRange(0, 100).Draw(r, "hour")) * time.Hour),
				System: sighting.System{Host: netip.AddrFrom4([4]byte{198, 18, 1, byte(rapid.IntRange(1, 3).Draw(r, "host"))})}}
			var seen []string
			slices.Sort(keys)
			for _, k := range keys {
				is := func(s sighting.Statement) bool { return s.Value == k }
				if slices.ContainsFunc(statements, is) || ceiling == evidence.Red { // others are not looked for, unless they once were
					e.Indicators = append(e.Indicators, "domain:"+k)
				}
				if slices.ContainsFunc(known, is) || ceiling == evidence.Red && !slices.ContainsFunc(statements, is) {
					seen = append(seen, "domain:"+k)
				}
			}
			if len(e.Indicators) > 0 {
				all.Add(&sighting.Block{Entries: []sighting.Entry{e}})
			}
			if e.Indicators = seen; len(seen) > 0 {
				less.Add(&sighting.Block{Entries: []sighting.Entry{e}})
			}
		}
		in := landscape.Input{Statements: statements, Records: records, Partials: fromBook(&all)}
		want := landscape.Input{Statements: known, Partials: fromBook(&less),
			Records: slices.DeleteFunc(slices.Clone(records), func(r evidence.Record) bool { return above(r.Marking) })}
		a, err := landscape.Run(in.Within(ceiling))
		if err != nil {
			r.Fatal(err)
		}
		b, err := landscape.Run(want)
		if err != nil {
			r.Fatal(err)
		}
		if !reflect.DeepEqual(a, b) {
			r.Fatalf("up to %s: %+v\nwithout: %+v", ceiling, a, b)
		}
		if above(a.Marking) {
			r.Fatalf("up to %s it is marked %s", ceiling, a.Marking)
		}
	})
}

// A label outside the protocol is above every ceiling, and an entry of which no
// list says anything any more is shown up to RED only.
func TestWhatIsNotUnderstoodIsNotShown(t *testing.T) {
	odd := domain("a.example", "Alpha")
	odd.Marking = "SECRET"
	for _, c := range []struct {
		ceiling   evidence.TLP
		notActive int64
	}{{evidence.AmberStrict, 0}, {evidence.Red, 3}} {
		in := landscape.Input{From: "2023-09", To: "2023-09", Statements: []sighting.Statement{odd}, Partials: partials(t,
			seen{"2023-09-01", "198.18.1.1", 10, []string{"domain:a.example"}},
			seen{"2023-09-01", "198.18.1.2", 3, []string{"domain:forgotten.example"}})}
		l := run(t, in.Within(c.ceiling))
		if l.Totals.Events != 0 || l.NotInForce.Events != c.notActive {
			t.Errorf("up to %s: %+v, not in force %+v", c.ceiling, l.Totals, l.NotInForce)
		}
	}
}

// One list of indicators stands for many entries: hiding one of them for this
// reader leaves it there for the next.
func TestWhatIsHiddenFromOneIsThereForTheNext(t *testing.T) {
	red := domain("a.example", "Alpha")
	red.Marking = evidence.Red
	shared := []string{"domain:a.example", "domain:b.example"}
	in := landscape.Input{Statements: []sighting.Statement{red, domain("b.example", "Beta")}, Partials: partials(t,
		seen{"2023-09-01", "198.18.1.1", 1, shared}, seen{"2023-09-02", "198.18.1.2", 1, shared})}
	if l := run(t, in.Within(evidence.Green)); l.Totals.Groups != 1 || l.Totals.Events != 2 {
		t.Errorf("up to GREEN: %+v", l.Totals)
	}
	if l := run(t, in.Within(evidence.Red)); l.Totals.Groups != 2 || l.Marking != evidence.Red {
		t.Errorf("up to RED afterwards: %+v, %s", l.Totals, l.Marking)
	}
}

// What is shown of a group is marked like the evidence that names it.
func TestALandscapeIsMarkedLikeTheEvidenceBehindIt(t *testing.T) {
	marked := func(r evidence.Record, m evidence.TLP) evidence.Record {
		r.Marking = m
		return r.Seal()
	}
	tool := evidence.Record{Class: evidence.UsesSoftware, Subject: evidence.Actor{Name: "Alpha", Ref: "test:Alpha"}, Value: "OpenCall",
		Citation: evidence.Citation{Publisher: "Example Institute"}, Origin: evidence.Origin{Dataset: "test"}}
	pact := evidence.Record{Class: evidence.Agreement, Value: "Pact", Kind: "treaty", Parties: []string{"CN", "NL"}, Activity: evidence.MustInterval("2020/.."),
		Citation: evidence.Citation{Publisher: "Gazette"}, Origin: evidence.Origin{Dataset: "test"}}
	for name, c := range map[string]struct {
		more []evidence.Record
		want evidence.TLP
	}{
		"the state of a group that is seen":     {[]evidence.Record{marked(sponsor("Alpha", "CN"), evidence.Amber)}, evidence.Amber},
		"the state of one that is not":          {[]evidence.Record{sponsor("Alpha", "CN"), marked(sponsor("Beta", "RU"), evidence.Amber)}, ""},
		"a tool of a group, of which none here": {[]evidence.Record{sponsor("Alpha", "CN"), marked(tool, evidence.Amber)}, ""},
		"an agreement in force":                 {[]evidence.Record{sponsor("Alpha", "CN"), marked(pact, evidence.Green)}, evidence.Green},
	} {
		l := run(t, landscape.Input{Map: places(t, twoOrgs), Statements: []sighting.Statement{domain("a.example", "Alpha")}, Records: c.more,
			Partials: partials(t, seen{"2023-09-01", "198.18.1.1", 1, []string{"domain:a.example"}})})
		if l.Marking != c.want {
			t.Errorf("%s: marked %q, want %q", name, l.Marking, c.want)
		}
	}
}

func TestPeriodsThatAreNoneAreToldBeforeAnythingIsRead(t *testing.T) {
	for _, c := range [][2]string{{"yesterday", ""}, {"", "2023-13"}, {"2024", "2023"}, {"2023-09-02", "2023-09-01"}} {
		in := landscape.Input{From: c[0], To: c[1]} // without partials, which would have to be read
		if _, err := landscape.Run(in); err == nil {
			t.Errorf("%v is taken for a period", c)
		}
	}
	in := landscape.Input{From: "2023-09-01", To: "2023-09-01"}
	if err := in.Check(); err != nil {
		t.Error(err)
	}
}
