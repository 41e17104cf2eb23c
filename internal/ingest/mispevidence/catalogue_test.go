package mispevidence

import (
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

func TestACatalogueOfActorsIsOneByWhateverName(t *testing.T) {
	for head, want := range map[string]bool{
		`"type":"acme-threat-actor"`: true, `"type":"stix-2.1-intrusion-set"`: true, `"type":"acme-list","category":"actor"`: true, `"type":"tidal-groups"`: true,
		`"type":"acme-list","category":"tool"`: false, `"type":"malpedia","category":"actor"`: false, `"type":"sector","category":"sector"`: false,
	} {
		recs, _, sum := readAll(t, GalaxyFormat, []byte(`{`+head+`,"source":"Acme","values":[{"value":"Blue Heron","uuid":"u1","meta":{"country":"RU","synonyms":["Heron Nine"]}}]}`))
		if got := len(recs) > 0; got != want {
			t.Errorf("%s: %d records, %+v", head, len(recs), sum)
		}
		if want && (len(recs) != 3 || recs[0].Citation.Publisher != "Acme" || recs[0].Subject.Country != "RU") {
			t.Errorf("%s: %+v", head, recs)
		}
	}
	if _, _, sum := readAll(t, GalaxyFormat, []byte(`{"type":"acme-list","values":[{"value":"x","uuid":"u1"}]}`)); sum.Skipped["acme-list: a kind of galaxy that is not known"] != 1 {
		t.Errorf("%+v", sum)
	}
}

func TestTheChineseCatalogueIsReadInItsOwnWords(t *testing.T) {
	recs, bad, sum := readAll(t, GalaxyFormat, publicdata.Read(t, "misp/galaxy-360net.json.xz"))
	states, victims := map[string]string{}, map[string]int{}
	for _, r := range recs {
		if r.Class == evidence.Sponsor {
			states[r.Subject.Name] = r.Subject.Country
		}
		for _, v := range r.Targets {
			victims[v.Country]++
		}
		if r.Citation.Publisher != "Qihoo 360" || r.Citation.PublisherCountry != "CN" {
			t.Fatalf("%+v", r.Citation)
		}
	}
	for name, want := range map[string]string{"CIA - APT-C-39": "US", "Lazarus - APT-C-26": "KP", "Kimsuky - APT-C-55": "KP", "Darkhotel - APT-C-06": "KR"} {
		if states[name] != want {
			t.Errorf("%s works for %q, want %s", name, states[name], want)
		}
	}
	if sum.Counts["360net-threat-actor"] != 42 || len(bad) != 0 || victims["CN"] < 18 || victims["RU"] < 8 || victims["PK"] < 5 {
		t.Errorf("%+v, %v, %v", sum, bad, victims)
	}
}

func TestEverySpellingOfAnActorGalaxyMarksAnEvent(t *testing.T) {
	for _, galaxy := range []string{"eset-threat-actor", "stix-2.1-intrusion-set", "360net-threat-actor", "tidal-groups", "mitre-ics-groups"} {
		recs, _, _ := readAll(t, EventFormat, []byte(`{"Event":{"uuid":"e","info":"x","Orgc":{"name":"O"},"Tag":[{"name":"misp-galaxy:`+galaxy+`=\"Blue Heron\""}]}}`))
		if len(recs) != 1 || !strings.Contains(recs[0].Subject.Name, "Blue Heron") {
			t.Errorf("%s: %+v", galaxy, recs)
		}
	}
}
