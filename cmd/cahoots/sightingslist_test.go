package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
)

// sightingsOf are the sightings that a command writes as lines of JSON.
func sightingsOf(t *testing.T, db string, args ...string) (out []landscape.Sighting) {
	t.Helper()
	for line := range bytes.Lines(cahoots(t, 0, append([]string{"sightings", "--db", db, "--format", "jsonl"}, args...)...)) {
		var s landscape.Sighting
		if err := json.Unmarshal(line, &s); err != nil {
			t.Fatal(err)
		}
		out = append(out, s)
	}
	return out
}

func TestSightingsAreTheEntriesBehindTheFigures(t *testing.T) {
	t.Parallel()
	dir := simulated(t, "telecom-month", 20_000)
	db := filepath.Join(t.TempDir(), "db")
	matchAll(t, 0, db, dir, filepath.Join(dir, "logs"))
	var l landscape.Landscape
	if err := json.Unmarshal(cahoots(t, 0, "landscape", "--db", db, "--format", "json"), &l); err != nil {
		t.Fatal(err)
	}
	type sum struct {
		systems map[string]bool
		events  int64
	}
	all := sightingsOf(t, db)
	sums, entries := map[string]*sum{}, map[string]bool{}
	for i, s := range all {
		if i > 0 && s.Time.Before(all[i-1].Time) {
			t.Fatal("they are not in the order of time")
		}
		entries[s.Entry] = true
		k := s.Group + "\x00" + s.Organisation
		if sums[k] == nil {
			sums[k] = &sum{systems: map[string]bool{}}
		}
		sums[k].events++
		sums[k].systems[s.Host] = true
	}
	if int64(len(entries)) != l.Totals.Events {
		t.Errorf("%d different entries, and %d events in the landscape", len(entries), l.Totals.Events)
	}
	for _, in := range l.Incidents { // those of a pair add up
		sums[in.Group+"\x00"+in.Organisation].events -= in.Events
	}
	for k, s := range sums {
		if s.events != 0 {
			t.Errorf("%q: %d entries more than the incidents have events", k, s.events)
		}
	}
	for i, in := range l.Incidents {
		if i%20 > 0 {
			continue
		}
		rows, hosts := sightingsOf(t, db, "--incident", in.ID[:12]), map[string]bool{}
		for _, s := range rows {
			if s.Role == "" { // the others stand for systems behind them
				hosts[s.Host] = true
			}
		}
		if int64(len(rows)) != in.Events || len(hosts) != in.Systems || !rows[0].Time.Equal(in.FirstSeen) || !rows[len(rows)-1].Time.Equal(in.LastSeen) {
			t.Errorf("incident %s of %d events on %d systems: %d entries on %d hosts", in.ID, in.Events, in.Systems, len(rows), len(hosts))
		}
	}
	logs := map[string][]string{}
	for _, s := range all { // where it is said to stand, it stands
		if logs[s.Log] == nil {
			b, err := os.ReadFile(s.Log)
			if err != nil {
				t.Fatal(err)
			}
			logs[s.Log] = strings.Split(string(b), "\n")
		}
		line := logs[s.Log][s.Line-1]
		if strings.HasPrefix(line, "<") { // the entry is what stands behind syslog's head
			line = line[strings.IndexByte(line, '{'):]
		}
		var sent struct{ Message string }
		if err := json.Unmarshal([]byte(line), &sent); err == nil && sent.Message != "" { // a shipper has it as text
			line = sent.Message
		}
		sum := sha256.Sum256([]byte(line))
		if hex.EncodeToString(sum[:16]) != s.Entry {
			t.Fatalf("%s:%d is not the entry of %s", s.Log, s.Line, s.Time)
		}
	}
}

func TestSightingsAreNarrowedAndWhatIsLeftOutIsCounted(t *testing.T) {
	t.Parallel()
	n := twoGroups(t)
	for _, c := range []struct {
		args, hosts string
	}{
		{"", "10.1.5.5 10.2.5.6 10.2.5.6 10.2.5.7"},
		{"--group=APT28", "10.1.5.5 10.2.5.6"},
		{"--state=CN", "10.2.5.6 10.2.5.7"},
		{"--state=CN --outcome=unanswered", "10.2.5.7 10.2.5.8"},
		{"--outcome=any", "10.1.5.5 10.2.5.6 10.2.5.6 10.2.5.7 10.2.5.8"},
		{"--direction=inbound", "10.2.5.8"},
		{"--direction=outbound --outcome=answered", "10.1.5.5 10.2.5.6 10.2.5.6"},
		{"--window=ignore", "10.1.5.5 10.2.5.6 10.2.5.6 10.2.5.7 10.2.5.9"},
		{"--from=2025-09-15 --to=2025-09-15", "10.1.5.5 10.2.5.6 10.2.5.6 10.2.5.7"},
		{"--from=2025-09-16", ""},
		{"--limit=1", "10.1.5.5"},
	} {
		var hosts []string
		for _, s := range sightingsOf(t, n.db, strings.Fields(c.args)...) {
			hosts = append(hosts, s.Host)
		}
		if got := strings.Join(slices.Sorted(slices.Values(hosts)), " "); got != c.hosts && c.args != "--limit=1" || len(hosts) != len(strings.Fields(c.hosts)) {
			t.Errorf("%s: hosts %s, want %s", c.args, got, c.hosts)
		}
	}
	var l landscape.Listing
	if err := json.Unmarshal(cahoots(t, 0, "sightings", "--db", n.db, "--format", "json"), &l); err != nil {
		t.Fatal(err)
	}
	if l.Events != 4 || l.LeftOut != (landscape.LeftOut{NotCounted: 1, NotInForce: 1}) {
		t.Errorf("%d events, left out %+v", l.Events, l.LeftOut)
	}
	text := strings.Join(strings.Fields(string(cahoots(t, 0, "sightings", "--db", n.db))), " ")
	for _, want := range []string{"4 entries on 3 systems.", "1 entry in which no system took part", "1 entry with indicators that were not in force", "eve.json:1"} {
		if !strings.Contains(text, want) {
			t.Errorf("the text lacks %q:\n%s", want, text)
		}
	}
	for _, c := range []string{"--group=APT82", "--direction=up", "--outcome=no", "--incident=abc", "--incident=abcdef012345", "--after=x", "--limit=-1", "--format=parquet", "--ceiling=PINK"} {
		cahoots(t, exitUsage, "sightings", "--db", n.db, c)
	}
}

