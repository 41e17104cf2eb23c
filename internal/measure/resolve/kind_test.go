package resolve

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// described is an entry with a country of origin and a description.
func described(ref, name, country, about string) []evidence.Record {
	own := aliasRecord("galaxy", evidence.Actor{Name: name, Ref: ref, Country: country}, name, "")
	own.Note = about
	origin := evidence.Record{Class: evidence.Sponsor, Kind: evidence.KindOrigin, Subject: evidence.Actor{Name: name, Ref: ref, Country: country},
		Citation: evidence.Citation{Publisher: "Galaxy"}, Origin: evidence.Origin{Dataset: "galaxy", Object: ref}}
	return []evidence.Record{own.Seal(), origin.Seal()}
}

func TestWhoeverLivesInAStateIsNotForThatItsGroup(t *testing.T) {
	for _, c := range []struct {
		name, about string
		want        Kind
	}{
		{"Salt Wolf", "", Unclear},
		{"Lock Hare", "A ransomware operation run from Russia.", Criminal},
		{"Red Fist", "A pro-Russian hacktivist collective.", Hacktivist},
		{"Grey Vole", "A state-sponsored group that also steals for money: financially motivated.", StateGroup},
		{"Quiet Stoat", "A cyber espionage actor.", StateGroup},
		{"UNION SPIDER", "", Criminal},
		{"BOULDER BEAR", "", StateGroup},
		{"Blue Tsunami", "", Firm},
	} {
		d := mustResolve(t, described("galaxy:"+Fold(c.name), c.name, "RU", c.about), Policy{})
		if a := d.Actors()[0]; a.Kind != c.want && c.name != "Salt Wolf" || a.Country != "RU" || a.KindWhy == "" {
			t.Errorf("%s is %s (%s), want %s", c.name, a.Kind, a.KindWhy, c.want)
		}
	}
	sponsor := described("galaxy:x", "Lock Hare", "RU", "A ransomware operation.")
	said := sponsor[1]
	said.Kind = ""
	if a := mustResolve(t, append(sponsor, said.Seal()), Policy{}).Actors()[0]; a.Kind != StateGroup {
		t.Errorf("with a sponsor claim it is %s (%s)", a.Kind, a.KindWhy)
	}
}

func TestIncidentTablesSayWhoIsPrivate(t *testing.T) {
	in := func(name, category string) evidence.Record {
		r := evidence.Record{Class: evidence.Incident, Subject: evidence.Actor{Name: name, Country: "US"}, Event: "t:" + name,
			Citation: evidence.Citation{Publisher: "T"}, Origin: evidence.Origin{Dataset: "t", Object: name}}
		if category != "" {
			r.Extra = map[string]json.RawMessage{evidence.ExtraInitiatorCategory: json.RawMessage(`"` + category + `"`)}
		}
		return r.Seal()
	}
	d := mustResolve(t, []evidence.Record{in("Spiderman", "['Non-state-group']"), in("David Doe", "['Individual hacker(s)']"),
		in("Org Nine", "['State']"), in("Org Ten", "['Non-state actor, state-affiliation suggested']"), in("Org Eleven", "")}, Policy{})
	want := map[string]Kind{"Spiderman": NonState, "David Doe": Person, "Org Nine": StateGroup, "Org Ten": StateGroup, "Org Eleven": StateGroup}
	for _, a := range d.Actors() {
		if a.Kind != want[a.Name] {
			t.Errorf("%s is %s (%s), want %s", a.Name, a.Kind, a.KindWhy, want[a.Name])
		}
	}
}

