package jsonlog

import (
	"encoding/binary"
	"errors"
	"fmt"
	"unicode/utf8"
)

// maxDepth is how deep objects and arrays may nest.
const maxDepth = 64

// value is one scalar of a line: where it stands (a string without its quotes)
// and what it is.
type value struct {
	from, to int
	kind     byte // '"' string, '0' number, 't', 'f', 'n'
	escaped  bool // a string with a backslash in it
}

// parser walks one line strictly and calls visit for every scalar that has a
// slot, and literal-minded hooks for the layout learner.
type parser struct {
	line  []byte
	at    int
	visit func(slot int, inArray bool, v value)
	// each is called for every scalar, mapped or not, in order; may be nil.
	each func(slot int, v value)
	key  []byte // scratch for keys with escapes
}

func (p *parser) fail(what string) error {
	if p.at >= len(p.line) {
		return fmt.Errorf("not a JSON object: %s at the end of the line", what)
	}
	return fmt.Errorf("not a JSON object: %s at byte %d", what, p.at+1)
}

// object parses the whole line as one object.
func (p *parser) object(root *node) error {
	p.space()
	if p.at >= len(p.line) || p.line[p.at] != '{' {
		return p.fail("no '{'")
	}
	if err := p.value(root, 0, false); err != nil {
		return err
	}
	p.space()
	if p.at < len(p.line) {
		return p.fail("something follows the object")
	}
	return nil
}

func (p *parser) space() {
	for p.at < len(p.line) {
		switch p.line[p.at] {
		case ' ', '\t', '\r', '\n':
			p.at++
		default:
			return
		}
	}
}

func (p *parser) value(n *node, depth int, inArray bool) error {
	if depth > maxDepth {
		return fmt.Errorf("nested deeper than %d levels", maxDepth)
	}
	if p.at >= len(p.line) {
		return p.fail("no value")
	}
	switch c := p.line[p.at]; {
	case c == '{':
		return p.members(n, depth, inArray)
	case c == '[':
		return p.elements(n, depth)
	case c == '"':
		v, err := p.str()
		if err == nil {
			p.scalar(n, inArray, v)
		}
		return err
	case c == '-' || c >= '0' && c <= '9':
		v, err := p.number()
		if err == nil {
			p.scalar(n, inArray, v)
		}
		return err
	default:
		v, err := p.word()
		if err == nil {
			p.scalar(n, inArray, v)
		}
		return err
	}
}

func (p *parser) scalar(n *node, inArray bool, v value) {
	slot := -1
	if n != nil {
		slot = n.slot
	}
	if p.each != nil {
		p.each(slot, v)
	}
	if slot >= 0 && p.visit != nil {
		p.visit(slot, inArray, v)
	}
}

func (p *parser) members(n *node, depth int, inArray bool) error {
	p.at++
	p.space()
	if p.next('}') {
		return nil
	}
	for {
		if p.at >= len(p.line) || p.line[p.at] != '"' {
			return p.fail("no key")
		}
		k, err := p.str()
		if err != nil {
			return err
		}
		p.space()
		if !p.next(':') {
			return p.fail("no ':'")
		}
		p.space()
		if err := p.value(n.child(p.unquote(k)), depth+1, inArray); err != nil {
			return err
		}
		p.space()
		if p.next('}') {
			return nil
		}
		if !p.next(',') {
			return p.fail("no ',' or '}'")
		}
		p.space()
	}
}

func (p *parser) elements(n *node, depth int) error {
	p.at++
	p.space()
	if p.next(']') {
		return nil
	}
	for {
		if err := p.value(n.elem(), depth+1, true); err != nil {
			return err
		}
		p.space()
		if p.next(']') {
			return nil
		}
		if !p.next(',') {
			return p.fail("no ',' or ']'")
		}
		p.space()
	}
}

func (p *parser) next(c byte) bool {
	if p.at < len(p.line) && p.line[p.at] == c {
		p.at++
		return true
	}
	return false
}

// str parses a string; p.at stands on its opening quote.
func (p *parser) str() (value, error) {
	v := value{from: p.at + 1, kind: '"'}
	i, high := v.from, false
	for ; i+8 <= len(p.line); i += 8 { // past what needs no care
		w := binary.LittleEndian.Uint64(p.line[i:])
		quote, slash := w^'"'*ones, w^'\\'*ones
		if (w|(w-0x20*ones)&^w|(quote-ones)&^quote|(slash-ones)&^slash)&highs != 0 {
			break
		}
	}
	for ; i < len(p.line); i++ {
		switch c := p.line[i]; {
		case c == '"':
			v.to, p.at = i, i+1
			if high && !utf8.Valid(p.line[v.from:i]) {
				p.at = v.from
				return v, p.fail("a string that is not UTF-8")
			}
			return v, nil
		case c < 0x20:
			p.at = i
			return v, p.fail("a control character in a string")
		case c == '\\':
			v.escaped = true
			n := escapeLen(p.line[i:])
			if n == 0 {
				p.at = i
				return v, p.fail("a bad escape")
			}
			i += n - 1
		case c >= 0x80:
			high = true
		}
	}
	p.at = i
	return v, p.fail("no closing quote")
}

// escapeLen is the length of the escape that b begins with, 0 if it is none.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	switch b[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(b) >= 6 && hex4(b[2:6]) >= 0 {
			return 6
		}
	}
	return 0
}

func hex4(b []byte) rune {
	var r rune
	for _, c := range b[:4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

func (p *parser) number() (value, error) {
	v := value{from: p.at, kind: '0'}
	n := numberLen(p.line[p.at:])
	if n == 0 {
		return v, p.fail("a bad number")
	}
	p.at += n
	v.to = p.at
	return v, nil
}

// numberLen is the length of the JSON number that b begins with, 0 if none.
func numberLen(b []byte) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(b) && b[i] >= '0' && b[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(b) && b[i] == '-' {
		i++
	}
	whole := i
	if !digits() || b[whole] == '0' && i > whole+1 {
		return 0
	}
	if i < len(b) && b[i] == '.' {
		i++
		if !digits() {
			return 0
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		if !digits() {
			return 0
		}
	}
	return i
}

func (p *parser) word() (value, error) {
	v := value{from: p.at, kind: p.line[p.at]}
	n := wordLen(p.line[p.at:])
	if n == 0 {
		return v, p.fail("no value")
	}
	p.at += n
	v.to = p.at
	return v, nil
}

// wordLen is the length of true, false or null at the beginning of b, else 0.
func wordLen(b []byte) int {
	for _, w := range [...]string{"true", "false", "null"} {
		if len(b) >= len(w) && string(b[:len(w)]) == w {
			return len(w)
		}
	}
	return 0
}

// unquote returns the bytes a string stands for; valid until the next call.
func (p *parser) unquote(v value) []byte {
	raw := p.line[v.from:v.to]
	if !v.escaped {
		return raw
	}
	p.key = appendUnquoted(p.key[:0], raw)
	return p.key
}

var errNotString = errors.New("is not a string")
