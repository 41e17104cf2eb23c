package resolve

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// entryOf makes the alias records of one catalogue entry: its own name first.
func entryOf(dataset, ref, country string, names ...string) (out []evidence.Record) {
	subject := evidence.Actor{Name: names[0], Ref: ref, Country: country}
	for _, n := range names {
		out = append(out, aliasRecord(dataset, subject, n, ""))
	}
	return out
}

func aliasRecord(dataset string, subject evidence.Actor, value, ref string) evidence.Record {
	return evidence.Record{Class: evidence.Alias, Subject: subject, Value: value, ValueRef: ref,
		Citation: evidence.Citation{Publisher: dataset}, Origin: evidence.Origin{Dataset: dataset, Object: subject.Ref}}.Seal()
}

func incidentBy(dataset, object, name, country string) evidence.Record {
	return evidence.Record{Class: evidence.Incident, Event: dataset + ":" + object, Subject: evidence.Actor{Name: name, Country: country},
		Citation: evidence.Citation{Publisher: dataset}, Origin: evidence.Origin{Dataset: dataset, Object: object}}.Seal()
}

// smallWorld is a corpus with the traps of the public data: one name with two
// owners, an alias shared by two actors, spellings, a packed list.
func smallWorld() []evidence.Record {
	return slices.Concat(
		entryOf("attack-enterprise", "attack:G0007", "", "APT28", "Fancy Bear", "Sofacy", "Pawn Storm"),
		entryOf("attack-enterprise", "attack:G0016", "", "APT29", "Cozy Bear", "NOBELIUM", "UNC2452"),
		entryOf("attack-enterprise", "attack:G0034", "", "Sandworm Team", "IRIDIUM", "VOODOO BEAR", "ELECTRUM"),
		entryOf("attack-enterprise", "attack:G0128", "", "ZIRCONIUM", "APT31", "Violet Typhoon"),
		entryOf("attack-mobile", "attack:G0034", "", "Sandworm Team", "IRIDIUM"),
		entryOf("misp-galaxy-threat-actor", "misp-galaxy:28", "RU", "APT28", "FANCY BEAR", "GRIZZLY STEPPE"),
		entryOf("misp-galaxy-threat-actor", "misp-galaxy:29", "RU", "APT29", "COZY BEAR", "GRIZZLY STEPPE", "NOBELIUM"),
		entryOf("misp-galaxy-threat-actor", "misp-galaxy:2452", "RU", "UNC2452", "NOBELIUM"),
		entryOf("misp-galaxy-threat-actor", "misp-galaxy:sw", "RU", "Sandworm", "VOODOO BEAR", "IRIDIUM"),
		entryOf("misp-galaxy-threat-actor", "misp-galaxy:ir", "IR", "IRIDIUM"),
		entryOf("misp-galaxy-threat-actor", "misp-galaxy:31", "CN", "APT31", "JUDGMENT PANDA", "Violet Typhoon"),
		[]evidence.Record{
			incidentBy("eurepoc", "1", "Fancy Bear/APT-28/Sofacy/Tsar Team/Group G0007 (GRU, Military Unit 26165)", "RU"),
			incidentBy("eurepoc", "2", "Killnet", "RU"),
			incidentBy("cfr", "3", "KillNet", "RU"),
			incidentBy("cfr", "4", "Believed to be the work of?APT 28", "RU"),
			incidentBy("eurepoc", "5", "GRU", "RU"),
			incidentBy("eurepoc", "6", "Not available", "RU"),
			incidentBy("eurepoc", "7", "IRIDIUM", "IR"),
		},
	)
}

