package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/sensor/simulation"
	"github.com/cahoots-project/cahoots/internal/store"
)

// simulated makes one simulation for the tests below.
func simulated(t *testing.T, preset string, events int) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "sim")
	cahoots(t, 0, "simulate", "telemetry", "--preset", preset, "--events", fmt.Sprint(events), "--seed", "11", "--out", dir)
	return dir
}

// cahoots runs the program within the test and returns its standard output.
func cahoots(t *testing.T, status int, args ...string) []byte {
	t.Helper()
	var out, errs bytes.Buffer
	got := Run(t.Context(), args, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" })
	if got != status {
		t.Fatalf("cahoots %s exited %d, want %d: %s", strings.Join(args, " "), got, status, errs.String())
	}
	return out.Bytes()
}

// matchAll matches logs with the indicators and the map of a simulation.
func matchAll(t *testing.T, status int, db, dir string, more ...string) []byte {
	t.Helper()
	return cahoots(t, status, append([]string{"match", "--db", db, "--format", "json", "--indicators", filepath.Join(dir, "indicators.json"),
		"--organisations", filepath.Join(dir, "organisations.csv"), "--warninglists", filepath.Join(dir, "warninglists")}, more...)...)
}

// wantTruth compares the landscape of a store with the truth of a simulation.
func wantTruth(t *testing.T, db, dir string, more ...string) {
	t.Helper()
	var got, want map[string]any
	if err := json.Unmarshal(cahoots(t, 0, append([]string{"landscape", "--db", db, "--format", "json"}, more...)...), &got); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &want); err != nil {
		t.Fatal(err)
	}
	if len(want) < 15 || len(want["incidents"].([]any)) < 20 {
		t.Fatal("the truth says too little to test anything")
	}
	for key, w := range want {
		if !reflect.DeepEqual(got[key], w) {
			t.Errorf("%s differs from what was planted: got %.300v, want %.300v", key, got[key], w)
		}
	}
}

func logsOf(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(filepath.Join(dir, "logs"), func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, path)
		}
		return err
	})
	if err != nil || len(out) == 0 {
		t.Fatal("no logs: ", err)
	}
	return out
}

// lines returns the header and the other lines of a log.
func lines(t *testing.T, path string) (header, body []string) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for l := range strings.Lines(string(b)) {
		if strings.HasPrefix(l, "#") {
			header = append(header, l)
		} else {
			body = append(body, l)
		}
	}
	return header, body
}

func save(t *testing.T, path string, parts ...[]string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Join(slices.Concat(parts...), "")), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestThePlantedTruthComesBack(t *testing.T) {
	t.Parallel()
	dir := simulated(t, "telecom-month", 60_000)
	logs := filepath.Join(dir, "logs")
	t.Run("whole", func(t *testing.T) {
		db := filepath.Join(t.TempDir(), "db")
		matchAll(t, 0, db, dir, logs)
		wantTruth(t, db, dir)
	})
	t.Run("twice", func(t *testing.T) {
		db := filepath.Join(t.TempDir(), "db")
		matchAll(t, 0, db, dir, logs)
		matchAll(t, 0, db, dir, "--workers", "1", "--exact", logs)
		wantTruth(t, db, dir)
	})
	t.Run("in shards, out of order, beside the whole", func(t *testing.T) {
		db, shards := filepath.Join(t.TempDir(), "db"), t.TempDir()
		for i, path := range logsOf(t, dir) {
			header, body := lines(t, path)
			slices.Reverse(body)
			for k := range 3 {
				save(t, filepath.Join(shards, fmt.Sprintf("%d-%d.log", (i*7+k*5)%17, i)), header, body[k*len(body)/3:(k+1)*len(body)/3])
			}
		}
		matchAll(t, 0, db, dir, shards)
		wantTruth(t, db, dir)
		matchAll(t, 0, db, dir, logs)
		wantTruth(t, db, dir)
	})
	t.Run("compressed, one run for each log", func(t *testing.T) {
		db, packed := filepath.Join(t.TempDir(), "db"), t.TempDir()
		for i, path := range logsOf(t, dir) {
			to := filepath.Join(packed, fmt.Sprint(i))
			pack(t, path, to, i%2 == 0)
			matchAll(t, 0, db, dir, to)
		}
		wantTruth(t, db, dir)
	})
}

