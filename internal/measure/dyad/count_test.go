package dyad

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
)

// said makes a record of an incident data set.
func said(dataset, object, initiator, target, title, when string, change ...func(*evidence.Record)) evidence.Record {
	r := evidence.Record{
		Class: evidence.Incident, Event: dataset + ":" + object, Subject: evidence.Actor{Country: initiator},
		Citation: evidence.Citation{Publisher: strings.ToUpper(dataset), PublisherCountry: "DE", Title: title},
		Origin:   evidence.Origin{Dataset: dataset, Object: object},
	}
	if target != "" {
		r.Targets = []evidence.Target{{Country: target}}
	}
	if at, told := strings.CutPrefix(when, "told "); told {
		r.Disclosed = evidence.MustInterval(at)
	} else {
		r.Activity = evidence.MustInterval(when)
	}
	for _, c := range change {
		c(&r)
	}
	return r.Seal()
}

func at(url string) func(*evidence.Record) {
	return func(r *evidence.Record) { r.Citation.Locator = url }
}

func by(name string) func(*evidence.Record) {
	return func(r *evidence.Record) { r.Subject.Name = name }
}

func deal(id, kind, signed, force string, parties ...string) evidence.Record {
	return evidence.Record{
		Class: evidence.Agreement, Value: id, Kind: kind, Parties: parties,
		Disclosed: evidence.MustInterval(signed), Activity: evidence.MustInterval(force),
		Citation: evidence.Citation{Publisher: "Gazette"}, Origin: evidence.Origin{Dataset: "case:pacts", Object: id},
	}.Seal()
}