func mustResolve(t testing.TB, records []evidence.Record, p Policy) *Directory {
	t.Helper()
	d, err := Resolve(records, p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func mustFind(t testing.TB, d *Directory, name string) Actor {
	t.Helper()
	a, err := d.Find(name)
	if err != nil {
		t.Fatalf("find %q: %v", name, err)
	}
	return a
}

func TestANameInAnySpellingFindsItsActor(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{})
	want := mustFind(t, d, "attack:G0128")
	for _, name := range []string{"judgment panda", "APT 31", "apt-31", "Zirconium", "VIOLET  TYPHOON", "G0128", string(want.ID), "misp-galaxy:31"} {
		if got := mustFind(t, d, name); got.ID != want.ID {
			t.Errorf("%q means %s, want %s", name, got.Name, want.Name)
		}
	}
	if want.Country != "CN" || len(want.Refs) != 2 {
		t.Errorf("got country %q and refs %v", want.Country, want.Refs)
	}
}

func TestANameOfTwoActorsLinksNobody(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{})
	if mustFind(t, d, "misp-galaxy:ir").ID == mustFind(t, d, "attack:G0034").ID {
		t.Fatal("IRIDIUM links Sandworm with an Iranian group")
	}
	if mustFind(t, d, "misp-galaxy:sw").ID != mustFind(t, d, "attack:G0034").ID {
		t.Error("Sandworm of the two catalogues stay apart")
	}
	if id, ok := d.Of(evidence.Actor{Name: "IRIDIUM"}); ok {
		t.Errorf("IRIDIUM means %s", id)
	}
	_, err := d.Find("Iridium")
	if err == nil || !strings.Contains(err.Error(), "Sandworm Team (RU)") || !strings.Contains(err.Error(), "IRIDIUM (IR)") {
		t.Errorf("error %v names not both candidates", err)
	}
	if a := mustFind(t, d, "IRIDIUM (IR)"); !slices.Equal(a.Refs, []string{"misp-galaxy:ir"}) {
		t.Errorf("IRIDIUM (IR) means %v", a.Refs)
	}
	e, err := d.Why("IRIDIUM")
	if err != nil || len(e.Conflicts) != 1 || e.Actor != nil {
		t.Errorf("why IRIDIUM: %v %v", e, err)
	}
	t.Log(e)
}

func TestTheStateIsTheUndisputedOne(t *testing.T) {
	sponsor := func(dataset, ref, name, country string, s evidence.Status) evidence.Record {
		return evidence.Record{Class: evidence.Sponsor, Status: s, Subject: evidence.Actor{Name: name, Ref: ref, Country: country},
			Citation: evidence.Citation{Publisher: dataset}, Origin: evidence.Origin{Dataset: dataset}}.Seal()
	}
	base := entryOf("case:x", "case:x:1151", "", "UNC1151")
	for _, c := range []struct {
		about, want string
		more        []evidence.Record
		p           Policy
	}{
		{"asserted alone", "BY", []evidence.Record{sponsor("case:x", "case:x:1151", "UNC1151", "BY", "")}, Policy{}},
		{"a contested claim does not count", "BY", []evidence.Record{sponsor("case:x", "case:x:1151", "UNC1151", "BY", evidence.Asserted),
			sponsor("case:x", "case:x:1151", "UNC1151", "RU", evidence.Contested)}, Policy{}},
		{"unless the policy includes it", "", []evidence.Record{sponsor("case:x", "case:x:1151", "UNC1151", "BY", evidence.Asserted),
			sponsor("case:x", "case:x:1151", "UNC1151", "RU", evidence.Contested)}, Policy{IncludeDisputed: true}},
		{"two asserted claims", "", []evidence.Record{sponsor("case:x", "case:x:1151", "UNC1151", "BY", ""),
			sponsor("other", "case:x:1151", "UNC1151", "RU", "")}, Policy{}},
		{"incidents do not vote", "BY", []evidence.Record{sponsor("case:x", "case:x:1151", "UNC1151", "BY", ""),
			incidentBy("eurepoc", "1", "UNC1151", "RU")}, Policy{}},
		{"incidents fill", "RU", []evidence.Record{incidentBy("eurepoc", "1", "UNC 1151", "RU")}, Policy{}},
		{"incidents that disagree do not", "", []evidence.Record{incidentBy("eurepoc", "1", "UNC1151", "RU"),
			incidentBy("eurepoc", "2", "UNC1151", "BY")}, Policy{}},
	} {
		d := mustResolve(t, append(slices.Clone(base), c.more...), c.p)
		a := mustFind(t, d, "UNC1151")
		if a.Country != c.want {
			t.Errorf("%s: got %q, want %q", c.about, a.Country, c.want)
		}
		disputed := slices.ContainsFunc(d.Conflicts(), func(k Conflict) bool { return k.Kind == countryDisputed })
		if disputed != (c.want == "") {
			t.Errorf("%s: conflict %v for country %q", c.about, disputed, c.want)
		}
	}
}

