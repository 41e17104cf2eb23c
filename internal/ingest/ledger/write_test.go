package ledger

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// same compares cases but for lines and file.
var same = cmp.Options{
	cmpopts.IgnoreFields(Case{}, "File"), cmpopts.IgnoreFields(Actor{}, "Line"), cmpopts.IgnoreFields(Alias{}, "Line"),
	cmpopts.IgnoreFields(Source{}, "Line"), cmpopts.IgnoreFields(Item{}, "Line"), cmpopts.IgnoreFields(agreement{}, "Line"),
	cmpopts.IgnoreFields(Control{}, "Line"), cmpopts.IgnoreFields(question{}, "Line"), cmpopts.EquateEmpty(), cmp.AllowUnexported(evidence.Confidence{}),
}

func caseFiles(t testing.TB) map[string][]byte {
	out := map[string][]byte{"small": []byte(small)}
	for _, glob := range []string{"../../../cases/*.yaml", "../../../cases/controls/*.yaml"} {
		names, err := filepath.Glob(glob)
		if err != nil {
			t.Fatal(err)
		}
		for _, n := range names {
			b, err := os.ReadFile(n)
			if err != nil {
				t.Fatal(err)
			}
			out[n] = b
		}
	}
	return out
}

func TestWrittenCaseParsesToTheSameCase(t *testing.T) {
	for name, b := range caseFiles(t) {
		roundTrip(t, name, b)
	}
}

func roundTrip(t testing.TB, name string, b []byte) {
	c, _, err := Parse(bytes.NewReader(b), name)
	if err != nil {
		return
	}
	var w bytes.Buffer
	if err := Write(&w, c); err != nil {
		t.Fatal(err)
	}
	again, bad, err := Parse(bytes.NewReader(w.Bytes()), name)
	if err != nil || len(bad) > 0 {
		t.Fatalf("%s: what was written does not parse: %v %v\n%s", name, err, bad, w.Bytes())
	}
	if d := cmp.Diff(c, again, same); d != "" {
		t.Fatalf("%s: %s\n%s", name, d, w.Bytes())
	}
	var twice bytes.Buffer
	if err := Write(&twice, again); err != nil || !bytes.Equal(w.Bytes(), twice.Bytes()) {
		t.Fatalf("%s: writing twice gives other bytes (%v)", name, err)
	}
	records := again.Records()
	for i, r := range c.Records() {
		if err := r.Validate(); err != nil {
			t.Fatalf("%s: record %s: %v", name, r.Origin.Object, err)
		}
		if r.ID != records[i].ID {
			t.Fatalf("%s: record %s became another", name, r.Origin.Object)
		}
	}
}

func FuzzParse(f *testing.F) {
	// Short seeds: the fuzzer spends a minute making one whole case shorter.
	for _, s := range []string{
		"case: {id: x, title: \"\\u0085 \\t \\\" \\\\ é \\U0001F600\"}", "case:\n  id: 007\n  about: |\n    a\n\n     b: c\n",
		"case: {id: x}\npolicy: {split: [[a, b]], join: [{names: [a, b], why: \"'\"}], include_disputed: true}\n",
		"case: {id: x}\ncontrols: [{id: c, a: China, b: RU, level: L0-L1, sign: [none], contested: true}]\n",
		"case: {id: x}\nsources: {\"1\": {url: \"# no comment\"}, ~: {publisher: '- x'}}\n",
		"case: {id: .inf}\nactors: [{name: 0x1F}, {name: \"yes\"}, {name: '*a'}, {name: \"a # b\"}]\n",
		"case: {id: x}\nsources: {s: {publisher: P}}\nactors: [{name: A, aliases: [{name: B, source: s, kind: same}], country: {code: CN, source: s}}]\n",
		"case: {id: x}\nsources: {s: {publisher: P}}\nclaims: [{class: activity, actor: A, source: s, activity: 2020/2021, grade: B2}]\n",
		"case: {id: *a}\n", "? a\n: b\n", "case: !!str x\n", "- - - -\n", "{{{{", "case: {id: x, <<: {title: a}}\n",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) { roundTrip(t, "fuzz", b) })
}

func BenchmarkParse(b *testing.B) {
	text, err := os.ReadFile("../../../cases/sino-russian.yaml")
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		c, bad, err := Parse(bytes.NewReader(text), "sino-russian")
		if err != nil || len(bad) > 0 {
			b.Fatal(err, bad)
		}
		if n := len(c.Records()); n == 0 {
			b.Fatal("no records")
		}
	}
}
