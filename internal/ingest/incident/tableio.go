package incident

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/workbook"
)

// A cell is one value of a row. Only workbooks know more of it than its text.
type cell struct {
	workbook.Cell
	list []item // of a JSON list, see [jsonRows]
}

func textCell(s string) cell { return cell{Cell: workbook.Cell{Text: s}} }

// rows yields the rows of a table. line is the 1-based line of a text file, or
// the row of a sheet, on which the row begins.
type rows interface {
	// next returns io.EOF at the end, an *source.RecordError for a row that
	// cannot be read, and any other error when nothing more can.
	next() (row []cell, line int, err error)
	// damaged is the number of cells that were not valid text so far.
	damaged() int
}

// Limits of a table.
const (
	maxColumns = 4096
	maxCell    = 1 << 20 // bytes
)

// csvRows reads delimited text (RFC 4180, line ends of any kind).
type csvRows struct {
	r     *csv.Reader
	quota *quota
	file  string
	bad   int
}

func newCSV(r io.Reader, m *Map, in source.Info, maxRow int64) (*csvRows, error) {
	decode, err := decoder(m.Format.Encoding)
	if err != nil {
		return nil, err
	}
	if decode != nil {
		r = decode.NewDecoder().Reader(r)
	}
	head, r, err := peek(r, 64<<10)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(head, byteOrder) { // or a quote behind it would be no quote
		head = head[len(byteOrder):]
		if _, err := io.CopyN(io.Discard, r, int64(len(byteOrder))); err != nil {
			return nil, err
		}
	}
	if endsInCR(head) {
		head, r = newlines(head), lineEnds{r}
	}
	comma, _ := utf8.DecodeRuneInString(m.Format.Delimiter)
	if m.Format.Delimiter == "" {
		comma = m.delimiter(head)
	}
	q := &quota{r: r, max: maxRow}
	c := csv.NewReader(q)
	c.Comma = comma
	c.FieldsPerRecord = -1
	return &csvRows{r: c, quota: q, file: in.Name}, nil
}

var byteOrder = []byte("\ufeff")

var delimiters = []rune{',', ';', '\t', '|'}

// delimiter is what parts a row into most of the map's columns: programs write
// semicolons where a comma parts decimals, and tabs where a table is saved as text.
func (m *Map) delimiter(head []byte) rune {
	best, missing := ',', len(m.required())
	for _, comma := range delimiters {
		c := csv.NewReader(bytes.NewReader(head))
		c.Comma, c.FieldsPerRecord = comma, -1
		for range headerSearch {
			row, err := c.Read()
			if err != nil {
				break
			}
			if n := len(m.missingFrom(row)); n < missing {
				best, missing = comma, n
			}
		}
	}
	return best
}

// decoder returns the decoder of a character set, nil for UTF-8.
func decoder(label string) (encoding.Encoding, error) {
	switch strings.ToLower(strings.TrimSpace(label)) {
	case "", "utf-8", "utf8":
		return nil, nil
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil, fmt.Errorf("format: encoding %q is unknown; use a WHATWG label such as windows-1252", label)
	}
	return enc, nil
}

func (c *csvRows) next() ([]cell, int, error) {
	c.quota.used = 0
	fields, err := c.r.Read()
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse) && !errors.Is(err, errRowTooLong):
		return nil, parse.StartLine, &source.RecordError{
			File: c.file, Line: parse.StartLine,
			Why: fmt.Sprintf("row cannot be split into cells: %v on line %d, byte %d; quote the cell and double the quotes inside it", parse.Err, parse.Line, parse.Column),
		}
	case err != nil:
		return nil, 0, err
	}
	line, _ := c.r.FieldPos(0)
	row := make([]cell, len(fields))
	for i, f := range fields {
		if !utf8.ValidString(f) {
			f = strings.ToValidUTF8(f, "\ufffd")
			c.bad++
		}
		row[i] = textCell(f)
	}
	return row, line, nil
}

func (c *csvRows) damaged() int { return c.bad }

// endsInCR reports that the lines of a text end in a carriage return alone, as
// spreadsheets on a Mac save them.
func endsInCR(head []byte) bool {
	i := bytes.IndexAny(head, "\r\n")
	return i >= 0 && i+1 < len(head) && head[i] == '\r' && head[i+1] != '\n'
}

func newlines(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r"), []byte("\n")) }

// lineEnds makes newlines of carriage returns.
type lineEnds struct{ r io.Reader }

func (l lineEnds) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

var errRowTooLong = errors.New("row too long")

// quota stops a reader that takes more than max bytes for one row, as an open
// quote that is never closed does.
type quota struct {
	r         io.Reader
	max, used int64
}

func (q *quota) Read(p []byte) (int, error) {
	if q.used > q.max {
		return 0, fmt.Errorf("%w: more than %d bytes; a quote may be open, or the delimiter of the map may be wrong", errRowTooLong, q.max)
	}
	n, err := q.r.Read(p)
	q.used += int64(n)
	return n, err
}
