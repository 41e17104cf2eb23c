package zeek

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/scaffold/traffic"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

func tsv(t testing.TB, head string) telemetry.Schema {
	t.Helper()
	s, err := TSV().Schema([]byte(head), "x.log")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func jsonSchema(t testing.TB) telemetry.Schema {
	t.Helper()
	s, err := JSON().Schema(nil, "conn.log")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFastPathAgreesOnMadeTraffic(t *testing.T) {
	for path := range map[string]bool{"conn": true, "dns": true, "ssl": true, "http": true} {
		m := traffic.New(3)
		data := []byte(traffic.ZeekHeader(path))
		for range 3000 {
			data = m.Zeek(data, path)
		}
		if fast := agree.Check(t, tsv(t, string(data)), data); fast < 2990 {
			t.Errorf("%s: the fast path read only %d of 3000 lines by itself", path, fast)
		}
	}
	m := traffic.New(4)
	var data []byte
	for range 3000 {
		data = m.ZeekJSON(m.ZeekJSON(data, "conn"), "dns")
	}
	if fast := agree.Check(t, jsonSchema(t), data); fast < 5900 {
		t.Errorf("JSON: the fast path read only %d of 6000 lines by itself", fast)
	}
}

const dnsHeader = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery\n"

func TestColumnsFollowTheHeader(t *testing.T) {
	e, outcome, err := tsv(t, dnsHeader).Decode([]byte("1591367999.305988\tC1\t10.0.0.1\t9.9.9.9\tEvil.example\\x2eorg"))
	if err != nil || outcome != telemetry.IsEvent || e.Domains[0] != "Evil.example.org" || e.Src != netip.MustParseAddr("10.0.0.1") || e.Time.Nanosecond() != 305988000 {
		t.Errorf("%+v %v %v", e, outcome, err)
	}
	other := strings.NewReplacer("\\x09", "|", "\t", "|").Replace(dnsHeader)
	if e, _, err = tsv(t, other).Decode([]byte("1591367999.305988|C1|10.0.0.1|9.9.9.9|a.example")); err != nil || e.Domains[0] != "a.example" {
		t.Errorf("separator |: %+v %v", e, err)
	}
	added := strings.Replace(dnsHeader, "uid", "new_column\tuid", 1)
	if e, _, err = tsv(t, added).Decode([]byte("1591367999\tx\tC1\t10.0.0.1\t9.9.9.9\ta.example")); err != nil || e.Domains[0] != "a.example" {
		t.Errorf("a new column: %+v %v", e, err)
	}
	if !agree.Fail(tsv(t, dnsHeader), "1591367999.305988\tC1\t10.0.0.1", "3 columns where 5 are expected") {
		t.Error("a line with too few columns passed")
	}
}

// A log is one whatever stands before its header, and however much of it there is.
func TestBeginningsOfLogsInColumns(t *testing.T) {
	const entry = "1591367999.305988\tC1\t10.0.0.1\t9.9.9.9\ta.example\n"
	for text, rejected := range map[string]int{
		"# a comment\n" + dnsHeader: 0, "\n" + dnsHeader: 0, "\t" + dnsHeader: 1, "#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery\n": 0,
		strings.Replace(dnsHeader, `\x09`, `\t`, 1): 0, strings.ReplaceAll(strings.Replace(dnsHeader, `\x09`, `||`, 1), "\t", "||"): 0,
	} {
		log, err := telemetry.Opening{Formats: Formats()}.Read("dns.log", strings.NewReader(text+strings.ReplaceAll(entry, "\t", map[bool]string{true: "||", false: "\t"}[strings.Contains(text, "||")])))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		b, err := log.Next()
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		c := agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) { names = append(names, e.Domains...) }, func(telemetry.Rejection) {})
		if strings.Join(names, " ") != "a.example" || c.Rejected != int64(rejected) {
			t.Errorf("%q: %q %+v", text, names, c)
		}
	}
}

func TestUnsetAndEmptyAreNoValues(t *testing.T) {
	e, outcome, err := tsv(t, dnsHeader).Decode([]byte("1591367999.305988\tC1\t10.0.0.1\t9.9.9.9\t-"))
	if err != nil || outcome != telemetry.IsEvent || len(e.Domains) != 0 {
		t.Errorf("%+v %v %v", e, outcome, err)
	}
	_, outcome, err = tsv(t, dnsHeader).Decode([]byte("1591367999.305988\tC1\t-\t-\t(empty)"))
	if err != nil || outcome != telemetry.IsNothing {
		t.Errorf("%v %v", outcome, err)
	}
}

// Logs of what hosts are, and not of whom they dealt with, say nothing in either form.
func TestInventoriesSayNothingInEitherForm(t *testing.T) {
	for path, c := range map[string]struct{ fields, values, json string }{
		"known_hosts": {"ts\thost", "1591367999.3\t10.0.0.1", `{"ts":1591367999.3,"host":"10.0.0.1"}`},
		"software":    {"ts\thost\thost_p\tsoftware_type\tname", "1591367999.3\t10.0.0.1\t-\tHTTP::BROWSER\tcurl", `{"ts":1591367999.3,"host":"10.0.0.1","software_type":"HTTP::BROWSER","name":"curl"}`},
	} {
		header := "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\t" + path + "\n#fields\t" + c.fields + "\n"
		_, columns, err := tsv(t, header).Decode([]byte(c.values))
		schema, bad := JSON().Schema([]byte(c.json+"\n"), path+".log")
		if bad != nil {
			t.Fatal(bad)
		}
		_, object, worse := schema.Decode([]byte(c.json))
		if err != nil || worse != nil || columns != telemetry.IsNothing || object != telemetry.IsNothing {
			t.Errorf("%s: %v %v in columns, %v %v as JSON", path, columns, err, object, worse)
		}
	}
}

