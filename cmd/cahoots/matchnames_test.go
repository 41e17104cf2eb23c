package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/sensor/match"
)

// bundleOf makes a STIX bundle that says of groups what they are called.
func bundleOf(groups map[string][]string) string {
	var objects []string
	n := 0
	for name, aliases := range groups {
		n++
		b, _ := json.Marshal(aliases)
		objects = append(objects, fmt.Sprintf(`{"type":"intrusion-set","spec_version":"2.1","id":"intrusion-set--00000000-0000-4000-8000-%012d","created":"2022-01-01T00:00:00.000Z","modified":"2022-01-01T00:00:00.000Z","name":%q,"aliases":%s,"external_references":[{"source_name":"a report","url":"https://example.org/"}]}`, n, name, b))
	}
	return `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-000000000000","objects":[` + strings.Join(objects, ",") + "]}"
}

func attributionOf(t *testing.T, out []byte) match.Attribution {
	t.Helper()
	var m struct{ Attribution match.Attribution }
	if err := json.Unmarshal(out, &m); err != nil {
		t.Fatal(err)
	}
	return m.Attribution
}

// counts gives the indicators of groups, conflicts and nobody.
func counts(a match.Attribution) map[string]int64 {
	out := map[string]int64{"": a.Unattributed.Indicators}
	for _, g := range a.Groups {
		out[g.Group] += g.Indicators
	}
	for _, k := range a.Conflicts {
		out[strings.Join(k.Readings, " or ")] += k.Indicators
	}
	return out
}

func TestNamesInWordsAreResolvedOnTheEvidenceThatThereIs(t *testing.T) {
	dir := t.TempDir()
	db, list, log, names := filepath.Join(dir, "db"), filepath.Join(dir, "feed.csv"), filepath.Join(dir, "eve.json"), filepath.Join(dir, "names.json")
	save(t, list, []string{"value,comment,actor\n", "a.bad.example,C2 of Silver Newt,\n", "b.bad.example,TWILIGHT\n", "c.bad.example,,Unheard Of\n",
		"d.bad.example,UAC-9999 loader,\n", "e.bad.example,possibly Silver Newt,\n", "f.bad.example,,SILVER NEWT\n", "g.bad.example,dropper,\n"})
	var eve []string
	for i, c := range "abcdefg" {
		eve = append(eve, fmt.Sprintf(`{"timestamp":"2023-09-01T06:00:00.000000+0000","event_type":"dns","src_ip":"198.18.1.%d","dest_ip":"192.0.2.53","dns":{"type":"query","rrname":"%c.bad.example"}}`+"\n", i+1, c))
	}
	save(t, log, eve)
	before := attributionOf(t, cahoots(t, 0, "match", "--db", db, "--format", "json", "--indicators", list, log))
	if want := map[string]int64{"Unheard Of": 1, "UAC-9999": 1, "SILVER NEWT": 1, "": 4}; before.Names != namesOfCases || !reflect.DeepEqual(counts(before), want) {
		t.Errorf("without evidence: %v of %s, want %v", counts(before), before.Names, want)
	}
	// Evidence that comes later changes the figures without list and log.
	save(t, names, []string{bundleOf(map[string][]string{"Grey Salamander": {"Silver Newt"}, "Red Fox": {"TWILIGHT"}, "Blue Hare": {"TWILIGHT"}})})
	cahoots(t, 0, "ingest", "--db", db, names)
	figures := map[string]float64{}
	for _, g := range rows(t, db, "groups") {
		figures[g["group"].(string)] = g["systems"].(float64)
	}
	if want := map[string]float64{"Grey Salamander": 2, "disputed: Blue Hare or Red Fox": 1, "Unheard Of": 1, "UAC-9999": 1, "unattributed": 2}; !reflect.DeepEqual(figures, want) {
		t.Errorf("the landscape shows %v, want %v", figures, want)
	}
	after := attributionOf(t, cahoots(t, 0, "match", "--db", db, "--format", "json", "--indicators", list))
	if want := map[string]int64{"Grey Salamander": 2, "Blue Hare or Red Fox": 1, "Unheard Of": 1, "UAC-9999": 1, "": 2}; after.Names != namesOfStore || !reflect.DeepEqual(counts(after), want) {
		t.Errorf("with evidence: %v of %s, want %v", counts(after), after.Names, want)
	}
	if k := after.Conflicts; len(k) != 1 || k[0].Said != "TWILIGHT" || !strings.Contains(k[0].Why, "Blue Hare and Red Fox") {
		t.Errorf("conflicts are %+v", k)
	}
	// The word of whoever gives the list counts where the list has none.
	given := attributionOf(t, cahoots(t, 0, "match", "--db", db, "--format", "json", "--indicators", list, "--group", "Red Fox"))
	if want := map[string]int64{"Grey Salamander": 2, "Blue Hare or Red Fox": 1, "Unheard Of": 1, "UAC-9999": 1, "Red Fox": 2, "": 0}; !reflect.DeepEqual(counts(given), want) {
		t.Errorf("with --group: %v, want %v", counts(given), want)
	}
	text := string(cahoots(t, 0, "match", "--db", db, "--indicators", list))
	for _, want := range []string{"Grey Salamander", "Blue Hare or Red Fox", "Indicators attributed to nobody: 2.", "speaks of Silver Newt"} {
		if !strings.Contains(strings.Join(strings.Fields(text), " "), want) {
			t.Errorf("the text does not say %q:\n%s", want, text)
		}
	}
}

func TestManyLogsAreSummedUpAndTheWorstNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	db, list, logs := filepath.Join(dir, "db"), noIndicators(t), filepath.Join(dir, "logs")
	for i := range 80 {
		body := fmt.Sprintf(`{"timestamp":"2023-09-01T06:00:00.%06d+0000","event_type":"dns","src_ip":"198.18.1.1","dns":{"rrname":"x.example"}}`+"\n", i)
		if i%10 == 7 {
			body += strings.Repeat("{ damaged\n", i)
		}
		save(t, filepath.Join(logs, fmt.Sprintf("eve-%02d.json", i)), []string{body})
	}
	whole := func(b []byte) string { return strings.Join(strings.Fields(string(b)), "") } // long names are broken
	short := whole(cahoots(t, exitRejected, "match", "--db", db, "--indicators", list, logs))
	if n := strings.Count(short, "eve-"); n > 40 || !strings.Contains(short, "eve-77.json") || strings.Contains(short, "eve-01.json") || !strings.Contains(short, "Ofthe80logs") {
		t.Errorf("80 logs are told in %d lines:\n%s", n, short)
	}
	for _, format := range [][]string{{"--verbose"}, {"--format", "json"}, {"--format", "csv"}} {
		all := whole(cahoots(t, exitRejected, append([]string{"match", "--db", db, "--indicators", list, logs}, format...)...))
		for i := range 80 {
			if !strings.Contains(all, fmt.Sprintf("eve-%02d.json", i)) {
				t.Errorf("%v does not tell of log %d", format, i)
			}
		}
	}
}
