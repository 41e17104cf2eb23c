package incident

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/ingest/workbook"
)

// Limits of tables that must be held in memory as a whole.
const (
	maxWorkbook = 64 << 20  // bytes, as stored
	maxUnzipped = 512 << 20 // bytes, all parts that are read, unpacked
)

// sheetRows reads a sheet of a workbook.
type sheetRows struct{ r *workbook.Rows }

func (s sheetRows) next() ([]cell, int, error) {
	cells, line, err := s.r.Next()
	row := make([]cell, len(cells))
	for i, c := range cells {
		row[i] = cell{Cell: c}
	}
	return row, line, err
}

func (sheetRows) damaged() int { return 0 }

// whole reads an input to its end.
func whole(r io.Reader, maxBytes int64, what string) ([]byte, error) {
	limit := min(maxBytes, maxWorkbook)
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err == nil && int64(len(data)) > limit {
		err = fmt.Errorf("%s is larger than %d bytes; save it as CSV", what, limit)
	}
	return data, err
}

func openBook(r io.Reader, maxBytes int64) (*workbook.Book, error) {
	data, err := whole(r, maxBytes, "workbook")
	if err != nil {
		return nil, err
	}
	return workbook.Open(data, min(maxBytes, maxUnzipped))
}

// openSheet opens the sheet that the map names, else the first one that has all
// of the map's columns, else the first: its error tells what it lacks.
func openSheet(ctx context.Context, book *workbook.Book, m *Map) (table, error) {
	names := book.Sheets()
	var first table
	for i, name := range names {
		if m.Format.Sheet != "" && !sameName(name, m.Format.Sheet) {
			continue
		}
		r, err := book.Rows(ctx, i, maxColumns)
		if err != nil {
			return table{}, err
		}
		t, err := newTable(sheetRows{r}, m)
		t.sheet = name
		if err == nil && (m.Format.Sheet != "" || len(m.missingFrom(t.header)) == 0) {
			return t, nil
		}
		if m.Format.Sheet != "" {
			return table{}, fmt.Errorf("sheet %q: %w", name, err)
		}
		if err != nil && !errors.Is(err, errNoHeader) {
			return table{}, err
		}
		if first.rows == nil && err == nil {
			first = t
		}
	}
	switch {
	case m.Format.Sheet != "":
		return table{}, fmt.Errorf("workbook has no sheet %q; it has %s", m.Format.Sheet, quotedNames(names))
	case first.rows == nil:
		return table{}, errors.New("workbook has nothing in its sheets")
	}
	return first, nil
}

func quotedNames(names []string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(quoted, ", ")
}

// A table is rows below a header.
type table struct {
	rows   rows
	header []string
	line   int    // of the header
	sheet  string // "" where there is only one table
}

var errNoHeader = errors.New("the table ends before its header")

// How many rows are searched for the header where the map does not say which
// row it is: people write a title above their tables.
const headerSearch = 20

// newTable finds the header: the row that the map names, else the first that
// holds all its columns, else the first of all.
func newTable(rs rows, m *Map) (table, error) {
	t := table{rows: rs}
	for range headerSearch {
		row, line, err := rs.next()
		var bad *source.RecordError
		switch {
		case err == io.EOF && t.line > 0:
			return t, nil
		case err == io.EOF:
			return t, errNoHeader
		case err != nil && (t.line == 0 || !errors.As(err, &bad)):
			return t, err
		case err != nil || line < m.Format.HeaderRow:
			continue
		}
		header := texted(row)
		if found := len(m.missingFrom(header)) == 0; t.line == 0 || found {
			t.header, t.line = header, line
			if found || m.Format.HeaderRow > 0 {
				break
			}
		}
	}
	if len(t.header) > maxColumns {
		return t, fmt.Errorf("header has %d columns; at most %d are read", len(t.header), maxColumns)
	}
	return t, nil
}

func texted(row []cell) []string {
	var out []string
	for _, c := range row {
		out = append(out, strings.TrimSpace(c.Text))
	}
	for len(out) > 0 && out[len(out)-1] == "" { // commas behind the last name part nothing
		out = out[:len(out)-1]
	}
	return out
}
