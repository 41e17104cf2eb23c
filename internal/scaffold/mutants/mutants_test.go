//go:build mutants

// Package mutants changes one line of the rooms that decide, runs their tests and
// counts how often nobody notices. It is run by "make mutants" and is no part of
// the program.
package mutants

import (
	"bytes"
	"context"
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
	"time"
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
	{"server: guards", "internal/tell/server", "Token|Only|Ceiling|IllWill|Forbids|Refused|Addresses|Proxy|Marked|AccessLog|Wait", []string{"guard.go", "access.go", "tokens.go", "principal.go", "limits.go"}, 16},
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

type mutant struct {
	room, pkg, tests, file, what string
	text                         []byte
	hash                         uint64
}

func TestMutants(t *testing.T) {
	root, err := filepath.Abs("../../..")
	if err != nil {
		t.Fatal(err)
	}
	var all []mutant
	for _, k := range known {
		path := filepath.Join(root, k.pkg, k.file)
		text, err := os.ReadFile(path)
		if err != nil || strings.Count(string(text), k.was) != 1 {
			t.Errorf("%s: %s does not stand once in %s (%v)", k.what, k.was, path, err)
			continue
		}
		all = append(all, mutant{room: "once unnoticed", pkg: k.pkg, tests: k.tests, file: path, what: k.what, text: []byte(strings.Replace(string(text), k.was, k.is, 1))})
	}
	for _, r := range rooms {
		var ms []mutant
		for _, f := range r.files {
			ms = append(ms, mutate(t, filepath.Join(root, r.pkg, f), r)...)
		}
		slices.SortFunc(ms, func(a, b mutant) int { return int(int64(a.hash>>1) - int64(b.hash>>1)) })
		all = append(all, ms[:min(len(ms), r.tried*2)]...)
	}
	tried, killed, before := map[string]int{}, map[string]int{}, []string(nil)
	if os.Getenv("MUTANTS") == "again" {
		tried, killed, before = read(t, root)
	}
	survivors := []string{}
	for _, m := range all {
		if before != nil {
			if !slices.Contains(before, m.what) {
				continue
			}
			if outcome(t, root, m) == unnoticed {
				survivors = append(survivors, m.what)
			} else {
				killed[m.room]++
			}
			continue
		}
		if n := slices.IndexFunc(rooms, func(r room) bool { return r.name == m.room }); n >= 0 && tried[m.room] >= rooms[n].tried {
			continue
		}
		switch outcome(t, root, m) {
		case noProgram:
			continue
		case unnoticed:
			survivors = append(survivors, m.what)
			t.Logf("nobody notices: %s", m.what)
		default:
			killed[m.room]++
		}
		tried[m.room]++
	}
	write(t, root, tried, killed, survivors)
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
	place, err := json.Marshal(map[string]map[string]string{"Replace": {m.file: changed}})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string][]byte{changed: m.text, overlay: place} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	build := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "./"+m.pkg)
	build.Dir = root
	if build.Run() != nil {
		return noProgram
	}
	test := exec.CommandContext(ctx, "go", "test", "-overlay", overlay, "-vet=off", "-failfast", "-count=1", "-run", m.tests, "./"+m.pkg)
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
	var out []mutant
	at := func(p token.Pos) int { return files.Position(p).Offset }
	change := func(from, to token.Pos, is string) {
		was := string(text[at(from):at(to)])
		line := files.Position(from).Line
		h := fnv.New64a()
		fmt.Fprint(h, filepath.Base(path), line, was, is)
		if short, _, many := strings.Cut(was, "\n"); many {
			was = short + " ..."
		}
		out = append(out, mutant{
			room: r.name, pkg: r.pkg, tests: r.tests, file: path, hash: h.Sum64(),
			what: fmt.Sprintf("%s/%s:%d: `%s` becomes `%s`", r.pkg, filepath.Base(path), line, was, is),
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

// read takes counts and survivors from what [write] wrote, so that with
// MUTANTS=again only these are tried again after tests were added. The files must
// be as they were.
func read(t *testing.T, root string) (tried, killed map[string]int, survivors []string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "docs/mutants.md"))
	if err != nil {
		t.Fatal(err)
	}
	tried, killed, survivors = map[string]int{}, map[string]int{}, []string{}
	for line := range strings.SplitSeq(string(text), "\n") {
		if cells := strings.Split(line, " | "); len(cells) == 3 {
			name := strings.TrimPrefix(cells[0], "| ")
			tried[name], _ = strconv.Atoi(cells[1])
			killed[name], _ = strconv.Atoi(strings.TrimSuffix(cells[2], " |"))
		}
		if s, ok := strings.CutPrefix(line, "- "); ok {
			survivors = append(survivors, s)
		}
	}
	delete(tried, "Room")
	delete(killed, "Room")
	return tried, killed, survivors
}

// heading begins the part of docs/validation.md that this test writes; "make
// validation" keeps it.
const heading = "## Do the tests notice mistakes?\n"

func write(t *testing.T, root string, tried, killed map[string]int, survivors []string) {
	t.Helper()
	var b bytes.Buffer
	all, dead := 0, 0
	for room := range tried {
		all, dead = all+tried[room], dead+killed[room]
	}
	fmt.Fprintf(&b, "%s\n`make mutants` changes one line of the rooms that decide and runs their tests: of %d changes %d were noticed (%.0f%%).\n\n| Room | Tried | Noticed |\n| --- | ---: | ---: |\n", heading, all, dead, 100*float64(dead)/float64(all))
	for _, name := range append([]string{"once unnoticed"}, names()...) {
		fmt.Fprintf(&b, "| %s | %d | %d |\n", name, tried[name], killed[name])
	}
	b.WriteString("\nNobody notices:\n\n")
	for _, s := range survivors {
		fmt.Fprintf(&b, "- %s\n", s)
	}
	if len(survivors) == 0 {
		b.WriteString("- none of them\n")
	}
	if err := os.WriteFile(filepath.Join(root, "docs/mutants.md"), b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
	if all < 120 || float64(dead) < .9*float64(all) || killed["once unnoticed"] < len(known) {
		t.Errorf("%d tried, %d noticed, %d of %d that were once unnoticed", all, dead, killed["once unnoticed"], len(known))
	}
}

func names() []string {
	var out []string
	for _, r := range rooms {
		out = append(out, r.name)
	}
	return out
}
