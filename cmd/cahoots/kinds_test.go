package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// A kind is one kind of file that people in the field have on disk: a file that
// its publisher wrote (data), or, where that cannot be had, a small one of ours in
// the exact shape that its writer gives it (text). Workbooks that four programs
// wrote stand with package incident, TAXII from medallion with package taxii.
type kind struct {
	name, data, text     string
	columnMap, publisher string
	dataset              string
	objects, records     int
	refused              string // why nothing is read of it, in the program's words
}

// object is a STIX object in the shape of most exports.
func object(typ string, n int, more string) string {
	id := fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", typ, n)
	return fmt.Sprintf(`{"type":%q,"spec_version":"2.1","id":%q,"created":"2019-03-01T10:00:00.000Z","modified":"2019-03-01T10:00:00.000Z",%s}`, typ, id, more)
}

func ref(typ string, n int) string { return fmt.Sprintf("%s--00000000-0000-4000-8000-%012d", typ, n) }

func relation(n int, from, verb, to, more string) string {
	return object("relationship", n, fmt.Sprintf(`"relationship_type":%q,"source_ref":%q,"target_ref":%q%s`, verb, from, to, more))
}

func inBundle(objects ...string) string {
	return `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000ff","objects":[` + strings.Join(objects, ",") + "]}"
}

const (
	byMITRE  = `"created_by_ref":"identity--c78cb6e5-0c4b-4611-8297-d1b8b55e40b5"`
	octi     = `"extensions":{"extension-definition--ea279b3e-5c71-4632-ac08-831c66a786ba":{"extension_type":"property-extension","id":"bec17140-9c7e-51c5-82e4-6ad2c9530729","type":"Intrusion-Set"}}`
	cfrHead  = "Title,Date,Affiliations,Description,Response,Victims,Sponsor,Type,Category,Sources_1,Sources_2,Sources_3\n"
	dcidHead = "Cyberincidentnum,Dyadpair,StateA,StateB,Name,interactionstartdate,interactionenddate,method,targettype,initiator,cyber_objective,information_operation,objective_achievement,Concession,3rdpartyinitiator,severity,damage type,Crit Inf,Supply Ch,Ransomware\n"
)

