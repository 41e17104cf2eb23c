package cahoots_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/cahoots-project/cahoots/"

// rooms reads the table of ARCHITECTURE.md: what each package may import of ours.
// It is the only such table. A package that stands in no row fails the test, so
// that a new room is a decision and not an accident.
func rooms(t *testing.T) map[string][]string {
	t.Helper()
	b, err := os.ReadFile("ARCHITECTURE.md")
	if err != nil {
		t.Fatal(err)
	}
	table, byName := map[string][]string{}, map[string]string{}
	for line := range strings.SplitSeq(string(b), "\n") {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || !strings.HasPrefix(line, "| `") {
			continue
		}
		for name := range strings.SplitSeq(cells[1], ",") {
			name = strings.Trim(name, " `")
			if other, taken := byName[path.Base(name)]; taken {
				t.Fatalf("ARCHITECTURE.md: %s and %s bear one name", name, other)
			}
			byName[path.Base(name)] = name
			table[name] = strings.Split(strings.TrimSpace(cells[3]), ", ")
		}
	}
	if len(table) < 20 {
		t.Fatalf("ARCHITECTURE.md: only %d rooms found in its table", len(table))
	}
	for room, may := range table {
		switch may[0] {
		case "nothing of ours":
			table[room] = nil
			continue
		case "all":
			continue
		}
		for n, name := range may {
			full, known := byName[name]
			if !known {
				t.Errorf("ARCHITECTURE.md: %s may import %s, which is no room", room, name)
			}
			may[n] = full
		}
	}
	return table
}

func TestPackagesImportOnlyWhatTheTableAllows(t *testing.T) {
	table := rooms(t)
	for _, file := range goFiles(t) {
		room := filepath.ToSlash(filepath.Dir(file))
		if room == "." || strings.HasSuffix(file, "_test.go") {
			continue
		}
		may, known := table[room]
		if !known {
			t.Errorf("%s: package %s stands in no row of the table; see ARCHITECTURE.md", file, room)
			continue
		}
		for _, path := range imports(t, file) {
			if ours, ok := strings.CutPrefix(path, module); ok && !slices.Contains(may, "all") && !slices.Contains(may, ours) {
				t.Errorf("%s imports %s, which %s may not", file, ours, room)
			}
		}
	}
}

func TestEveryRoomOfTheTableIsThere(t *testing.T) {
	for room := range rooms(t) {
		if found, _ := filepath.Glob(filepath.Join(filepath.FromSlash(room), "*.go")); len(found) == 0 {
			t.Errorf("ARCHITECTURE.md has a room %s that holds no Go file", room)
		}
	}
}

func TestOnlyTheStoreSpeaksSQL(t *testing.T) {
	for _, file := range goFiles(t) {
		at := filepath.ToSlash(file)
		if slices.ContainsFunc([]string{"internal/store/", "internal/scaffold/tamper/", "internal/scaffold/postgres/"}, func(room string) bool { return strings.HasPrefix(at, room) }) {
			continue
		}
		for _, path := range imports(t, file) {
			if path == "database/sql" || strings.HasPrefix(path, "modernc.org/sqlite") || strings.HasPrefix(path, "github.com/jackc/pgx") {
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
		case !strings.Contains(doc, "not for") && !strings.Contains(doc, "not "):
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
