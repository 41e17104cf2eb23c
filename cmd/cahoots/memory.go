package main

import (
	"context"
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"
	"time"
)

// serverMemory is what a server takes, in bytes, before its collector works harder:
// what its bounds come to (docs/serve.md) without what is to be collected.
const serverMemory = 768 << 20

// boundMemory makes the collector of what runs for long, a server or a watch, work
// harder beyond serverMemory, and where more than that is in use, beyond half again of
// what is; never later than at three quarters of what the machine, or the control
// group, has. It is the last line, behind the bounds of the server. GOMEMLIMIT, where
// it is set, is the user's word.
func (a *app) boundMemory(ctx context.Context) {
	if a.getenv("GOMEMLIMIT") != "" {
		return
	}
	machine := machineMemory()
	used := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	bound := func() bool {
		metrics.Read(used)
		debug.SetMemoryLimit(memoryBound(int64(used[0].Value.Uint64()), machine))
		return true
	}
	bound()
	go eachSecond(ctx, bound)
}

// eachSecond does something every second for as long as it says so.
func eachSecond(ctx context.Context, do func() (again bool)) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if !do() {
				return
			}
		}
	}
}

// memoryBound is where the collector works harder, where so much is in use of what
// the machine has, in bytes.
func memoryBound(used, machine int64) int64 {
	return min(max(serverMemory, used/2*3), machine/4*3)
}

// machineMemory is the memory of the machine, or of the control group where that
// is less, in bytes; the largest number where neither says.
func machineMemory() int64 {
	most := int64(math.MaxInt64)
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if b, err := os.ReadFile(path); err == nil {
			if n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64); err == nil && n > 0 {
				most = min(most, n)
			}
		}
	}
	b, err := os.ReadFile("/proc/meminfo")
	if err != nil {
		return most
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == "MemTotal:" {
			if n, err := strconv.ParseInt(f[1], 10, 64); err == nil {
				most = min(most, n<<10)
			}
		}
	}
	return most
}
