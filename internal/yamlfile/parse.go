package yamlfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Limits on a file that a person writes; beyond them it is something else. The
// parser keeps none itself: its memory grows with the square of the depth, its
// time with the square of the keys of one mapping.
const (
	MaxSize  = 8 << 20 // bytes
	maxDepth = 64      // nesting of brackets, of dashes on one line, or of lines
	maxKeys  = 6000    // of one mapping
)

// ErrEmpty: the file holds nothing but blanks and comments.
var ErrEmpty = errors.New("is empty")

// An Error is what is wrong with a file, and where.
type Error struct {
	Line, Column int // from 1; 0 where it is not known
	Why          string
}

func (e *Error) Error() string {
	if e.Line == 0 {
		return e.Why
	}
	return fmt.Sprintf("line %d: %s", e.Line, e.Text())
}

// Text is the error without its line.
func (e *Error) Text() string {
	if e.Column == 0 {
		return e.Why
	}
	return fmt.Sprintf("column %d: %s", e.Column, e.Why)
}

// Parse returns the syntax tree of a file of one document. A key that is given
// twice is left to the reader. Errors are an *[Error] or [ErrEmpty].
func Parse(b []byte) (root ast.Node, err error) {
	if len(b) > MaxSize {
		return nil, &Error{Why: fmt.Sprintf("it is longer than %d bytes; split it", MaxSize)}
	}
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if line := notText(b); line > 0 {
		return nil, &Error{Line: line, Why: "not UTF-8; save the file as UTF-8"}
	}
	var s shape
	if err := s.check(b); err != nil {
		return nil, err
	}
	defer caught(&err)
	f, err := parser.ParseBytes(b, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, located(err, "not YAML: ", "; look for a missing quote or a wrong indent")
	}
	docs := slices.DeleteFunc(f.Docs, func(d *ast.DocumentNode) bool {
		return d.Body == nil || d.Body.Type() == ast.NullType || d.Body.Type() == ast.CommentType
	})
	switch len(docs) {
	case 0:
		return nil, ErrEmpty
	case 1:
		return docs[0].Body, nil
	}
	return nil, &Error{Why: fmt.Sprintf("holds %d YAML documents (parted by \"---\"); keep one in one file", len(docs))}
}

// Unmarshal reads a file into v. Unknown keys, keys given twice and aliases,
// which can grow without limit, are errors.
func Unmarshal(b []byte, v any) (err error) {
	root, err := Parse(b)
	if err != nil {
		return err
	}
	var aliases finder
	ast.Walk(&aliases, root)
	if aliases.line > 0 {
		return &Error{Line: aliases.line, Why: "aliases are not used in such files; write the value out"}
	}
	defer caught(&err)
	if err := yaml.NodeToValue(root, v, yaml.Strict()); err != nil {
		return located(err, "", "")
	}
	return nil
}

// located takes place and message from an error of the YAML library, whose own
// text quotes the file.
func located(err error, before, after string) error {
	if own, ok := errors.AsType[*Error](err); ok { // of a reader of part of the file
		return own
	}
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil || e.GetToken().Position == nil {
		return &Error{Why: before + err.Error()}
	}
	p := e.GetToken().Position
	return &Error{Line: p.Line, Column: p.Column, Why: before + e.GetMessage() + after}
}

// caught makes an error of a panic: the parser is others' code fed with outside
// input.
func caught(err *error) {
	if p := recover(); p != nil {
		*err = &Error{Why: fmt.Sprintf("the YAML parser gave up on it (%v); check the quoting", p)}
	}
}

func notText(b []byte) int {
	if utf8.Valid(b) {
		return 0
	}
	line := 1
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			break
		}
		if r == '\n' {
			line++
		}
		i += n
	}
	return line
}

type finder struct{ line int }

func (f *finder) Visit(n ast.Node) ast.Visitor {
	switch n.(type) {
	case *ast.AliasNode, *ast.MergeKeyNode:
		if f.line == 0 {
			f.line = 1
			if tk := n.GetToken(); tk != nil && tk.Position != nil {
				f.line = max(tk.Position.Line, 1)
			}
		}
	}
	return f
}
