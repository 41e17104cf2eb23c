package mispevidence

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/misp"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

const hash32, hash64 = "68064fc152e23d56e541714af52651cb", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

const smallEvent = `{"Event":{"uuid":"E-1","info":"Report","date":"2022-03-24","timestamp":"1648080000","Orgc":{"name":"CERT-X"},"Org":{"name":"Sharer"},
 "Tag":[{"name":"tlp:green"},{"name":"misp-galaxy:threat-actor=\"Sofacy\""},{"name":"misp-galaxy:mitre-intrusion-set=\"APT28 - G0007\""},
  {"name":"admiralty-scale:source-reliability=\"b\""},{"name":"admiralty-scale:information-credibility=\"2\""},
  {"name":"misp-galaxy:mitre-attack-pattern=\"Spearphishing Link - T1566.002\""},{"name":"misp-galaxy:sector=\"Energy\""},
  {"name":"misp-galaxy:target-information=\"Ukraine\""},{"name":"misp-galaxy:tool=\"X-Agent\""}],
 "Attribute":[
  {"uuid":"a1","type":"link","value":"https://example.org/report"},
  {"uuid":"a2","type":"ip-dst","value":"198.51.100.3","first_seen":"2022-03-01T10:00:00.000000+00:00","last_seen":"2022-03-02T10:00:00+00:00","to_ids":true},
  {"uuid":"a3","type":"domain|ip","value":"bad.example|198.51.100.4","Tag":[{"name":"tlp:red"}]},
  {"uuid":"a4","type":"ip-dst","value":"not an address"},
  {"uuid":"a5","type":"md5","value":"` + hash32 + `","Tag":[{"name":"misp-galaxy:threat-actor=\"Turla\""}]},
  {"uuid":"a6","type":"vulnerability","value":"cve-2017-0005"},
  {"uuid":"a7","type":"comment","value":"hello"},
  {"uuid":"a8","type":"url","value":"http://x.example/","deleted":true},
  {"uuid":"a9","type":"domain","value":{"un":"expected"}},
  {"uuid":"b1","type":"sha256"},
  {"uuid":"b2","type":"target-location","value":"Poland"},
  {"uuid":"b3","type":"threat-actor","value":"Gamaredon"}],
 "Object":[{"name":"file","last_seen":"1648080000","Attribute":[{"uuid":"c1","type":"filename|sha256","value":"a|b.doc|` + hash64 + `"},{"uuid":"c2","type":"filename","value":"x"}]}],
 "ShadowAttribute":[{"uuid":"d1","type":"domain","value":"proposed.example"}]}}`

// recordOf returns the first record made from the attribute of a uuid with a class.
func recordOf(t *testing.T, recs []evidence.Record, object string, class evidence.Class) evidence.Record {
	t.Helper()
	var found []evidence.Record
	for _, r := range recs {
		if r.Origin.Object == object && r.Class == class {
			found = append(found, r)
		}
	}
	if len(found) == 0 {
		t.Fatalf("no %s record of %s", class, object)
	}
	return found[0]
}

