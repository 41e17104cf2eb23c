package match

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/retro"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// A store knows what was found before.
type store interface {
	// Known reports whether a block was matched with a version before.
	Known(ctx context.Context, block, version string) (bool, error)
	// Followed says how far a followed log was read; nil where it never was.
	Followed(ctx context.Context, path string) (*sighting.Position, error)
}

// A sink takes what is found; adding a block twice changes nothing.
type sink interface {
	Add(ctx context.Context, blocks []sighting.Block) error
}

// Options of a run.
type Options struct {
	Set     *indicator.Set
	Formats *Formats
	As      string                // the format of the logs; empty to recognise it
	Unwrap  string                // where in a line the entry stands; empty to look for it
	Inside  func(netip.Addr) bool // says which addresses belong to a watched organisation
	Store   store
	Sink    sink
	Keeper  *retro.Keeper // takes what an indicator could match of every entry; may be nil
	Exact   bool          // read every line by the exact path
	Workers int           // 0 is one for each processor
	Commit  int64         // bytes of log after which what was found goes to the sink
	Explain bool          // remember what is shown of every indicator, for [Run.Explain]
	Follow  bool          // logs are followed, so that kept entries go before their place in the log

	Remark   func(format string, args ...any)
	Progress func(bytes, events, hits int64) // what was read and found so far
}

// A run matches logs. Its methods other than [Run.Follow] are for one goroutine.
type run struct {
	opt Options

	mu       sync.Mutex // of what follows
	out      *Result
	pending  []sighting.Block
	bytes    int64 // of pending
	entries  int   // of pending
	flushed  time.Time
	done     int64
	events   int64
	hits     int64
	rejected bool
	seen     map[indicator.Indicator]shown // nil unless it is to be explained
}

// New returns a run that adds to a result.
func New(opt Options, out *Result) *run {
	m := &run{opt: opt, out: out, flushed: time.Now()}
	if opt.Explain {
		m.seen = map[indicator.Indicator]shown{}
	}
	return m
}

// Rejected reports whether a line of any log was rejected.
func (m *run) Rejected() bool { return m.rejected }

// opening says how logs are opened.
func (m *run) opening() telemetry.Opening {
	return telemetry.Opening{Formats: m.opt.Formats.list, As: m.opt.As, Unwrap: m.opt.Unwrap}
}

// Log matches one log. What stands before a fault is kept. An empty log has no
// lines; a file that nobody named, but a folder, pattern or archive that was, may be no
// log.
func (m *run) Log(ctx context.Context, name string, listed bool) error {
	return m.opening().Each(name, func(name string, within bool, l *telemetry.Log, err error) error {
		switch {
		case errors.Is(err, telemetry.ErrEmpty):
			m.out.Logs = append(m.out.Logs, Log{Log: name, Format: "empty"})
			return nil
		case (listed || within) && errors.Is(err, telemetry.ErrFormat):
			m.out.Foreign = append(m.out.Foreign, name)
			return nil
		case err != nil:
			return err
		}
		return m.scan(ctx, ctx, l, 1)
	})
}

// scan matches an open log whose first line has a number.
func (m *run) scan(ctx, commit context.Context, l *telemetry.Log, first int64) error {
	out := Log{Log: l.Name, Format: l.Format.Name}
	bad, addressed := 0, false
	_, err := indicator.Scan(ctx, l, m.opt.Set, indicator.ScanOptions{Workers: m.opt.Workers, Slow: m.opt.Exact, Lines: m.opt.Keeper != nil, FirstLine: first}, func(r *indicator.Result) error {
		m.mu.Lock()
		defer m.mu.Unlock()
		out.Counts.Add(r.Counts)
		out.count(r.Hits)
		addressed = addressed || r.Addressed
		for _, rej := range r.Rejected {
			if bad++; bad <= maxListed {
				m.out.Rejected = append(m.out.Rejected, rej)
			}
		}
		m.tick(r)
		if err := m.keep(r); err != nil {
			return err
		}
		return m.add(commit, r, &out)
	})
	m.mu.Lock()
	defer m.mu.Unlock()
	err = errors.Join(err, m.flush(commit))
	if entries := out.Counts.Events + out.Counts.Skipped[telemetry.SkipNothing]; l.Addresses && entries > 0 && !addressed {
		out.NoAddress = true
		m.opt.Remark("%s: none of its %d entries names an address, which entries of %s do: its fields stand elsewhere; see --unwrap and --fields", l.Name, entries, l.Format.Name)
	}
	if l.Year != "" {
		m.opt.Remark("%s: its times name no year; it is known by %s", l.Name, l.Year)
	}
	m.rejected = m.rejected || out.Counts.Rejected > 0 || out.NoAddress
	m.out.Logs = append(m.out.Logs, out)
	return err
}

func (m *run) tick(r *indicator.Result) {
	m.done += r.Counts.Bytes
	m.events += r.Counts.Events
	m.hits += int64(len(r.Hits))
	if m.seen != nil {
		note(m.seen, r.Hits)
	}
	m.opt.Progress(m.done, m.events, m.hits)
}

// commitTime is the longest time between commits, and commitEntries the most
// entries that wait for one: of a log that shows an indicator in every line, they
// and not the log take the memory.
const (
	commitTime    = 2 * time.Second
	commitEntries = 1 << 15
)

func (m *run) add(ctx context.Context, r *indicator.Result, out *Log) error {
	version := m.opt.Formats.version(m.opt.Set, out.Format)
	known, err := m.opt.Store.Known(ctx, r.BlockID, version)
	if err != nil || known {
		out.Known++
		return err
	}
	b := sighting.FromResult(r, version, m.opt.Inside)
	m.pending = append(m.pending, b)
	m.bytes, m.entries = m.bytes+r.Counts.Bytes, m.entries+len(b.Entries)
	if m.bytes >= m.opt.Commit || m.entries >= commitEntries || time.Since(m.flushed) > commitTime {
		return m.flush(ctx)
	}
	return nil
}

// flush commits what is pending; also where the run is being interrupted.
func (m *run) flush(ctx context.Context) error {
	m.flushed = time.Now()
	if len(m.pending) == 0 {
		return nil
	}
	if err := m.keepFirst(); err != nil {
		return err
	}
	if err := m.opt.Sink.Add(context.WithoutCancel(ctx), m.pending); err != nil {
		return err
	}
	clear(m.pending) // lets go of their entries
	m.pending, m.bytes, m.entries = m.pending[:0], 0, 0
	return nil
}
