package incident

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// attacks is who attacks whom when, a line per record, in order.
func attacks(recs []evidence.Record) []string {
	var out []string
	for _, r := range recs {
		var whom []string
		for _, t := range r.Targets {
			whom = append(whom, t.Country)
		}
		when, _ := r.When()
		out = append(out, fmt.Sprintf("%s %s/%s > %s %s", r.Event, r.Subject.Name, r.Subject.Country, strings.Join(whom, "+"), when))
	}
	slices.Sort(out)
	return out
}

func sameLines(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s is\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

const oldTracker = "Title,Date,Affiliations,Description,Response,Victims,Sponsor,Type,Category,Sources_1,Sources_2,Sources_3\n" +
	"Harbour probe,3/5/18,Alpha Heron,Text,,Norway,Russian Federation,Espionage,Government,https://cert.example/a,,\n" +
	"Grid probe,11/20/17,Beta Otter,Text,,Sweden,China,Espionage,Government,https://cert.example/b,,\n"

func TestAnEditionIsNamedByItsContentAndTwoDigitYearsAreRead(t *testing.T) {
	recs, bad, sum := readAll(t, []byte(oldTracker), "export-incidents.csv", source.Options{})
	if len(bad) != 0 || sum.Dataset != "cfr" || sum.Version != "until 2018-03-05" || len(sum.Notes) != 0 {
		t.Errorf("rejected %v, summary %+v", bad, sum)
	}
	if recs[0].Disclosed.String() != "2018-03-05" || recs[1].Disclosed.String() != "2017-11-20" {
		t.Errorf("dates %s and %s", recs[0].Disclosed, recs[1].Disclosed)
	}
}

func TestAColumnWithoutASingleDateIsAnError(t *testing.T) {
	m := strings.Replace(workbookMap, "DD.MM.YYYY", "YYYY", 1)
	data := "Ref,Headline,Group,Origin,Victims,First seen,Last seen,Published,Count\n1,,A,China,Norway,5.3.24,,2024-05-02,\n2,,A,China,Norway,6.3.24,,2024-05-02,\n"
	r, err := Format.Open(t.Context(), bytes.NewReader([]byte(data)), source.Info{Name: "n.csv"}, source.Options{Map: []byte(m)})
	if err != nil {
		t.Fatal(err)
	}
	err = source.All(r, func(evidence.Record) error { return nil }, func(*source.RecordError) {})
	for _, part := range []string{`"First seen"`, `"5.3.24"`, "line 7 of the map", "YYYY"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("error %v, want %s", err, part)
		}
	}
}

const longMap = `
dataset: long
publisher: Me
group_by: ID
fields: {initiator: initiator_name, initiator_country: initiator_country, target_country: receiver_country, title: name}
dates: [{column: start_date, kind: activity}]
`

func TestRowsOfOneIncidentAreOneIncident(t *testing.T) {
	rows := []string{
		"1,,2021-03-04,Norway,Russia,Alpha", "1,Twice,2021-03-04,Sweden,Russia,Alpha", "2,,2022-05-06,Finland,China,Gamma",
		"1,,2021-03-04,Sweden,Russia,Beta", "1,,,Denmark,,", "1,,,Iceland,Russia,", "3,,2022,Norway,,", "4,,2022-06-01,Norway,China,Delta", "4,,2022-06-02,Norway,China,Delta",
		",,2022,Norway,,",
	}
	want := []string{
		"long:1 Alpha/RU > DK+IS+NO+SE 2021-03-04", "long:1 Beta/RU > DK+IS+SE 2021-03-04", "long:2 Gamma/CN > FI 2022-05-06",
		"long:3 / > NO 2022", "long:4 Delta/CN > NO 2022-06-01",
	}
	table := func(rows []string) []byte {
		return []byte("ID,name,start_date,receiver_country,initiator_country,initiator_name\n" + strings.Join(rows, "\n") + "\n")
	}
	recs, bad, sum := readAll(t, table(rows), "long.csv", source.Options{Map: []byte(longMap)})
	sameLines(t, "the long table", attacks(recs), want...)
	if len(bad) != 1 || sum.Objects != 10 || sum.Counts["incident"] != 4 || recs[0].Citation.Title != "Twice" || recs[1].Citation.Title != "Twice" {
		t.Errorf("rejected %v, summary %+v, title %q", bad, sum, recs[0].Citation.Title)
	}
	if notes := strings.Join(sum.Notes, "\n"); !strings.Contains(notes, "1 rows tell another activity than the first of their incident") {
		t.Errorf("no note tells of the two dates: %s", notes)
	}
	slices.Reverse(rows[:6])
	again, _, _ := readAll(t, table(rows), "long.csv", source.Options{Map: []byte(longMap)})
	sameLines(t, "the long table in another order", attacks(again), want...)
	if _, bad, _ := readAll(t, table(rows), "long.csv", source.Options{Map: []byte(strings.Replace(longMap, "group_by: ID", "id: {column: ID}", 1))}); len(bad) == 0 || !strings.Contains(bad[0].Why, "group_by") {
		t.Errorf("without group_by: %v", bad)
	}
}

