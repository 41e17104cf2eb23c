package document

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// writeCSV writes one table of the document in full (RFC 4180, LF line ends,
// UTF-8): every row and every column, figures unrounded. Text cells are kept
// from being read as formulas; missing figures are empty.
func writeCSV(w *bufio.Writer, d *Document, o Options) error {
	t, err := pick(d, o.Table)
	if err != nil {
		return err
	}
	rows, err := NewRows(w, t.Columns)
	if err != nil {
		return err
	}
	for _, r := range t.Shown(true) {
		if err := rows.Write(r.Cells); err != nil {
			return err
		}
	}
	return rows.Flush()
}

// Rows writes rows of a table as CSV as they come, as [Write] does.
type Rows struct {
	c    *csv.Writer
	line []string
}

// NewRows writes the head of the columns.
func NewRows(w io.Writer, columns []Column) (*Rows, error) {
	r := &Rows{csv.NewWriter(w), make([]string, len(columns))}
	for i, col := range columns {
		r.line[i] = col.ID
	}
	return r, r.c.Write(r.line)
}

// Write writes a cell for each column.
func (r *Rows) Write(cells []Cell) error {
	for i := range r.line {
		r.line[i] = csvCell(cells[i])
	}
	return r.c.Write(r.line)
}

// Flush writes what is buffered.
func (r *Rows) Flush() error {
	r.c.Flush()
	return r.c.Error()
}

// pick finds the table with the id, or the document's main one.
func pick(d *Document, id string) (*Table, error) {
	tables := d.Tables()
	switch {
	case id != "":
	case d.Main != "":
		id = d.Main
	case len(tables) > 0:
		return tables[0], nil
	}
	var ids []string
	for _, t := range tables {
		if t.ID == id {
			return t, nil
		}
		ids = append(ids, t.ID)
	}
	if id == d.Main { // a result without rows still has its main table's place
		return &Table{ID: id}, nil
	}
	return nil, fmt.Errorf("there is no table %q; this document has %s", id, strings.Join(ids, ", "))
}

func csvCell(c Cell) string {
	switch v := c.Value.(type) {
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case int:
		return strconv.Itoa(v)
	case uint64:
		return strconv.FormatUint(v, 10)
	case string:
		return spreadsheet(v)
	}
	if len(c.Refs) > 0 {
		numbers := make([]string, len(c.Refs))
		for i, n := range c.Refs {
			numbers[i] = strconv.Itoa(n)
		}
		return strings.TrimSpace(spreadsheet(c.Text) + " " + strings.Join(numbers, " "))
	}
	return spreadsheet(c.Text)
}
