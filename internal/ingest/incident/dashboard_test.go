package incident

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// dashboard makes a table in the layout of those behind EuRepoC's dashboard, with
// an incident for every number up to n: a row for each region, initiator and
// receiver, numbers with a fraction as a data frame writes them, and countries
// without incidents. It returns how many incidents there are of China against
// Russia, counted as they are made.
func dashboard(n int) (table []byte, rows, chinaRussia int) {
	states := []string{"China", "Russia", "United States", `"Iran, Islamic Republic of"`, `"Korea, Democratic People's Republic of"`, "Unknown", "Not available", ""}
	names := []string{`"Fancy Bear/APT28 (GRU, Unit 26165)"`, "", "Not available", "None", "Anonymous"}
	var b strings.Builder
	b.WriteString("filter_column,receiver_country,ISO_A3,ID,start_date,initiator_country,initiator_name,weighted_cyber_intensity\n")
	for i := range n {
		from, to := states[i%8], []string{states[(i/3)%5], states[(i/7)%5]}
		for _, region := range []string{"", "Global (states)"} {
			for k, receiver := range to {
				for _, name := range []string{names[i%5], names[(i/5)%5]} {
					fmt.Fprintf(&b, "%s,%s,ABC,%d.0,20%02d-%02d-01,%s,%s,%d\n", region, receiver, i+1, i%24, i%12+1, from, name, k)
					rows++
				}
			}
		}
		if from == "China" && slices.Contains(to, "Russia") {
			chinaRussia++
		}
	}
	for range 40 {
		b.WriteString("Aruba,Aruba,ABW,NO_ID,,,,0\n")
		rows++
	}
	return []byte(b.String()), rows, chinaRussia
}

func TestTheDashboardsRowsAreItsIncidents(t *testing.T) {
	table, rows, want := dashboard(2465)
	for _, drop := range []bool{false, true} {
		m := manualMap(t, "dataset: eurepoc-dashboard")
		if drop { // the tables of other views have no dates
			before, _, _ := strings.Cut(string(m), "dates:")
			m = []byte(before)
		}
		recs, bad, sum := readAll(t, table, "dashboard.csv", source.Options{Map: m})
		if len(bad) != 0 || sum.Objects != rows || sum.Counts["incident"] != 2465 || sum.Skipped[`left out by the map: ID is "NO_ID"`] != 40 {
			t.Fatalf("rejected %d, %+v", len(bad), sum)
		}
		events := map[string]bool{}
		for _, r := range recs {
			if r.Subject.Country == "CN" && slices.ContainsFunc(r.Targets, func(t evidence.Target) bool { return t.Country == "RU" }) {
				events[r.Event] = true
			}
			if name := r.Subject.Name; name == "None" || name == "Not available" || r.Activity.IsZero() != drop {
				t.Fatalf("%+v", r)
			}
		}
		if len(events) != want || want == 0 {
			t.Errorf("%d incidents of China against Russia, want %d", len(events), want)
		}
	}
}

// DCID as its publisher ships it has a row for each pair of rivals; the initiator
// stands as a number, and in a few rows is neither of the two.
func TestDyadsWithWhomTheInitiatorIsNotAmong(t *testing.T) {
	head := "Cyberincidentnum,Dyadpair,StateA,StateB,Name,interactionstartdate,interactionenddate,method,targettype,initiator,cyber_objective,information_operation,objective_achievement,Concession,3rdpartyinitiator,severity,damage type,Crit Inf,Supply Ch,Ransomware\n"
	rows := []string{
		"1,2365,US,Russia,Grid probe,1/5/2009,2/7/2009,3,2,365,2,0,1,0,0,3,1,1,0,0", "1,2710,US,China,Grid probe,1/5/2009,2/7/2009,3,2,710.0,2,0,1,0,0,3,1,1,0,0",
		"313,2710,US,China,Odd row,3/5/2018,3/9/2018,3,2,713,3,0,1,0,0,3,1,1,0,0", "314,731732,North Korea,South Korea,Bank day,3/5/18,3/9/18,1,1,731,4,0,1,0,0,3,1,1,0,0",
	}
	recs, bad, sum := readAll(t, []byte(head+strings.Join(rows, "\n")+"\n"), "Master_DCID_2.0_Release_public_Sep2022.csv", source.Options{})
	if len(bad) != 0 || sum.Dataset != "dcid" {
		t.Fatalf("rejected %v, %+v", bad, sum)
	}
	for i := range recs {
		recs[i].Event = string(recs[i].Extra["Cyberincidentnum"])
	}
	sameLines(t, "the table of dyads", attacks(recs), `"1" /CN > US 2009-01-05/2009-02-07`, `"1" /RU > US 2009-01-05/2009-02-07`, `"313" /TW >  2018-03-05/2018-03-09`, `"314" /KP > KR 2018-03-05/2018-03-09`)
	if notes := strings.Join(sum.Notes, "\n"); !strings.Contains(notes, "left open") {
		t.Errorf("no note tells of the initiator that is none of the two: %s", notes)
	}
}
