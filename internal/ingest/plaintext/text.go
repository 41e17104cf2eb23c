package plaintext

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"sort"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// Bounds on what is read.
const (
	MaxFile = 64 << 20 // bytes of a file
	maxText = 8 << 20  // bytes of its text
)

// A Text is the plain text of a report.
type Text struct {
	Plain  string
	Format string // html, markdown, text or pdf

	// What the file says of itself; empty where it says nothing.
	Title, Publisher, Published, Language, URL string

	Pages int      // of a PDF, else 0
	Notes []string // what was left out, for a person to read

	pages []int // offsets in Plain at which the pages of a PDF begin
	runs  []run // ascending; nil where Plain is the file itself
}

// A run is a stretch of Plain that was copied from one place of the file.
type run struct{ plain, file int }

// A Place says where in the file a passage stands.
type Place struct {
	Page   int // from 1; 0 where the format has no pages
	Offset int // of a byte: in the page's text where there are pages, else in the file
}

// Place gives the place of a byte of Plain.
func (t *Text) Place(at int) Place {
	if t.Pages > 0 {
		i := sort.SearchInts(t.pages, at+1) - 1
		if i < 0 {
			return Place{Page: 1, Offset: at}
		}
		return Place{Page: i + 1, Offset: at - t.pages[i]}
	}
	if t.runs == nil {
		return Place{Offset: at}
	}
	i := sort.Search(len(t.runs), func(i int) bool { return t.runs[i].plain > at }) - 1
	if i < 0 {
		return Place{Offset: at}
	}
	return Place{Offset: t.runs[i].file + at - t.runs[i].plain}
}

// ErrNoText is wrapped by the errors of files that hold no readable text.
var ErrNoText = errors.New("no text to read")

// Read takes the text out of a file. name decides with the first bytes what the
// format is, and stands in errors.
func Read(name string, b []byte) (*Text, error) {
	if len(b) > MaxFile {
		return nil, fmt.Errorf("report %s: %d bytes are over the limit of %d", name, len(b), MaxFile)
	}
	t, err := read(name, b)
	if err != nil {
		return nil, fmt.Errorf("report %s: %w", name, err)
	}
	if strings.TrimSpace(t.Plain) == "" {
		return nil, fmt.Errorf("report %s: %w (a scan needs character recognition first)", name, ErrNoText)
	}
	if len(t.Plain) > maxText {
		return nil, fmt.Errorf("report %s: its text is over the limit of %d bytes", name, maxText)
	}
	return t, nil
}

func read(name string, b []byte) (*Text, error) {
	ext := strings.ToLower(filepath.Ext(name))
	head := bytes.TrimSpace(b[:min(len(b), 1024)])
	switch {
	case bytes.HasPrefix(head, []byte("%PDF-")) || ext == ".pdf":
		return readPDF(b)
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("\x1f\x8b")), bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0")):
		return nil, errors.New("is an archive or an office document; give its text, HTML or PDF")
	}
	s, err := decode(b)
	if err != nil {
		return nil, err
	}
	lower := strings.ToLower(s[:min(len(s), 1024)])
	switch {
	case ext == ".html" || ext == ".htm" || ext == ".xhtml" || strings.Contains(lower, "<html") || strings.Contains(lower, "<!doctype html"):
		return readHTML(s), nil
	case ext == ".md" || ext == ".markdown":
		return &Text{Plain: s, Format: "markdown", Title: heading(s)}, nil
	}
	return &Text{Plain: s, Format: "text"}, nil
}

// decode gives the text as UTF-8. What is not UTF-8 is taken for UTF-16 where a
// mark at its start says so, and for Windows-1252 else.
func decode(b []byte) (string, error) {
	switch {
	case bytes.HasPrefix(b, []byte{0xff, 0xfe}), bytes.HasPrefix(b, []byte{0xfe, 0xff}):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Bytes(b)
		if err != nil {
			return "", fmt.Errorf("reading UTF-16: %w", err)
		}
		b = out
	case !utf8.Valid(b):
		if bytes.IndexByte(b[:min(len(b), 4096)], 0) >= 0 {
			return "", errors.New("is no text")
		}
		out, err := charmap.Windows1252.NewDecoder().Bytes(b)
		if err != nil {
			return "", fmt.Errorf("reading Windows-1252: %w", err)
		}
		b = out
	}
	return string(bytes.TrimPrefix(b, []byte("\ufeff"))), nil
}

// heading is the first heading of a Markdown text, or "".
func heading(s string) string {
	for line := range strings.Lines(s) {
		if t := strings.TrimSpace(line); strings.HasPrefix(t, "# ") {
			return strings.TrimSpace(t[2:])
		}
	}
	return ""
}
