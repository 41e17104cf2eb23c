package mapped

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// read returns the format of a log and its events in one line each.
func read(t *testing.T, text string, formats []telemetry.Format) (events []string, c telemetry.Counts) {
	t.Helper()
	_, events, c = recognised(t, text, formats)
	return events, c
}

func recognised(t *testing.T, text string, formats []telemetry.Format) (format string, events []string, c telemetry.Counts) {
	t.Helper()
	log, err := telemetry.Opening{Formats: formats}.Read("x", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, err := log.Next()
		if errors.Is(err, io.EOF) {
			return log.Format.Name, events, c
		}
		if err != nil {
			t.Fatal(err)
		}
		agree.Check(t, b.Schema, b.Data)
		c.Add(agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) { events = append(events, line(e)) },
			func(r telemetry.Rejection) { events = append(events, "rejected: "+r.Why) }))
	}
}

// line is an event as "time src dst names and URLs >answers state sensor".
func line(e *telemetry.Event) string {
	out := e.Time.Format("2006-01-02T15:04:05.999999999")
	if e.Src.IsValid() {
		out += " " + e.Src.String()
	}
	if e.Dst.IsValid() {
		out += " " + e.Dst.String()
	}
	for _, v := range slices.Concat(e.Domains, e.URLs, e.Hashes) {
		out += " " + v
	}
	for _, x := range e.Extra {
		out += " >" + x.Value
	}
	if e.Reply != telemetry.UnknownReply {
		out += " " + e.Reply.String()
	}
	if e.Sensor != "" {
		out += " @" + e.Sensor
	}
	return out
}

// formats are the maps that come with the program, and tables that need none.
func formats(t testing.TB) []telemetry.Format {
	t.Helper()
	for _, name := range Names() {
		text, _ := Text(name)
		m, err := Parse(text)
		if err != nil {
			t.Fatal(name, err)
		}
		// What is known of a map before it is read.
		if f, whole := shippedFormat(name, text, nil), m.Format(); (f.Objects == nil) != (whole.Objects == nil) || f.Each != whole.Each || f.Lines != whole.Lines && m.Like == "" {
			t.Fatalf("%s is taken for a map of another shape", name)
		}
	}
	return append(Shipped(nil), Guessed(nil))
}

func TestNfdumpJSONAsArrayAndAsLines(t *testing.T) {
	want := "2024-05-01T10:00:00.123 10.0.0.1 192.0.2.7|2024-05-01T10:00:02 2001:db8::1 2001:db8::2"
	array := "[\n{\n\t\"type\" : \"FLOW\",\n\t\"first\" : \"2024-05-01T10:00:00.123\",\n\t\"src4_addr\" : \"10.0.0.1\",\n\t\"dst4_addr\" : \"192.0.2.7\"\n},\n" +
		"{\n\t\"type\" : \"FLOW\",\n\t\"first\" : \"2024-05-01T10:00:02.000\",\n\t\"src6_addr\" : \"2001:db8::1\",\n\t\"dst6_addr\" : \"2001:db8::2\"\n}\n]\n"
	if events, c := read(t, array, formats(t)); strings.Join(events, "|") != want || c.Rejected != 0 {
		t.Errorf("%q %+v", events, c)
	}
	single := `{"first":"2024-05-01T10:00:00.123","src4_addr":"10.0.0.1","dst4_addr":"192.0.2.7"}` + "\n" + `{"first":"2024-05-01T10:00:02.000","src6_addr":"2001:db8::1","dst6_addr":"2001:db8::2"}` + "\n"
	if events, c := read(t, single, formats(t)); strings.Join(events, "|") != want || c.Rejected != 0 {
		t.Errorf("%q %+v", events, c)
	}
}

