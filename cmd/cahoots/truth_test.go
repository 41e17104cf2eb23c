package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// Answers over the public data that a person who knows the field can check. Each
// test names what was once answered wrongly.

func TestTwoStatesStandAlikeInAssessAndDyads(t *testing.T) {
	incidents := map[string]int{}
	for _, d := range counted(t, dyad.Question{}).Dyads {
		incidents[d.Initiator] += d.Incidents
		incidents[d.Target] += d.Incidents
	}
	states := slices.SortedFunc(maps.Keys(incidents), func(a, b string) int { return incidents[b] - incidents[a] })[:20]
	in, err := question.Assess(publicHeld(t))
	if err != nil {
		t.Fatal(err)
	}
	// Where two states stand follows from agreements alone; a few pairs are asked
	// over everything.
	binding := slices.DeleteFunc(slices.Clone(in.Records), func(r evidence.Record) bool { return r.Class != evidence.Agreement })
	pairs, differ := 0, map[string]bool{}
	for i, a := range states {
		for _, b := range states[i+1:] {
			records := binding
			if pairs%63 == 0 {
				records = in.Records
			}
			pairs++
			result, err := assess.Run(context.Background(), assess.Input{Records: records, Question: assess.Question{A: a, B: b}, VerdictsOnly: true, Channels: []channel.Channel{}})
			if err != nil {
				t.Fatal(err)
			}
			table, err := dyad.Count(context.Background(), dyad.Input{Records: records, Question: dyad.Question{A: a, B: b}})
			if err != nil {
				t.Fatal(err)
			}
			if result.Sides.Strategic == "" || result.Sides.Strategic != table.Strategic {
				t.Errorf("%s and %s: %q in assess, %q in dyads", a, b, result.Sides.Strategic, table.Strategic)
			}
			differ[result.Sides.Strategic] = true
		}
	}
	if pairs != 190 || len(differ) < 3 {
		t.Errorf("%d pairs with %d levels among them", pairs, len(differ))
	}
}

