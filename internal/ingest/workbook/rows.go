package workbook

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A Cell is one value. A cell without any is the zero Cell.
type Cell struct {
	// Text is the value: a number in plain digits, a date as YYYY-MM-DD,
	// YYYY-MM or YYYY by what the format shows.
	Text string
	// Date is what the number in the cell stands for if it is a date; zero
	// where the cell holds no number that can be one.
	Date time.Time
	// Shown is how much of Date the cell's format shows; NoDate where the cell
	// is formatted as something else, and Text is the number.
	Shown unit
	// Fault says why there is no value: an error value, or a formula whose
	// result the file does not hold. Text is then empty.
	Fault string
}

// Rows walks the rows of a sheet that hold cells.
type Rows struct {
	ctx     context.Context
	book    *Book
	part    io.ReadCloser
	d       *xml.Decoder
	maxCols int
	line    int
	cells   []Cell
}

// Rows opens the sheet of that place. Cells beyond maxColumns are an error, and so
// is the end of ctx, also among rows without cells.
func (b *Book) Rows(ctx context.Context, sheet, maxColumns int) (*Rows, error) {
	part, err := b.open(b.sheets[sheet].part)
	if err != nil {
		return nil, err
	}
	return &Rows{ctx: ctx, book: b, part: part, d: xml.NewDecoder(part), maxCols: maxColumns}, nil
}

// Close ends reading at any point.
func (r *Rows) Close() error { return r.part.Close() }

// Next returns the cells of the next row up to its last value, and the row's
// 1-based number; io.EOF at the end. The slice is
// valid until the next call.
func (r *Rows) Next() ([]Cell, int, error) {
	for {
		t, err := r.d.Token()
		if err == io.EOF {
			return nil, 0, io.EOF
		}
		if err != nil {
			return nil, 0, fmt.Errorf("sheet, after row %d: %w", r.line, err)
		}
		start, ok := t.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		if err := r.ctx.Err(); err != nil {
			return nil, 0, err
		}
		r.line++ // rows that do not say where they stand follow one another
		if n, err := strconv.Atoi(attr(start, "r")); err == nil && n > 0 {
			r.line = n
		}
		cells, err := r.row()
		if err != nil {
			return nil, 0, fmt.Errorf("sheet, row %d: %w", r.line, err)
		}
		if len(cells) > 0 {
			return cells, r.line, nil
		}
	}
}

// row reads the cells of the open row.
func (r *Rows) row() ([]Cell, error) {
	cells := r.cells[:0]
	for {
		t, err := r.d.Token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			r.cells = cells
			for n := len(cells); n > 0 && cells[n-1] == (Cell{}); n-- {
				cells = cells[:n-1]
			}
			return cells, nil
		case xml.StartElement:
			if t.Name.Local != "c" {
				if err := r.d.Skip(); err != nil {
					return nil, err
				}
				continue
			}
			at := column(attr(t, "r"), len(cells))
			if at >= r.maxCols {
				return nil, fmt.Errorf("more than %d columns", r.maxCols)
			}
			c, err := r.cell(t)
			if err != nil {
				return nil, err
			}
			if at >= len(cells) {
				cells = append(cells, make([]Cell, at-len(cells)+1)...)
			}
			cells[at] = c
		}
	}
}

// column is the place that a reference such as "AB12" names, or the next one.
func column(ref string, next int) int {
	n := 0
	for _, c := range strings.TrimRight(ref, "0123456789") {
		if c |= 0x20; c < 'a' || c > 'z' || n > 1<<20 {
			return next
		}
		n = n*26 + int(c-'a') + 1
	}
	if n == 0 {
		return next
	}
	return n - 1
}

func attr(e xml.StartElement, name string) string {
	if i := slices.IndexFunc(e.Attr, func(a xml.Attr) bool { return a.Name.Local == name }); i >= 0 {
		return e.Attr[i].Value
	}
	return ""
}

// cell reads the open cell (section 18.3.1.4).
func (r *Rows) cell(start xml.StartElement) (Cell, error) {
	var value, inline string
	var formula, stored bool
	for {
		t, err := r.d.Token()
		if err != nil {
			return Cell{}, err
		}
		switch t := t.(type) {
		case xml.EndElement:
			if formula && !r.computed(attr(start, "t"), value, stored) {
				return Cell{Fault: "formulas without a stored result: open the workbook in a spreadsheet program and save it"}, nil
			}
			return r.book.cell(attr(start, "t"), attr(start, "s"), value, inline)
		case xml.StartElement:
			switch t.Name.Local {
			case "v":
				stored = true
				var v struct {
					Text string `xml:",chardata"`
				}
				err = r.d.DecodeElement(&v, &t)
				value = v.Text
			case "is":
				inline, err = text(r.d)
			default:
				formula = formula || t.Name.Local == "f"
				err = r.d.Skip()
			}
			if err != nil {
				return Cell{}, err
			}
		}
	}
}

// computed reports whether a formula's result is in the file. Programs that
// cannot compute leave it out, or write 0 and ask for computing on opening.
func (r *Rows) computed(kind, value string, stored bool) bool {
	switch {
	case !stored, value == "" && kind != "str":
		return false
	case r.book.recalculate:
		return value != "0" && value != ""
	}
	return true
}

// cell makes a value of what stands in the file, by its type (section 18.18.11).
func (b *Book) cell(kind, style, value, inline string) (Cell, error) {
	trimmed := strings.TrimSpace(value)
	switch kind {
	case "inlineStr":
		return Cell{Text: inline}, nil
	case "str":
		return Cell{Text: unescape(value)}, nil
	case "s":
		n, err := strconv.Atoi(trimmed)
		if err != nil || n < 0 || n >= len(b.strings) {
			return Cell{}, fmt.Errorf("a cell refers to string %.20q of %d", trimmed, len(b.strings))
		}
		return Cell{Text: b.strings[n]}, nil
	case "b":
		return Cell{Text: map[string]string{"1": "TRUE", "0": "FALSE"}[trimmed]}, nil
	case "e":
		return Cell{Fault: "errors of the workbook such as #REF!"}, nil
	case "d":
		t, err := time.Parse("2006-01-02", trimmed[:min(len(trimmed), 10)])
		if err != nil {
			return Cell{Text: value}, nil
		}
		c := Cell{Text: trimmed, Date: t, Shown: b.format(style)}
		if c.Shown == NoDate {
			c.Shown = Day
		}
		return c, nil
	}
	return b.number(trimmed, b.format(style)), nil
}

func (b *Book) format(style string) unit {
	if n, err := strconv.Atoi(style); err == nil && n >= 0 && n < len(b.formats) {
		return b.formats[n]
	}
	return NoDate
}

// number keeps the 15 digits that a spreadsheet shows: 0.1+0.2 is 0.3.
func (b *Book) number(s string, shown unit) Cell {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return Cell{Text: s}
	}
	c := Cell{Text: s}
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(f, 'g', 15, 64), 64); err == nil && (f == 0 || math.Abs(f) < 1e21 && math.Abs(f) > 1e-9) {
		c.Text = strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	if day, ok := b.day(f); ok {
		c.Date, c.Shown = day, shown
		if shown != NoDate {
			c.Text = day.Format(map[unit]string{Year: "2006", Month: "2006-01", Day: time.DateOnly}[shown])
		}
	}
	return c
}