func TestStatesThatContradictForbidAMerge(t *testing.T) {
	d := mustResolve(t, slices.Concat(
		entryOf("a", "a:1", "RU", "Grey Wolf", "Wolfpack", "Lupus"),
		entryOf("b", "b:1", "IR", "Grey Wolf", "Wolfpack", "Lupus")), Policy{})
	if len(d.Actors()) != 2 {
		t.Fatal("a Russian and an Iranian group are merged")
	}
	i := slices.IndexFunc(d.Conflicts(), func(c Conflict) bool { return c.Kind == mergeRefused })
	if i < 0 {
		t.Fatal("the refused merge is not listed")
	}
	if why := d.Conflicts()[i].Why; !strings.Contains(why, "Russia") || !strings.Contains(why, "Iran") {
		t.Errorf("the reason names not both states: %s", why)
	}
}

func TestOneObscureAliasIsTooLittleToMerge(t *testing.T) {
	a := entryOf("a", "a:1", "", "Grey Wolf", "Lupus")
	b := entryOf("b", "b:1", "", "Red Fox", "Lupus")
	if d := mustResolve(t, slices.Concat(a, b), Policy{}); len(d.Actors()) != 2 {
		t.Error("one shared alias merges")
	}
	coined := func(dataset, ref, name string) evidence.Record {
		r := aliasRecord(dataset, evidence.Actor{Name: name, Ref: ref}, "Lupus", "")
		r.Coiner = "Dragos"
		return r.Seal()
	}
	d := mustResolve(t, slices.Concat(a, b, []evidence.Record{coined("a", "a:1", "Grey Wolf"), coined("b", "b:1", "Red Fox")}), Policy{})
	if len(d.Actors()) != 2 {
		t.Error("an alias of a third party merges two that their publishers name apart")
	} else if p, ok := d.Possibly(d.Actors()[1].ID, d.Actors()[0].ID); !ok || p.Grade != SharedNames || !strings.Contains(p.Why, "Lupus") {
		t.Errorf("they are not said to be possibly one: %+v", p)
	}
	if d := mustResolve(t, slices.Concat(entryOf("a", "a:1", "", "Lupus"), b), Policy{}); len(d.Actors()) != 1 {
		t.Error("one side's own name does not merge")
	}
}

func TestACitedIdMergesUnlessTwoEntriesCiteIt(t *testing.T) {
	cite := func(ref, name string) []evidence.Record {
		return append(entryOf("b", ref, "", name), aliasRecord("b", evidence.Actor{Name: name, Ref: ref}, "G0099", "attack:G0099"))
	}
	group := entryOf("attack-enterprise", "attack:G0099", "", "Grey Wolf")
	if d := mustResolve(t, slices.Concat(group, cite("b:1", "Red Fox")), Policy{}); len(d.Actors()) != 1 {
		t.Error("a cited id does not merge")
	}
	d := mustResolve(t, slices.Concat(group, cite("b:1", "Red Fox"), cite("b:2", "Blue Hare")), Policy{})
	if len(d.Actors()) != 3 {
		t.Error("an id cited by two entries of one catalogue merges")
	}
}

func TestASuffixIsDroppedOnlyWhereNothingCollides(t *testing.T) {
	d := mustResolve(t, slices.Concat(
		entryOf("a", "a:1", "", "Gamaredon Group"), entryOf("b", "b:1", "", "Gamaredon"),
		entryOf("a", "a:2", "", "Tonto Team"), entryOf("a", "a:3", "", "Tonto"), entryOf("b", "b:2", "", "Tonto Team")), Policy{})
	if mustFind(t, d, "Gamaredon").ID != mustFind(t, d, "a:1").ID || mustFind(t, d, "b:1").ID != mustFind(t, d, "a:1").ID {
		t.Error("Gamaredon and Gamaredon Group stay apart")
	}
	if mustFind(t, d, "b:2").ID != mustFind(t, d, "a:2").ID || mustFind(t, d, "Tonto").ID != mustFind(t, d, "a:3").ID {
		t.Error("Tonto and Tonto Team, which one catalogue tells apart, are mixed up")
	}
}