func TestHeaderInTheMiddleChangesTheColumns(t *testing.T) {
	data := dnsHeader + "1591367999\tC1\t10.0.0.1\t9.9.9.9\ta.example\n" + "#close\t2020\n" +
		strings.Replace(dnsHeader, "uid\t", "", 1) + "1591367999\t10.0.0.1\t9.9.9.9\tb.example\n"
	log, err := telemetry.Opening{Formats: Formats()}.Read("x", strings.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	b, err := log.Next()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	c := agree.Decode(b, func(_ int64, _ []byte, e *telemetry.Event) { names = append(names, e.Domains...) }, func(r telemetry.Rejection) { t.Error(r) })
	if strings.Join(names, " ") != "a.example b.example" || c.Skipped[telemetry.SkipHeader] != 13 {
		t.Errorf("%q %+v", names, c)
	}
	agree.Check(t, tsv(t, data), []byte(data))
}

func TestWhoAskedForAFile(t *testing.T) {
	s := jsonSchema(t)
	client, server := netip.MustParseAddr("10.0.0.1"), netip.MustParseAddr("198.51.100.7")
	const old = `{"_path":"files","ts":1714521600.5,"fuid":"F1","tx_hosts":["198.51.100.7"],"rx_hosts":["10.0.0.1"],"sha256":"bb"`
	for line, opened := range map[string]telemetry.Side{
		`{"_path":"files","ts":1714521600.5,"fuid":"F1","id.orig_h":"10.0.0.1","id.resp_h":"198.51.100.7","is_orig":false,"md5":"aa"}`: telemetry.SrcSide,
		`{"_path":"files","ts":1714521600.5,"fuid":"F1","id.orig_h":"10.0.0.1","id.resp_h":"198.51.100.7","is_orig":true,"md5":"aa"}`:  telemetry.SrcSide,
		old + `,"is_orig":false}`: telemetry.SrcSide,
		old + `}`:                 telemetry.NoSide,
		`{"_path":"files","ts":1714521600.5,"fuid":"F1","rx_hosts":["198.51.100.7"],"tx_hosts":["10.0.0.1"],"is_orig":true,"sha256":"bb"}`: telemetry.SrcSide,
	} {
		e, _, err := s.Decode([]byte(line))
		if err != nil || e.Kind != telemetry.File || e.Src != client || e.Dst != server || e.Opened != opened || e.Reply != telemetry.Answered {
			t.Errorf("%s: %+v %v", line, e, err)
		}
	}
}

func FuzzTSV(f *testing.F) {
	m := traffic.New(5)
	for _, path := range []string{"conn", "dns", "ssl", "http"} {
		f.Add(m.Zeek(m.Zeek([]byte(traffic.ZeekHeader(path)), path), path))
	}
	f.Add([]byte(dnsHeader + "1591367999.305988\tC1\t10.0.0.1\t9.9.9.9\tEvil.example\\x2eorg\n\n\t\t\t\t\n#close\tx\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := TSV().Schema(data, "x.log")
		if err != nil {
			return
		}
		agree.Check(t, s, data)
	})
}

func FuzzJSON(f *testing.F) {
	m := traffic.New(6)
	f.Add(m.ZeekJSON(m.ZeekJSON(nil, "conn"), "dns"))
	f.Add([]byte(`{"ts":1714521600.5,"fuid":"F1","tx_hosts":["198.51.100.7"],"rx_hosts":["10.0.0.1"],"sha256":"bb","id.orig_h":"-"}` + "\n"))
	f.Fuzz(func(t *testing.T, data []byte) { agree.Check(t, jsonSchema(t), data) })
}

func BenchmarkScan(b *testing.B) {
	for _, path := range []string{"conn", "dns", "http"} {
		b.Run(path, func(b *testing.B) {
			m := traffic.New(3)
			var data []byte
			for range 3000 {
				data = m.Zeek(data, path)
			}
			s := tsv(b, traffic.ZeekHeader(path)).Scanner()
			var batch telemetry.Batch
			agree.Best(b, len(data), func() {
				for rest := data; len(rest) > 0; {
					rest = rest[s.Scan(rest, &batch):]
				}
			})
		})
	}
}

func TestThePathsAgreeOnSetsOfValues(t *testing.T) {
	log := "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.resp_h\tquery\tanswers\n"
	for _, answers := range []string{"45.9.20.66", "a.example,45.9.20.66,2001:db8::1", "-", "(empty)", ",", "a.example,,b.example", "a\\x2cb"} {
		for range 3 {
			log += "1757930400.5\tC1\t10.1.5.5\t10.1.0.53\tok.example.net\t" + answers + "\n"
		}
	}
	if fast := agree.Check(t, tsv(t, log), []byte(log)); fast < 12 {
		t.Errorf("only %d lines took the fast path", fast)
	}
}
