package suricata

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

func decode(t *testing.T, line string) (telemetry.Event, telemetry.Outcome, error) {
	t.Helper()
	return schema(t).Decode([]byte(line))
}

const dnsLine = `{"timestamp":"2024-05-01T12:00:00.123456+0300","flow_id":1,"event_type":"dns","src_ip":"10.0.0.1","src_port":5,"dest_ip":"10.0.0.2","dest_port":53,"proto":"UDP",`

func TestDNSOfEveryVersionGivesTheNamesAskedFor(t *testing.T) {
	for name, part := range map[string]string{
		"version 1 query":  `"dns":{"type":"query","id":1,"rrname":"a.example.org","rrtype":"A","tx_id":0}}`,
		"version 1 answer": `"dns":{"type":"answer","id":1,"rcode":"NOERROR","rrname":"a.example.org","rrtype":"A","ttl":3,"rdata":"192.0.2.1"}}`,
		"version 2 answer": `"dns":{"version":2,"type":"answer","rrname":"a.example.org","answers":[{"rrname":"cdn.example.net","rrtype":"CNAME","rdata":"x"}]}}`,
		"version 2 alert":  `"dns":{"query":[{"type":"query","id":1,"rrname":"a.example.org","rrtype":"A"}]}}`,
		"version 3":        `"dns":{"version":3,"type":"request","queries":[{"rrname":"a.example.org","rrtype":"A"}]}}`,
	} {
		e, outcome, err := decode(t, dnsLine+part)
		if err != nil || outcome != telemetry.IsEvent || !reflect.DeepEqual(e.Domains, []string{"a.example.org"}) || e.Kind != telemetry.DNS {
			t.Errorf("%s: %+v %v %v", name, e, outcome, err)
		}
		if e.Time.Format("15:04:05.000000Z07:00") != "09:00:00.123456Z" {
			t.Errorf("%s: the offset was not applied: %v", name, e.Time)
		}
	}
}

func TestRequestsBecomeURLs(t *testing.T) {
	head := `{"timestamp":"2024-05-01T12:00:00.123456+0000","event_type":"http","src_ip":"10.0.0.1","dest_ip":"192.0.2.7",`
	for part, want := range map[string]string{
		`"http":{"hostname":"h.example","url":"\/a\/b?c=1","http_method":"GET"}}`: "h.example/a/b?c=1 h.example",
		`"http":{"url":"/a","hostname":"h.example"}}`:                             "h.example/a h.example",
		`"http":{"hostname":"p.example","url":"http://h.example:81/a"}}`:          "http://h.example:81/a p.example h.example:81",
		`"http":{"url":"/r?u=http://h.example/"}}`:                                "",
	} {
		e, _, err := decode(t, head+part)
		if got := strings.Join(append(e.URLs, e.Domains...), " "); err != nil || got != want {
			t.Errorf("%s: %q, want %q (%v)", part, got, want, err)
		}
	}
}

