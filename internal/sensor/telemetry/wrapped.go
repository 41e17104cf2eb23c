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
type wrapping []string

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
		if w, f, ok = find(bytes.TrimSpace(line[i:]), name, formats, wrapping{}); ok {
			break
		}
	}
	if !ok {
		return nil, nil, f, false
	}
	for line := range bytes.Lines(head) {
		inner = append(inner, w.open(line)...)
	}
	return w, inner, f, true
}

func find(object []byte, name string, formats []Format, at wrapping) (wrapping, Format, bool) {
	if f, err := recognise(append(bytes.Clone(object), '\n'), name, formats, ""); err == nil && f.Objects != nil {
		return slices.Clone(at), f, true
	}
	var members map[string]json.RawMessage
	if len(at) == wrapDepth || json.Unmarshal(object, &members) != nil {
		return nil, Format{}, false
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		if inside := objectIn(members[key]); inside != nil {
			if w, f, ok := find(inside, name, formats, append(at, key)); ok {
				return w, f, true
			}
		}
	}
	return nil, Format{}, false
}

// objectIn is the object that a value is, or that it holds as text; nil where it
// is neither.
func objectIn(value json.RawMessage) []byte {
	if len(value) > 0 && value[0] == '{' {
		return value
	}
	var text string
	if len(value) == 0 || value[0] != '"' || json.Unmarshal(value, &text) != nil {
		return nil
	}
	i := strings.IndexByte(text, '{')
	if i < 0 {
		return nil
	}
	return []byte(strings.NewReplacer("\n", " ", "\r", " ").Replace(text[i:]))
}

// open is the entry in a line, with a line end; the line as it is where there is
// none, so that it is counted and rejected with a reason.
func (w wrapping) open(line []byte) []byte {
	i := bytes.IndexByte(line, '{')
	if i < 0 {
		return line
	}
	object := bytes.TrimSpace(line[i:])
	for _, key := range w {
		var members map[string]json.RawMessage
		if json.Unmarshal(object, &members) != nil {
			return line
		}
		if object = objectIn(members[key]); object == nil {
			return line
		}
	}
	return append(bytes.Clone(object), '\n')
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
