package workbook

import (
	"context"
	"encoding/xml"
	"io"
	"strings"
	"testing"
)

func TestAFormatTellsHowMuchOfADateIsShown(t *testing.T) {
	for code, want := range map[string]unit{
		"yyyy-mm-dd": Day, "dd/mm/yyyy": Day, "d mmm yyyy;@": Day, `[$-409]d\-mmm\-yy;@`: Day, "m/d/yy h:mm": Day, "[$-F800]dddd, mmmm dd, yyyy": Day,
		"mmm-yy": Month, `[$-414]mmmm\ yyyy`: Month, "yyyy/mm": Month, "mmmm": Month, `yyyy"年"m"月"`: Month, "YYYY-MM": Month,
		"yyyy": Year, "yy": Year, `"d. "yyyy`: Year, `\d\.yyyy`: Year,
		"General": NoDate, "0.00": NoDate, "h:mm:ss": NoDate, "mm:ss": NoDate, "[h]:mm:ss": NoDate, "[mm]:ss.0": NoDate, "#,##0 [Red]": NoDate, "@": NoDate, "": NoDate,
		`"day" 0`: NoDate, `0 "mm"`: NoDate, `"`: NoDate, "[": NoDate, `\`: NoDate, "0.00E+00": NoDate,
	} {
		if got := shown(code); got != want {
			t.Errorf("%q shows %d, want %d", code, got, want)
		}
	}
}

func TestDaysAreCountedAsSpreadsheetsDo(t *testing.T) {
	for serial, want := range map[float64]string{
		1: "1900-01-01", 59: "1900-02-28", 61: "1900-03-01", 45356: "2024-03-05", 45383.97916666666: "2024-04-01", 45382.99999999999: "2024-04-01", 25569: "1970-01-01",
	} {
		if day, ok := (&Book{}).day(serial); !ok || day.Format("2006-01-02") != want {
			t.Errorf("%v is %v, want %s", serial, day, want)
		}
	}
	if day, ok := (&Book{date1904: true}).day(43894); !ok || day.Format("2006-01-02") != "2024-03-05" {
		t.Errorf("in the calendar from 1904: %v", day)
	}
	for _, serial := range []float64{-1, 0, 2e6} {
		if day, ok := (&Book{}).day(serial); ok {
			t.Errorf("%v is taken for %v", serial, day)
		}
	}
}

// sheetOf makes rows of a sheet's XML, without the archive around it.
func sheetOf(b *Book, sheet string, maxColumns int) *Rows {
	return &Rows{ctx: context.Background(), book: b, part: io.NopCloser(strings.NewReader("")), d: xml.NewDecoder(strings.NewReader(sheet)), maxCols: maxColumns}
}

func TestCellsStandWhereTheySayOrNextToTheLast(t *testing.T) {
	b := &Book{strings: []string{"a"}}
	r := sheetOf(b, `<sheetData><row><c t="s"><v>0</v></c><c r="D1" t="str"><v>b_x000D_</v></c><c t="b"><v>1</v></c><c/></row><row r="7"><c r="C7" t="e"><v>#REF!</v></c></row><row/><row><c><f>1</f></c></row></sheetData>`, 10)
	cells, line, err := r.Next()
	if err != nil || line != 1 || len(cells) != 5 || cells[0].Text != "a" || cells[3].Text != "b\r" || cells[4].Text != "TRUE" {
		t.Errorf("row %d: %+v, %v", line, cells, err)
	}
	cells, line, err = r.Next()
	if err != nil || line != 7 || len(cells) != 3 || cells[2].Text != "" || !strings.Contains(cells[2].Fault, "errors") {
		t.Errorf("row %d: %+v, %v", line, cells, err)
	}
	if cells, line, err = r.Next(); err != nil || line != 9 || !strings.Contains(cells[0].Fault, "formulas") {
		t.Errorf("row %d: %+v, %v", line, cells, err)
	}
	if _, _, err = r.Next(); err != io.EOF {
		t.Errorf("at the end: %v", err)
	}
}

func TestABrokenSheetIsAnErrorWithItsRow(t *testing.T) {
	for text, want := range map[string]string{
		`<sheetData><row r="3"><c r="A3" t="s"><v>5</v></c></row>`: "row 3: a cell refers to string \"5\" of 0",
		`<sheetData><row r="3"><c r="ZZ3"/></row>`:                 "row 3: more than 10 columns",
		`<sheetData><row r="3"><c r="A3"><v>5</v></c>`:             "row 3",
		`<sheetData><row r="3"><c r="A3"><v>5</v></c></row><ro`:    "after row 3",
	} {
		r := sheetOf(&Book{}, text, 10)
		var err error
		for err == nil {
			_, _, err = r.Next()
		}
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

func TestWhatMustBeHeldIsBounded(t *testing.T) {
	left := int64(1 << 30)
	long := io.MultiReader(strings.NewReader("<sst><si><t>"), strings.NewReader(strings.Repeat("x", maxRun+1)), strings.NewReader("</t></si></sst>"))
	err := (&Book{}).readStrings(xml.NewDecoder(&bounded{ReadCloser: io.NopCloser(long), left: &left}))
	if err == nil || !strings.Contains(err.Error(), "text of more than") {
		t.Errorf("a text without end: %v", err)
	}
	b := &Book{strings: make([]string, maxStrings)}
	if err := b.readStrings(xml.NewDecoder(strings.NewReader("<sst><si/></sst>"))); err == nil || !strings.Contains(err.Error(), "strings") {
		t.Errorf("strings without end: %v", err)
	}
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<sheetData><row r="1"><c r="B1" s="1"><v>45356</v></c><c t="inlineStr"><is><t>x</t></is></c></row></sheetData>`, `<sst><si><t>a</t></si></sst>`, "mmm-yy")
	f.Add(`<row><c t="s"><v>0</v></c><c t="str"><f>A1</f><v>_x000D_</v></c><c t="e"><v>#N/A</v></c></row>`, `<si><r><t>a</t></r><rPh><t>b</t></rPh></si>`, `[$-409]d "d" \y;@`)
	f.Fuzz(func(t *testing.T, sheet, shared, format string) {
		b := &Book{formats: []unit{NoDate, shown(format)}}
		_ = b.readStrings(xml.NewDecoder(strings.NewReader(shared)))
		r := sheetOf(b, sheet, 100)
		for last := 0; ; {
			cells, line, err := r.Next()
			if err != nil {
				return
			}
			if len(cells) == 0 || len(cells) > 100 || cells[len(cells)-1] == (Cell{}) {
				t.Fatalf("row %d after %d has %d cells", line, last, len(cells))
			}
			for _, c := range cells {
				if c.Shown != NoDate && c.Date.IsZero() || c.Fault != "" && c.Text != "" {
					t.Fatalf("cell %+v", c)
				}
			}
			last = line
		}
	})
}