func TestBadLinesAreRejectedWithAReason(t *testing.T) {
	good := dnsLine + `"dns":{"rrname":"a.example.org"}}`
	deep := dnsLine + `"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "}"
	for line, why := range map[string]string{
		good[:len(good)-1]: "at the end of the line",
		good[:40]:          "at the end of the line",
		good + "}":         "something follows",
		good + good:        "something follows",
		"[" + good + "]":   "no '{'",
		strings.Replace(good, "a.example", "a.\x00example", 1):     "control character",
		strings.Replace(good, "a.example", "a.\xffexample", 1):     "not UTF-8",
		strings.Replace(good, "a.example", `a.\xexample`, 1):       "bad escape",
		strings.Replace(good, `"src_port":5`, `"src_port":05`, 1):  "bad number",
		strings.Replace(good, "10.0.0.1", "10.0.0.256", 1):         "is not an IP address",
		strings.Replace(good, `"10.0.0.1"`, `17`, 1):               "is not a string",
		strings.Replace(good, "2024-05-01T12", "2024-05-01T25", 1): "time",
		strings.Replace(good, "2024-05-01", "1970-01-01", 1):       "outside",
		strings.Replace(good, "2024-05-01", "2124-05-01", 1):       "outside",
		strings.Replace(good, `"timestamp"`, `"timestomp"`, 1):     "time is empty",
		deep:  "nested deeper",
		"{":   "jq -c",
		"NUL": "no '{'",
	} {
		if !agree.Fail(schema(t), line, why) {
			_, _, err := decode(t, line)
			t.Errorf("%.80q: %v, want a reason with %q", line, err, why)
		}
	}
}

func TestOddButValidLinesAreRead(t *testing.T) {
	want, _, err := decode(t, dnsLine+`"dns":{"rrname":"a.example.org"}}`)
	if err != nil {
		t.Fatal(err)
	}
	for name, line := range map[string]string{
		"other order":     `{"dns":{"rrname":"a.example.org"},"dest_ip":"10.0.0.2","src_ip":"10.0.0.1","event_type":"dns","timestamp":"2024-05-01T12:00:00.123456+0300"}`,
		"white space":     " { \"timestamp\" : \"2024-05-01T12:00:00.123456+0300\" , \"event_type\":\t\"dns\", \"src_ip\":\"10.0.0.1\",\"dest_ip\":\"10.0.0.2\",\"dns\":{\"rrname\":\"a.example.org\"} } ",
		"escapes":         `{"timestamp":"2024-05-01T12:00:00.123456+0300","\u0065vent_type":"dns","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dns":{"rrname":"a\u002eexample.org","x":"\ud83d\ude00 \"q\" \/"}}`,
		"nested names":    `{"timestamp":"2024-05-01T12:00:00.123456+0300","alert":{"src_ip":"1.1.1.1","timestamp":"x","dns":{"rrname":"no"}},"event_type":"dns","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dns":{"rrname":"a.example.org"}}`,
		"repeated key":    `{"timestamp":"2024-05-01T12:00:00.123456+0300","src_ip":"1.1.1.1","event_type":"dns","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dns":{"rrname":"a.example.org"}}`,
		"mapped IPv6":     `{"timestamp":"2024-05-01T12:00:00.123456+03:00","event_type":"dns","src_ip":"::ffff:10.0.0.1","dest_ip":"::ffff:a00:2","dns":{"rrname":"a.example.org"}}`,
		"UTC, Z":          `{"timestamp":"2024-05-01T09:00:00.123456Z","event_type":"dns","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dns":{"rrname":"a.example.org"}}`,
		"null and others": `{"timestamp":"2024-05-01T12:00:00.123456+0300","event_type":"dns","src_ip":"10.0.0.1","dest_ip":"10.0.0.2","dns":{"rrname":"a.example.org"},"tls":{"sni":null},"http":[],"n":-1.5e+7}`,
	} {
		got, outcome, err := decode(t, line)
		got.Connection = want.Connection // which these lines do not name
		if err != nil || outcome != telemetry.IsEvent || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v %v %v, want %+v", name, got, outcome, err, want)
		}
		agree.Check(t, schema(t), []byte(strings.Repeat(line+"\n", 3)))
	}
}

func TestLeapSecondStaysInItsDay(t *testing.T) {
	e, _, err := decode(t, strings.Replace(dnsLine, "2024-05-01T12:00:00.123456+0300", "2016-12-31T23:59:60.5+0000", 1)+`"dns":{"rrname":"a.example.org"}}`)
	if err != nil || e.Time.Format("2006-01-02T15:04:05") != "2016-12-31T23:59:59" {
		t.Errorf("%v %v", e.Time, err)
	}
}

func TestPrettyPrintedAndArrayLogsAreRecut(t *testing.T) {
	var objects []json.RawMessage
	line := dnsLine + `"dns":{"rrname":"a.example.org","x":"} ] , {\" \\"}}`
	for range 3 {
		objects = append(objects, json.RawMessage(line))
	}
	array, err := json.MarshalIndent(objects, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	one, err := json.MarshalIndent(objects[0], "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	compact, err := json.Marshal(objects)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"array": string(array), "objects": strings.Repeat(string(one)+"\n", 3), "compact array": string(compact),
		"damaged in the middle": string(one) + "\n{\n\t\"timestamp\": \"2024\n" + string(one) + "\n" + string(one) + "\n",
	} {
		log, err := telemetry.Opening{Formats: []telemetry.Format{Format()}}.Read(name, strings.NewReader(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		events, rejected := 0, 0
		for {
			b, err := log.Next()
			if err != nil {
				break
			}
			agree.Decode(b, func(int64, []byte, *telemetry.Event) { events++ }, func(telemetry.Rejection) { rejected++ })
		}
		want := 0
		if strings.HasPrefix(name, "damaged") {
			want = 1
		}
		if events != 3 || rejected != want {
			t.Errorf("%s: %d events, %d rejected", name, events, rejected)
		}
	}
}

// FuzzEVE holds the fast path to the exact one, and the exact one to
// encoding/json: what it accepts is valid JSON.
func FuzzEVE(f *testing.F) {
	data := made(60)
	f.Add(data)
	f.Add([]byte("\xff")) // before any layout is known
	f.Add([]byte(dnsLine + "}\n" + strings.Repeat("\xff", 400) + "\n" + dnsLine + "\xff\xff}\n"))
	f.Add([]byte(dnsLine + `"dns":{"rrname":"a.example.org"}}` + "\r\n\n" + dnsLine + "}\n"))
	f.Add([]byte(`{"timestamp":"2024-05-01T12:00:00.123456+0300","src_ip":"1.1.1.1","src_ip":"::1","a":[1,{"b":true}],"dns":{"queries":[{"rrname":"x"},{"rrname":"\u0041"}]}}` + "\n"))
	for line := range strings.SplitSeq(strings.TrimSpace(string(data)), "\n") {
		f.Add([]byte(line[:len(line)*2/3] + "\n" + line + "\n"))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		agree.Check(t, schema(t), data)
		for line := range strings.SplitSeq(string(data), "\n") {
			_, outcome, err := schema(t).Decode([]byte(line))
			if valid := json.Valid([]byte(line)); err == nil && outcome != telemetry.IsBlank && !valid {
				t.Fatalf("accepted, but no JSON: %q", line)
			} else if err != nil && valid && strings.HasPrefix(err.Error(), "not a JSON object") && !strings.Contains(err.Error(), "UTF-8") && strings.HasPrefix(strings.TrimSpace(line), "{") {
				t.Fatalf("JSON, but rejected (%v): %q", err, line)
			}
		}
	})
}