func TestLaterReleasesOfEuRepoCDivideListsBySemicolons(t *testing.T) {
	head := "ID,name,start_date,end_date,incident_type,receiver_name,receiver_country,receiver_category,receiver_category_subcode,initiator_name,initiator_country,initiator_category,sources_url,attribution_basis,attributing_country\n"
	row := `7,Two ministries,2022-03-05,,Data theft,Ministry A - Firm B,"Norway; Korea, Republic of",State institutions - Critical infrastructure; End user,Government / ministries - Energy; ,Alpha; Beta,Russia; China,State; State,https://a.example; https://b.example,,` + "\n"
	recs, bad, sum := readAll(t, []byte(head+row), "eurepoc.csv", source.Options{})
	if len(bad) != 0 || sum.Dataset != "eurepoc" || len(recs) != 2 {
		t.Fatalf("%d records, rejected %v, %+v", len(recs), bad, sum)
	}
	want := []evidence.Target{{Country: "KR", Sector: "energy", Name: "Firm B"}, {Country: "NO", Sector: "government-national", Name: "Ministry A"}}
	if !slices.Contains(recs[0].Targets, want[1]) || recs[0].Subject != (evidence.Actor{Name: "Alpha", Country: "RU"}) || recs[1].Subject != (evidence.Actor{Name: "Beta", Country: "CN"}) {
		t.Errorf("%+v and %+v against %+v; notes %v", recs[0].Subject, recs[1].Subject, recs[0].Targets, sum.Notes)
	}
}

// names is what a table of actors claims, a line per record.
func names(recs []evidence.Record) []string {
	var out []string
	for _, r := range recs {
		out = append(out, fmt.Sprintf("%s %s/%s = %s (%s) %s", r.Subject.Ref, r.Subject.Name, r.Subject.Country, r.Value, r.Coiner, r.ValueRef))
	}
	slices.Sort(out)
	return out
}

func TestATableOfActorsGivesTheirNames(t *testing.T) {
	for _, c := range []struct{ name, table, maps string }{
		{"a list of flat objects", `[{"Actor name": "Alpha Heron", "Origin": "Russia", "Other names": "Beta Otter, G0999"}, {"Actor name": "Gamma", "Origin": "Financially motivated", "Other names": ""}]`,
			"fields: {name: Actor name, aliases: {column: Other names, split: \", \"}, country: Origin, name_coiner: {constant: Me}}"},
		{"lists within", `{"authors": ["x"], "values": [{"actor": "Alpha Heron", "country": ["Russia"], "also": ["Beta Otter", "G0999", "Alpha Heron", null]}, {"actor": "Gamma"}]}`,
			"fields: {name: actor, aliases: also, country: country, name_coiner: {constant: Me}}"},
		{"objects by their names", `{"Alpha Heron": {"also": ["Beta Otter", "G0999"], "state": "RU"}, "Gamma": {"also": [], "state": null}}`,
			"fields: {name: key, aliases: also, country: state, name_coiner: {constant: Me}}"},
		{"a row an alias", "name,alias,state\nAlpha Heron,Beta Otter,RU\nAlpha Heron,G0999,RU\nGamma,,\n",
			"fields: {name: name, aliases: alias, country: state, name_coiner: {constant: Me}}"},
		{"semicolons", "name;alias;state\nAlpha Heron;Beta Otter|G0999;RUS\nGamma;;\n",
			"format: {delimiter: \";\"}\nfields: {name: name, aliases: {column: alias, split: \"|\"}, country: state, name_coiner: {constant: Me}}"},
	} {
		recs, bad, sum := readAll(t, []byte(c.table), c.name, source.Options{Map: []byte("kind: actors\ndataset: names\npublisher: Me\n" + c.maps)})
		if len(bad) != 0 || sum.Counts["actor"] != 2 || sum.Counts["alias"] != 2 {
			t.Errorf("%s: rejected %v, %+v", c.name, bad, sum)
		}
		sameLines(t, c.name, names(recs), "names:Alpha Heron Alpha Heron/RU = Alpha Heron (Me) ", "names:Alpha Heron Alpha Heron/RU = Beta Otter () ",
			"names:Alpha Heron Alpha Heron/RU = G0999 () attack:G0999", "names:Gamma Gamma/ = Gamma (Me) ")
	}
}

