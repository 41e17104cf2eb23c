package resolve

import (
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/evidence"
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
