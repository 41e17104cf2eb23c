package indicator

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// matcher runs blocks through a set, for one goroutine.
type matcher struct {
	set     *Set
	slow    bool
	lines   bool // keep every event
	probe   probe
	batch   telemetry.Batch
	schema  telemetry.Schema
	scanner telemetry.Scanner
	ends    ends // of the block
}

func newMatcher(set *Set, opt ScanOptions) *matcher {
	return &matcher{set: set, slow: opt.Slow || opt.Lines, lines: opt.Lines, probe: probe{set: set}}
}

// use makes schema the one whose lines are read.
func (m *matcher) use(schema telemetry.Schema) {
	if m.schema == schema && m.scanner != nil {
		return
	}
	m.schema, m.scanner = schema, schema.Scanner()
	if m.slow {
		m.scanner = telemetry.ExactOnly()
	}
}

// block matches one block. Lines are numbered from 1 within it.
func (m *matcher) block(b *telemetry.Block) *Result {
	r := &Result{Log: b.Log, BlockID: b.ID(), Number: b.Number, Offset: b.Offset, End: b.Offset + int64(len(b.Data)) + b.TooLong}
	r.After, r.restart = b.After, b.Restart
	r.Counts.Bytes = int64(len(b.Data))
	m.use(b.Schema)
	whole, cut := b.Data, []byte(nil)
	if b.Cut {
		i := bytes.LastIndexByte(whole, '\n') + 1
		whole, cut = whole[:i], whole[i:]
	}
	for at := 0; at < len(whole); {
		n := m.scanner.Scan(whole[at:], &m.batch)
		m.found(r, b, at)
		at += n
	}
	r.First, r.Last = m.ends.times()
	m.ends = ends{}
	if len(cut) > 0 {
		r.reject(b, len(whole), telemetry.WhyCut)
	}
	if b.TooLong > 0 {
		r.Counts.Bytes += b.TooLong
		r.reject(b, len(b.Data), telemetry.WhyTooLong(b.TooLong))
	}
	slices.SortFunc(r.Hits, func(x, y Hit) int { return cmp.Compare(x.Line, y.Line) })
	return r
}

// found takes in what a scan of the block from at on found.
func (m *matcher) found(r *Result, b *telemetry.Block, at int) {
	t := &m.batch
	base := r.Counts.Lines
	r.Counts.Events += int64(len(t.Events))
	r.Counts.Skip(telemetry.SkipNothing, t.Nothing)
	r.Counts.Skip(telemetry.SkipBlank, t.Blank)
	r.Addressed = r.Addressed || t.Addressed
	if len(t.Events) > 0 {
		m.ends.take(t.First, t.Last)
	}
	for _, event := range m.probe.candidates(t) {
		l := t.Events[event]
		line := telemetry.FirstLine(t.Data[l.At:])
		e, outcome, err := m.schema.Decode(line)
		if err != nil || outcome != telemetry.IsEvent {
			// The formats' tests hold that the paths agree; should they not,
			// the exact one counts.
			r.Counts.Events--
			r.Counts.Lines = base + int64(l.Line) + 1
			m.exact(r, b, at+int(l.At), line)
			continue
		}
		m.match(r, b, base+int64(l.Line)+1, at+int(l.At), line, &e)
	}
	for _, l := range t.Exact {
		r.Counts.Lines = base + int64(l.Line) + 1
		m.exact(r, b, at+int(l.At), telemetry.FirstLine(t.Data[l.At:]))
	}
	r.Counts.Lines = base + t.Lines
}

// exact reads one line, whose number r.Counts.Lines is, by the exact path.
func (m *matcher) exact(r *Result, b *telemetry.Block, at int, line []byte) {
	e, outcome, err := m.schema.Decode(line)
	switch {
	case err != nil:
		r.Counts.Lines--
		r.reject(b, at, err.Error())
	case outcome == telemetry.IsEvent:
		r.Counts.Events++
		r.Addressed = r.Addressed || e.Src.IsValid() || e.Dst.IsValid()
		slot := telemetry.Slot(e.Time)
		m.ends.take(slot, slot)
		m.match(r, b, r.Counts.Lines, at, line, &e)
	default:
		r.Counts.Skip(outcome.Skip(), 1)
		if outcome == telemetry.IsHeader {
			m.use(m.schema.After(append(slices.Clip(line), '\n')))
		}
	}
}

func (m *matcher) match(r *Result, b *telemetry.Block, line int64, at int, raw []byte, e *telemetry.Event) {
	found := m.set.MatchAll(e)
	if !m.lines && len(found) == 0 {
		return
	}
	id := telemetry.LineID(telemetry.EntryIn(m.schema, raw))
	if m.lines {
		r.Lines = append(r.Lines, Line{ID: id, Event: *e})
	}
	if len(found) > 0 {
		r.Hits = append(r.Hits, Hit{Line: line, Offset: b.Offset + int64(at), LineID: id, Event: *e, Matches: found})
	}
}

// reject counts a line that stands at at in the block's data.
func (r *Result) reject(b *telemetry.Block, at int, why string) {
	r.Counts.Lines++
	r.Counts.Rejected++
	r.Rejected = append(r.Rejected, telemetry.Rejection{File: b.Log, Line: r.Counts.Lines, Offset: b.Offset + int64(at), Why: why})
}
