package stixevidence

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// id is a made-up identifier.
func id(typ string, n int) string {
	return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", typ, n)
}

// obj writes an object with what every object needs; more may add to it.
func obj(typ string, n int, more ...string) string {
	common := fmt.Sprintf(`"type":%q,"id":%q,"spec_version":"2.1"`, typ, id(typ, n))
	all := strings.Join(more, ",")
	for _, p := range []string{"created", "modified"} {
		if !strings.Contains(all, `"`+p+`":`) {
			common += fmt.Sprintf(`,%q:"2020-01-01T00:00:00.000Z"`, p)
		}
	}
	if !strings.Contains(all, `"name":`) && typ != "relationship" && typ != "sighting" && typ != "opinion" {
		common += fmt.Sprintf(`,"name":"%s %d"`, typ, n)
	}
	if !strings.Contains(all, `"created_by_ref":`) && typ != "identity" {
		common += fmt.Sprintf(`,"created_by_ref":%q`, id("identity", 1))
	}
	for _, m := range more {
		if m != "" {
			common += "," + m
		}
	}
	return "{" + common + "}"
}

func rel(n int, from, relation, to string, more ...string) string {
	return obj("relationship", n, append([]string{fmt.Sprintf(`"source_ref":%q,"relationship_type":%q,"target_ref":%q`, from, relation, to)}, more...)...)
}

var maker = obj("identity", 1, `"name":"Acme Research","identity_class":"organization"`)

func readBundle(t *testing.T, objects ...string) outcome {
	t.Helper()
	out := read(t, strings.NewReader(`{"type":"bundle","id":"`+id("bundle", 1)+`","objects":[`+strings.Join(objects, ",\n")+"]}"))
	accounted(t, out)
	return out
}

func TestAListOfBundlesIsReadAsTheirObjects(t *testing.T) {
	bundle := func(n int, objects ...string) string {
		return `{"type":"bundle","id":"` + id("bundle", n) + `","objects":[` + strings.Join(objects, ",\n") + "]}"
	}
	parts := []string{bundle(1, maker, obj("intrusion-set", 1)), bundle(2, obj("malware", 1), rel(1, id("intrusion-set", 1), "uses", id("malware", 1)))}
	out := read(t, strings.NewReader("["+strings.Join(parts, ",\n")+"]"))
	accounted(t, out)
	if len(out.records) != 2 || out.sum.Objects != 4 || out.records[1].Value != "malware 1" || out.records[1].Origin.Line != 4 {
		t.Errorf("%+v of %+v", out.records, out.sum)
	}
	for _, empty := range []string{"[" + bundle(1) + "]", `{"type":"bundle"}`} {
		if out = read(t, strings.NewReader(empty)); out.sum.Skipped["a bundle without objects"] != 1 {
			t.Errorf("%s: %+v", empty, out.sum)
		}
	}
}

func TestATextWhereAListBelongsIsWhatItsCommasPart(t *testing.T) {
	out := readBundle(t, maker, obj("intrusion-set", 1, `"name":"Heron","aliases":"TA-1, TA-7"`))
	var names []string
	for _, r := range out.records {
		names = append(names, r.Value)
	}
	if got := strings.Join(names, " | "); got != "Heron | TA-1 | TA-7" {
		t.Errorf("names %s", got)
	}
}

// accounted checks that every object became evidence, was skipped or rejected.
func accounted(t testing.TB, out outcome) {
	t.Helper()
	n := out.sum.Rejected
	for kind, c := range out.sum.Counts {
		if !strings.Contains(kind, ",") { // "campaign, dated" counts campaigns again
			n += c
		}
	}
	for _, c := range out.sum.Skipped {
		n += c
	}
	if n != out.sum.Objects || out.sum.Rejected != len(out.bad) || out.sum.Records != len(out.records) {
		t.Errorf("%d of %d objects are accounted for: %+v", n, out.sum.Objects, out.sum)
	}
}

func of(out outcome, class evidence.Class) []evidence.Record {
	return slices.DeleteFunc(slices.Clone(out.records), func(r evidence.Record) bool { return r.Class != class })
}

