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
	log, err := telemetry.Opening{Formats: formats}.Read("x", strings.NewReader(text))
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
	if events, c := read(t, string(firstLine([]byte(oldCSV)))+"\nNo matching flows\n", formats()); len(events) != 0 || c.Rejected != 0 {
		t.Errorf("no flows: %q %+v", events, c)
	}
	joined, c := read(t, oldCSV+oldCSV, formats())
	if len(joined) != 4 || c.Rejected != 0 {
		t.Errorf("two exports in one file: %q %+v", joined, c)
	}
	agree.Check(t, nfdumpSchema(firstLine([]byte(oldCSV)), nfdumpRoles(firstLine([]byte(oldCSV))), telemetry.Clock{}), []byte(oldCSV+oldCSV))
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte(oldCSV))
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

func formats() []telemetry.Format { return []telemetry.Format{NfdumpCSV(nil)} }
