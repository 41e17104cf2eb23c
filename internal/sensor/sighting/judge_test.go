package sighting_test

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

func statement(t *testing.T, value, group string, change func(*sighting.Statement)) sighting.Statement {
	t.Helper()
	s, err := indicator.Guess(value)
	if err != nil {
		t.Fatal(err)
	}
	s.Group = group
	if change != nil {
		change(&s)
	}
	return s
}

// who takes every name for a group of its own; names that begin with a state's
// code work for it.
func who(name string) sighting.Group {
	g := sighting.Group{Key: strings.ToLower(name), Name: name, Class: sighting.UnknownClass, Objective: sighting.UnknownObjective}
	if code, _, ok := strings.Cut(name, " "); ok && len(code) == 2 {
		g.State, g.Class = code, sighting.StateAffiliated
	}
	return g
}

// whom reads "A or B" as a name of both.
func whom(c sighting.Claim) (out []sighting.Group) {
	for name := range strings.SplitSeq(c.Group, " or ") {
		if name != "" {
			out = append(out, who(name))
		}
	}
	return out
}

func seen(at time.Time, keys ...string) *sighting.Partial {
	return &sighting.Partial{Day: sighting.DayOf(at), System: sighting.System{Host: netip.MustParseAddr("198.18.0.1")}, Indicators: keys, First: at, Last: at, Events: 1}
}

func names(list []sighting.Finding) (out []string) {
	for _, f := range list {
		out = append(out, f.Group.Name)
	}
	return out
}

func TestOnlyStatementsInForceCount(t *testing.T) {
	from, until := start.Add(time.Hour), start.Add(5*time.Hour)
	j := sighting.NewJudge([]sighting.Statement{
		statement(t, "a.example", "Old", func(s *sighting.Statement) { s.Until = from }),
		statement(t, "a.example", "CN Bear", func(s *sighting.Statement) { s.From, s.Until = from, until }),
	}, indicator.Window{}, whom)
	for after, want := range map[time.Duration]string{0: "Old", time.Hour - 1: "Old", time.Hour: "CN Bear", 5*time.Hour - 1: "CN Bear", 5 * time.Hour: ""} {
		if got := strings.Join(names(j.Judge(seen(start.Add(after), "domain:a.example"))), ","); got != want {
			t.Errorf("after %v: %q, want %q", after, got, want)
		}
	}
	p := seen(start, "domain:a.example")
	p.Last = from.Add(-1)
	if j.Split(p) {
		t.Error("a partial that ends before the window begins is split")
	}
	p.Last = from
	if !j.Split(p) {
		t.Error("a partial in which a window begins is not split")
	}
}

func TestDisagreementCountsForNobodyAndKeepsWhatIsCommon(t *testing.T) {
	j := sighting.NewJudge([]sighting.Statement{
		statement(t, "a.example", "CN Panda", nil), statement(t, "a.example", "CN Bear", nil), statement(t, "a.example", "", nil),
		statement(t, "b.example", "CN Panda", nil), statement(t, "b.example", "RU Bear", nil),
		statement(t, "c.example", "", nil), statement(t, "d.example", "CN Panda", nil), statement(t, "d.example", "CN Panda", func(s *sighting.Statement) { s.Source = "other" }),
	}, indicator.Window{}, whom)
	for key, want := range map[string]sighting.Group{
		"domain:a.example": {Name: "disputed: CN Bear or CN Panda", State: "CN", Class: sighting.StateAffiliated},
		"domain:b.example": {Name: "disputed: CN Panda or RU Bear", State: "", Class: sighting.StateAffiliated},
		"domain:c.example": {Name: "unattributed", Class: sighting.UnknownClass},
		"domain:d.example": {Name: "CN Panda", State: "CN", Class: sighting.StateAffiliated},
	} {
		got := j.Judge(seen(start, key))
		if len(got) != 1 || got[0].Group.Name != want.Name || got[0].Group.State != want.State || got[0].Group.Class != want.Class {
			t.Errorf("%s: %+v, want %+v", key, got, want)
		}
	}
}

