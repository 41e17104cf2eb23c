package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
	"github.com/cahoots-project/cahoots/internal/sensor/match"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// publicLists are the public lists of indicators, and how many of their rows are
// of a type that no sensor logs (email), counted with other tools.
var publicLists = map[string]struct{ rows, mail int }{
	"indicators/cert-ua-iocs.csv":             {150, 19},
	"indicators/etac-ukraine-war-iocs.csv.xz": {2226, 19},
}

// groupsOf are the groups that rows of the lists name by the words they use, as a
// person reads them who knows the names of the built-in cases.
var groupsOf = map[string]string{
	"Gamaredon": "Gamaredon Group", "Gamaredon / PrimitiveBear": "Gamaredon Group", "UAC-0010 (Gamaredon)": "Gamaredon Group",
	"UNC1151 / Ghostwriter": "UNC1151", "Ghostwriter/UNC1151": "UNC1151", "UAC-0051 (UNC1151)": "UNC1151", "FancyBear/APT28": "APT28",
	"UAC-0020 group": "UAC-0020", "UAC-0035 (InvisiMole)": "InvisiMole", "UAC-0088 DoubleZero": "UAC-0088",
	"UAC-0056 group": "Ember Bear", "(Cobalt Strike Beacon) UAC-0056 group": "Ember Bear", "UAC-0028 group": "APT28",
	"Phishing page targeting Ukraine": "", "microbackdoor.dll (MicroBackdoor)": "", "DDoS bot ELF": "", "WhisperGate Wiper": "",
	"DessertDown and possibly other ACTINIUM capabilities": "",
}

// A listed is one row of a public list, and the line planted for it.
type listed struct {
	kind, key, context string
	source             string
	at                 time.Time
	host               string
	line               string
}

// plant makes a line of Suricata EVE that shows a row's value.
func plant(n int, row []string) listed {
	l := listed{
		kind: strings.ToLower(row[0]), context: strings.TrimSpace(row[2]), source: row[3], host: fmt.Sprintf("10.77.%d.%d", n>>8, n&255),
		at: time.Date(2022, 4, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(n)*37*time.Minute + time.Duration(n)*time.Microsecond),
	}
	value := strings.NewReplacer("[.]", ".", "hxxp", "http").Replace(strings.TrimSpace(row[1]))
	dst, more := "192.0.2.9", ""
	switch l.kind {
	case "ipv4":
		l.key, dst = "ipv4:"+value, value
	case "domain", "hostname":
		l.key, more = "domain:"+strings.ToLower(value), `,"dns":{"version":3,"type":"request","queries":[{"rrname":"`+value+`"}]}`
	case "url":
		_, value, _ = strings.Cut(value, "://")
		host, path, _ := strings.Cut(value, "/")
		name, _, _ := strings.Cut(host, ":")
		l.key, more = "url:"+name+"/"+path, `,"http":{"hostname":"`+host+`","url":"/`+path+`"}`
	case "md5", "filehash-md5", "sha1", "sha256", "filehash-sha256":
		algorithm := strings.TrimPrefix(l.kind, "filehash-")
		l.key, more = algorithm+":"+strings.ToLower(value), `,"fileinfo":{"`+algorithm+`":"`+value+`"}`
	}
	l.line = fmt.Sprintf(`{"timestamp":"%s","event_type":"x","src_ip":"%s","dest_ip":"%s"%s}`+"\n", l.at.Format("2006-01-02T15:04:05.000000-0700"), l.host, dst, more)
	return l
}

