package stixevidence

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// nobody takes the maker from an object.
func nobody(o string) string {
	return strings.ReplaceAll(o, fmt.Sprintf(`,"created_by_ref":%q`, id("identity", 1)), "")
}

func TestIncidentsHaveTheirActorsAndVictims(t *testing.T) {
	set, place, campaign := obj("intrusion-set", 1), obj("location", 1, `"country":"UA"`), obj("campaign", 1)
	hit := rel(2, id("incident", 1), "targets", id("location", 1))
	incident := obj("incident", 1, `"name":"Port hack","first_seen":"2024-01-10T00:00:00Z","last_seen":"2024-01-20T00:00:00Z"`)
	out := readBundle(t, hit, rel(1, id("incident", 1), "attributed-to", id("intrusion-set", 1)), incident, maker, set, place)
	r := only(t, out, evidence.Incident)
	if r.Subject.Ref != "stix:"+id("intrusion-set", 1) || r.Event != "stix:"+id("incident", 1) || r.Activity.String() != "2024-01-10/2024-01-20" || !slices.Equal(r.Targets, []evidence.Target{{Country: "UA"}}) {
		t.Errorf("%+v", r)
	}
	// By way of its campaign, and with what was used in it.
	out = readBundle(t, maker, set, campaign, incident, obj("malware", 1), rel(1, id("incident", 1), "attributed-to", id("campaign", 1)),
		rel(2, id("campaign", 1), "attributed-to", id("intrusion-set", 1)), rel(3, id("incident", 1), "uses", id("malware", 1)))
	only(t, out, evidence.Campaign)
	if r, used := only(t, out, evidence.Incident), only(t, out, evidence.UsesSoftware); r.Subject.Name != "intrusion-set 1" || used.Event != r.Event || used.Activity != r.Activity {
		t.Errorf("%+v", used)
	}
	// Laid to a state and to no group.
	out = readBundle(t, maker, incident, place, rel(1, id("incident", 1), "attributed-to", id("identity", 2)), obj("identity", 2, `"name":"Russia"`))
	if r := only(t, out, evidence.Incident); r.Subject != (evidence.Actor{Country: "RU"}) {
		t.Errorf("%+v", r.Subject)
	}
	// Laid to nobody it is no evidence about an actor, and is counted.
	out = readBundle(t, maker, incident, place, hit)
	if len(out.records) != 0 || out.sum.Skipped["no actor: incident attributed to nobody targets location"] != 1 {
		t.Errorf("%+v", out.sum)
	}
}

// Unit 42's playbooks before August 2019 attribute the report of a campaign, or
// the report of such reports.
func TestCampaignsHaveTheActorsOfTheirReport(t *testing.T) {
	inner := obj("report", 2, fmt.Sprintf(`"labels":["campaign"],"object_refs":[%q]`, id("campaign", 1)))
	outer := obj("report", 1, fmt.Sprintf(`"labels":["intrusion-set"],"object_refs":[%q,%q]`, id("intrusion-set", 1), id("report", 2)))
	use := rel(1, id("campaign", 1), "uses", id("malware", 1))
	for _, report := range []string{id("report", 1), id("report", 2)} {
		out := readBundle(t, maker, use, rel(2, report, "attributed-to", id("intrusion-set", 1)), inner, outer, obj("campaign", 1), obj("intrusion-set", 1), obj("malware", 1))
		if r := only(t, out, evidence.UsesSoftware); r.Subject.Name != "intrusion-set 1" || r.Event != "stix:"+id("campaign", 1) {
			t.Errorf("%+v", r)
		}
		only(t, out, evidence.Campaign)
	}
	// A list alone says nothing of who did what, and the notes say so.
	list := obj("report", 3, fmt.Sprintf(`"object_refs":[%q,%q]`, id("intrusion-set", 1), id("malware", 1)))
	out := readBundle(t, maker, obj("intrusion-set", 1), obj("malware", 1), list)
	if len(of(out, evidence.UsesSoftware)) != 0 || !strings.Contains(strings.Join(out.sum.Notes, " "), "malware 1") {
		t.Errorf("%+v", out.sum)
	}
}

func TestVictimsHaveTheirStateAndSector(t *testing.T) {
	for _, c := range []struct {
		victim, more string
		want         evidence.Target
	}{
		{`"name":"Harbour Office","identity_class":"organization"`, obj("location", 1, `"country":"BY"`) + "," + rel(2, id("identity", 2), "located-at", id("location", 1)), evidence.Target{Country: "BY", Name: "Harbour Office"}},
		{`"name":"Telecommunications","identity_class":"class"`, "", evidence.Target{Sector: "telecommunications"}},
		{`"name":"Ministry of Foreign Affairs of Belarus","identity_class":"organization","sectors":["government-national"]`, "", evidence.Target{Country: "BY", Sector: "government-national", Name: "Ministry of Foreign Affairs of Belarus"}},
		{`"name":"University of Georgia","identity_class":"organization"`, "", evidence.Target{Name: "University of Georgia"}}, // in Athens, GA
	} {
		objects := []string{maker, obj("intrusion-set", 1), obj("identity", 2, c.victim), rel(1, id("intrusion-set", 1), "targets", id("identity", 2))}
		if c.more != "" {
			objects = append(objects, c.more)
		}
		if r := only(t, readBundle(t, objects...), evidence.Targets); !slices.Equal(r.Targets, []evidence.Target{c.want}) {
			t.Errorf("%s: %+v, want %+v", c.victim, r.Targets, c.want)
		}
	}
}