// only is the one record of a class.
func only(t *testing.T, out outcome, class evidence.Class) evidence.Record {
	t.Helper()
	list := of(out, class)
	if len(list) != 1 {
		t.Fatalf("%d %s records, want 1; rejected %v, %+v", len(list), class, first(out.bad), out.sum)
	}
	return list[0]
}

func TestRelationshipsBecomeEvidenceOfTheirKind(t *testing.T) {
	a, b := id("intrusion-set", 1), id("threat-actor", 1)
	nodes := []string{maker, obj("intrusion-set", 1), obj("threat-actor", 1), obj("malware", 1, `"aliases":["Twin"]`), obj("tool", 1),
		obj("attack-pattern", 1, `"kill_chain_phases":[{"kill_chain_name":"k","phase_name":"impact"}],"external_references":[{"source_name":"mitre-attack","external_id":"T1485"}]`),
		obj("vulnerability", 1, `"name":"CVE-2017-0144"`), obj("infrastructure", 1), obj("infrastructure", 2),
		obj("identity", 2, `"name":"Stadtwerke","identity_class":"organization","sectors":["energy","water"]`),
		obj("identity", 3, `"name":"Russian Federation","identity_class":"organization"`),
		obj("identity", 4, `"name":"Ivan","identity_class":"individual"`),
		obj("location", 1, `"country":"UA"`), obj("campaign", 1, `"first_seen":"2022-01-05T00:00:00Z"`)}
	for _, c := range []struct {
		rel   string
		class evidence.Class
		holds func(evidence.Record) bool
	}{
		{rel(1, a, "uses", id("malware", 1)), evidence.UsesSoftware, func(r evidence.Record) bool {
			return r.Value == "malware 1" && r.Exclusivity == "" && slices.Equal(r.ValueAliases, []string{"Twin"})
		}},
		{rel(1, a, "uses", id("tool", 1)), evidence.UsesSoftware, func(r evidence.Record) bool { return r.Exclusivity == evidence.Public }},
		{rel(1, a, "uses", id("attack-pattern", 1)), evidence.UsesTechnique, func(r evidence.Record) bool {
			return r.ValueRef == "T1485" && string(r.Extra["tactics"]) == `["impact"]`
		}},
		{rel(1, a, "exploits", id("vulnerability", 1)), evidence.Exploits, func(r evidence.Record) bool { return r.Value == "CVE-2017-0144" }},
		{rel(1, a, "targets", id("vulnerability", 1)), evidence.Exploits, func(r evidence.Record) bool { return r.Value == "CVE-2017-0144" }},
		{rel(1, a, "targets", id("location", 1)), evidence.Targets, func(r evidence.Record) bool {
			return len(r.Targets) == 1 && r.Targets[0] == evidence.Target{Country: "UA"}
		}},
		{rel(1, a, "targets", id("identity", 2)), evidence.Targets, func(r evidence.Record) bool {
			return len(r.Targets) == 2 && r.Targets[0].Name == "Stadtwerke" && r.Targets[0].Sector == "energy"
		}},
		{rel(1, a, "attributed-to", id("identity", 3)), evidence.Sponsor, func(r evidence.Record) bool { return r.Subject.Country == "RU" }},
		{rel(1, a, "attributed-to", b), evidence.Sponsor, func(r evidence.Record) bool { return r.Value == "threat-actor 1" }},
		{rel(1, a, "originates-from", id("location", 1)), evidence.Sponsor, func(r evidence.Record) bool { return r.Subject.Country == "UA" }},
		{rel(1, a, "owns", id("infrastructure", 1)), evidence.Infrastructure, func(r evidence.Record) bool { return r.Value == "infrastructure 1" }},
		{rel(1, a, "compromises", id("infrastructure", 1)), evidence.Infrastructure, func(r evidence.Record) bool {
			return string(r.Extra["relationship_type"]) == `"compromises"`
		}},
		{rel(1, a, "impersonates", b), evidence.FalseFlag, func(r evidence.Record) bool { return r.Object.Name == "threat-actor 1" }},
		{rel(1, a, "targets", id("location", 1), `"start_time":"2022-02-01T00:00:00Z","stop_time":"2022-02-03T00:00:00Z","confidence":40,"x_ours":{"k":1}`), evidence.Targets, func(r evidence.Record) bool {
			n, _ := r.Confidence.Value()
			return r.Activity.String() == "2022-02-01/2022-02-03" && n == 40 && string(r.Extra["x_ours"]) == `{"k":1}` && r.Citation.Publisher == "Acme Research"
		}},
		{rel(1, a, "related-to", b), evidence.PossiblySame, func(r evidence.Record) bool {
			return r.Object.Name == "threat-actor 1" && r.Kind == evidence.KindRelated
		}},
		{rel(1, a, "part-of", b), evidence.PossiblySame, func(r evidence.Record) bool { return r.Kind == evidence.KindPart }},
		{rel(1, id("malware", 1), "authored-by", a), evidence.UsesSoftware, func(r evidence.Record) bool {
			return r.Value == "malware 1" && r.Exclusivity == evidence.Exclusive && string(r.Extra["relationship_type"]) == `"authored-by"`
		}},
		{obj("sighting", 1, fmt.Sprintf(`"sighting_of_ref":%q,"where_sighted_refs":[%q],"last_seen":"2022-03-01T10:00:00Z"`, a, id("identity", 2))), evidence.Activity, func(r evidence.Record) bool {
			return r.Detected.String() == "../2022-03-01T10:00:00Z" && len(r.Targets) == 2
		}},
	} {
		out := readBundle(t, append([]string{c.rel}, nodes...)...) // before what it joins
		if r := only(t, out, c.class); !c.holds(r) || r.Subject.Name != "intrusion-set 1" || r.Subject.Ref != "stix:"+a {
			t.Errorf("%s gave %+v", c.rel, r)
		}
	}
	for _, r := range []string{rel(1, a, "related-to", id("malware", 1)), rel(1, a, "attributed-to", id("identity", 4)), rel(1, id("malware", 1), "uses", id("tool", 1))} {
		if out := readBundle(t, append(nodes, r)...); len(out.bad) > 0 || len(out.records) != 2 {
			t.Errorf("%s gave %d records beside two names, rejected %v", r, len(out.records), first(out.bad))
		}
	}
	out := readBundle(t, append(nodes, rel(1, a, "duplicate-of", b))...)
	if r := of(out, evidence.Alias); len(r) != 3 || r[2].Value != "threat-actor 1" {
		t.Errorf("duplicate-of gave %+v", r)
	}
}

