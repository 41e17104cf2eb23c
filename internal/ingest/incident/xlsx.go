package incident

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/tealeg/xlsx/v3"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// Limits of a workbook, which must be held in memory as a whole.
const (
	maxWorkbook = 64 << 20  // bytes, as stored
	maxUnzipped = 512 << 20 // bytes, all parts unpacked
)

// xlsxRows reads one sheet of an Office Open XML workbook (ECMA-376).
type xlsxRows struct {
	rows []numbered
	at   int
	bad  int
}

type numbered struct {
	line  int
	cells []cell
}

func newXLSX(r io.Reader, l Layout, in source.Info, maxBytes int64) (*xlsxRows, error) {
	limit := min(maxBytes, maxWorkbook)
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	if err != nil {
		return nil, err
	}
	if int64(len(data)) > limit {
		return nil, fmt.Errorf("workbook is larger than %d bytes; save the sheet as CSV", limit)
	}
	if err := checkUnzipped(data, min(maxBytes, maxUnzipped)); err != nil {
		return nil, err
	}
	return openSheet(data, l, in)
}

// checkUnzipped unpacks every part to nowhere, because the sizes that a zip
// states need not be true.
func checkUnzipped(data []byte, limit int64) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return fmt.Errorf("workbook is not a zip archive: %w", err)
	}
	var total int64
	for _, f := range z.File {
		part, err := f.Open()
		if err != nil {
			return fmt.Errorf("workbook part %s: %w", f.Name, err)
		}
		n, err := io.Copy(io.Discard, io.LimitReader(part, limit-total+1))
		part.Close()
		if total += n; total > limit {
			return fmt.Errorf("workbook unpacks to more than %d bytes; save the sheet as CSV", limit)
		}
		if err != nil {
			return fmt.Errorf("workbook part %s: %w", f.Name, err)
		}
	}
	return nil
}

func openSheet(data []byte, l Layout, in source.Info) (rs *xlsxRows, err error) {
	defer func() {
		if p := recover(); p != nil { // the library panics on some malformed sheets
			rs, err = nil, fmt.Errorf("workbook cannot be read: %v", p)
		}
	}()
	book, err := xlsx.OpenBinary(data, xlsx.ValueOnly())
	if err != nil {
		return nil, fmt.Errorf("workbook cannot be read: %w", err)
	}
	if len(book.Sheets) == 0 {
		return nil, errors.New("workbook has no sheets")
	}
	sheet := book.Sheets[0]
	if l.Sheet != "" {
		if sheet = book.Sheet[l.Sheet]; sheet == nil {
			return nil, fmt.Errorf("workbook has no sheet %q; it has %s", l.Sheet, sheetNames(book))
		}
	}
	rs = &xlsxRows{}
	err = sheet.ForEachRow(func(r *xlsx.Row) error {
		cells, err := rowCells(r, book.Date1904)
		if err == nil && len(cells) > 0 {
			rs.rows = append(rs.rows, numbered{r.GetCoordinate() + 1, cells})
		}
		return err
	}, xlsx.SkipEmptyRows)
	return rs, err
}

func sheetNames(book *xlsx.File) string {
	var names []string
	for _, s := range book.Sheets {
		names = append(names, fmt.Sprintf("%q", s.Name))
	}
	return strings.Join(names, ", ")
}

func rowCells(r *xlsx.Row, date1904 bool) ([]cell, error) {
	var cells []cell
	err := r.ForEachCell(func(c *xlsx.Cell) error {
		if len(cells) > maxColumns {
			return fmt.Errorf("sheet has more than %d columns", maxColumns)
		}
		if c.Type() == xlsx.CellTypeNumeric && c.IsTime() {
			if t, err := c.GetTime(date1904); err == nil {
				cells = append(cells, cell{text: t.Format(time.DateOnly), date: true})
				return nil
			}
		}
		cells = append(cells, cell{text: c.Value})
		return nil
	})
	for len(cells) > 0 && cells[len(cells)-1].text == "" {
		cells = cells[:len(cells)-1]
	}
	return cells, err
}

func (x *xlsxRows) next() ([]cell, int, error) {
	if x.at >= len(x.rows) {
		return nil, 0, io.EOF
	}
	r := x.rows[x.at]
	x.at++
	return r.cells, r.line, nil
}

func (x *xlsxRows) damaged() int { return x.bad }