// plantLists plants every row of the public lists but those of mail addresses.
func plantLists(t *testing.T) (all []listed) {
	t.Helper()
	for _, rel := range slices.Sorted(maps.Keys(publicLists)) {
		rows, err := csv.NewReader(bytes.NewReader(publicdata.Read(t, rel))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows[1:] {
			if row[0] != "email" {
				all = append(all, plant(len(all), row))
			}
		}
	}
	return all
}

func TestPublicIndicatorsAreAccountedForAndFoundInPlantedTraffic(t *testing.T) {
	t.Parallel()
	planted := plantLists(t)
	log, db := filepath.Join(t.TempDir(), "eve.json"), filepath.Join(t.TempDir(), "db")
	var text strings.Builder
	kinds := map[string]int{}
	for _, l := range planted {
		text.WriteString(l.line)
		kinds[l.kind]++
	}
	if len(kinds) < 9 {
		t.Errorf("the lists hold only %v", kinds)
	}
	if err := os.WriteFile(log, []byte(text.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	args := []string{"match", "--db", db, "--format", "json"}
	for _, rel := range slices.Sorted(maps.Keys(publicLists)) {
		args = append(args, "--indicators", publicdata.Path(t, rel))
	}
	var out struct {
		Logs        []match.Log       `json:"logs"`
		Indicators  []match.List      `json:"indicators"`
		Attribution match.Attribution `json:"attribution"`
	}
	if err := json.Unmarshal(cahoots(t, 3, append(args, log)...), &out); err != nil { // 3: mail addresses are refused
		t.Fatal(err)
	}
	for _, l := range out.Indicators {
		want := publicLists["indicators/"+filepath.Base(l.File)]
		if l.Rows != int64(want.rows) || l.Indicators != int64(want.rows-want.mail) || len(l.Refused) != want.mail || len(l.Skipped) != 0 {
			t.Errorf("%s: %d rows, %d indicators, %d refused, %v skipped", l.File, l.Rows, l.Indicators, len(l.Refused), l.Skipped)
		}
		for _, r := range l.Refused {
			if r.Line == 0 || !strings.Contains(r.Value, "@") || !strings.Contains(r.Why, "email") {
				t.Errorf("%s: refused %+v", l.File, r)
			}
		}
	}
	if len(out.Indicators) != 2 || len(out.Logs) != 1 || out.Logs[0].Hits != int64(len(planted)) || out.Logs[0].Counts.Rejected != 0 {
		t.Fatalf("%d lists; %d lines were planted, and the log gave %+v", len(out.Indicators), len(planted), out.Logs)
	}
	found := seenIn(t, db)
	wantPlanted(t, planted, found)
	wantGroups(t, planted, found.Entries, &out.Attribution, db)
}

// wantPlanted finds each line under its host, time and value.
func wantPlanted(t *testing.T, planted []listed, found seen) {
	t.Helper()
	entries := map[string]sighting.Partial{}
	for _, p := range found.Entries {
		entries[p.System.Host.String()] = p
	}
	for _, l := range planted {
		p := entries[l.host]
		if !p.First.Equal(l.at) || !p.Last.Equal(l.at) || p.Events != 1 || !slices.Contains(p.Indicators, l.key) {
			t.Errorf("%s at %v became %+v", l.key, l.at, p)
		}
	}
}

// wantGroups finds the groups that a person read in the lists: where the match
// says so, and in the landscape.
func wantGroups(t *testing.T, planted []listed, entries []sighting.Partial, got *match.Attribution, db string) {
	t.Helper()
	want, seen := map[string]int64{}, map[listedRow]bool{}
	for _, l := range planted { // a value that a source names twice in the same words is one indicator
		if r := (listedRow{l.key, l.context, l.source}); !seen[r] {
			seen[r] = true
			want[l.context]++
		}
	}
	found := map[string]map[string]int64{} // context -> group -> indicators
	note := func(group string, list []match.NameReason) {
		for _, r := range list {
			if found[r.Said] == nil {
				found[r.Said] = map[string]int64{}
			}
			found[r.Said][group] += r.Indicators
		}
	}
	for _, g := range got.Groups {
		note(g.Group, g.Reasons)
	}
	note("", got.Unattributed.Said)
	for context, group := range groupsOf {
		if n := found[context]; len(n) != 1 || n[group] != want[context] || want[context] == 0 {
			t.Errorf("%q is attributed to %v; %d indicators of %q were listed", context, n, want[context], group)
		}
	}
	if got.Names != namesOfCases || len(got.Conflicts) > 0 {
		t.Errorf("names of %s gave the conflicts %v", got.Names, got.Conflicts)
	}
	theirs, systems := map[string]bool{}, map[string]bool{}
	for _, l := range planted {
		theirs[l.key] = theirs[l.key] || strings.Contains(l.context, "Gamaredon")
	}
	for _, p := range entries {
		if slices.ContainsFunc(p.Indicators, func(key string) bool { return theirs[key] }) {
			systems[p.System.Host.String()] = true
		}
	}
	if g := named(rows(t, db, "groups"), "Gamaredon Group"); len(systems) < 1690 || g["systems"] != float64(len(systems)) || g["state"] != "RU" {
		t.Errorf("the landscape should show %d systems: %v", len(systems), g)
	}
}

// listedRow is what makes a row of a list an indicator of its own.
type listedRow struct{ key, context, source string }
