package incident

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

const listMap = `
dataset: lists
publisher: P
missing: [Unknown]
fields:
  initiator: {column: who, list: python}
  initiator_country: {column: from, list: python}
  target_country: {column: where, list: python}
  target_sector: {column: sub, fallback: cat, list: python}
  target_name: {column: whom, list: python}
pair: [initiator, target]
`

// readLists reads one row of list cells.
func readLists(t *testing.T, cells ...string) ([]evidence.Record, source.Summary) {
	t.Helper()
	for i, c := range cells {
		cells[i] = `"` + strings.ReplaceAll(c, `"`, `""`) + `"`
	}
	data := "who,from,where,sub,cat,whom\n" + strings.Join(cells, ",") + "\n"
	recs, bad, sum := readAll(t, []byte(data), "l.csv", source.Options{Map: []byte(listMap)})
	if len(bad) > 0 {
		t.Fatal(bad)
	}
	return recs, sum
}

func TestInitiatorsArePairedOnlyWhereTheTableDoes(t *testing.T) {
	for _, c := range []struct{ who, from, want string }{
		{"['A', 'B']", "['China', 'Russia']", "A/CN B/RU"},
		{"['A', 'A']", "['China', 'Unknown']", "A/CN"},
		{"['A', 'Unknown']", "['China', 'China']", "A/CN"},
		{"['A', 'Unknown']", "['China', 'Russia']", "A/CN /RU"},
		{"['A']", "['China', 'Russia']", "A/CN A/RU"},
		{"", "['China']", "/CN"},
		{"['A', 'B', 'C']", "['China', 'Russia']", "A/ B/ C/ /CN /RU"},
		{"['Unknown']", "['Unknown']", "/"},
		{"", "", "/"},
		{"['A/B/C (X)']", "['Europe (region)']", "A/B/C (X)/"},
	} {
		recs, _ := readLists(t, c.who, c.from, "['India']", "", "", "")
		var got []string
		for _, r := range recs {
			got = append(got, r.Subject.Name+"/"+r.Subject.Country)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s from %s: %q, want %q", c.who, c.from, got, c.want)
		}
	}
}

func TestVictimsArePairedPlaceByPlace(t *testing.T) {
	for _, c := range []struct{ where, sub, cat, whom, want string }{
		{"['China', 'India']", "[['Military', ''], ['Health']]", "[['State', 'Media'], ['State']]", "", "CN/communications/ CN/defense/ IN/healthcare/"},
		{"['China']", "[['Military']]", "", "[['PLA']]", "CN/defense/PLA"},
		{"['China']", "[['Military']]", "", "[['PLA', 'CMC']]", "CN//CMC CN//PLA CN/defense/"},
		{"['China', 'India']", "[['Military']]", "", "", "/defense/ CN// IN//"},
		{"['China']", "[['Nonsense']]", "[['Other']]", "", "CN//"},
		{"['Unknown']", "[['Military']]", "", "", "/defense/"},
		{"nonsense", "", "", "", ""},
	} {
		recs, _ := readLists(t, "['A']", "['Iran']", c.where, c.sub, c.cat, c.whom)
		var got []string
		for _, v := range recs[0].Targets {
			got = append(got, fmt.Sprintf("%s/%s/%s", v.Country, v.Sector, v.Name))
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s %s %s %s: %q, want %q", c.where, c.sub, c.cat, c.whom, got, c.want)
		}
	}
}

func TestABuiltInTableIsKnownInAWorkbookToo(t *testing.T) {
	recs, _, sum := readAll(t, workbookFile(t, "tracker"), "cfr.xlsx", source.Options{})
	if len(recs) != 2 || sum.Dataset != "cfr" || recs[0].Disclosed.String() != "2022-03-07" || recs[1].Disclosed.String() != "2022-03-08" ||
		recs[0].Subject.Country != "BY" || !slices.Contains(recs[0].Targets, evidence.Target{Country: "UA"}) {
		t.Errorf("%+v, %+v", recs, sum)
	}
}

func TestByteOrderMarksAndBareLineEndsDoNotMatter(t *testing.T) {
	plain := "who,from,where,sub,cat,whom\n['A'],['China'],,,,\n"
	want, _, _ := readAll(t, []byte(plain), "x", source.Options{Map: []byte(listMap)})
	for _, text := range []string{"\ufeff" + plain, strings.ReplaceAll(plain, "\n", "\r\n"), strings.TrimSuffix(plain, "\n")} {
		got, bad, _ := readAll(t, []byte(text), "x", source.Options{Map: []byte(listMap)})
		if len(bad) != 0 || len(got) != 1 || got[0].ID != want[0].ID {
			t.Errorf("%q gives %+v, rejected %v", text, got, bad)
		}
	}
}

func TestEveryRowMayHaveItsOwnPublisher(t *testing.T) {
	m := "dataset: d\npublisher: Collection\nfields: {initiator: who, publisher: by, publisher_country: seat}\ndates:\n  - {column: out, kind: publication}\n"
	recs, _, _ := readAll(t, []byte("who,by,seat,out\nA,ESET,Slovakia,2022-03\nB,,,\n"), "p.csv", source.Options{Map: []byte(m)})
	want := evidence.Citation{Publisher: "ESET", PublisherCountry: "SK", Via: "Collection", Published: evidence.MustInterval("2022-03")}
	if recs[0].Citation != want || recs[1].Citation.Publisher != "Collection" || recs[0].Event != "d:1" || recs[1].Event != "d:2" {
		t.Errorf("%+v, %+v", recs[0], recs[1])
	}
}

func TestASlippedRowWithoutTrustedColumnsIsRejected(t *testing.T) {
	m := "dataset: d\npublisher: P\nfields: {initiator: who}\nslipped:\n  allowed: {kind: [spying, theft]}\n"
	recs, bad, sum := readAll(t, []byte("who,kind\nA,\"Spying, theft\"\nB,\nC,D\n"), "s.csv", source.Options{Map: []byte(m)})
	if len(recs) != 2 || len(bad) != 1 || bad[0].Line != 4 || bad[0].Path != "kind" || sum.Objects != 3 {
		t.Errorf("%d records, rejected %v", len(recs), bad)
	}
	// Beside a column that holds its own, another word is a word that the map does not know.
	m = strings.Replace(m, "theft]", "theft], sector: [energy]", 1)
	recs, bad, sum = readAll(t, []byte("who,kind,sector\nA,unclear,energy\nB,energy,https://a.example\nC,,spying\n"), "s.csv", source.Options{Map: []byte(m)})
	if len(recs) != 1 || len(bad) != 2 || !strings.Contains(strings.Join(sum.Notes, "\n"), "kind: 1 values that the map does not know") {
		t.Errorf("%d records, rejected %v, %v", len(recs), bad, sum.Notes)
	}
}
