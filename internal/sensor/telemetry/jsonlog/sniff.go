package jsonlog

import "bytes"

// Looks reports whether a log begins like JSON objects, be it one per line,
// pretty-printed or in an array.
func Looks(head []byte) bool {
	b := bytes.TrimLeft(head, " \t\r\n")
	if len(b) > 0 && b[0] == '[' {
		b = bytes.TrimLeft(b[1:], " \t\r\n")
	}
	return len(b) > 0 && b[0] == '{'
}

// Spread reports whether the log's objects are in an array or spread over
// lines, so that they must be re-cut into one per line first.
func Spread(head []byte) bool {
	b := bytes.TrimLeft(head, " \t\r\n")
	if len(b) > 0 && b[0] == '[' {
		return true
	}
	first, _, more := bytes.Cut(b, []byte("\n"))
	if !more || len(b) == 0 || b[0] != '{' {
		return false
	}
	p := parser{line: first}
	if p.object(nil) == nil {
		return false
	}
	// A first line that breaks off is either damaged or the beginning of an
	// object that goes on: only in the latter do the lines together parse up
	// to the second object.
	p = parser{line: b}
	err := p.value(nil, 0, false)
	return err == nil && p.at > len(first) || err != nil && p.at >= len(b)
}