func TestCompromiseOfAnotherActorsInfrastructureIsATakeover(t *testing.T) {
	out := readBundle(t, rel(1, id("intrusion-set", 1), "compromises", id("infrastructure", 1)), maker, obj("intrusion-set", 1),
		obj("intrusion-set", 2), obj("infrastructure", 1), rel(2, id("intrusion-set", 2), "owns", id("infrastructure", 1)))
	r := only(t, out, evidence.Takeover)
	if r.Subject.Name != "intrusion-set 1" || r.Object.Name != "intrusion-set 2" || r.Value != "infrastructure 1" {
		t.Errorf("%+v", r)
	}
}

func TestCampaignUsesCountForItsActorUnderAnEvent(t *testing.T) {
	out := readBundle(t, maker, obj("intrusion-set", 1), obj("malware", 1),
		obj("campaign", 1, `"first_seen":"2022-01-01T00:00:00Z","last_seen":"2022-01-09T13:00:00Z"`), obj("campaign", 2),
		rel(1, id("campaign", 1), "uses", id("malware", 1)), rel(2, id("campaign", 2), "uses", id("malware", 1)),
		rel(3, id("campaign", 1), "attributed-to", id("intrusion-set", 1)))
	c, u := only(t, out, evidence.Campaign), only(t, out, evidence.UsesSoftware)
	if c.Activity.String() != "2022-01-01/2022-01-09T13:00:00Z" || c.Event != "stix:"+id("campaign", 1) || u.Event != c.Event || u.Subject.Name != "intrusion-set 1" {
		t.Errorf("campaign %+v\nuse %+v", c, u)
	}
	if n := out.sum.Skipped["no actor: campaign attributed to nobody uses malware"]; n != 1 {
		t.Errorf("%+v", out.sum)
	}
}

