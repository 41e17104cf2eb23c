package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

// MaxSize is the longest case file, in bytes.
const MaxSize = yamlfile.MaxSize

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

// tree parses YAML into its syntax tree.
func tree(b []byte, name string) (ast.Node, error) {
	root, err := yamlfile.Parse(b)
	var at *yamlfile.Error
	switch {
	case errors.Is(err, yamlfile.ErrEmpty):
		return nil, fmt.Errorf("case file %s is empty; docs/case-files.md has a complete small one", name)
	case errors.As(err, &at) && at.Line > 0:
		return nil, fmt.Errorf("case file %s:%d: %s", name, at.Line, at.Text())
	case err != nil:
		return nil, fmt.Errorf("case file %s: %w", name, err)
	}
	return root, nil
}