// Of every preset all that was planted comes back: by direction and outcome, and
// through answers, alerts both ways, drops, sweeps, syslog, a shipper, resolvers,
// proxies, translators, honeypots, starts that are only publications, and a name that
// most systems show.
func TestThePlantedTruthOfEveryPresetComesBack(t *testing.T) {
	t.Parallel()
	least := map[string]int{"telecom-month": 30_000, "telecom-2023": 100_000}
	for _, p := range simulation.Presets() {
		preset := p.Name
		dir, db := simulated(t, preset, max(least[preset], 20_000)), filepath.Join(t.TempDir(), "db")
		matchAll(t, 0, db, dir, filepath.Join(dir, "logs"))
		wantTruth(t, db, dir, "--prevalence", fmt.Sprint(p.Prevalence*100))
		var truth struct {
			Contacts []struct{ Direction, Outcome string }
			Roles    []struct{ Role string }

			Prevalent []struct{ Indicator string }
		}
		b, err := os.ReadFile(filepath.Join(dir, "truth.json"))
		if err := firstOf(err, json.Unmarshal(b, &truth)); err != nil {
			t.Fatal(err)
		}
		if p.Prevalence > 0 != (len(truth.Prevalent) > 0) {
			t.Errorf("%s: prevalent are %v", preset, truth.Prevalent)
		}
		if len(truth.Contacts) != 6 {
			t.Errorf("%s: the truth has contacts %v, not of six kinds", preset, truth.Contacts)
		}
		roles := map[string]bool{}
		for _, r := range truth.Roles {
			roles[r.Role] = true
		}
		if len(roles) != 4 {
			t.Errorf("%s: the truth has systems in roles %v, not in four", preset, roles)
		}
	}
}

func pack(t *testing.T, from, to string, gz bool) {
	t.Helper()
	b, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if gz {
		w := gzip.NewWriter(&out)
		_, err = w.Write(b)
		err = firstOf(err, w.Close())
	} else {
		w, e := zstd.NewWriter(&out)
		if e != nil {
			t.Fatal(e)
		}
		_, err = w.Write(b)
		err = firstOf(err, w.Close())
	}
	if err = firstOf(err, os.WriteFile(to, out.Bytes(), 0o644)); err != nil {
		t.Fatal(err)
	}
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func TestEveryDamagedLineIsNamed(t *testing.T) {
	t.Parallel()
	dir := simulated(t, "telecom-week", 20_000)
	damaged, db := t.TempDir(), filepath.Join(t.TempDir(), "db")
	rng := rand.New(rand.NewPCG(5, 5))
	want := map[string]bool{}
	for _, path := range logsOf(t, dir) {
		header, body := lines(t, path)
		to := filepath.Join(damaged, filepath.Base(path))
		var out []string
		for _, l := range body {
			if rng.IntN(100) == 0 { // half of a line, as after a crash of the sensor
				out = append(out, l[:len(l)/2]+"\n")
				want[fmt.Sprintf("%s:%d", to, len(header)+len(out))] = true
			}
			out = append(out, l)
		}
		save(t, to, header, out)
	}
	var got matched
	if err := json.Unmarshal(matchAll(t, exitRejected, db, dir, damaged), &got); err != nil {
		t.Fatal(err)
	}
	for _, r := range got.Rejected {
		at := fmt.Sprintf("%s:%d", r.File, r.Line)
		if !want[at] {
			t.Errorf("%s is rejected (%s) and was not damaged", at, r.Why)
		}
		delete(want, at)
	}
	if len(want) > 0 || len(got.Rejected) < 150 {
		t.Errorf("of the damaged lines %d were not named; %d were", len(want), len(got.Rejected))
	}
	wantTruth(t, db, dir)
}

// A run is killed at 50 random moments. What it had kept stands, nothing counts
// twice, and a last run completes it.
func TestKilledRunsLoseAndRepeatNothing(t *testing.T) {
	t.Parallel()
	dir := simulated(t, "telecom-week", 100_000)
	db := filepath.Join(t.TempDir(), "db")
	args := []string{"match", "--db", db, "--commit", "1", "-q", "--indicators", filepath.Join(dir, "indicators.json"),
		"--organisations", filepath.Join(dir, "organisations.csv"), "--warninglists", filepath.Join(dir, "warninglists"), filepath.Join(dir, "logs")}
	rng := rand.New(rand.NewPCG(9, 9))
	killed := 0
	for range 50 {
		cmd := exec.Command("cahoots", args...)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(rng.IntN(120)) * time.Millisecond)
		if cmd.Process.Kill() == nil && cmd.Wait() != nil {
			killed++
		}
	}
	if killed < 10 {
		t.Fatalf("only %d of 50 runs were killed before their end", killed)
	}
	matchAll(t, 0, db, dir, filepath.Join(dir, "logs"))
	wantTruth(t, db, dir)
	cahoots(t, 0, "check", "--db", db)
}

