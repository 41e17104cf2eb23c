package indicator

import (
	"bufio"
	"bytes"
	"context"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/scaffold/agree"
	"github.com/cahoots-project/cahoots/internal/scaffold/traffic"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry/suricata"
)

const benchIndicators, benchEvents = 1_000_000, 250_000

// benchData makes the indicators and the log once for all benchmarks.
var benchData = sync.OnceValues(func() (csv []byte, log string) {
	csv, bad := traffic.Indicators(nil, 7, benchIndicators)
	dir, err := os.MkdirTemp("", "cahoots-bench-")
	if err != nil {
		panic(err)
	}
	log = filepath.Join(dir, "eve.json")
	f, err := os.Create(log)
	if err != nil {
		panic(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	m := traffic.New(9)
	m.Bad = bad
	var line []byte
	for range benchEvents {
		line = m.EVE(line[:0])
		if _, err := w.Write(line); err != nil {
			panic(err)
		}
	}
	if err := w.Flush(); err != nil {
		panic(err)
	}
	if err := f.Close(); err != nil {
		panic(err)
	}
	return csv, log
})

func TestMain(m *testing.M) {
	code := m.Run()
	if made {
		_, log := benchData()
		os.RemoveAll(filepath.Dir(log))
	}
	os.Exit(code)
}

var made bool

func benchSet(b *testing.B) (*Set, string) {
	b.Helper()
	made = true
	csv, log := benchData()
	var builder Builder
	if _, err := loadCSV(&builder, "bench", bytes.NewReader(csv), Defaults{}); err != nil {
		b.Fatal(err)
	}
	return builder.Set(), log
}

func BenchmarkLoadCSV(b *testing.B) {
	made = true
	csv, _ := benchData()
	b.SetBytes(int64(len(csv)))
	b.ReportAllocs()
	best := time.Hour
	for b.Loop() {
		start := time.Now()
		var builder Builder
		if _, err := loadCSV(&builder, "bench", bytes.NewReader(csv), Defaults{}); err != nil {
			b.Fatal(err)
		}
		s := builder.Set()
		best = min(best, time.Since(start))
		runtime.KeepAlive(s)
	}
	b.ReportMetric(best.Seconds(), "best-s/1e6")
}

func benchScan(b *testing.B, opt ScanOptions) {
	set, path := benchSet(b)
	st, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(st.Size())
	best := time.Hour
	hits := 0
	var counts telemetry.Counts
	for b.Loop() {
		start := time.Now()
		log, err := telemetry.Opening{Formats: []telemetry.Format{suricata.Format()}}.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		hits = 0
		if counts, err = Scan(context.Background(), log, set, opt, func(r *Result) error { hits += len(r.Hits); return nil }); err != nil {
			b.Fatal(err)
		}
		if err := log.Close(); err != nil {
			b.Fatal(err)
		}
		best = min(best, time.Since(start))
	}
	b.ReportMetric(float64(st.Size())/best.Seconds()/1e6, "best-MB/s")
	b.ReportMetric(float64(counts.Events)/best.Seconds()/1e6, "best-Mevents/s")
	b.ReportMetric(float64(hits), "hits")
}

func BenchmarkScan(b *testing.B)     { benchScan(b, ScanOptions{}) }
func BenchmarkScanOne(b *testing.B)  { benchScan(b, ScanOptions{Workers: 1}) }
func BenchmarkScanSlow(b *testing.B) { benchScan(b, ScanOptions{Slow: true}) }

// BenchmarkBlock matches one block in memory on one processor: the part of a
// scan that grows with the number of processors.
func BenchmarkBlock(b *testing.B) {
	set, path := benchSet(b)
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	data = data[:bytes.LastIndexByte(data[:telemetry.BlockSize], '\n')+1]
	schema, err := suricata.NewSchema()
	if err != nil {
		b.Fatal(err)
	}
	m := newMatcher(set, ScanOptions{})
	for range 5 { // learn the layouts
		m.block(&telemetry.Block{Data: data, Schema: schema})
	}
	agree.Best(b, len(data), func() { m.block(&telemetry.Block{Data: data, Schema: schema}) })
}
