package resolve

import (
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

func TestSplitUndoesAMerge(t *testing.T) {
	records := smallWorld()
	for _, set := range [][]string{
		{"attack:G0128", "misp-galaxy:31"},  // two entries that merge
		{"ZIRCONIUM", "Judgment Panda"},     // names of two entries that merge
		{"Judgment Panda", "APT31"},         // names that one entry gives
		{"Fancy Bear", "Sofacy", "APT 28"},  // three ways
		{"Sandworm", "Electrum", "Iridium"}, // a conflicting name among them
	} {
		d := mustResolve(t, records, Policy{Split: [][]string{set}})
		for _, a := range d.Actors() {
			var held []string
			for _, name := range set {
				if slices.Contains(a.Refs, name) || slices.ContainsFunc(a.Names, func(c claim) bool { return Fold(c.Name) == Fold(name) }) {
					held = append(held, name)
				}
			}
			if len(held) > 1 {
				t.Errorf("split %q: %s still holds %q", set, a.Name, held)
			}
		}
	}
}

func TestSplitKeepsTheOtherNamesInPlace(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{Split: [][]string{{"Judgment Panda", "APT31"}}})
	apt31 := mustFind(t, d, "APT31")
	if apt31.ID != mustFind(t, d, "Violet Typhoon").ID || apt31.ID != mustFind(t, d, "ZIRCONIUM").ID {
		t.Error("the split takes more than Judgment Panda off APT31")
	}
	if a := mustFind(t, d, "Judgment Panda"); a.ID == apt31.ID || len(a.Names) != 1 {
		t.Errorf("Judgment Panda means %+v", a)
	}
}

func TestOnlyAJoinMergesEntriesOfOneCatalogue(t *testing.T) {
	d := mustResolve(t, smallWorld(), Policy{IncludeDisputed: true})
	if mustFind(t, d, "APT28").ID == mustFind(t, d, "APT29").ID {
		t.Fatal("APT28 and APT29 are merged")
	}
	if mustFind(t, d, "misp-galaxy:29").ID == mustFind(t, d, "misp-galaxy:2452").ID {
		t.Fatal("APT29 and UNC2452 of one catalogue are merged")
	}
	d = mustResolve(t, smallWorld(), Policy{Join: []Join{{Names: []string{"APT29", "misp-galaxy:2452"}, Why: "the governments attribute both to the SVR"}}})
	a := mustFind(t, d, "NOBELIUM")
	if want := []string{"attack:G0016", "misp-galaxy:2452", "misp-galaxy:29"}; !slices.Equal(a.Refs, want) {
		t.Errorf("got %v, want %v", a.Refs, want)
	}
	e, err := d.Why("NOBELIUM")
	if err != nil || !strings.Contains(e.String(), "The policy joins them: the governments attribute both to the SVR.") {
		t.Errorf("the reason of the join is missing: %v\n%s", err, e)
	}
}

func TestAJoinTeachesANameNoSourceKnows(t *testing.T) {
	d := mustResolve(t, append(smallWorld(), incidentBy("eurepoc", "9", "Tsar Crew", "RU")),
		Policy{Join: []Join{{Names: []string{"APT28", "Tsar Crew"}, Why: "our own analysis"}}})
	id, ok := d.Of(evidence.Actor{Name: "TSAR CREW"})
	if !ok || id != mustFind(t, d, "APT28").ID {
		t.Error("Tsar Crew does not mean APT28")
	}
}

func TestAContradictoryPolicyIsRefused(t *testing.T) {
	join := func(names ...string) []Join { return []Join{{Names: names, Why: "because"}} }
	for want, p := range map[string]Policy{
		"keeps \"APT28\" and \"APT29\" apart": {Split: [][]string{{"APT28", "APT29"}}, Join: join("APT28", "APT29")},
		"several entries":                     {Join: join("Grizzly Steppe", "APT28")},
		"and a reason":                        {Join: []Join{{Names: []string{"APT28", "APT29"}}}},
		"at least two names":                  {Split: [][]string{{"APT28"}}},
	} {
		if _, err := Resolve(smallWorld(), p); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("policy %+v: got %v, want %q", p, err, want)
		}
	}
}

func TestAContestedAliasMergesOnlyWhereThePolicySaysSo(t *testing.T) {
	records := append(smallWorld(), entryOf("case:x", "case:x:hp", "CN", "Hurricane Panda")...)
	contested := aliasRecord("case:x", evidence.Actor{Name: "Hurricane Panda", Ref: "case:x:hp", Country: "CN"}, "ZIRCONIUM", "")
	contested.Status = evidence.Contested
	records = append(records, contested.Seal())
	d := mustResolve(t, records, Policy{})
	if mustFind(t, d, "Hurricane Panda").ID == mustFind(t, d, "ZIRCONIUM").ID {
		t.Error("a contested alias merges")
	}
	d = mustResolve(t, records, Policy{IncludeDisputed: true})
	if mustFind(t, d, "Hurricane Panda").ID != mustFind(t, d, "ZIRCONIUM").ID {
		t.Error("the policy does not include the contested alias")
	}
	d = mustResolve(t, records, Policy{IncludeDisputed: true, IgnoreDatasets: []string{"case:x"}})
	if mustFind(t, d, "Hurricane Panda").ID == mustFind(t, d, "ZIRCONIUM").ID {
		t.Error("an ignored data set's alias merges")
	}
}

func TestAContestedNameFindsNobodyAndSaysWhose(t *testing.T) {
	r := aliasRecord("case:x", evidence.Actor{Name: "Mustang Panda", Ref: "case:x:mp"}, "RedDelta", "")
	r.Status = evidence.Contested
	d := mustResolve(t, []evidence.Record{r.Seal(), incidentBy("eurepoc", "1", "RedDelta", "CN")}, Policy{})
	if _, err := d.Find("red delta"); err == nil || !strings.Contains(err.Error(), "contested name of Mustang Panda") {
		t.Errorf("got %v", err)
	}
	if _, ok := d.Of(evidence.Actor{Name: "RedDelta"}); ok {
		t.Error("a contested name means an actor")
	}
}
