//go:build unix

package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// steepest is the exponent above which work grows faster than n log n and noise
// explain.
const steepest = 1.15

// A job is something the program does to inputs of some size.
type job struct {
	name, unit string
	few, many  int // the smallest size, in the tests and in docs/speed.md
	// prepare makes inputs of size n below a folder; do is what is measured.
	prepare func(t *testing.T, dir string, n int)
	do      func(t *testing.T, dir string) cost
	size    func(n int) int // of what is worked on, where it is not n
}

// A cost is what a run took.
type cost struct {
	cpu float64 // seconds of user and system
	mb  float64 // resident at most
}

func jobs() []job {
	incidents := func(t *testing.T, dir string, n int) {
		for _, in := range incidentTables(t, dir, n) {
			program(t, append([]string{"ingest", "--db", dir + "/s.db"}, in...)...)
		}
	}
	verb := func(args ...string) func(*testing.T, string) cost {
		return func(t *testing.T, dir string) cost {
			own := []string{}
			for _, a := range args {
				own = append(own, strings.ReplaceAll(a, "DIR", dir))
			}
			return program(t, own...)
		}
	}
	sides := func(t *testing.T, dir string, g int) {
		path, a, b := groups(t, dir, g)
		program(t, "ingest", "--db", dir+"/s.db", "--publisher", "Made Up", path)
		for name, side := range map[string]string{"a": a, "b": b} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(side), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	matched := func(t *testing.T, dir string, n int) {
		hits(t, dir, n)
		program(t, "match", "--db", dir+"/s.db", "--indicators", dir+"/indicators.csv", dir+"/eve.json")
	}
	pairs := func(g int) int { return g * g }
	return []job{
		{name: "ingest", unit: "incidents", few: 1500, many: 12_500, prepare: func(t *testing.T, dir string, n int) { incidentTables(t, dir, n) },
			do: func(t *testing.T, dir string) cost {
				os.Remove(dir + "/s.db")
				return verb("ingest", "--db", "DIR/s.db", "DIR/first.csv", "--map", "DIR/first.yaml")(t, dir)
			}},
		{name: "actors (resolve)", unit: "names", few: 1500, many: 6250, do: verb("actors", "list", "--db", "DIR/s.db"),
			prepare: func(t *testing.T, dir string, n int) {
				program(t, "ingest", "--db", dir+"/s.db", names(t, dir, n))
			}},
		{name: "assess", unit: "pairs", few: 8, many: 12, size: pairs, prepare: sides, do: func(t *testing.T, dir string) cost {
			a, errA := os.ReadFile(filepath.Join(dir, "a"))
			b, errB := os.ReadFile(filepath.Join(dir, "b"))
			if errA != nil || errB != nil {
				t.Fatal(errA, errB)
			}
			return program(t, "assess", "--db", dir+"/s.db", "--a", string(a), "--b", string(b))
		}},
		{name: "dyads", unit: "incidents", few: 750, many: 12_500, prepare: incidents, do: verb("dyads", "--db", "DIR/s.db")},
		{name: "export --to stix", unit: "incidents", few: 500, many: 3000, prepare: incidents, do: verb("export", "--db", "DIR/s.db", "--to", "stix", "-o", "DIR/out.json")},
		{name: "report", unit: "incidents", few: 500, many: 3000, prepare: func(t *testing.T, dir string, n int) {
			incidents(t, dir, n)
			program(t, "dyads", "--db", dir+"/s.db", "--format", "json", "-o", dir+"/saved.json")
		}, do: verb("report", "DIR/saved.json", "--format", "markdown", "-o", "DIR/out.md")},
		{name: "TAXII, all pages", unit: "records", few: 500, many: 3000, prepare: incidents, do: paged},
		{name: "match", unit: "hits", few: 4000, many: 25_000, prepare: func(t *testing.T, dir string, n int) { hits(t, dir, n) },
			do: func(t *testing.T, dir string) cost {
				os.Remove(dir + "/s.db")
				return verb("match", "--db", "DIR/s.db", "--indicators", "DIR/indicators.csv", "DIR/eve.json")(t, dir)
			}},
		{name: "landscape", unit: "systems", few: 4000, many: 25_000, prepare: matched, do: verb("landscape", "--db", "DIR/s.db")},
	}
}

// program runs the program by itself, without progress, and says what it took.
func program(t *testing.T, args ...string) cost {
	t.Helper()
	cmd := exec.Command("cahoots", append(args, "-q")...)
	var errs strings.Builder
	cmd.Stderr = &errs
	if err := cmd.Run(); err != nil {
		t.Fatalf("cahoots %.200v: %v: %s", args, err, errs.String())
	}
	return costOf(cmd.ProcessState)
}

func costOf(s *os.ProcessState) cost {
	out := cost{cpu: (s.UserTime() + s.SystemTime()).Seconds()}
	if u, ok := s.SysUsage().(*syscall.Rusage); ok {
		out.mb = float64(u.Maxrss) / 1000
	}
	return out
}

// paged reads all objects of a store page by page, and says what that cost the
// server.
func paged(t *testing.T, dir string) cost {
	t.Helper()
	address := freeAddress(t)
	cmd := exec.Command("cahoots", "serve", "--db", dir+"/s.db", "--addr", address, "-q")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	base := "http://" + address + taxii.Root + "collections/" + taxii.CollectionID(evidence.Red) + "/objects/?limit=2000"
	objects, next := 0, ""
	for try := 0; ; {
		req, err := http.NewRequestWithContext(t.Context(), "GET", base+next, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "application/taxii+json;version=2.1")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			if try++; try > 400 {
				t.Fatal("the server does not answer")
			}
			time.Sleep(50 * time.Millisecond)
			continue
		}
		var page struct {
			More    bool
			Next    string
			Objects []json.RawMessage
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK || json.Unmarshal(body, &page) != nil {
			t.Fatalf("status %d: %.200s", resp.StatusCode, body)
		}
		objects += len(page.Objects)
		if !page.More {
			break
		}
		next = "&next=" + page.Next
	}
	if objects < 1000 {
		t.Errorf("%d objects in all", objects)
	}
	if err := cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	cmd.Wait() // ends by the signal
	return costOf(cmd.ProcessState)
}

// exponent is by which power of the size the processor seconds grow in the last
// step, beyond those of starting the program: at the first, what is done once
// hides growth.
func exponent(start float64, sizes []int, costs []cost) float64 {
	last := len(sizes) - 1
	own := func(n int) float64 { return max(costs[n].cpu-start, .02) }
	return math.Log(own(last)/own(last-1)) / math.Log(float64(sizes[last])/float64(sizes[last-1]))
}

// measureGrowth runs a job at 1, 4 and 16 times its smallest size: each so often that
// what else the machine does is not taken for growth.
func measureGrowth(t *testing.T, j job, least int, start float64, again int) (sizes []int, costs []cost) {
	t.Helper()
	var dirs []string
	for _, times := range []int{1, 4, 16} {
		n := least * times
		if j.size != nil { // of pairs, by half as many groups
			n = least * int(math.Sqrt(float64(times)))
			sizes = append(sizes, j.size(n))
		} else {
			sizes = append(sizes, n)
		}
		dir := t.TempDir()
		j.prepare(t, dir, n)
		dirs, costs = append(dirs, dir), append(costs, j.do(t, dir))
	}
	for range again {
		if exponent(start, sizes, costs) <= steepest {
			break
		}
		for n, dir := range dirs {
			if c := j.do(t, dir); c.cpu < costs[n].cpu {
				costs[n].cpu = c.cpu
			}
		}
	}
	return sizes, costs
}

// What takes n log n at these sizes takes it at larger ones; make growth tries them
// and writes docs/speed.md.
func TestNothingGrowsMuchFasterThanItsInput(t *testing.T) {
	page := os.Getenv("CAHOOTS_GROWTH")
	if page == "" && os.Getenv("CAHOOTS_GROWTH_SHORT") == "" {
		t.Skip("processor time is measured by make growth, and at smaller sizes by make growth-short")
	}
	start := program(t, "--version").cpu
	var rows []string
	for _, j := range jobs() {
		t.Run(j.name, func(t *testing.T) {
			least := j.few
			if page != "" {
				least = j.many
			}
			sizes, costs := measureGrowth(t, j, least, start, 5)
			e := exponent(start, sizes, costs)
			row := fmt.Sprintf("| %s | %s |", j.name, j.unit)
			for n, c := range costs {
				row += fmt.Sprintf(" %s: %.1f s, %.0f MB |", document.Thousands(sizes[n]), c.cpu, c.mb)
			}
			rows = append(rows, row+fmt.Sprintf(" %.2f |", e))
			t.Log(rows[len(rows)-1])
			if e > steepest {
				t.Errorf("%s: processor seconds grow with the power %.2f of %s: %+v", j.name, e, j.unit, costs)
			}
		})
	}
	if page != "" {
		writeGrowth(t, page, rows)
	}
}

// The table stands between these lines of the page.
const growthBegins, growthEnds = "<!-- growth -->\n", "<!-- /growth -->\n"

func writeGrowth(t *testing.T, page string, rows []string) {
	t.Helper()
	old, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(old), growthBegins)
	_, after, closed := strings.Cut(rest, growthEnds)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", page)
	}
	writeFile(t, page, func(w *bufio.Writer) {
		fmt.Fprint(w, before, growthBegins, "| work | of | 1x | 4x | 16x | power |\n| --- | --- | --- | --- | --- | ---: |\n", strings.Join(rows, "\n"), "\n", growthEnds, after)
	})
}
