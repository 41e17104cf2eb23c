package indicator

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// accounted fails unless every row of a list gave indicators, was skipped or
// was refused.
func accounted(t *testing.T, name string, l *Loaded, rowsWithIndicators int64) {
	t.Helper()
	skipped := int64(0)
	for _, n := range l.Skipped {
		skipped += int64(n)
	}
	if l.Rows != rowsWithIndicators+skipped+int64(len(l.Refused)) {
		t.Errorf("%s: %d rows, but %d gave indicators, %d skipped, %d refused", name, l.Rows, rowsWithIndicators, skipped, len(l.Refused))
	}
	for _, r := range l.Refused {
		if r.Why == "" || r.File == "" || r.Line == 0 && r.Ref == "" && r.Value == "" {
			t.Errorf("%s: a refusal says too little: %+v", name, r)
		}
	}
}

func TestPublicListsLoadWithEveryRowAccountedFor(t *testing.T) {
	for _, c := range []struct {
		rel              string
		rows, indicators int64
	}{
		// Counted with other tools: rows of the files, and those of type email.
		{"indicators/cert-ua-iocs.csv", 150, 150 - 19},
		{"indicators/etac-ukraine-war-iocs.csv.xz", 2226, 2226 - 19},
	} {
		var b Builder
		l, err := LoadFile(&b, publicdata.Path(t, c.rel), Defaults{Source: "test"})
		if err != nil {
			t.Fatal(err)
		}
		accounted(t, c.rel, l, l.Indicators)
		if l.Rows != c.rows || l.Indicators != c.indicators || l.Format != "csv" {
			t.Errorf("%s: %s, %d rows, %d indicators", c.rel, l.Format, l.Rows, l.Indicators)
		}
		for _, r := range l.Refused {
			if !strings.Contains(r.Why, `"email"`) {
				t.Error(r)
			}
		}
		groups := map[string]int{}
		for i := range b.Set().All() {
			groups[i.Context]++
			if i.Group != "" {
				t.Errorf("%s has a group, which the list has no place for: %q", i.Key(), i.Group)
			}
		}
		if groups["UAC-0056 group"] == 0 || groups["UAC-0051 (UNC1151)"] == 0 || groups["Gamaredon"] < 1000 && strings.Contains(c.rel, "etac") {
			t.Errorf("%s: groups %v", c.rel, groups)
		}
	}
}

func TestPublicSTIXAndMISPFilesLoad(t *testing.T) {
	for rel, want := range map[string]string{
		"suites/stix21/examples/indicator-for-c2-ip-address.json":   "private addresses",
		"suites/stix21/examples/threat-reports/apt1.json":           "x509-certificate",
		"suites/misp/misp-stix-test_event1_stix21.json":             "",
		"suites/misp/misp-stix-test_objects_collection_stix21.json": "email-message",
		"suites/misp/misp-stix-test_events_collection_1.json":       "",
		"suites/misp/pymisp-existing_event.json":                    "filename",
		"suites/misp/pymisp-mainly_objects_1.json":                  "filename",
		"suites/misp/pymisp-event_obj_attr_tag.json":                "filename",
		"suites/misp/pymisp-japanese_test.json":                     "",
	} {
		var b Builder
		l, err := LoadFile(&b, publicdata.Path(t, rel), Defaults{})
		if err != nil {
			t.Errorf("%s: %v", rel, err)
			continue
		}
		if l.Rows == 0 || want == "" && len(l.Refused) > 0 || want != "" && !slices.ContainsFunc(l.Refused, func(r Refusal) bool { return strings.Contains(r.Why, want) }) {
			t.Errorf("%s: %+v", rel, l)
		}
	}
}

