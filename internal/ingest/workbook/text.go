package workbook

import (
	"encoding/xml"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
)

// readStrings reads the shared strings (section 18.4).
func (b *Book) readStrings(d *xml.Decoder) error {
	for {
		t, err := d.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		if start, ok := t.(xml.StartElement); ok && start.Name.Local == "si" {
			s, err := text(d)
			if err != nil {
				return err
			}
			if len(b.strings) == maxStrings {
				return fmt.Errorf("more than %d strings", maxStrings)
			}
			b.strings = append(b.strings, s)
		}
	}
}

// text reads the string that the open element holds, plain or in runs of
// different looks, and leaves out how East Asian words are pronounced.
func text(d *xml.Decoder) (string, error) {
	var b strings.Builder
	var inside []string
	for {
		t, err := d.Token()
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "rPh" {
				if err := d.Skip(); err != nil {
					return "", err
				}
				continue
			}
			inside = append(inside, t.Name.Local)
		case xml.EndElement:
			if len(inside) == 0 {
				return unescape(b.String()), nil
			}
			inside = inside[:len(inside)-1]
		case xml.CharData:
			if n := len(inside); n > 0 && inside[n-1] == "t" && b.Len() < maxRun {
				b.Write(t)
			}
		}
	}
}

var escaped = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)

// unescape undoes _xHHHH_, by which a string holds what XML cannot (section
// 22.9.2.19).
func unescape(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	return escaped.ReplaceAllStringFunc(s, func(e string) string {
		n, _ := strconv.ParseUint(e[2:6], 16, 16) // four digits, as matched
		return string(rune(n))
	})
}