func TestAnEventBecomesCitedGradedRecords(t *testing.T) {
	recs, bad, sum := readAll(t, EventFormat, []byte(smallEvent))
	ip := recordOf(t, recs, "a2", evidence.Infrastructure)
	if ip.Value != "198.51.100.3" || ip.Subject != (evidence.Actor{Name: "Sofacy | APT28"}) || ip.Grade != "B2" || ip.Marking != evidence.Green || ip.Event != "misp:e-1" ||
		ip.Detected.String() != "2022-03-01T10:00:00Z/2022-03-02T10:00:00Z" || ip.Disclosed.String() != "2022-03-24" || string(ip.Extra["to_ids"]) != `"true"` {
		t.Errorf("%+v", ip)
	}
	if c := ip.Citation; c.Publisher != "CERT-X" || c.Title != "Report" || c.Locator != "https://example.org/report" || c.Published.String() != "2022-03-24" {
		t.Errorf("citation %+v", c)
	}
	if r := recordOf(t, recs, "a3", evidence.Infrastructure); r.Marking != evidence.Red {
		t.Errorf("the attribute's own marking is lost: %q", r.Marking)
	}
	if r := recordOf(t, recs, "a5", evidence.Infrastructure); r.Subject.Name != "Turla" {
		t.Errorf("the attribute's own actor is lost: %+v", r.Subject)
	}
	if r := recordOf(t, recs, "a6", evidence.Exploits); r.Value != "CVE-2017-0005" {
		t.Errorf("%+v", r)
	}
	if r := recordOf(t, recs, "c1", evidence.Infrastructure); r.Value != hash64 || r.Detected.String() != "../2022-03-24T00:00:00Z" {
		t.Errorf("%q, %s", r.Value, r.Detected)
	}
	if r := recordOf(t, recs, "b3", evidence.Activity); r.Subject.Name != "Gamaredon" {
		t.Errorf("%+v", r.Subject)
	}
	if r := recordOf(t, recs, "b2", evidence.Targets); len(r.Targets) != 1 || r.Targets[0].Country != "PL" {
		t.Errorf("%+v", r.Targets)
	}
	if r := recordOf(t, recs, "e-1", evidence.UsesTechnique); r.ValueRef != "T1566.002" {
		t.Errorf("%+v", r)
	}
	if r := recordOf(t, recs, "e-1", evidence.Activity); len(r.Targets) != 2 {
		t.Errorf("%+v", r.Targets)
	}
	if len(bad) != 3 || sum.Objects != 1+12+2+1 || sum.Skipped["deleted"] != 1 || sum.Skipped["proposed attribute, not accepted"] != 1 {
		t.Errorf("rejected %v, summary %+v", bad, sum)
	}
	for i, path := range []string{"/0/Attribute/3/value", "/0/Attribute/8", "/0/Attribute/9"} {
		if !strings.HasPrefix(bad[i].Path, path) || bad[i].Line == 0 {
			t.Errorf("rejection %+v, want path %s", bad[i], path)
		}
	}
}

// Which of several is meant, and whether they are one, package resolve decides.
func TestSeveralTagsStandBesideOneAnother(t *testing.T) {
	text := `{"Event":{"uuid":"e","info":"x","Orgc":{"name":"O"},"Tag":[{"name":"misp-galaxy:threat-actor=\"Sofacy\""},{"name":"misp-galaxy:threat-actor=\"Turla\""}],
	 "Attribute":[{"uuid":"a","type":"ip-dst","value":"198.51.100.3"}]}}`
	recs, _, sum := readAll(t, EventFormat, []byte(text))
	if len(recs) != 2 || recs[1].Subject != (evidence.Actor{Name: "Sofacy | Turla"}) || len(sum.Skipped) != 0 {
		t.Errorf("%+v, %+v", recs, sum)
	}
}

func TestWhatASharerDoubtsIsContested(t *testing.T) {
	for tag, want := range map[string]evidence.Status{
		`estimative-language:likelihood-probability="very-unlikely"`: evidence.Contested, `workflow:state="rejected"`: evidence.Contested,
		`false-positive:risk="high"`: evidence.Contested, `false-positive:risk="low"`: "", `estimative-language:likelihood-probability="likely"`: "",
	} {
		text := fmt.Sprintf(`{"Event":{"uuid":"e","info":"x","Tag":[{"name":%q},{"name":"misp-galaxy:threat-actor=\"A\""}],"Attribute":[{"uuid":"a","type":"domain","value":"a.example"}]}}`, tag)
		recs, _, _ := readAll(t, EventFormat, []byte(text))
		if len(recs) != 2 || recs[0].Status != want || recs[1].Status != want {
			t.Errorf("%s gives %+v, want status %q", tag, recs, want)
		}
	}
}

