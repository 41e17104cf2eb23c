package stixevidence

import (
	"errors"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// moment is a timestamp as an interval: a second, or a day where the time is
// midnight UTC, which is how a date is written in a field that demands a time.
// What is not a timestamp gives the zero Interval.
func moment(s string) evidence.Interval {
	t, ok := instant(s)
	if !ok {
		return evidence.Interval{}
	}
	if t.Truncate(24 * time.Hour).Equal(t) {
		return evidence.On(t, evidence.Day)
	}
	return evidence.On(t, evidence.Second)
}

// attackMoment is a campaign date of ATT&CK. They stand at midnight of the
// American coasts (04:00 to 08:00 UTC), so the time of day means nothing; and
// they are heaped on the first of the month, where only the month was known.
func attackMoment(s string) (iv evidence.Interval, heaped bool) {
	t, ok := instant(s)
	if !ok {
		return evidence.Interval{}, false
	}
	if t.Day() == 1 && t.Minute() == 0 && t.Second() == 0 && t.Hour() <= 8 {
		return evidence.On(t, evidence.Month), true
	}
	return evidence.On(t, evidence.Day), false
}

// instant reads a timestamp of a year that an interval may name.
func instant(s string) (time.Time, bool) {
	t, err := time.Parse(time.RFC3339Nano, s)
	t = t.UTC()
	return t, err == nil && t.Year() >= 1900 && t.Year() <= 2199
}

// countHeaped counts the campaign's dates that stand for a month.
func (g *graph) countHeaped(o *object) {
	for _, s := range []string{o.first, o.last} {
		if _, heaped := attackMoment(s); heaped && g.set.attack {
			g.heaped++
		}
	}
}

var errBackwards = errors.New("ends before it begins")

// span is the time from first to last, either of which may be absent.
func (g *graph) span(first, last string, campaign bool) (evidence.Interval, error) {
	var ends [2]evidence.Interval
	for i, s := range []string{first, last} {
		if s == "" {
			continue
		}
		if campaign && g.set.attack {
			ends[i], _ = attackMoment(s)
		} else {
			ends[i] = moment(s)
		}
		if ends[i].IsZero() {
			return evidence.Interval{}, errors.New("is not an RFC 3339 time: " + clip(s, 40))
		}
	}
	iv := evidence.Between(ends[0], ends[1])
	if iv.Bounded() && !iv.From.Before(iv.To) {
		return evidence.Interval{}, errBackwards
	}
	return iv, nil
}
