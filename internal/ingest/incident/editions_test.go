package incident

import (
	"encoding/csv"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// Tables in the layouts in which their publishers ship them, with what is odd in
// them, and as many rows; what they say is made up here.

// views are the tables behind the views of EuRepoC's dashboard: other columns in
// another order, one with numbers as a data frame writes them and with countries
// that have no incident, some without names or dates.
var views = map[string]string{
	"map":             "filter_column,receiver_country,ISO_A3,ID,start_date,initiator_country,initiator_name,weighted_cyber_intensity",
	"evolution":       "ID,receiver_country,start_date,year,month,initiator_country,incident_type,receiver_region",
	"initiators":      "ID,start_date,receiver_country,incident_type,initiator_country,initiator_category,initiator_name,receiver_region",
	"network":         "ID,receiver_country,initiator_country,weighted_cyber_intensity,initiator_name,initiator_category,cyber_conflict_issue,receiver_region",
	"targeted sector": "ID,receiver_country,receiver_category,receiver_category_subcode,initiator_country,start_date,receiver_region",
}

// dashboard makes the rows of a view: 7,394 of 2,465 incidents, each with a row for
// every combination of its receivers, initiators and types, 9 of them of China
// against Russia.
func dashboard(t *testing.T, view string) (table string, rows int) {
	t.Helper()
	const incidents = 2465
	receivers := []string{"United States", "Korea, Republic of", "Iran, Islamic Republic of", "Europe (region)", "Not available", "EU (institutions)", "Ukraine", "Taiwan", "United Nations Organization", "Global (region)", "Palestine"}
	initiators := []string{"Russia", "Unknown", "Korea, Democratic People's Republic of", "Not available", "", "Iran, Islamic Republic of", "China"}
	names := []string{"Fancy Bear/APT28 (GRU, Unit 26165)", "", "Not available", "None", "Anonymous", "Unknown"}
	var b strings.Builder
	w := csv.NewWriter(&b)
	head := strings.Split(views[view], ",")
	write := func(values map[string]string) {
		row := make([]string, len(head))
		for i, h := range head {
			row[i] = values[h]
		}
		if err := w.Write(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Write(head); err != nil {
		t.Fatal(err)
	}
	number := func(n int) string {
		if view == "map" {
			return fmt.Sprintf("%d.0", n)
		}
		return fmt.Sprint(n)
	}
	for i := range incidents {
		to, by, kinds := 1, 1, 1+i%3
		if i%7 == 0 {
			to = 3
		}
		if i%6 == 0 {
			by = 2
		}
		if i%9 == 0 && i < incidents-1 {
			kinds++
		}
		if i == incidents-1 {
			to, by, kinds = 1, 1, 1
		}
		against := i%271 == 5 && i/271 < 9 // the 9
		date := fmt.Sprintf("20%02d-%02d-01", i%24, i%12+1)
		if i%49 == 0 {
			date = ""
		}
		for r := range to {
			for a := range by {
				who, whom := initiators[(i+a)%7], receivers[(i+r)%11]
				switch {
				case against:
					who, whom = "China", "Russia"
				case !strings.Contains(views[view], "start_date") && slices.Contains([]int{1, 3, 4}, (i+a)%7):
					whom = "Ukraine" // or the row would say nothing
				}
				for k := range kinds {
					write(map[string]string{
						"ID": number(i + 2), "receiver_country": whom, "initiator_country": who, "start_date": date, "initiator_name": names[(i+a)%6],
						"filter_column": whom, "ISO_A3": "ABC", "weighted_cyber_intensity": "1.0", "year": "2001.0", "month": "5.0",
						"incident_type": []string{"Data theft", "Disruption", "Hijacking with Misuse", "Ransomware"}[k], "initiator_category": "Non-state actor, state-affiliation suggested",
						"receiver_region": "['ASIA', 'EU(MS)']", "receiver_category": "State institutions / political system", "receiver_category_subcode": fmt.Sprint(k), "cyber_conflict_issue": fmt.Sprint(k),
					})
					rows++
				}
			}
		}
	}
	if view == "map" {
		for range 40 {
			write(map[string]string{"filter_column": "Aruba", "receiver_country": "Aruba", "ISO_A3": "ABW", "ID": "NO_ID", "weighted_cyber_intensity": "0"})
			rows++
		}
	}
	w.Flush()
	return b.String(), rows
}

func TestTheDashboardsRowsAreItsIncidents(t *testing.T) {
	events := map[string]map[string]bool{}
	for view := range views {
		table, rows := dashboard(t, view)
		want, spare := 7394, 0
		if view == "map" {
			want, spare = 7434, 40
		}
		recs, bad, sum := readAll(t, []byte(table), "dashboard.csv", source.Options{Map: manualMap(t, "dataset: eurepoc-dashboard")})
		if len(bad) != 0 || rows != want || sum.Objects != want || sum.Counts["incident"] != 2465 || sum.Skipped[`left out by the map: ID is "NO_ID"`] != spare {
			t.Fatalf("%s: %d rows, rejected %d, %+v", view, rows, len(bad), sum)
		}
		dated, named := strings.Contains(views[view], "start_date"), strings.Contains(views[view], "initiator_name")
		against := map[string]bool{}
		events[view] = map[string]bool{}
		for _, r := range recs {
			events[view][r.Event] = true
			if r.Subject.Country == "CN" && slices.ContainsFunc(r.Targets, func(t evidence.Target) bool { return t.Country == "RU" }) {
				against[r.Event] = true
			}
			if name := r.Subject.Name; name == "None" || name == "Not available" || name == "Unknown" || name != "" && !named || !r.Activity.IsZero() && !dated {
				t.Fatalf("%s: %+v", view, r)
			}
		}
		if len(against) != 9 {
			t.Errorf("%s: %d incidents of China against Russia, want 9", view, len(against))
		}
		if got := sum.Counts["incident with a date"]; dated && got != 2465-51 || !dated && got != 0 {
			t.Errorf("%s: %d incidents with a date", view, got)
		}
		if n := sum.Counts["incident dated to a month for want of a day"] + sum.Counts["incident dated to a year for want of a day"]; dated && n != 2465-51 {
			t.Errorf("%s: %d incidents stand on the first of a month", view, n)
		}
	}
	// The views tell of the same incidents, also the one whose numbers have a fraction.
	for view := range views {
		if !maps.Equal(events[view], events["initiators"]) {
			t.Errorf("%s has other incidents than the rest", view)
		}
	}
}

// dyads are who attacks whom in the rows of testdata/workbooks/dyads.xlsx, as the
// program that wrote them counts them.
var dyads = map[string]int{
	"CN TW": 29, "CN US": 28, "IN PK": 29, "IR IL": 14, "IR SA": 15, "IL IR": 29, "KP KR": 14, "KP US": 15, "PK IN": 14, "RU GB": 28, "RU US": 12, "RU UA": 14,
	"KR KP": 29, "SA IR": 28, "TW CN": 14, "GB RU": 14, "US CN": 15, "US KP": 28, "US RU": 27, "UA RU": 29, "TW ": 4,
}

func TestTheWorkbookOfDyadsIsReadWhole(t *testing.T) {
	recs, bad, sum := readAll(t, workbookFile(t, "dyads"), "DCID_2.0_Release_update_February_2023.xlsx", source.Options{})
	got, backwards, cited := map[string]int{}, 0, 0
	for _, r := range recs {
		whom := ""
		if len(r.Targets) == 1 {
			whom = r.Targets[0].Country
		} else if len(r.Targets) > 1 {
			t.Errorf("%+v", r)
		}
		got[r.Subject.Country+" "+whom]++
		if string(r.Extra["Cyberincidentnum"]) == `"251"` {
			backwards++
			if r.Activity.String() != "2012-04-21" {
				t.Errorf("the incident that ends before it begins is of %s", r.Activity)
			}
		}
		if r.Citation.Locator != "" {
			cited++
		}
	}
	if len(bad) != 0 || sum.Objects != 429 || len(recs) != 429 || sum.Dataset != "dcid" || !maps.Equal(got, dyads) || backwards != 1 || cited != 315 {
		t.Errorf("%d rows, %d records, rejected %v, %v, %d, %d", sum.Objects, len(recs), bad, got, backwards, cited)
	}
	for _, part := range []string{"4 rows whose initiator is none of the states", "1 values precede"} {
		if notes := strings.Join(sum.Notes, "\n"); !strings.Contains(notes, part) || strings.Contains(notes, "name no state") {
			t.Errorf("no note says %q: %s", part, notes)
		}
	}
	if recs[0].Activity.String() != "2000-09-01" || recs[0].Objective != "disruption" || recs[2].Objective != "espionage" {
		t.Errorf("%+v and %+v", recs[0], recs[2])
	}
}

// tracker makes the CFR's export of 2019: 297 rows, years of two digits, texts of
// several lines, types of operation that later editions do not have, rows without a
// date, sponsor or type, states in the spelling of the United Nations.
func tracker(t *testing.T) string {
	t.Helper()
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{strings.Split("Title,Date,Affiliations,Description,Response,Victims,Sponsor,Type,Category,Sources_1,Sources_2,Sources_3", ",")}
	pick := func(i int, of ...string) string { return of[i%len(of)] }
	for i := range 297 {
		date := fmt.Sprintf("%d/%d/%02d", i%12+1, i%28+1, 5+i%14)
		if i >= 294 {
			date = ""
		}
		rows = append(rows, []string{
			pick(i, "Targeting of a ministry", "\"Quoted\" probe, with a comma", "Heron", "Compromise of embassies’ networks") + fmt.Sprint(" ", i), date,
			pick(i, "Believed to be the work of Alpha Heron", "", "Also known as Beta, Gamma, and Delta. \n\nPossibly linked to Heron", "Unknown"),
			pick(i, "A threat actor.\n\nIn 2018 it was \"named\".\n\n ", "One line", ""),
			pick(i, "", "Denouncement   https://cert.example/", "Criminal charges   https://court.example/"),
			pick(i, "Norway", "United States, The Philippines", "A news agency, an institute,", "Global", "Ukraine, Japan, Russia, Turkey", "", "Germany , Egypt"),
			pick(i, "Russian Federation", "China", "Korea (Democratic People's Republic of)", "", "Iran (Islamic Republic of)", "United States, Israel"),
			pick(i, "Espionage", "Unclear", "Denial of service", "", "Data destruction", "Defacement", "Doxing", "Sabotage"),
			pick(i, "Government", "Civil society, Private sector", "Government, Military, Private sector", "Private sector"),
			pick(i, "https://news.example/1", ""), pick(i, "", "https://news.example/2; https://news.example/3"), "",
		})
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestTheOlderTrackerIsReadWhole(t *testing.T) {
	recs, bad, sum := readAll(t, []byte(tracker(t)), "export-incidents.csv", source.Options{})
	events := byEvent(recs)
	if len(bad) != 0 || sum.Objects != 297 || len(events) != 297 || sum.Counts["incident with a date"] != 294 || sum.Version != "until 2018-12-28" {
		t.Errorf("%d incidents, rejected %v, %+v", len(events), bad, sum)
	}
	states := map[string]int{}
	for _, r := range recs {
		states[r.Subject.Country]++
		if y := r.Disclosed.From.Year(); !r.Disclosed.IsZero() && (y < 2005 || y > 2018) || strings.Contains(r.Note, "moved") {
			t.Errorf("%s of %s: %s", r.Event, r.Disclosed, r.Note)
		}
	}
	// 297 rows in turns of six; the sixth has two states.
	if want := map[string]int{"RU": 50, "CN": 50, "KP": 50, "IR": 49, "US": 49, "IL": 49}; states["RU"] != want["RU"] || states["CN"] != want["CN"] || states["KP"] != want["KP"] || states["IR"] != want["IR"] || states["US"] != want["US"] || states["IL"] != want["IL"] {
		t.Errorf("states %v", states)
	}
	if notes := strings.Join(sum.Notes, "\n"); !strings.Contains(notes, "Unclear") || strings.Contains(notes, "damaged") {
		t.Errorf("notes %s", notes)
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
