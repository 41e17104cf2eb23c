package stix

import (
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
)

// Moment is a timestamp as an interval: a second, or a day where the time is
// midnight UTC, which is how a date is written in a field that demands a time.
// What stands for no date gives the zero Interval.
func Moment(s string) (iv evidence.Interval, ok bool) {
	t, day, ok := evidence.ParseTime(s)
	switch {
	case !ok || evidence.StandIn(t):
		return iv, ok
	case t.Year() < 1900 || t.Year() > 2199:
		return iv, false
	case day || t.Truncate(24*time.Hour).Equal(t):
		return evidence.On(t, evidence.Day), true
	}
	return evidence.On(t, evidence.Second), true
}

func moment(raw []byte) (evidence.Interval, bool) {
	s, ok := jsonscan.Text(raw)
	if !ok || s == "" {
		return evidence.Interval{}, ok
	}
	return Moment(s)
}

// stamp reads a time of a version or of validity; a stand-in for none is zero.
func stamp(raw []byte) (t time.Time, ok bool) {
	s, ok := jsonscan.Text(raw)
	if !ok {
		return t, false
	}
	if t, err := time.Parse(time.RFC3339Nano, s); err == nil && !evidence.StandIn(t) { // nearly all
		return t.UTC(), true
	}
	t, _, ok = evidence.ParseTime(s)
	if evidence.StandIn(t) {
		t = time.Time{}
	}
	return t, ok
}
