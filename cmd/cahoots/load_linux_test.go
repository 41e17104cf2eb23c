package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// Two hundred clients for CAHOOTS_LOAD seconds (make load) over public data, with
// ingests, saved jobs, questions about the world and unknown tables among them:
// nothing but stated refusals, bounded memory, and cached documents at once.
func TestTwoHundredClients(t *testing.T) {
	seconds, _ := strconv.Atoi(os.Getenv("CAHOOTS_LOAD"))
	if seconds == 0 {
		t.Skip("set CAHOOTS_LOAD to a number of seconds, or run make load")
	}
	dir := t.TempDir()
	db := filepath.Join(dir, "s.db")
	cahoots(t, exitDone, "ingest", "-q", "-o", filepath.Join(dir, "out"), "--db", db, publicdata.Path(t, "attack/enterprise-attack-18.1.stix20.json.xz"), publicdata.Path(t, "misp/galaxy-threat-actor.json.xz"))
	cahoots(t, exitDone, "assess", "-q", "-o", filepath.Join(dir, "out"), "--db", db, "--a", "APT31", "--b", "Turla", "--save")
	address := freeAddress(t)
	cmd := exec.Command("cahoots", "serve", "--db", db, "--addr", address)
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		cmd.Process.Kill()
		cmd.Wait()
	}()
	l := &load{t: t, base: "http://" + address, took: map[string][]time.Duration{}, status: map[string]int{}, client: &http.Client{Timeout: 90 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 400}}}
	var list []server.Listed
	for i := 0; ; i++ {
		if _, body := l.do("ready", "GET", "/api/v1/assessments", ""); json.Unmarshal(body, &list) == nil && len(list) > 0 {
			break
		}
		if time.Sleep(50 * time.Millisecond); i > 200 {
			t.Fatal("the server does not answer")
		}
	}
	saved := "/api/v1/assessments/" + list[0].ID
	objects := taxii.Root + "collections/" + taxii.CollectionID(evidence.Red) + "/objects/?limit=100"
	cached := []string{saved, saved + "?format=csv&table=pairs", "/assessments/" + list[0].ID, "/api/v1/openapi.json", objects}
	for _, path := range cached {
		l.do("first", "GET", path, "")
	}
	start := resident(t, cmd.Process.Pid, "VmRSS")
	until := time.Now().Add(time.Duration(seconds) * time.Second)
	var wg sync.WaitGroup
	for n := range 200 {
		wg.Go(func() {
			for k := 0; time.Now().Before(until); k++ {
				switch {
				case n == 0 && k%20 == 0:
					l.do("world", "POST", "/api/v1/jobs", `{"a":"world","b":"world"}`)
				case n == 1 && k%20 == 0:
					l.do("save", "POST", "/api/v1/jobs", fmt.Sprintf(`{"a":"CN","b":"RU","to":"%d","save":true}`, 2010+k/20%15))
				case n < 12:
					l.do("unknown table", "GET", fmt.Sprintf("%s?format=csv&table=x%d_%d", saved, n, k), "")
				default:
					path := cached[(n+k)%len(cached)]
					l.do("cached "+strings.SplitN(strings.TrimPrefix(path, "/"), "/", 2)[0], "GET", path, "")
				}
				time.Sleep(200 * time.Millisecond) // five questions a second of each, a thousand of all
			}
		})
	}
	wg.Go(func() {
		for k := 0; time.Now().Before(until); k++ {
			file := filepath.Join(dir, "late.yaml")
			text := strings.Replace(markedCase, "id: marked", fmt.Sprint("id: late", k), 1)
			if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
				t.Error(err)
			}
			if out, err := exec.Command("cahoots", "ingest", "-q", "-o", filepath.Join(dir, "out"), "--db", db, file).CombinedOutput(); err != nil {
				t.Errorf("ingesting meanwhile: %v: %s", err, out)
			}
			time.Sleep(5 * time.Second)
		}
	})
	wg.Wait()
	t.Logf("answers: %v", l.status)
	for _, what := range slices.Sorted(maps.Keys(l.took)) {
		d := l.took[what]
		slices.Sort(d)
		t.Logf("%-20s %6d, median %v, p99 %v, longest %v", what, len(d), d[len(d)/2].Round(time.Millisecond/10), d[len(d)*99/100].Round(time.Millisecond/10), d[len(d)-1].Round(time.Millisecond))
	}
	// A question of the world goes on for longer than the load: what is not done soon
	// is cancelled, as its owner may, and what it held is given back.
	for _, id := range slices.Clone(l.jobs) {
		for k := 0; ; k++ {
			var p server.Progress
			if _, body := l.do("job", "GET", "/api/v1/jobs/"+id, ""); json.Unmarshal(body, &p) != nil {
				t.Fatalf("job %s: %s", id, body)
			}
			if p.State != server.Running && p.State != server.Queued {
				break
			}
			if k == 10 {
				l.do("cancel", "DELETE", "/api/v1/jobs/"+id, "")
			}
			time.Sleep(time.Second)
		}
	}
	for k := 0; k < 60 && resident(t, cmd.Process.Pid, "VmRSS") > start*3/2; k++ {
		time.Sleep(time.Second)
	}
	high, end := resident(t, cmd.Process.Pid, "VmHWM"), resident(t, cmd.Process.Pid, "VmRSS")
	load, _ := os.ReadFile("/proc/loadavg")
	t.Logf("resident: %d MB at the start, %d MB at most, %d MB after %d jobs; load of the machine %s", start>>20, high>>20, end>>20, len(l.jobs), load)
	if high > 1<<30 || end > start*3/2 {
		t.Errorf("%d MB resident, %d MB at the start, %d MB in the end", high>>20, start>>20, end>>20)
	}
}

type load struct {
	t      *testing.T
	base   string
	client *http.Client
	mu     sync.Mutex
	took   map[string][]time.Duration
	status map[string]int
	jobs   []string // that were taken on
}

// do asks and notes what came of it. A refusal must say why and when to come back.
func (l *load) do(what, method, path, body string) (int, []byte) {
	req, err := http.NewRequest(method, l.base+path, strings.NewReader(body))
	if err != nil {
		l.t.Error(err)
		return 0, nil
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	began := time.Now()
	res, err := l.client.Do(req)
	if err != nil {
		if what != "ready" {
			l.t.Errorf("%s: %v", what, err)
		}
		return 0, nil
	}
	b, err := io.ReadAll(res.Body)
	res.Body.Close()
	took := time.Since(began)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.took[what] = append(l.took[what], took)
	l.status[fmt.Sprint(what, " ", res.StatusCode)]++
	var job server.Progress
	if res.StatusCode == http.StatusAccepted && json.Unmarshal(b, &job) == nil {
		l.jobs = append(l.jobs, job.ID)
	}
	stated := res.Header.Get("Retry-After") != "" && (res.StatusCode == http.StatusServiceUnavailable || res.StatusCode == http.StatusTooManyRequests)
	if err != nil || res.StatusCode >= 300 && !stated && !(what == "unknown table" && res.StatusCode == http.StatusBadRequest) {
		l.t.Errorf("%s: %s %v: %.200s", what, res.Status, err, b)
	}
	return res.StatusCode, b
}

// resident is a figure of a process's memory, in bytes.
func resident(t *testing.T, pid int, name string) int64 {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(b)) {
		if f := strings.Fields(line); len(f) == 3 && f[0] == name+":" {
			n, err := strconv.ParseInt(f[1], 10, 64)
			if err != nil {
				t.Fatal(err)
			}
			return n << 10
		}
	}
	t.Fatalf("%s is not told", name)
	return 0
}
