package indicator

import (
	"github.com/cahoots-project/cahoots/telemetry"
)

// matcher runs blocks through a set, for one goroutine.
type matcher struct {
	set  *Set
	slow bool
}

func newMatcher(set *Set, slow bool) *matcher { return &matcher{set: set, slow: slow} }

// block matches one block. Lines are numbered from 1 within it.
func (m *matcher) block(b *telemetry.Block) *Result {
	r := &Result{Log: b.Log, BlockID: b.ID(), Number: b.Number, Offset: b.Offset, End: b.Offset + int64(len(b.Data)) + b.TooLong}
	base := cap(b.Data)
	r.Counts = telemetry.DecodeBlock(b, func(line int64, raw []byte, e *telemetry.Event) {
		if found := m.set.MatchAll(e); len(found) > 0 {
			r.Hits = append(r.Hits, Hit{Line: line, Offset: b.Offset + int64(base-cap(raw)), LineID: telemetry.LineID(raw), Event: *e, Matches: found})
		}
	}, func(bad telemetry.Rejection) { r.Rejected = append(r.Rejected, bad) })
	return r
}
