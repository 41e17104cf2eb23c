package channel_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// seven are the states with the most incidents in EuRepoC of which a test of
// timing could ask: 21 pairs.
var seven = []string{"CN", "RU", "IR", "KP", "US", "PK", "IN"}

func eurepoc(t testing.TB) *channel.Corpus {
	t.Helper()
	in, err := source.File(publicdata.Path(t, "incidents/EuRepoC_Global_Database_1.1.csv.xz")).Open(t.Context(), []source.Format{incident.Format}, "", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var records []evidence.Record
	if err := source.All(in, func(r evidence.Record) error { records = append(records, r); return nil }, func(*source.RecordError) {}); err != nil {
		t.Fatal(err)
	}
	return corpusOf(t, records)
}

func corpusOf(t testing.TB, records []evidence.Record) *channel.Corpus {
	t.Helper()
	dir, err := resolve.Resolve(records, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return channel.NewCorpus(records, dir)
}

func stateDyads(codes []string) (names []string, dyads []channel.Dyad) {
	for i, a := range codes {
		for _, b := range codes[i+1:] {
			names = append(names, a+"-"+b)
			dyads = append(dyads, channel.Dyad{A: channel.Party{States: []string{a}}, B: channel.Party{States: []string{b}}})
		}
	}
	return names, dyads
}

// The naive test finds most pairs of the world's states in league, the timing
// channel none: that is why the one is a contrast and the other a channel.
func TestHeapedDatesFoolTheNaiveTestAndNotTheChannel(t *testing.T) {
	c := eurepoc(t)
	names, dyads := stateDyads(seven)
	since := evidence.MustInterval("2010/..")
	fooled := 0
	for n, found := range channel.Naive(c, channel.ActivityDates, dyads, since) {
		if found.PPrecursor < .05 {
			fooled++
		}
		t.Logf("naive %s: %d of %d, p %.2g", names[n], found.Precursor, found.NA, found.PPrecursor)
		if names[n] == "CN-RU" && found.PPrecursor > 1e-8 {
			t.Errorf("China and Russia by the naive test: p %.2g; the published figure is 3.3e-10", found.PPrecursor)
		}
	}
	if fooled < 15 {
		t.Errorf("the naive test finds %d of 21 pairs of states: the contrast shows nothing", fooled)
	}
	for _, kind := range []channel.DateKind{channel.ActivityDates, channel.DisclosureDates} {
		f := c.Timeline(kind, evidence.Interval{}, nil).Timing(dyads)
		if err := channel.Adjust([]*channel.Family{f}, .05); err != nil {
			t.Fatal(err)
		}
		tested := 0
		for n, m := range f.Measurements {
			if m.P != nil {
				tested++
				t.Logf("%s %s: %v of %d and %d, expected %.1f, p %.2g, adjusted %.2g, %s", f.Channel, names[n], m.Observed, m.NA, m.NB, m.Expected, *m.P, *m.PAdjusted, m.Direction)
			}
			if m.Verdict == stat.Distinguishable {
				t.Errorf("%s calls %s distinguishable from chance (adjusted p %.2g)", f.Channel, names[n], *m.PAdjusted)
			}
			if m.Verdict == stat.NotMeasurable && len(m.Warnings) == 0 {
				t.Errorf("%s says nothing of why %s is not measurable", f.Channel, names[n])
			}
		}
		if kind == channel.ActivityDates && tested < 15 {
			t.Errorf("only %d of 21 pairs were measurable: none found means nothing", tested)
		}
	}
}

// Without the dates on a first of a month nothing is left of the coincidence of
// China and Russia: 3 of 23 incidents, p .76 as published.
func TestWithoutHeapedDatesNothingIsLeft(t *testing.T) {
	c := eurepoc(t)
	var exact []evidence.Record
	for _, r := range c.Records() {
		if r.Activity.FromPrecision >= evidence.Day {
			exact = append(exact, r)
		}
	}
	_, dyads := stateDyads([]string{"CN", "RU"})
	found := channel.Naive(corpusOf(t, exact), channel.ActivityDates, dyads, evidence.MustInterval("2010/.."))[0]
	if found.Precursor != 3 || found.PPrecursor < .6 || found.PPrecursor > .9 {
		t.Errorf("%d of %d, p %.2f; published 3 of 23, p .76", found.Precursor, found.NA, found.PPrecursor)
	}
}

// story makes incidents of a few states; day is counted from 2018.
func story(kind channel.DateKind, events map[string][]int) []evidence.Record {
	var out []evidence.Record
	for _, state := range []string{"NO", "PT", "AR", "CL", "NZ"} {
		for i, day := range events[state] {
			r := evidence.Record{
				Class: evidence.Incident, Event: fmt.Sprint(state, i), Subject: evidence.Actor{Country: state},
				Citation: evidence.Citation{Publisher: "Weekly"}, Origin: evidence.Origin{Dataset: "t", Object: fmt.Sprint(state, i)},
			}
			when := evidence.On(evidence.MustInterval("2018").From.AddDate(0, 0, day), evidence.Day)
			if kind == channel.ActivityDates {
				r.Activity = when
			} else {
				r.Disclosed = when
			}
			out = append(out, r.Seal())
		}
	}
	return out
}

func random(rng *rand.Rand, n, days int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = rng.IntN(days)
	}
	return out
}

func TestEventsThatFollowAreFoundInTheirDirectionAndOnTheirDates(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	events := map[string][]int{"AR": random(rng, 60, 1400), "CL": random(rng, 60, 1400)}
	for i := range 25 {
		day := i*56 + rng.IntN(30)
		events["NO"] = append(events["NO"], day)
		events["PT"] = append(events["PT"], day+1+rng.IntN(5))
	}
	c := corpusOf(t, story(channel.ActivityDates, events))
	_, dyads := stateDyads([]string{"NO", "PT", "AR"})
	f := c.Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads)
	if err := channel.Adjust([]*channel.Family{f}, .05); err != nil {
		t.Fatal(err)
	}
	f.SetMDE()
	f.Describe()
	if m := f.Measurements[0]; m.Verdict != stat.Distinguishable || m.Direction != channel.AToB {
		t.Errorf("a planted sequence came out %s in direction %q: %+v", m.Verdict, m.Direction, m.Result)
	}
	for _, m := range f.Measurements[1:] {
		if m.Verdict != stat.NotDistinguishable {
			t.Errorf("unlinked states came out %s", m.Verdict)
		}
		if m.MDE == nil && len(m.Warnings) == 0 {
			t.Error("a null result says neither what could have been found nor why not")
		}
		if len(m.Checks) < 5 {
			t.Errorf("checks beside the test: %+v", m.Checks)
		}
	}
	// The same days as days of disclosure are another channel.
	other := c.Timeline(channel.DisclosureDates, evidence.Interval{}, nil).Timing(dyads)
	if m := other.Measurements[0]; m.Verdict != stat.NotMeasurable {
		t.Errorf("dates of activity took part in the test of disclosures: %s", m.Verdict)
	}
}