func TestValuesThatNobodyShouldClickOnAreTheSameValues(t *testing.T) {
	text := `{"Event":{"uuid":"e","info":"x","Tag":[{"name":"misp-galaxy:threat-actor=\"A\""}],"Attribute":[{"uuid":"a","type":"domain","value":"a[.]example"},{"uuid":"b","type":"ip-dst","value":"192.0.2[.]7"},{"uuid":"c","type":"url","value":"hxxp://a[.]example/x"},{"uuid":"d","type":"domain|ip","value":"b[.]example|192[.]0[.]2[.]8"}]}}`
	recs, bad, _ := readAll(t, EventFormat, []byte(text))
	var values []string
	for _, r := range recs[1:] {
		values = append(values, r.Value)
	}
	if got := strings.Join(values, " "); len(bad) != 0 || got != "a.example 192.0.2.7 http://a.example/x b.example 192.0.2.8" {
		t.Errorf("values %s, rejected %v", got, bad)
	}
}

func TestUnknownMarkingsCountAsTheStrictest(t *testing.T) {
	for tag, want := range map[string]evidence.TLP{
		"tlp:white": evidence.Clear, "TLP:AMBER+STRICT": evidence.AmberStrict, "tlp:ex:chr": evidence.Undecided, "tlp:unclear": evidence.Undecided,
		" tlp:red ": evidence.Red, "tlp:amber-strict": evidence.AmberStrict, "tlp:rot": evidence.Undecided, "PAP:AMBER": evidence.Amber, "nato:classification=\"NR\"": evidence.Undecided,
	} {
		text := fmt.Sprintf(`{"Event":{"uuid":"e","info":"x","Tag":[{"name":%q},{"name":"misp-galaxy:threat-actor=\"A\""}]}}`, tag)
		recs, _, _ := readAll(t, EventFormat, []byte(text))
		if len(recs) != 1 || recs[0].Marking != want {
			t.Errorf("%s gives %+v, want %s", tag, recs, want)
		}
	}
}

func TestEveryShapeOfACollectionIsRead(t *testing.T) {
	ev := `{"uuid":"e%d","info":"x","Tag":[{"name":"misp-galaxy:threat-actor=\"A\""}],"Attribute":[{"type":"domain","value":"a.example"}]}`
	one, two := fmt.Sprintf(ev, 1), fmt.Sprintf(ev, 2)
	bareAttr := `{"type":"domain","value":"a.example","Tag":[{"name":"misp-galaxy:threat-actor=\"A\""}]}`
	for text, want := range map[string]int{
		`{"Event":` + one + `}`: 2,
		one:                     2,
		`[{"Event":` + one + `},{"Event":` + two + `}]`:                         4,
		`{"response":[{"Event":` + one + `},{"Event":` + two + `}]}`:            4,
		`{"Event":` + one + "}\n{\"Event\":" + two + "}\n":                      4,
		`{"Attribute":[` + bareAttr + `]}`:                                      1,
		`{"Attribute":` + bareAttr + `}`:                                        1,
		`{"response":{"Attribute":[` + bareAttr + `]}}`:                         1,
		`{"response":[{"Object":{"name":"o","Attribute":[` + bareAttr + `]}}]}`: 1,
		`{"response":[]}`: 0,
	} {
		if recs, bad, _ := readAll(t, EventFormat, []byte(text)); len(recs) != want || len(bad) != 0 {
			t.Errorf("%s: %d records, rejected %v; want %d", text, len(recs), bad, want)
		}
	}
	if recs, bad, _ := readAll(t, EventFormat, []byte(`[{"Event":`+one+`},{"Event":`+one+`},{"what":1},7]`)); len(recs) != 2 || len(bad) != 3 {
		t.Errorf("a repeated event and two strangers: %d records, rejected %v", len(recs), bad)
	}
}

// suite returns the event files of the public suite with the attributes each
// holds, counted by walking the JSON.
func suite(t *testing.T) map[string]int {
	t.Helper()
	dir := publicdata.Path(t, "suites/misp")
	files, err := filepath.Glob(filepath.Join(dir, "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	attributes := map[string]int{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if ok, _ := EventFormat.Sniff(b[:min(len(b), 64<<10)], f); !ok {
			continue
		}
		var v any
		if err := json.Unmarshal(b, &v); err != nil {
			t.Fatal(err)
		}
		attributes[f] = count(v)
	}
	return attributes
}

