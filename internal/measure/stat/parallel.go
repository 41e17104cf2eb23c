package stat

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// forEach calls f for 0..n-1 on as many goroutines as there are processors and
// returns when all are done. Each call must write only to its own place, so
// that the outcome does not depend on the order.
func forEach(n int, f func(i int)) {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers <= 1 {
		for i := range n {
			f(i)
		}
		return
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				f(i)
			}
		})
	}
	wg.Wait()
}