func TestValuesAreNormalised(t *testing.T) {
	for in, want := range map[string]string{
		"1.2.3.4": "ipv4:1.2.3.4", "1[.]2[.]3[.]4": "ipv4:1.2.3.4", "::ffff:1.2.3.4": "ipv4:1.2.3.4", "1.2.3.4/32": "ipv4:1.2.3.4",
		"198.51.100.77/24": "cidr:198.51.100.0/24", "2001:DB8:0:0::1": "ipv6:2001:db8::1", "2001:db8::/32": "cidr:2001:db8::/32", "::ffff:1.2.3.0/120": "cidr:1.2.3.0/24",
		"Evil[.]Example(.)ORG.": "domain:evil.example.org", "*.evil.example.org": "domain:evil.example.org", "пример.рф": "domain:xn--e1afmkfd.xn--p1ai", "evil[dot]example.org": "domain:evil.example.org",
		"hxxps://user@Evil[.]Example.org:8443/%7ea/%2f?q=1#x": "url:evil.example.org/~a/%2F?q=1", "http://evil.example.org": "url:evil.example.org/",
		"http://1.2.3.4/c": "url:1.2.3.4/c", "evil.example.org/x": "url:evil.example.org/x", "1.2.3.4/x": "url:1.2.3.4/x",
		"00:11:22:33:44:55:66:77:88:99:AA:BB:CC:DD:EE:FF:00:11:22:33": "sha1:00112233445566778899aabbccddeeff00112233",
		"00112233445566778899AABBCCDDEEFF":                            "md5:00112233445566778899aabbccddeeff", "T13d1516h2_8daaf6152771_e5627efa2ab1": "ja4:t13d1516h2_8daaf6152771_e5627efa2ab1",
	} {
		i, err := Guess(in)
		if err != nil || i.Key() != want {
			t.Errorf("%q became %s, want %s (%v)", in, i.Key(), want, err)
		}
		if again, err := parse(i.Type, i.Value); err == nil && again != i {
			t.Errorf("%s parsed again is %s", i.Key(), again.Key())
		}
	}
}

func TestWhatWouldMatchEverythingIsRefusedWithAHint(t *testing.T) {
	for in, hint := range map[string]string{
		"com": "name a domain below it", "co.uk": "name a domain below it", "github.io": "name a domain below it", "localhost": "name a domain below it",
		"0.0.0.0/0": "or longer", "::/0": "or longer", "10.0.0.0/7": "or longer", "0.0.0.0": "remove it", "127.0.0.1": "remove it", "10.1.2.3": "remove it", "fe80::1": "remove it", "224.0.0.1": "remove it",
		"": "empty", "a@example.org": "e-mail", "exa mple.org": "white space", "http://": "not a URL", "12345": "refused",
	} {
		if i, err := Guess(in); err == nil || !strings.Contains(err.Error(), hint) {
			t.Errorf("%q: %+v, %v; want a hint with %q", in, i, err, hint)
		}
	}
}

func TestARowThatDoesNotEndIsRefused(t *testing.T) {
	var b Builder
	text := "value,type,group\n192.0.2.7,ip,Alpha\n192.0.2.8,ip,\"" + strings.Repeat("x\n", 1<<20)
	if _, err := Load(&b, "list.csv", strings.NewReader(text), Defaults{}); err == nil || !strings.Contains(err.Error(), "after row 1") {
		t.Error(err)
	}
}

