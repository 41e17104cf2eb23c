package export

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/marking"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/scaffold/neighbours"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

// everyClass has a record of each class, with every marking, standing,
// precision and kind of party.
func everyClass() []evidence.Record {
	var out []evidence.Record
	markings := []evidence.TLP{"", evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict, evidence.Red}
	intervals := []string{"2022-03-23", "2022-03", "2022", "2021-08/2022-03", "2012/..", "../2015-06", "2022-02-24T04:00:00Z", ""}
	statuses := []evidence.Status{"", evidence.Asserted, evidence.Contested, evidence.Denied}
	for i, class := range evidence.Classes() {
		for j, marking := range markings {
			r := evidence.Record{
				Class: class, Subject: evidence.Actor{Name: fmt.Sprintf("Group %d", j), Country: "CN"},
				Value: fmt.Sprintf("value %d \"=<b>", i), Marking: marking, Status: statuses[(i+j)%4], Note: "a note",
				Activity: evidence.MustInterval(intervals[(i+j)%8]), Disclosed: evidence.MustInterval(intervals[(i+j+1)%6]),
				Citation: evidence.Citation{Publisher: "Publisher", PublisherCountry: "US", Title: "Title", Locator: "https://example.org/report", Published: evidence.MustInterval("2022-06-17")},
				Origin:   evidence.Origin{Dataset: "case:every-class", Object: fmt.Sprintf("object-%d-%d", i, j), File: "/home/user/secret/evidence.yaml", Line: 3},
				Extra:    map[string]json.RawMessage{"x": json.RawMessage(`{"empty":[],"null":null,"n":1.50,"<":"&"}`)},
			}
			if j%2 == 0 {
				r.Confidence = evidence.Percent(10 * j)
				r.Object = evidence.Actor{Country: "RU"}
			}
			if j%3 == 0 {
				r.Object = evidence.Actor{Name: "Other", Ref: "attack:G0010"}
				r.Subject = evidence.Actor{Country: "CN"}
				r.Targets = []evidence.Target{{Country: "RU"}, {Country: "UA", Sector: "energy"}, {Name: "An Organisation", Country: "KZ", Sector: "defense"}}
			}
			switch class {
			case evidence.Agreement:
				r.Subject, r.Parties, r.Clauses = evidence.Actor{}, []string{"CN", "RU"}, []string{"non-aggression"}
			case evidence.UsesTechnique:
				r.ValueRef = "T1566.001"
			case evidence.Exploits:
				r.Value = "CVE-2017-0005"
			case evidence.Incident:
				if j == 1 {
					r.Subject, r.Citation.Locator = evidence.Actor{}, "page 12, table 3"
				}
			}
			out = append(out, r.Seal())
		}
	}
	return out
}

func TestReadingOurOwnBundleAddsNothing(t *testing.T) {
	for name, c := range map[string]Content{
		"every class": {Records: everyClass()}, "built-in case": builtin(t), "assessment alone": {Assessment: builtin(t).Assessment},
	} {
		want := ids(c.Records)
		if c.Records == nil {
			for id := range c.Assessment.Records {
				want = append(want, id)
			}
			slices.Sort(want)
		}
		got, sum := readBack(t, write(t, c, "stix", Options{Ceiling: evidence.Red}))
		if !slices.Equal(ids(got), want) {
			t.Errorf("%s: %d records came back of %d: %+v", name, len(ids(got)), len(want), sum)
		}
		if sum.Rejected != 0 || sum.Dataset != "stix:cahoots" {
			t.Errorf("%s: %d rejected, data set %q", name, sum.Rejected, sum.Dataset)
		}
	}
}

