package export

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/parquet-go/parquet-go"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/scaffold/neighbours"
)

func TestPyMISPReadsTheEvent(t *testing.T) {
	interpreter := neighbours.Python(t, "pymisp")
	for _, c := range []Content{linked(t), {Records: everyClass()}} {
		body := write(t, c, "misp", Options{Ceiling: evidence.Red})
		path := filepath.Join(t.TempDir(), "event.json")
		if err := os.WriteFile(path, body, 0o600); err != nil {
			t.Fatal(err)
		}
		out, err := exec.Command(interpreter, "-W", "ignore", "-c", `
import sys, json
from pymisp import MISPEvent
e = MISPEvent()
e.load_file(sys.argv[1])
again = json.loads(e.to_json())
assert e.uuid and e.info, "no uuid or info"
for o in e.objects:
    for a in o.attributes: a.to_json()
    if getattr(o, 'first_seen', None) and getattr(o, 'last_seen', None): assert o.first_seen <= o.last_seen
print(len(e.objects), sum(len(o.attributes) for o in e.objects), len(again["Object"]), len(e.event_reports), len(e.tags))
`, path).CombinedOutput()
		if err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		var e struct{ Event mispEvent }
		if err := json.Unmarshal(body, &e); err != nil {
			t.Fatal(err)
		}
		attributes := 0
		for _, o := range e.Event.Objects {
			attributes += len(o.Attributes)
		}
		want := []int{len(e.Event.Objects), attributes, len(e.Event.Objects), len(e.Event.Reports), len(e.Event.Tags)}
		for i, s := range strings.Fields(string(out)) {
			if n, _ := strconv.Atoi(s); n != want[i] {
				t.Errorf("PyMISP sees %s, written was %v (objects, attributes, objects again, reports, tags)", out, want)
			}
		}
	}
}

