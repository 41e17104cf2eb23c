package telemetry

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// An elementReader yields a line for each entry of a log that is one JSON object, or
// several, with lists in it: for every element at a path such as
// "records[].flows[].flowTuples[]". An element that is text is its line.
type elementReader struct {
	dec          *json.Decoder
	path         []string
	out          []byte
	object, list bool // what it is inside of
}

func newElementReader(in io.Reader, path string) *elementReader {
	return &elementReader{dec: json.NewDecoder(in), path: strings.Split(path, ".")}
}

// Elements are the entries of a log that are in what is there of its beginning.
func Elements(head []byte, path string) (lines []byte) {
	r := newElementReader(bytes.NewReader(head), path)
	lines, _ = io.ReadAll(r) // it ends inside an element
	return lines
}

func (r *elementReader) Read(p []byte) (int, error) {
	for len(r.out) == 0 {
		if err := r.next(); err != nil {
			return 0, err
		}
	}
	n := copy(p, r.out)
	r.out = r.out[n:]
	return n, nil
}

// next reads on to the next element of the outermost list, and what is in it.
func (r *elementReader) next() error {
	var value json.RawMessage
	switch {
	case r.list && r.dec.More():
		if err := r.dec.Decode(&value); err != nil {
			return err
		}
		r.lines(value, r.path[1:])
		return nil
	case r.list || r.object && !r.dec.More():
		_, err := r.dec.Token()
		r.object, r.list = r.list, false
		return err
	}
	token, err := r.dec.Token()
	switch {
	case err != nil:
		return err
	case !r.object:
		if r.object = token == json.Delim('{'); !r.object {
			return fmt.Errorf("%v where an object should begin", token)
		}
		return nil
	case token == strings.TrimSuffix(r.path[0], "[]"):
		token, err = r.dec.Token()
		if r.list = token == json.Delim('['); err == nil && !r.list {
			err = fmt.Errorf("%s is no list", r.path[0])
		}
		return err
	}
	return r.dec.Decode(&value)
}

// lines adds what stands at a path below a value; what is not there is none.
func (r *elementReader) lines(value json.RawMessage, path []string) {
	if len(path) == 0 {
		if line := textIn(value); line != nil {
			r.out = append(r.out, line...)
		} else {
			compact := bytes.NewBuffer(nil)
			if json.Compact(compact, value) == nil {
				r.out = append(r.out, compact.Bytes()...)
			}
		}
		r.out = append(r.out, '\n')
		return
	}
	key, list := strings.CutSuffix(path[0], "[]")
	inner := under(value, []string{key})
	if !list {
		r.lines(inner, path[1:])
		return
	}
	var elements []json.RawMessage
	if json.Unmarshal(inner, &elements) == nil {
		for _, e := range elements {
			r.lines(e, path[1:])
		}
	}
}