// What other tools see, who do not know the extension, are the same claims: this
// reads our bundle with the extension cut out, as any bundle.
func TestClaimsStandInPlainSTIXToo(t *testing.T) {
	type claim struct {
		class               evidence.Class
		subject, value      string
		from, to, published string
		publisher           string
		confidence          string
		marking             evidence.TLP
		contested           bool
	}
	plain := func(r evidence.Record) claim {
		n, stated := r.Confidence.Value()
		return claim{
			r.Class, r.Subject.Name, r.Value, r.Activity.From.String(), r.Activity.To.String(), r.Citation.Published.String(),
			r.Citation.Publisher, fmt.Sprint(n, stated), r.Marking, r.Status == evidence.Contested,
		}
	}
	var in []evidence.Record
	for i, class := range []evidence.Class{evidence.UsesSoftware, evidence.UsesTechnique, evidence.Exploits, evidence.Infrastructure} {
		for j, m := range []evidence.TLP{"", evidence.Green, evidence.Red} {
			r := evidence.Record{
				Class: class, Subject: evidence.Actor{Name: fmt.Sprint("Group ", j)}, Value: fmt.Sprintf("Thing %d", i), Marking: m,
				Activity:   evidence.MustInterval([]string{"2022-03-23", "2021-08/2022-03", "2022-02-24T04:00:00Z", "2012/.."}[i]),
				Confidence: evidence.Percent(20 * j), Status: []evidence.Status{"", evidence.Contested}[j%2],
				Citation: evidence.Citation{Publisher: "Some Laboratory", Title: "On groups", Locator: "https://lab.example/x", Published: evidence.MustInterval("2022-06-17")},
				Origin:   evidence.Origin{Dataset: "case:x", Object: fmt.Sprint(i, j)},
			}
			in = append(in, r.Seal())
		}
	}
	var bundle map[string]any
	if err := json.Unmarshal(write(t, Content{Records: in}, "stix", Options{Ceiling: evidence.Red}), &bundle); err != nil {
		t.Fatal(err)
	}
	for _, o := range bundle["objects"].([]any) {
		if ext, ok := o.(map[string]any)["extensions"].(map[string]any); ok {
			delete(ext, extensionID)
		}
	}
	body, _ := json.Marshal(bundle)
	back, _ := readBack(t, body)
	got := map[claim]bool{}
	for _, r := range back {
		got[plain(r)] = true
	}
	for _, r := range in {
		if !got[plain(r)] {
			t.Errorf("lost without the extension: %+v", plain(r))
		}
	}
	if t.Failed() {
		for c := range got {
			t.Logf("came back: %+v", c)
		}
	}
}

func TestSTIXInSTIXOutKeepsEveryRecord(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(publicdata.Path(t, "suites/stix21/examples"), "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, publicdata.Path(t, "suites/stix21/examples/infrastructure.json"), publicdata.Path(t, "attack/ics-attack-18.1.stix21.json.xz"),
		publicdata.Path(t, "attack/enterprise-attack-18.1.stix20.json.xz"))
	all := 0
	for _, file := range files {
		in, _ := readFile(t, file)
		if len(in) == 0 {
			continue
		}
		out, sum := readBack(t, write(t, Content{Records: in}, "stix", Options{Ceiling: evidence.Red}))
		if !slices.Equal(ids(in), ids(out)) || sum.Rejected > 0 {
			t.Errorf("%s: %d records in, %d out, %d rejected", filepath.Base(file), len(ids(in)), len(ids(out)), sum.Rejected)
		}
		all += len(out)
	}
	if all < 1000 {
		t.Errorf("only %d records went through: the test looks in the wrong place", all)
	}
}

func TestAForgedRecordIsRejected(t *testing.T) {
	body := write(t, Content{Records: everyClass()[:12]}, "stix", Options{Ceiling: evidence.Red})
	forged := bytes.Replace(body, []byte(`"note": "a note"`), []byte(`"note": "another"`), 1)
	if bytes.Equal(forged, body) {
		t.Fatal("nothing was forged")
	}
	if _, sum := readBack(t, forged); sum.Rejected != 1 {
		t.Errorf("%d rejected, want the forged one", sum.Rejected)
	}
}

func TestAStricterMarkingOfTheObjectHoldsForItsRecord(t *testing.T) {
	r := everyClass()[0]
	body := write(t, Content{Records: []evidence.Record{r}}, "stix", Options{Ceiling: evidence.Red})
	var bundle map[string]any
	if err := json.Unmarshal(body, &bundle); err != nil {
		t.Fatal(err)
	}
	for _, o := range bundle["objects"].([]any) {
		o.(map[string]any)["object_marking_refs"] = []string{marking.TLPDefinition(evidence.Red)}
	}
	body, _ = json.Marshal(bundle)
	got, _ := readBack(t, body)
	if len(got) != 1 || got[0].Marking != evidence.Red {
		t.Errorf("the record came back under %v", got)
	}
}

