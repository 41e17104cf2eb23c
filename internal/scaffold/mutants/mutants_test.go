//go:build mutants

// Package mutants changes one line of the rooms that decide, runs their tests and
// counts how often nobody notices. It is run by "make mutants" and is no part of
// the program.
package mutants

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"hash/fnv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A room has files in which mistakes decide, and the tests that must see them.
type room struct {
	name, pkg, tests string // tests is a pattern; empty for all
	files            []string
	tried            int // of the mutants there are, those with the smallest hash
}

var rooms = []room{
	{"channel: links", "internal/measure/channel", "", []string{"link.go", "ledger.go"}, 30},
	{"assess: judge", "internal/measure/assess", "", []string{"judge.go"}, 30},
	{"resolve", "internal/measure/resolve", "", []string{"merge.go", "link.go", "conflict.go", "find.go"}, 20},
	{"marking", "internal/marking", "", []string{"rules.go", "stix.go", "known.go"}, 22},
	{"server: guards", "internal/tell/server", "Token|Only|ToItsCeiling|IllWill|Forbids|Refused|Addresses|Proxy|Marked|AccessLog|Wait", []string{"guard.go", "access.go", "tokens.go", "principal.go", "limits.go"}, 16},
	{"document: CSV", "internal/tell/document", "", []string{"csv.go", "inert.go"}, 16},
	{"dyad", "internal/measure/dyad", "", []string{"counter.go", "tie.go", "link.go"}, 14},
}

// Mistakes that no test noticed once.
var known = []struct{ what, pkg, tests, file, was, is string }{
	{"a co-compromise that nobody observed is L5", "internal/measure/assess", "", "judge.go", "if observed && l.Consent == evidence.ConsentShown", "if l.Consent == evidence.ConsentShown"},
	{"a conflict of consent takes one word", "internal/measure/channel", "", "link.go", "if says == ConsentDisputed || slices.ContainsFunc(told, opposed) {", "if says == ConsentDisputed && slices.ContainsFunc(told, opposed) {"},
	{"the wider exclusivity does not count", "internal/measure/channel", "", "link.go", "most(byFirmness, l.Basis, o.Basis), most(byWidth, l.Exclusivity, o.Exclusivity)", "most(byFirmness, l.Basis, o.Basis), l.Exclusivity"},
	{"the p of timing is not doubled for two directions", "internal/measure/channel", "", "timing.go", "s.test.p()*float64(s.tried)", "s.test.p()"},
	{"cells of CSV are not neutralised", "internal/tell/document", "", "csv.go", "return spreadsheet(v)", "return v"},
	{"incidents of one actor are the same within two months", "internal/measure/dyad", "", "link.go", "actorGap   = 31 ", "actorGap   = 62 "},
	{"a token file that the group may read is accepted", "internal/tell/server", "Tokens", "../../files/write_unix.go", "Perm()&0o077 != 0", "Perm()&0o007 != 0"},
}

// What a change leaves as it was for every input, so that no test can notice, and why.
// It is found by its file, the text of its line and the change; a line that is no
// longer there is reported.
var same = []struct{ file, line, was, is, why string }{
	{"inert.go", "case r >= ' ' && r <= '~':", ">=", ">", "a space takes the slow way, which keeps it too"},
	{"inert.go", "case r >= ' ' && r <= '~':", "<=", "<", "a tilde takes the slow way, which keeps it too"},
	{"tokens.go", `if k.path != "" && now.Sub(k.looked) >= lookAgain {`, ">=", ">", "no two clocks are read to the nanosecond a second apart"},
}

type mutant struct {
	room              room
	file, line        string // the line's text before the change
	was, is, what, at string // what says it in words, at where
	text              []byte
	hash              uint64
}

// TestMutants tries every room, or with MUTANTS=NAME the one of that name, and
// writes what it found beside what is known of the others.
func TestMutants(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	scores := read(t, root)
	for _, r := range append([]room{{name: onceUnnoticed, tried: len(known)}}, rooms...) {
		if only := os.Getenv("MUTANTS"); only != "" && only != r.name {
			continue
		}
		var s score
		for _, m := range r.mutants(t, root) {
			if s.tried == r.tried {
				break
			}
			s.add(t, root, m)
		}
		scores[r.name] = s
	}
	write(t, root, scores)
}

