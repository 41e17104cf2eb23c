package resolve

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/incident"
	"github.com/cahoots-project/cahoots/internal/ingest/mispevidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/stixevidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// public reads one public data set, once for all tests.
func public(t testing.TB, rel string) []evidence.Record {
	t.Helper()
	path := publicdata.Path(t, rel)
	publicMu.Lock()
	defer publicMu.Unlock()
	if out, ok := publicRecords[rel]; ok {
		return out
	}
	in, err := source.File(path).Open(context.Background(), []source.Format{stixevidence.Format, mispevidence.GalaxyFormat, incident.Format}, "", source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var out []evidence.Record
	keep := func(r evidence.Record) error { out = append(out, r); return nil }
	if err := source.All(in, keep, func(*source.RecordError) {}); err != nil {
		t.Fatal(err)
	}
	publicRecords[rel] = out
	return out
}

var (
	publicMu      sync.Mutex
	publicRecords = map[string][]evidence.Record{}
)

const (
	enterprise = "attack/enterprise-attack-18.1.stix20.json.xz"
	galaxy     = "misp/galaxy-threat-actor.json.xz"
	eurepoc    = "incidents/EuRepoC_Global_Database_1.1.csv.xz"
	cfr        = "incidents/cfr-cyber-operations-2022.csv.xz"
)

func catalogues(t testing.TB) []evidence.Record {
	return slices.Concat(public(t, enterprise), public(t, galaxy))
}

func TestJudgmentPandaIsOneActorAndTheReasonIsGiven(t *testing.T) {
	d := mustResolve(t, catalogues(t), Policy{})
	a := mustFind(t, d, "Judgment Panda")
	for _, name := range []string{"APT31", "APT 31", "ZIRCONIUM", "Violet Typhoon", "BRONZE VINEWOOD", "attack:G0128"} {
		if got := mustFind(t, d, name); got.ID != a.ID {
			t.Errorf("%s means %s", name, got.Name)
		}
	}
	if a.Country != "CN" {
		t.Errorf("country %q", a.Country)
	}
	e, err := d.Why("Judgment Panda")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"Judgment Panda means ZIRCONIUM (CN), by the word of misp-galaxy-threat-actor", "are one actor: both carry the names APT31, Violet Typhoon and ZIRCONIUM", "It is attributed to China"} {
		if !strings.Contains(e.String(), want) {
			t.Errorf("the explanation lacks %q:\n%s", want, e)
		}
	}
}

func TestAPT28AndAPT29AreMergedByAJoinOnly(t *testing.T) {
	for _, p := range []Policy{{}, {IncludeDisputed: true}, {IgnoreDatasets: []string{"attack-enterprise"}}, {Split: [][]string{{"NOBELIUM", "Grizzly Steppe"}}}} {
		d := mustResolve(t, catalogues(t), p)
		ids := map[ActorID]string{}
		for _, ref := range []string{"attack:G0007", "attack:G0016", "attack:G0034", "misp-galaxy:2ee5ed7a-c4d0-40be-a837-20817474a15b"} {
			a := mustFind(t, d, ref)
			if other, ok := ids[a.ID]; ok {
				t.Errorf("policy %+v merges %s and %s", p, other, ref)
			}
			ids[a.ID] = ref
		}
	}
	d := mustResolve(t, catalogues(t), Policy{Join: []Join{{Names: []string{"APT28", "APT29"}, Why: "a test"}}})
	if mustFind(t, d, "attack:G0007").ID != mustFind(t, d, "attack:G0016").ID {
		t.Error("the join does not join")
	}
}

func TestIRIDIUMIsAConflictAndLinksNobody(t *testing.T) {
	d := mustResolve(t, catalogues(t), Policy{})
	i := slices.IndexFunc(d.Conflicts(), func(c Conflict) bool { return c.Name == "IRIDIUM" })
	if i < 0 {
		t.Fatal("IRIDIUM is no conflict")
	}
	c := d.Conflicts()[i]
	if want := []string{"IRIDIUM (IR)", "Sandworm Team (RU)"}; c.Kind != nameOfSeveral || !slices.Equal(c.Actors, want) {
		t.Errorf("got %s %q, want %q", c.Kind, c.Actors, want)
	}
	if _, ok := d.Of(evidence.Actor{Name: "IRIDIUM", Country: "RU"}); ok {
		t.Error("IRIDIUM means somebody")
	}
}

func TestTheGalaxyAloneContradictsItself(t *testing.T) {
	n := 0
	for _, c := range mustResolve(t, public(t, galaxy), Policy{}).Conflicts() {
		if c.Kind == nameOfSeveral {
			n++
		}
	}
	if n < 25 {
		t.Errorf("got %d names of several actors, want at least 25", n)
	}
}