// count counts the attributes and proposals in a value, outside related events and
// references.
func count(v any) int {
	n := 0
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			n += count(e)
		}
	case map[string]any:
		for key, e := range v {
			if key == "RelatedEvent" || key == "ObjectReference" { // they repeat others
				continue
			}
			if list, ok := e.([]any); ok && (key == "Attribute" || key == "ShadowAttribute") {
				n += len(list)
			} else if _, ok := e.(map[string]any); ok && key == "Attribute" {
				n++
			}
			n += count(e)
		}
	}
	return n
}

func TestEveryAttributeOfTheSuiteIsAccountedFor(t *testing.T) {
	files := suite(t)
	if len(files) < 6 {
		t.Fatalf("%d event files in the suite", len(files))
	}
	for f, want := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		recs, bad, sum := readAll(t, EventFormat, b)
		if got := sum.Objects - sum.Counts["event"]; got != want {
			t.Errorf("%s: %d attributes accounted for, the file holds %d (%+v)", filepath.Base(f), got, want, sum)
		}
		for _, e := range bad {
			t.Errorf("%s: %v", filepath.Base(f), e)
		}
		told := map[string]bool{}
		for _, r := range recs {
			told[r.Origin.Object] = true
			if err := r.Validate(); err != nil {
				t.Error(err)
			}
		}
		if len(told)+skipped(sum)+len(bad) < sum.Objects {
			t.Errorf("%s: %d objects told, %d skipped of %d", filepath.Base(f), len(told), skipped(sum), sum.Objects)
		}
	}
}

func TestTheSednitEventNamesItsActor(t *testing.T) {
	b, err := os.ReadFile(publicdata.Path(t, "suites/misp/pymisp-existing_event.json"))
	if err != nil {
		t.Fatal(err)
	}
	recs, _, _ := readAll(t, EventFormat, b)
	n := map[evidence.Class]int{}
	for _, r := range recs {
		n[r.Class]++
		if r.Subject.Name != "Sofacy" || r.Subject.Country != "RU" || r.Marking != evidence.Clear || r.Citation.Publisher != "CIRCL" || r.Subject.Ref != "" {
			t.Fatalf("%+v", r)
		}
	}
	if n[evidence.Infrastructure] != 68 || n[evidence.UsesSoftware] != 13 || n[evidence.Activity] != 1 {
		t.Errorf("%v", n)
	}
}

func TestTimesAreReadAsMISPWritesThem(t *testing.T) {
	for s, want := range map[string]string{
		"": "", "0": "", "0000-00-00": "", "99999999999": "", "1970-01-01": "", "1603642920": "2020-10-25T16:22:00Z", "2020-10-25": "2020-10-25", "2020-10-25T16:22:00.5+02:00": "2020-10-25T14:22:00Z",
		"2020-10-25T16:22:00.000000+0200": "2020-10-25T14:22:00Z", "2020-10-25 16:22:00": "2020-10-25T16:22:00Z",
	} {
		if iv, err := misp.Moment(s); err != nil || iv.String() != want {
			t.Errorf("%q is %q (%v), want %q", s, iv, err, want)
		}
	}
	for _, s := range []string{"yesterday", "88888888888", "-5", "1"} {
		if iv, err := misp.Moment(s); err == nil {
			t.Errorf("%q is %s", s, iv)
		}
	}
}

func FuzzEvent(f *testing.F) {
	f.Add([]byte(smallEvent))
	f.Add([]byte(`{"response":{"Attribute":[{"type":"domain","value":"a.example","Event":{"uuid":"e","Tag":[{"name":"tlp:white"}]}}]}}`))
	f.Add([]byte(`[{"Object":{"Attribute":[{"type":"email-src","value":"a@b"}]}}]`))
	f.Fuzz(func(t *testing.T, b []byte) { check(t, EventFormat, b) })
}
