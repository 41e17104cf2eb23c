package store

import (
	"context"
	"database/sql"
	"iter"
	"runtime"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Filter chooses records. Its zero value chooses all.
type Filter struct {
	Classes  []evidence.Class
	Datasets []string
	// Period chooses the records whose date, as [evidence.Record.When] gives
	// it, overlaps the interval.
	Period evidence.Interval
	// Undated adds, to those of a period, the records without any date.
	Undated bool
	// IngestedAfter chooses the records of inputs that came into the store
	// after this time; the zero time chooses all.
	IngestedAfter time.Time
	// AsOf chooses, of an object that the store holds in several versions, the one
	// that was the newest before this time, and the oldest where all are later; what
	// was withdrawn later is there. The zero time is now.
	AsOf time.Time
	// Ceiling is what may be seen, where not empty: what is in force is then what
	// would be had nothing above it ever been read. What is above it is yielded
	// too, in force or not, so that it can be told how much there is.
	Ceiling evidence.TLP
}

// Records yields the records in force that f chooses in the order of their ids, from
// one snapshot: what is ingested meanwhile is not seen. An error ends the
// sequence; it comes with a zero record.
func (s *Store) Records(ctx context.Context, f Filter) iter.Seq2[evidence.Record, error] {
	return s.records(ctx, f, s.snapshot)
}

// records yields them from the state of the store over which run runs what reads.
func (s *Store) records(ctx context.Context, f Filter, run func(context.Context, func(queryer) error) error) iter.Seq2[evidence.Record, error] {
	return func(yield func(evidence.Record, error) bool) {
		ctx, stop := context.WithCancel(ctx)
		pages := make(chan *page, 2*runtime.GOMAXPROCS(0))
		var broke error // final once pages is closed
		go func() {
			defer close(pages)
			broke = run(ctx, func(q queryer) error { return s.readFrom(ctx, q, f, pages) })
		}()
		defer func() {
			stop()
			for range pages { // wait until the reader has let go of its rows
			}
		}()
		for p := range pages {
			<-p.decoded
			for _, r := range p.records {
				if !yield(r, nil) {
					return
				}
			}
			if p.err != nil {
				yield(evidence.Record{}, p.err)
				return
			}
		}
		if broke != nil {
			yield(evidence.Record{}, broke)
		}
	}
}

// readFrom sends pages of rows, each already being decoded, in order.
func (s *Store) readFrom(ctx context.Context, q queryer, f Filter, pages chan<- *page) error {
	force, err := s.force(ctx, q, f)
	if err != nil {
		return err
	}
	where, args := f.where()
	rows, err := q.QueryContext(ctx, "SELECT id, version, file, line, body, object, stamp, needs, oldest FROM record"+where+" ORDER BY id", args...)
	if err != nil {
		return s.fail("reading records", err)
	}
	defer rows.Close()
	p := newPage()
	for rows.Next() {
		if err := p.scan(rows, &force); err != nil {
			return s.fail("reading records", err)
		}
		if !p.full() {
			continue
		}
		if err := s.send(ctx, p, pages); err != nil {
			return err
		}
		p = newPage()
	}
	if err := rows.Err(); err != nil {
		return s.fail("reading records", err)
	}
	return s.send(ctx, p, pages)
}

func (s *Store) send(ctx context.Context, p *page, pages chan<- *page) error {
	go p.decode(s)
	select {
	case pages <- p:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (f Filter) where() (string, []any) {
	var terms []string
	var args []any
	in := func(column string, n int) {
		terms = append(terms, column+" IN "+placeholders(n, 1))
	}
	if len(f.Classes) > 0 {
		in("class", len(f.Classes))
		for _, c := range f.Classes {
			args = append(args, string(c))
		}
	}
	if len(f.Datasets) > 0 {
		in("dataset", len(f.Datasets))
		for _, d := range f.Datasets {
			args = append(args, d)
		}
	}
	if !f.Period.IsZero() {
		begins, ends := bounds(f.Period)
		term := "begins < ? AND ends > ?"
		if f.Undated {
			term = "(begins IS NULL OR " + term + ")"
		}
		terms, args = append(terms, term), append(args, ends, begins)
	}
	if !f.IngestedAfter.IsZero() {
		terms, args = append(terms, "input IN (SELECT id FROM input WHERE at > ?)"), append(args, f.IngestedAfter.UTC().Format(timeLayout))
	}
	if len(terms) == 0 {
		return "", nil
	}
	return " WHERE " + strings.Join(terms, " AND "), args
}

const pageRows = 128

// A page is a run of rows on its way to being records.
type page struct {
	records []evidence.Record // with id and origin; the rest comes from bodies
	bodies  []string
	size    int           // of the bodies, in bytes
	decoded chan struct{} // closed when records and err are final
	err     error
}

func newPage() *page {
	return &page{records: make([]evidence.Record, 0, pageRows), bodies: make([]string, 0, pageRows), decoded: make(chan struct{})}
}

func (p *page) full() bool { return len(p.bodies) == pageRows || p.size >= batchBytes }

func (p *page) scan(rows *sql.Rows, f *force) error {
	var r evidence.Record
	var body, stamp, needs, oldest sql.RawBytes
	var object int64
	if err := rows.Scan(&r.ID, &r.Origin.Version, &r.Origin.File, &r.Origin.Line, &body, &object, &stamp, &needs, &oldest); err != nil {
		return err
	}
	if !f.holds(newMade(object, stamp, needs, oldest)) && !f.above(body) {
		return nil
	}
	p.records = append(p.records, r)
	p.bodies = append(p.bodies, string(body))
	p.size += len(body)
	return nil
}

func (p *page) decode(s *Store) {
	defer close(p.decoded)
	known := dates{}
	for i, body := range p.bodies {
		if err := decode(body, &p.records[i], known); err != nil {
			p.err = &DamagedError{Path: s.path, Problems: []string{err.Error()}}
			p.records = p.records[:i]
			return
		}
	}
}