func TestTheGalaxyGivesMostATTACKGroupsTheirState(t *testing.T) {
	groups := map[string]bool{}
	for _, r := range public(t, enterprise) {
		if r.Class == evidence.Alias {
			groups[r.Subject.Ref] = true
		}
	}
	d := mustResolve(t, catalogues(t), Policy{})
	labelled := 0
	for ref := range groups {
		if mustFind(t, d, ref).Country != "" {
			labelled++
		}
	}
	if len(groups) != 172 || labelled < 115 {
		t.Errorf("%d of %d groups carry a state, want at least 115 of 172", labelled, len(groups))
	}
	t.Logf("%d of %d groups carry a state", labelled, len(groups))
}

func TestNoActorOfThePublicCataloguesHoldsTwoEntriesOfOne(t *testing.T) {
	for _, a := range mustResolve(t, catalogues(t), Policy{IncludeDisputed: true}).Actors() {
		prefixes := map[string]bool{}
		for _, ref := range a.Refs {
			p, _, _ := strings.Cut(ref, ":")
			if prefixes[p] {
				t.Errorf("%s holds %v", a.Name, a.Refs)
			}
			prefixes[p] = true
		}
	}
}

// initiatorNames tells, for the beginning of each packed initiator of EuRepoC, whom
// the list means; checked by reading each. "" is nobody: persons, organs of a
// state, and lists that name two actors.
var initiatorNames = map[string]string{
	"Lazarus Group/Labyrinth Chollima": "attack:G0032",
	"Fancy Bear/APT28":                 "attack:G0007",
	"NSA/Equation Group":               "attack:G0020",
	"Sandworm/VOODOO Bear":             "attack:G0034",
	"APT41/BARIUM":                     "attack:G0096",
	"Cozy Bear/APT29":                  "attack:G0016",
	"Turla/Waterbug":                   "attack:G0010",
	"Charming Kitten/NEWSCASTER":       "attack:G0059",
	"Emissary Panda/APT27":             "attack:G0027",
	"APT1/Comment Crew":                "attack:G0006",
	"APT10/Stone Panda":                "attack:G0045",
	"MuddyWater/TEMP.Zagros":           "attack:G0069",
	"APT32/Ocean Lotus":                "attack:G0050",
	"APT37/Richochet Chollima":         "attack:G0067",
	"OilRig/APT34":                     "attack:G0049",
	"APT33/Elfin":                      "attack:G0064",
	"APT39/Chafer":                     "attack:G0087",
	"Li Xiaoyu/Oro01xy":                "",
	"Ministry of Intelligence and Security (MOIS; Iran)": "",
	"APT3/Gothic Panda":                                      "attack:G0022",
	"APT36/Transparent Tribe":                                "attack:G0134",
	"APT40/Leviathan":                                        "attack:G0065",
	"Axiom/APT17":                                            "attack:G0001",
	"Kimsuky/Velvet Chollima":                                "attack:G0094",
	"APT19/Deep Panda":                                       "attack:G0073",
	"APT30/Naikon":                                           "attack:G0013",
	"APT31/ZIRCONIUM":                                        "attack:G0128",
	"Gamaredon Group/Shuckworm":                              "attack:G0047",
	"Inception Framework/Cloud Atlas":                        "attack:G0100",
	"Molerats/Extreme Jackal":                                "attack:G0021",
	"Bahamut/The White Company":                              "",
	"Flying Kitten/Ajax Security Team":                       "attack:G0130",
	"Fox Kitten/Parasite":                                    "attack:G0117",
	"Islamic Revolutionary Guard Corps (IRGC)":               "",
	"Ke3chang/Vixen Panda":                                   "attack:G0004",
	"Lotus Blossom/Spring Dragon":                            "attack:G0030",
	"Stealth Falcon/Fruity Armor":                            "attack:G0038",
	"APT26/TURBINE PANDA":                                    "APT26",
	"Andariel/Silent Chollima":                               "attack:G0138",
	"Bluenoroff/APT38":                                       "attack:G0082",
	"COBALT DICKENS/Silent Librarian":                        "attack:G0122",
	"DarkHydrus/LazyMeerkat":                                 "attack:G0079",
	"Energetic Bear/Dragonfly":                               "attack:G0035",
	"Gaza Cybergang 1 /Hamas":                                "",
	"MSS/JSSD":                                               "",
	"Mustang Panda/RedEcho":                                  "attack:G0129",
	"Patchwork/Dropping Elephant":                            "attack:G0040",
	"Putter Panda/APT 2":                                     "attack:G0024",
	"Tick/BRONZE BUTLER":                                     "attack:G0060",
	"UNC1151/ Ghostwriter":                                   "Ghostwriter",
	"APT 18/Dynamite Panda":                                  "attack:G0026",
	"APT 32/Ocean Lotus":                                     "attack:G0050",
	"APT-C-39/CIA":                                           "Longhorn",
	"APT-C-43/El Machete":                                    "attack:G0095",
	"Anonymous/4Chan":                                        "",
	"Arid Viper/ Desert Falcon":                              "attack:G1028",
	"BRONZE STARLIGHT / DEV-0401":                            "attack:G1021",
	"BackdoorDiplomacy/ CloudComputating":                    "attack:G0135",
	"Carbanak/Anunak":                                        "attack:G0008",
	"Careto/The Mask":                                        "Careto",
	"Charming Kitten/Ajax Security Team":                     "",
	"China strats aka Patchwork":                             "attack:G0040",
	"CopyKittens/Slayer Kitten":                              "attack:G0052",
	"Wizard Spider/Trickbot":                                 "attack:G0102",
	"Tonto Team/CactusPete":                                  "attack:G0131",
	"Winnti Umbrella/G0044 (MSS, Xicheng District, Beijing)": "attack:G0044",
	"SparklingGoblin / Earth Baku":                           "",
}