// The rules are those of the layer file format 4.5 of the ATT&CK Navigator.
func TestTheNavigatorLayerKeepsToItsSpecification(t *testing.T) {
	c := linked(t)
	for _, which := range []string{"all", "a", "b", "shared"} {
		var l struct {
			Name, Domain string
			Versions     struct{ Layer, Navigator string }
			Techniques   []struct {
				TechniqueID string
				Score       float64
				Color       string
				Comment     string
			}
			Gradient struct {
				Colors             []string
				MinValue, MaxValue float64
			}
			LegendItems []struct{ Label, Color string }
		}
		if err := json.Unmarshal(write(t, c, "navigator", Options{Layer: which}), &l); err != nil {
			t.Fatal(err)
		}
		color := regexp.MustCompile(`^#[0-9a-f]{6}$`)
		if l.Name == "" || l.Domain != "enterprise-attack" || l.Versions.Layer != "4.5" || l.Versions.Navigator == "" ||
			len(l.Gradient.Colors) < 2 || l.Gradient.MaxValue <= l.Gradient.MinValue {
			t.Errorf("%s: %+v", which, l)
		}
		seen := map[string]float64{}
		for _, x := range l.Techniques {
			if !technique.MatchString(x.TechniqueID) || !color.MatchString(x.Color) || x.Score < 0 || x.Score > 100 {
				t.Errorf("%s: %+v", which, x)
			}
			if _, twice := seen[x.TechniqueID]; twice {
				t.Errorf("%s: %s twice", which, x.TechniqueID)
			}
			seen[x.TechniqueID] = x.Score
		}
		// Alpha has T1001-3, Beta T1002-4, Gamma T1003-5, Delta T1004-6; A is Alpha and Gamma.
		want := map[string][]string{
			"all": {"T1001", "T1002", "T1003", "T1004", "T1005", "T1006"}, "a": {"T1001"}, "b": {"T1006"}, "shared": {"T1002", "T1003", "T1004", "T1005"},
		}[which]
		var got []string
		for _, x := range l.Techniques {
			got = append(got, x.TechniqueID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v, want %v", which, got, want)
		}
		// One of four has T1001: log 4 / log 4; two of four T1002: half of that; three T1003: log(4/3)/log 4 = .2075.
		for id, score := range map[string]float64{"T1001": 100, "T1002": 50, "T1003": 20.8} {
			if s, ok := seen[id]; ok && s != score {
				t.Errorf("%s: rarity of %s is %v, want %v", which, id, s, score)
			}
		}
	}
}

func TestASavedAssessmentHasTheSharedLayerAlone(t *testing.T) {
	saved := Content{Assessment: linked(t).Assessment}
	if !bytes.Contains(write(t, saved, "navigator", Options{}), []byte(`"T1003"`)) {
		t.Error("the shared technique is missing")
	}
	if _, err := Write(io.Discard, saved, "navigator", Options{Layer: "a"}); err == nil {
		t.Error("a layer of side A alone was written from shared items")
	}
}

func TestGraphMLIsATreeOfKnownNodes(t *testing.T) {
	c := linked(t)
	var g graphML
	if err := xml.Unmarshal(write(t, c, "graphml", Options{}), &g); err != nil {
		t.Fatal(err)
	}
	nodes, keys := map[string]bool{}, map[string]string{}
	for _, k := range g.Keys {
		keys[k.ID] = k.For
	}
	token := regexp.MustCompile(`^[a-z][0-9]+$`)
	for _, n := range g.Graph.Nodes {
		if nodes[n.ID] || !token.MatchString(n.ID) {
			t.Errorf("node %q is there twice or its id is no token", n.ID)
		}
		nodes[n.ID] = true
		for _, d := range n.Data {
			if keys[d.Key] != "node" {
				t.Errorf("data %s of a node is not declared", d.Key)
			}
		}
	}
	levels := 0
	for _, e := range g.Graph.Edges {
		if !nodes[e.Source] || !nodes[e.Target] {
			t.Errorf("edge %s joins what is not there", e.ID)
		}
		for _, d := range e.Data {
			if keys[d.Key] != "edge" {
				t.Errorf("data %s of an edge is not declared", d.Key)
			}
			if d.Key == "level" {
				levels++
			}
		}
	}
	if levels != len(c.Assessment.Pairs) {
		t.Errorf("%d of %d pairs have a level", levels, len(c.Assessment.Pairs))
	}
}

func TestParquetKeepsWhatIsMissingApart(t *testing.T) {
	records := everyClass()
	body := write(t, Content{Records: records}, "parquet", Options{Ceiling: evidence.Red})
	rows, err := parquet.Read[recordRow](bytes.NewReader(body), int64(len(body)))
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]recordRow{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	for _, r := range records {
		row, ok := byID[string(r.ID)]
		n, stated := r.Confidence.Value()
		switch {
		case !ok:
			t.Fatalf("record %s is missing", r.ID)
		case stated != (row.Confidence != nil) || stated && int(*row.Confidence) != n:
			t.Errorf("confidence %v became %v", r.Confidence, row.Confidence)
		case r.Activity.From.IsZero() != (row.ActFrom == nil) || row.ActFrom != nil && *row.ActFrom != r.Activity.From.UnixMilli():
			t.Errorf("%s: start %v", r.Activity, row.ActFrom)
		case (r.Marking == "") != (row.Marking == nil):
			t.Errorf("marking %q became %v", r.Marking, row.Marking)
		}
	}
	c := linked(t)
	for _, table := range []string{"pairs", "measurements"} {
		if b := write(t, c, "parquet", Options{Table: table}); !bytes.HasPrefix(b, []byte("PAR1")) || !bytes.HasSuffix(b, []byte("PAR1")) {
			t.Errorf("%s is no Parquet file", table)
		}
	}
}

func TestFiguresAreWellFormedAndNamesInert(t *testing.T) {
	c := linked(t)
	c.Assessment.Pairs[0].A.Name = `<img src=x onerror=alert(1)>) Tj ET \`
	for _, name := range Figures() {
		svg := write(t, c, "svg", Options{Figure: name})
		d := xml.NewDecoder(bytes.NewReader(svg))
		for {
			tok, err := d.Token()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			if e, ok := tok.(xml.StartElement); ok && !slices.Contains([]string{"svg", "title", "rect", "line", "circle", "text"}, e.Name.Local) {
				t.Errorf("%s: element %s", name, e.Name.Local)
			}
		}
		if bytes.Contains(svg, []byte("http")) && bytes.Count(svg, []byte("http")) != 1 {
			t.Errorf("%s refers to something outside", name)
		}
	}
	pdf := write(t, c, "pdf", Options{})
	places(t, pdf)
}

// places follows the cross-reference table: every entry must lead to its object.
func places(t *testing.T, pdf []byte) {
	t.Helper()
	m := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(pdf)
	if m == nil {
		t.Fatal("no startxref")
	}
	at, _ := strconv.Atoi(string(m[1]))
	lines := strings.Split(string(pdf[at:]), "\n")
	if lines[0] != "xref" {
		t.Fatalf("startxref leads to %q", lines[0])
	}
	for n, l := range lines[3:] {
		if !strings.HasSuffix(l, " n ") {
			return
		}
		place, _ := strconv.Atoi(l[:10])
		if want := strconv.Itoa(n+1) + " 0 obj"; !bytes.HasPrefix(pdf[place:], []byte(want)) {
			t.Errorf("entry %d leads to %.20q", n+1, pdf[place:])
		}
	}
}

// Every record and the result are planted with words that only RED may read; no
// format may let any of them out under a lower ceiling.
func TestNothingAboveTheCeilingLeaves(t *testing.T) {
	open, closed := everyClass(), []evidence.Record{}
	open = slices.DeleteFunc(open, func(r evidence.Record) bool { return r.Marking.Compare(evidence.Green) > 0 })
	for _, r := range open {
		r.Marking = evidence.Red
		for _, s := range []*string{&r.Subject.Name, &r.Value, &r.Note, &r.Citation.Publisher, &r.Citation.Title, &r.Origin.Dataset, &r.Origin.Object, &r.Event} {
			*s = "SECRET " + *s
		}
		r.Object = evidence.Actor{Name: "SECRET other"}
		r.ValueAliases, r.Targets = []string{"SECRET alias"}, []evidence.Target{{Name: "SECRET victim"}}
		if r.Class == evidence.UsesTechnique {
			r.ValueRef = "T1999.999"
		}
		closed = append(closed, r.Seal())
	}
	all := slices.Concat(open, closed)
	dir, err := resolve.Resolve(all, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	sets := []assess.Dataset{{Name: "SECRET case:every-class"}, {Name: "case:every-class"}}
	whole := assessed(t, all, assess.Question{A: "Group 1", B: "SECRET Group 1"}, resolve.Policy{})
	saved := *whole.Assessment
	saved.Marking = evidence.Red
	leaks := func(b []byte) bool { return bytes.Contains(b, []byte("SECRET")) || bytes.Contains(b, []byte("T1999")) }
	for _, format := range Formats() {
		for _, ceiling := range []evidence.TLP{"", evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict} {
			for _, c := range []Content{
				{Records: all, Directory: dir, Datasets: sets}, whole, {Assessment: &saved},
			} {
				var out bytes.Buffer
				withheld, err := Write(&out, c, format, Options{Ceiling: ceiling})
				if leaks(out.Bytes()) {
					t.Fatalf("%s under %q lets RED out", format, ceiling)
				}
				var refused *ceilingError
				if c.Assessment == nil && err == nil && withheld < len(closed) {
					t.Errorf("%s under %q: %d records held back, want %d at least", format, ceiling, withheld, len(closed))
				}
				if c.Assessment != nil && !errors.As(err, &refused) {
					t.Errorf("%s under %q: an assessment that rests on RED got out: %v", format, ceiling, err)
				}
			}
		}
	}
	if !leaks(write(t, Content{Records: all}, "stix", Options{Ceiling: evidence.Red})) {
		t.Error("the plant does not show even without a ceiling: this test cannot fail")
	}
	if _, err := Write(io.Discard, Content{Records: all}, "stix", Options{Ceiling: "PURPLE"}); err == nil {
		t.Error("a ceiling that is no label was taken")
	}
}

func TestNoPathOfTheUserLeaves(t *testing.T) {
	for _, format := range Formats() {
		var out bytes.Buffer
		if _, err := Write(&out, Content{Records: everyClass(), Assessment: linked(t).Assessment}, format, Options{Ceiling: evidence.Red}); err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(out.Bytes(), []byte("/home/user")) {
			t.Errorf("%s carries a path", format)
		}
	}
}

func TestReadingOurOwnMISPEventMakesNoOtherRecords(t *testing.T) {
	for _, c := range []Content{linked(t), builtin(t), {Records: everyClass()}} {
		if got, sum := readBack(t, write(t, c, "misp", Options{Ceiling: evidence.Red})); len(got) != 0 || sum.Rejected != 0 {
			t.Errorf("%d records and %d rejections: %+v", len(got), sum.Rejected, sum)
		}
	}
}
