package indicator

import (
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// ends are the first and the last event of a block: logs are written in the order
// of time, more or less, so that these two bound it without reading the time of
// every line.
type ends struct{ first, last eventAt }

// eventAt is an event by its line, counted from 1, with its time or the data that
// begin with it.
type eventAt struct {
	line   int64
	time   time.Time
	data   []byte
	schema telemetry.Schema
}

// take takes in an event, in any order.
func (e *ends) take(at eventAt) {
	if e.first.line == 0 || at.line < e.first.line {
		e.first = at
	}
	if at.line > e.last.line {
		e.last = at
	}
}

// times are those of both, the earlier first; zero where there is none.
func (e *ends) times() (first, last time.Time) {
	first, last = e.first.at(), e.last.at()
	if last.Before(first) {
		first, last = last, first
	}
	return first, last
}

func (a *eventAt) at() time.Time {
	if a.data == nil {
		return a.time
	}
	e, _, err := a.schema.Decode(telemetry.FirstLine(a.data))
	if err != nil { // the formats' tests hold that there is none
		return time.Time{}
	}
	return e.Time
}