func count(t testing.TB, q Question, records ...evidence.Record) *Table {
	t.Helper()
	table, err := Count(t.Context(), Input{Records: records, Question: q})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestAnIncidentOfTwoDataSetsCountsOnceWithBothCitations(t *testing.T) {
	a := said("one", "1", "CN", "RU", "Ministry breached", "2020-03/2020-05", at("https://www.example.org/report/"), by("Oxcart"))
	b := said("two", "x", "CN", "RU", "Targeting of officials", "told 2020-06-10", at("http://example.org/report?utm_source=feed"), by("Oxcart"))
	table := count(t, Question{}, a, b)
	if len(table.Incidents) != 1 || len(table.Dyads) != 1 || table.Dyads[0].Incidents != 1 || table.Dyads[0].Twice != 1 {
		t.Fatalf("incidents %+v, dyads %+v", table.Incidents, table.Dyads)
	}
	i := table.Incidents[0]
	if want := []evidence.ID{min(a.ID, b.ID), max(a.ID, b.ID)}; !slices.Equal(i.Records, want) || !slices.Equal(table.Dyads[0].Cases[0].Records, want) {
		t.Errorf("records %v, want %v", i.Records, want)
	}
	if i.WhenKind != "activity" || i.When.String() != "2020-03/2020-05" {
		t.Errorf("dated %s %s; the act is better known than the report", i.When, i.WhenKind)
	}
	if len(table.Merges) != 1 || !strings.Contains(strings.Join(table.Merges[0].Ties, "; "), "example.org/report") {
		t.Errorf("the reasons for the join are missing: %+v", table.Merges)
	}
}

func TestReportsStayApartWithoutAStrongTie(t *testing.T) {
	url := at("https://example.org/report")
	ox := by("Oxcart")
	for name, pair := range map[string][2]evidence.Record{
		"same data set": {
			said("one", "1", "CN", "RU", "Ministry breached", "2020-03", url, ox), said("one", "2", "CN", "RU", "Ministry breached", "2020-03", url, ox),
		},
		"another victim": {
			said("one", "1", "CN", "RU", "Ministry breached", "2020-03", url, ox), said("two", "2", "CN", "IN", "Ministry breached", "2020-03", url, ox),
		},
		"another attacker": {
			said("one", "1", "CN", "RU", "Ministry breached", "2020-03", url), said("two", "2", "KP", "RU", "Ministry breached", "2020-03", url),
		},
		"told before it happened": {
			said("one", "1", "CN", "RU", "Ministry breached", "2020-03-10", url, ox), said("two", "2", "CN", "RU", "Ministry breached", "told 2020-03-01", url, ox),
		},
		"years between": {
			said("one", "1", "CN", "RU", "Ministry breached", "2014-03", url, ox), said("two", "2", "CN", "RU", "Ministry breached", "2020-03", url, ox),
		},
		"same actor, nothing else": {
			said("one", "1", "CN", "RU", "Ministry breached", "2020-03", ox), said("two", "2", "CN", "RU", "Shipyard espionage", "2020-03", ox),
		},
	} {
		// The actor has struck before, so that its name alone names no incident.
		again := said("one", "9", "CN", "US", "Earlier affair", "2011", ox)
		if table := count(t, Question{}, pair[0], pair[1], again); len(table.Merges) != 0 {
			t.Errorf("%s: joined by %q", name, table.Merges[0].Ties)
		}
	}
}

func TestAReportThatMatchesTwoEquallyWellJoinsNeither(t *testing.T) {
	url := at("https://example.org/report")
	table := count(t, Question{},
		said("one", "1", "CN", "RU", "Ministry breached", "2020-03", url, by("Oxcart")),
		said("two", "a", "CN", "RU", "Foreign ministry", "told 2020-04-01", url, by("Oxcart")),
		said("two", "b", "CN", "RU", "Foreign ministry", "told 2020-04-02", url, by("Oxcart")),
	)
	if len(table.Merges) != 0 || len(table.Refused) != 2 || table.Dyads[0].Incidents != 3 {
		t.Errorf("merges %+v, refused %+v", table.Merges, table.Refused)
	}
	if table.Dyads[0].Doubtful != 2 {
		t.Errorf("%d doubtful pairs, want 2", table.Dyads[0].Doubtful)
	}
}

func TestEveryIncidentReadIsAccountedFor(t *testing.T) {
	table := count(t, Question{From: "2020", To: "2020"},
		said("one", "1", "CN", "RU", "counted", "2020-03"),
		said("one", "2", "", "RU", "nobody named", "2020-03"),
		said("one", "3", "CN", "", "no victim", "2020-03"),
		said("one", "4", "CN", "CN", "at home", "2020-03"),
		said("one", "5", "CN", "RU", "another year", "2019-03"),
		said("one", "6", "CN", "RU", "undated", ""),
		deal("p", "treaty", "2001", "", "CN", "RU"),
	)
	want := account{
		Records: 6, Other: 1, Reports: []Tally{{"one", 6}}, Incidents: 6, Counted: 1, Shown: 1,
		Left: []Tally{{leftInitiator, 1}, {leftPeriod, 1}, {leftTarget, 1}, {leftUndated, 1}, {leftOwn, 1}},
	}
	if !reflect.DeepEqual(table.Account, want) {
		t.Errorf("account %+v\nwant    %+v", table.Account, want)
	}
}

func TestTheFirmestBondInForceThroughoutCounts(t *testing.T) {
	table := count(t, Question{},
		deal("friendship", "treaty", "2001-07-16", "2002-02-28/2010-01-01", "CN", "RU"),
		deal("words", "joint statement", "2015-01-01", "", "CN", "RU"),
		said("one", "1", "CN", "RU", "before", "2001-10"),   // signed, not in force; the SCO is
		said("one", "2", "CN", "RU", "during", "2005"),      //
		said("one", "3", "CN", "RU", "across", "2009/2012"), // only the SCO throughout
		said("one", "4", "CN", "RU", "after", "2016-03"),    // the SCO and words
		said("one", "5", "GB", "DE", "allies", "2012"),      // NATO, EU
		said("one", "6", "GB", "IE", "left the EU", "2021"), // nothing
		said("one", "7", "US", "FI", "before joining", "2022"),
		said("one", "8", "US", "FI", "in the year of joining", "2023"),
		said("one", "9", "RU", "IN", "the year of joining the SCO", "2017"),
	)
	bonds := map[string]pact.Bond{}
	for _, d := range table.Dyads {
		for _, k := range d.Cases {
			bonds[k.Incident] = k.Bond
		}
	}
	want := map[string]pact.Bond{
		"one:1": pact.Multilateral, "one:2": pact.Bilateral, "one:3": pact.Multilateral, "one:4": pact.Multilateral, "one:5": pact.Allied,
		"one:6": pact.Unbound, "one:7": pact.Unbound, "one:8": pact.Unbound, "one:9": pact.Unbound,
	}
	if !reflect.DeepEqual(bonds, want) {
		t.Errorf("bonds %v\nwant  %v", bonds, want)
	}
	for _, d := range table.Dyads {
		if d.String() == "US>FI" && d.Perhaps != 1 {
			t.Errorf("US>FI: %d perhaps bound, want 1", d.Perhaps)
		}
	}
	if f := table.Friends[0]; f.Initiator != "CN" || f.Bonds != (Bonds{Bilateral: 1, Multilateral: 3}) {
		t.Errorf("first friend %+v", f)
	}
}

func TestAnAgreementWithoutEntryIntoForceCountsFromTheEndOfItsSignature(t *testing.T) {
	table := count(t, Question{A: "CN", B: "JP"},
		deal("deal", "executive agreement", "2015", "", "CN", "JP"),
		said("one", "1", "CN", "JP", "same year", "2015-12"), said("one", "2", "CN", "JP", "next year", "2016-01"))
	d := table.Dyads[0]
	if d.Bonds != (Bonds{Bilateral: 1, None: 1}) {
		t.Errorf("bonds %+v", d.Bonds)
	}
	for _, a := range table.Agreements {
		if a.ID == "deal" && (!a.Signed || a.Since != "2015") {
			t.Errorf("agreement %+v", a)
		}
	}
}

func TestMotivesStatedComeBeforeMotivesInferred(t *testing.T) {
	guess := func(r *evidence.Record) {
		r.Objective = Espionage
		r.Extra = map[string]json.RawMessage{evidence.ExtraObjectiveBasis: json.RawMessage(`"inferred: test"`)}
	}
	know := func(r *evidence.Record) { r.Objective = "destruction" }
	url := at("https://example.org/a")
	table := count(t, Question{},
		said("one", "1", "CN", "RU", "x", "2020-03", url, guess), said("two", "1", "CN", "RU", "y", "2020-03", url, know),
		said("one", "2", "CN", "RU", "z", "2012", guess), said("one", "3", "CN", "RU", "w", "2013"))
	got := map[string]string{}
	for _, i := range table.Incidents {
		got[i.ID] = fmt.Sprint(i.Motives, i.Inferred)
	}
	want := map[string]string{"one:1+two:1": "[disruption] false", "one:2": "[espionage] true", "one:3": "[unknown] false"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("motives %v, want %v", got, want)
	}
}

func TestQuestionsThatCannotBeAskedSayWhy(t *testing.T) {
	p := deal("deal", "treaty", "2015", "", "CN", "JP")
	for want, q := range map[string]Question{
		"is no state":    {A: "Atlantis"},
		"one state":      {A: "CN", B: "China"},
		"no agreement":   {Agreement: "bloc:NATO"},
		"is no party":    {Agreement: "deal", A: "US"},
		"ends before":    {From: "2020", To: "2019"},
		"windows of 77":  {Years: 77},
		"there are deal": {Agreement: "dael"},
	} {
		if _, err := Count(t.Context(), Input{Records: []evidence.Record{p}, Question: q}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: %v; want it to say %q", q, err, want)
		}
	}
}

// Whatever the order of the records, and however often one is repeated, the
// table is the same; every report stands in one incident; no data set stands
// twice in one.
func TestTheTableDoesNotDependOnTheOrderOfRecords(t *testing.T) {
	states := rapid.SampledFrom([]string{"CN", "RU", "IN", ""})
	titles := rapid.SampledFrom([]string{"Red lotus", "Blue lotus", "Shipyard", "Ministry", "Red"})
	dates := rapid.SampledFrom([]string{"2019", "2020-03", "2020-03/2020-06", "told 2020-04-02", "told 2021-01-01", ""})
	urls := rapid.SampledFrom([]string{"", "https://a.example/1", "https://a.example/2"})
	names := rapid.SampledFrom([]string{"", "Oxcart", "Teapot"})
	rapid.Check(t, func(t *rapid.T) {
		var records []evidence.Record
		n := rapid.IntRange(1, 14).Draw(t, "n")
		for i := range n {
			set := rapid.SampledFrom([]string{"one", "two", "three"}).Draw(t, "set")
			records = append(records, said(set, fmt.Sprint(i/2), states.Draw(t, "from"), states.Draw(t, "to"), titles.Draw(t, "title"), dates.Draw(t, "when"),
				at(urls.Draw(t, "url")), by(names.Draw(t, "name"))))
		}
		records = append(records, deal("p", "treaty", "2015", "", "CN", "RU"))
		first, err := Count(t.Context(), Input{Records: records})
		if err != nil {
			t.Fatal(err)
		}
		again := slices.Concat(records, records[:n/2])
		seed := rapid.Uint64().Draw(t, "seed")
		rand.New(rand.NewPCG(seed, 1)).Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
		second, err := Count(t.Context(), Input{Records: again})
		if err != nil {
			t.Fatal(err)
		}
		a, _ := json.Marshal(first)
		b, _ := json.Marshal(second)
		if string(a) != string(b) {
			t.Fatalf("another order gives another table:\n%s\n%s", a, b)
		}
		told, left := 0, 0
		for _, x := range first.Account.Reports {
			told += x.N
		}
		for _, x := range first.Account.Left {
			left += x.N
		}
		if told-first.Account.Merged != first.Account.Incidents || first.Account.Counted+left != first.Account.Incidents {
			t.Fatalf("the account does not add up: %+v", first.Account)
		}
		for _, i := range first.Incidents {
			if len(i.Datasets) != len(i.Events) {
				t.Fatalf("incident %s joins reports of one data set", i.ID)
			}
		}
	})
}

// EuRepoC gives hacktivists the state they live in; a treaty does not bind them.
func TestWhatPrivateGroupsDoIsNoDeedOfTheState(t *testing.T) {
	category := func(c string) func(*evidence.Record) {
		return func(r *evidence.Record) {
			r.Extra = map[string]json.RawMessage{"initiator_category": json.RawMessage(`"` + c + `"`)}
		}
	}
	table := count(t, Question{},
		deal("deal", "treaty", "2001-01-01", "2001-01-01/..", "TR", "JP"),
		said("one", "1", "TR", "JP", "hacktivists", "2012", category("['Non-state-group']")),
		said("one", "2", "TR", "JP", "a lone hacker", "2013", category("['Individual hacker(s)']")),
		said("one", "3", "TR", "JP", "the state", "2014", category("['State']")),
		said("one", "4", "TR", "JP", "on its behalf", "2015", category("['Non-state actor, state-affiliation suggested']")),
		said("one", "5", "TR", "JP", "both", "2016", category("['Non-state-group', 'State']")),
		said("one", "6", "TR", "JP", "nobody says", "2017", category("['Unknown - not attributed']")),
	)
	d := table.Dyads[0]
	if d.Incidents != 6 || d.NonState != 2 || d.Bonds != (Bonds{Bilateral: 4}) {
		t.Errorf("%d incidents, %d private, bonds %+v", d.Incidents, d.NonState, d.Bonds)
	}
}

func TestOneActorsIncidentsWithALikeWordAreOneWithinAMonthOnly(t *testing.T) {
	ox := by("Oxcart")
	again := said("one", "9", "CN", "US", "Earlier affair", "2011", ox)
	for day, joined := range map[string]int{"2020-03-20": 1, "2020-03-31": 1, "2020-04-02": 1, "2020-04-03": 0, "2020-04-04": 0, "2020-04-20": 0, "2020-05-01": 0} {
		table := count(t, Question{}, said("one", "1", "CN", "RU", "Ministry network breached", "2020-03-01", ox), said("two", "2", "CN", "RU", "Ministry network looted", day, ox), again)
		if len(table.Merges) != joined {
			t.Errorf("on %s: %d joined, want %d: %+v", day, len(table.Merges), joined, table.Merges)
		}
	}
}

// Which ties are strong enough, and how far apart in time; see [candidate.weakness].
func TestReportsAreOneWithATieThatIsStrongEnough(t *testing.T) {
	ox, u, v := by("Oxcart"), at("https://example.org/report"), at("https://example.org/other")
	a := func(when string, change ...func(*evidence.Record)) evidence.Record {
		return said("one", "1", "CN", "RU", "Ministry breached", when, change...)
	}
	b := func(title, when string, change ...func(*evidence.Record)) evidence.Record {
		return said("two", "2", "CN", "RU", title, when, change...)
	}
	// Another incident of the first data set that cites the same report.
	also := said("one", "3", "CN", "RU", "Shipyard", "2019", u)
	wide := func(r *evidence.Record) {
		for _, c := range []string{"US", "GB", "FR", "IT", "ES", "PL"} {
			r.Targets = append(r.Targets, evidence.Target{Country: c})
		}
	}
	for _, c := range []struct {
		promise string
		records []evidence.Record
		one     bool
	}{
		{"a report of each alone, and the actor, where one has no date", []evidence.Record{a("2020-03", u, ox), b("Foreign office", "", u, ox)}, true},
		{"a report of each alone, and a word, where one has no date", []evidence.Record{a("2020-03", u), b("Ministry robbed", "", u)}, true},
		{"a report alone where one has no date", []evidence.Record{a("2020-03", u), b("Foreign office", "", u)}, false},
		{"no report where one has no date", []evidence.Record{a("2020-03", u, ox), b("Foreign office", "", v, ox)}, false},
		{"a report of several where one has no date", []evidence.Record{a("2020-03", u, ox), b("Foreign office", "", u, ox), also}, false},
		{"a report of each alone, and near dates", []evidence.Record{a("2020-03-01", u), b("Foreign office", "2020-05-20", u)}, true},
		{"a report of each alone, and far dates", []evidence.Record{a("2020-03-01", u), b("Foreign office", "2020-09-20", u)}, false},
		{"a report of several, and near dates", []evidence.Record{a("2020-03-01", u), b("Foreign office", "2020-03-20", u), also}, false},
		{"a report of several, the actor and near dates", []evidence.Record{a("2020-03-01", u, ox), b("Foreign office", "2020-03-20", u, ox), also}, true},
		{"a report and the actor, two years apart", []evidence.Record{a("2020-03-01", u, ox), b("Foreign office", "2022-03-01", u, ox)}, true},
		{"a report and the actor, more than two years apart", []evidence.Record{a("2020-03-01", u, ox), b("Foreign office", "2022-03-15", u, ox)}, false},
		{"titles that share a name, a year apart", []evidence.Record{a("2020-03-01"), b("Ministry breached", "2021-03-02")}, true},
		{"titles that share a name, more than a year apart", []evidence.Record{a("2020-03-01"), b("Ministry breached", "2021-03-10")}, false},
		{"the same first and last month, and the actor", []evidence.Record{a("2020-03/2020-09", ox), b("Foreign office", "2020-03/2020-09", ox)}, true},
		{"the same first and last month alone", []evidence.Record{a("2020-03/2020-09"), b("Foreign office", "2020-03/2020-09")}, false},
		{"the actor, a word and near dates", []evidence.Record{a("2020-03-01", ox), b("Ministry robbed", "2020-03-20", ox)}, true},
		{"the actor and a word where one lasts for years", []evidence.Record{a("2020-03-01", ox), b("Ministry robbed", "2018-01/2021-03", ox)}, false},
		{"a report and the actor where one tells of many states", []evidence.Record{a("2020-03-01", u, ox), b("Foreign office", "2020-03-20", u, ox, wide)}, false},
	} {
		// The actor strikes elsewhere too: its name alone names no incident.
		records := append(c.records, said("one", "9", "CN", "US", "Earlier affair", "2011", ox))
		// Words that others use, so that those in common are rare.
		for n := range 12 {
			records = append(records, said("three", fmt.Sprint(n), "IR", "IL", fmt.Sprintf("Affair %c%c", 'a'+n, 'b'+n), "2005"))
		}
		if table := count(t, Question{}, records...); (len(table.Merges) == 1) != c.one {
			t.Errorf("%s: joined %+v, refused %+v", c.promise, table.Merges, table.Refused)
		}
	}
}

func TestAReportIsNoRivalOfAnotherVictimsOfOneCase(t *testing.T) {
	url, attack := at("https://example.org/report"), func(r *evidence.Record) { r.Class = evidence.AttackOnState }
	both := said("one", "1", "CN", "RU", "Ministries breached", "2020-03", url, func(r *evidence.Record) {
		r.Targets = append(r.Targets, evidence.Target{Country: "IN"})
	})
	table := count(t, Question{}, both,
		said("two", "a", "CN", "RU", "Ministries breached", "2020-03", url, attack), said("two", "b", "CN", "IN", "Ministries breached", "2020-03", url, attack))
	if len(table.Incidents) != 1 || len(table.Merges) != 2 {
		t.Errorf("%d incidents of one campaign told for each victim: %+v", len(table.Incidents), table.Refused)
	}
	table = count(t, Question{}, both,
		said("two", "a", "CN", "RU", "Ministries breached", "2020-03", url, attack), said("two", "b", "CN", "RU", "Ministries breached", "2020-03", url, attack))
	if len(table.Merges) != 0 {
		t.Errorf("two incidents of one data set and victim are one: %+v", table.Merges)
	}
}

func TestAQuestionOfAStateIsAnsweredWithItsDyadsAlone(t *testing.T) {
	records := []evidence.Record{
		said("one", "1", "CN", "RU", "x", "2020"), said("one", "2", "RU", "CN", "y", "2020"), said("one", "3", "RU", "IN", "z", "2020"), said("one", "4", "US", "IR", "v", "2020"),
	}
	for q, want := range map[Question][]string{
		{}: {"CN>RU", "RU>CN", "RU>IN", "US>IR"}, {A: "CN"}: {"CN>RU", "RU>CN"}, {A: "IN"}: {"RU>IN"}, {A: "CN", B: "RU"}: {"CN>RU", "RU>CN"}, {A: "IN", B: "RU"}: {"RU>IN"},
	} {
		var got []string
		for _, d := range count(t, q, records...).Dyads {
			got = append(got, d.String())
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v: %v, want %v", q, got, want)
		}
	}
}

func TestFriendsThatAreLevelShareARankAndAgreementsAreCited(t *testing.T) {
	treaty := deal("deal", "treaty", "2001", "2001/..", "CN", "JP")
	table := count(t, Question{}, treaty,
		said("one", "1", "CN", "JP", "a", "2012"), said("one", "2", "CN", "JP", "b", "2013"), said("one", "3", "CN", "JP", "c", "2014"),
		said("one", "4", "JP", "CN", "d", "2012"), said("one", "5", "GB", "DE", "e", "2012"), said("one", "6", "DE", "US", "f", "2012"), said("one", "7", "KZ", "CN", "g", "2012"))
	var got []string
	for _, f := range table.Friends {
		got = append(got, fmt.Sprint(f.Rank, f.Initiator, f.Target))
	}
	if want := []string{"1CNJP", "2DEUS", "2GBDE", "2JPCN", "5KZCN"}; !slices.Equal(got, want) {
		t.Errorf("ranks %v, want %v", got, want)
	}
	if _, ok := table.Records[treaty.ID]; !ok {
		t.Error("the agreement's record is not among those cited")
	}
	if f := table.Friends[0]; !slices.Contains(f.Agreements, "deal") || f.Contested != 0 {
		t.Errorf("the first friend is %+v", f)
	}
	disputed := func(r *evidence.Record) { r.Status = evidence.Contested }
	table = count(t, Question{}, treaty, said("one", "1", "CN", "JP", "a", "2012", disputed), said("one", "2", "JP", "CN", "b", "2012"))
	if f := table.Friends; len(f) != 2 || f[0].Rank != 1 || f[1].Rank != 1 || f[0].Contested != 1 || f[1].Contested != 0 {
		t.Errorf("two that are level, one of them contested: %+v", f)
	}
}

func TestAnIncidentLaidToBothStatesIsTheDeedOfNeitherAgainstTheOther(t *testing.T) {
	records := []evidence.Record{
		said("one", "1", "US", "IR", "Worm Alpha", "2010-07", at("https://example.org/worm")),
		said("two", "1", "US", "IR", "Worm Alpha", "2010-07", at("https://example.org/worm")),
		said("two", "1", "IL", "US", "Worm Alpha", "2010-07", at("https://example.org/worm"), func(r *evidence.Record) { r.Note = "of the other" }),
		said("two", "2", "IL", "US", "Spying", "2014"),
		deal("norms", "norms", "2015-07-22", "", "US", "IL"),
	}
	table := count(t, Question{A: "US", B: "IL"}, records...)
	if len(table.Joint) != 1 || !slices.Equal(table.Joint[0].Datasets, []string{"one", "two"}) || table.Strategic != "S1" {
		t.Errorf("joint %+v, states %q", table.Joint, table.Strategic)
	}
	if len(table.Dyads) != 1 || table.Dyads[0].Incidents != 1 {
		t.Errorf("the attacks between them are %+v", table.Dyads)
	}
	for _, r := range table.Joint[0].Records {
		if _, ok := table.Records[r]; !ok {
			t.Error("a record of the joint incident is not in the table")
		}
	}
	if early := count(t, Question{A: "US", B: "IL", To: "2005"}, records...); len(early.Joint) != 0 {
		t.Error("a period that ends before it has it")
	}
}
