// Package agree checks that the fast path of a log format gives the same fields
// as its exact path. It serves the tests and fuzz targets of the formats, and is
// not for the program.
package agree

import (
	"bytes"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Check runs data, whole lines of a log, through both paths of a schema and
// reports every line on which they differ. It returns how many lines the fast
// path read by itself.
func Check(t testing.TB, schema telemetry.Schema, data []byte) (fast int) {
	t.Helper()
	// As in a block, there is memory behind the last line.
	data = append(make([]byte, 0, len(data)+1024), data...)
	first := schema.Scanner()
	for range 2 { // the second pass meets every layout again
		now, scanner := schema, first
		fast = 0
		for rest := data; len(rest) > 0; {
			var b telemetry.Batch
			n := scanner.Scan(rest, &b)
			if n <= 0 || n > len(rest) {
				t.Fatalf("Scan consumed %d of %d bytes", n, len(rest))
			}
			fast += check(t, now, rest[:n], &b)
			if last := len(b.Exact) - 1; last >= 0 && int64(b.Exact[last].Line) == b.Lines-1 {
				if after := now.After(rest[b.Exact[last].At:n]); after != now {
					now, scanner = after, after.Scanner()
				}
			}
			rest = rest[n:]
		}
	}
	return fast
}

func check(t testing.TB, schema telemetry.Schema, data []byte, b *telemetry.Batch) (fast int) {
	t.Helper()
	got := values(b)
	exact := map[uint32]bool{}
	for _, l := range b.Exact {
		exact[l.Line] = true
	}
	events := map[uint32]int{}
	for i, l := range b.Events {
		events[l.Line] = i
	}
	var line uint32
	var nothing, blank int64
	for raw := range bytes.Lines(data) {
		at, isEvent := events[line]
		text := bytes.TrimSuffix(raw, []byte("\n"))
		text = bytes.TrimSuffix(text, []byte("\r"))
		e, outcome, err := schema.Decode(text)
		switch {
		case exact[line]:
			if isEvent {
				t.Fatalf("line %d is an event and left to the exact path: %q", line+1, text)
			}
		case err != nil:
			t.Fatalf("the fast path accepts line %d, which the exact path rejects (%v): %q", line+1, err, text)
		case isEvent != (outcome == telemetry.IsEvent):
			t.Fatalf("line %d is an event for one path only (exact: %d): %q", line+1, outcome, text)
		case isEvent:
			fast++
			if want := valuesOf(&e); !slices.Equal(got[at], want) {
				t.Fatalf("line %d: fast %q, exact %q: %q", line+1, got[at], want, text)
			}
		case outcome == telemetry.IsNothing:
			nothing++
			fast++
		case outcome == telemetry.IsBlank:
			blank++
		default:
			t.Fatalf("line %d is lost by the fast path (exact: %d): %q", line+1, outcome, text)
		}
		line++
	}
	if int64(line) != b.Lines || nothing != b.Nothing || blank != b.Blank {
		t.Fatalf("fast path counts %d lines, %d with nothing, %d blank; there are %d, %d, %d", b.Lines, b.Nothing, b.Blank, line, nothing, blank)
	}
	return fast
}

// values lists what a batch found, per event, in order.
func values(b *telemetry.Batch) [][]string {
	out := make([][]string, len(b.Events))
	add := func(event uint32, kind, value string) { out[event] = append(out[event], kind+" "+value) }
	text := func(from, to uint32) string { return string(b.Data[from:to]) }
	for _, v := range b.V4 {
		add(v.Event, "addr", netip.AddrFrom4([4]byte{byte(v.Addr >> 24), byte(v.Addr >> 16), byte(v.Addr >> 8), byte(v.Addr)}).String())
	}
	for _, v := range b.V6 {
		var a [16]byte
		for i := range 8 {
			a[i], a[8+i] = byte(v.Hi>>(56-8*i)), byte(v.Lo>>(56-8*i))
		}
		add(v.Event, "addr", netip.AddrFrom16(a).String())
	}
	for _, v := range b.Names {
		add(v.Event, "name", text(v.From, v.To))
	}
	for _, v := range b.URLs {
		add(v.Event, "url", text(v.HostFrom, v.HostTo)+text(v.PathFrom, v.PathTo))
	}
	for _, v := range b.Hashes {
		add(v.Event, "hash", text(v.From, v.To))
	}
	for _, v := range b.JA3 {
		add(v.Event, "ja3", text(v.From, v.To))
	}
	for _, v := range b.JA4 {
		add(v.Event, "ja4", text(v.From, v.To))
	}
	for _, v := range out {
		slices.Sort(v)
	}
	return out
}

func valuesOf(e *telemetry.Event) []string {
	var out []string
	add := func(kind string, values ...string) {
		for _, v := range values {
			out = append(out, fmt.Sprintf("%s %s", kind, v))
		}
	}
	for _, a := range []netip.Addr{e.Src, e.Dst} {
		if a.IsValid() {
			add("addr", a.String())
		}
	}
	add("name", e.Domains...)
	add("url", e.URLs...)
	add("hash", e.Hashes...)
	add("ja3", e.JA3...)
	add("ja4", e.JA4...)
	for _, x := range e.Extra {
		a, err := telemetry.ParseAddr(x.Value)
		switch {
		case x.Field == telemetry.Fingerprint:
			add("hash", x.Value)
		case err == nil && (x.Field == telemetry.Answer || x.Field == telemetry.Tunnel):
			add("addr", a.String()) // that it came beside says the exact path
		default:
			add("name", x.Value)
		}
	}
	slices.Sort(out)
	return slices.Clip(out[:len(out):len(out)])
}

// Fail reports whether a line is rejected by the exact path with a reason that
// holds part.
func Fail(schema telemetry.Schema, line, part string) bool {
	_, _, err := schema.Decode([]byte(line))
	return err != nil && strings.Contains(err.Error(), part)
}

// Best runs work over size bytes until the benchmark ends and reports, beside
// the mean, the speed of the fastest run: on a shared machine the figure that
// comes nearest to what the code can do.
func Best(b *testing.B, size int, work func()) {
	b.Helper()
	b.SetBytes(int64(size))
	best := time.Duration(1<<63 - 1)
	for b.Loop() {
		start := time.Now()
		work()
		best = min(best, time.Since(start))
	}
	b.ReportMetric(float64(size)/best.Seconds()/1e6, "best-MB/s")
}
