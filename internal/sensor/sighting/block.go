package sighting

import (
	"net/netip"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// A Block is what one block of a log gave: the unit in which work is handed out
// and its result delivered. BlockID and Version identify the work; delivering
// a block twice changes nothing.
type Block struct {
	ID      string // of the block's content and place, see telemetry.Block.ID
	Version string // of the indicator set, see indicator.Set.Version
	Log     string // as the user named it
	Number  int64
	Counts  telemetry.Counts
	// First and Last bound the times of its events, whether they show an
	// indicator or not; zero where that is not known.
	First, Last time.Time
	Entries     []Entry
	// Seen are the indicators that matched, with all that is said of them.
	Seen     []indicator.Indicator
	Rejected []telemetry.Rejection
	// After is where reading goes on, for a log that is followed.
	After *telemetry.Position
}

// Position says how far a followed log was read.
type Position = telemetry.Position

// FromResult makes a block of the matcher's result.
func FromResult(r *indicator.Result, version string, inside func(netip.Addr) bool) Block {
	b := Block{ID: r.BlockID, Version: version, Log: r.Log, Number: r.Number, Counts: r.Counts, First: r.First, Last: r.Last, Rejected: r.Rejected, After: r.After}
	seen := map[indicator.Indicator]bool{}
	for i := range r.Hits {
		e := FromHit(&r.Hits[i], inside)
		e.Origin.Log = r.Log
		b.Entries = append(b.Entries, e)
		for _, m := range r.Hits[i].Matches {
			if !seen[m.Indicator] {
				seen[m.Indicator] = true
				b.Seen = append(b.Seen, m.Indicator)
			}
		}
	}
	return b
}