func TestAShockThatMovesEverybodyIsNoSequence(t *testing.T) {
	found := 0
	const runs = 60
	for run := range runs {
		rng := rand.New(rand.NewPCG(uint64(run), 2))
		shocks := random(rng, 5, 1380)
		moved := func(n int) []int {
			out := random(rng, n, 1400)
			for i := range out {
				if rng.IntN(2) == 0 {
					out[i] = shocks[rng.IntN(5)] + rng.IntN(12)
				}
			}
			return out
		}
		c := corpusOf(t, story(channel.ActivityDates, map[string][]int{"NO": moved(25), "PT": moved(25), "AR": moved(40), "CL": moved(40), "NZ": moved(40)}))
		_, dyads := stateDyads([]string{"NO", "PT"})
		if p := c.Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads).Measurements[0].P; p != nil && *p <= .05 {
			found++
		}
	}
	if share, _ := stat.Proportion(found, runs, .999); share.Low > .05 {
		t.Errorf("%d false alarms in %d", found, runs)
	}
}

// One vendor tells of two states on the days on which it publishes; others tell
// of others on other days. Its calendar must not pass for a sequence, whether or
// not it tells of others too.
func TestAPublishersCalendarIsNoSequence(t *testing.T) {
	for _, tellsOfOthers := range []bool{false, true} {
		found, tested := 0, 0
		const runs = 60
		for run := range runs {
			rng := rand.New(rand.NewPCG(uint64(run), 7))
			calendar := random(rng, 24, 1400)
			issue := func(n int) []int {
				out := make([]int, n)
				for i := range out {
					out[i] = calendar[rng.IntN(len(calendar))]
				}
				return out
			}
			events := map[string][]int{"NO": issue(25), "PT": issue(25), "AR": random(rng, 60, 1400), "CL": random(rng, 60, 1400)}
			if tellsOfOthers {
				events["NZ"] = issue(60)
			}
			records := story(channel.DisclosureDates, events)
			for i, r := range records {
				if r.Subject.Country == "AR" || r.Subject.Country == "CL" {
					r.Citation.Publisher = "Daily"
					records[i] = r.Seal()
				}
			}
			_, dyads := stateDyads([]string{"NO", "PT"})
			m := corpusOf(t, records).Timeline(channel.DisclosureDates, evidence.Interval{}, nil).Timing(dyads).Measurements[0]
			if m.P != nil {
				tested++
				if *m.P <= .05 {
					found++
				}
			}
		}
		if tellsOfOthers != (tested > runs/2) {
			t.Errorf("others told of: %v; %d of %d could be tested", tellsOfOthers, tested, runs)
		}
		if share, _ := stat.Proportion(found, runs, .999); share.Low > .05 {
			t.Errorf("others told of: %v; %d false alarms in %d", tellsOfOthers, found, runs)
		}
	}
}

