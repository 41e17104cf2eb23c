package jsonscan

import "bytes"

// skipValue passes over the value at pos, which begins on the given line.
func (w *window) skipValue(line int) error {
	c, ok := w.token()
	switch {
	case !ok:
		return w.truncated("a value", line)
	case c == '{' || c == '[':
		return w.skipComposite(line)
	case c == '"':
		return w.skipString(line)
	case c == '-' || c >= '0' && c <= '9' || c == 't' || c == 'f' || c == 'n':
		return w.skipBare()
	}
	return w.errorf("expected a value, found %s", w.found())
}

// What a byte means outside strings.
const (
	filler = iota
	quote
	opening
	closing
)

var meaning = [256]uint8{'"': quote, '{': opening, '[': opening, '}': closing, ']': closing}

// skipComposite counts brackets without telling their kinds apart: a mismatch
// shows when the value is decoded.
func (w *window) skipComposite(line int) error {
	for depth := 0; ; {
		b, i := w.buf[:w.end], w.pos
		for i < len(b) && meaning[b[i]] == filler {
			i++
		}
		w.pos = i
		if i == len(b) {
			if !w.fill() {
				return w.truncated("an object", line)
			}
			continue
		}
		switch meaning[b[i]] {
		case quote:
			if err := w.skipString(line); err != nil {
				return err
			}
			continue
		case opening:
			depth++
			w.deepest = max(w.deepest, depth)
		case closing:
			depth--
		}
		w.pos++
		if depth == 0 {
			return nil
		}
	}
}

// skipString passes over the string that begins at pos. A quote ends it if an
// even number of backslashes stands before it; carry is what the last window
// contributed to that number.
func (w *window) skipString(line int) error {
	w.pos++
	for carry := 0; ; {
		b, i := w.buf[:w.end], w.pos
		j := bytes.IndexByte(b[i:], '"')
		stop := len(b)
		if j >= 0 {
			stop = i + j
		}
		run := 0
		for stop-run > i && b[stop-run-1] == '\\' {
			run++
		}
		if run == stop-i {
			run += carry
		}
		w.pos = stop
		if j < 0 {
			carry = run & 1
			if !w.fill() {
				return w.truncated("a string", line)
			}
			continue
		}
		w.pos++
		carry = 0
		if run&1 == 0 {
			return nil
		}
	}
}

// skipBare passes over a number or a literal.
func (w *window) skipBare() error {
	for {
		for w.pos < w.end {
			switch c := w.buf[w.pos]; {
			case c >= '0' && c <= '9', c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '-', c == '+', c == '.':
				w.pos++
			default:
				return nil
			}
		}
		if !w.fill() {
			return nil
		}
	}
}