func TestRevokedObjectIsReplacedByItsSuccessor(t *testing.T) {
	old, next := id("malware", 1), id("malware", 3)
	out := readBundle(t, maker, obj("intrusion-set", 1), obj("malware", 1, `"revoked":true`), obj("malware", 2, `"revoked":true`), obj("malware", 3),
		rel(1, id("intrusion-set", 1), "uses", old), rel(2, old, "revoked-by", id("malware", 2)), rel(3, id("malware", 2), "revoked-by", next))
	if r := only(t, out, evidence.UsesSoftware); r.Value != "malware 3" {
		t.Errorf("%+v", r)
	}
	ring := readBundle(t, maker, obj("intrusion-set", 1), obj("malware", 1, `"revoked":true`), obj("malware", 2, `"revoked":true`),
		rel(1, id("intrusion-set", 1), "uses", old), rel(2, old, "revoked-by", id("malware", 2)), rel(3, id("malware", 2), "revoked-by", old))
	if len(of(ring, evidence.UsesSoftware)) != 0 || ring.sum.Skipped["joins a revoked object: malware uses"] != 1 {
		t.Errorf("ring: %+v", ring.sum)
	}
	gone := readBundle(t, maker, obj("intrusion-set", 1, `"x_mitre_deprecated":true`), obj("malware", 1), rel(1, id("intrusion-set", 1), "uses", old))
	if len(gone.records) != 0 || gone.sum.Skipped["deprecated: intrusion-set"] != 1 {
		t.Errorf("deprecated: %+v", gone.sum)
	}
}

func TestOfSeveralVersionsTheNewestCounts(t *testing.T) {
	v1 := obj("intrusion-set", 1, `"name":"Old"`)
	v2 := obj("intrusion-set", 1, `"name":"New","modified":"2021-01-01T00:00:00Z"`)
	for _, list := range [][]string{{maker, v1, v2}, {v2, v1, maker}} {
		if out := readBundle(t, list...); len(out.bad) > 0 || only(t, out, evidence.Alias).Value != "New" {
			t.Errorf("%+v", out)
		}
	}
	if out := readBundle(t, maker, v1, v1); len(out.bad) > 0 || out.sum.Skipped["duplicate"] != 1 {
		t.Errorf("duplicate: %+v, %v", out.sum, out.bad)
	}
	other := obj("intrusion-set", 1, `"name":"Other"`)
	x, y := readBundle(t, maker, v1, other), readBundle(t, maker, other, v1)
	if len(x.bad) != 1 || len(y.bad) != 1 || only(t, x, evidence.Alias).ID != only(t, y, evidence.Alias).ID {
		t.Errorf("a conflict depends on the order: %+v and %+v", x, y)
	}
}

func TestStrictestMarkingIsCarried(t *testing.T) {
	green, amber := "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da", "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"
	ours := `{"type":"marking-definition","spec_version":"2.1","id":"` + id("marking-definition", 1) + `","created":"2022-01-01T00:00:00Z","extensions":{"` + marking.TLPExtension + `":{"extension_type":"property-extension","tlp_2_0":"amber+strict"}}}`
	mark := func(refs ...string) string { return `"object_marking_refs":["` + strings.Join(refs, `","`) + `"]` }
	for _, c := range []struct {
		name, set, rel string
		want           evidence.TLP
	}{
		{"none", "", "", ""},
		{"TLP 1 and 2", mark(green), mark(amber), evidence.Amber},
		{"granular", `"granular_markings":[{"marking_ref":"` + amber + `","selectors":["name"]}]`, "", evidence.Amber},
		{"extension", "", mark(id("marking-definition", 1)), evidence.AmberStrict},
		{"undefined", mark(id("marking-definition", 2)), "", evidence.Undecided},
	} {
		out := readBundle(t, maker, ours, obj("intrusion-set", 1, c.set), obj("malware", 1), rel(1, id("intrusion-set", 1), "uses", id("malware", 1), c.rel))
		if r := only(t, out, evidence.UsesSoftware); r.Marking != c.want {
			t.Errorf("%s: %q, want %q", c.name, r.Marking, c.want)
		}
	}
}

