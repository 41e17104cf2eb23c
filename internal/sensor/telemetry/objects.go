package telemetry

import (
	"bufio"
	"errors"
	"fmt"
	"io"
)

// An objectReader re-cuts a stream of JSON objects, pretty-printed or in an
// array, into one object per line: line breaks inside objects become spaces,
// and commas and brackets between objects go. Line n of what it yields is the
// n-th object. Nothing else is changed, so that what is no JSON stays so and is
// rejected by the schema.
type objectReader struct {
	r       *bufio.Reader
	out     []byte
	depth   int
	text    bool // inside a string
	escaped bool
	junk    bool // out has bytes outside any object on this line
	newline bool // the last byte ended a line
	err     error
}

func newObjectReader(r *bufio.Reader) *objectReader { return &objectReader{r: r} }

// maxNesting bounds the depth that is followed; what is deeper is left to the
// schema's limit.
const maxNesting = 1 << 20

func (o *objectReader) Read(p []byte) (int, error) {
	for len(o.out) == 0 && o.err == nil {
		o.fill()
	}
	n := copy(p, o.out)
	o.out = o.out[n:]
	if n == 0 {
		return 0, o.err
	}
	return n, nil
}

func (o *objectReader) fill() {
	chunk, err := o.r.Peek(1)
	if len(chunk) > 0 {
		chunk, _ = o.r.Peek(o.r.Buffered())
	}
	o.out = o.out[:0]
	for _, c := range chunk {
		o.next(c)
	}
	if _, e := o.r.Discard(len(chunk)); e != nil {
		err = e
	}
	if err != nil && len(chunk) == 0 {
		o.err = err
		if errors.Is(err, io.EOF) && o.depth > 0 {
			o.err = fmt.Errorf("the log ends inside an object: %w", io.ErrUnexpectedEOF)
		}
	}
}

func (o *objectReader) next(c byte) {
	begins := o.newline && c == '{'
	o.newline = c == '\n'
	switch {
	case begins && o.depth > 0:
		// No string and no indented object begins a line with a brace: what
		// came before is damaged, and must not take this object with it.
		o.out = append(o.out, '\n')
		o.depth, o.text, o.escaped = 1, false, false
	case o.text:
		if c == '\n' || c == '\r' { // not allowed in a string: let the schema see it
			c = 0
		}
		o.text = o.escaped || c != '"'
		o.escaped = c == '\\' && !o.escaped
	case o.depth == 0 && (c == '[' || c == ']' || c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r'):
		if o.junk {
			o.out = append(o.out, '\n')
			o.junk = false
		}
		return
	case c == '\n' || c == '\r':
		c = ' '
	case c == '"' && o.depth > 0:
		o.text = true
	case c == '{':
		o.depth = min(o.depth+1, maxNesting)
	case c == '}' && o.depth > 0:
		if o.depth--; o.depth == 0 {
			o.out = append(o.out, '}', '\n')
			o.junk = false
			return
		}
	}
	o.out = append(o.out, c)
	o.junk = o.depth == 0
}
