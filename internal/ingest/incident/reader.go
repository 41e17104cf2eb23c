package incident

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// A reader yields one record per incident and initiator.
type reader struct {
	ctx      context.Context
	m        *Map
	rows     rows
	file     string
	place    map[string]int // column, folded: position
	header   []string
	seen     map[string]int // incident id: line
	queue    []evidence.Record
	tally    tally
	markings marking.Rules
	number   int // rows read

	gathered bool // where several rows make one incident
	rejects  []*source.RecordError
	groups   []*group

	sum source.Summary
}

// newReader reads the header and binds the map to it. A column of the map that
// the header lacks is an error that names the nearest header and the map's line.
func newReader(ctx context.Context, r io.Reader, m *Map, in source.Info, opt source.Options) (*reader, error) {
	t, err := openTable(ctx, r, m, in, opt)
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
	rd := &reader{
		ctx: ctx, m: m, rows: t.rows, file: in.Name, place: place, header: t.header, seen: map[string]int{}, markings: opt.Markings,
		sum: source.Summary{Format: "incidents", Dataset: m.Dataset, Version: m.Version, License: m.Licence},
	}
	rd.tally.unread = m.unread(t.header)
	return rd, nil
}

func openTable(ctx context.Context, r io.Reader, m *Map, in source.Info, opt source.Options) (table, error) {
	maxBytes := cmp.Or(opt.MaxBytes, source.DefaultMaxBytes)
	head, r, err := peek(r, 512)
	if err != nil {
		return table{}, err
	}
	text := strings.TrimLeft(strings.TrimPrefix(string(head), "\ufeff"), " \t\r\n")
	if strings.HasPrefix(text, zipMagic) {
		book, err := openBook(r, maxBytes)
		if err != nil {
			return table{}, err
		}
		return openSheet(ctx, book, m)
	}
	if m.Format.List != "" || strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		opt.MaxBytes = maxBytes
		return newJSON(r, m, in, opt)
	}
	rs, err := newCSV(r, m, in, cmp.Or(opt.MaxObject, source.DefaultMaxObject))
	if err != nil {
		return table{}, err
	}
	return newTable(rs, m)
}

// Next yields the next record; see [source.Reader].
func (r *reader) Next() (evidence.Record, error) {
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

// advance brings what the next row, or the next incident of several rows, says
// into the queue.
func (r *reader) advance() error {
	if len(r.m.GroupBy) > 0 {
		return r.advanceGroup()
	}
	recs, bad, err := r.readRow()
	switch {
	case err == io.EOF:
		return cmp.Or(r.tally.undated(), io.EOF)
	case err != nil:
		return err
	case bad != nil:
		return bad
	}
	return r.finish(recs)
}

func (r *reader) advanceGroup() error {
	if !r.gathered {
		r.gathered = true
		if err := r.gather(); err != io.EOF {
			return err
		}
	}
	switch {
	case len(r.rejects) > 0:
		bad := r.rejects[0]
		r.rejects = r.rejects[1:]
		return bad
	case len(r.groups) > 0:
		recs := r.groups[0].records()
		r.groups = r.groups[1:]
		return r.finish(recs)
	}
	return cmp.Or(r.tally.undated(), io.EOF)
}

// finish seals the records of one incident and puts them into the queue.
func (r *reader) finish(recs []evidence.Record) error {
	for i := range recs {
		recs[i] = recs[i].Seal()
		if err := recs[i].Validate(); err != nil {
			r.sum.Rejected++
			return &source.RecordError{File: r.file, Line: recs[i].Origin.Line, Object: recs[i].Event, Why: err.Error()}
		}
	}
	r.count(recs)
	r.queue = recs
	return nil
}

// readRow reads one row: its records, not yet sealed, or why it is rejected.
// Both are empty for a row that is skipped.
func (r *reader) readRow() (recs []evidence.Record, bad *source.RecordError, err error) {
	cells, line, err := r.rows.next()
	if err != nil && !errors.As(err, &bad) {
		return nil, nil, err
	}
	r.number++
	r.sum.Objects++
	if bad == nil && blank(cells) {
		r.skip("blank row")
		return nil, nil, nil
	}
	if bad == nil {
		cells, bad = r.checkCells(cells, line)
	}
	w := row{cells: cells, line: line, place: r.place, m: r.m}
	switch {
	case bad != nil:
	case r.skipped(w):
	case r.m.Kind == kindActors:
		recs, bad = r.actors(w)
	default:
		recs, bad = r.incident(w)
	}
	if bad != nil {
		r.sum.Rejected++
	}
	return recs, bad, nil
}

// skipped reports, and counts, a row that the map leaves out.
func (r *reader) skipped(w row) bool {
	for _, column := range sortedKeys(r.m.Skip) {
		value := strings.TrimSpace(w.cell(named{Name: column}).Text)
		if slices.ContainsFunc(r.m.Skip[column], func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), value) }) {
			r.skip(fmt.Sprintf("left out by the map: %s is %q", column, value))
			return true
		}
	}
	return false
}

func (r *reader) skip(reason string) {
	if r.sum.Skipped == nil {
		r.sum.Skipped = map[string]int{}
	}
	r.sum.Skipped[reason]++
}

// blank reports a row without any value.
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
func (r *reader) checkCells(cells []cell, line int) ([]cell, *source.RecordError) {
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
func (r *reader) Summary() source.Summary {
	s := r.sum
	s.Counts = r.tally.counts()
	s.Notes = r.tally.notes(r.rows.damaged())
	if s.Version == "" && !r.tally.latest.IsZero() {
		s.Version = "until " + r.tally.latest.String()
	}
	return s
}
