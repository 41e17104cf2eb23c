package document

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf16"
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
	for {
		i := bytes.IndexFunc(b, func(r rune) bool { return r != '\n' && suspicious(r) })
		if i < 0 {
			_, err := w.Write(b)
			return err
		}
		w.Write(b[:i])
		r, n := utf8.DecodeRune(b[i:])
		if r > 0xffff {
			high, low := utf16.EncodeRune(r)
			fmt.Fprintf(w, `\u%04x\u%04x`, high, low)
		} else {
			fmt.Fprintf(w, `\u%04x`, r)
		}
		b = b[i+n:]
	}
}
