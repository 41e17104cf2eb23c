package server_test

import (
	"io"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// BenchmarkCachedDocuments has 200 clients ask for cached documents, one
// request after the other, and reports the latency and how much the heap grew
// between the first quarter and the end:
//
//	go test -run '^$' -bench CachedDocuments -benchtime 60s ./server
func BenchmarkCachedDocuments(b *testing.B) {
	s, clear, _ := planted(b)
	base := running(b, server.Config{Store: s, Loopback: true})
	b.Run("assessments", func(b *testing.B) {
		cached(b, base, "/api/v1/assessments/"+clear.ID, "/assessments/"+clear.ID, "/api/v1/assessments/"+clear.ID+"?format=document", "/api/v1/actors")
	})
	b.Run("tables", func(b *testing.B) {
		cached(b, base, "/api/v1/dyads", "/dyads", "/api/v1/landscape", "/landscape")
	})
}

func cached(b *testing.B, base string, paths ...string) {
	const clients = 200
	h := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: clients, DisableCompression: true}}
	var left, failed, size atomic.Int64
	left.Store(int64(b.N))
	each := make([][]time.Duration, clients)
	var heap [2]uint64
	var once sync.Once
	for _, path := range paths { // the first answer is the making of it
		client{t: b, base: base}.get(path)
	}
	b.ResetTimer()
	var wg sync.WaitGroup
	for i := range clients {
		wg.Go(func() {
			for n := i; ; n++ {
				rest := left.Add(-1)
				if rest < 0 {
					return
				}
				if rest < int64(b.N)*3/4 {
					once.Do(func() { heap[0] = heapNow() })
				}
				r, err := http.NewRequest("GET", base+paths[n%len(paths)], nil)
				if err != nil {
					b.Error(err)
					return
				}
				r.Header.Set("Accept-Encoding", "gzip")
				began := time.Now()
				res, err := h.Do(r)
				if err != nil {
					failed.Add(1)
					continue
				}
				got, err := io.Copy(io.Discard, res.Body)
				size.Add(got)
				res.Body.Close()
				each[i] = append(each[i], time.Since(began))
				if err != nil || res.StatusCode != http.StatusOK {
					failed.Add(1)
				}
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	heap[1] = heapNow()
	all := slices.Concat(each...)
	slices.Sort(all)
	if len(all) == 0 {
		b.Fatal("no request was answered")
	}
	at := func(q float64) float64 {
		return float64(all[min(len(all)-1, int(q*float64(len(all))))].Microseconds()) / 1000
	}
	b.ReportMetric(at(.5), "p50-ms")
	b.ReportMetric(at(.99), "p99-ms")
	b.ReportMetric(float64(len(all))/b.Elapsed().Seconds(), "req/s")
	b.ReportMetric(float64(failed.Load()), "failed")
	b.ReportMetric(float64(size.Load())/1024/float64(len(all)), "KiB/answer")
	b.ReportMetric((float64(heap[1])-float64(heap[0]))/(1<<20), "heap-growth-MiB")
}

func heapNow() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
