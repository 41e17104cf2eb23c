package channel_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// pairOf seals records and finds the two groups of this file's evidence.
func pairOf(t testing.TB, period string, records ...evidence.Record) (*channel.Corpus, []channel.Pair, evidence.Interval) {
	t.Helper()
	var sealed []evidence.Record
	for _, r := range records {
		sealed = append(sealed, r.Seal())
	}
	dir, err := resolve.Resolve(sealed, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	var pair channel.Pair
	for _, a := range dir.Actors() {
		switch a.Name {
		case heron.Name:
			pair.A = a.ID
		case otter.Name:
			pair.B = a.ID
		}
	}
	at := evidence.Interval{}
	if period != "" {
		at = evidence.MustInterval(period)
	}
	return channel.NewCorpus(sealed, dir), []channel.Pair{pair, {A: pair.B, B: pair.A}}, at
}

func attack(object string, by, also evidence.Actor, targets ...string) evidence.Record {
	r := evidence.Record{
		Class: evidence.Incident, Subject: by, Event: "t:" + object, Activity: evidence.MustInterval("2020-03"),
		Citation: evidence.Citation{Publisher: "Weekly", Locator: "https://example.org/" + object}, Origin: evidence.Origin{Dataset: "t", Object: object},
	}
	for n, c := range targets {
		r.Targets = append(r.Targets, evidence.Target{Country: c, Name: fmt.Sprint(n)})
	}
	return r
}

func TestAnActOfOneUponTheOtherKeepsItsDirection(t *testing.T) {
	for class, want := range map[evidence.Class][2]string{
		evidence.Takeover: {channel.AToB, channel.BToA}, evidence.FalseFlag: {channel.AToB, channel.BToA}, evidence.AccessHandover: {channel.AToB, channel.BToA},
		evidence.SharedTool: {"", ""}, evidence.CoCompromise: {"", ""},
	} {
		c, pairs, _ := pairOf(t, "", told("x", as(class)))
		for n, l := range channel.Ledger(c, pairs, evidence.Interval{}) {
			if links := l.Links(); len(links) != 1 || links[0].Direction != want[n] {
				t.Errorf("%s, asked as pair %d: %+v", class, n, links)
			}
		}
	}
}

func TestAttacksIsAttacksOnTheOthersStateEachWay(t *testing.T) {
	c, pairs, period := pairOf(t, "2020",
		attack("1", heron, otter, "JP", "PT", "PT", "SE"), attack("2", heron, otter, "PT"), attack("3", otter, heron, "NO"),
		attack("4", heron, otter, "JP"), attack("5", heron, otter, ""),
		evidence.Record{
			Class: evidence.Incident, Subject: heron, Targets: []evidence.Target{{Country: "PT"}}, Event: "t:old", Activity: evidence.MustInterval("2011"),
			Citation: evidence.Citation{Publisher: "Weekly"}, Origin: evidence.Origin{Dataset: "t", Object: "old"},
		},
		evidence.Record{
			Class: evidence.UsesSoftware, Subject: heron, Value: "Tool", Targets: []evidence.Target{{Country: "PT"}}, Activity: evidence.MustInterval("2020"),
			Citation: evidence.Citation{Publisher: "Weekly"}, Origin: evidence.Origin{Dataset: "t", Object: "tool"},
		})
	for n, cited := range channel.Attacks(c, pairs, period, nil) {
		got := map[string]int{}
		for _, l := range cited.Links() {
			got[l.Direction+" "+l.State]++
			if l.Channel != "attacks" || len(l.Records) != 1 {
				t.Errorf("%+v", l)
			}
		}
		want := map[string]int{"a->b PT": 2, "b->a NO": 1}
		if n == 1 {
			want = map[string]int{"b->a PT": 2, "a->b NO": 1}
		}
		if len(got) != 2 || got["a->b PT"] != want["a->b PT"] || got["b->a NO"] != want["b->a NO"] || got["b->a PT"] != want["b->a PT"] {
			t.Errorf("asked as pair %d: %v, want %v", n, got, want)
		}
	}
}

func TestThereIsNoAttacksWithinAStateOrWithOneThatIsNotKnown(t *testing.T) {
	for _, country := range []string{"NO", ""} {
		other := otter
		other.Country = country
		c, pairs, _ := pairOf(t, "", attack("1", heron, other, "NO", "PT", ""), attack("2", other, heron, "SE"))
		for _, cited := range channel.Attacks(c, pairs, evidence.Interval{}, nil) {
			if len(cited.Links()) != 0 {
				t.Errorf("the other is of %q: %+v", country, cited.Links())
			}
		}
	}
}

// What is left when records go is what the others tell, and it is asked of the
// records and not of the links there were.
func TestWithoutARecordALinkIsWhatTheOthersTell(t *testing.T) {
	c, pairs, _ := pairOf(t, "", told("a", shown), told("b", refused), told("c", hearsay, held(evidence.Public)))
	cited := channel.Ledger(c, pairs, evidence.Interval{})[0]
	place := func(object string) int {
		return slices.IndexFunc(c.Records(), func(r evidence.Record) bool { return r.Origin.Object == object })
	}
	without := func(object string) []channel.Link {
		gone := place(object)
		return cited.Under(func(i int) bool { return i != gone })
	}
	if l := without("b"); len(l) != 1 || l[0].Consent != evidence.ConsentShown || l[0].Status != evidence.Asserted {
		t.Errorf("without the one that refuses: %+v", l)
	}
	if l := without("a"); len(l) != 1 || l[0].Consent != evidence.ConsentRefused {
		t.Errorf("without the one that shows: %+v", l)
	}
	if l := without("c"); len(l) != 1 || l[0].Consent != channel.ConsentDisputed || l[0].Exclusivity != "" {
		t.Errorf("without the hearsay: %+v", l)
	}
	if all := cited.Under(func(int) bool { return true }); len(all) != 1 || len(all[0].Records) != 3 {
		t.Errorf("with all: %+v", all)
	}
	if none := cited.Under(func(int) bool { return false }); len(none) != 0 {
		t.Errorf("without any: %+v", none)
	}
}

// Of one attack told as several things, the most specific stands for it.
func TestOneAttackIsCalledByTheMostSpecificOfItsClasses(t *testing.T) {
	classes := []evidence.Class{evidence.Targets, evidence.Campaign, evidence.Incident, evidence.AttackOnState} // the least first
	for i, less := range classes {
		for _, more := range classes[i+1:] {
			for n := range 8 { // records are ordered by what their object is called
				var records []evidence.Record
				for _, class := range []evidence.Class{less, more} {
					r := attack(fmt.Sprint(n, class), heron, otter, "PT")
					r.Class, r.Event = class, "t:one"
					records = append(records, r)
				}
				c, pairs, _ := pairOf(t, "", append(records, told("x"))...)
				if got := channel.Attacks(c, pairs, evidence.Interval{}, nil)[0].Links(); len(got) != 1 || got[0].Class != more || len(got[0].Records) != 2 {
					t.Errorf("%s and %s are %+v", less, more, got)
				}
			}
		}
	}
}

// Coding one record otherwise leaves what the others tell as it is.
func TestARecordIsRecodedAlone(t *testing.T) {
	c, pairs, _ := pairOf(t, "", told("a", shown, event("t:one")), told("b", shown, event("t:two")))
	cited := channel.Ledger(c, pairs, evidence.Interval{})[0]
	place := slices.IndexFunc(c.Records(), func(r evidence.Record) bool { return r.Origin.Object == "a" })
	seen := 0
	links := cited.Recoded(place, func(l *channel.Link) { seen++; l.Consent, l.Class = evidence.ConsentRefused, evidence.SharedTool })
	if seen != 1 || len(links) != 2 {
		t.Fatalf("%d records recoded, links %+v", seen, links)
	}
	for _, l := range links {
		if recoded := l.Records[0] == c.Records()[place].ID; recoded != (l.Consent == evidence.ConsentRefused) || recoded != (l.Class == evidence.SharedTool) {
			t.Errorf("%+v", l)
		}
	}
	if again := cited.Links(); len(again) != 2 || again[0].Consent != evidence.ConsentShown || again[1].Consent != evidence.ConsentShown {
		t.Errorf("the links themselves are changed: %+v", again)
	}
}
