package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/cahoots-project/cahoots/internal/store"
)

// BenchmarkIngest writes new stores of 1x, 4x and 16x the records of a large
// public data set.
func BenchmarkIngest(b *testing.B) {
	for _, n := range []int{8_000, 32_000, 128_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			records := series(n)
			dir := b.TempDir()
			runtime.GC()
			i := 0
			for b.Loop() {
				i++
				path := filepath.Join(dir, fmt.Sprint(i, ".db"))
				s := open(b, path)
				ingest(b, s, input("a"), summary, records...)
				b.StopTimer()
				if info, err := os.Stat(path); err == nil {
					b.ReportMetric(float64(info.Size())/float64(n), "file-B/record")
				}
				s.Close()
				os.Remove(path)
				b.StartTimer()
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}

// BenchmarkRecords reads them all back.
func BenchmarkRecords(b *testing.B) {
	for _, n := range []int{5_000, 20_000, 80_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s := fresh(b)
			ingest(b, s, input("a"), summary, series(n)...)
			for b.Loop() {
				got := 0
				for _, err := range s.Records(b.Context(), store.Filter{}) {
					if err != nil {
						b.Fatal(err)
					}
					got++
				}
				if got != n {
					b.Fatal(got)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
		})
	}
}