func TestCSVColumnsAreRead(t *testing.T) {
	text := "Type,Indicator,Actor,Confidence,Valid_From,valid_until,TLP,Source,Context,ID\n" +
		"domain,evil[.]example.org,Turla,70,2022-02-24,2022-03-01T12:00:00Z,TLP:AMBER,hxxps://x[.]example/a,note,r1\n" +
		"\n,,,,,,,,,\nipv4,300.1.1.1,,,,,,,,\ndomain,a.example.org,,101,,,,,,\ndomain,b.example.org,,,2022-03-01,2022-02-01,,,,\nmutex,x,,,,,,,,\ndomain,c.example.org,,,,,PURPLE,,,\ndomain,d.exa\"mple\n"
	var b Builder
	l, err := Load(&b, "x.csv", strings.NewReader(text), Defaults{Group: "G"})
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, "x.csv", l, 3)
	if notes := strings.Join(l.Notes, " "); len(l.Refused) != 4 || l.Refused[0].Line != 5 || len(l.Notes) != 3 || !strings.Contains(notes, "PURPLE") || !strings.Contains(notes, "101") || !strings.Contains(notes, "4 of 7 rows") {
		t.Errorf("%+v %q", l.Refused, l.Notes)
	}
	all := slices.SortedFunc(b.Set().All(), Compare)
	want := Indicator{Type: Domain, Value: "evil.example.org", Group: "Turla", Confidence: evidence.Percent(70), From: time.Date(2022, 2, 24, 0, 0, 0, 0, time.UTC),
		Until: time.Date(2022, 3, 1, 12, 0, 0, 0, time.UTC), Source: "https://x.example/a", Marking: evidence.Amber, Context: "note", Ref: "r1"}
	if len(all) != 3 || all[1].Marking != evidence.Undecided || !all[0].Confidence.IsZero() || Compare(all[2], want) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestPlainListsAreGuessed(t *testing.T) {
	var b Builder
	l, err := Load(&b, "list.txt", strings.NewReader("# comment\nevil.example.org # C2\n\n1.2.3.4\ncom\n; x\n00112233445566778899aabbccddeeff"), Defaults{Group: "G"})
	if err != nil || l.Indicators != 3 || l.Skipped["comment"] != 2 || l.Skipped["blank line"] != 1 || len(l.Refused) != 1 || l.Refused[0].Line != 5 {
		t.Errorf("%+v %v", l, err)
	}
}

const stixHead = `{"type":"bundle","id":"bundle--1","objects":[
{"type":"identity","spec_version":"2.1","id":"identity--1","name":"Example Security"},
{"type":"intrusion-set","id":"intrusion-set--1","name":"GROUP ONE"},{"type":"threat-actor","id":"threat-actor--2","name":"GROUP TWO"},
{"type":"campaign","id":"campaign--1","name":"C"},{"type":"malware","id":"malware--1","name":"M","created":"not a time"},
{"type":"relationship","id":"relationship--1","relationship_type":"attributed-to","source_ref":"campaign--1","target_ref":"threat-actor--2"},
`

func stixIndicatorJSON(id, pattern, more string) string {
	return `{"type":"indicator","spec_version":"2.1","id":"indicator--` + id + `","created":"2022-03-02T00:00:00.000Z","created_by_ref":"identity--1","valid_from":"2022-03-01T00:00:00Z","pattern_type":"stix","pattern":"` + pattern + `"` + more + "}"
}

func TestSTIXAttributionFollowsRelationships(t *testing.T) {
	text := stixHead + strings.Join([]string{
		stixIndicatorJSON("1", "[domain-name:value = 'evil.example.org']", `,"confidence":50,"valid_until":"2022-04-01T00:00:00Z","object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]`),
		stixIndicatorJSON("2", "[ipv4-addr:value = '1.2.3.4' OR ipv4-addr:value IN ('1.2.3.5','1.2.3.6')] OR [file:hashes.'SHA-256' = '"+strings.Repeat("ab", 32)+"']", ""),
		stixIndicatorJSON("3", "[domain-name:value LIKE '%evil%']", ""),
		stixIndicatorJSON("4", "[domain-name:value = 'gone.example.org']", `,"revoked":true`),
		stixIndicatorJSON("5", "alert tcp", "") + strings.Repeat("", 1),
		`{"type":"indicator","id":"indicator--6","pattern":17}`,
		`{"type":"relationship","id":"relationship--2","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"intrusion-set--1","confidence":85}`,
		`{"type":"relationship","id":"relationship--3","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"campaign--1"}`,
		`{"type":"relationship","id":"relationship--4","relationship_type":"indicates","source_ref":"indicator--2","target_ref":"malware--1"}`,
	}, ",\n") + "]}"
	var b Builder
	l, err := Load(&b, "x.json", strings.NewReader(text), Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, "x.json", l, 2)
	if l.Rows != 6 || l.Indicators != 2+4 || l.Skipped["revoked"] != 1 || len(l.Refused) != 3 {
		t.Errorf("%+v", l)
	}
	all := slices.SortedFunc(b.Set().All(), Compare)
	one, two := all[0], all[1]
	if one.Group != "GROUP ONE" || rank(one.Confidence) != 85 || two.Group != "GROUP TWO" || rank(two.Confidence) != 50 || one.Value != "evil.example.org" ||
		one.Source != "Example Security" || one.Marking != evidence.Green || one.Disclosed.Day() != 2 || one.Until.Month() != time.April || one.Ref != "indicator--1" {
		t.Errorf("%+v\n%+v", one, two)
	}
	if all[2].Group != "" || all[2].Key() != "ipv4:1.2.3.4" {
		t.Errorf("%+v", all[2])
	}
}

