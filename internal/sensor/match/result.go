package match

import (
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// A Result is the outcome of a run.
type Result struct {
	Logs       []Log                 `json:"logs"`
	Indicators []List                `json:"indicators"`
	Version    string                `json:"indicators_version"`
	Rejected   []telemetry.Rejection `json:"rejected"` // at most maxListed of each log
	// Attribution is nil where no indicators were given.
	Attribution *Attribution `json:"attribution,omitempty"`
}

// A Log is what was read of one log.
type Log struct {
	Log      string           `json:"log"`
	Format   string           `json:"format"`
	Hits     int64            `json:"hits"` // entries with an indicator, in force or not
	InForce  int64            `json:"in_force"`
	TooEarly int64            `json:"too_early"` // of the rest, those with one that was in force later
	TooLate  int64            `json:"too_late"`
	Known    int64            `json:"known"` // blocks that were in the store already
	Counts   telemetry.Counts `json:"counts"`
}

// A List is what was read of one file of indicators.
type List struct {
	File string `json:"file"`
	*indicator.Loaded
}

// maxListed bounds what is listed of one kind; all of it is counted.
const maxListed = 1000

// count counts the hits of a block.
func (l *Log) count(hits []indicator.Hit) {
	l.Hits += int64(len(hits))
	for i := range hits {
		best := &l.TooLate
		for j := range hits[i].Matches {
			switch hits[i].Matches[j].Standing {
			case indicator.InForce:
				best = &l.InForce
			case indicator.TooSoon:
				if best == &l.TooLate {
					best = &l.TooEarly
				}
			}
		}
		*best++
	}
}
