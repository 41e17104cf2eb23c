package jsonscan

import (
	"encoding/binary"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// Check reports whether b is one valid JSON value (RFC 8259) in valid
// UTF-8, white space around it allowed. The error tells what is wrong at which
// byte of b. It accepts what encoding/json's Valid accepts, is several times as
// fast, and allocates nothing for what is valid. depth limits nesting.
func Check(b []byte, depth int) error {
	c := checker{b: b, depth: depth}
	i := c.value(c.space(0), 0)
	if i >= 0 {
		if i = c.space(i); i < len(b) {
			c.fail(i, "something follows the value")
		}
	}
	if c.why == "" && !utf8.Valid(b) {
		c.fail(invalidUTF8(b), "not valid UTF-8")
	}
	if c.why != "" {
		return fmt.Errorf("%s at byte %d", c.why, c.at)
	}
	return nil
}

func invalidUTF8(b []byte) int {
	for i := 0; i < len(b); {
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(b)
}

type checker struct {
	b     []byte
	depth int
	why   string
	at    int
}

// fail notes the first fault and returns -1, the place after a value that is none.
func (c *checker) fail(i int, why string) int {
	if c.why == "" {
		c.at, c.why = i, why
		if i >= len(c.b) {
			c.why = "not valid JSON: it ends too early"
		} else if why != "not valid UTF-8" {
			c.why = "not valid JSON: " + why
		}
	}
	return -1
}

func (c *checker) space(i int) int {
	for i < len(c.b) && (c.b[i] == ' ' || c.b[i] == '\n' || c.b[i] == '\t' || c.b[i] == '\r') {
		i++
	}
	return i
}

// value returns the place after the value at i, -1 if there is none.
func (c *checker) value(i, depth int) int {
	if i >= len(c.b) {
		return c.fail(i, "")
	}
	switch b := c.b[i]; {
	case b == '"':
		return c.text(i)
	case b == '{' || b == '[':
		if depth >= c.depth {
			return c.fail(i, fmt.Sprintf("nested deeper than %d levels", c.depth))
		}
		return c.list(i, depth, b == '{')
	case b == '-' || b >= '0' && b <= '9':
		return c.number(i)
	case b == 't':
		return c.word(i, "true")
	case b == 'f':
		return c.word(i, "false")
	case b == 'n':
		return c.word(i, "null")
	}
	return c.fail(i, "a value was expected")
}

// list passes over an array, or over an object with its names.
func (c *checker) list(i, depth int, object bool) int {
	end := byte(']')
	if object {
		end = '}'
	}
	i = c.space(i + 1)
	if i < len(c.b) && c.b[i] == end {
		return i + 1
	}
	for {
		if object {
			if i >= len(c.b) || c.b[i] != '"' {
				return c.fail(i, "a member name was expected")
			}
			if i = c.text(i); i < 0 {
				return -1
			}
			if i = c.space(i); i >= len(c.b) || c.b[i] != ':' {
				return c.fail(i, "a colon was expected")
			}
			i = c.space(i + 1)
		}
		if i = c.value(i, depth+1); i < 0 {
			return -1
		}
		i = c.space(i)
		switch {
		case i < len(c.b) && c.b[i] == end:
			return i + 1
		case i >= len(c.b) || c.b[i] != ',':
			return c.fail(i, "a comma or a closing bracket was expected")
		}
		i = c.space(i + 1)
	}
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special marks, in the high bit of each of eight bytes, those that end a plain
// stretch of a string: quote, backslash and control characters. Bits above the
// first one set may be wrong, which is why only the first is used.
func special(x uint64) uint64 {
	q, s := x^(ones*'"'), x^(ones*'\\')
	return ((q-ones)&^q | (s-ones)&^s | (x-ones*0x20)&^x) & highs
}

func (c *checker) text(i int) int {
	b := c.b
	for i++; ; {
		for i+8 <= len(b) {
			m := special(binary.LittleEndian.Uint64(b[i:]))
			if m != 0 {
				i += bits.TrailingZeros64(m) / 8
				break
			}
			i += 8
		}
		for i < len(b) && b[i] != '"' && b[i] != '\\' && b[i] >= 0x20 {
			i++
		}
		switch {
		case i >= len(b):
			return c.fail(i, "")
		case b[i] == '"':
			return i + 1
		case b[i] < 0x20:
			return c.fail(i, "a control character in a string")
		}
		if i = c.escape(i); i < 0 {
			return -1
		}
	}
}

func (c *checker) escape(i int) int {
	if i+1 >= len(c.b) {
		return c.fail(len(c.b), "")
	}
	switch c.b[i+1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return i + 2
	case 'u':
		for j := i + 2; j < i+6; j++ {
			if j >= len(c.b) {
				return c.fail(j, "")
			}
			if h := c.b[j] | 0x20; !(h >= 'a' && h <= 'f' || c.b[j] >= '0' && c.b[j] <= '9') {
				return c.fail(j, "a hexadecimal digit was expected")
			}
		}
		return i + 6
	}
	return c.fail(i+1, "an unknown escape in a string")
}

func (c *checker) number(i int) int {
	b := c.b
	if b[i] == '-' {
		i++
	}
	switch {
	case i < len(b) && b[i] == '0':
		i++
	default:
		if i = c.digits(i); i < 0 {
			return -1
		}
	}
	if i < len(b) && b[i] == '.' {
		if i = c.digits(i + 1); i < 0 {
			return -1
		}
	}
	if i < len(b) && (b[i] == 'e' || b[i] == 'E') {
		if i++; i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		return c.digits(i)
	}
	return i
}

func (c *checker) digits(i int) int {
	from := i
	for i < len(c.b) && c.b[i] >= '0' && c.b[i] <= '9' {
		i++
	}
	if i == from {
		return c.fail(i, "a digit was expected")
	}
	return i
}

func (c *checker) word(i int, w string) int {
	for j := range len(w) {
		if i+j >= len(c.b) || c.b[i+j] != w[j] {
			return c.fail(i+j, w+" was expected")
		}
	}
	return i + len(w)
}
