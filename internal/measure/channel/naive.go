package channel

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/stat"
)

// Naive is the test that everybody tries first and that is wrong: every date
// taken as the day it is written as, the first of a month or of January where
// only the month or year was known, and events within a week of each other
// counted against constant rates. It finds most pairs of states in league. It is
// here as a contrast and supports no verdict; result n is that of dyads[n].
func Naive(c *Corpus, kind DateKind, dyads []Dyad, period evidence.Interval) []stat.Coincidences {
	ch := &Timeline{Kind: kind}
	for i := range c.records {
		r := &c.records[i]
		when := r.Activity
		if kind == DisclosureDates {
			when = r.Disclosed
		}
		if !happened(r) || when.From.IsZero() || !period.IsZero() && !evidence.On(when.From, evidence.Day).Overlaps(period) {
			continue
		}
		ch.events = append(ch.events, event{key: r.Event, day: dayOf(when.From), actor: c.subject[i], country: r.Subject.Country})
	}
	ch.arrange()
	out := make([]stat.Coincidences, len(dyads))
	for n, d := range dyads {
		a, b := ch.points(d.A), ch.points(d.B)
		if found, err := stat.CoincidencesOf(a, b, ch.span(), stat.Window{Lag: -7, Width: 14}); err == nil {
			out[n] = found
		}
	}
	return out
}

// points are the days of all incidents of a party, several on a day counting
// each.
func (ch *Timeline) points(p Party) []float64 {
	var out []float64
	seen := map[string]bool{}
	for i := range ch.events {
		e := &ch.events[i]
		if p.has(e) && !seen[e.key] {
			seen[e.key] = true
			out = append(out, e.day)
		}
	}
	return out
}
