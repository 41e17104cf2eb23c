// Command lint prints the size of the program and fails where it exceeds what
// CONTRIBUTING.md promises. It is not for style: gofmt, go vet and staticcheck
// see to that.
package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// What may not be exceeded. The first two are near what the program has; they follow
// it down, and are not raised without a word in the commit.
const (
	mostLines    = 101500 // of Go that no test file holds
	mostExported = 1251   // names at the top level of packages
	longest      = 80     // lines of one function
)

func main() {
	files, err := exec.Command("git", "-C", "..", "ls-files", "*.go").Output()
	if err != nil {
		fmt.Fprintln(os.Stderr, "lint: git ls-files:", err)
		os.Exit(2)
	}
	var s size
	for name := range strings.FieldsSeq(string(files)) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		if err := s.add(name); err != nil {
			fmt.Fprintln(os.Stderr, "lint:", err)
			os.Exit(2)
		}
	}
	fmt.Printf("%d lines of Go outside tests (at most %d), %d exported names (at most %d), longest function %d lines (at most %d)\n",
		s.lines, mostLines, s.exported, mostExported, s.longest, longest)
	if s.lines > mostLines || s.exported > mostExported || s.longest > longest {
		os.Exit(1)
	}
}

// A size is what is counted over files.
type size struct{ lines, exported, longest int }

func (s *size) add(name string) error {
	b, err := os.ReadFile(filepath.Join("..", name))
	if os.IsNotExist(err) {
		return nil // removed and not yet committed
	}
	if err != nil {
		return err
	}
	s.lines += bytes.Count(b, []byte("\n"))
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, b, parser.SkipObjectResolution)
	if err != nil {
		return err
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			n := fset.Position(d.End()).Line - fset.Position(d.Pos()).Line + 1
			s.longest = max(s.longest, n)
			if n > longest {
				fmt.Printf("%s: func %s has %d lines\n", fset.Position(d.Pos()), d.Name.Name, n)
			}
			if d.Recv == nil {
				s.count(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					s.count(spec.Name)
				case *ast.ValueSpec:
					s.count(spec.Names...)
				}
			}
		}
	}
	return nil
}

func (s *size) count(names ...*ast.Ident) {
	for _, n := range names {
		if n.IsExported() {
			s.exported++
		}
	}
}
