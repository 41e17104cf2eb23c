package stixevidence

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// attackMoment is a campaign date of ATT&CK. They stand at midnight of the
// American coasts (04:00 to 08:00 UTC), so the time of day means nothing; and
// they are heaped on the first of the month, where only the month was known.
func attackMoment(iv evidence.Interval) (out evidence.Interval, heaped bool) {
	if iv.IsZero() {
		return iv, false
	}
	if t := iv.From; t.Day() == 1 && t.Minute() == 0 && t.Second() == 0 && t.Hour() <= 8 {
		return evidence.On(t, evidence.Month), true
	}
	return evidence.On(iv.From, evidence.Day), false
}

// countHeaped counts the campaign's dates that stand for a month.
func (g *graph) countHeaped(o *stix.Object) {
	for _, iv := range []evidence.Interval{o.First, o.Last} {
		if _, heaped := attackMoment(iv); heaped && g.set.attack {
			g.heaped++
		}
	}
}

// span is the time from the first to the last that an object states, either of
// which may be absent.
func (g *graph) span(o *stix.Object) evidence.Interval {
	first, last := o.First, o.Last
	if o.Type == "campaign" && g.set.attack {
		first, _ = attackMoment(first)
		last, _ = attackMoment(last)
	}
	return evidence.Between(first, last)
}
