package incident

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// A Reader yields one record per incident and initiator.
type Reader struct {
	ctx    context.Context
	m      *Map
	rows   rows
	file   string
	place  map[string]int // column, folded: position
	width  int            // cells in the header
	seen   map[string]int // incident id: line
	queue  []evidence.Record
	tally  tally
	number int // rows read
	sum    source.Summary
}

// NewReader reads the header and binds the map to it. A column of the map that
// the header lacks is an error that names the nearest header and the map's line.
func NewReader(ctx context.Context, r io.Reader, m *Map, in source.Info, opt source.Options) (*Reader, error) {
	table, err := openTable(r, m, in, opt)
	if err != nil {
		return nil, err
	}
	header, line, err := headerOf(table, m.Format.HeaderRow)
	if err != nil {
		return nil, err
	}
	place, err := m.bind(header)
	if err != nil {
		return nil, fmt.Errorf("header on line %d: %w", line, err)
	}
	rd := &Reader{
		ctx: ctx, m: m, rows: table, file: in.Name, place: place, width: len(header), seen: map[string]int{},
		sum: source.Summary{Format: "incidents", Dataset: m.Dataset, Version: m.Version, License: m.Licence},
	}
	rd.tally.unread = m.unread(header)
	return rd, nil
}

func openTable(r io.Reader, m *Map, in source.Info, opt source.Options) (rows, error) {
	maxBytes, maxRow := opt.MaxBytes, opt.MaxObject
	if maxBytes <= 0 {
		maxBytes = source.DefaultMaxBytes
	}
	if maxRow <= 0 {
		maxRow = source.DefaultMaxObject
	}
	head := make([]byte, len(zipMagic))
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return nil, err
	}
	whole := io.MultiReader(strings.NewReader(string(head[:n])), r)
	if string(head[:n]) == zipMagic {
		return newXLSX(whole, m.Format, in, maxBytes)
	}
	return newCSV(whole, m.Format, in, maxRow)
}

func headerOf(table rows, headerRow int) (header []string, line int, err error) {
	for range headerRow {
		row, at, err := table.next()
		if err == io.EOF {
			return nil, 0, fmt.Errorf("the table ends before its header, row %d", headerRow)
		}
		if err != nil {
			return nil, 0, err
		}
		header, line = header[:0], at
		for _, c := range row {
			header = append(header, strings.TrimSpace(c.text))
		}
	}
	if len(header) > maxColumns {
		return nil, 0, fmt.Errorf("header has %d columns; at most %d are read", len(header), maxColumns)
	}
	return header, line, nil
}

// Next yields the next record; see [source.Reader].
func (r *Reader) Next() (evidence.Record, error) {
	for len(r.queue) == 0 {
		if err := r.ctx.Err(); err != nil {
			return evidence.Record{}, err
		}
		if err := r.advance(); err != nil {
			return evidence.Record{}, err
		}
	}
	rec := r.queue[0]
	r.queue = r.queue[1:]
	r.sum.Records++
	return rec, nil
}

// advance reads one row into the queue.
func (r *Reader) advance() error {
	cells, line, err := r.rows.next()
	r.number++
	var bad *source.RecordError
	switch {
	case err == io.EOF:
		return io.EOF
	case errors.As(err, &bad):
		return r.reject(bad)
	case err != nil:
		return err
	}
	if blank(cells) {
		r.skip("blank row")
		return nil
	}
	if bad := r.checkCells(cells, line); bad != nil {
		return r.reject(bad)
	}
	recs, bad := r.records(row{cells: cells, line: line, place: r.place, m: r.m})
	if bad != nil {
		return r.reject(bad)
	}
	r.sum.Objects++
	r.queue = recs
	return nil
}

func (r *Reader) reject(bad *source.RecordError) error {
	r.sum.Objects++
	r.sum.Rejected++
	return bad
}

func (r *Reader) skip(reason string) {
	r.sum.Objects++
	if r.sum.Skipped == nil {
		r.sum.Skipped = map[string]int{}
	}
	r.sum.Skipped[reason]++
}

func blank(cells []cell) bool {
	for _, c := range cells {
		if strings.TrimSpace(c.text) != "" {
			return false
		}
	}
	return true
}

// checkCells rejects a row that does not fit the header: more cells than
// columns always, fewer only in text, where no cell may be left out.
func (r *Reader) checkCells(cells []cell, line int) *source.RecordError {
	if _, text := r.rows.(*csvRows); len(cells) > r.width || text && len(cells) < r.width {
		return &source.RecordError{File: r.file, Line: line, Why: fmt.Sprintf(
			"row has %d cells, the header %d; a delimiter may stand unquoted in a cell", len(cells), r.width)}
	}
	for i, c := range cells {
		if len(c.text) > maxCell {
			return &source.RecordError{File: r.file, Line: line, Path: fmt.Sprintf("column %d", i+1), Why: fmt.Sprintf(
				"cell of %d bytes; at most %d are read", len(c.text), maxCell)}
		}
	}
	return nil
}

// Summary accounts for the rows read so far; see [source.Reader].
func (r *Reader) Summary() source.Summary {
	s := r.sum
	s.Counts = r.tally.counts()
	s.Notes = r.tally.notes(r.rows.damaged())
	return s
}