func TestANameOfSeveralGroupsAttributesToNoneUnlessAnotherSourceSettlesIt(t *testing.T) {
	j := sighting.NewJudge([]sighting.Statement{
		statement(t, "a.example", "CN Panda or RU Bear", nil),
		statement(t, "b.example", "CN Panda or RU Bear", nil), statement(t, "b.example", "RU Bear", nil),
		statement(t, "c.example", "CN Panda or RU Bear", nil), statement(t, "c.example", "IR Kitten", nil),
		statement(t, "d.example", "CN Panda or RU Bear", nil), statement(t, "d.example", "", nil),
	}, indicator.Window{}, whom)
	for key, want := range map[string]string{
		"domain:a.example": "disputed: CN Panda or RU Bear", "domain:b.example": "RU Bear", "domain:c.example": "disputed: CN Panda or IR Kitten or RU Bear",
		"domain:d.example": "disputed: CN Panda or RU Bear",
	} {
		if got := names(j.Judge(seen(start, key))); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

func TestAnEntryThatShowsTwoIndicatorsCountsOnceForTheirGroup(t *testing.T) {
	disclosed := start.AddDate(0, 1, 0)
	j := sighting.NewJudge([]sighting.Statement{
		statement(t, "a.example", "CN Bear", func(s *sighting.Statement) { s.Disclosed, s.Marking = disclosed.AddDate(0, 1, 0), evidence.Green }),
		statement(t, "250.0.0.1", "CN Bear", func(s *sighting.Statement) { s.Disclosed, s.Confidence = disclosed, evidence.Percent(70) }),
		statement(t, "b.example", "RU Bear", func(s *sighting.Statement) { s.Source = sighting.SyntheticMark + " data" }),
	}, indicator.Window{}, whom)
	got := j.Judge(seen(start, "domain:a.example", "domain:b.example", "ipv4:250.0.0.1"))
	if len(got) != 2 || got[0].Group.Name != "CN Bear" || !slices.Equal(got[0].Indicators, []string{"domain:a.example", "ipv4:250.0.0.1"}) {
		t.Fatalf("findings are %+v", got)
	}
	if !got[0].Disclosed.Equal(disclosed) || got[0].Marking != evidence.Green || got[0].Synthetic {
		t.Errorf("finding is %+v", got[0])
	}
	if n, ok := got[0].Confidence.Value(); !ok || n != 70 {
		t.Errorf("confidence is %d, %v", n, ok)
	}
	if !got[1].Synthetic {
		t.Error("a made-up indicator is not marked synthetic")
	}
}

func TestAPauseOfTheGapBeginsANewIncident(t *testing.T) {
	sightings := func(days ...int) (out []sighting.Sighting) {
		for _, d := range days {
			out = append(out, sighting.Sighting{Partial: *seen(start.AddDate(0, 0, d).Add(23*time.Hour), "domain:a.example"),
				Organisation: &sighting.Organisation{Name: "org"}, Finding: &sighting.Finding{Group: who("CN Bear"), Indicators: []string{"domain:a.example"}}})
		}
		return out
	}
	for _, c := range []struct {
		days []int
		gap  int
		want int
	}{
		{[]int{0}, 14, 1}, {[]int{0, 13}, 14, 1}, {[]int{0, 14}, 14, 2}, {[]int{27, 13, 0}, 14, 2}, {[]int{0, 1, 2}, 1, 3}, {[]int{2, 0, 1}, 2, 1}, {nil, 14, 0},
	} {
		got := sighting.Incidents(sightings(c.days...), nil, c.gap)
		if len(got) != c.want {
			t.Errorf("days %v with gap %d are %d incidents, want %d", c.days, c.gap, len(got), c.want)
		}
	}
	in := sighting.Incidents(sightings(3, 0, 1), nil, 14)[0]
	if in.Events != 3 || len(in.Days) != 3 || in.Systems != 1 || in.Last.Sub(in.First) != 72*time.Hour {
		t.Errorf("incident is %+v", in)
	}
}

func TestIncidentsBecomeEvidenceWithExactTimes(t *testing.T) {
	one := sighting.Sighting{Partial: *seen(start.Add(90*time.Minute+time.Millisecond), "domain:a.example"), Organisation: &sighting.Organisation{Name: "Ministry", Sector: "government-national", Country: "NL"},
		Finding: &sighting.Finding{Group: who("CN Bear"), Indicators: []string{"domain:a.example"}, Marking: evidence.Amber, Synthetic: true}}
	in := sighting.Incidents([]sighting.Sighting{one}, nil, 14)[0]
	r, ok := in.Record()
	if !ok {
		t.Fatal("no record")
	}
	if err := r.Validate(); err != nil {
		t.Fatal(err)
	}
	when, kind := r.When()
	if kind != "activity" || when.String() != "2023-09-01T01:30:00Z" || r.Subject.Name != "CN Bear" || r.Marking != evidence.Amber ||
		len(r.Targets) != 1 || r.Targets[0].Country != "NL" || !strings.HasPrefix(r.Citation.Publisher, sighting.SyntheticMark) {
		t.Errorf("record is %+v", r)
	}
	in.Group = sighting.Unattributed
	if _, ok := in.Record(); ok {
		t.Error("what nobody is blamed for became evidence")
	}
}