func TestDomainsOfATTACKShareTheirEntries(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{})
	a := mustFind(t, d, "G0034")
	if !slices.Contains(a.Refs, "attack:G0034") || len(a.Refs) != 2 {
		t.Errorf("got %v", a.Refs)
	}
}

func TestFoldKeepsWordsAndDigits(t *testing.T) {
	for _, c := range []struct{ a, b string }{
		{"APT-28", "apt 28"}, {"APT28", "ＡＰＴ２８"}, {"TG-4127", "TG4127"}, {"NoName057(16)", "noname057 16"}, {"Ayyıldız", "AYYILDIZ"}, {"“Snake”", "Snake"},
	} {
		if Fold(c.a) != Fold(c.b) {
			t.Errorf("%q and %q fold apart: %q, %q", c.a, c.b, Fold(c.a), Fold(c.b))
		}
	}
	for _, c := range []struct{ a, b string }{{"Group 3", "Group 83"}, {"Group 3", "Group"}, {"APT1", "APT11"}, {"狼毒草", "狼毒"}, {"!!", "??"}} {
		if Fold(c.a) == Fold(c.b) {
			t.Errorf("%q and %q fold to the same key %q", c.a, c.b, Fold(c.a))
		}
	}
}

func TestAnIncidentTableNamesButDoesNotMerge(t *testing.T) {
	records := append(smallWorld(), incidentBy("eurepoc", "20", "Killnet/APT28/APT29", "RU"))
	d := mustResolve(t, records, Policy{})
	apt28 := mustFind(t, d, "APT28")
	for name, want := range map[string]ActorID{
		"Fancy Bear/APT-28/Sofacy/Tsar Team/Group G0007 (GRU, Military Unit 26165)": apt28.ID,
		"Believed to be the work of?APT 28":                                         apt28.ID,
		"killnet":                                                                   mustFind(t, d, "Killnet").ID,
		"GRU":                                                                       "",
		"Not available":                                                             "",
		"Killnet/APT28/APT29":                                                       "",
	} {
		if id, ok := d.Of(evidence.Actor{Name: name}); id != want || ok != (want != "") {
			t.Errorf("%q means %q, want %q", name, id, want)
		}
	}
	if apt28.ID == mustFind(t, d, "APT29").ID {
		t.Error("a packed list glues two actors together")
	}
	k := mustFind(t, d, "Killnet")
	if len(k.Refs) != 0 || k.Country != "RU" || len(k.Names) != 2 {
		t.Errorf("got %+v", k)
	}
}

func TestEveryNameThatMeansNobodyIsListedWithItsReason(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{})
	got := map[string]string{}
	for _, u := range d.Unresolved() {
		got[u.Name] = u.Why
	}
	for name, want := range map[string]string{"GRU": "state organ", "Not available": "unknown", "IRIDIUM": "belongs to IRIDIUM"} {
		if !strings.Contains(got[name], want) {
			t.Errorf("%s: got %q, want %q", name, got[name], want)
		}
	}
	if len(got) != 3 {
		t.Errorf("got %v", got)
	}
}

func TestAReferenceComesBeforeTheName(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{})
	id, ok := d.Of(evidence.Actor{Name: "APT29", Ref: "attack:G0007"})
	if !ok || id != mustFind(t, d, "APT28").ID {
		t.Error("the name wins over the reference")
	}
}

func TestAMissingNameOffersTheNearest(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{})
	_, err := d.Find("Judgement Panda")
	if err == nil || !strings.Contains(err.Error(), "did you mean JUDGMENT PANDA") {
		t.Errorf("got %v", err)
	}
}

