package ledger

import (
	"fmt"
	"slices"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// maxErrors bounds the errors reported for one file; one more says that there
// were others.
const maxErrors = 200

// A decoder walks the syntax tree and collects every error with its place.
type decoder struct {
	file   string
	object string // the entry being read, for messages
	errs   []*source.RecordError
	more   int // errors beyond maxErrors
	// Ids of sources and names of actors that were left out for their own
	// errors, so that what rests on them is told so.
	broken map[string]bool
}

func (d *decoder) fail(n ast.Node, path, format string, args ...any) {
	if len(d.errs) >= maxErrors {
		d.more++
		return
	}
	e := &source.RecordError{File: d.file, Object: d.object, Path: path, Why: fmt.Sprintf(format, args...)}
	if pairs, ok := pairsOf(n); ok && len(pairs) > 0 {
		n = pairs[0].Key // a mapping's own token is its first colon
	}
	if n != nil && n.GetToken() != nil && n.GetToken().Position != nil {
		pos := n.GetToken().Position
		e.Line = pos.Line
		e.Why = fmt.Sprintf("column %d: %s", pos.Column, e.Why)
	}
	d.errs = append(d.errs, e)
}

// A field of a mapping: its key and what reads it.
type field struct {
	key  string
	read func(n ast.Node, path string)
}

// mapping reads the fields of a mapping and reports keys that are unknown or
// given twice. It returns the line of the first key.
func (d *decoder) mapping(n ast.Node, path string, fields ...field) int {
	pairs, ok := pairsOf(n)
	if !ok {
		d.fail(n, path, "expected keys and values, found %s", describe(n))
		return 0
	}
	line := 0
	seen := map[string]bool{}
	for _, p := range pairs {
		key, ok := scalar(p.Key)
		if !ok {
			d.fail(p.Key, path, "a key must be a plain word, found %s", describe(p.Key))
			continue
		}
		if line == 0 {
			line = p.Key.GetToken().Position.Line
		}
		at := path + "/" + key
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		switch {
		case i < 0:
			known := make([]string, len(fields))
			for j, f := range fields {
				known[j] = f.key
			}
			d.fail(p.Key, at, "unknown key %q; %s", key, suggest(key, known))
		case seen[key]:
			d.fail(p.Key, at, "key %q is given twice; keep one", key)
		case p.Value == nil || p.Value.Type() == ast.NullType: // empty is unknown
			seen[key] = true
		default:
			seen[key] = true
			fields[i].read(p.Value, at)
		}
	}
	return line
}

// sequence calls read for every element of a list.
func (d *decoder) sequence(n ast.Node, path string, read func(n ast.Node, path string)) {
	seq, ok := n.(*ast.SequenceNode)
	if !ok {
		d.fail(n, path, "expected a list (lines that begin with \"- \"), found %s", describe(n))
		return
	}
	for i, v := range seq.Values {
		read(v, fmt.Sprintf("%s[%d]", path, i))
	}
}