func TestSightingsInEveryFormatAreTheSame(t *testing.T) {
	t.Parallel()
	n := twoGroups(t)
	want := sightingsOf(t, n.db, "--outcome", "any")
	rows, err := csv.NewReader(bytes.NewReader(cahoots(t, 0, "sightings", "--db", n.db, "--outcome", "any", "--format", "csv"))).ReadAll()
	if err != nil || len(rows) != len(want)+1 {
		t.Fatalf("CSV has %d rows, %v", len(rows), err)
	}
	var paged []landscape.Sighting
	for after := ""; ; {
		args := []string{"sightings", "--db", n.db, "--outcome", "any", "--format", "json", "--limit", "2"}
		if after != "" {
			args = append(args, "--after", after)
		}
		var l landscape.Listing
		if err := json.Unmarshal(cahoots(t, 0, args...), &l); err != nil {
			t.Fatal(err)
		}
		paged = append(paged, l.Sightings...)
		if after = l.Next; after == "" {
			break
		}
	}
	if fmt.Sprint(paged) != fmt.Sprint(want) {
		t.Errorf("pages of two:\n%v\nwant\n%v", paged, want)
	}
	i := 0
	for line := range bytes.Lines(cahoots(t, 0, "sightings", "--db", n.db, "--outcome", "any", "--format", "ecs")) {
		var e struct {
			Timestamp string `json:"@timestamp"`
			Host      struct{ IP []string }
			Network   struct{ Direction string }
			Event     struct{ ID, Outcome string }
			Threat    struct {
				Group       struct{ Name string }
				Enrichments []struct{ Indicator struct{ Type, IP string } }
			}
			Log struct{ File struct{ Path string } }
		}
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		s, row := want[i], rows[i+1]
		i++
		if e.Host.IP[0] != s.Host || e.Event.ID != s.Entry || e.Threat.Group.Name != s.Group || e.Threat.Enrichments[0].Indicator.Type != "ipv4-addr" ||
			"ipv4:"+e.Threat.Enrichments[0].Indicator.IP != s.Indicators[0] || e.Network.Direction != s.Direction || e.Log.File.Path != s.Log {
			t.Errorf("ECS of %+v is %s", s, line)
		}
		if row[0] != s.Time.Format("2006-01-02T15:04:05.999999999Z07:00") || row[1] != s.Host || row[len(row)-1] != s.Entry {
			t.Errorf("CSV of %+v is %v", s, row)
		}
	}
	if i != len(want) {
		t.Errorf("%d lines of ECS for %d sightings", i, len(want))
	}
}

func TestSightingsAboveTheCeilingStayBehind(t *testing.T) {
	t.Parallel()
	n := newNetwork(t)
	n.list = "indicator,group,tlp\n45.9.20.66,APT28,RED\n45.9.21.7,APT29,CLEAR\n"
	n.read(0, twoOrganisations, eve("flow", "10.1.5.5", "45.9.20.66", ""), eve("flow", "10.1.5.6", "45.9.21.7", ""), eve("flow", "10.1.5.7", "45.9.20.66", ""))
	var out, errs bytes.Buffer
	status := Run(t.Context(), []string{"sightings", "--db", n.db, "--ceiling", "GREEN"}, Streams{In: strings.NewReader(""), Out: &out, Err: &errs}, func(string) string { return "" })
	if status != 0 || !strings.Contains(errs.String(), "2 of 3 entries show only what is marked above TLP:GREEN") {
		t.Errorf("status %d, standard error %q", status, errs.String())
	}
	if text := out.String(); !strings.Contains(text, "1 entry on 1 system.") || strings.Contains(text, "45.9.20.66") || strings.Contains(text, "APT28") || strings.Contains(text, "left out") {
		t.Errorf("up to GREEN it says\n%s", text)
	}
	file := filepath.Join(n.dir, "all.csv")
	cahoots(t, 0, "sightings", "--db", n.db, "--format", "csv", "-o", file)
	if i, err := os.Stat(file); err != nil || i.Mode().Perm() != 0o600 {
		t.Errorf("a file of what is RED: %v, %v", i, err)
	}
}
