package channel_test

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

var (
	heron = evidence.Actor{Name: "Heron", Ref: "case:l:heron", Country: "NO"}
	otter = evidence.Actor{Name: "Otter", Ref: "case:l:otter", Country: "PT"}
)

// told is an observed record of both groups on one host; change what a case
// needs.
func told(object string, change ...func(*evidence.Record)) evidence.Record {
	r := evidence.Record{
		Class: evidence.CoCompromise, Subject: heron, Object: otter, Value: "one host", Event: "case:l:one", Basis: evidence.Observed,
		Citation: evidence.Citation{Publisher: "Weekly", Locator: "https://example.org/1"},
		Origin:   evidence.Origin{Dataset: "case:l", Object: object},
	}
	for _, c := range change {
		c(&r)
	}
	return r
}

func shown(r *evidence.Record)   { r.Consent = evidence.ConsentShown }
func refused(r *evidence.Record) { r.Consent = evidence.ConsentRefused }
func hearsay(r *evidence.Record) { r.Basis = evidence.Reported }
func undated(r *evidence.Record) { r.Event = "" }
func by(publisher string) func(*evidence.Record) {
	return func(r *evidence.Record) { r.Citation.Publisher = publisher }
}
func as(c evidence.Class) func(*evidence.Record) { return func(r *evidence.Record) { r.Class = c } }
func on(day string) func(*evidence.Record) {
	return func(r *evidence.Record) { r.Activity = evidence.MustInterval(day) }
}
func in(dataset string) func(*evidence.Record) {
	return func(r *evidence.Record) { r.Origin.Dataset = dataset }
}
func event(e string) func(*evidence.Record) { return func(r *evidence.Record) { r.Event = e } }
func held(e evidence.Exclusivity) func(*evidence.Record) {
	return func(r *evidence.Record) { r.Exclusivity = e }
}

