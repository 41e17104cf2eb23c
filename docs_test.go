package cahoots_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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

// The table of docs/security.md names every requirement of levels 1 and 2 of OWASP
// ASVS 5.0.0 once, and every test that it names is there.
func TestTheSecurityTableIsWholeAndItsTestsExist(t *testing.T) {
	const required = "1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1-1 3.2.1-2 3.3.1-4 3.4.1-6 3.5.1-5 3.7.1-2 " +
		"4.1.1-3 4.2.1-1 4.3.1-2 4.4.1-4 5.1.1-1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12 6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 " +
		"7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2 8.2.1-3 8.3.1-1 8.4.1-1 9.1.1-3 9.2.1-4 10.1.1-2 10.2.1-2 10.3.1-4 10.4.1-11 " +
		"10.5.1-5 10.6.1-2 10.7.1-3 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1-1 11.6.1-1 12.1.1-3 12.2.1-2 12.3.1-4 13.1.1-1 13.2.1-5 13.3.1-2 13.4.1-5 " +
		"14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1-1 16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3 17.1.1-1 17.2.1-4 17.3.1-2"
	want := map[string]bool{}
	for part := range strings.FieldsSeq(required) {
		first, last, _ := strings.Cut(part, "-")
		for _, id := range span(t, first, first[:strings.LastIndex(first, ".")+1]+last) {
			want[id] = true
		}
	}
	if len(want) != 253 {
		t.Fatalf("%d requirements", len(want))
	}
	page, err := os.ReadFile("docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| requirement |")
	ids := regexp.MustCompile(`\d+\.\d+\.\d+(?:-\d+\.\d+\.\d+)?`)
	got := map[string]int{}
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 5 || strings.HasPrefix(cells[1], " beyond") {
			continue
		}
		for _, m := range ids.FindAllString(cells[1], -1) {
			first, last, ok := strings.Cut(m, "-")
			if !ok {
				last = first
			}
			for _, id := range span(t, first, last) {
				got[id]++
			}
		}
	}
	for id := range want {
		if got[id] != 1 {
			t.Errorf("requirement %s stands %d times in the table", id, got[id])
		}
	}
	for id := range got {
		if !want[id] {
			t.Errorf("%s is no requirement of levels 1 and 2", id)
		}
	}
	named := slices.Compact(slices.Sorted(slices.Values(regexp.MustCompile(`\b(?:Test|Fuzz)[A-Z]\w+`).FindAllString(string(page), -1))))
	code, err := exec.Command("git", "grep", "-hE", "^func (Test|Fuzz)", "--", "*_test.go").Output()
	if err != nil || len(named) < 30 {
		t.Fatalf("%v; %d tests are named", err, len(named))
	}
	for _, name := range named {
		if !strings.Contains(string(code), "func "+name+"(") {
			t.Errorf("%s is not there", name)
		}
	}
}

// span is a run of numbers of one section, such as 1.2.6 to 1.2.8.
func span(t *testing.T, first, last string) (out []string) {
	t.Helper()
	at := strings.LastIndex(first, ".") + 1
	from, err1 := strconv.Atoi(first[at:])
	to, err2 := strconv.Atoi(strings.TrimPrefix(last, first[:at]))
	if err1 != nil || err2 != nil {
		t.Fatalf("%s to %s is no run of numbers", first, last)
	}
	for n := from; n <= to; n++ {
		out = append(out, first[:at]+strconv.Itoa(n))
	}
	return out
}

// What was measured by other means than calibrate stands below the line from which
// make validation keeps the page.
func TestValidationKeepsWhatOtherMeansMeasured(t *testing.T) {
	page, err := os.ReadFile("docs/validation.md")
	if err != nil {
		t.Fatal(err)
	}
	makefile, err := os.ReadFile("Makefile")
	if err != nil {
		t.Fatal(err)
	}
	const line = "<!-- kept"
	measured, kept, ok := strings.Cut(string(page), "\n"+line)
	if !ok || strings.Contains(kept, line) || !strings.Contains(string(makefile), "sed -n '/^"+line+"/,$$p' docs/validation.md") {
		t.Fatalf("docs/validation.md or the Makefile lacks the one line that begins with %s", line)
	}
	for _, heading := range []string{"## Do the tests notice mistakes?", "## What `cahoots read` finds in reports"} {
		if !strings.Contains(kept, heading) || strings.Contains(measured, heading) {
			t.Errorf("%q does not stand below the line, and the next make validation drops it", heading)
		}
	}
}