func TestReportAndOpinionBearOnWhatTheyNameAndNobodyMeansNoRecord(t *testing.T) {
	bare := func(s string) string { return strings.ReplaceAll(s, `,"created_by_ref":"`+id("identity", 1)+`"`, "") }
	report := obj("report", 1, `"name":"The Report","published":"2019-05-06T00:00:00Z","object_refs":["`+id("intrusion-set", 1)+`"],"external_references":[{"source_name":"r","url":"https://www.eset.com/r"}]`)
	out := readBundle(t, maker, bare(obj("intrusion-set", 1)), report)
	if r := only(t, out, evidence.Alias); r.Citation.Title != "The Report" || r.Citation.Published.String() != "2019-05-06" || r.Citation.Locator != "https://www.eset.com/r" || r.Citation.Publisher != "Acme Research" {
		t.Errorf("%+v", r.Citation)
	}
	out = readBundle(t, bare(obj("intrusion-set", 1)))
	if len(out.records) != 0 || len(out.bad) != 1 || !strings.Contains(out.bad[0].Why, "names no source") {
		t.Errorf("%+v", out)
	}
	out = readBundle(t, maker, obj("intrusion-set", 1), obj("opinion", 1, `"opinion":"strongly-disagree","explanation":"Not so.","object_refs":["`+id("intrusion-set", 1)+`"]`))
	if r := only(t, out, evidence.Alias); r.Status != evidence.Contested || !strings.Contains(r.Note, "Not so.") {
		t.Errorf("%+v", r)
	}
}

func TestBadObjectsAreRejectedWithPlaceAndReason(t *testing.T) {
	for _, c := range []struct{ bad, path, why string }{
		{obj("malware", 1, `"created":5`), "/created", "wrong type"},
		{obj("malware", 1, `"created":"2021-01-01T00:00:00Z"`), "/modified", "before created"},
		{strings.Replace(obj("intrusion-set", 1), "2.1", "3.0", 1), "/spec_version", "wrong type or value"},
		{strings.Replace(obj("tool", 1), "tool--", "malware--", 1), "/id", "is of type malware, but the object is a tool"},
		{`{"id":"x"}`, "/type", "is missing"},
		{`{"type":"tool","id":"tool--1"}`, "/id", "type--uuid"},
		{rel(1, id("intrusion-set", 9), "uses", id("tool", 1)), "/source_ref", "not in the input"},
		{rel(1, id("intrusion-set", 1), "uses", "tool"), "/target_ref", "type--uuid"},
		{obj("intrusion-set", 1, `"object_marking_refs":7`), "/object_marking_refs", "wrong type"},
		{`7`, "", "is not an object: 7"},
		{`{"type":tool}`, "", "is not valid JSON: true was expected at byte 9"},
		{"{\"type\":\"t\xffool\"}", "", "is not valid UTF-8 at byte 10"},
		{`{"type":"tool","x":` + strings.Repeat("[", 300) + strings.Repeat("]", 300) + "}", "", "nested deeper"},
	} {
		out := readBundle(t, maker, obj("intrusion-set", 2), c.bad, obj("location", 1, `"country":"UA"`))
		if len(out.bad) != 1 || out.err != nil || len(out.records) != 1 {
			t.Errorf("%.80s: rejected %v, error %v, %d records", c.bad, out.bad, out.err, len(out.records))
			continue
		}
		if b := out.bad[0]; b.Line != 3 || b.Path != "/objects/2"+c.path || !strings.Contains(b.Why, c.why) || b.File != "test.json" {
			t.Errorf("%.80s: %v", c.bad, b)
		}
	}
}

