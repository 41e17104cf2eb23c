package telemetry

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// A wrapping says where the entry of a sensor stands in a line that a shipper
// wrote: behind text (a syslog head), and under keys, from the outside in, as an
// object or as a string that holds one (Wazuh, Filebeat, Elastic, Splunk, Kafka).
type wrapping struct {
	path []string
	text bool // the entry is a line of text, or an object
}

const (
	wrapDepth = 4  // how deep entries are looked for
	wrapLines = 20 // in how many lines of a log's beginning
)

// unwrapped finds the wrapping of a log of one of the formats.
func unwrapped(head []byte, name string, formats []Format) (w *wrapping, f Format, ok bool) {
	n := 0
	for line := range bytes.Lines(head) {
		if n++; n > wrapLines {
			break
		}
		i := bytes.IndexByte(line, '{')
		if i < 0 {
			continue
		}
		if w, f, ok := find(bytes.TrimSpace(line[i:]), name, formats, nil); ok {
			return &w, f, true
		}
	}
	return nil, f, false
}

func find(object []byte, name string, formats []Format, at []string) (wrapping, Format, bool) {
	if f, err := recognise(append(bytes.Clone(object), '\n'), name, formats, ""); err == nil && f.Objects != nil {
		return wrapping{path: slices.Clone(at)}, f, true
	}
	var members map[string]json.RawMessage
	if len(at) == wrapDepth || json.Unmarshal(object, &members) != nil {
		return wrapping{}, Format{}, false
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if inside := objectIn(members[key]); inside != nil {
			if w, f, ok := find(inside, name, formats, append(at, key)); ok {
				return w, f, true
			}
		}
		if text := textIn(members[key]); text != nil {
			if f, err := recognise(append(text, '\n'), name, formats, ""); err == nil && f.Lines {
				return wrapping{path: append(slices.Clone(at), key), text: true}, f, true
			}
		}
	}
	return wrapping{}, Format{}, false
}

// objectIn is the object that a value is, or that it holds as text; nil where it
// is neither.
func objectIn(value json.RawMessage) []byte {
	if len(value) > 0 && value[0] == '{' {
		return value
	}
	text := textIn(value)
	i := bytes.IndexByte(text, '{')
	if i < 0 {
		return nil
	}
	return text[i:]
}

// textIn is the text that a value is, as one line; nil where it is none.
func textIn(value json.RawMessage) []byte {
	var text string
	if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, &text) != nil {
		return nil
	}
	text = strings.TrimRight(text, "\r\n")
	return []byte(strings.NewReplacer("\n", " ", "\r", " ").Replace(text))
}

// all is the entries in some lines, a line each.
func (w *wrapping) all(lines []byte) (entries []byte) {
	for line := range bytes.Lines(lines) {
		entries = append(append(entries, w.entry(trimEnd(line))...), '\n')
	}
	return entries
}

// entry is the entry in a line; the line as it is where there is none, so that it is
// counted and rejected with a reason.
func (w *wrapping) entry(line []byte) []byte {
	i := bytes.IndexByte(line, '{')
	if i < 0 {
		return line
	}
	value := json.RawMessage(bytes.TrimSpace(line[i:]))
	if len(w.path) > 0 {
		if value = under(value, w.path); value == nil {
			return line
		}
	}
	entry := textIn(value)
	if !w.text || entry == nil {
		if entry = objectIn(value); entry == nil {
			return line
		}
	}
	return entry
}

// under is what stands under keys of an object, or of text that holds one, from the
// outside in; keys with dots between them may be one key. Nil where nothing does.
func under(value json.RawMessage, keys []string) json.RawMessage {
	if len(keys) == 0 {
		return value
	}
	var members map[string]json.RawMessage
	if json.Unmarshal(objectIn(value), &members) != nil {
		return nil
	}
	for n := len(keys); n > 0; n-- {
		if inner := members[strings.Join(keys[:n], ".")]; inner != nil {
			if found := under(inner, keys[n:]); found != nil {
				return found
			}
		}
	}
	return nil
}

// spread reports whether objects are in an array, or over several lines.
func spread(head []byte) bool {
	head = bytes.TrimLeft(head, "\ufeff \t\r\n")
	line := bytes.TrimSpace(FirstLine(head))
	if len(line) > 0 && line[0] == '[' {
		inside := bytes.TrimSpace(line[1:])
		return len(inside) == 0 || inside[0] == '{'
	}
	return len(line) > 0 && line[0] == '{' && !json.Valid(line)
}

// wrappedSchema reads the entries of a log that a shipper wrapped.
type wrappedSchema struct {
	Schema  // of the entries
	w       *wrapping
	headers bool // entries may be headers
}

func (s *wrappedSchema) Decode(line []byte) (Event, Outcome, error) {
	return s.Schema.Decode(s.w.entry(line))
}

// Scanner returns the exact path: where an entry stands is found line by line.
func (s *wrappedSchema) Scanner() Scanner { return ExactOnly() }

func (s *wrappedSchema) After(data []byte) Schema {
	if !s.headers {
		return s
	}
	return &wrappedSchema{s.Schema.After(s.w.all(data)), s.w, true}
}

// EntryIn is the entry that a line of a schema's log holds: the line, or what a
// shipper wrapped in it.
func EntryIn(s Schema, line []byte) []byte {
	if w, ok := s.(*wrappedSchema); ok {
		return w.w.entry(line)
	}
	return line
}