const onceUnnoticed = "once unnoticed"

// mutants are those to be tried, in order: some more than the room wants, because
// not every one compiles.
func (r room) mutants(t *testing.T, root string) (out []mutant) {
	t.Helper()
	if r.name == onceUnnoticed {
		for _, k := range known {
			path := filepath.Join(root, k.pkg, k.file)
			text, err := os.ReadFile(path)
			if err != nil || strings.Count(string(text), k.was) != 1 {
				t.Errorf("%s: %s does not stand once in %s (%v)", k.what, k.was, path, err)
				continue
			}
			asIs := room{name: r.name, pkg: k.pkg, tests: k.tests}
			out = append(out, mutant{room: asIs, file: path, at: k.pkg, what: k.what, text: []byte(strings.Replace(string(text), k.was, k.is, 1))})
		}
		return out
	}
	if got := outcome(t, root, mutant{room: r}); got != unnoticed {
		t.Fatalf("%s: its tests fail with nothing changed", r.name)
	}
	for _, f := range r.files {
		out = append(out, mutate(t, filepath.Join(root, r.pkg, f), r)...)
	}
	slices.SortStableFunc(out, func(a, b mutant) int { return cmp.Compare(a.hash, b.hash) })
	return out
}

// A score is what became of the mutants of a room.
type score struct {
	tried, killed int
	survivors     []string
	same          []string // with the reason; not among those tried
}

func (s *score) add(t *testing.T, root string, m mutant) {
	t.Helper()
	for _, k := range same {
		if k.file == filepath.Base(m.file) && k.line == m.line && k.was == m.was && k.is == m.is {
			s.same = append(s.same, m.at+": "+m.what+": "+k.why)
			return
		}
	}
	switch outcome(t, root, m) {
	case noProgram:
		return
	case unnoticed:
		s.survivors = append(s.survivors, m.at+": "+m.what)
		t.Logf("nobody notices: %s: %s", m.at, m.what)
	default:
		s.killed++
	}
	s.tried++
}

const (
	noticed = iota
	unnoticed
	noProgram // it does not compile
)

// outcome runs the tests of the package over the changed file, which stands
// beside the tree and never in it.
func outcome(t *testing.T, root string, m mutant) int {
	t.Helper()
	dir := t.TempDir()
	changed, overlay := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json")
	replace := map[string]string{}
	if m.file != "" {
		replace[m.file] = changed
	}
	place, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{changed: m.text, overlay: place} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-overlay", overlay, "./"+m.room.pkg)
	build.Dir = root
	if build.Run() != nil {
		return noProgram
	}
	// A change that never ends is noticed too; on a busy machine that takes a while.
	test := exec.Command("go", "test", "-overlay", overlay, "-vet=off", "-failfast", "-count=1", "-timeout", "10m", "-run", m.room.tests, "./"+m.room.pkg)
	test.Dir = root
	if test.Run() == nil {
		return unnoticed
	}
	return noticed
}

