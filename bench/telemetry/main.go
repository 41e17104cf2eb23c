// Command telemetry measures how fast sensor logs are matched against a million
// indicators, beside other ways to do the same, on one machine in one run.
//
// It is a module of its own, because DuckDB needs cgo and the program itself
// must not. Without the build tag duckdb it leaves DuckDB out:
//
//	go run . -dir /tmp/bench            # Go contestants, ripgrep if installed
//	go run -tags duckdb . -dir /tmp/bench
//
// Every contestant runs in a process of its own, in turn, several times; the
// table shows the median and the largest resident memory.
package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// outcome is what one run of a contestant reports.
type outcome struct {
	Seconds float64
	Bytes   int64
	Events  int64
	Hits    int64
	PeakMB  float64 // resident
}

// contestant is one way to find the events that show an indicator.
type contestant struct {
	name string
	log  string // which it reads
	run  func(d *data) (outcome, error)
	slow bool // over the first part of the log only
}

var contestants = []contestant{
	{"newlines only", "eve.json", newlines, false},
	{"cahoots", "eve.json", scanEVE("eve.json"), false},
	{"cahoots, a tenth of it", "eve-tenth.json", scanEVE("eve-tenth.json"), true},
	{"cahoots, seven times over", "eve.json", scanOver(7), false},
	{"unpacking zstd only", "eve.json.zst", unpackZstd, false},
	{"unpacking gzip only", "eve.json.gz", unpackGzip, false},
	{"cahoots, zstd", "eve.json.zst", scanEVE("eve.json.zst"), false},
	{"cahoots, gzip", "eve.json.gz", scanEVE("eve.json.gz"), false},
	{"cahoots, exact path only", "eve-tenth.json", scanExact, true},
	{"cahoots, Zeek TSV", "conn.log", scanZeek, false},
	{"encoding/json and Go maps", "eve-tenth.json", standardJSON, true},
	{"ripgrep -F -f", "eve-tenth.json", ripgrep, true},
}

func main() {
	dir := flag.String("dir", "/tmp/cahoots-bench", "where the data is, or is made")
	events := flag.Int("events", 2_500_000, "events of the EVE log")
	indicators := flag.Int("indicators", 1_000_000, "indicators")
	rounds := flag.Int("rounds", 3, "runs of each contestant")
	only := flag.String("only", "", "run contestants whose names hold this")
	one := flag.String("one", "", "internal: run one contestant and report as JSON")
	flag.Parse()
	d := &data{dir: *dir, events: *events, indicators: *indicators}
	var err error
	if *one != "" {
		err = runOne(d, *one)
	} else {
		err = runAll(d, *rounds, *only)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "telemetry:", err)
		os.Exit(1)
	}
}

var errAbsent = errors.New("not installed")

func runOne(d *data, name string) error {
	i := slices.IndexFunc(contestants, func(c contestant) bool { return c.name == name })
	if i < 0 {
		return fmt.Errorf("no contestant %q", name)
	}
	if err := warm(d.path(contestants[i].log)); err != nil {
		return err
	}
	o, err := contestants[i].run(d)
	if err != nil {
		return err
	}
	o.PeakMB = peak()
	return json.NewEncoder(os.Stdout).Encode(o)
}

// warm reads a file once, so that it is in memory: some systems give the memory
// of files that have not been read for a while to others.
func warm(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = io.Copy(io.Discard, f)
	return err
}

func runAll(d *data, rounds int, only string) error {
	if err := d.make(); err != nil {
		return err
	}
	results := map[string][]outcome{}
	for range rounds {
		for _, c := range contestants {
			if !strings.Contains(c.name, only) {
				continue
			}
			o, err := child(d, c.name)
			if err != nil {
				fmt.Fprintf(os.Stderr, "%s: %v\n", c.name, err)
				continue
			}
			results[c.name] = append(results[c.name], o)
		}
	}
	fmt.Printf("%d processors, %s, %s; medians of %d\n\n", runtime.NumCPU(), runtime.Version(), time.Now().UTC().Format("2006-01-02"), rounds)
	fmt.Println("| what | MB/s | M events/s | peak MB | hits | part |")
	fmt.Println("|---|---|---|---|---|---|")
	for _, c := range contestants {
		rs := results[c.name]
		if len(rs) == 0 {
			continue
		}
		slices.SortFunc(rs, func(a, b outcome) int { return cmp.Compare(a.Seconds, b.Seconds) })
		m := rs[len(rs)/2]
		part := "whole"
		if c.slow {
			part = "first tenth"
		}
		fmt.Printf("| %s | %.0f | %.2f | %.0f | %d | %s |\n", c.name, float64(m.Bytes)/m.Seconds/1e6, float64(m.Events)/m.Seconds/1e6, m.PeakMB, m.Hits, part)
	}
	return nil
}

// child runs a contestant in a process of its own.
func child(d *data, name string) (outcome, error) {
	self, err := os.Executable()
	if err != nil {
		return outcome{}, err
	}
	cmd := exec.Command(self, "-dir", d.dir, "-events", fmt.Sprint(d.events), "-indicators", fmt.Sprint(d.indicators), "-one", name)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return outcome{}, err
	}
	var o outcome
	if err := json.Unmarshal(out, &o); err != nil {
		return outcome{}, err
	}
	return o, nil
}

// peak is the largest resident memory of this process in MB, as Linux has it.
// (The rusage of a child would hold its parent's as well.)
func peak() float64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, after, _ := strings.Cut(string(status), "VmHWM:")
	var kb float64
	if _, err := fmt.Sscan(after, &kb); err != nil {
		return 0
	}
	return kb / 1024
}
