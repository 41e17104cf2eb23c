package cahoots_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var quoted = regexp.MustCompile("`([^`\n]+)`")

// commands are what a document sets in backquotes, without the backslash that a
// table needs before a bar.
func commands(t *testing.T, file string) []string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, m := range quoted.FindAllStringSubmatch(string(b), -1) {
		out = append(out, strings.ReplaceAll(m[1], `\|`, "|"))
	}
	return out
}

// What README.md and CONTRIBUTING.md say can be run is there: packages, the
// benchmarks and tests they name, targets of make and scripts of npm. (The verbs and
// flags of the program are held to it beside them, in cmd/cahoots.)
func TestCommandsOfTheDocumentsExist(t *testing.T) {
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	var page struct {
		Scripts map[string]string `json:"scripts"`
	}
	b, err := os.ReadFile("web/package.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &page); err != nil {
		t.Fatal(err)
	}
	seen := map[string]int{}
	for _, file := range []string{"README.md", "CONTRIBUTING.md"} {
		for _, c := range commands(t, file) {
			c = strings.TrimPrefix(c, "cd web && ")
			words := strings.Fields(c)
			switch {
			case len(words) > 1 && words[0] == "make":
				seen["make"]++
				if !regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(words[1]) + `:`).Match(makefile) {
					t.Errorf("%s: %s: there is no such target", file, c)
				}
			case len(words) > 2 && words[0] == "npm" && words[1] == "run":
				seen["npm"]++
				if page.Scripts[words[2]] == "" {
					t.Errorf("%s: %s: there is no such script", file, c)
				}
			case len(words) > 2 && words[0] == "go" && words[1] == "test":
				seen["go"]++
				goTest(t, file, c, words[2:])
			}
		}
	}
	if seen["make"] < 3 || seen["npm"] < 1 || seen["go"] < 6 {
		t.Errorf("too few commands were found for this test to look in the right place: %v", seen)
	}
}

// goTest checks that the packages of a command hold a function for each pattern it
// gives.
func goTest(t *testing.T, file, command string, words []string) {
	t.Helper()
	wants := map[string]string{} // prefix of the functions -> pattern
	var packages []string
	for i, w := range words {
		pattern := ""
		if i+1 < len(words) {
			pattern = strings.Trim(words[i+1], `'"`)
		}
		switch {
		case w == "-bench":
			wants["Benchmark"] = pattern
		case w == "-fuzz":
			wants["Fuzz"] = pattern
		case w == "-run" && pattern != "x":
			wants["Test"] = pattern
		case strings.HasPrefix(w, "./"):
			packages = append(packages, w)
		}
	}
	for prefix, pattern := range wants {
		match, err := regexp.Compile(pattern)
		if err != nil {
			t.Errorf("%s: %s: %v", file, command, err)
			continue
		}
		for _, p := range packages {
			if !slices.ContainsFunc(testFunctions(t, p), func(name string) bool {
				rest, ok := strings.CutPrefix(name, prefix)
				return ok && match.MatchString(prefix+rest)
			}) {
				t.Errorf("%s: %s: %s has no %s that matches %s", file, command, p, prefix, pattern)
			}
		}
	}
	for _, p := range packages {
		if _, err := os.Stat(strings.TrimSuffix(p, "...")); err != nil {
			t.Errorf("%s: %s: there is no %s", file, command, p)
		}
	}
}

// testFunctions are the functions of the test files of a package, or of all below
// it where the path ends in "/...".
func testFunctions(t *testing.T, pattern string) []string {
	t.Helper()
	dir, below := strings.CutSuffix(strings.TrimPrefix(pattern, "./"), "/...")
	var names []string
	for _, f := range filesBelow(t, dir, below) {
		parsed, err := parser.ParseFile(token.NewFileSet(), f, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if d, ok := d.(*ast.FuncDecl); ok && d.Recv == nil {
				names = append(names, d.Name.Name)
			}
		}
	}
	return names
}

func filesBelow(t *testing.T, dir string, below bool) []string {
	t.Helper()
	if !below {
		found, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		if err != nil {
			t.Fatal(err)
		}
		return found
	}
	var files []string
	for _, f := range goFiles(t) {
		if strings.HasSuffix(f, "_test.go") && strings.HasPrefix(filepath.ToSlash(f), dir+"/") {
			files = append(files, f)
		}
	}
	return files
}

var place = regexp.MustCompile(`^(internal|cmd|docs|web|cases|bench|lint)/[\w./-]*$`)

func TestPlacesThatTheDocumentsNameExist(t *testing.T) {
	named := 0
	for _, file := range []string{"ARCHITECTURE.md", "CONTRIBUTING.md", "README.md", "SECURITY.md", "NOTICE"} {
		for _, c := range commands(t, file) {
			if place.MatchString(c) {
				named++
				if _, err := os.Stat(strings.TrimSuffix(c, "/")); err != nil {
					t.Errorf("%s names %s, which is not there", file, c)
				}
			}
		}
	}
	if named < 40 {
		t.Errorf("only %d places were found", named)
	}
}
