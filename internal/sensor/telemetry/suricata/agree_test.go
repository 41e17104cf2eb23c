package suricata

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/scaffold/traffic"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

func made(n int) []byte {
	m := traffic.New(1)
	var b []byte
	for range n {
		b = m.EVE(b)
	}
	return b
}

func schema(t testing.TB) telemetry.Schema {
	t.Helper()
	s, err := NewSchema()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestFastPathAgreesOnMadeTraffic(t *testing.T) {
	data := made(20000)
	fast := agree.Check(t, schema(t), data)
	if fast < 19000 {
		t.Errorf("the fast path read only %d of 20000 lines by itself", fast)
	}
	t.Log(fast, len(data)/20000)
}

// After thousands of lines the fast path knows steady values and guesses layouts.
// Lines that differ from all of that by a byte or more must not slip through.
func TestFastPathAgreesOnDamagedLinesAmongMany(t *testing.T) {
	rng := rand.New(rand.NewPCG(6, 6))
	data := made(5000)
	n := 0
	for line := range bytes.Lines(made(6000)) {
		line = bytes.Clone(line)
		for range 1 + rng.IntN(3) {
			at := rng.IntN(len(line) - 1)
			switch rng.IntN(4) {
			case 0: // another byte
				line[at] = byte(rng.IntN(256))
			case 1: // one that matters
				const bytes = "\"\\{}[]:,0-tn \x00\x1f\x80\xff"
				line[at] = bytes[rng.IntN(len(bytes))]
			case 2: // one less
				line = slices.Delete(line, at, at+1)
			case 3: // some twice
				to := min(at+1+rng.IntN(40), len(line)-1)
				line = slices.Insert(line, to, bytes.Clone(line[at:to])...)
			}
		}
		data = append(data, line...)
		n++
	}
	fast := agree.Check(t, schema(t), data)
	if fast < 5000 || fast > 5000+n {
		t.Errorf("the fast path read %d lines by itself", fast)
	}
	t.Logf("the fast path read %d of %d lines by itself", fast, 5000+n)
}

// A key whose value is now a number, now a string, now a list keeps its lines on
// the fast path.
func TestFastPathReadsValuesOfSeveralKinds(t *testing.T) {
	var data []byte
	for n := range 5000 {
		value := [...]string{"7", `"seven"`, "7", "[7]", "7", "null"}[n%6]
		data = fmt.Appendf(data, `{"timestamp":"2024-05-01T12:00:00.123456+0000","vlan":%s,"src_ip":"10.0.0.1","event_type":"flow"}`+"\n", value)
	}
	if fast := agree.Check(t, schema(t), data); fast != 5000 {
		t.Errorf("the fast path read %d of 5000 lines by itself", fast)
	}
}

func BenchmarkScan(b *testing.B) {
	data := made(1000)
	s := schema(b).Scanner()
	var batch telemetry.Batch
	agree.Best(b, len(data), func() {
		for rest := data; len(rest) > 0; {
			rest = rest[s.Scan(rest, &batch):]
		}
	})
}

func BenchmarkDecode(b *testing.B) {
	block := telemetry.Block{Data: made(1000), Schema: schema(b)}
	agree.Best(b, len(block.Data), func() {
		agree.Decode(&block, func(int64, []byte, *telemetry.Event) {}, func(telemetry.Rejection) {})
	})
}

// BenchmarkNewlines is what merely finding the lines costs, for comparison.
func BenchmarkNewlines(b *testing.B) {
	data := made(1000)
	agree.Best(b, len(data), func() {
		for rest := data; len(rest) > 0; {
			rest = rest[bytes.IndexByte(rest, '\n')+1:]
		}
	})
}

// Each layout comes often enough for the fast path to know it.
func TestThePathsAgreeOnWhatWasNotAskedFor(t *testing.T) {
	var log []byte
	for _, body := range []string{
		`"event_type":"dns","dns":{"version":2,"type":"answer","rrname":"ok.example","rdata":"45.9.20.66"}`,
		`"event_type":"dns","dns":{"version":3,"type":"response","queries":[{"rrname":"ok.example"}],"answers":[{"rdata":"a.example"},{"rdata":"2001:db8::1"}]}`,
		`"event_type":"dns","dns":{"grouped":{"A":["9.9.9.9","45.9.20.66"],"CNAME":["a.example"]}}`,
		`"event_type":"tls","tls":{"subject":"C=US, O=x, CN=bad.example.org","fingerprint":"00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd:ee:ff:00:11:22:33","subjectaltname":["a.example","b.example"]}`,
		`"event_type":"tls","tls":{"subject":"O=none","ja3":"0123456789abcdef0123456789abcdef"}`,
		`"event_type":"http","http":{"hostname":"ok.example","url":"/","http_refer":"https://u:p@bad.example.org:81/x?y#z"}`,
		`"event_type":"http","http":{"hostname":"ok.example","url":"/","redirect":"http://bad.example.org"}`,
		`"event_type":"http","http":{"hostname":"ok.example","url":"/","redirect":"/here"}`,
		`"event_type":"http","http":{"hostname":"ok.example","url":"/","xff":"45.9.20.66, 10.0.0.1"}`,
		`"event_type":"http","http":{"request_headers":[{"name":":authority","value":"bad.example.org"},{"name":"x","value":"y"}]}`,
		`"event_type":"flow","tunnel":{"src_ip":"10.0.0.9","dest_ip":"45.9.20.66"}`,
		`"event_type":"flow","src_ip":"10.0.0.1","dest_ip":"64:ff9b::2d09:1442"`,
		`"event_type":"smtp","smtp":{"helo":"bad.example.org"},"email":{"url":["a.example/x","b.example"]}`,
		`"event_type":"tls","tls":{"fingerprint":17,"subject":null,"sni":"ok.example"}`,
	} {
		for range 5 {
			log = append(log, `{"timestamp":"2025-09-15T10:00:00.123456+0000",`+body+"}\n"...)
		}
	}
	if fast := agree.Check(t, schema(t), log); fast < 40 {
		t.Errorf("only %d lines took the fast path", fast)
	}
}
