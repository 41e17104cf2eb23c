package ledger

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"

	"github.com/cahoots-project/cahoots/source"
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

// text reads one value; whitespace runs become one blank, lines of longer texts
// are kept.
func (d *decoder) text(to *string) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		s, ok := scalar(n)
		if !ok {
			d.fail(n, path, "expected a text, found %s", describe(n))
			return
		}
		if i := strings.IndexFunc(s, unprintable); i >= 0 {
			d.fail(n, path, "the text holds a control character (%+q); remove it", []rune(s[i:])[0])
			return
		}
		*to = tidy(s)
	}
}

// line is text without line breaks.
func (d *decoder) line(to *string) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		var s string
		d.text(&s)(n, path)
		*to = strings.Join(strings.Fields(s), " ")
	}
}

// value reads a text and hands it to parse, whose error is reported in place.
func (d *decoder) value(parse func(string) error) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		before := len(d.errs) + d.more
		var s string
		d.line(&s)(n, path)
		if len(d.errs)+d.more > before || s == "" {
			return
		}
		if err := parse(s); err != nil {
			d.fail(n, path, "%v", err)
		}
	}
}

// texts reads a list, or one text in which ";" separates.
func (d *decoder) texts(to *[]string) func(ast.Node, string) {
	return func(n ast.Node, path string) {
		add := func(n ast.Node, path string) {
			var s string
			d.line(&s)(n, path)
			for part := range strings.SplitSeq(s, ";") {
				if part = strings.TrimSpace(part); part != "" {
					*to = append(*to, part)
				}
			}
		}
		if _, ok := n.(*ast.SequenceNode); ok {
			d.sequence(n, path, add)
			return
		}
		add(n, path)
	}
}

func (d *decoder) flag(to *bool) func(ast.Node, string) {
	return d.value(func(s string) error {
		if s != "true" && s != "false" {
			return fmt.Errorf("%q is neither true nor false", s)
		}
		*to = s == "true"
		return nil
	})
}

func choose[T ~string](d *decoder, what string, to *T, from []string) func(ast.Node, string) {
	return d.value(func(s string) error {
		if !slices.Contains(from, s) {
			return fmt.Errorf("%s %q is unknown; use %s", what, s, strings.Join(from, ", "))
		}
		*to = T(s)
		return nil
	})
}

func pairsOf(n ast.Node) ([]*ast.MappingValueNode, bool) {
	switch v := n.(type) {
	case *ast.MappingNode:
		return v.Values, true
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{v}, true
	}
	return nil, false
}

// scalar returns the text of a plain, quoted or block value as it was written:
// "2022" stays four digits whatever YAML would make of it.
func scalar(n ast.Node) (string, bool) {
	switch v := n.(type) {
	case *ast.StringNode:
		return v.Value, true
	case *ast.LiteralNode:
		return v.Value.Value, true
	case *ast.NullNode:
		return "", true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

func describe(n ast.Node) string {
	switch n.(type) {
	case nil, *ast.NullNode:
		return "nothing"
	case *ast.MappingNode, *ast.MappingValueNode:
		return "keys and values (quote a text that contains \": \")"
	case *ast.SequenceNode:
		return "a list"
	case *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode:
		return "a YAML anchor or alias; a case file has none, write the value out"
	case *ast.TagNode:
		return "a YAML tag; a case file has none"
	}
	if s, ok := scalar(n); ok {
		if r := []rune(s); len(r) > 40 {
			s = string(r[:40]) + "..."
		}
		return fmt.Sprintf("the text %q", s)
	}
	return "something else"
}

func unprintable(r rune) bool {
	return r != '\n' && r != '\t' && r != '\r' && (unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == unicode.ReplacementChar)
}

// tidy folds blanks within lines and drops empty lines at both ends.
func tidy(s string) string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	out := lines[:0]
	for _, l := range lines {
		if l = strings.Join(strings.Fields(l), " "); l != "" {
			out = append(out, l)
		}
	}
	return strings.Join(out, "\n")
}

// suggest names the nearest of the known words, or all of them.
func suggest(word string, known []string) string {
	best, near := len(word), ""
	for _, k := range known {
		if n := distance(strings.ToLower(word), k); n < best {
			best, near = n, k
		}
	}
	if near != "" && best <= 1+len(word)/3 {
		return fmt.Sprintf("did you mean %q?", near)
	}
	if len(known) == 0 {
		return "none is given"
	}
	return "known here: " + strings.Join(known, ", ")
}

// distance is Levenshtein's edit distance over bytes, with words cut at 64.
func distance(a, b string) int {
	a, b = a[:min(len(a), 64)], b[:min(len(b), 64)]
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diag
			if a[i] != b[j] {
				cost++
			}
			diag = row[j+1]
			row[j+1] = min(cost, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