// Who wrote software has it alone as far as the source knows, unless the source
// knows others who use it. The author's own campaigns are no others.
func TestAuthorsHaveTheirSoftwareAloneUnlessOthersUseIt(t *testing.T) {
	a, b, wrote := id("intrusion-set", 1), id("intrusion-set", 2), rel(1, id("malware", 1), "authored-by", id("intrusion-set", 1))
	nodes := []string{maker, obj("intrusion-set", 1), obj("intrusion-set", 2), obj("malware", 1), obj("campaign", 1), rel(8, id("campaign", 1), "attributed-to", a), wrote}
	for use, want := range map[string]evidence.Exclusivity{
		rel(2, a, "uses", id("malware", 1)):                       evidence.Exclusive,
		rel(2, id("campaign", 1), "uses", id("malware", 1)):       evidence.Exclusive,
		rel(2, b, "uses", id("malware", 1)):                       evidence.Shared,
		rel(2, id("malware", 1), "authored-by", b):                evidence.Shared,
		rel(2, b, "uses", id("malware", 1), `"revoked":true`):     evidence.Exclusive,
		rel(2, b, "targets", id("identity", 1), `"revoked":true`): evidence.Exclusive,
	} {
		out := readBundle(t, append(nodes, use)...)
		i := slices.IndexFunc(out.records, func(r evidence.Record) bool { return r.Origin.Object == id("relationship", 1) })
		if i < 0 || out.records[i].Exclusivity != want || out.records[i].Subject.Name != "intrusion-set 1" {
			t.Errorf("%s: %d, want %s", use, i, want)
		}
	}
}

func TestAliasesOfOpenCTIAreNames(t *testing.T) {
	out := readBundle(t, maker, obj("intrusion-set", 1, `"x_opencti_aliases":["Heron One"],"extensions":{"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba":{"extension_type":"property-extension","aliases":["Heron Two"]}}`))
	var names []string
	for _, r := range of(out, evidence.Alias) {
		names = append(names, r.Value)
	}
	if !slices.Equal(names, []string{"intrusion-set 1", "Heron One", "Heron Two"}) {
		t.Error(names)
	}
}

// OASIS' Poison Ivy names three campaigns, what they use and whom they attack,
// and no group. An operation is no actor, nor is a campaign beside groups.
func TestCampaignsWithoutActorsStandForThem(t *testing.T) {
	use := rel(1, id("campaign", 1), "uses", id("malware", 1))
	for _, c := range []struct {
		objects []string
		actor   bool
	}{
		{[]string{obj("campaign", 1, `"name":"th3bug"`), use}, true},
		{[]string{obj("campaign", 1, `"name":"Operation Omega"`), use}, false},
		{[]string{obj("campaign", 1, `"name":"th3bug"`)}, false},
		{[]string{obj("campaign", 1, `"name":"th3bug"`), use, obj("intrusion-set", 1)}, false},
	} {
		out := readBundle(t, append(c.objects, maker, obj("malware", 1))...)
		used := of(out, evidence.UsesSoftware)
		if (len(used) == 1) != c.actor || c.actor && (used[0].Subject.Name != "th3bug" || used[0].Event != "") {
			t.Errorf("%v: %+v", c.objects, used)
		}
	}
}

// MISP shares an event as a grouping, which names its maker and has its marking, and
// lists clusters that have neither.
func TestAGroupingSaysWhoseWordItsObjectsAre(t *testing.T) {
	green := `"object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]`
	out := readBundle(t, maker, nobody(obj("threat-actor", 1)), obj("vulnerability", 1, `"name":"CVE-2023-0001"`), obj("grouping", 1, `"context":"suspicious-activity","object_refs":["`+id("threat-actor", 1)+`"]`, green))
	if r := only(t, out, evidence.Alias); r.Citation.Publisher != "Acme Research" || r.Citation.Title != "grouping 1" || r.Marking != evidence.Green || out.sum.Dataset != "stix:Acme Research" {
		t.Errorf("%+v, data set %s", r, out.sum.Dataset)
	}
}

// What names nobody is the word of whoever made all else, or of whom the user
// says; copied techniques and groups of ATT&CK make no file ATT&CK's.
func TestWhatNamesNobodyIsTheWordOfTheOneWhoSpeaks(t *testing.T) {
	bare := nobody(rel(1, id("intrusion-set", 1), "uses", id("malware", 1)))
	out := readBundle(t, maker, obj("intrusion-set", 1), nobody(obj("malware", 1)), bare)
	if r := only(t, out, evidence.UsesSoftware); r.Citation.Publisher != "Acme Research" {
		t.Errorf("%+v", r.Citation)
	}
	mitres := fmt.Sprintf(`"created_by_ref":%q`, mitreID)
	technique := obj("attack-pattern", 1, mitres)
	bundle := "[" + strings.Join([]string{nobody(obj("intrusion-set", 1)), technique, nobody(rel(1, id("intrusion-set", 1), "uses", id("attack-pattern", 1)))}, ",") + "]"
	for publisher, want := range map[string]string{"": "", "ESET": "SK", "Acme": "DE"} {
		out := readAs(t, bundle, publisher, map[string]string{"Acme": "DE"}[publisher])
		if (len(out.bad) == 0) != (publisher != "") || strings.Contains(out.sum.Dataset, "attack") && publisher != "" {
			t.Errorf("%q: %v %+v", publisher, first(out.bad), out.sum)
		}
		for _, r := range out.records {
			if r.Citation.Publisher != publisher || r.Citation.PublisherCountry != want || r.Origin.Dataset != "stix:"+publisher {
				t.Errorf("%+v", r.Citation)
			}
		}
	}
	copied := obj("intrusion-set", 2, mitres)
	if out := readBundle(t, copied, technique, nobody(rel(1, id("intrusion-set", 2), "uses", id("attack-pattern", 1)))); out.sum.Dataset != "stix:"+id("bundle", 1) {
		t.Errorf("named %s", out.sum.Dataset)
	}
}