func TestMentionsStandOnWordBorders(t *testing.T) {
	d := mustResolve(t, append(smallWorld(), entryOf("attack-enterprise", "attack:G0010", "", "Turla", "Snake")...), Policy{})
	text := "Turla, seen by a snake farm, is also known as Snake; APT 28's and Sandworm Team's tools, not APT281 or IRIDIUM."
	var got []string
	for _, m := range d.Mentions(text) {
		if text[m.Start:m.End] != m.Name {
			t.Errorf("offsets %d-%d do not give %q", m.Start, m.End, m.Name)
		}
		got = append(got, m.Name)
	}
	if want := []string{"Turla", "Snake", "APT 28", "Sandworm Team"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAnExplanationReadsAloud(t *testing.T) {
	d := mustResolve(t, append(smallWorld(), incidentBy("eurepoc", "30", "APT31", "CN")), Policy{})
	for name, want := range map[string]string{
		"judgment panda": "judgment panda means ZIRCONIUM (CN), by the word of misp-galaxy-threat-actor.\n" +
			"ZIRCONIUM in attack and APT31 in misp-galaxy-threat-actor are one actor: both carry the names APT31 and Violet Typhoon.\n" +
			"It is attributed to China by eurepoc (incidents only) and misp-galaxy-threat-actor.",
		"killnet": "KillNet (RU) is a name that only incident tables give (cfr, eurepoc); no catalogue describes the actor.\n" +
			"It is attributed to Russia by cfr (incidents only) and eurepoc (incidents only).",
		"Grizzly Steppe": "GRIZZLY STEPPE is a name of APT28 (RU) (misp-galaxy-threat-actor) and APT29 (RU) (misp-galaxy-threat-actor), so it links nobody.",
	} {
		e, err := d.Why(name)
		if err != nil || e.String() != want {
			t.Errorf("why %s: %v\n%s\nwant\n%s", name, err, e, want)
		}
	}
}

func TestANameOfTwoMeansTheOneWhoseOwnNameItIsInTwoCatalogues(t *testing.T) {
	records := slices.Concat(
		entryOf("a", "a:1", "", "Grey Wolf", "Lupus"), entryOf("b", "b:1", "", "Grey Wolf", "Lupus"),
		entryOf("b", "b:2", "", "Red Fox", "Grey Wolf"), entryOf("a", "a:3", "", "Volk"), entryOf("b", "b:3", "", "Hare", "Volk"), entryOf("b", "b:4", "", "Rabbit", "Volk"))
	d := mustResolve(t, records, Policy{})
	a := mustFind(t, d, "grey wolf")
	if want := []string{"a:1", "b:1"}; !slices.Equal(a.Refs, want) {
		t.Errorf("got %v, want %v", a.Refs, want)
	}
	if _, err := d.Find("Volk"); err == nil {
		t.Error("a name that one catalogue gives to two others means its owner")
	}
	if !slices.ContainsFunc(d.Conflicts(), func(c Conflict) bool { return c.Name == "Grey Wolf" && c.Kind == nameOfSeveral }) {
		t.Error("the conflict is no longer listed")
	}
}

func TestAMissingNameOffersThreeAtMostAndNoneThatIsFar(t *testing.T) {
	records := smallWorld()
	for n, name := range []string{"Velvet Moth", "Velvet Month", "Velvet Mote", "Velvet Moths", "Velvet Mouth", "Qwxz"} {
		records = append(records, entryOf("misp-galaxy-threat-actor", fmt.Sprint("misp-galaxy:v", n), "", name)...)
	}
	d := mustResolve(t, records, Policy{})
	_, err := d.Find("Velvet Mothy")
	if err == nil || strings.Count(err.Error(), "Velvet ") != 3+1 {
		t.Errorf("not three offers: %v", err)
	}
	if _, err := d.Find("Qwyy"); err == nil || strings.Contains(err.Error(), "Qwxz") {
		t.Errorf("half of a name is offered: %v", err)
	}
	if _, err := d.Find("Qwxy"); err == nil || !strings.Contains(err.Error(), "Qwxz") {
		t.Errorf("a letter's difference is not offered: %v", err)
	}
}