func linksOf(t testing.TB, records ...evidence.Record) []channel.Link {
	t.Helper()
	var sealed []evidence.Record
	for _, r := range records {
		sealed = append(sealed, r.Seal())
	}
	dir, err := resolve.Resolve(sealed, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	a, okA := dir.Of(heron)
	b, okB := dir.Of(otter)
	if !okA || !okB {
		t.Fatal("the two groups are not known")
	}
	return channel.Ledger(channel.NewCorpus(sealed, dir), []channel.Pair{{A: a, B: b}}, evidence.Interval{})[0].Links()
}

// bare is a link without the ids of its records.
func bare(ls []channel.Link) []channel.Link {
	out := []channel.Link{}
	for _, l := range ls {
		l.Records = nil
		out = append(out, l)
	}
	return out
}

func TestAConflictOfConsentStaysHoweverOftenEitherIsTold(t *testing.T) {
	for n, records := range [][]evidence.Record{
		{told("a", shown), told("b", refused)},
		{told("a", shown), told("b", refused), told("c", shown)},
		{told("x", refused), told("y", shown), told("z", refused)},
		{told("p", shown), told("q", refused), told("r", shown), told("s")},
		{told("p", shown, hearsay), told("q", refused), told("r", refused)},
	} {
		got := linksOf(t, records...)
		if len(got) != 1 || got[0].Consent != channel.ConsentDisputed || got[0].Status != evidence.Contested || len(got[0].Records) < len(records)-1 {
			t.Errorf("case %d: %+v", n, got)
		}
	}
}

func TestConsentIsDisputedAcrossClassesAndSourcesOfOneThingOnly(t *testing.T) {
	for _, c := range []struct {
		promise  string
		records  []evidence.Record
		disputed int
	}{
		{"two sources of one event", []evidence.Record{told("a", shown), told("b", refused, by("Daily"))}, 2},
		{"a takeover and a miscoded entry of one event", []evidence.Record{told("a", as(evidence.Takeover)), told("b", shown)}, 2},
		{"a takeover and a miscoded entry that names no event", []evidence.Record{told("a", as(evidence.Takeover)), told("b", shown, undated, by("Daily"))}, 2},
		{"a takeover that is coded as agreed", []evidence.Record{told("a", as(evidence.Takeover), shown)}, 1},
		{"two events", []evidence.Record{told("a", shown), told("b", refused, event("case:l:two"))}, 0},
		{"two data sets that name one event each its own way", []evidence.Record{told("a", shown), told("b", refused, in("case:m"), event("case:m:uno"))}, 2},
		{"two data sets that tell of two times", []evidence.Record{told("a", shown, on("2019")), told("b", refused, in("case:m"), event("case:m:uno"), on("2021"))}, 0},
		{"a time and none", []evidence.Record{told("a", shown, undated, on("2019")), told("b", refused, undated)}, 2},
		{"an event and none", []evidence.Record{told("a", shown), told("b", refused, undated, on("2019"))}, 2},
		{"two times without events", []evidence.Record{told("a", shown, undated, on("2019")), told("b", refused, undated, on("2021-03"))}, 0},
		{"a contested claim disputes nothing", []evidence.Record{told("a", shown), told("b", refused, func(r *evidence.Record) { r.Status = evidence.Contested })}, 0},
		{"silence disputes nothing", []evidence.Record{told("a", shown), told("b", func(r *evidence.Record) { r.Consent = evidence.ConsentUnknown })}, 0},
	} {
		n := 0
		for _, l := range linksOf(t, c.records...) {
			if l.Consent == channel.ConsentDisputed && l.Status == evidence.Contested {
				n++
			}
		}
		if n != c.disputed {
			t.Errorf("%s: %d disputed links, want %d", c.promise, n, c.disputed)
		}
	}
}

func TestBasisAndConsentComeFromOneRecord(t *testing.T) {
	for _, l := range linksOf(t, told("a"), told("b", hearsay, shown)) {
		if l.Basis == evidence.Observed && l.Consent == evidence.ConsentShown {
			t.Errorf("an observation without consent and a hearsay with it make %+v", l)
		}
	}
	if got := linksOf(t, told("a", shown), told("b", hearsay, shown), told("c", hearsay)); len(got) != 1 || got[0].Basis != evidence.Observed || got[0].Consent != evidence.ConsentShown {
		t.Errorf("an observation with consent, told again at second hand: %+v", got)
	}
}

func TestTheWidestExclusivityCounts(t *testing.T) {
	for _, c := range []struct{ records, want []evidence.Exclusivity }{
		{[]evidence.Exclusivity{evidence.Exclusive, evidence.Public}, []evidence.Exclusivity{evidence.Public}},
		{[]evidence.Exclusivity{evidence.Exclusive, evidence.Shared, evidence.Exclusive}, []evidence.Exclusivity{evidence.Shared}},
		{[]evidence.Exclusivity{"", evidence.Exclusive}, []evidence.Exclusivity{evidence.Exclusive}},
		{[]evidence.Exclusivity{evidence.Public, evidence.Shared}, []evidence.Exclusivity{evidence.Public}},
	} {
		var records []evidence.Record
		for n, e := range c.records {
			records = append(records, told(fmt.Sprint(n), held(e)))
		}
		got := linksOf(t, records...)
		if len(got) != 1 || got[0].Exclusivity != c.want[0] {
			t.Errorf("%q together are %+v", c.records, got)
		}
	}
	// Also where basis and consent make two links of one thing.
	for _, l := range linksOf(t, told("a", held(evidence.Exclusive)), told("b", hearsay, shown, held(evidence.Public))) {
		if l.Exclusivity != evidence.Public {
			t.Errorf("a public tool stays exclusive in %+v", l)
		}
	}
}

// Whatever the records are called, however often they are repeated and in
// whatever order they come, the links are the same.
func TestLinksAreAFunctionOfTheSetOfRecords(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var records []evidence.Record
		for n := range rapid.IntRange(1, 7).Draw(rt, "records") {
			r := told(fmt.Sprint(n), by(rapid.SampledFrom([]string{"Weekly", "Daily"}).Draw(rt, "publisher")))
			r.Class = rapid.SampledFrom([]evidence.Class{evidence.CoCompromise, evidence.AccessHandover, evidence.Takeover, evidence.SharedTool}).Draw(rt, "class")
			r.Event = rapid.SampledFrom([]string{"", "case:l:one", "case:l:two"}).Draw(rt, "event")
			r.Basis = rapid.SampledFrom([]evidence.Basis{"", evidence.Observed, evidence.Assessed, evidence.Reported}).Draw(rt, "basis")
			r.Consent = rapid.SampledFrom([]evidence.Consent{"", evidence.ConsentShown, evidence.ConsentRefused, evidence.ConsentUnknown}).Draw(rt, "consent")
			r.Exclusivity = rapid.SampledFrom([]evidence.Exclusivity{"", evidence.Public, evidence.Shared, evidence.Exclusive}).Draw(rt, "exclusivity")
			r.Status = rapid.SampledFrom([]evidence.Status{"", evidence.Contested}).Draw(rt, "status")
			if rapid.Bool().Draw(rt, "dated") {
				r.Activity = evidence.MustInterval(rapid.SampledFrom([]string{"2020", "2020-05", "2022"}).Draw(rt, "when"))
			}
			records = append(records, r)
		}
		want := bare(linksOf(t, records...))
		rng := rand.New(rand.NewPCG(uint64(rapid.IntRange(0, 1000).Draw(rt, "seed")), 1))
		for n := range 4 {
			var other []evidence.Record
			for i, r := range records {
				r.Origin.Object = fmt.Sprintf("renamed %d %d", n, i)
				other = append(other, r)
				if rng.IntN(2) == 0 {
					r.Origin.Object += " again"
					other = append(other, r)
				}
			}
			rng.Shuffle(len(other), func(i, j int) { other[i], other[j] = other[j], other[i] })
			if got := bare(linksOf(t, other...)); !reflect.DeepEqual(got, want) {
				rt.Fatalf("%+v\nbecame\n%+v", want, got)
			}
		}
	})
}