// A state's groups are those behind which a source sees it: neither LockBit nor
// David Kernell is one, and no hobbyist is one of the United Kingdom.
func TestAStateDoesNotStandForWhoeverLivesThere(t *testing.T) {
	d, _ := publicDirectory(t)
	for name, want := range map[string]bool{
		"APT28": true, "Lazarus Group": true, "Equation Group": true, "OceanLotus": true, "TraderTraitor": true, "TA406": true, "APT43 (KP)": true, "Volt Typhoon": true,
		"LockBit": false, "FIN7": false, "FIN13": false, "Indrik Spider": false, "David Kernell": false, "Spiderman": false, "Kosova Hacker's Security": false,
		"Monokle": false, "Killnet": false, "Scattered Spider": false,
	} {
		a, err := d.Find(name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := a.Kind == resolve.StateGroup; got != want {
			t.Errorf("%s is %s (%s)", name, a.Kind, a.KindWhy)
		}
	}
	for _, a := range d.Actors() {
		if a.Country == "GB" && a.Kind == resolve.StateGroup && a.Name != "Regin" { // which the ledger lays to GCHQ
			t.Errorf("the United Kingdom has a group, %s (%s)", a.Name, a.KindWhy)
		}
	}
}

// usual are names by which people of the field ask.
var usual = []string{
	"APT1", "Equation Group", "Sandworm", "Fancy Bear", "Cozy Bear", "Turla", "Gamaredon", "APT41", "Lazarus", "Kimsuky",
	"APT37", "Andariel", "OilRig", "MuddyWater", "APT33", "APT42", "Hafnium", "Strontium", "Volt Typhoon", "Salt Typhoon",
	"Mustang Panda", "APT31", "APT10", "Ghostwriter", "Dragonfly", "Star Blizzard", "OceanLotus", "SideWinder", "APT38", "Charming Kitten",
}

func TestUsualNamesAreUnderstood(t *testing.T) {
	d, _ := publicDirectory(t)
	found := 0
	for _, name := range usual {
		_, err := d.Find(name)
		var several *resolve.NameError
		switch {
		case err == nil:
			found++
		case !errors.As(err, &several) || len(several.Candidates) < 2:
			t.Errorf("%s is refused without its readings: %v", name, err)
		}
	}
	if len(usual) != 30 || found < 28 {
		t.Errorf("%d of %d names mean one actor, want 28 of 30", found, len(usual))
	}
	for _, one := range [][]string{{"STRONTIUM", "APT28", "Fancy Bear"}, {"HAFNIUM", "Silk Typhoon"}, {"IT Army of Ukraine", "Ukrainian IT Army"}, {"APT31", "Violet Typhoon"}} {
		first, err := d.Find(one[0])
		for _, name := range one[1:] {
			if other, e := d.Find(name); err != nil || e != nil || other.ID != first.ID {
				t.Errorf("%s and %s are not one: %v, %v", one[0], name, err, e)
			}
		}
	}
}

// Sixty names that Microsoft gives and the catalogues know: each means an actor
// that carries another of the names Microsoft lists beside it, or at least nobody
// who is known to be another, or is refused with all its readings.
func TestMicrosoftsNamesMeanWhomMicrosoftSays(t *testing.T) {
	var rows []map[string]string
	if err := json.Unmarshal(publicdata.Read(t, "names/microsoft-threat-actor-names.json"), &rows); err != nil {
		t.Fatal(err)
	}
	d, _ := publicDirectory(t)
	tried, refused := 0, 0
	for _, row := range rows {
		name := row["Threat actor name"]
		a, err := d.Find(name)
		var several *resolve.NameError
		if errors.As(err, &several) && len(several.Candidates) == 0 || row["Other names"] == "" || tried == 60 {
			continue // no catalogue here knows it, or Microsoft has no other name
		}
		tried++
		if err != nil {
			refused++
			if len(several.Candidates) < 2 {
				t.Errorf("%s is refused with one reading: %v", name, err)
			}
			continue
		}
		carried := map[string]bool{}
		for _, c := range a.Names {
			carried[resolve.Fold(c.Name)] = true
		}
		others := strings.Split(row["Other names"], ",")
		if slices.ContainsFunc(others, func(o string) bool { return carried[resolve.Fold(strings.TrimSpace(o))] }) {
			continue
		}
		for _, o := range others {
			other, err := d.Find(o)
			if _, possibly := d.Possibly(a.ID, other.ID); err == nil && !possibly {
				t.Errorf("%s means %s, and %s beside it means %s", name, a.Name, o, other.Name)
			}
		}
	}
	if tried != 60 || refused > 12 {
		t.Errorf("%d names tried, %d refused", tried, refused)
	}
}

// In the demo Scarab had six verdicts from an undated list of victims.
func TestScarabDidNothingInThePeriodOfTheDemo(t *testing.T) {
	b, err := cases.Open(demoCase)
	if err != nil {
		t.Fatal(err)
	}
	in, err := question.FromCase(b, demoCase)
	if err != nil {
		t.Fatal(err)
	}
	in.Question.From, in.Question.To = "2021", "2022"
	result, err := assess.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, p := range result.Pairs {
		if p.A.Name != "Scarab" {
			continue
		}
		seen++
		for _, l := range p.Links {
			if l.Channel == "attacks" && l.Direction == channel.AToB && result.Records[l.Records[0]].Activity.IsZero() && l.Class == evidence.Targets {
				t.Errorf("Scarab and %s: an undated list counts in the period: %+v", p.B.Name, l)
			}
		}
		if p.Sign == assess.Adversarial {
			t.Errorf("Scarab and %s are %s", p.B.Name, p.Sign)
		}
	}
	if seen == 0 {
		t.Error("the demo has no Scarab")
	}
}

// Four public tools in common were once lost to a null that expects more sharing
// than the table can hold.
func TestTheDemosSharedPublicToolsAreSeenAndCountForNoMore(t *testing.T) {
	b, err := cases.Open(demoCase)
	if err != nil {
		t.Fatal(err)
	}
	in, err := question.FromCase(b, demoCase)
	if err != nil {
		t.Fatal(err)
	}
	in.Question.A, in.Question.B, in.Question.From, in.Question.To = "Mustang Panda", "APT29", "2021", "2022"
	result, err := assess.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	p := result.Pairs[0]
	if p.Level != assess.IncidentalOverlap || p.Sign != assess.NoSign {
		t.Errorf("Mustang Panda and APT29 are %s, %s: %s", p.Level, p.Sign, p.Why)
	}
}

// Stuxnet stands in assess and dyads as what sources say of both states, and a
// joint operation is no attack of one of the two on the other.
func TestJointAttributionsAreStatementsAboutBothStates(t *testing.T) {
	for _, c := range []struct {
		a, b, title string
		least       int
	}{{"US", "IL", "Stuxnet", 3}, {"CN", "RU", "Operation RedOctober", 5}, {"US", "GB", "Regin", 4}} {
		inAssess, inDyads := map[string]bool{}, map[string]bool{}
		for _, claim := range answered(t, assess.Question{A: c.a, B: c.b}).Sides.Claims {
			if claim.Class == evidence.Incident {
				inAssess[strings.Join(ids(claim.Evidence), " ")] = true
			}
		}
		found := false
		table := counted(t, dyad.Question{A: c.a, B: c.b})
		for _, i := range table.Joint {
			inDyads[strings.Join(ids(i.Records), " ")] = true
			found = found || slices.Contains(i.Titles, c.title)
			for _, d := range table.Dyads {
				if slices.ContainsFunc(d.Cases, func(k dyad.Case) bool { return k.Incident == i.ID }) {
					t.Errorf("%s counts as an attack of %s on %s", i.Titles, d.Initiator, d.Target)
				}
			}
		}
		if !found || len(inDyads) < c.least || !maps.Equal(inAssess, inDyads) {
			t.Errorf("%s and %s: %d in assess, %d in dyads, %s found: %v", c.a, c.b, len(inAssess), len(inDyads), c.title, found)
		}
	}
}

func ids(records []evidence.ID) (out []string) {
	for _, id := range records {
		out = append(out, string(id))
	}
	slices.Sort(out)
	return out
}

// assess once showed one operation twice, for a space in its name, and counted a
// bare list of victims as a case.
func TestAssessCountsTheIncidentsThatDyadsCounts(t *testing.T) {
	d, _ := publicDirectory(t)
	for _, q := range [][2]string{{"KP", "CN"}, {"CN", "RU"}, {"IR", "RU"}} {
		table := counted(t, dyad.Question{A: q[0], B: q[1]})
		known := map[string]bool{}
		named := map[string]bool{} // those of a group of the state
		for _, i := range table.Incidents {
			known[i.ID] = true
			for _, id := range i.Records {
				if actor, ok := d.Of(table.Records[id].Subject); ok {
					if a, _ := d.Actor(actor); a.Kind == resolve.StateGroup && (a.Country == q[0] || a.Country == q[1]) {
						named[i.ID] = true
					}
				}
			}
		}
		shown := map[string]bool{}
		for _, p := range answered(t, assess.Question{A: q[0], B: q[1]}).Pairs {
			for _, l := range p.Links {
				if l.Channel == "attacks" && l.Incident != "" {
					shown[l.Incident] = true
				}
			}
		}
		var lost []string
		for id := range named {
			if !shown[id] {
				lost = append(lost, id)
			}
		}
		for id := range shown {
			if !known[id] {
				t.Errorf("%s: %s stands in assess and not in dyads", q, id)
			}
		}
		if len(lost) > len(named)/5 {
			t.Errorf("%s: %d of %d incidents of named groups stand in dyads and not in assess: %v", q, len(lost), len(named), lost)
		}
	}
}

// The galaxy's lists of victims are copied from CFR: one source with it.
func TestTheGalaxysCopyOfCFRIsOneSourceWithIt(t *testing.T) {
	cfr, copied := map[string]bool{}, map[string]bool{}
	for _, r := range publicHeld(t).Records {
		switch {
		case r.Origin.Dataset == "cfr":
			cfr[r.Source()] = true
		case r.Origin.Dataset == "misp-galaxy-threat-actor" && r.Class == evidence.Targets:
			copied[r.Source()] = true
		}
	}
	if len(cfr) != 1 || !maps.Equal(cfr, copied) && len(copied) != 2 {
		t.Errorf("CFR is %v, its copy %v", slices.Sorted(maps.Keys(cfr)), slices.Sorted(maps.Keys(copied)))
	}
	for source := range cfr {
		if !copied[source] {
			t.Errorf("the copy is %v and not %s", slices.Sorted(maps.Keys(copied)), source)
		}
	}
}

// "None found, moderate" was given where no test could have found anything.
func TestNoneFoundIsModerateOnlyWhereALinkCouldHaveBeenSeen(t *testing.T) {
	moderate := 0
	for _, q := range [][2]string{{"CN", "RU"}, {"IR", "IR"}} {
		for _, p := range answered(t, assess.Question{A: q[0], B: q[1]}).Pairs {
			if p.Level != assess.NoneFound || p.Sign != assess.NoSign || p.Confidence == assess.Low {
				continue
			}
			moderate++
			if p.Confidence == assess.High || p.Together.MDE == nil || *p.Together.MDE > .5 || p.Possibly != nil || p.Contested {
				t.Errorf("%s and %s: none found, %s, MDE %v, possibly %v", p.A.Name, p.B.Name, p.Confidence, p.Together.MDE, p.Possibly)
			}
		}
	}
	if moderate == 0 {
		t.Error("no pair is moderate: the test tests nothing")
	}
}

// Turla's takeover of OilRig was not found, and Lazarus and Andariel were
// strangers.
func TestWhatIsKnownOfSinglePairsIsSaid(t *testing.T) {
	for _, c := range []struct {
		a, b  string
		holds func(assess.Pair) bool
	}{
		{"Turla", "OilRig", func(p assess.Pair) bool { return p.Sign == assess.Unilateral && p.Level <= assess.IncidentalOverlap }},
		{"Lazarus Group", "Andariel", func(p assess.Pair) bool {
			return p.Possibly != nil && p.Possibly.Grade == resolve.SaidPart && p.Confidence == assess.Low
		}},
		{"Gamaredon Group", "Turla", func(p assess.Pair) bool { return p.Contested && p.Confidence == assess.Low }},
		{"DragonOK", "attack:G0002", func(p assess.Pair) bool { return p.Level >= assess.IncidentalOverlap && len(p.Evidence) > 0 }},
		{"APT28", "Sandworm Team", func(p assess.Pair) bool {
			return slices.ContainsFunc(p.Links, func(l channel.Link) bool { return l.Class == evidence.Statement })
		}},
	} {
		if p := answered(t, assess.Question{A: c.a, B: c.b}).Pairs[0]; !c.holds(p) {
			t.Errorf("%s and %s: %s %s %s contested %v, %v: %s", c.a, c.b, p.Level, p.Sign, p.Confidence, p.Contested, p.Possibly, p.Why)
		}
	}
}

// Nobody hacks a friend by having taken part in an operation with it.
func TestNoFriendIsHackedByAJointOperation(t *testing.T) {
	for _, f := range counted(t, dyad.Question{Friends: true}).Friends[:20] {
		if pair := fmt.Sprintf("%s>%s", f.Initiator, f.Target); slices.Contains([]string{"CA>US", "GB>IL", "IL>US"}, pair) {
			t.Errorf("%s is among the first twenty", pair)
		}
	}
}