func TestTablesSpeakForThemselvesOrThroughAMap(t *testing.T) {
	plain := "timestamp,client_ip,qname,qtype\n2024-05-01T10:00:00Z,10.0.0.1,a.example.org,A\n\"2024-05-01T10:00:01Z\",\"10.0.0.1\",\"b.example.org\",A\n2024-05-01T10:00:01Z,10.0.0.1\n"
	events, c := read(t, plain, formats(t))
	if len(events) != 3 || !strings.HasSuffix(events[1], "b.example.org") || !strings.HasPrefix(events[2], "rejected: 2 columns") || c.Lines != 4 {
		t.Errorf("%q %+v", events, c)
	}
	m, err := Parse([]byte("kind: dns\nseparator: ';'\ncolumns: {when: time, who: src, what: domain}\ntime_format: '02/Jan/2006:15:04:05 -0700'\nunset: ['-']\n"))
	if err != nil {
		t.Fatal(err)
	}
	mapped := "who;x;when;what\n10.0.0.1;;01/May/2024:12:00:00 +0200;a.example.org\n10.0.0.1;;01/May/2024:12:00:00 +0200;-\n10.0.0.1;;2024-99-01;a\n"
	events, _ = read(t, mapped, []telemetry.Format{Table(m)})
	if len(events) != 3 || !strings.HasPrefix(events[0], "2024-05-01T10:00:00 10.0.0.1") || !strings.HasPrefix(events[2], "rejected") {
		t.Errorf("%q", events)
	}
	m, err = Parse([]byte("header: false\nkind: dns\ncolumns: {1: time, 3: src, 2: domain}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if events, _ = read(t, "1714557600.5,a.example.org,10.0.0.1\n", []telemetry.Format{Table(m)}); len(events) != 1 || !strings.HasSuffix(events[0], "a.example.org") {
		t.Errorf("%q", events)
	}
}

// What a map may say of JSON: paths of any depth, nested or flat, elements, patterns in
// text, several times of which the first counts.
func TestAnyJSONThroughAMap(t *testing.T) {
	m, err := Parse([]byte(`kind: dns
kinds: {Q: tls}
time_format: "02.01.2006 15:04:05"
time_zone: "+02:00"
unset: ["-", "?"]
fields:
  meta.when: time
  meta.written: time
  what: kind
  peer.ip: src
  hops[].ip: dst
  names: domain
  note: 'to (?P<domain>\S+) at (?P<answer>[^\s,]+)'
`))
	if err != nil {
		t.Fatal(err)
	}
	log := `{"meta":{"written":"01.05.2024 12:05:00","when":"01.05.2024 12:00:00"},"what":"Q","peer":{"ip":"10.0.0.1"},"hops":[{"ip":"192.0.2.7"}],"names":["a.example","b.example"],"note":"to c.example at 192.0.2.9, to d.example at x"}
{"meta.written":"01.05.2024 12:05:00","meta":{"when":"-"},"peer.ip":"10.0.0.2","names":"a.example","other":{"deep":[1,{"x":null}]}}
{"meta.when":"2024-05-01T12:05:00Z","peer.ip":"10.0.0.2","names":"a.example"}
{"meta.when":"01.05.2024 12:05:00","peer.ip":7}
`
	got, _ := read(t, log, []telemetry.Format{m.Format()})
	want := []string{"2024-05-01T10:00:00 10.0.0.1 192.0.2.7 a.example b.example c.example d.example >192.0.2.9 >x answered", "2024-05-01T10:05:00 10.0.0.2 a.example",
		`rejected: time "2024-05-01T12:05:00Z" is not written as 02.01.2006 15:04:05`, "rejected: field peer.ip: is not a string"}
	if !slices.Equal(got, want) {
		t.Errorf("\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	// Without a clock of its own the fast path reads it.
	m, err = Parse([]byte("fields: {t: time, a: src, b: domain}"))
	if err != nil {
		t.Fatal(err)
	}
	schema, err := m.Format().Schema(nil, "")
	if err != nil {
		t.Fatal(err)
	}
	if fast := agree.Check(t, schema, []byte(strings.Repeat(`{"t":1714557600,"a":"10.0.0.1","b":"x.example"}`+"\n", 100))); fast < 90 {
		t.Errorf("the fast path read %d of 100 lines", fast)
	}
}

func TestAnyLinesThroughAMap(t *testing.T) {
	m, err := Parse([]byte("kind: http\npattern:\n  - '^(?P<time>\\S+) GET (?P<src>\\S+) (?P<url>\\S+)$'\n  - '^(?P<src>\\S+) at (?P<time>\\S+) (?P<domain>\\S+)$'\nonly: ' '\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, c := read(t, "# head\nalone\n\n2024-05-01T10:00:00Z GET 10.0.0.1 http://a.example/x\n10.0.0.2 at 1714557600 b.example\n10.0.0.x at 1714557600 b.example\n10.0.0.2 at \xff b.example\n", []telemetry.Format{m.Format()})
	want := []string{"rejected: no pattern of the map fits the line", "2024-05-01T10:00:00 10.0.0.1 a.example http://a.example/x answered", "2024-05-01T10:00:00 10.0.0.2 b.example answered", `rejected: src "10.0.0.x" is not an IP address`, "rejected: the line is not UTF-8"}
	if !slices.Equal(got, want) || c.Skipped[telemetry.SkipOther] != 1 || c.Lines != 7 {
		t.Errorf("%+v\n%s\nwant\n%s", c, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A map that is wrong says where.
func TestMapsThatSayTooLittleAreRefused(t *testing.T) {
	for text, want := range map[string]string{
		"columns: {a: src}": "name a time", "columns: {a: time}": "one thing that an indicator can match", "columns: {a: time, b: time, c: src}": "of columns, one",
		"columns: {a: time, b: colour}": `line 1: "b": "colour" is no field`, "fields:\n  a: time\n  b: text\n": `line 3: "b"`, "fields:\n  a: time\n  a: src\n": "given twice",
		"separator: ab\ncolumns: {a: time, b: src}": "not one character", "nonsense: 1": "line 1", "[": "not YAML", "kind: dns": "one of columns, fields and pattern",
		"fields: {a: time, b: src}\ncolumns: {a: time, b: src}": "one of", "fields: {a: time, b: src}\nonly: x": `"only" says nothing`,
		"kind: dns\npattern:\n  - '(?P<time>x) (?P<src>y)'\n  - '(?P<time>x'\n": "line 4: pattern", "pattern: '(?P<time>x) (?P<colour>y)'": `"colour" is no field`,
		"pattern: '(?P<time>" + strings.Repeat("x", maxPattern) + ")'": "over the limit", "fields: {a: time, b: '(?P<src>'}": `"b": pattern`,
		"fields: [a, b]": "line 1: is not a mapping", "fields: {a: time, b: src}\ntime_zone: Atlantis": "time zone", "fields: {a: time, b: src}\ntime_zone: Local": "time zone",
		"like: nobody": "there are access-log, azure-nsg,", "fields: {a: time, b: [1]}": "not a word", "columns: {a: time, b: src}\nreplace: [{in: src, what: x}]": `"replace" says nothing`,
		strings.Repeat("[", 1000): "deep",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%.60q: %v, want %s", text, err, want)
		}
	}
	m, err := Parse([]byte("columns: {when: time, who: src}"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = telemetry.Opening{Formats: []telemetry.Format{Table(m)}}.Read("x", strings.NewReader("when,whom\n1,2\n"))
	if err == nil || !strings.Contains(err.Error(), `no column "who"`) {
		t.Errorf("a missing column: %v", err)
	}
}

func TestAMapLikeAnother(t *testing.T) {
	m, err := Parse([]byte("like: bind\ntime_zone: Europe/Kyiv\n"))
	if err != nil {
		t.Fatal(err)
	}
	got, _ := read(t, "01-May-2024 13:00:00.123 queries: client 10.0.0.1#46255: query: bad.example.org IN A +\n", []telemetry.Format{m.Format()})
	if len(got) != 1 || got[0] != "2024-05-01T10:00:00.123 10.0.0.1 bad.example.org" {
		t.Errorf("%q", got)
	}
}

// What fits no map is nobody's: a map must not take another program's log.
func TestOtherLogsAreLeftAlone(t *testing.T) {
	for _, text := range []string{"hello\n", `{"a":1}` + "\n", `{"src_addr":"10.0.0.1"}` + "\n", "a,b\n1,2\n", `{"type":"x","message":{"type":"y"}}` + "\n", "client query: x\n", strings.Repeat("x", 1<<17)} {
		if log, err := (telemetry.Opening{Formats: formats(t)}).Read("x", strings.NewReader(text)); err == nil {
			t.Errorf("%.40q was taken for %s", text, log.Format.Name)
		}
	}
}

func FuzzMaps(f *testing.F) {
	f.Add([]byte("timestamp,client_ip,qname\n2024-05-01T10:00:00Z,10.0.0.1,a.example.org\n\"2024-05-01T10:00:01Z\",\"10.0.0.1\",\"b\"\"x\"\n,,\n\n"))
	f.Add([]byte(`{"rrname":"bad.example.org","rrtype":"A","rdata":["192.0.2.7"],"time_first":1714557600}` + "\n"))
	f.Add([]byte("01-May-2024 10:00:00.124 client 10.0.0.1#46255: query: bad.example.org IN AAAA +\n"))
	list := formats(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range list {
			if ok, _ := format.Sniff(data, "x"); !ok {
				continue
			}
			if s, err := format.Schema(data, "x"); err == nil {
				agree.Check(t, s, data)
			}
		}
	})
}