func TestAnUmbrellaMeansNoSingleActor(t *testing.T) {
	records := slices.Concat(
		entryOf("attack-enterprise", "attack:G0010", "RU", "Turla", "Snake"), entryOf("attack-enterprise", "attack:G0016", "RU", "APT29", "Cozy Bear"),
		entryOf("vendor", "vendor:1", "", "Services Cluster", "Turla", "APT29"), entryOf("vendor", "vendor:2", "", "Iron Hare", "Turla"))
	d := mustResolve(t, records, Policy{})
	if a, err := d.Find("Services Cluster"); err == nil {
		t.Errorf("the umbrella means %s", a.Name)
	}
	if id, ok := d.Of(evidence.Actor{Name: "Services Cluster", Ref: "vendor:1"}); ok {
		t.Errorf("a record about the umbrella is about %s", id)
	}
	if e, err := d.Why("Services Cluster"); err != nil || len(e.Conflicts) != 1 || e.Conflicts[0].Kind != Umbrella || len(e.Conflicts[0].Actors) != 2 {
		t.Errorf("%+v, %v", e, err)
	}
	for name, want := range map[string]string{"APT29": "APT29", "Iron Hare": "Turla", "Turla": "Turla"} {
		if a, err := d.Find(name); err != nil || a.Name != want {
			t.Errorf("%s means %s (%v), want %s", name, a.Name, err, want)
		}
	}
}

func TestWordsForNobodyJoinNoCatalogues(t *testing.T) {
	d := mustResolve(t, slices.Concat(
		entryOf("one", "one:1", "", "Pale Plover", "Unknown", "N/A", "-", "APT", "Chinese hackers", "TBD"),
		entryOf("two", "two:1", "", "Quiet Quail", "Unknown", "N/A", "?", "Hackers", "Chinese hackers", "TBD")), Policy{})
	if len(d.Actors()) != 2 || len(d.Possibilities()) != 0 {
		t.Errorf("%d actors, %d possibilities", len(d.Actors()), len(d.Possibilities()))
	}
}

func TestTwoPublishersWithOnlyAliasesOfOthersInCommonArePossiblyOne(t *testing.T) {
	d := mustResolve(t, slices.Concat(
		entryOf("one", "one:1", "", "Salty Heron", "FamedFinch", "GhostGull"),
		entryOf("two", "two:1", "", "Earth Plover", "FamedFinch", "GhostGull")), Policy{})
	if len(d.Actors()) != 2 {
		t.Fatal("they are merged")
	}
	p, ok := d.Possibly(d.Actors()[0].ID, d.Actors()[1].ID)
	if !ok || p.Grade != SharedNames || !slices.Equal(p.Sources, []string{"one", "two"}) || len(p.Records) != 4 {
		t.Errorf("%+v", p)
	}
}

func TestASourceThatSaysTwoMayBeOneIsHeard(t *testing.T) {
	said := func(status evidence.Status, kind string) evidence.Record {
		return evidence.Record{Class: evidence.PossiblySame, Subject: evidence.Actor{Name: "Andariel"}, Object: evidence.Actor{Name: "Lazarus"}, Status: status, Kind: kind,
			Value: "a subgroup", Citation: evidence.Citation{Publisher: "Vendor"}, Origin: evidence.Origin{Dataset: "case:x"}}.Seal()
	}
	names := slices.Concat(entryOf("a", "a:1", "KP", "Andariel"), entryOf("a", "a:2", "KP", "Lazarus"))
	for _, c := range []struct {
		record evidence.Record
		want   Grade
	}{{said("", ""), SaidOne}, {said(evidence.Contested, ""), SaidPart}, {said("", evidence.KindPart), SaidPart}, {said("", evidence.KindSimilar), SaidSimilar}, {said(evidence.Denied, ""), ""}} {
		d := mustResolve(t, append(slices.Clone(names), c.record), Policy{})
		if len(d.Actors()) != 2 {
			t.Fatal("they are merged")
		}
		if p, _ := d.Possibly(d.Actors()[0].ID, d.Actors()[1].ID); p.Grade != c.want {
			t.Errorf("%q, want %q: %s", p.Grade, c.want, p.Why)
		}
	}
}

