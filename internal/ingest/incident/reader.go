package incident

import (
	"cmp"
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
	header []string
	seen   map[string]int // incident id: line
	queue  []evidence.Record
	tally  tally
	number int // rows read
	sum    source.Summary
}

// NewReader reads the header and binds the map to it. A column of the map that
// the header lacks is an error that names the nearest header and the map's line.
func NewReader(ctx context.Context, r io.Reader, m *Map, in source.Info, opt source.Options) (*Reader, error) {
	t, err := openTable(r, m, in, opt)
	if err != nil {
		return nil, err
	}
	place, err := m.bind(t.header)
	if err != nil {
		if t.sheet != "" {
			err = fmt.Errorf("sheet %q (format: sheet names another): %w", t.sheet, err)
		}
		return nil, fmt.Errorf("header on line %d: %w", t.line, err)
	}
	rd := &Reader{
		ctx: ctx, m: m, rows: t.rows, file: in.Name, place: place, header: t.header, seen: map[string]int{},
		sum: source.Summary{Format: "incidents", Dataset: m.Dataset, Version: m.Version, License: m.Licence},
	}
	rd.tally.unread = m.unread(t.header)
	return rd, nil
}

func openTable(r io.Reader, m *Map, in source.Info, opt source.Options) (table, error) {
	maxBytes := cmp.Or(opt.MaxBytes, source.DefaultMaxBytes)
	head := make([]byte, len(zipMagic))
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && err != io.EOF {
		return table{}, err
	}
	r = io.MultiReader(strings.NewReader(string(head[:n])), r)
	if string(head[:n]) == zipMagic {
		book, err := openBook(r, maxBytes)
		if err != nil {
			return table{}, err
		}
		return openSheet(book, m)
	}
	rs, err := newCSV(r, m.Format, in, cmp.Or(opt.MaxObject, source.DefaultMaxObject))
	if err != nil {
		return table{}, err
	}
	return newTable(rs, m)
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
		return cmp.Or(r.tally.undated(), io.EOF)
	case errors.As(err, &bad):
		return r.reject(bad)
	case err != nil:
		return err
	}
	if blank(cells) {
		r.skip("blank row")
		return nil
	}
	cells, bad = r.checkCells(cells, line)
	if bad != nil {
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
		if strings.TrimSpace(c.Text) != "" {
			return false
		}
	}
	return true
}

// checkCells rejects a row of text with other cells than the header has: one
// may have been split. In a sheet nothing splits; what stands beside the table
// is a person's margin note. Cells without a value that should have one are
// counted.
func (r *Reader) checkCells(cells []cell, line int) ([]cell, *source.RecordError) {
	width := len(r.header)
	beside := len(cells) > width && !blank(cells[width:])
	if _, text := r.rows.(*csvRows); text && (len(cells) < width || beside) {
		return nil, &source.RecordError{File: r.file, Line: line, Why: fmt.Sprintf(
			"row has %d cells, the header %d; a delimiter may stand unquoted in a cell", len(cells), width)}
	}
	if beside {
		r.tally.fault("", "rows have cells beside the table, which were not read", line, "")
	}
	cells = cells[:min(len(cells), width)]
	for i, c := range cells {
		if len(c.Text) > maxCell {
			return nil, &source.RecordError{File: r.file, Line: line, Path: fmt.Sprintf("column %d", i+1), Why: fmt.Sprintf(
				"cell of %d bytes; at most %d are read", len(c.Text), maxCell)}
		}
		if _, mapped := r.place[fold(r.header[i])]; mapped && c.Fault != "" {
			r.tally.fault(r.header[i], "cells hold "+c.Fault, line, "")
		}
	}
	return cells, nil
}

// Summary accounts for the rows read so far; see [source.Reader].
func (r *Reader) Summary() source.Summary {
	s := r.sum
	s.Counts = r.tally.counts()
	s.Notes = r.tally.notes(r.rows.damaged())
	return s
}
