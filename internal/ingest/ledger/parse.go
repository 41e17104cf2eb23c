package ledger

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// Limits on a case file, which a person writes: beyond them it is something else.
const (
	MaxSize  = 8 << 20 // bytes
	maxDepth = 64      // nesting of brackets, or of dashes on one line
)

// Parse reads a case file. name is what errors call it.
//
// Every error of the content comes back in the list, with its line, sorted by
// line and at most 200 of them; entries that carry an error are left out of the
// Case, so what remains is sound. The final error is for input that is no case
// file at all: one that cannot be read, is too long, not UTF-8, not YAML, or
// has no usable `case:` block.
func Parse(r io.Reader, name string) (*Case, []*source.RecordError, error) {
	b, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	if err != nil {
		return nil, nil, fmt.Errorf("reading case file %s: %w", name, err)
	}
	if len(b) > MaxSize {
		return nil, nil, fmt.Errorf("case file %s is longer than %d bytes; split the case or ingest it as another format", name, MaxSize)
	}
	root, err := tree(b, name)
	if err != nil {
		return nil, nil, err
	}
	d := &decoder{file: name, broken: map[string]bool{}}
	c := &Case{File: name}
	line := d.document(root, c)
	if c.ID == "" {
		d.object = ""
		if len(d.errs) > 0 {
			return nil, d.errs, fmt.Errorf("%w: case file %s has no usable case id: %v", errNoCase, name, d.errs[0])
		}
		return nil, nil, fmt.Errorf("%w: %s:%d: give the case an id: \"case:\", then \"  id: my-case\"", errNoCase, name, max(line, 1))
	}
	d.resolve(c)
	slices.SortStableFunc(d.errs, func(a, b *source.RecordError) int { return cmp.Compare(a.Line, b.Line) })
	if d.more > 0 {
		d.errs = append(d.errs, &source.RecordError{File: name, Why: fmt.Sprintf("%d more errors are not listed; mend these first", d.more)})
	}
	return c, d.errs, nil
}

var errNoCase = errors.New("not a case file")

// tree parses YAML into its syntax tree, with a limit on depth that the parser
// itself does not keep.
func tree(b []byte, name string) (root ast.Node, err error) {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if !utf8.Valid(b) {
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
		return nil, fmt.Errorf("case file %s:%d: not UTF-8; save the file as UTF-8", name, line)
	}
	if line := tooDeep(b); line > 0 {
		return nil, fmt.Errorf("case file %s:%d: nested more than %d deep; a case file needs five levels", name, line, maxDepth)
	}
	defer func() {
		// The YAML parser is others' code fed with outside input.
		if p := recover(); p != nil {
			root, err = nil, fmt.Errorf("case file %s: the YAML parser gave up on it (%v); check the quoting", name, p)
		}
	}()
	f, err := parser.ParseBytes(b, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		var syn *yaml.SyntaxError
		if errors.As(err, &syn) && syn.GetToken() != nil {
			p := syn.GetToken().Position
			return nil, fmt.Errorf("case file %s:%d: column %d: not YAML: %s; look for a missing quote or a wrong indent", name, p.Line, p.Column, syn.GetMessage())
		}
		return nil, fmt.Errorf("case file %s: not YAML: %w", name, err)
	}
	var bodies []ast.Node
	for _, doc := range f.Docs {
		if doc.Body != nil && doc.Body.Type() != ast.NullType && doc.Body.Type() != ast.CommentType {
			bodies = append(bodies, doc.Body)
		}
	}
	switch len(bodies) {
	case 0:
		return nil, fmt.Errorf("case file %s is empty; docs/case-files.md has a complete small one", name)
	case 1:
		return bodies[0], nil
	}
	return nil, fmt.Errorf("case file %s holds %d YAML documents (parted by \"---\"); keep one case in one file", name, len(bodies))
}

// tooDeep returns the line at which brackets, or the marks that open an entry
// within an entry on one line ("- - - x"), nest deeper than maxDepth, or 0.
// Comments do not count; brackets in texts do, which a careful text never
// notices.
func tooDeep(b []byte) int {
	depth, n := 0, 0
	for line := range bytes.Lines(b) {
		n++
		marks, start, before := 0, true, byte(' ')
		for i, c := range line {
			blank := i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t' || line[i+1] == '\n'
			if start && c == '#' {
				break
			}
			switch {
			case c == '[' || c == '{':
				depth++
			case c == ']' || c == '}':
				depth = max(depth-1, 0)
			case (c == '-' || c == '?') && blank, (c == '!' || c == '&') && before == ' ':
				marks++
			}
			start = start && (c == ' ' || c == '\t')
			if before = c; c == '\t' || c == '\n' {
				before = ' '
			}
			if depth > maxDepth || marks > maxDepth {
				return n
			}
		}
	}
	return 0
}
