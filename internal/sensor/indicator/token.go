package indicator

import (
	"errors"
	"fmt"
	"strings"
)

// token is a part of a STIX pattern: 's' a string without its quotes, 'w' a
// word or object path, 'p' punctuation.
type token struct {
	kind byte
	text string
}

// maxPattern bounds a pattern from outside.
const maxPattern = 1 << 20

func patternTokens(s string) ([]token, error) {
	if len(s) > maxPattern {
		return nil, fmt.Errorf("%d bytes are over the limit of %d", len(s), maxPattern)
	}
	var out []token
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
		case c == '\'':
			text, n, err := quoted(s[i:])
			if err != nil {
				return nil, err
			}
			out = append(out, token{'s', text})
			i += n
		case strings.IndexByte("[](),", c) >= 0:
			out = append(out, token{'p', s[i : i+1]})
			i++
		case strings.IndexByte("=!<>", c) >= 0:
			n := 1
			for i+n < len(s) && strings.IndexByte("=<>", s[i+n]) >= 0 {
				n++
			}
			out = append(out, token{'p', s[i : i+n]})
			i += n
		default:
			n := word(s[i:])
			out = append(out, token{'w', s[i : i+n]})
			i += n
		}
	}
	return out, nil
}

// word is the length of a word or object path; a quoted step of a path
// (hashes.'SHA-256') and an index (refs[*]) belong to it.
func word(s string) int {
	i := 1
	for i < len(s) {
		c := s[i]
		switch {
		case c == '\'' && s[i-1] == '.':
			_, n, err := quoted(s[i:])
			if err != nil {
				return len(s)
			}
			i += n
			continue
		case c == '[' && i+2 < len(s) && strings.IndexByte(s[i:min(len(s), i+8)], ']') > 1 && (s[i+1] == '*' || digits(s[i+1:i+2])):
			i += strings.IndexByte(s[i:], ']') + 1
			continue
		case strings.IndexByte(" \t\r\n[](),=!<>'", c) >= 0:
			return i
		}
		i++
	}
	return i
}

// quoted returns the text of the string that s begins with, and its length.
func quoted(s string) (string, int, error) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\'':
			return b.String(), i + 1, nil
		case '\\':
			if i+1 < len(s) {
				i++
			}
		}
		b.WriteByte(s[i])
	}
	return "", 0, errors.New("a string without its closing quote")
}