func kinds() []kind {
	octiMaker := `"created_by_ref":"` + ref("identity", 1) + `",` + octi
	poison := []string{object("identity", 1, `"name":"Vendor","identity_class":"organization"`)}
	for n, name := range []string{"th3bug", "menuPass", "admin@338"} {
		poison = append(poison, object("campaign", n+1, fmt.Sprintf(`"name":%q,"created_by_ref":%q`, name, ref("identity", 1))), relation(n+1, ref("campaign", n+1), "uses", ref("malware", 1), ""))
	}
	const list = `[{"actor":"Heron","country":"Russia","names":"Alpha, Beta"},{"actor":"Kite","country":"China","names":""}]`
	actors := "kind: actors\ndataset: names\npublisher: Example CERT\nfields: {name: actor, country: country, aliases: {column: names, split: \",\"}}\n"
	return []kind{
		// Read in full before.
		{name: "ATT&CK, STIX 2.1", data: "attack/ics-attack-18.1.stix21.json.xz", dataset: "attack-ics", objects: 1826, records: 194},
		{name: "ATT&CK and PRE, STIX 2.0", data: "attack/enterprise-attack-18.1.stix20.json.xz", dataset: "attack-enterprise", objects: 24771, records: 6838},
		{name: "OASIS: APT1", data: "suites/stix21/examples/threat-reports/apt1.json", dataset: "stix:bundle--cf20f99b-3ed2-4a9f-b4f1-d660a7fc8241", objects: 76, records: 28},
		{name: "OASIS: granular markings", dataset: "stix:bundle--00000000-0000-4000-8000-0000000000ff", objects: 2, records: 1, text: inBundle(object("identity", 1, `"name":"Vendor"`),
			object("intrusion-set", 1, `"name":"Heron","created_by_ref":"`+ref("identity", 1)+`","granular_markings":[{"marking_ref":"marking-definition--f88d31f6-486f-44da-b317-01333bde0b82","selectors":["name"]}]`))},
		{name: "MISP event", data: "suites/misp/pymisp-existing_event.json", dataset: "misp-event", objects: 123, records: 82},
		{name: "MISP collection of events", data: "suites/misp/misp-stix-test_events_collection_1.json", dataset: "misp-event", objects: 4}, // no actor in them
		{name: "galaxy: threat actors", data: "misp/galaxy-threat-actor.json.xz", dataset: "misp-galaxy-threat-actor", objects: 1041, records: 3316},
		{name: "galaxy: Microsoft", data: "misp/galaxy-microsoft-activity-group.json.xz", dataset: "misp-galaxy-microsoft-activity-group", objects: 179, records: 796},
		{name: "galaxy: ATT&CK's groups", data: "misp/galaxy-mitre-intrusion-set.json.xz", dataset: "misp-galaxy-mitre-intrusion-set", objects: 191, records: 599},
		{name: "galaxy: tools", data: "misp/galaxy-tool.json.xz", dataset: "misp-galaxy-tool", objects: 608, records: 66},
		{name: "EuRepoC 1.1", data: "incidents/EuRepoC_Global_Database_1.1.csv.xz", dataset: "eurepoc", objects: 1643, records: 1862},
		{name: "CFR 2022", data: "incidents/cfr-cyber-operations-2022.csv.xz", dataset: "cfr", objects: 768, records: 789},
		// Read in part, or wrongly.
		{name: "Unit 42's playbook", publisher: "Palo Alto Networks", dataset: "stix:Palo Alto Networks", objects: 7, records: 3, text: inBundle(
			object("intrusion-set", 1, `"name":"Heron"`), object("campaign", 1, `"name":"Heron Spring"`), object("attack-pattern", 1, `"name":"Phishing","external_references":[{"source_name":"mitre-attack","external_id":"T1566"}],`+byMITRE),
			relation(1, ref("campaign", 1), "uses", ref("attack-pattern", 1), ""), relation(2, ref("report", 1), "attributed-to", ref("intrusion-set", 1), ""),
			object("report", 1, fmt.Sprintf(`"name":"Heron","published":"2019-03-01T10:00:00Z","labels":["campaign"],"object_refs":[%q,%q]`, ref("campaign", 1), ref("intrusion-set", 1))),
			object("report", 2, fmt.Sprintf(`"name":"Herons","published":"2019-03-01T10:00:00Z","labels":["intrusion-set"],"object_refs":[%q]`, ref("report", 1))))},
		{name: "OpenCTI's export", dataset: "stix:Example CERT", objects: 6, records: 3, text: inBundle(object("identity", 1, `"name":"Example CERT","identity_class":"organization",`+octi),
			object("intrusion-set", 1, `"name":"Heron","x_opencti_aliases":["Alpha"],"first_seen":"1970-01-01T00:00:00.000Z","last_seen":"5138-11-16T09:46:40.000Z",`+octiMaker),
			object("incident", 1, `"name":"Port hack","first_seen":"2024-01-10T00:00:00.000Z","last_seen":"2024-01-20T00:00:00.000Z",`+octiMaker), object("location", 1, `"name":"Russia","country":"RU","x_opencti_location_type":"Country",`+octiMaker),
			relation(1, ref("incident", 1), "attributed-to", ref("intrusion-set", 1), `,"start_time":"1970-01-01T00:00:00.000Z","stop_time":"5138-11-16T09:46:40.000Z",`+octiMaker),
			relation(2, ref("incident", 1), "targets", ref("location", 1), ","+octiMaker))},
		{name: "CFR's older export", dataset: "cfr", objects: 1, records: 1, text: cfrHead + "Harbour probe,1/12/18,Alpha Heron,Text,,Norway,Russian Federation,Espionage,Government,https://cert.example/a,,\n"},
		{name: "ATT&CK for ICS before its renaming", dataset: "attack-ics", objects: 4, records: 2, text: inBundle(
			object("x-mitre-matrix", 1, `"name":"ATT&CK for ICS","external_references":[{"source_name":"mitre-ics-attack","external_id":"MA0010"}],`+byMITRE),
			object("intrusion-set", 1, `"name":"Heron",`+byMITRE), object("attack-pattern", 1, `"name":"Way","external_references":[{"source_name":"mitre-ics-attack","external_id":"T0801"}],`+byMITRE),
			relation(1, ref("intrusion-set", 1), "uses", ref("attack-pattern", 1), ","+byMITRE))},
		// Gave nothing, and said nothing.
		{name: "360's catalogue", data: "misp/galaxy-360net.json.xz", dataset: "misp-galaxy-360net-threat-actor", objects: 42, records: 145},
		{name: "Tidal's groups", data: "misp/galaxy-tidal-groups.json.xz", dataset: "misp-galaxy-groups", objects: 281, records: 653},
		{name: "Tidal's campaigns", data: "misp/galaxy-tidal-campaigns.json.xz", dataset: "misp-galaxy-campaigns", objects: 157, refused: "whose a campaign is stands in prose alone"},
		{name: "event under an organisation's own galaxy", dataset: "misp-event", objects: 2, records: 2,
			text: `{"Event":{"uuid":"e","info":"Ebury","Orgc":{"name":"ESET"},"Tag":[{"name":"misp-galaxy:eset-threat-actor=\"Ebury\""}],"Attribute":[{"uuid":"a","type":"domain","value":"a.example"}]}}`},
		{name: "OASIS: Poison Ivy", dataset: "stix:Vendor", objects: 8, records: 6, text: inBundle(append(poison, object("malware", 1, `"name":"Poison Ivy"`))...)},
		// Refused.
		{name: "OASIS: examples that name nobody", publisher: "OASIS", dataset: "stix:OASIS", objects: 3, records: 2,
			text: inBundle(object("threat-actor", 1, `"name":"Heron"`), object("malware", 1, `"name":"Door"`), relation(1, ref("threat-actor", 1), "uses", ref("malware", 1), ""))},
		{name: "DCID 2.0", dataset: "dcid", objects: 1, records: 1, text: dcidHead + "1,2365,US,Russia,Grid probe,1/5/2009,2/7/2009,3,2,365,2,0,1,0,0,3,1,1,0,0\n"},
		{name: "Microsoft's mapping", data: "names/microsoft-threat-actor-names.json", columnMap: "kind: actors\ndataset: microsoft-names\npublisher: Microsoft\nfields: {name: Threat actor name, aliases: {column: Other names, split: \",\"}, country: {column: Origin/Threat, split: \",\"}}\n", dataset: "microsoft-names", objects: -1, records: -1},
		{name: "EternalLiberty", columnMap: actors, dataset: "names", objects: 2, records: 4, text: list},
		{name: "APTmap and ETDA", columnMap: strings.Replace(actors, `{column: names, split: ","}`, "names.name, coiner: names.name-giver", 1), dataset: "names", objects: 1, records: 2,
			text: `{"values":[{"actor":"Heron","country":["Russia"],"names":[{"name":"Alpha","name-giver":"Vendor"}]}]}`},
		{name: "Categorized Adversary TTPs", columnMap: strings.Replace(actors, "column: names", "column: also", 1), dataset: "names", objects: 1, records: 2, text: "actor,also,country\nHeron,Alpha,Russia\n"},
		{name: "APTnotes' index", data: "reports/aptnotes.json.xz", refused: "not recognised"},
		{name: "Attack Flow", refused: "not recognised", text: `{"schema":"attack_flow_v2","theme":"dark_theme","objects":[{"id":"flow","instance":"x","properties":[["name","Heron"]]}]}`},
		{name: "MISP feed", dataset: "misp-event", objects: 2, records: 2, text: `{"Event":{"uuid":"5f0c2b5e-7d2f-4c1a-9b6e-000000000001","info":"x","Orgc":{"name":"CIRCL"},"Tag":[{"name":"misp-galaxy:threat-actor=\"Heron\""}],"Attribute":[{"uuid":"a","type":"domain","value":"a.example"}]}}`},
		{name: "MISP's export of clusters", dataset: "misp-clusters:Example CERT", objects: 1, records: 3, text: `[{"GalaxyCluster":{"uuid":"c","type":"threat-actor","value":"Heron","default":false,"source":"Example CERT","distribution":"1","GalaxyElement":[{"key":"synonyms","value":"TA-1"},{"key":"country","value":"RU"}]}}]`},
		{name: "EuRepoC's dashboard", columnMap: "dataset: dash\npublisher: EuRepoC\nmissing: [Unknown, Not available]\ngroup_by: ID\nskip: {ID: [NO_ID]}\nfields: {initiator: initiator_name, initiator_country: initiator_country, target_country: receiver_country}\ndates: [{column: start_date, kind: activity}]\n", dataset: "dash", objects: 4, records: 1,
			text: "filter_column,receiver_country,ISO_A3,ID,start_date,initiator_country,initiator_name,weighted_cyber_intensity\nRussia,Russia,RUS,35.0,2007-01-01,China,,2\nEU,Norway,NOR,35.0,2007-01-01,China,,2\nNorway,Norway,NOR,35.0,2007-01-01,China,Not available,2\nAruba,Aruba,ABW,NO_ID,,,,0\n"},
	}
}