func TestTheDataSetIsWhoseStatementsItHolds(t *testing.T) {
	copied := strings.ReplaceAll(obj("attack-pattern", 1), id("identity", 1), id("identity", 2))
	out := readBundle(t, maker, obj("identity", 2, `"name":"The MITRE Corporation","identity_class":"organization"`), copied, obj("intrusion-set", 1),
		rel(1, id("intrusion-set", 1), "uses", id("attack-pattern", 1)))
	if out.sum.Dataset != "stix:Acme Research" {
		t.Errorf("a vendor's file with techniques copied from ATT&CK is %q", out.sum.Dataset)
	}
}

func TestABadOptionalPropertyCostsItselfAndNotTheClaim(t *testing.T) {
	for _, c := range []struct{ property, note string }{
		{`"start_time":"2022-01-02T00:00:00Z","stop_time":"2021-01-02T00:00:00Z"`, "an end before its beginning"},
		{`"start_time":"yesterday"`, "start_time"}, {`"start_time":20220102`, "start_time"},
		{`"confidence":101`, "confidence"}, {`"confidence":"fairly"`, "confidence"}, {`"confidence":0.7`, "confidence"},
		{`"description":7`, "description"}, {`"external_references":{}`, "external_references"},
	} {
		out := readBundle(t, maker, obj("intrusion-set", 1), obj("location", 1, `"country":"UA"`), rel(1, id("intrusion-set", 1), "targets", id("location", 1), c.property))
		if r := only(t, out, evidence.Targets); len(out.bad) != 0 || !r.Activity.IsZero() || !r.Confidence.IsZero() {
			t.Errorf("%s: %+v, %v", c.property, r, out.bad)
		}
		if notes := strings.Join(out.sum.Notes, " "); !strings.Contains(notes, c.note+": left out of 1 objects") {
			t.Errorf("%s: the loss is not told: %s", c.property, notes)
		}
	}
}

func TestWhatStandsForNoDateIsNoDate(t *testing.T) {
	for _, s := range []string{"1970-01-01T00:00:00.000Z", "5138-11-16T09:46:40.000Z", "0001-01-01T00:00:00Z", "1900-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1969-12-31T19:00:00-05:00"} {
		out := readBundle(t, maker, obj("intrusion-set", 1), obj("location", 1, `"country":"UA"`), rel(1, id("intrusion-set", 1), "targets", id("location", 1), `"start_time":"`+s+`","stop_time":"`+s+`"`))
		if r := only(t, out, evidence.Targets); !r.Activity.IsZero() || len(out.bad) != 0 || strings.Contains(strings.Join(out.sum.Notes, " "), "left out") {
			t.Errorf("%s: %v, %v, %v", s, r.Activity, out.bad, out.sum.Notes)
		}
	}
}

func TestTimesAndConfidenceAreReadAsProgramsWriteThem(t *testing.T) {
	for property, want := range map[string]string{
		`"start_time":"2024-02-29T23:30:00"`: "2024-02-29T23:30:00Z/..", `"start_time":"2024-02-29 23:30:00.000000+00:00"`: "2024-02-29T23:30:00Z/..",
		`"start_time":"2024-02-29t23:30:00z"`: "2024-02-29T23:30:00Z/..", `"start_time":"2024-02-29"`: "2024-02-29/..",
		`"confidence":"85"`: "85", `"confidence":85.0`: "85", `"confidence":"High"`: "85", `"confidence":0`: "0",
	} {
		out := readBundle(t, maker, obj("intrusion-set", 1), obj("location", 1, `"country":"UA"`), rel(1, id("intrusion-set", 1), "targets", id("location", 1), property))
		r := only(t, out, evidence.Targets)
		got := r.Activity.String()
		if percent, stated := r.Confidence.Value(); stated {
			got = fmt.Sprint(percent)
		}
		if got != want {
			t.Errorf("%s: %s, want %s", property, got, want)
		}
	}
}
