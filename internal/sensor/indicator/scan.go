package indicator

import (
	"context"
	"errors"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// A Hit is an event that shows indicators.
type Hit struct {
	Line   int64           // 1-based in the log
	Offset int64           // of the line in the decompressed log
	LineID [16]byte        // see telemetry.LineID
	Event  telemetry.Event // read by the exact path
	// Matches in the order of [Compare]; those not in force at the event's
	// time are among them, see Match.Standing.
	Matches []match
}

// A Line is a log entry, whether it shows an indicator or not.
type Line struct {
	ID    [16]byte // see telemetry.LineID
	Event telemetry.Event
}

// A Result is what one block of a log held.
type Result struct {
	Log       string
	BlockID   string // see telemetry.Block.ID
	Number    int64  // of the block on the grid of the log
	Offset    int64  // of the block in the decompressed log
	End       int64  // where the next block begins
	FirstLine int64  // 1-based in the log
	Counts    telemetry.Counts
	// First and Last bound the times of the block's events, to five minutes; zero where
	// it has none, or where they are not known.
	First, Last time.Time
	Addressed   bool // an entry of the block names an address
	Hits        []Hit
	Rejected    []telemetry.Rejection
	Lines       []Line // every event, where ScanOptions.Lines asks for them
	// After is where to go on behind the block in a followed log, with its
	// line filled in; nil in others.
	After *telemetry.Position

	restart bool
}

// ScanOptions steer a Scan.
type ScanOptions struct {
	// Workers is the number of goroutines; 0 is one per processor. The results
	// are the same for any number.
	Workers int
	// FirstLine is the number of the log's first line, where reading resumed;
	// 0 is 1.
	FirstLine int64
	// Slow uses the exact path for every line.
	Slow bool
	// Lines gives every event in Result.Lines. It needs the exact path for
	// every line, and a hash of it.
	Lines bool
}

// Scan reads a log to its end and gives one Result per block to emit, in the
// order of the log and never two at a time. An error of emit, or the end of
// ctx, ends the scan; the error says how far it came. Counts cover the results
// that were emitted.
func Scan(ctx context.Context, log *telemetry.Log, set *Set, opt ScanOptions, emit func(*Result) error) (telemetry.Counts, error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	q := &sequencer{emit: emit, line: max(opt.FirstLine, 1), waiting: map[int64]*Result{}}
	workers := opt.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() {
			if err := work(ctx, log, newMatcher(set, opt), q); err != nil {
				cancel(err)
			}
		})
	}
	wg.Wait()
	return q.counts, context.Cause(ctx)
}

// work takes blocks until the log ends.
func work(ctx context.Context, log *telemetry.Log, m *matcher, q *sequencer) error {
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		b, err := log.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		seq := b.Seq
		r := m.block(b)
		b.Release()
		if err := q.put(seq, r); err != nil {
			return err
		}
	}
}

// sequencer puts results back into the order of the log and numbers their
// lines.
type sequencer struct {
	emit func(*Result) error

	mu      sync.Mutex
	next    int64
	line    int64
	waiting map[int64]*Result
	counts  telemetry.Counts
	failed  error
}

func (q *sequencer) put(seq int64, r *Result) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting[seq] = r
	for q.failed == nil {
		r, ok := q.waiting[q.next]
		if !ok {
			break
		}
		delete(q.waiting, q.next)
		q.next++
		q.place(r)
		if q.failed = q.emit(r); q.failed == nil {
			q.counts.Add(r.Counts)
		}
	}
	return q.failed
}

// place turns line numbers within the block into those of the log.
func (q *sequencer) place(r *Result) {
	if r.restart {
		q.line = 1
	}
	r.FirstLine = q.line
	for i := range r.Hits {
		r.Hits[i].Line += q.line - 1
	}
	for i := range r.Rejected {
		r.Rejected[i].Line += q.line - 1
	}
	q.line += r.Counts.Lines
	if r.After != nil {
		r.After.Line = q.line - 1
	}
}
