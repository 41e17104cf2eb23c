package landscape_test

import (
	"iter"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// seen is one system on one day.
type seen struct {
	day    string
	host   string
	events int64
	keys   []string
}

func partials(t *testing.T, list ...seen) func(func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
	t.Helper()
	return func(func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
		return func(yield func(sighting.Partial, error) bool) {
			for _, s := range list {
				day, err := sighting.ParseDay(s.day)
				if err != nil {
					t.Fatal(err)
				}
				at := day.Start().Add(6 * time.Hour)
				p := sighting.Partial{Day: day, System: sighting.System{Host: netip.MustParseAddr(s.host)}, Indicators: s.keys, First: at, Last: at.Add(time.Hour), Events: s.events}
				if !yield(p, nil) {
					return
				}
			}
		}
	}
}

func domain(name, group string) sighting.Statement {
	return sighting.Statement{Type: "domain", Value: name, Group: group}
}

func places(t *testing.T, rows string) *sighting.Map {
	t.Helper()
	m, err := sighting.ReadMap("map.csv", strings.NewReader("cidr,organisation,sector,country\n"+rows))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func sponsor(name, state string) evidence.Record {
	return evidence.Record{Class: evidence.Sponsor, Subject: evidence.Actor{Name: name, Ref: "test:" + name, Country: state},
		Citation: evidence.Citation{Publisher: "Example Institute"}, Origin: evidence.Origin{Dataset: "test"}}.Seal()
}

func run(t *testing.T, in landscape.Input) *landscape.Landscape {
	t.Helper()
	l, err := landscape.Run(in)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

const twoOrgs = "198.18.1.0/24,Bank,financial-services,NL\n198.18.2.0/24,Ministry,government-national,NL\n"

func TestUnitsAreNotMixed(t *testing.T) {
	l := run(t, landscape.Input{
		Map:        places(t, twoOrgs),
		Statements: []sighting.Statement{domain("a.example", "Alpha"), domain("b.example", "Beta")},
		Records:    []evidence.Record{sponsor("Alpha", "CN"), sponsor("Beta", "CN")},
		Partials: partials(t,
			seen{"2023-09-01", "198.18.1.1", 10, []string{"domain:a.example"}},
			seen{"2023-09-01", "198.18.1.1", 5, []string{"domain:a.example", "domain:b.example"}}, // entries that show both groups
			seen{"2023-09-01", "198.18.1.2", 1, []string{"domain:b.example"}},
			seen{"2023-09-02", "198.18.2.1", 1, []string{"domain:a.example"}},
			seen{"2023-09-02", "100.64.0.1", 1, []string{"domain:a.example"}},
		),
	})
	if l.Totals != (landscape.Figures{Incidents: 4, Organisations: 2, Systems: 4, Events: 18, Groups: 2}) {
		t.Errorf("totals are %+v", l.Totals)
	}
	if s := l.States[0]; len(l.States) != 1 || s.State != "CN" || s.Events != 18 || s.Systems != 4 || s.Organisations != 2 || s.Groups != 2 || s.Peak != (landscape.Peak{Date: "2023-09-01", Systems: 2, Organisations: 1}) {
		t.Errorf("states are %+v", l.States)
	}
	if a, b := l.Groups[0], l.Groups[1]; a.Group != "Alpha" || a.Events != 17 || a.Systems != 3 || a.Organisations != 2 || b.Events != 6 || b.Systems != 2 || b.Organisations != 1 || b.Rank != 2 {
		t.Errorf("groups are %+v", l.Groups)
	}
	if len(l.Classes) != 1 || l.Classes[0].Class != sighting.StateAffiliated || l.Classes[0].Share != 1 || l.Classes[0].Events != 18 {
		t.Errorf("classes are %+v", l.Classes)
	}
	if l.Unmapped != (landscape.Unmapped{Incidents: 1, Systems: 1, Events: 1}) {
		t.Errorf("unmapped is %+v", l.Unmapped)
	}
	if d := l.StateDays; len(d) != 2 || d[0] != (landscape.StateDay{Date: "2023-09-01", State: "CN", Organisations: 1, Systems: 2, Events: 16}) || d[1] != (landscape.StateDay{Date: "2023-09-02", State: "CN", Organisations: 1, Systems: 2, Events: 2}) {
		t.Errorf("days are %+v", d)
	}
}

func TestThePeriodBeforeIsOfTheSameLength(t *testing.T) {
	in := landscape.Input{
		Map: places(t, twoOrgs), Statements: []sighting.Statement{domain("a.example", "Alpha"), domain("b.example", "Beta"), domain("c.example", "Gamma")},
		Partials: partials(t,
			seen{"2023-07-31", "198.18.1.1", 1, []string{"domain:c.example"}},
			seen{"2023-08-02", "198.18.1.1", 1, []string{"domain:a.example"}}, seen{"2023-08-31", "198.18.1.2", 1, []string{"domain:b.example"}},
			seen{"2023-09-01", "198.18.1.1", 1, []string{"domain:a.example"}}, seen{"2023-09-30", "198.18.1.3", 1, []string{"domain:a.example"}}, seen{"2023-09-05", "198.18.2.3", 1, []string{"domain:c.example"}},
		),
		From: "2023-09", To: "2023-09",
	}
	p := run(t, in).Previous
	if p == nil || p.Period != (landscape.Period{From: "2023-08-01", To: "2023-08-31", Days: 31}) || !p.Covered {
		t.Fatalf("previous is %+v", p)
	}
	got := map[string]string{}
	for _, c := range p.Changes {
		got[c.Group] = c.Status
	}
	if len(got) != 3 || got["Alpha"] != "more" || got["Beta"] != "gone" || got["Gamma"] != "new" {
		t.Errorf("changes are %v", got)
	}
	in.From, in.To = "2023-09-04", "2023-09-10"
	if p := run(t, in).Previous; p.Period != (landscape.Period{From: "2023-08-28", To: "2023-09-03", Days: 7}) {
		t.Errorf("a week is compared with %+v", p.Period)
	}
	in.From, in.To = "2023", "2023"
	if p := run(t, in).Previous; p.Period != (landscape.Period{From: "2022-01-01", To: "2022-12-31", Days: 365}) || p.Covered {
		t.Errorf("a year is compared with %+v", p.Period)
	}
	in.From, in.To = "", ""
	if p := run(t, in).Previous; p != nil {
		t.Errorf("all data are compared with %+v", p)
	}
	in.From, in.To = "2023-09-10", "2023-09-01"
	if _, err := landscape.Run(in); err == nil {
		t.Error("a period that ends before it begins is taken")
	}
}

func TestOnlyDaysInForceCountUnderAnAgreement(t *testing.T) {
	pact := evidence.Record{Class: evidence.Agreement, Value: "Pact", Parties: []string{"CN", "RU"}, Activity: evidence.MustInterval("2023-09-02/2023-09-03"),
		Citation: evidence.Citation{Publisher: "Example Institute"}, Origin: evidence.Origin{Dataset: "test"}}.Seal()
	l := run(t, landscape.Input{
		Map:        places(t, "198.18.1.0/24,Bank,financial-services,RU\n198.18.2.0/24,Ministry,government-national,NL\n"),
		Statements: []sighting.Statement{domain("a.example", "Alpha")}, Records: []evidence.Record{sponsor("Alpha", "CN"), pact},
		Partials: partials(t,
			seen{"2023-09-01", "198.18.1.1", 1, []string{"domain:a.example"}}, seen{"2023-09-02", "198.18.1.1", 2, []string{"domain:a.example"}},
			seen{"2023-09-03", "198.18.1.2", 4, []string{"domain:a.example"}}, seen{"2023-09-04", "198.18.1.3", 8, []string{"domain:a.example"}},
			seen{"2023-09-02", "198.18.2.1", 16, []string{"domain:a.example"}},
		),
	})
	if len(l.Agreements) != 1 {
		t.Fatalf("agreements are %+v", l.Agreements)
	}
	if a := l.Agreements[0]; a.From != "CN" || a.To != "RU" || a.Events != 6 || a.Systems != 2 || a.Organisations != 1 || a.Incidents != 1 || len(a.Evidence) != 1 || a.Evidence[0] != pact.ID {
		t.Errorf("agreement is %+v", a)
	}
}

func TestTimeToDisclosureIsNegativeForAnEarlyWarning(t *testing.T) {
	day := func(s string) time.Time {
		d, err := sighting.ParseDay(s)
		if err != nil {
			t.Fatal(err)
		}
		return d.Start()
	}
	early, late, never := domain("a.example", "Alpha"), domain("b.example", "Beta"), domain("c.example", "Gamma")
	early.Disclosed, late.Disclosed = day("2023-09-01").Add(-42*time.Hour), day("2023-09-11").Add(6*time.Hour)
	l := run(t, landscape.Input{
		Map: places(t, twoOrgs), Statements: []sighting.Statement{early, late, never},
		Partials: partials(t, seen{"2023-09-01", "198.18.1.1", 1, []string{"domain:a.example"}}, seen{"2023-09-01", "198.18.1.1", 1, []string{"domain:b.example"}}, seen{"2023-10-01", "198.18.1.1", 1, []string{"domain:c.example"}}),
	})
	want := map[string]float64{"Alpha": -2, "Beta": 10}
	for _, in := range l.Incidents {
		w, known := want[in.Group]
		if (in.ToDisclose != nil) != known || known && *in.ToDisclose != w {
			t.Errorf("%s: %v, want %v", in.Group, in.ToDisclose, w)
		}
		if in.DwellDays != 0.042 { // an hour
			t.Errorf("dwell of %s is %v", in.Group, in.DwellDays)
		}
	}
	if d := l.Disclosure[0]; d.Group != "all" || d.Incidents != 3 || d.Censored != 1 || d.Early != 1 || d.Median != 4 || d.Least != -2 || d.Most != 10 {
		t.Errorf("all: %+v", d)
	}
}

func TestSpellingsOfOneGroupAreOne(t *testing.T) {
	l := run(t, landscape.Input{
		Map: places(t, twoOrgs), Statements: []sighting.Statement{domain("a.example", "APT-99"), domain("b.example", "apt 99")},
		Partials: partials(t, seen{"2023-09-01", "198.18.1.1", 1, []string{"domain:a.example"}}, seen{"2023-09-01", "198.18.1.2", 1, []string{"domain:b.example"}}),
	})
	if len(l.Groups) != 1 || l.Groups[0].Systems != 2 || l.Groups[0].Class != sighting.UnknownClass {
		t.Errorf("groups are %+v", l.Groups)
	}
}

func TestWhatCameFromSightingsIsNoEvidenceAboutTheirGroups(t *testing.T) {
	in := landscape.Input{
		Map: places(t, twoOrgs), Statements: []sighting.Statement{domain("a.example", "Alpha")}, Records: []evidence.Record{sponsor("Alpha", "CN")},
		Partials: partials(t, seen{"2023-09-01", "198.18.1.1", 1, []string{"domain:a.example"}}),
	}
	before := run(t, in)
	j, err := landscape.Judge(in)
	if err != nil {
		t.Fatal(err)
	}
	r, ok := j.Incidents[0].Record()
	if !ok {
		t.Fatal("no record")
	}
	r.Objective = "disruption"
	in.Records = append(in.Records, r.Seal())
	if after := run(t, in); after.Groups[0].Objective != before.Groups[0].Objective {
		t.Errorf("the objective became %s", after.Groups[0].Objective)
	}
}