func TestPackedInitiatorsMeanTheRightActor(t *testing.T) {
	records := slices.Concat(catalogues(t), public(t, eurepoc))
	d := mustResolve(t, records, Policy{})
	seen := map[string]int{}
	for _, r := range public(t, eurepoc) {
		parts := strings.SplitN(r.Subject.Name, "/", 3)
		key := strings.Join(parts[:min(2, len(parts))], "/")
		want, ok := initiatorNames[key]
		if !ok {
			continue
		}
		seen[key]++
		id, ok := d.Of(r.Subject)
		switch {
		case want == "" && ok:
			a, _ := d.Actor(id)
			t.Errorf("%q means %s, want nobody", r.Subject.Name, a.Name)
		case want != "" && (!ok || id != mustFind(t, d, want).ID):
			a, _ := d.Actor(id)
			t.Errorf("%q means %q, want %s", r.Subject.Name, a.Name, want)
		}
	}
	for key := range initiatorNames {
		if seen[key] == 0 {
			t.Errorf("no initiator begins with %q", key)
		}
	}
}

func TestProseNamesTheActorAndNotItsRelations(t *testing.T) {
	d := mustResolve(t, catalogues(t), Policy{})
	for text, want := range map[string]string{
		"Believed to be the work of?APT 28":                                              "attack:G0007",
		"Also known as the Gamaredon Group and?Primitive Bear.":                          "attack:G0047",
		"Strontium, also known as APT 28 and Fancy Bear":                                 "attack:G0007",
		"Russian hacker group Snake":                                                     "attack:G0010",
		"Also known as Cobalt Dickens. Believed to be linked to OilRig.":                 "attack:G0122",
		"APT 28. The Dukes were also found in the networks":                              "attack:G0007",
		"Believed to use similar tools as the Lazarus Group":                             "",
		"Possibly linked to Sandworm.":                                                   "",
		"Believed to be the work of the Russian government":                              "",
		"APT 17 and Bronze Butler":                                                       "",
		"Sneaky Panda is among some of the actors suspected to be behind this incident.": "",
		"Believed to be the work of a Russian and a Chinese group, Turla and APT 10":     "",
		"Believed to be the work of a subset of the Lazarus Group known as Bluenoroff":   "",
	} {
		id, ok := d.Of(evidence.Actor{Name: text})
		if want == "" && ok || want != "" && (!ok || id != mustFind(t, d, want).ID) {
			a, _ := d.Actor(id)
			t.Errorf("%q means %q, want %q", text, a.Name, want)
		}
	}
}

// The whole of the public data: catalogues and incident tables.
func BenchmarkResolve(b *testing.B) {
	records := slices.Concat(catalogues(b), public(b, eurepoc), public(b, cfr))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Resolve(records, Policy{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(records)), "records/op")
}

func BenchmarkOf(b *testing.B) {
	records := slices.Concat(catalogues(b), public(b, eurepoc))
	d := mustResolve(b, records, Policy{})
	for b.Loop() {
		for i := range records {
			d.Of(records[i].Subject)
		}
	}
	b.ReportMetric(float64(len(records)), "records/op")
}
