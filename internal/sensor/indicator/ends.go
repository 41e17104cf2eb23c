package indicator

import (
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// ends bound the times of a block's events, see [telemetry.Slot]: logs are written in
// the order of time more or less, or not at all.
type ends struct {
	first, last int64
	some        bool
}

// take widens the ends to a first and a last.
func (e *ends) take(first, last int64) {
	if !e.some {
		*e = ends{first, last, true}
	}
	e.first, e.last = min(e.first, first), max(e.last, last)
}

// times are zero where there is no event.
func (e *ends) times() (first, last time.Time) {
	if !e.some {
		return first, last
	}
	return telemetry.SlotTime(e.first), telemetry.SlotTime(e.last)
}