// mutate makes every mutant of a file, one change each.
func mutate(t *testing.T, path string, r room) []mutant {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, path, text, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(text), "\n")
	var out []mutant
	at := func(p token.Pos) int { return files.Position(p).Offset }
	change := func(from, to token.Pos, is string) {
		was := string(text[at(from):at(to)])
		number := files.Position(from).Line
		line := strings.TrimSpace(lines[number-1])
		// Not the line's number, so that a change elsewhere leaves the choice as it is.
		h := fnv.New64a()
		fmt.Fprintln(h, filepath.Base(path), line, was, is)
		short, _, many := strings.Cut(was, "\n")
		if many {
			short += " ..."
		}
		out = append(out, mutant{
			room: r, file: path, line: line, was: was, is: is, hash: h.Sum64(),
			at:   fmt.Sprintf("%s/%s:%d", r.pkg, filepath.Base(path), number),
			what: fmt.Sprintf("`%s` becomes `%s`", short, is),
			text: slices.Concat(text[:at(from)], []byte(is), text[at(to):]),
		})
	}
	swap := map[token.Token]string{
		token.EQL: "!=", token.NEQ: "==", token.LSS: "<=", token.LEQ: "<", token.GTR: ">=", token.GEQ: ">",
		token.LAND: "||", token.LOR: "&&", token.ADD: "-", token.SUB: "+",
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.BinaryExpr:
			if is, ok := swap[n.Op]; ok {
				change(n.OpPos, n.OpPos+token.Pos(len(n.Op.String())), is)
			}
		case *ast.IfStmt:
			cond := string(text[at(n.Cond.Pos()):at(n.Cond.End())])
			change(n.Cond.Pos(), n.Cond.End(), "!("+cond+")")
		case *ast.BasicLit:
			if i, err := strconv.Atoi(n.Value); err == nil && n.Kind == token.INT {
				change(n.Pos(), n.End(), strconv.Itoa(i+1))
			}
		case *ast.Ident:
			if n.Name == "true" || n.Name == "false" {
				change(n.Pos(), n.End(), strconv.FormatBool(n.Name == "false"))
			}
		case *ast.ExprStmt:
			change(n.Pos(), n.End(), "")
		case *ast.BranchStmt:
			if n.Tok == token.CONTINUE {
				change(n.Pos(), n.End(), "")
			}
		}
		return true
	})
	return out
}

// read takes the scores of the rooms from what [write] wrote.
func read(t *testing.T, root string) map[string]score {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	scores, room := map[string]score{}, ""
	for line := range strings.SplitSeq(string(text), "\n") {
		s := scores[room]
		if cells := strings.Split(strings.Trim(line, "| "), " | "); len(cells) == 3 {
			tried, err := strconv.Atoi(cells[1])
			killed, err2 := strconv.Atoi(cells[2])
			if err == nil && err2 == nil {
				scores[cells[0]] = score{tried: tried, killed: killed}
			}
		} else if name, ok := strings.CutPrefix(line, "### "); ok {
			room = name
		} else if what, ok := strings.CutPrefix(line, "- nobody notices: "); ok {
			s.survivors = append(s.survivors, what)
			scores[room] = s
		} else if what, ok := strings.CutPrefix(line, "- does the same: "); ok {
			s.same = append(s.same, what)
			scores[room] = s
		}
	}
	return scores
}

// page is what this test writes, below heading.
const (
	page    = "docs/mutants.md"
	heading = "## Do the tests notice mistakes?\n"
)

func write(t *testing.T, root string, scores map[string]score) {
	t.Helper()
	var table, rest bytes.Buffer
	all, killed, same := 0, 0, 0
	for _, name := range append([]string{onceUnnoticed}, names()...) {
		s := scores[name]
		all, killed, same = all+s.tried, killed+s.killed, same+len(s.same)
		fmt.Fprintf(&table, "| %s | %d | %d |\n", name, s.tried, s.killed)
		if len(s.survivors)+len(s.same) > 0 {
			fmt.Fprintf(&rest, "\n### %s\n\n", name)
		}
		for _, what := range s.survivors {
			fmt.Fprintf(&rest, "- nobody notices: %s\n", what)
		}
		for _, what := range s.same {
			fmt.Fprintf(&rest, "- does the same: %s\n", what)
		}
	}
	text := fmt.Sprintf("%s\n`make mutants` changes one line of the rooms that decide and runs their tests: of %d changes %d were noticed (%.0f%%). Not counted are %d after which the program does the same for every input.\n\n| Room | Tried | Noticed |\n| --- | ---: | ---: |\n%s%s",
		heading, all, killed, 100*float64(killed)/float64(all), same, table.Bytes(), rest.Bytes())
	if err := os.WriteFile(filepath.Join(root, page), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	if all < 120 || float64(killed) < .9*float64(all) || scores[onceUnnoticed].killed < len(known) {
		t.Errorf("%d tried, %d noticed, %d of %d that were once unnoticed", all, killed, scores[onceUnnoticed].killed, len(known))
	}
}

func names() []string {
	var out []string
	for _, r := range rooms {
		out = append(out, r.name)
	}
	return out
}