// rows reads a list of a landscape.
func rows(t *testing.T, db, key string, more ...string) (out []map[string]any) {
	t.Helper()
	var l map[string]json.RawMessage
	if err := json.Unmarshal(cahoots(t, 0, append([]string{"landscape", "--db", db, "--format", "json"}, more...)...), &l); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(l[key], &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func named(list []map[string]any, group string) map[string]any {
	for _, r := range list {
		if r["group"] == group {
			return r
		}
	}
	return map[string]any{}
}

// New attributions and windows give new figures from what is stored.
func TestSightingsAreJudgedAgainWithoutLogs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, log, list, places := filepath.Join(dir, "db"), filepath.Join(dir, "eve.json"), filepath.Join(dir, "feed.csv"), filepath.Join(dir, "map.csv")
	var eve []string
	for h := range 24 {
		eve = append(eve, fmt.Sprintf(`{"timestamp":"2023-09-0%d%s","event_type":"dns","src_ip":"198.18.1.%d","dest_ip":"192.0.2.53","dns":{"type":"query","rrname":"www.bad.example"}}`+"\n",
			1+h/12, time.Date(2023, 9, 1, h%12, 30, 0, 0, time.UTC).Format("T15:04:05.000000+0000"), h))
	}
	save(t, log, eve)
	save(t, places, []string{"cidr,organisation,sector,country\n198.18.1.0/24,Bank,financial-services,NL\n"})
	feed := func(row string) { save(t, list, []string{"type,value,group,valid_from,valid_until\n", row + "\n"}) }
	feed("domain,bad.example,Old Name,,")
	cahoots(t, 0, "match", "--db", db, "--indicators", list, "--organisations", places, log)
	if g := named(rows(t, db, "groups"), "Old Name"); g["systems"] != 24.0 || g["events"] != 24.0 {
		t.Fatalf("first reading: %v", g)
	}
	feed("domain,bad.example,New Name,2023-09-01T06:00:00Z,2023-09-02T03:00:00Z") // in the middle of days
	cahoots(t, 0, "match", "--db", db, "--indicators", list)
	got := rows(t, db, "groups")
	if g := named(got, "New Name"); len(got) != 1 || g["systems"] != 9.0 || g["first_seen"] != "2023-09-01T06:30:00Z" || g["last_seen"] != "2023-09-02T02:30:00Z" {
		t.Errorf("new attribution and window: %v", got)
	}
	save(t, places, []string{"cidr,organisation,sector,country\n198.18.1.0/28,Bank,financial-services,NL\n198.18.1.16/28,Shop,retail,NL\n"})
	cahoots(t, 0, "match", "--db", db, "--organisations", places)
	if g := named(rows(t, db, "groups"), "New Name"); g["organisations"] != 1.0 {
		t.Errorf("new map: %v", g)
	}
	// Another list disagrees: nobody is blamed.
	other := filepath.Join(dir, "other.csv")
	save(t, other, []string{"type,value,group\ndomain,bad.example,Second Name\n"})
	cahoots(t, 0, "match", "--db", db, "--indicators", other)
	got = rows(t, db, "groups")
	if g := named(got, "disputed: New Name or Second Name"); g["systems"] != 9.0 || named(got, "Second Name")["systems"] != 15.0 || len(rows(t, db, "conflicts")) != 1 {
		t.Errorf("two lists: %v", got)
	}
	cahoots(t, 0, "check", "--db", db)
}

func TestSightingsBecomeEvidenceOnce(t *testing.T) {
	dir := simulated(t, "telecom-week", 20_000)
	db := filepath.Join(t.TempDir(), "db")
	matchAll(t, 0, db, dir, filepath.Join(dir, "logs"))
	var first, second []intake.Taken
	if err := json.Unmarshal(cahoots(t, 0, "ingest", "--db", db, "--from-sightings", "--format", "json"), &first); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(cahoots(t, 0, "ingest", "--db", db, "--from-sightings", "--format", "json"), &second); err != nil {
		t.Fatal(err)
	}
	if a, b := first[0], second[0]; a.Added < 20 || a.Added != a.Summary.Records || b.Added != 0 || b.Removed != 0 || b.Summary.Records != a.Added {
		t.Errorf("first %+v, second %+v", first[0], second[0])
	}
	wantTruth(t, db, dir)
	var assessed struct {
		Data []struct {
			Name    string
			Records int
		}
	}
	if err := json.Unmarshal(cahoots(t, 0, "assess", "--db", db, "--a", "CN", "--b", "RU", "--format", "json"), &assessed); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(assessed.Data, func(d struct {
		Name    string
		Records int
	}) bool {
		return d.Name == "sightings" && d.Records == first[0].Added
	}) {
		t.Errorf("the assessment rests on %+v", assessed.Data)
	}
}

func TestMatchSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	db, list, log := filepath.Join(dir, "db"), filepath.Join(dir, "feed.csv"), filepath.Join(dir, "eve.json")
	save(t, list, []string{"type,value,group\ndomain,com,A\ncidr,0.0.0.0/0,A\ndomain,bad.example,A\n"})
	save(t, log, []string{`{"timestamp":"2023-09-01T06:00:00.000000+0000","event_type":"dns","src_ip":"198.18.1.1","dns":{"rrname":"bad.example"}}`})
	for _, c := range []struct {
		status int
		want   string
		args   []string
	}{
		{exitUsage, "needs --indicators", []string{"match", log}},
		{exitUsage, "no such file", []string{"match", "--indicators", list, filepath.Join(dir, "nothing")}},
		{exitFailed, "feed2.csv", []string{"match", "--indicators", filepath.Join(dir, "feed2.csv"), log}},
		{exitFailed, "no known format", []string{"match", "--indicators", list, list}},
		{exitFailed, "holds no sightings", []string{"landscape"}},
		{exitRejected, "", []string{"match", "--indicators", list, log}},
		{exitUsage, "--gap 0", []string{"landscape", "--gap", "0"}},
		{exitFailed, "period", []string{"landscape", "--from", "yesterday"}},
		{exitDone, "", []string{"landscape"}},
	} {
		var out, errs bytes.Buffer
		got := Run(t.Context(), append(c.args, "--db", db), Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" })
		if got != c.status || !strings.Contains(errs.String(), c.want) {
			t.Errorf("%v exited %d: %s; want %d, %q", c.args, got, errs.String(), c.status, c.want)
		}
		if c.status == exitRejected && strings.Count(out.String(), "is refused") != 2 {
			t.Errorf("refused indicators are not listed: %s", out.String())
		}
	}
}

// grow appends to a log.
func grow(t *testing.T, path string, part []string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		t.Fatal(err)
	}
	_, err = f.WriteString(strings.Join(part, ""))
	if err := firstOf(err, f.Close()); err != nil {
		t.Fatal(err)
	}
}

