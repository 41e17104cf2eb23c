package mispevidence

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

func readAll(t testing.TB, f source.Format, data []byte) ([]evidence.Record, []*source.RecordError, source.Summary) {
	t.Helper()
	r, err := f.Open(context.Background(), bytes.NewReader(data), source.Info{Name: "in.json"}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	var recs []evidence.Record
	var bad []*source.RecordError
	err = source.All(r, func(rec evidence.Record) error { recs = append(recs, rec); return nil },
		func(e *source.RecordError) { bad = append(bad, e) })
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Summary(); s.Records != len(recs) || s.Rejected != len(bad) {
		t.Errorf("summary tells of %d records and %d rejected; there were %d and %d", s.Records, s.Rejected, len(recs), len(bad))
	}
	return recs, bad, r.Summary()
}

func skipped(s source.Summary) int {
	n := 0
	for _, k := range s.Skipped {
		n += k
	}
	return n
}

// said are the values that the alias records of one reference claim.
func said(recs []evidence.Record, ref string) map[string]evidence.Record {
	m := map[string]evidence.Record{}
	for _, r := range recs {
		if r.Subject.Ref == ref && r.Class == evidence.Alias {
			m[r.Value] = r
		}
	}
	return m
}

const (
	apt1ref  = "misp-galaxy:1cb7e1cc-d695-42b1-92f4-fd0112a3c9be"
	galaxyTA = "misp/galaxy-threat-actor.json.xz"
)

func TestEveryNameOfTheThreatActorGalaxyIsClaimedOnce(t *testing.T) {
	data := publicdata.Read(t, galaxyTA)
	recs, bad, sum := readAll(t, GalaxyFormat, data)
	// The names, counted from the file by other means.
	var file struct {
		Version int
		Values  []struct {
			Value, UUID string
			Meta        struct {
				Synonyms []string
				Country  string
			}
		}
	}
	if err := json.Unmarshal(data, &file); err != nil {
		t.Fatal(err)
	}
	if sum.Objects != len(file.Values) || sum.Counts["threat-actor"] != len(file.Values) || len(bad) != 0 || skipped(sum) != 0 ||
		sum.Version != fmt.Sprint(file.Version) || sum.Dataset != "misp-galaxy-threat-actor" || !strings.Contains(sum.License, "CC0") {
		t.Errorf("%d clusters in the file; summary %+v", len(file.Values), sum)
	}
	byRef := map[string]map[string]bool{}
	sponsored := map[string]string{}
	for _, r := range recs {
		if r.Class == evidence.Alias {
			if byRef[r.Subject.Ref] == nil {
				byRef[r.Subject.Ref] = map[string]bool{}
			}
			if byRef[r.Subject.Ref][r.Value] {
				t.Errorf("%s claims %q twice", r.Subject.Name, r.Value)
			}
			byRef[r.Subject.Ref][r.Value] = true
		}
		if r.Class == evidence.Sponsor {
			sponsored[r.Subject.Ref] += r.Subject.Country
		}
		if r.Independence != "misp-galaxy" && !(r.Independence == copiedFromCFR && (r.Class == evidence.Targets || r.Class == evidence.Sponsor && r.Kind == "")) || r.Origin.Version != sum.Version || r.Origin.Line == 0 {
			t.Fatalf("record %+v", r)
		}
	}
	for _, v := range file.Values {
		ref := "misp-galaxy:" + v.UUID
		for _, name := range append([]string{v.Value}, v.Meta.Synonyms...) {
			if !byRef[ref][strings.TrimSpace(name)] {
				t.Errorf("%s: %q is not claimed", v.Value, name)
			}
		}
		if v.Meta.Country != "" && !strings.Contains(sponsored[ref], v.Meta.Country) {
			t.Errorf("%s: attributed to %q, want %s", v.Value, sponsored[ref], v.Meta.Country)
		}
	}
}

func TestCoinersAreNamedOrKeptAsUUIDs(t *testing.T) {
	recs, _, _ := readAll(t, GalaxyFormat, publicdata.Read(t, galaxyTA))
	names := said(recs, apt1ref)
	for name, want := range map[string]string{
		"COMMENT PANDA": "CrowdStrike", "TG-8223": "Secureworks", "G0006": "MITRE", "APT1": "Mandiant",
	} {
		if got, ok := names[name]; !ok || got.Coiner != want {
			t.Errorf("%q was coined by %q, want %q (claimed: %v)", name, got.Coiner, want, ok)
		}
	}
	if names["G0006"].ValueRef != "attack:G0006" {
		t.Errorf("G0006 refers to %q", names["G0006"].ValueRef)
	}
	known, uuid := 0, 0
	for _, r := range recs {
		switch {
		case strings.HasPrefix(r.Coiner, "org:"):
			uuid++
		case r.Coiner != "":
			known++
		}
	}
	if known < 1200 || uuid > 0 {
		t.Errorf("%d names have a named coiner, %d a uuid", known, uuid)
	}
}

func TestCitedGroupPagesAreIdentityLinks(t *testing.T) {
	recs, _, _ := readAll(t, GalaxyFormat, publicdata.Read(t, galaxyTA))
	cited := 0
	for _, r := range recs {
		if r.Class == evidence.Alias && strings.HasPrefix(r.ValueRef, "attack:G") {
			cited++
			if r.ValueRef != "attack:"+r.Value {
				t.Errorf("%s: %q refers to %q", r.Subject.Name, r.Value, r.ValueRef)
			}
		}
	}
	if cited < 83 {
		t.Errorf("%d links to ATT&CK groups, want at least the 83 clusters that cite a page", cited)
	}
}

func TestTheDefaultConfidenceIsNone(t *testing.T) {
	recs, _, _ := readAll(t, GalaxyFormat, publicdata.Read(t, galaxyTA))
	n := map[int]int{}
	for _, r := range recs {
		if c, ok := r.Confidence.Value(); ok {
			if n[c]++; r.Class != evidence.Sponsor || c == 50 {
				t.Errorf("%s of %s with confidence %d", r.Class, r.Subject.Name, c)
			}
		}
	}
	if n[75] == 0 || n[100] == 0 {
		t.Errorf("stated confidences %v were lost", n)
	}
}

func TestCataloguesOfOthersAreCitedAsTheirs(t *testing.T) {
	for _, c := range []struct {
		file, publisher, ref string
		clusters, revoked    int
	}{
		{"misp/galaxy-mitre-intrusion-set.json.xz", "MITRE ATT&CK", "attack:G", 185, 6},
		{"misp/galaxy-microsoft-activity-group.json.xz", "Microsoft", "misp-galaxy:", 179, 0},
	} {
		recs, bad, sum := readAll(t, GalaxyFormat, publicdata.Read(t, c.file))
		if sum.Objects != c.clusters+c.revoked || sum.Skipped["revoked"] != c.revoked || len(bad) != 0 {
			t.Errorf("%s: %+v", c.file, sum)
		}
		for _, r := range recs {
			if r.Citation.Publisher != c.publisher || r.Citation.Via != "MISP galaxy" || !strings.HasPrefix(r.Subject.Ref, c.ref) || strings.Contains(r.Subject.Name, " - G0") {
				t.Fatalf("%s: %+v", c.file, r)
			}
		}
	}
}

func TestGalaxiesWithoutActorsAreCountedAndYieldNothing(t *testing.T) {
	for file, n := range map[string]int{"malpedia": 3683, "sector": 118, "country": 252, "target-information": 241, "mitre-malware": 850, "mitre-tool": 97} {
		recs, bad, sum := readAll(t, GalaxyFormat, publicdata.Read(t, "misp/galaxy-"+file+".json.xz"))
		if len(recs) != 0 || len(bad) != 0 || sum.Objects != n || skipped(sum) != n {
			t.Errorf("%s: %d records, %d rejected, %+v; want %d skipped", file, len(recs), len(bad), sum, n)
		}
	}
}

func TestToolsSayWhichActorUsesThem(t *testing.T) {
	recs, _, sum := readAll(t, GalaxyFormat, publicdata.Read(t, "misp/galaxy-tool.json.xz"))
	if len(recs) != 66 || sum.Objects != 608 || skipped(sum) != 550 {
		t.Errorf("%d records, %+v; want 66 of 608 clusters", len(recs), sum)
	}
	for _, r := range recs {
		if r.Class != evidence.UsesSoftware || !strings.HasPrefix(r.Subject.Ref, "misp-galaxy:") || r.Value == "" {
			t.Fatalf("%+v", r)
		}
	}
}

const smallGalaxy = `{"authors":["a"],"category":"actor","name":"Threat Actor","type":"threat-actor","values":[
 {"value":"Red Team","uuid":"AAAA-1","meta":{"country":"RU","cfr-suspected-state-sponsor":"China","attribution-confidence":"75",
  "synonyms":["RT: One","Red Team","G0007"],"name-attribution":["RT: One:f9eb432f-2293-48b7-bca4-cc78beb50df0"],
  "refs":["https://example.org/1","https://attack.mitre.org/groups/G0007/","https://attack.mitre.org/wiki/Group/G0016"],
  "cfr-suspected-victims":["Ukraine","Europe","Bank of Japan"],"targeted-sector":["Energy","Other"],"cfr-type-of-incident":["Sabotage"],"motive":"war"},
  "related":[{"dest-uuid":"BBBB","type":"similar","tags":["estimative-language:likelihood-probability=\"likely\""]}]},
 {"value":"No uuid"},
 {"uuid":"cccc"},
 {"value":"Twice","uuid":"aaaa-1"},
 {"value":["list"],"uuid":"dddd","meta":{"synonyms":{"a":1}}},
 {"value":"Bad meta","uuid":"eeee","meta":{"country":{"a":1}}},
 {"value":"Old","uuid":"ffff","revoked":true}
],"version":7}`

func TestAClusterBecomesItsClaims(t *testing.T) {
	recs, bad, sum := readAll(t, GalaxyFormat, []byte(smallGalaxy))
	if len(bad) != 5 || sum.Objects != 7 || sum.Skipped["revoked"] != 1 || sum.Version != "7" {
		t.Errorf("rejected %v, summary %+v", bad, sum)
	}
	names := said(recs, "misp-galaxy:aaaa-1")
	if len(names) != 4 || names["RT: One"].Coiner != "CrowdStrike" || names["G0007"].ValueRef != "attack:G0007" || names["G0016"].ValueRef != "attack:G0016" {
		t.Errorf("claims %v", names)
	}
	own := names["Red Team"]
	if string(own.Extra["related"]) != `[{"dest-uuid":"bbbb","type":"similar","likelihood":"likely"}]` || string(own.Extra["motive"]) != `["war"]` ||
		!bytes.Contains(own.Extra["cfr-suspected-victims"], []byte("Europe")) || own.Citation.Locator != "https://example.org/1" {
		t.Errorf("kept with the name: %s, locator %q", own.Extra, own.Citation.Locator)
	}
	var sponsors []string
	for _, r := range recs {
		switch r.Class {
		case evidence.Sponsor:
			sponsors = append(sponsors, r.Subject.Country)
			if n, _ := r.Confidence.Value(); n != 75 {
				t.Errorf("confidence %d", n)
			}
		case evidence.Targets:
			want := []evidence.Target{{Sector: "energy"}, {Country: "JP", Name: "Bank of Japan"}, {Country: "UA"}}
			if !slices.Equal(r.Targets, want) || r.Objective != "disruption" {
				t.Errorf("targets %+v, objective %q", r.Targets, r.Objective)
			}
		}
	}
	if slices.Sort(sponsors); !slices.Equal(sponsors, []string{"CN", "RU"}) {
		t.Errorf("sponsors %v", sponsors)
	}
	notes := strings.Join(sum.Notes, "\n")
	if !strings.Contains(notes, "Europe") || !strings.Contains(notes, "Other") {
		t.Errorf("notes %s", notes)
	}
	for _, b := range bad {
		if b.Line == 0 || b.Path == "" || b.Why == "" {
			t.Errorf("rejection %+v", b)
		}
	}
}

func TestABrokenGalaxyYieldsWhatWasReadAndThenFails(t *testing.T) {
	cut := smallGalaxy[:strings.Index(smallGalaxy, `{"value":"Bad meta"`)]
	r, err := GalaxyFormat.Open(context.Background(), strings.NewReader(cut), source.Info{Name: "x"}, source.Options{})
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = source.All(r, func(evidence.Record) error { n++; return nil }, func(*source.RecordError) {})
	if err == nil || n == 0 {
		t.Errorf("%d records, then %v", n, err)
	}
	r, _ = GalaxyFormat.Open(context.Background(), strings.NewReader(`{"hello":"world"}`), source.Info{}, source.Options{})
	if _, err := r.Next(); err == nil || err == io.EOF {
		t.Errorf("no galaxy at all: %v", err)
	}
}

func TestRecordsDoNotDependOnTheOrderOfClusters(t *testing.T) {
	data := publicdata.Read(t, galaxyTA)
	var g map[string]any
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	slices.Reverse(g["values"].([]any))
	turned, err := json.Marshal(g)
	if err != nil {
		t.Fatal(err)
	}
	a, _, _ := readAll(t, GalaxyFormat, data)
	b, _, _ := readAll(t, GalaxyFormat, turned)
	slices.SortFunc(a, evidence.Compare)
	slices.SortFunc(b, evidence.Compare)
	if !slices.EqualFunc(a, b, func(x, y evidence.Record) bool { return x.ID == y.ID }) {
		t.Error("the ids of the records changed with the order")
	}
}

func TestGalaxiesAndEventsAreToldApart(t *testing.T) {
	for text, want := range map[string][2]bool{
		smallGalaxy: {true, false}, `{"Event":{"info":"x"}}`: {false, true}, `{"response":[{"Event":{}}]}`: {false, true}, `[{"Event":{}}]`: {false, true},
		`{"info":"x","Orgc":{},"Attribute":[]}`: {false, true}, `{"type":"bundle","objects":[]}`: {false, false}, "a,b\n1,2": {false, false}, "": {false, false},
		`{"name":"x","type":"y","GalaxyCluster":[{"value":"z"}]}`: {true, false},
	} {
		for i, f := range []source.Format{GalaxyFormat, EventFormat} {
			if ok, why := f.Sniff([]byte(text), "x.json"); ok != want[i] || !ok && why == "" {
				t.Errorf("%s of %.40q: %v (%s)", f.Name, text, ok, why)
			}
		}
	}
}

// check drains a reader of arbitrary input and holds it to its contract.
func check(t *testing.T, f source.Format, b []byte) {
	r, err := f.Open(context.Background(), bytes.NewReader(b), source.Info{Name: "f"}, source.Options{MaxObject: 1 << 16, MaxDepth: 64})
	if err != nil {
		return
	}
	recs, rejected := 0, 0
	for range 1 << 16 {
		rec, err := r.Next()
		var bad *source.RecordError
		switch {
		case errors.As(err, &bad):
			rejected++
		case err != nil:
			if s := r.Summary(); s.Records != recs || s.Rejected != rejected {
				t.Fatalf("summary %+v of %d records, %d rejected", s, recs, rejected)
			}
			return
		default:
			if recs++; rec.Validate() != nil || rec.Seal().ID != rec.ID {
				t.Fatalf("record %+v: %v", rec, rec.Validate())
			}
		}
	}
	t.Fatal("the reader does not end")
}

func FuzzGalaxy(f *testing.F) {
	f.Add([]byte(smallGalaxy))
	f.Add([]byte(`{"type":"tool","values":[{"value":"T","uuid":"u","related":[{"dest-uuid":"d","type":"used-by"}]}]}`))
	f.Add([]byte(`{"type":"mitre-intrusion-set","values":[{"value":"A - G0001","uuid":"u","meta":{"external_id":"G0001"}}],"version":"1"}`))
	f.Fuzz(func(t *testing.T, b []byte) { check(t, GalaxyFormat, b) })
}

func BenchmarkThreatActorGalaxy(b *testing.B) {
	data := publicdata.Read(b, galaxyTA)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		readAll(b, GalaxyFormat, data)
	}
}
