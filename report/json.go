package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// writeJSON writes the result the document was made from: two-space indent,
// struct fields in the order of their type, map keys sorted, lists never null.
// Control, bidirectional and other invisible characters stand as \u escapes,
// which mean the same and cannot act on a terminal.
func writeJSON(w *bufio.Writer, d *Document, _ Options) error {
	if d.Result == nil {
		return errors.New("this document was made from no result")
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(withoutNilLists(d.Result)); err != nil {
		return err
	}
	return escapeInvisible(w, b.Bytes())
}

// escapeInvisible copies JSON, replacing suspicious characters, which can stand
// only within strings, by their escapes. Line breaks of the layout are kept:
// within strings the encoder has escaped them.
func escapeInvisible(w *bufio.Writer, b []byte) error {
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == '\n' || !suspicious(r):
			w.Write(b[:n])
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(w, `\u%04x\u%04x`, 0xd800+(r>>10), 0xdc00+(r&0x3ff))
		default:
			fmt.Fprintf(w, `\u%04x`, r)
		}
		b = b[n:]
	}
	return nil
}