// Of the 32 kinds that the field was seen to have, each is read in full, with no
// object rejected and all accounted for, or refused for a reason that is told.
func TestEveryKindOfFileIsReadOrRefusedForAReason(t *testing.T) {
	all := kinds()
	if len(all) != 32 {
		t.Errorf("%d kinds", len(all))
	}
	for _, k := range all {
		t.Run(k.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "file")
			if k.data != "" {
				path = publicdata.Path(t, k.data)
			} else if err := os.WriteFile(path, []byte(k.text), 0o600); err != nil {
				t.Fatal(err)
			}
			as, opt := "", source.Options{Publisher: k.publisher}
			if k.columnMap != "" {
				as, opt.Map = "incidents", []byte(k.columnMap)
			}
			in, err := source.File(path).Open(t.Context(), intake.Formats(), as, opt)
			if err != nil {
				if k.refused == "" || !strings.Contains(err.Error(), k.refused) {
					t.Fatal(err)
				}
				return
			}
			defer in.Close()
			records := 0
			err = source.All(in, func(r evidence.Record) error { records++; return r.Validate() }, func(bad *source.RecordError) { t.Error(bad) })
			if err != nil {
				t.Fatal(err)
			}
			sum := in.Summary()
			if k.objects < 0 {
				k.objects, k.records = sum.Objects, max(records, sum.Objects)
			}
			if sum.Dataset != k.dataset || sum.Objects != k.objects || records != k.records {
				t.Errorf("%d objects, %d records of %s; want %d, %d of %s\nskipped %v, notes %v", sum.Objects, records, sum.Dataset, k.objects, k.records, k.dataset, sum.Skipped, sum.Notes)
			}
			if k.refused != "" && !strings.Contains(fmt.Sprint(sum.Skipped), k.refused) {
				t.Errorf("refused because %v, want %s", sum.Skipped, k.refused)
			}
		})
	}
}
