package incident

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// An item is one value of a cell: a text, or a list of items.
type item struct {
	text string
	list []item
	many bool // a list, possibly empty
}

// Limits of a list literal in one cell.
const (
	maxListDepth = 8
	maxListItems = 10_000
)

// parsePythonList reads a list literal as Python writes it: strings in either
// quote with its escapes, numbers, None, True and False, nested lists and tuples
// (Python language reference, sections 2.4 and 6.2.5). Anything after the
// literal is an error.
func parsePythonList(s string) ([]item, error) {
	p := pyParser{s: s}
	p.space()
	if !p.opens() {
		return nil, errors.New("not a list literal: it does not begin with [ or (")
	}
	it, err := p.value(0)
	if err != nil {
		return nil, fmt.Errorf("list literal, byte %d: %w", p.i+1, err)
	}
	p.space()
	if p.i < len(s) {
		return nil, fmt.Errorf("list literal, byte %d: text after its end", p.i+1)
	}
	return it.list, nil
}

type pyParser struct {
	s string
	i int
	n int // items read
}

func (p *pyParser) space() {
	for p.i < len(p.s) && strings.IndexByte(" \t\r\n", p.s[p.i]) >= 0 {
		p.i++
	}
}

func (p *pyParser) opens() bool { return p.i < len(p.s) && (p.s[p.i] == '[' || p.s[p.i] == '(') }

func (p *pyParser) value(depth int) (item, error) {
	if p.n++; p.n > maxListItems {
		return item{}, fmt.Errorf("more than %d values", maxListItems)
	}
	switch {
	case p.i >= len(p.s):
		return item{}, errors.New("it ends early")
	case p.opens():
		return p.list(depth + 1)
	case p.s[p.i] == '\'' || p.s[p.i] == '"':
		t, err := p.str()
		return item{text: t}, err
	default:
		return p.word()
	}
}

func (p *pyParser) list(depth int) (item, error) {
	if depth > maxListDepth {
		return item{}, fmt.Errorf("nested deeper than %d", maxListDepth)
	}
	end := byte(']')
	if p.s[p.i] == '(' {
		end = ')'
	}
	p.i++
	it := item{many: true}
	for {
		p.space()
		if p.i < len(p.s) && p.s[p.i] == end {
			p.i++
			return it, nil
		}
		v, err := p.value(depth)
		if err != nil {
			return item{}, err
		}
		it.list = append(it.list, v)
		p.space()
		switch {
		case p.i >= len(p.s):
			return item{}, errors.New("it ends early")
		case p.s[p.i] == ',':
			p.i++
		case p.s[p.i] != end:
			return item{}, fmt.Errorf("want a comma or %c", end)
		}
	}
}

// word reads None (an empty text), a number or a truth value.
func (p *pyParser) word() (item, error) {
	from := p.i
	for p.i < len(p.s) && strings.IndexByte(",]) \t\r\n[('\"", p.s[p.i]) < 0 {
		p.i++
	}
	w := p.s[from:p.i]
	if w == "None" || w == "nan" {
		return item{}, nil
	}
	if _, err := strconv.ParseFloat(w, 64); err == nil || w == "True" || w == "False" {
		return item{text: w}, nil
	}
	p.i = from
	return item{}, fmt.Errorf("%.20q is neither a string nor a number", w)
}

func (p *pyParser) str() (string, error) {
	quote := p.s[p.i]
	p.i++
	var b strings.Builder
	for p.i < len(p.s) {
		c := p.s[p.i]
		p.i++
		switch c {
		case quote:
			return b.String(), nil
		case '\\':
			if err := p.escape(&b); err != nil {
				return "", err
			}
		default:
			b.WriteByte(c)
		}
	}
	return "", errors.New("a string without end")
}

var pyEscapes = map[byte]string{
	'n': "\n", 't': "\t", 'r': "\r", '\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'v': "\v", '\n': "",
}

func (p *pyParser) escape(b *strings.Builder) error {
	if p.i >= len(p.s) {
		return errors.New("a string without end")
	}
	c := p.s[p.i]
	p.i++
	if t, ok := pyEscapes[c]; ok {
		b.WriteString(t)
		return nil
	}
	if n := map[byte]int{'x': 2, 'u': 4, 'U': 8}[c]; n > 0 {
		return p.codePoint(b, n)
	}
	b.WriteByte('\\') // Python keeps the backslash of an escape it does not know
	b.WriteByte(c)
	return nil
}

func (p *pyParser) codePoint(b *strings.Builder, digits int) error {
	if p.i+digits > len(p.s) {
		return errors.New("a string without end")
	}
	n, err := strconv.ParseUint(p.s[p.i:p.i+digits], 16, 32)
	if err != nil || n > utf8.MaxRune {
		return fmt.Errorf("%q is no code point", p.s[p.i:p.i+digits])
	}
	p.i += digits
	b.WriteRune(rune(n))
	return nil
}
