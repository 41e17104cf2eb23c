package cahoots_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/cahoots-project/cahoots/"

// rooms is the table of ARCHITECTURE.md: what each package may import of ours.
// A package that stands in no row fails the test, so that a new room is a
// decision and not an accident.
var rooms = map[string][]string{
	"evidence":            {},
	"stat":                {},
	"fetch":               {},
	"telemetry":           {},
	"internal/publicdata": {},
	"internal/neighbours": {},
	"docs/schema":         {},
	"source":              {"evidence"},
	"source/stix":         {"source", "evidence"},
	"source/misp":         {"source", "evidence"},
	"source/incident":     {"source", "evidence"},
	"source/ledger":       {"source", "evidence"},
	"resolve":             {"evidence"},
	"channel":             {"evidence", "resolve", "stat"},
	"assess":              {"evidence", "resolve", "channel", "stat"},
	"calibration":         {"evidence", "resolve", "channel", "assess", "stat"},
	"dyad":                {"evidence", "resolve", "stat"},
	"telemetry/jsonlog":   {"telemetry"},
	"telemetry/columns":   {"telemetry"},
	"telemetry/traffic":   {"telemetry"},
	"telemetry/agree":     {"telemetry"},
	"telemetry/suricata":  {"telemetry", "telemetry/jsonlog", "telemetry/columns"},
	"telemetry/zeek":      {"telemetry", "telemetry/jsonlog", "telemetry/columns"},
	"telemetry/flow":      {"telemetry", "telemetry/jsonlog", "telemetry/columns"},
	"indicator":           {"telemetry", "evidence"},
	"retro":               {"telemetry", "indicator"},
	"sighting":            {"telemetry", "indicator", "evidence"},
	"landscape":           {"sighting", "resolve", "stat", "evidence"},
	"simulation":          {"telemetry", "indicator", "sighting", "landscape", "evidence"},
	"report":              {"assess", "dyad", "calibration", "landscape", "evidence", "resolve", "channel", "stat", "web"},
	"export":              {"assess", "evidence", "resolve", "channel", "stat", "report"},
	"taxii":               {"evidence", "export"},
	"store":               {"evidence", "sighting", "assess"},
	"cases":               {"evidence"},
	"web":                 {},
	"docs/api":            {},
	"server":              {"*"},
	"cmd/cahoots":         {"*"},
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	for _, file := range goFiles(t) {
		room := filepath.ToSlash(filepath.Dir(file))
		if room == "." || strings.HasSuffix(file, "_test.go") {
			continue
		}
		may, known := rooms[room]
		if !known {
			t.Errorf("%s: package %s stands in no row of the table; see ARCHITECTURE.md", file, room)
			continue
		}
		for _, path := range imports(t, file) {
			if ours, ok := strings.CutPrefix(path, module); ok && !slices.Contains(may, "*") && !slices.Contains(may, ours) {
				t.Errorf("%s imports %s, which %s may not", file, ours, room)
			}
		}
	}
}

// The table people read is the table the tests hold.
func TestTheTableOfTheArchitectureIsTheOneHeld(t *testing.T) {
	b, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	said := map[string][]string{}
	for line := range strings.SplitSeq(string(b), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.HasPrefix(line, "| `") {
			continue
		}
		prefix := ""
		for name := range strings.SplitSeq(cells[1], ",") {
			name = strings.Trim(name, " `")
			if i := strings.LastIndex(name, "/"); i >= 0 {
				prefix = name[:i+1]
			} else {
				name = prefix + name
			}
			said[name] = importsOf(cells[3])
		}
	}
	for room, may := range rooms {
		if want, ok := said[room]; !ok || !slices.Equal(slices.Sorted(slices.Values(may)), want) {
			t.Errorf("%s may import %v here and %v in ARCHITECTURE.md", room, may, want)
		}
	}
	for room := range said {
		if _, ok := rooms[room]; !ok {
			t.Errorf("ARCHITECTURE.md has a room %s that is not held", room)
		}
	}
}

// importsOf reads the last cell of a row: nothing of ours, all, or a list.
func importsOf(cell string) []string {
	switch cell = strings.TrimSpace(cell); cell {
	case "nothing of ours":
		return nil
	case "all":
		return []string{"*"}
	}
	var out []string
	for name := range strings.SplitSeq(cell, ",") {
		out = append(out, strings.TrimSpace(name))
	}
	slices.Sort(out)
	return out
}

func TestOnlyTheStoreSpeaksSQL(t *testing.T) {
	for _, file := range goFiles(t) {
		if strings.HasPrefix(filepath.ToSlash(file), "store/") {
			continue
		}
		for _, path := range imports(t, file) {
			if path == "database/sql" || strings.HasPrefix(path, "modernc.org/sqlite") {
				t.Errorf("%s imports %s: SQL belongs to package store", file, path)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIsAndIsNotFor(t *testing.T) {
	said := map[string]string{}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		room := filepath.ToSlash(filepath.Dir(file))
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments|parser.PackageClauseOnly)
		if err != nil {
			t.Fatal(err)
		}
		said[room] += f.Doc.Text()
	}
	for room, doc := range said {
		switch {
		case doc == "":
			t.Errorf("package %s has no comment", room)
		case !strings.Contains(doc, "not for") && !strings.Contains(doc, "not ") && room != "internal/publicdata":
			t.Errorf("the comment of package %s does not say what it is not for", room)
		}
	}
}

func TestEveryDirectDependencyHasAReason(t *testing.T) {
	b, err := os.ReadFile("go.mod")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(string(b), "\n") {
		line = strings.TrimSpace(line)
		name, rest, ok := strings.Cut(line, " v")
		if !ok || !strings.Contains(name, "/") || strings.Contains(line, "// indirect") {
			continue
		}
		if _, reason, ok := strings.Cut(rest, "// "); !ok || len(reason) < 10 {
			t.Errorf("go.mod: %s has no line of reason", name)
		}
	}
}

func goFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." {
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil || strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules" {
				return filepath.SkipDir
			}
		}
		if strings.HasSuffix(path, ".go") {
			files = append(files, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 20 {
		t.Fatalf("only %d Go files found: the test looks in the wrong place", len(files))
	}
	return files
}

func imports(t *testing.T, file string) []string {
	t.Helper()
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, i := range f.Imports {
		path, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, path)
	}
	return out
}