// following runs match --follow until the store has read so many lines, and
// interrupts it.
func following(t *testing.T, db string, lines int64, args []string, meanwhile func()) {
	t.Helper()
	cmd := exec.Command("cahoots", args...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	meanwhile()
	deadline := time.Now().Add(30 * time.Second)
	for time.Now().Before(deadline) {
		time.Sleep(50 * time.Millisecond)
		s, err := store.Open(t.Context(), db)
		if err != nil {
			continue
		}
		got, err := s.Lines(t.Context())
		if firstOf(err, s.Close()) == nil && got.Lines >= lines {
			break
		}
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("following ended with %v: %s", err, errs.String())
	}
}

func TestFollowedLogsComeBackWhole(t *testing.T) {
	t.Parallel()
	dir := simulated(t, "telecom-week", 20_000)
	db, growing := filepath.Join(t.TempDir(), "db"), t.TempDir()
	args := []string{"match", "--follow", "-q", "--db", db, "--indicators", filepath.Join(dir, "indicators.json"), "--organisations", filepath.Join(dir, "organisations.csv"), "--warninglists", filepath.Join(dir, "warninglists")}
	parts := map[string][4][]string{}
	var total, half int64
	for _, path := range logsOf(t, dir) {
		if strings.Contains(path, "syslog") || strings.Contains(path, "filebeat") { // what is wrapped is read whole: following does not look into wrappings
			matchAll(t, 0, db, dir, path)
			_, body := lines(t, path)
			total, half = total+int64(len(body)), half+int64(len(body))
			continue
		}
		header, body := lines(t, path)
		to, n := filepath.Join(growing, filepath.Base(path)), len(body)
		var p [4][]string
		for i := range p {
			p[i] = body[i*n/4 : (i+1)*n/4]
		}
		save(t, to, header, p[0])
		parts[to] = p
		args = append(args, to)
		total += int64(n + len(header))
		half += int64(n/2 + len(header))
	}
	following(t, db, half, args, func() {
		time.Sleep(200 * time.Millisecond)
		for to, p := range parts {
			grow(t, to, p[1])
		}
	})
	following(t, db, total, args, func() {
		for to, p := range parts {
			grow(t, to, p[2])
			if strings.Contains(to, "eve") { // rotated while it is followed; Zeek gives each file its header
				if err := os.Rename(to, to+".1"); err != nil {
					t.Fatal(err)
				}
			}
			grow(t, to, p[3])
		}
	})
	wantTruth(t, db, dir)
}
