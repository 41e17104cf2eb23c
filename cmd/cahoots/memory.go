package main

import (
	"math"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
)

// limitMemory makes the collector work harder from three quarters of what the
// machine, or the control group, has: the last line, behind the bounds of a
// server. GOMEMLIMIT, where it is set, is the user's word.
func (a *app) limitMemory() {
	if a.getenv("GOMEMLIMIT") != "" {
		return
	}
	if n := machineMemory(); n < math.MaxInt64 {
		debug.SetMemoryLimit(n / 4 * 3)
	}
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