func TestANameWithItsCoinerBehindItIsNameAndCoiner(t *testing.T) {
	d := mustResolve(t, slices.Concat(
		entryOf("one", "one:1", "", "Salty Heron", "Heron Nine (Vendor Two)", "Iridium (Iran)", "Shrike (second wave)"),
		[]evidence.Record{{Class: evidence.Incident, Citation: evidence.Citation{Publisher: "Vendor Two"}, Origin: evidence.Origin{Dataset: "t"}}}), Policy{})
	a, err := d.Find("Heron Nine")
	if err != nil {
		t.Fatal(err)
	}
	for name, coiner := range map[string]string{"Heron Nine": "Vendor Two", "Iridium (Iran)": "", "Shrike (second wave)": ""} {
		if !slices.ContainsFunc(a.Names, func(c claim) bool { return c.Name == name && c.Coiner == coiner }) {
			t.Errorf("no name %q coined by %q among %v", name, coiner, a.Names)
		}
	}
}

func TestAnOwnNameAmongTheNamesOfAnotherMakesThemPossiblyOne(t *testing.T) {
	for _, c := range []struct {
		state string // of the second
		want  bool
	}{{"KP", true}, {"CN", false}} {
		records := slices.Concat(entryOf("one", "one:1", "KP", "Heron", "Wader"), entryOf("two", "two:1", "KP", "Heron"), entryOf("two", "two:2", c.state, "Wader"))
		d := mustResolve(t, records, Policy{})
		heron, wader := mustFind(t, d, "one:1"), mustFind(t, d, "two:2")
		if heron.ID == wader.ID {
			t.Fatalf("%s: two keeps them apart", c.state)
		}
		p, ok := d.Possibly(heron.ID, wader.ID)
		if ok != c.want || ok && (p.Grade != SharedNames || len(d.PossiblyWith(wader.ID)) != 1) {
			t.Errorf("%s: %v %+v", c.state, ok, p)
		}
	}
}

// Names that stand beside one another mean somebody only if all of them mean the
// same: a third that means another, or nobody known, is not outvoted. One that may
// mean several, as where a catalogue keeps a group under its old name beside the
// new, means the one that the others mean, if it is among them.
func TestNamesBesideOneAnotherMustAllMeanTheSame(t *testing.T) {
	d := mustResolve(t, slices.Concat(smallWorld(),
		entryOf("attack-enterprise", "attack:G0007", "", "APT28", "Forest Blizzard", "Group 74"), entryOf("misp-galaxy-threat-actor", "misp-galaxy:28", "RU", "APT28", "Forest Blizzard", "Group 74"),
		entryOf("microsoft", "microsoft:old", "RU", "STRONTIUM", "APT28", "Pawn Storm", "Sofacy"),
		entryOf("microsoft", "microsoft:new", "RU", "Forest Blizzard", "APT28", "STRONTIUM", "Group 74")), Policy{})
	for name, want := range map[string]string{
		"APT28 | Fancy Bear": "attack:G0007", "Sofacy | APT28 | STRONTIUM": "attack:G0007", "Sofacy | APT28 | APT29": "", "APT28 | Nobody Known": "",
		"Sofacy | STRONTIUM": "", "APT29 | STRONTIUM": "", "NOBELIUM | APT29": "attack:G0016", "NOBELIUM | APT28": "",
	} {
		id, _ := d.Of(evidence.Actor{Name: name})
		if a, _ := d.Actor(id); (want == "") != (id == "") || want != "" && !slices.Contains(a.Refs, want) {
			t.Errorf("%s means %q, want %q", name, a.Name, want)
		}
	}
}

// The own name need not be the one that is shown: of several catalogues each has its
// own for an actor.
func TestAnOwnNameThatIsNotTheOneShownMakesThemPossiblyOneToo(t *testing.T) {
	records := slices.Concat(entryOf("attack-enterprise", "attack:G1", "PS", "Heron", "Wader", "Stilt"), entryOf("two", "two:1", "PS", "Wader", "Heron", "Stilt"), entryOf("two", "two:2", "", "Pinstripe", "Wader"))
	d := mustResolve(t, records, Policy{})
	heron, stripe := mustFind(t, d, "two:1"), mustFind(t, d, "two:2")
	if heron.ID == stripe.ID || heron.Name == "Wader" {
		t.Fatalf("%s and %s", heron.Name, stripe.Name)
	}
	if p, ok := d.Possibly(heron.ID, stripe.ID); !ok || p.Grade != SharedNames {
		t.Errorf("%v %+v", ok, p)
	}
}
