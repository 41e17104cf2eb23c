package jsonlog

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
)

// Looks reports whether a log begins like JSON objects, be it one per line,
// pretty-printed or in an array.
func Looks(head []byte) bool {
	b := bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
	if len(b) > 0 && b[0] == '[' {
		b = bytes.TrimLeft(b[1:], " \t\r\n")
	}
	return len(b) > 0 && b[0] == '{'
}

// Spread reports whether the log's objects are in an array or spread over
// lines, so that they must be re-cut into one per line first.
func Spread(head []byte) bool {
	b := bytes.TrimLeft(bytes.TrimPrefix(head, bom), " \t\r\n")
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

// bom is the byte order mark with which some programs begin a log.
var bom = []byte("\xef\xbb\xbf")

// sniffLines is in how many lines keys are looked for.
const sniffLines = 10

// Has reports whether one of a log's first entries has all of some keys at its
// outermost level, or where a key has dots, at the level that they lead to; of a log
// whose first lines are no objects of their own, whether the keys stand anywhere.
func Has(head []byte, keys ...string) bool {
	n, objects := 0, 0
	for line := range bytes.Lines(bytes.TrimPrefix(head, bom)) {
		if n++; n > sniffLines {
			break
		}
		var members map[string]json.RawMessage
		if json.Unmarshal(bytes.Trim(line, "[], \t\r\n"), &members) != nil {
			continue
		}
		objects++
		if !slices.ContainsFunc(keys, func(k string) bool { return !has(members, k) }) {
			return true
		}
	}
	return objects == 0 && !slices.ContainsFunc(keys, func(k string) bool {
		return !bytes.Contains(head, []byte(`"`+k+`"`)) && !bytes.Contains(head, []byte(`"`+k[strings.LastIndexByte(k, '.')+1:]+`"`))
	})
}

// has reports whether an object has a key, whose dots may be levels.
func has(members map[string]json.RawMessage, key string) bool {
	if members[key] != nil {
		return true
	}
	outer, rest, nested := strings.Cut(key, ".")
	var within map[string]json.RawMessage
	return nested && json.Unmarshal(members[outer], &within) == nil && has(within, rest)
}
