package telemetry

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
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

// unwrapped finds the wrapping of a log of one of the formats and gives the
// beginning of the log without it.
func unwrapped(head []byte, name string, formats []Format) (w wrapping, inner []byte, f Format, ok bool) {
	n := 0
	for line := range bytes.Lines(head) {
		if n++; n > wrapLines {
			break
		}
		i := bytes.IndexByte(line, '{')
		if i < 0 {
			continue
		}
		if w, f, ok = find(bytes.TrimSpace(line[i:]), name, formats, nil); ok {
			break
		}
	}
	if !ok {
		return w, nil, f, false
	}
	for line := range bytes.Lines(head) {
		inner = append(inner, w.open(line)...)
	}
	return w, inner, f, true
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

// open is the entry in a line, with a line end; the line as it is where there is
// none, so that it is counted and rejected with a reason.
func (w wrapping) open(line []byte) []byte {
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
	return append(bytes.Clone(entry), '\n')
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

// recut cuts objects that are spread into one a line.
func recut(r *bufio.Reader) *bufio.Reader {
	head, _ := r.Peek(sniffSize) // what is the matter with it is found when it is read
	if !spread(head) {
		return r
	}
	return newPeeker(newObjectReader(r))
}

// unwrapReader yields the entries of a wrapped log, a line each.
type unwrapReader struct {
	r    *bufio.Reader
	w    wrapping
	line []byte
	out  []byte
	err  error
}

func (u *unwrapReader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.next()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// next reads a line. One over [maxLine] goes on as it comes, to be rejected.
func (u *unwrapReader) next() {
	u.line = u.line[:0]
	for {
		part, err := u.r.ReadSlice('\n')
		u.line = append(u.line, part...)
		if errors.Is(err, bufio.ErrBufferFull) && len(u.line) < maxLine {
			continue
		}
		if u.out = u.line; err == nil || errors.Is(err, io.EOF) {
			u.out = u.w.open(u.line)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			u.err = err
		}
		return
	}
}
