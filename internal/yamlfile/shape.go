package yamlfile

import (
	"bytes"
	"fmt"
)

// A shape is how deep and how wide a file is, told from its lines before the
// parser sees them. Comments do not count; marks in texts do, which a careful
// text never notices.
type shape struct {
	brackets []int   // keys within each open bracket
	levels   []level // indents open at a line, from the left
	wide     bool    // a mapping had too many keys
}

type level struct{ indent, keys int }

func (s *shape) check(b []byte) error {
	n := 0
	for line := range bytes.Lines(b) {
		n++
		if !s.line(line) {
			return &Error{Line: n, Why: fmt.Sprintf("nested more than %d deep; such a file needs five levels", maxDepth)}
		}
		if s.wide {
			return &Error{Line: n, Why: fmt.Sprintf("more than %d keys in one mapping; split the file", maxKeys)}
		}
	}
	return nil
}

// line takes a line in, and reports whether the depth is within bounds.
func (s *shape) line(line []byte) bool {
	flow := len(s.brackets) > 0
	marks, start, before, key := 0, true, byte(' '), false
	for i, c := range line {
		blank := i+1 == len(line) || line[i+1] == ' ' || line[i+1] == '\t' || line[i+1] == '\n'
		if start && c == '#' {
			return true
		}
		switch {
		case c == '[' || c == '{':
			s.brackets = append(s.brackets, 0)
		case (c == ']' || c == '}') && len(s.brackets) > 0:
			s.brackets = s.brackets[:len(s.brackets)-1]
		case c == ',' && len(s.brackets) > 0:
			n := &s.brackets[len(s.brackets)-1] // a list of so many is not written by a person either
			*n++
			s.wide = s.wide || *n > maxKeys
		case (c == '-' || c == '?') && blank, (c == '!' || c == '&') && before == ' ':
			marks++
		case c == ':' && blank:
			key = true
		}
		start = start && (c == ' ' || c == '\t')
		if before = c; c == '\t' || c == '\n' {
			before = ' '
		}
		if len(s.brackets) > maxDepth || marks > maxDepth {
			return false
		}
	}
	if !start && !flow {
		at := len(line) - len(bytes.TrimLeft(line, " "))
		for bytes.HasPrefix(line[at:], []byte("- ")) { // the entry of a list is a mapping of its own
			s.indent(at, false)
			at += 2
			at += len(line[at:]) - len(bytes.TrimLeft(line[at:], " "))
		}
		s.indent(at, key)
	}
	return len(s.levels) <= maxDepth
}

// indent counts a key at its level; a shallower line ends the deeper ones.
func (s *shape) indent(n int, key bool) {
	for len(s.levels) > 0 && s.levels[len(s.levels)-1].indent > n {
		s.levels = s.levels[:len(s.levels)-1]
	}
	if len(s.levels) == 0 || s.levels[len(s.levels)-1].indent < n {
		s.levels = append(s.levels, level{indent: n})
	}
	if l := &s.levels[len(s.levels)-1]; key {
		l.keys++
		s.wide = s.wide || l.keys > maxKeys
	}
}
