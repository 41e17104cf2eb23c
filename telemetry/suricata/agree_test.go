package suricata

import (
	"bytes"
	"testing"

	"github.com/cahoots-project/cahoots/telemetry"
	"github.com/cahoots-project/cahoots/telemetry/agree"
	"github.com/cahoots-project/cahoots/telemetry/traffic"
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
		telemetry.DecodeBlock(&block, func(int64, []byte, *telemetry.Event) {}, func(telemetry.Rejection) {})
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
