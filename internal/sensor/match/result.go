package match

import (
	"math"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// A Result is the outcome of a run.
type Result struct {
	Logs       []Log                 `json:"logs"`
	Foreign    []string              `json:"foreign,omitempty"` // files of folders that are no logs
	Indicators []List                `json:"indicators"`
	Version    string                `json:"indicators_version"`
	Window     string                `json:"window,omitempty"` // which validity of indicators counts
	Rejected   []telemetry.Rejection `json:"rejected"`         // at most maxListed of each log
	// Attribution is nil where no indicators were given.
	Attribution *Attribution `json:"attribution,omitempty"`
}

// A Log is what was read of one log.
type Log struct {
	Log      string `json:"log"`
	Format   string `json:"format"`
	Hits     int64  `json:"hits"` // entries with an indicator, in force or not
	InForce  int64  `json:"in_force"`
	TooEarly int64  `json:"too_early"` // of the rest, those with one that was in force later
	TooLate  int64  `json:"too_late"`
	Known    int64  `json:"known"` // blocks that were in the store already
	// NoAddress says that no entry named an address, in a log whose entries do.
	NoAddress bool             `json:"no_address,omitempty"`
	Counts    telemetry.Counts `json:"counts"`
}

// A List is what was read of one file of indicators.
type List struct {
	File string `json:"file"`
	*indicator.Loaded
	// Shown says what of it the logs of the run showed; nil where nobody asked.
	Shown *Shown `json:"shown,omitempty"`
}

// Shown counts the different indicators of a list by what the logs of a run showed
// of them.
type Shown struct {
	InForce  int64 `json:"in_force"`
	TooEarly int64 `json:"too_early"` // never in force, and once before it was
	TooLate  int64 `json:"too_late"`
	Never    int64 `json:"never"`
	// EarlyDays is the longest time before its validity at which one was shown.
	EarlyDays float64 `json:"too_early_days"`
}

// shown is what a run showed of one indicator.
type shown struct {
	standing indicator.Standing
	early    time.Duration
}

// note keeps what hits show of indicators, of each the standing most in its favour.
func note(seen map[indicator.Indicator]shown, hits []indicator.Hit) {
	for i := range hits {
		for j := range hits[i].Matches {
			m := &hits[i].Matches[j]
			s, met := seen[m.Indicator]
			if !met || m.Standing == indicator.InForce || m.Standing == indicator.TooSoon && s.standing == indicator.TooLate {
				s.standing = m.Standing
			}
			if m.Standing == indicator.TooSoon {
				s.early = max(s.early, m.Indicator.From.Sub(hits[i].Event.Time))
			}
			seen[m.Indicator] = s
		}
	}
}

// Explain says of each list what the logs of the run showed of it.
func (m *run) Explain(lists []List) {
	for i := range lists {
		lists[i].Shown = m.shown(lists[i].Loaded)
	}
}

func (m *run) shown(l *indicator.Loaded) *Shown {
	out := &Shown{}
	counted := map[indicator.Indicator]bool{}
	for i := range m.opt.Set.Of(l) {
		s, met := m.seen[i]
		if !met {
			out.Never++
			continue
		}
		if counted[i] {
			continue
		}
		counted[i] = true
		switch s.standing {
		case indicator.InForce:
			out.InForce++
		case indicator.TooSoon:
			out.TooEarly++
			out.EarlyDays = max(out.EarlyDays, math.Round(s.early.Hours()/2.4)/10)
		default:
			out.TooLate++
		}
	}
	return out
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