func TestSameContentSameBytes(t *testing.T) {
	c := builtin(t)
	for _, format := range Formats() {
		first := write(t, c, format, Options{Ceiling: evidence.Red})
		slices.Reverse(c.Records)
		if !bytes.Equal(first, write(t, c, format, Options{Ceiling: evidence.Red})) {
			t.Errorf("%s: another order of records gives other bytes", format)
		}
	}
}

func TestEveryObjectIsValidUnderTheOASISSchemas(t *testing.T) {
	dir := publicdata.Path(t, "suites/stix21/schemas")
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	byType := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".json") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		doc, err := jsonschema.UnmarshalJSON(f)
		if err != nil {
			return err
		}
		m := doc.(map[string]any)
		byType[strings.TrimSuffix(filepath.Base(path), ".json")] = m["$id"].(string)
		return compiler.AddResource(m["$id"].(string), doc)
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]Content{"every class": {Records: everyClass()}, "built-in case": builtin(t)} {
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(write(t, c, "stix", Options{Ceiling: evidence.Red})))
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range doc.(map[string]any)["objects"].([]any) {
			typ := o.(map[string]any)["type"].(string)
			s, err := compiler.Compile(byType[typ])
			if err != nil {
				t.Fatalf("schema of %s: %v", typ, err)
			}
			if err := s.Validate(o); err != nil {
				b, _ := json.MarshalIndent(o, "", " ")
				t.Fatalf("%s: %v\n%s", name, err, b)
			}
		}
	}
}

func TestTheOASISValidatorFindsNoFault(t *testing.T) {
	interpreter := neighbours.Python(t, "stix2validator")
	// The package of PyPI comes without the schemas; they are put beside a copy
	// of it, where it looks for them.
	where, err := exec.Command(interpreter, "-c", "import stix2validator, os; print(os.path.dirname(stix2validator.__file__))").Output()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(filepath.Join(dir, "stix2validator"), os.DirFS(strings.TrimSpace(string(where)))); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "stix2validator", "schemas-2.1")); err != nil {
		to := filepath.Join(dir, "stix2validator", "schemas-2.1", "schemas")
		if err := os.CopyFS(to, os.DirFS(publicdata.Path(t, "suites/stix21/schemas"))); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-c", validate}
	for name, c := range map[string]Content{"every-class": {Records: everyClass()}, "built-in-case": {Assessment: builtin(t).Assessment}, "linked": linked(t)} {
		path := filepath.Join(dir, name+".json")
		if err := os.WriteFile(path, write(t, c, "stix", Options{Ceiling: evidence.Red}), 0o600); err != nil {
			t.Fatal(err)
		}
		args = append(args, path)
	}
	cmd := exec.Command(interpreter, args...)
	cmd.Env = append(os.Environ(), "PYTHONPATH="+dir)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
}

// validate fails on any error. Two warnings are not printed: that ids should be
// random (ours are the same for the same content) and that a URL has no hash.
const validate = `
import sys, json
from stix2validator import validate_file, ValidationOptions
bad = False
for path in sys.argv[1:]:
    r = validate_file(path, ValidationOptions(version="2.1", disabled=["103", "302"]))
    if r.fatal or not r.object_results:
        sys.exit("fatal: %s" % r.fatal)
    errors = [str(e) for o in r.object_results for e in o.errors]
    warnings = [str(w) for o in r.object_results for w in o.warnings]
    print(path, len(json.load(open(path))["objects"]), "objects,", len(errors), "errors,", len(warnings), "warnings")
    for line in errors[:20] + warnings[:10]: print("  ", line)
    bad = bad or errors or not r.is_valid
sys.exit(1 if bad else 0)
`

func TestNoRelationshipForAPairWithoutALink(t *testing.T) {
	c := linked(t)
	linked := 0
	for _, p := range c.Assessment.Pairs {
		if p.Level >= assess.IncidentalOverlap {
			linked++
		}
	}
	n := bytes.Count(write(t, c, "stix", Options{Ceiling: evidence.Red}), []byte(`"verdict": {`))
	if n != linked || linked == 0 || linked == len(c.Assessment.Pairs) {
		t.Errorf("%d verdicts exported, %d of %d pairs are linked", n, linked, len(c.Assessment.Pairs))
	}
}
