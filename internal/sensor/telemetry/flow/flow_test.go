package flow

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// read returns "time src dst domains" of every event of a log.
func read(t *testing.T, text string, formats []telemetry.Format) (events []string, c telemetry.Counts) {
	t.Helper()
	log, err := telemetry.Read("x", strings.NewReader(text), formats, "")
	if err != nil {
		t.Fatal(err)
	}
	for {
		b, err := log.Next()
		if errors.Is(err, io.EOF) {
			return events, c
		}
		if err != nil {
			t.Fatal(err)
		}
		c.Add(agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) {
			events = append(events, strings.TrimSpace(e.Time.Format("2006-01-02T15:04:05.000")+" "+e.Src.String()+" "+e.Dst.String()+" "+strings.Join(e.Domains, ",")))
		}, func(r telemetry.Rejection) { events = append(events, "rejected: "+r.Why) }))
	}
}

const oldCSV = "ts,te,td,sa,da,sp,dp,pr,flg,ipkt\n2024-05-01 10:00:00,2024-05-01 10:00:01,1.0,10.0.0.1,192.0.2.7,5,443,TCP,...,3\n" +
	"2024-05-01 10:00:02,2024-05-01 10:00:03,1.0,2001:db8::1,2001:db8::2,5,443,TCP,...,3\nSummary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n2,48,3,1,1,1\n"

func TestNfdumpCSVOfBothGenerations(t *testing.T) {
	want := "2024-05-01T10:00:00.000 10.0.0.1 192.0.2.7|2024-05-01T10:00:02.000 2001:db8::1 2001:db8::2"
	events, c := read(t, oldCSV, formats())
	if strings.Join(events, "|") != want || c.Skipped[telemetry.SkipHeader] != 4 || c.Rejected != 0 {
		t.Errorf("%q %+v", events, c)
	}
	newer := "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes\n2024-05-01 10:00:00.000,1.0,TCP,10.0.0.1,5,192.0.2.7,443,3,9\n2024-05-01 10:00:02.000,1.0,TCP,2001:db8::1,5,2001:db8::2,443,3,9\n"
	if events, _ = read(t, newer, formats()); strings.Join(events, "|") != want {
		t.Errorf("%q", events)
	}
	joined, c := read(t, oldCSV+oldCSV, formats())
	if len(joined) != 4 || c.Rejected != 0 {
		t.Errorf("two exports in one file: %q %+v", joined, c)
	}
	agree.Check(t, nfdumpSchema(firstLine([]byte(oldCSV)), nfdumpRoles(firstLine([]byte(oldCSV)))), []byte(oldCSV+oldCSV))
}

func TestNfdumpJSONAsArrayAndAsLines(t *testing.T) {
	want := "2024-05-01T10:00:00.123 10.0.0.1 192.0.2.7|2024-05-01T10:00:02.000 2001:db8::1 2001:db8::2"
	array := "[\n{\n\t\"type\" : \"FLOW\",\n\t\"first\" : \"2024-05-01T10:00:00.123\",\n\t\"src4_addr\" : \"10.0.0.1\",\n\t\"dst4_addr\" : \"192.0.2.7\"\n},\n" +
		"{\n\t\"type\" : \"FLOW\",\n\t\"first\" : \"2024-05-01T10:00:02.000\",\n\t\"src6_addr\" : \"2001:db8::1\",\n\t\"dst6_addr\" : \"2001:db8::2\"\n}\n]\n"
	if events, c := read(t, array, formats()); strings.Join(events, "|") != want || c.Rejected != 0 {
		t.Errorf("%q %+v", events, c)
	}
	single := `{"first":"2024-05-01T10:00:00.123","src4_addr":"10.0.0.1","dst4_addr":"192.0.2.7"}` + "\n" + `{"first":"2024-05-01T10:00:02.000","src6_addr":"2001:db8::1","dst6_addr":"2001:db8::2"}` + "\n"
	if events, c := read(t, single, formats()); strings.Join(events, "|") != want || c.Rejected != 0 {
		t.Errorf("%q %+v", events, c)
	}
}

func TestTablesSpeakForThemselvesOrThroughAMap(t *testing.T) {
	plain := "timestamp,client_ip,qname,qtype\n2024-05-01T10:00:00Z,10.0.0.1,a.example.org,A\n\"2024-05-01T10:00:01Z\",\"10.0.0.1\",\"b.example.org\",A\n2024-05-01T10:00:01Z,10.0.0.1\n"
	events, c := read(t, plain, formats())
	if len(events) != 3 || !strings.HasSuffix(events[1], "b.example.org") || !strings.HasPrefix(events[2], "rejected: 2 columns") || c.Lines != 4 {
		t.Errorf("%q %+v", events, c)
	}
	m, err := ParseMap([]byte("kind: dns\nseparator: ';'\ncolumns: {when: time, who: src, what: domain}\ntime_format: '02/Jan/2006:15:04:05 -0700'\nunset: ['-']\n"))
	if err != nil {
		t.Fatal(err)
	}
	mapped := "who;x;when;what\n10.0.0.1;;01/May/2024:12:00:00 +0200;a.example.org\n10.0.0.1;;01/May/2024:12:00:00 +0200;-\n10.0.0.1;;2024-99-01;a\n"
	events, _ = read(t, mapped, []telemetry.Format{Table(m)})
	if len(events) != 3 || !strings.HasPrefix(events[0], "2024-05-01T10:00:00.000 10.0.0.1") || !strings.HasPrefix(events[2], "rejected") {
		t.Errorf("%q", events)
	}
	m, err = ParseMap([]byte("header: false\nkind: dns\ncolumns: {1: time, 3: src, 2: domain}\n"))
	if err != nil {
		t.Fatal(err)
	}
	if events, _ = read(t, "1714557600.5,a.example.org,10.0.0.1\n", []telemetry.Format{Table(m)}); len(events) != 1 || !strings.HasSuffix(events[0], "a.example.org") {
		t.Errorf("%q", events)
	}
}

func TestMapsThatSayTooLittleAreRefused(t *testing.T) {
	for _, text := range []string{"columns: {a: src}", "columns: {a: time}", "columns: {a: time, b: colour}", "separator: ab\ncolumns: {a: time, b: src}", "nonsense: 1", "["} {
		if _, err := ParseMap([]byte(text)); err == nil {
			t.Errorf("%q was accepted", text)
		}
	}
	m, err := ParseMap([]byte("columns: {when: time, who: src}"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = telemetry.Read("x", strings.NewReader("when,whom\n1,2\n"), []telemetry.Format{Table(m)}, "")
	if err == nil || !strings.Contains(err.Error(), `no column "who"`) {
		t.Errorf("a missing column: %v", err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(oldCSV))
	f.Add([]byte("timestamp,client_ip,qname\n2024-05-01T10:00:00Z,10.0.0.1,a.example.org\n\"2024-05-01T10:00:01Z\",\"10.0.0.1\",\"b\"\"x\"\n,,\n\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, format := range formats() {
			if ok, _ := format.Sniff(data, "x.csv"); !ok {
				continue
			}
			s, err := format.Schema(data, "x.csv")
			if err != nil {
				continue
			}
			agree.Check(t, s, data)
		}
	})
}

// formats returns nfdump's CSV and JSON, and CSV whose header speaks for
// itself.
func formats() []telemetry.Format {
	return []telemetry.Format{NfdumpCSV(), NfdumpJSON(), Table(nil)}
}