func TestEveryAliasMayHaveItsOwnCoiner(t *testing.T) {
	table := `{"values": [{"actor": "Heron", "uuid": "u-1", "names": [{"name": "Alpha", "name-giver": "Vendor One"}, {"name": "Beta", "name-giver": null}, {"name": "Gamma", "name-giver": "Vendor Two"}]}]}`
	m := "kind: actors\ndataset: cards\npublisher: Me\nid: {column: uuid}\nfields: {name: actor, aliases: names.name, coiner: names.name-giver}"
	recs, _, _ := readAll(t, []byte(table), "cards.json", source.Options{Map: []byte(m)})
	sameLines(t, "cards", names(recs), "cards:u-1 Heron/ = Alpha (Vendor One) ", "cards:u-1 Heron/ = Beta () ", "cards:u-1 Heron/ = Gamma (Vendor Two) ", "cards:u-1 Heron/ = Heron () ")
}

func TestMicrosoftsMappingIsReadWhole(t *testing.T) {
	data := publicdata.Read(t, "names/microsoft-threat-actor-names.json")
	var list []map[string]string
	if err := json.Unmarshal(data, &list); err != nil {
		t.Fatal(err)
	}
	recs, bad, sum := readAll(t, data, "m.json", source.Options{Map: manualMap(t, "kind: actors")})
	if len(bad) != 0 || sum.Objects != len(list) || sum.Counts["actor"] != len(list) {
		t.Fatalf("%d of %d rows, rejected %v", sum.Objects, len(list), bad)
	}
	want := 0
	for _, row := range list {
		said := map[string]bool{row["Threat actor name"]: true, "": true}
		for n := range strings.SplitSeq(row["Other names"], ",") {
			if n = strings.TrimSpace(n); !said[n] {
				said[n] = true
				want++
			}
		}
	}
	if sum.Counts["alias"] != want || len(recs) != want+len(list) {
		t.Errorf("%d aliases, want %d", sum.Counts["alias"], want)
	}
	if i := slices.IndexFunc(recs, func(r evidence.Record) bool { return r.Value == "Gamaredon" }); i < 0 || recs[i].Subject.Country != "RU" || recs[i].Subject.Name != "Aqua Blizzard" {
		t.Errorf("Gamaredon is not read as a name of Aqua Blizzard")
	}
}

// manualMap is the map of the manual that begins with a line.
func manualMap(t testing.TB, first string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "incident-maps.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, block := range strings.Split(string(b), "```yaml\n")[1:] {
		text, _, _ := strings.Cut(block, "```")
		if strings.HasPrefix(text, first) {
			return []byte(text)
		}
	}
	t.Fatalf("the manual has no map that begins with %q", first)
	return nil
}

func TestTheManualsMapsAreShortAndRight(t *testing.T) {
	b, err := os.ReadFile(filepath.Join("..", "..", "..", "docs", "incident-maps.md"))
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(b), "```yaml\n")[1:]
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		if _, err := parseMap([]byte(text)); err != nil || strings.Count(text, "\n") > 25 {
			t.Errorf("a map of %d lines: %v\n%s", strings.Count(text, "\n"), err, text)
		}
	}
	if len(blocks) < 4 {
		t.Errorf("the manual has %d maps", len(blocks))
	}
	for _, name := range []string{"dcid", "cfr", "eurepoc"} {
		m, err := mapFiles.ReadFile("maps/" + name + ".yaml")
		if err != nil || name != "eurepoc" && bytes.Count(m, []byte("\n")) > 25 {
			t.Errorf("map %s: %d lines, %v", name, bytes.Count(m, []byte("\n")), err)
		}
	}
}
