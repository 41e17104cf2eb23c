package mispevidence

import (
	"fmt"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// The three ways in which MISP's own pages export a cluster. One that an
// organisation made is that organisation's word and no part of the public galaxy,
// and goes no further than its distribution.
func TestExportsOfMISPsPagesAreRead(t *testing.T) {
	cl := func(n int, more string) string {
		return fmt.Sprintf(`{"GalaxyCluster":{"uuid":"c%d","type":"threat-actor","value":"Heron %d",%s,"GalaxyElement":[{"key":"synonyms","value":"TA-%d"},{"key":"country","value":"RU"}],"Galaxy":{"type":"threat-actor"}}}`, n, n, more, n)
	}
	own := `"default":false,"source":"Example CERT","distribution":"1"`
	for _, text := range []string{cl(1, own), "[" + cl(1, own) + "]", `{"response":[` + cl(1, own) + `]}`} {
		if ok, why := sniffGalaxy([]byte(text), ""); !ok {
			t.Fatalf("%s: %s", text, why)
		}
		recs, bad, sum := readAll(t, GalaxyFormat, []byte(text))
		if len(recs) != 3 || len(bad) > 0 || sum.Dataset != "misp-clusters:Example CERT" {
			t.Fatalf("%s: %d records, %v, %+v", text, len(recs), bad, sum)
		}
		for _, r := range recs {
			if r.Citation.Publisher != "Example CERT" || r.Independence != "" || r.Marking != evidence.Green || r.Subject.Country != "RU" {
				t.Errorf("%+v", r)
			}
		}
	}
	// What came with the public galaxy is the public galaxy's, whatever the site says of it.
	public := `"default":false,"source":"MISP Project","distribution":"0"`
	recs, _, sum := readAll(t, GalaxyFormat, []byte("["+cl(1, public)+","+cl(2, `"default":true,"source":"MISP Project","distribution":"3"`)+"]"))
	if len(recs) != 6 || sum.Dataset != "misp-galaxy-threat-actor" || recs[0].Citation.Publisher != "MISP galaxy" || recs[0].Marking != "" {
		t.Errorf("%+v, %+v", recs, sum)
	}
}

// An event that carries a cluster of an organisation's own goes no further than
// the cluster.
func TestTheDistributionOfAnAttachedClusterBoundsTheEvent(t *testing.T) {
	for more, want := range map[string]evidence.TLP{
		`"default":false,"source":"Example CERT","distribution":"0"`: evidence.AmberStrict,
		`"default":false,"source":"MISP Project","distribution":"0"`: "",
		`"default":true,"source":"Example CERT","distribution":"3"`:  "",
		`"source":"Example CERT"`:                                    "",
	} {
		text := `{"Event":{"uuid":"e","info":"x","Orgc":{"name":"O"},"Galaxy":[{"type":"threat-actor","GalaxyCluster":[{"uuid":"c","value":"Heron",` + more + `}]}]}}`
		recs, _, _ := readAll(t, EventFormat, []byte(text))
		if len(recs) != 1 || recs[0].Marking != want {
			t.Errorf("%s: %+v, want %q", more, recs, want)
		}
	}
}

func TestTidalsGroupsAreActors(t *testing.T) {
	text := `{"type":"groups","category":"Threat Groups","source":"https://app-api.tidalcyber.com/api/v1/groups/","values":[
	{"uuid":"a","value":"Heron","meta":{"source":"MITRE","group_attack_id":"G0018","country":"CN","observed_countries":["US"],"target_categories":["Energy"],"observed_motivations":["Cyber Espionage"]}},
	{"uuid":"b","value":"Kite","meta":{"source":"Tidal Cyber","group_attack_id":"G3002","owner":"x"}}]}`
	recs, _, _ := readAll(t, GalaxyFormat, []byte(text))
	if len(recs) != 4 || recs[0].Subject.Ref != "attack:G0018" || recs[0].Source() != "MITRE ATT&CK" || recs[3].Subject.Ref != "misp-galaxy:b" || recs[3].Source() != "Tidal Cyber" {
		t.Fatalf("%+v", recs)
	}
	if r := recs[2]; r.Class != evidence.Targets || r.Objective != "espionage" || len(r.Targets) != 2 {
		t.Errorf("%+v", r)
	}
}

func TestMomentsWithThousandthsAndMillionths(t *testing.T) {
	for _, s := range []string{"1709287200", "1709287200000", "1709287200000000"} {
		text := `{"Event":{"uuid":"e","info":"x","Tag":[{"name":"misp-galaxy:threat-actor=\"A\""}],"Attribute":[{"uuid":"a","type":"domain","value":"a.example","first_seen":"` + s + `"}]}}`
		recs, _, _ := readAll(t, EventFormat, []byte(text))
		if r := recordOf(t, recs, "a", evidence.Infrastructure); r.Detected.String() != "2024-03-01T10:00:00Z" {
			t.Errorf("%s: %s", s, r.Detected)
		}
	}
}
