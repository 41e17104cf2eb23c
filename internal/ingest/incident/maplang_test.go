package incident

import (
	"bytes"
	"context"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

func TestMapErrorsNameTheLine(t *testing.T) {
	for text, want := range map[string]string{
		"":                                       "empty",
		"dataset: x\npublisher: P\ncolour: red":  "3",
		"dataset: x\nfields: {initiator: Group}": "publisher",
		"dataset: a:b\npublisher: P":             "dataset",
		"dataset: x\npublisher: P":               "at least one of",
		"dataset: x\npublisher: P\npublisher_country: Atlantis\nfields: {initiator: G}":                                    "Atlantis",
		"dataset: x\npublisher: P\nfields:\n  initiator: {column: G, list: json}":                                          `"json"`,
		"dataset: x\npublisher: P\nfields:\n  initiator: {column: G, constant: H}":                                         "one of column",
		"dataset: x\npublisher: P\nfields:\n  title: {column: G, list: prose}\n  initiator: H":                             "prose",
		"dataset: x\npublisher: P\nfields: {initiator: G}\ndates:\n  - {column: D, kind: seen}":                            "line 5",
		"dataset: x\npublisher: P\nfields: {initiator: G}\ndates:\n  - {column: D, kind: activity, layouts: [DD/YYYY]}":    "month",
		"dataset: x\npublisher: P\nfields: {initiator: G}\ndates:\n  - {column: D, kind: activity, layouts: [2006-01-02]}": "YYYY MM DD",
		"dataset: x\npublisher: P\nfields: {initiator: G}\nformat: {delimiter: abc}":                                       "delimiter",
		"dataset: x\npublisher: P\nfields: {initiator: G}\nformat: {encoding: klingon}":                                    "klingon",
		"dataset: x\npublisher: P\nfields: {initiator: G}\npair: [victims]":                                                "victims",
		"dataset: &a x\npublisher: *a\nfields: {initiator: G}":                                                             "aliases",
		"dataset: x\n---\ndataset: y": "2 YAML documents",
		"dataset: x\npublisher: P\nfields: {initiator: G}\ndates:\n  - {column: D, kind: activity, layouts: [YYYY], hep: 1}": "hep",
		"dataset: [x": "column map",
	} {
		_, err := parseMap([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("map %q: %v; want %q", text, err, want)
		}
	}
	if _, err := parseMap(bytes.Repeat([]byte("#"), MaxMap+1)); err == nil {
		t.Error("a map beyond the size limit was read")
	}
}

func TestDateLayoutsGiveTheirPrecision(t *testing.T) {
	d := date{Column: named{Name: "D"}, Kind: "activity", Heap: true, Layouts: []string{"D MMM YYYY", "MMMM YYYY", "YYYY", "YYYY-MM-DD hh:mm:ss", "M/D/YY"}}
	if err := checkDates([]date{d}); err != nil {
		t.Fatal(err)
	}
	ds := []date{d}
	_ = checkDates(ds)
	for s, want := range map[string]string{
		"7 Mar 2022": "2022-03-07", "March 2022": "2022-03", "2022": "2022", "2022-03-07 11:00:00": "2022-03-07", "3/7/22": "2022-03-07",
		"1 Mar 2022": "2022-03", "1 Jan 2022": "2022", "7 Mar 2022 11:00": "2022-03-07", "3/7/22 11:00:00 PM": "2022-03-07", "3/7/69": "2069-03-07", "3/7/70": "1970-03-07", "2022 11:00": "", "soon": "", "31 Feb 2022": "", "1 Jan 0022": "",
	} {
		iv, _, err := ds[0].parse(textCell(s))
		if iv.String() != want || (err == nil) != (want != "") {
			t.Errorf("%q is %q (%v), want %q", s, iv, err, want)
		}
	}
}

func TestAnEndBeforeTheStartIsLeftOut(t *testing.T) {
	on := evidence.MustInterval
	for _, c := range []struct {
		start, end, want string
		ok               bool
	}{
		{"2017", "2017", "2017", true}, {"2017-03-05", "2017-03-09", "2017-03-05/2017-03-09", true}, {"2017", "2000", "2017", false},
		{"2017-06-27", "2017", "2017-06-27/2017", true}, {"2017-06-27", "", "2017-06-27", true}, {"", "2017", "", false}, {"2017", "2017-03-15", "2017/2017-03-15", true},
	} {
		if iv, ok := join(on(c.start), on(c.end)); iv.String() != c.want || ok != c.ok {
			t.Errorf("%q to %q is %q, %v; want %q, %v", c.start, c.end, iv, ok, c.want, c.ok)
		}
	}
}

func TestPythonListsAreReadAsPythonWritesThem(t *testing.T) {
	text := func(s ...string) []item {
		var l []item
		for _, v := range s {
			l = append(l, item{text: v})
		}
		return l
	}
	for s, want := range map[string][]item{
		"[]":                                nil,
		"['China']":                         text("China"),
		"[\"People's\", 'a\\'b']":           text("People's", "a'b"),
		"[['Armenia'], ['Azerbaijan', '']]": {{many: true, list: text("Armenia")}, {many: true, list: text("Azerbaijan", "")}},
		"('a', None, 3, 1.5, True,)":        text("a", "", "3", "1.5", "True"),
		`['\xa0\u00e9\U0001f600\n\q']`:      text("\u00a0é😀\n\\q"),
		" [ 'a' , [ ] ] ":                   {{text: "a"}, {many: true}},
	} {
		got, err := parsePythonList(s)
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s is %#v (%v), want %#v", s, got, err, want)
		}
	}
	for _, s := range []string{"", "China", "['a'", "['a' 'b']", "['a]", "[a]", "['a'] x", `['\x4']`, `['\Uffffffff']`, "[,]", strings.Repeat("[", 20)} {
		if got, err := parsePythonList(s); err == nil {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}

func FuzzPythonList(f *testing.F) {
	for _, s := range []string{"[['Armenia'], ['Azerbaijan']]", `["People's", 'a\'b', None, 3]`, "('a',)", `['\xa0\u00e9']`, "[[[[[[[[[['x']]]]]]]]]]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		list, err := parsePythonList(s)
		if err != nil {
			return
		}
		again, err := parsePythonList(write(list))
		if err != nil || !reflect.DeepEqual(list, again) {
			t.Fatalf("%q is %#v, written %q is %#v (%v)", s, list, write(list), again, err)
		}
	})
}

// write gives items as a list literal with every string quoted.
func write(list []item) string {
	var b strings.Builder
	b.WriteByte('[')
	for _, it := range list {
		if it.many {
			b.WriteString(write(it.list))
		} else {
			b.WriteString("'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(it.text) + "'")
		}
		b.WriteByte(',')
	}
	return b.String() + "]"
}

// The seeds are short, each with a few keys: the fuzzer spends a minute making
// one long input shorter.
func FuzzMap(f *testing.F) {
	for _, keys := range []string{
		"fields: {initiator: G}", "kind: actors\nfields: {name: N, aliases: {column: A, split: \",\"}}", "group_by: [A, B]\nfields: {target_name: {columns: [A, B]}}",
		"fields: {objective: {column: T, values: {a: b}, infer: [{values: {a: b}, only: [{column: C, values: [x]}], why: y}]}, initiator: G}",
		"fields: {target_country: {column: S, list: prose}}\ndates: [{column: D, end: E, kind: activity, layouts: [M/D/YY], century: 1950, heap: true}]",
		"format: {delimiter: tab, encoding: utf-8, sheet: S, header_row: 2}\nslipped: {allowed: {T: [a]}, trust: [T]}\nfields: {initiator: {constant: x}}", "pair: [target]\nkeep: [A]\nmissing: [b]\nid: {digest: [A]}",
	} {
		f.Add([]byte("dataset: x\npublisher: P\n" + keys))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := parseMap(b)
		if err == nil && (m.Dataset == "" || m.Refuse == "" && m.Publisher == "") {
			t.Fatalf("accepted %q as %+v", b, m)
		}
	})
}

func skipped(s source.Summary) (n int) {
	for _, k := range s.Skipped {
		n += k
	}
	return n
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("Ref;Headline;Group;Origin;Victims;Sector;Aim;Links;Sure;First seen;Last seen;Published;Analyst\n1;;;;;;;;;;;;\n")) // says nothing
	f.Add(nordicCSV())
	f.Add([]byte("Ref;Headline;Group;Origin;Victims;Sector;Aim;Links;Sure;First seen;Last seen;Published;Analyst\n\"1;\n"))
	m, err := parseMap([]byte(nordic))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := newReader(context.Background(), bytes.NewReader(b), m, source.Info{Name: "f"}, source.Options{MaxObject: 1 << 16})
		if err != nil {
			return
		}
		recs, rejected := 0, 0
		for {
			rec, err := r.Next()
			var bad *source.RecordError
			if errors.As(err, &bad) {
				rejected++
				continue
			}
			if err != nil {
				if s := r.Summary(); err == io.EOF && (s.Records != recs || s.Rejected != rejected || s.Objects != s.Counts["incident"]+s.Rejected+skipped(s)) {
					t.Fatalf("summary %+v of %d records, %d rejected", s, recs, rejected)
				}
				return
			}
			if recs++; rec.Validate() != nil || rec.Seal().ID != rec.ID {
				t.Fatalf("record %+v: %v", rec, rec.Validate())
			}
		}
	})
}