func TestPatternsOutsideTheFormAreRefused(t *testing.T) {
	sha := strings.Repeat("ab", 32)
	for pattern, want := range map[string]int{
		"[ipv4-addr:value='1.2.3.4']":                    1,
		"[ ipv4-addr:value ISSUBSET '198.51.100.0/24' ]": 1,
		"[file:hashes.MD5 = '00112233445566778899aabbccddeeff' AND file:hashes.'SHA-256' = '" + sha + "']": 2,
		"[network-traffic:dst_ref.type = 'ipv4-addr' AND network-traffic:dst_ref.value = '1.2.3.4']":       1,
		"([domain-name:value = 'a.example.org']) OR [url:value = 'http://a.example.org/it\\\\'s']":         2,
		"[network-traffic:extensions.'x-tls'.x_ja3_hash = '00112233445566778899aabbccddeeff']":             1,
		"[file:name = 'x' AND file:hashes.MD5 = '00112233445566778899aabbccddeeff']":                       1,
		"[network-traffic:dst_ref.value = '1.2.3.4' AND network-traffic:dst_port = '443']":                 1,
		"[network-traffic:dst_ref.value = '1.2.3.4' AND network-traffic:dst_port = 443]":                   1,
		"([domain-name:value = 'a.example.org'] OR [ipv4-addr:value = '1.2.3.4'])":                         2,
		"[domain-name:value = 'a.example.org' AND domain-name:resolves_to_refs[*].value = '1.2.3.4']":      2,
		"([domain-name:value = 'a.example.org'] OR [ipv4-addr:value = '1.2.3.4']":                          0,
		"[ipv4-addr:value = '1.2.3.4' OR mutex:name = 'x']":                                                1,
		"[mutex:name = 'x'] OR [ipv4-addr:value = '1.2.3.4']":                                              1,
		"[mutex:name = 'x'] OR [file:name = 'y']":                                                          0,
		"[domain-name:value LIKE '%.example.org']":                                                         1,
		"[domain-name:value LIKE '%example.org']":                                                          0,
		`[domain-name:value MATCHES '^(.*\\\\.)?a\\\\.example\\\\.org$']`:                                  1,
		`[domain-name:value MATCHES '^a\\\\.example\\\\.org$']`:                                            1,
		`[domain-name:value MATCHES 'a\\\\.example\\\\.org$']`:                                             0,
		`[domain-name:value MATCHES '^a.example.org$']`:                                                    0,
		`[url:value MATCHES '^a\\\\.example\\\\.org$']`:                                                    0,
		"[file:name = 'x']": 0, "[network-traffic:dst_port = 443]": 0, "[domain-name:value = 'a.example.org' AND ipv4-addr:value = '1.2.3.4']": 0,
		"[domain-name:value = 'a.example.org'] AND [domain-name:value = 'b.example.org']":        0,
		"[domain-name:value = 'a.example.org'] FOLLOWEDBY [domain-name:value = 'b.example.org']": 0,
		"[domain-name:value = 'a.example.org'] WITHIN 5 SECONDS":                                 0,
		"[domain-name:value != 'a.example.org']":                                                 0, "[NOT domain-name:value = 'a.example.org']": 0, "[domain-name:value MATCHES '.*']": 0,
		"[domain-name:value NOT = 'a.example.org']": 0, "[domain-name:value = 17]": 0, "[domain-name:value = 'a.example.org'": 0, "[domain-name:value = 'a.example.org": 0,
		"": 0, "[]": 0, "[domain-name:value]": 0, "[domain-name:value IN 'a']": 0, "[domain-name:value ISSUBSET '1.2.3.0/24']": 0, "[domain-name:value = 'com']": 0,
	} {
		found, _, err := parsePattern(strings.ReplaceAll(pattern, `\\`, `\`))
		if len(found) != want || (err == nil) != (want > 0) {
			t.Errorf("%s: %d values, want %d (%v)", pattern, len(found), want, err)
		}
	}
}

func TestWordsBesideAValueAreItsContext(t *testing.T) {
	for text, want := range map[string]Claim{
		"evil.example.org # APT28 C2\n": {Context: "APT28 C2", Fallback: "G"},
		"evil.example.org\n":            {Fallback: "G"},
		"type,value,adversary,comment\ndomain,evil.example.org,Turla,C2 of APT28\n":                                             {Group: "Turla"},
		"value,comment,tags\nevil.example.org,phishing,\"apt28,russia\"\n":                                                      {Context: "phishing\napt28,russia", Fallback: "G"},
		stixHead + stixIndicatorJSON("1", "[domain-name:value = 'evil.example.org']", `,"name":"C2","labels":["apt28"]`) + "]}": {Context: "C2\napt28", Fallback: "G"},
		stixHead + stixIndicatorJSON("1", "[domain-name:value = 'evil.example.org']", "") + `,{"type":"relationship","id":"relationship--9","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"intrusion-set--9"}]}`:   {Context: "intrusion-set--9"},
		`{"Event":{"uuid":"e","Tag":[{"name":"tlp:amber"},{"name":"Sofacy"}],"Attribute":[{"uuid":"1","type":"domain","value":"evil.example.org","to_ids":true,"comment":"C2","Tag":[{"name":"apt28"},{"name":"misp-galaxy:tool=\"X\""}]}]}}`: {Context: "C2\napt28\nSofacy", Fallback: "G"},
		`{"Event":{"uuid":"e","Attribute":[{"uuid":"1","type":"domain","value":"evil.example.org","to_ids":true,"Tag":[{"name":"misp-galaxy:mitre-ics-groups=\"XENOTIME - G0088\""}]}]}}`:                                                     {Group: "XENOTIME"},
	} {
		var b Builder
		if _, err := Load(&b, "x", strings.NewReader(text), Defaults{Group: "G"}); err != nil {
			t.Errorf("%s: %v", text, err)
		}
		set := b.Set()
		if set.Len() != 1 {
			t.Errorf("%s gave %d indicators", text, set.Len())
		}
		for i := range set.All() {
			if got := i.Claim(); got != want {
				t.Errorf("%s: claim %+v, want %+v", text, got, want)
			}
		}
		for c, words := range set.Claims() {
			if c.Context = string(words); c != want {
				t.Errorf("%s: counted as %+v, want %+v", text, c, want)
			}
		}
	}
}

func TestMISPAttributionAndDetection(t *testing.T) {
	text := `{"response":[{"Event":{"uuid":"e","date":"2022-03-01","Orgc":{"name":"CERT"},"Tag":[{"name":"tlp:amber"},{"name":"misp-galaxy:threat-actor=\"Turla\""}],
	"Attribute":[{"uuid":"1","type":"domain|ip","value":"evil.example.org|1.2.3.4","to_ids":true},{"uuid":"2","type":"ip-dst|port","value":"1.2.3.5|443","to_ids":true,
	"Tag":[{"name":"misp-galaxy:mitre-intrusion-set=\"APT28 - G0007\""}]},{"uuid":"3","type":"comment","value":"x","to_ids":false},{"uuid":"4","type":"filename","value":"x","to_ids":true},{"uuid":"5","type":"md5","value":"00112233445566778899aabbccddeeff","to_ids":true,"deleted":true}],
	"Object":[{"Attribute":[{"uuid":"6","type":"filename|sha1","value":"x|00112233445566778899aabbccddeeff00112233","to_ids":true}]}]}}]}`
	var b Builder
	l, err := Load(&b, "x.json", strings.NewReader(text), Defaults{})
	if err != nil {
		t.Fatal(err)
	}
	accounted(t, "x.json", l, 3)
	var got []string
	for _, i := range slices.SortedFunc(b.Set().All(), Compare) {
		got = append(got, i.Key()+" "+i.Group+" "+i.Source+" "+string(i.Marking)+" "+i.Disclosed.Format("2006-01-02"))
	}
	want := []string{"domain:evil.example.org Turla CERT AMBER 2022-03-01", "ipv4:1.2.3.4 Turla CERT AMBER 2022-03-01", "ipv4:1.2.3.5 APT28 CERT AMBER 2022-03-01",
		"sha1:00112233445566778899aabbccddeeff00112233 Turla CERT AMBER 2022-03-01"}
	if !slices.Equal(got, want) || l.Indicators != 4 {
		t.Errorf("%q %+v", got, l)
	}
}

func TestBrokenListsAreErrors(t *testing.T) {
	for _, text := range []string{"", "{", `{"type":"bundle","objects":[{"type":"indicator"`, `{"type":"bundle"}`, `{"type":"bundle","objects":{}}`, `{"x":1}`, "[{]", "\x1f\x8b\x00"} {
		var b Builder
		if l, err := Load(&b, "x", strings.NewReader(text), Defaults{}); err == nil {
			t.Errorf("%q gave %+v", text, l)
		}
	}
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(stixHead + stixIndicatorJSON("1", "[ipv4-addr:value = '1.2.3.4']", "") + "]}"))
	f.Add([]byte("type,value,group\ndomain,evil[.]example.org,Turla\n\"x\n"))
	f.Add([]byte("evil.example.org\n1.2.3.0/24\nhttp://a.example.org/%41?#\n"))
	f.Add([]byte(`{"Event":{"Attribute":[{"type":"domain|ip","value":"evil.example.org|1.2.3.4","to_ids":true}]}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var b Builder
		if _, err := Load(&b, "x", bytes.NewReader(data), Defaults{}); err != nil {
			return
		}
		for i := range b.Set().All() {
			again, err := parse(i.Type, i.Value)
			if err != nil || again.Key() != i.Key() {
				t.Fatalf("%s does not parse to itself: %s, %v", i.Key(), again.Key(), err)
			}
		}
	})
}

func FuzzPattern(f *testing.F) {
	f.Add("[ipv4-addr:value = '1.2.3.4' OR file:hashes.'SHA-256' IN ('a','b')] OR ([domain-name:value = 'it\\'s'])")
	f.Fuzz(func(t *testing.T, pattern string) {
		found, _, err := parsePattern(pattern)
		if err == nil && len(found) == 0 {
			t.Fatal("no value and no error")
		}
	})
}

// loadAll loads several lists, one after another, into one set.
func loadAll(t *testing.T, texts ...string) []Indicator {
	t.Helper()
	var b Builder
	for _, text := range texts {
		if _, err := Load(&b, "x", strings.NewReader(text), Defaults{}); err != nil {
			t.Fatal(err)
		}
	}
	return slices.SortedFunc(b.Set().All(), Compare)
}

func TestTheNewestVersionOfAnIndicatorIsTheIndicator(t *testing.T) {
	version := func(month int, value, more string) string {
		return fmt.Sprintf(`{"type":"indicator","id":"indicator--1","created":"2025-01-01T00:00:00Z","modified":"2025-%02d-01T00:00:00Z","pattern":"[domain-name:value = '%s']"%s}`, month, value, more)
	}
	bundle := func(objects ...string) string {
		return `{"type":"bundle","objects":[` + strings.Join(objects, ",") + "]}"
	}
	first, second, gone := version(1, "old.example.org", ""), version(5, "new.example.org", ""), version(8, "new.example.org", `,"revoked":true`)
	for name, c := range map[string]struct {
		lists []string
		want  string
	}{
		"in one list": {[]string{bundle(first, second)}, "new.example.org"}, "backwards": {[]string{bundle(second, first)}, "new.example.org"},
		"in two lists": {[]string{bundle(first), bundle(second)}, "new.example.org"}, "two, backwards": {[]string{bundle(second), bundle(first)}, "new.example.org"},
		"revoked": {[]string{bundle(first, gone)}, ""}, "revoked first": {[]string{bundle(gone), bundle(second)}, ""}, "revoked later": {[]string{bundle(second), bundle(gone)}, ""},
		"twice": {[]string{bundle(second), bundle(second)}, "new.example.org"}, "a list of objects": {[]string{"[" + first + "]", "[" + second + "]"}, "new.example.org"},
		"an envelope": {[]string{`{"more":false,"objects":[` + second + `]}`}, "new.example.org"}, "one a line": {[]string{first + "\n" + second}, "new.example.org"},
	} {
		all := loadAll(t, c.lists...)
		got := ""
		for _, i := range all {
			got += i.Value
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestOneMarkingRuleHoldsForIndicators(t *testing.T) {
	red, own := "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed", "marking-definition--7"
	mark := func(ref string) string { return `,"object_marking_refs":["` + ref + `"]` }
	list := func(definition, indicator, relation, group string) string {
		return `{"type":"bundle","objects":[` + definition + `{"type":"indicator","id":"indicator--1","pattern":"[domain-name:value = 'a.example.org']"` + indicator + `},
			{"type":"intrusion-set","id":"intrusion-set--1","name":"G"` + group + `},{"type":"relationship","id":"relationship--1","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"intrusion-set--1"` + relation + `}]}`
	}
	misp := func(tag string) string {
		return `{"Event":{"uuid":"e","info":"x","Tag":[{"name":"` + tag + `"},{"name":"misp-galaxy:threat-actor=\"G\""}],"Attribute":[{"uuid":"1","type":"domain","value":"a.example.org","to_ids":"1"}]}}`
	}
	for name, c := range map[string]struct {
		text string
		want evidence.TLP // of the row that names the group
	}{
		"not defined": {list("", mark(own), "", ""), evidence.Undecided}, "not understood": {list(`{"type":"marking-definition","id":"`+own+`","definition":{"tlp":"internal-only"}},`, mark(own), "", ""), evidence.Undecided},
		"a part": {list("", `,"granular_markings":[{"marking_ref":"`+red+`","selectors":["pattern"]}]`, "", ""), evidence.Red}, "the relationship": {list("", "", mark(red), ""), evidence.Red},
		"the group": {list("", "", "", mark(red)), evidence.Red}, "nothing": {list("", "", "", ""), ""}, "tlp:ex:chr": {misp("TLP:EX:CHR"), evidence.Undecided}, " tlp:red ": {misp(" tlp:red "), evidence.Red},
		"tlp:amber-strict": {misp("tlp:amber-strict"), evidence.AmberStrict}, "tlp:unclear": {misp("tlp:unclear"), evidence.Undecided},
		"distribution": {strings.Replace(misp("x"), `"info"`, `"distribution":"0","info"`, 1), evidence.AmberStrict},
	} {
		for _, i := range loadAll(t, c.text) {
			if i.Group == "G" && i.Marking != c.want {
				t.Errorf("%s: %q, want %q", name, i.Marking, c.want)
			}
			if i.Group == "" && i.Marking != "" {
				t.Errorf("%s: without the group it is %q", name, i.Marking)
			}
		}
	}
}

// What STIX says against an indicator, or against whose it is, counts.
func TestWhatIsSaidAgainstAnIndicator(t *testing.T) {
	const indicator = `{"type":"indicator","id":"indicator--1","created":"2025-01-01T00:00:00Z","modified":"2025-01-01T00:00:00Z","valid_from":"2025-01-01T00:00:00Z","pattern":"[domain-name:value = 'a.example.org']"%s}`
	const relation = `{"type":"relationship","id":"relationship--1","modified":"2025-01-01T00:00:00Z","relationship_type":"indicates","source_ref":"indicator--1","target_ref":"intrusion-set--1"%s}`
	sighting := func(month int, negative bool) string {
		return fmt.Sprintf(`,{"type":"sighting","id":"sighting--%d","modified":"2025-%02d-01T00:00:00Z","sighting_of_ref":"indicator--1","x_opencti_negative":%t}`, month, month, negative)
	}
	for name, c := range map[string]struct{ indicator, relation, more, want string }{
		"nothing":                        {"", "", "", "a.example.org G"},
		"benign":                         {`,"indicator_types":["benign"]`, "", "", ""},
		"benign, in STIX 2.0":            {`,"labels":["Benign"]`, "", "", ""},
		"a revoked relationship":         {"", `,"revoked":true`, "", "a.example.org"},
		"a relationship that ended":      {"", `,"stop_time":"2025-03-01T00:00:00Z"`, "", "a.example.org G until 2025-03"},
		"one that ended before":          {"", `,"stop_time":"2024-03-01T00:00:00Z"`, "", "a.example.org"},
		"a false positive":               {"", "", sighting(2, true), ""},
		"a false positive, then another": {"", "", sighting(2, true) + sighting(3, false), "a.example.org G"},
		"seen, then a false positive":    {"", "", sighting(3, true) + sighting(2, false), ""},
	} {
		got := ""
		text := `{"type":"bundle","objects":[` + fmt.Sprintf(indicator, c.indicator) + `,{"type":"intrusion-set","id":"intrusion-set--1","name":"G"},` + fmt.Sprintf(relation, c.relation) + c.more + "]}"
		for _, i := range loadAll(t, text) {
			if got = strings.TrimSpace(i.Value + " " + i.Group); !i.Until.IsZero() {
				got += " until " + i.Until.Format("2006-01")
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	if _, l := loaded(t, `{"type":"bundle","objects":[{"type":"domain-name","id":"domain-name--1","value":"a.example.org"}]}`); len(l.Notes) == 0 {
		t.Error("a list that gives nothing is not told")
	}
}

func TestMISPSightingsAndWarningsBearOnAnAttribute(t *testing.T) {
	for more, want := range map[string]string{
		`"to_ids":"1","deleted":"0"`: "a.example.org", `"to_ids":true,"Sighting":[{"type":"1","date_sighting":"1756684800"}]`: "",
		`"to_ids":true,"Sighting":[{"type":"1","date_sighting":"1756684800"},{"type":"0","date_sighting":"1756684900"}]`: "a.example.org",
		`"to_ids":true,"last_seen":"2025-02-01T00:00:00+00:00"`:                                                          "a.example.org until 2025-02-01", `"to_ids":true,"warnings":[{"id":"1"}]`: "", `"to_ids":true,"warnings":[]`: "a.example.org",
		`"to_ids":true,"Sighting":[{"type":"2","date_sighting":"1756684800"}]`: "a.example.org until 2025-09-01",
	} {
		got := ""
		for _, i := range loadAll(t, `{"Event":{"uuid":"e","Attribute":[{"uuid":"1","type":"domain","value":"a.example.org",`+more+`}]}}`) {
			if got = i.Value; !i.Until.IsZero() {
				got += " until " + i.Until.Format("2006-01-02")
			}
		}
		if got != want {
			t.Errorf("%s: %q, want %q", more, got, want)
		}
	}
	if all := loadAll(t, `{"Event":{"uuid":"e","Attribute":[{"uuid":"1","type":"domain|ip","value":"bad.example.org|10.0.0.1","to_ids":true},{"uuid":"2","type":"malware-sample","value":"x.exe|e2fc714c4727ee9395f324cd2e7f331f","to_ids":true}]}}`); len(all) != 2 {
		t.Errorf("a part that cannot be matched costs the other: %+v", all)
	}
}
