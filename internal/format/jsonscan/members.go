package jsonscan

import (
	"bytes"
	"encoding/json"
)

// Members calls f for every member of the JSON object raw, with its key and the
// raw value. raw must be valid JSON; for anything but an object Members is false.
func Members(raw []byte, f func(key, value []byte)) bool {
	i := space(raw, 0)
	if i >= len(raw) || raw[i] != '{' {
		return false
	}
	for i++; ; i++ {
		i = space(raw, i)
		if i >= len(raw) || raw[i] != '"' {
			return true
		}
		end := stringEnd(raw, i)
		key := raw[i+1 : end-1]
		if bytes.IndexByte(key, '\\') >= 0 { // a marking may hide behind an escape
			if k, ok := Text(raw[i:end]); ok {
				key = []byte(k)
			}
		}
		i = space(raw, end)
		i = space(raw, i+1) // the colon
		end = valueEnd(raw, i)
		f(key, raw[i:end])
		i = space(raw, end)
		if i >= len(raw) || raw[i] != ',' {
			return true
		}
	}
}

// Elements calls f for every element of the JSON array raw until f is
// false. It is false if f was, or if raw is no array.
func Elements(raw []byte, f func([]byte) bool) bool {
	i := space(raw, 0)
	if i >= len(raw) || raw[i] != '[' {
		return false
	}
	for i++; ; i++ {
		i = space(raw, i)
		if i >= len(raw) || raw[i] == ']' {
			return true
		}
		end := valueEnd(raw, i)
		if !f(raw[i:end]) {
			return false
		}
		i = space(raw, end)
		if i >= len(raw) || raw[i] != ',' {
			return true
		}
	}
}

func space(b []byte, i int) int {
	for i < len(b) && (b[i] == ' ' || b[i] == '\n' || b[i] == '\t' || b[i] == '\r') {
		i++
	}
	return i
}

// stringEnd is the place after the string that begins at i.
func stringEnd(b []byte, i int) int {
	for i++; i < len(b); {
		j := bytes.IndexByte(b[i:], '"')
		if j < 0 {
			return len(b)
		}
		end := i + j
		run := 0
		for run < j && b[end-run-1] == '\\' {
			run++
		}
		i = end + 1
		if run&1 == 0 {
			return i
		}
	}
	return len(b)
}

// valueEnd is the place after the value that begins at i.
func valueEnd(b []byte, i int) int {
	depth := 0
	for i < len(b) {
		switch b[i] {
		case '"':
			i = stringEnd(b, i)
			if depth == 0 {
				return i
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			} else if depth < 0 {
				return i
			}
		case ',', ' ', '\n', '\t', '\r':
			if depth == 0 {
				return i
			}
		}
		i++
	}
	return len(b)
}

// Text decodes a JSON string; ok is false for any other value.
func Text(raw []byte) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw[1 : len(raw)-1]), true
	}
	return s, json.Unmarshal(raw, &s) == nil
}

// Texts decodes a list of JSON strings.
func Texts(raw []byte) (list []string, ok bool) {
	ok = Elements(raw, func(e []byte) bool {
		t, ok := Text(e)
		list = append(list, t)
		return ok
	})
	return list, ok
}
