package incident

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// The map for the tables that testdata/workbooks/make.py writes.
const workbookMap = `
dataset: north
publisher: Example CERT
id: {column: Ref}
fields: {title: Headline, initiator: Group, initiator_country: Origin, target_country: Victims}
dates:
  - {column: First seen, end: Last seen, kind: activity, layouts: [DD.MM.YYYY]}
  - {column: Published, kind: disclosure}
keep: [Count]
`

func workbookFile(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "workbooks", name+".xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tell is what a record says, on one line.
func tell(r evidence.Record) string {
	target := ""
	if len(r.Targets) > 0 {
		target = r.Targets[0].Country
	}
	return strings.Join([]string{r.Event, r.Citation.Title, r.Subject.Name, r.Subject.Country, target, r.Activity.String(), r.Disclosed.String(), string(r.Extra["Count"])}, "|")
}

func TestEveryProgramsWorkbookGivesTheSameIncidents(t *testing.T) {
	want := []string{
		`north:W-1|Grid probe|Alpha Heron|RU|NO|2024-03-05/2024-03-09|2024-05-02|"3"`,
		`north:W-2|Beta Otter in Sweden|Beta Otter|CN|SE|2024-03|2024-05-03|"12345678901234"`,
		`north:W-3|Port|Béta|CN|RU|2023||"0.3"`,
		`north:W-4|Rail|Alpha Heron|RU|FI|2024-03-05||`,
		`north:217|Mill|Alpha Heron|RU|DK|2024-03-05||`,
	}
	for _, name := range []string{"excel", "google", "strict", "libreoffice", "openpyxl", "xlsxwriter", "constant-memory", "pandas"} {
		recs, bad, sum := readAll(t, workbookFile(t, name), name+".xlsx", source.Options{Map: []byte(workbookMap)})
		lines := want
		notes := strings.Join(sum.Notes, "\n")
		switch name {
		case "pandas": // writes the first and the last row, and no notes beside the table
			lines = []string{want[0], want[4]}
		case "openpyxl", "xlsxwriter", "constant-memory": // cannot compute
			lines = append([]string(nil), want...)
			lines[1] = strings.Replace(want[1], "Beta Otter in Sweden", "", 1)
			if !strings.Contains(notes, "Headline: 1 cells hold formulas without a stored result") {
				t.Errorf("%s: no note tells of the formula: %s", name, notes)
			}
		}
		if name != "pandas" && !strings.Contains(notes, "1 rows have cells beside the table") {
			t.Errorf("%s: no note tells of the cell beside the table: %s", name, notes)
		}
		if len(recs) != len(lines) || len(bad) != 0 {
			t.Errorf("%s: %d records, rejected %v", name, len(recs), bad)
			continue
		}
		for i, r := range recs {
			if tell(r) != lines[i] {
				t.Errorf("%s: row %d is\n%s, want\n%s", name, r.Origin.Line, tell(r), lines[i])
			}
		}
		if name != "pandas" && recs[0].Origin.Line != 4 {
			t.Errorf("%s: the first incident is said to stand in row %d, not 4", name, recs[0].Origin.Line)
		}
	}
}

func TestAMissingSheetNamesThoseThereAre(t *testing.T) {
	m := workbookMap + "format: {sheet: Cases}"
	_, err := Format.Open(t.Context(), bytes.NewReader(workbookFile(t, "openpyxl")), source.Info{Name: "n.xlsx"}, source.Options{Map: []byte(m)})
	if err == nil || !strings.Contains(err.Error(), `"Read me", "Incidents"`) {
		t.Errorf("error %v", err)
	}
	m = workbookMap + "format: {sheet: Read me}"
	_, err = Format.Open(t.Context(), bytes.NewReader(workbookFile(t, "openpyxl")), source.Info{Name: "n.xlsx"}, source.Options{Map: []byte(m)})
	if err == nil || !strings.Contains(err.Error(), `sheet "Read me"`) || !strings.Contains(err.Error(), `"Headline"`) {
		t.Errorf("a sheet without the columns: %v", err)
	}
}

func TestAWorkbookBombIsRefused(t *testing.T) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	part := func(name, text string, zeros int) {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		for n := 0; n == 0 || n < zeros; n++ {
			if _, err := w.Write([]byte(text)); err != nil {
				t.Fatal(err)
			}
		}
	}
	part("_rels/.rels", `<Relationships><Relationship Id="a" Type="x/officeDocument" Target="w.xml"/></Relationships>`, 1)
	part("w.xml", `<workbook xmlns:r="r"><sheets><sheet name="s" r:id="a"/></sheets></workbook>`, 1)
	part("_rels/w.xml.rels", `<Relationships><Relationship Id="a" Type="x/worksheet" Target="s.xml"/></Relationships>`, 1)
	part("s.xml", strings.Repeat("<row/>", 1<<18), 4)
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	_, err := Format.Open(t.Context(), bytes.NewReader(b.Bytes()), source.Info{Name: "b.xlsx"}, source.Options{Map: []byte(workbookMap), MaxBytes: 2 << 20})
	if err == nil || !strings.Contains(err.Error(), "unpacks to more than") {
		t.Errorf("%d bytes that unpack to 6 MiB: %v", b.Len(), err)
	}
	_, err = Format.Open(t.Context(), strings.NewReader(zipMagic+"nonsense"), source.Info{Name: "b.xlsx"}, source.Options{Map: []byte(workbookMap)})
	if err == nil || !strings.Contains(err.Error(), "zip") {
		t.Errorf("a broken archive: %v", err)
	}
}

func TestANumberIsADateOnlyInADateColumnAndARecentOne(t *testing.T) {
	table := "dataset: x\npublisher: P\nfields: {initiator: Group, title: Count}\ndates: [{column: First seen, kind: activity}]"
	recs, _, _ := readAll(t, workbookFile(t, "excel"), "x.xlsx", source.Options{Map: []byte(table)})
	if recs[3].Activity.String() != "2024-03-05" || recs[0].Citation.Title != "3" {
		t.Errorf("serial number is %s, a count is %q", recs[3].Activity, recs[0].Citation.Title)
	}
	wrong := "dataset: x\npublisher: P\nfields: {initiator: Group}\ndates: [{column: Count, kind: activity}]"
	r, err := Format.Open(t.Context(), bytes.NewReader(workbookFile(t, "excel")), source.Info{Name: "x.xlsx"}, source.Options{Map: []byte(wrong)})
	if err != nil {
		t.Fatal(err)
	}
	err = source.All(r, func(evidence.Record) error { return nil }, func(*source.RecordError) {})
	if err == nil || !strings.Contains(err.Error(), `no value of column "Count" is a date`) {
		t.Errorf("counts taken for dates: %v", err)
	}
}
