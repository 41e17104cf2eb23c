package jsonlog

import (
	"unicode/utf16"
	"unicode/utf8"
)

// appendUnquoted appends what the inside of a valid JSON string stands for. A
// surrogate without its other half becomes U+FFFD, as in encoding/json.
func appendUnquoted(dst, raw []byte) []byte {
	for i := 0; i < len(raw); {
		c := raw[i]
		if c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		switch raw[i+1] {
		case 'u':
			r := hex4(raw[i+2:])
			i += 6
			if utf16.IsSurrogate(r) {
				second := utf8.RuneError
				if i+6 <= len(raw) && raw[i] == '\\' && raw[i+1] == 'u' {
					second = utf16.DecodeRune(r, hex4(raw[i+2:]))
				}
				if r = second; r != utf8.RuneError {
					i += 6
				}
			}
			dst = utf8.AppendRune(dst, r)
			continue
		case 'b':
			c = '\b'
		case 'f':
			c = '\f'
		case 'n':
			c = '\n'
		case 'r':
			c = '\r'
		case 't':
			c = '\t'
		default: // " \ /
			c = raw[i+1]
		}
		dst = append(dst, c)
		i += 2
	}
	return dst
}