func TestAnIncidentOfBothSidesDoesNotCoincideWithItself(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	records := story(channel.ActivityDates, map[string][]int{"NO": random(rng, 20, 1400), "AR": random(rng, 40, 1400)})
	for _, r := range records {
		if r.Subject.Country == "NO" {
			r.Subject.Country, r.Origin.Object = "PT", r.Origin.Object+"'"
			records = append(records, r.Seal())
		}
	}
	_, dyads := stateDyads([]string{"NO", "PT"})
	m := corpusOf(t, records).Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads).Measurements[0]
	if m.Verdict != stat.NotMeasurable || m.NA != 0 {
		t.Errorf("twenty incidents laid to two states gave %+v", m.Result)
	}
}

func TestTimingDoesNotDependOnTheOrderOfRecords(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 1))
	records := story(channel.ActivityDates, map[string][]int{"NO": random(rng, 20, 700), "PT": random(rng, 20, 700), "AR": random(rng, 30, 700)})
	_, dyads := stateDyads([]string{"NO", "PT", "AR"})
	want := corpusOf(t, records).Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads).Measurements
	for range 5 {
		rng.Shuffle(len(records), func(i, j int) { records[i], records[j] = records[j], records[i] })
		if got := corpusOf(t, records).Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads).Measurements; !reflect.DeepEqual(got, want) {
			t.Fatal("another order gave another answer")
		}
	}
}

// Two groups dated to the week: as much must truly follow as with dates to the
// day, and more, before it would have been seen.
func TestDatesToTheWeekRaiseTheMDE(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	events := map[string][]int{"NO": random(rng, 40, 1400), "PT": random(rng, 40, 1400), "AR": random(rng, 60, 1400), "CL": random(rng, 60, 1400)}
	mde := func(long bool) *float64 {
		records := story(channel.ActivityDates, events)
		for i, r := range records {
			if long && r.Class == evidence.Incident {
				r.Activity = evidence.Between(r.Activity, evidence.On(r.Activity.From.AddDate(0, 0, 6), evidence.Day))
				records[i] = r.Seal()
			}
		}
		_, dyads := stateDyads([]string{"NO", "PT"})
		f := corpusOf(t, records).Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads)
		if err := channel.Adjust([]*channel.Family{f}, .05); err != nil {
			t.Fatal(err)
		}
		f.SetMDE()
		if f.Measurements[0].Verdict != stat.NotDistinguishable {
			t.Fatalf("%+v", f.Measurements[0].Result)
		}
		return f.Measurements[0].MDE
	}
	exact, weeks := mde(false), mde(true)
	if exact == nil || weeks == nil || *weeks <= *exact {
		t.Errorf("MDE %v with dates to the day, %v to the week", exact, weeks)
	}
}

// Looking both ways and reporting the better one is two tests.
func TestThePOfTimingCountsBothDirections(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 1))
	events := map[string][]int{}
	for _, state := range []string{"NO", "PT", "AR", "CL"} {
		events[state] = random(rng, 40, 1400)
	}
	c := corpusOf(t, story(channel.ActivityDates, events))
	_, dyads := stateDyads([]string{"NO", "PT", "AR"})
	f := c.Timeline(channel.ActivityDates, evidence.Interval{}, nil).Timing(dyads)
	f.Describe()
	for n, m := range f.Measurements {
		harder, other := 0., 0.
		for _, check := range m.Checks {
			switch check.Name {
			case stat.NullJitter, stat.NullControls:
				harder = max(harder, *check.P)
			case "other direction":
				other = *check.P
			}
		}
		if harder == 0 || other < harder {
			t.Fatalf("dyad %d: the better direction has p %v, the other %v", n, harder, other)
		}
		if want := min(1, 2*harder); math.Abs(*m.P-want) > 1e-12 {
			t.Errorf("dyad %d: p %v, want %v", n, *m.P, want)
		}
	}
}
