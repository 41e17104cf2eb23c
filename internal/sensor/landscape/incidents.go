package landscape

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// incidents are those active in the period, in full.
func incidents(j *judged, period span) []Incident {
	out := []Incident{}
	for i := range j.Incidents {
		in := &j.Incidents[i]
		if !slices.ContainsFunc(in.Days, period.has) {
			continue
		}
		row := Incident{
			ID: in.ID, Group: in.Group.Name, State: in.Group.State, Class: in.Group.Class, Objective: in.Group.Objective,
			Organisation: in.Organisation.Name, Sector: in.Organisation.Sector, Country: in.Organisation.Country,
			FirstSeen: in.First, LastSeen: in.Last, Earliest: in.Earliest, Days: len(in.Days), DwellDays: days(in.Last.Sub(in.First)), DwellAll: days(in.Last.Sub(in.Earliest)),
			MayBegin: int(in.Days[0]-j.first) < j.gap, MayGoOn: int(j.last-in.Days[len(in.Days)-1]) < j.gap,
			Systems: in.Systems, Events: in.Events, Indicators: in.Indicators, Confidence: in.Confidence,
		}
		if !in.Disclosed.IsZero() {
			at, days := in.Disclosed, days(in.Disclosed.Sub(in.Earliest))
			row.Disclosed, row.ToDisclose = &at, &days
		}
		if !in.Known.IsZero() {
			row.FirstKnown = &in.Known
		}
		out = append(out, row)
	}
	return out
}

// days is a duration in days, to three decimals.
func days(d time.Duration) float64 { return math.Round(d.Hours()/24*1000) / 1000 }

// durations sums up dwell and time to disclosure, over all groups and for each.
func durations(list []Incident) (dwell, disclosure []Durations) {
	groups := []string{allGroups}
	for i := range list {
		groups = append(groups, list[i].Group)
	}
	slices.Sort(groups[1:])
	for _, g := range slices.Compact(groups) {
		a, b := Durations{Group: g}, Durations{Group: g}
		var dwells, times []float64
		for i := range list {
			in := &list[i]
			if g != allGroups && g != in.Group {
				continue
			}
			a.Incidents++
			b.Incidents++
			dwells = append(dwells, in.DwellDays)
			if in.MayBegin || in.MayGoOn {
				a.Censored++
			}
			if in.ToDisclose == nil {
				b.Censored++
				continue
			}
			times = append(times, *in.ToDisclose)
			if *in.ToDisclose < 0 {
				b.Early++
			}
		}
		a.Median, a.Least, a.Most = spread(dwells)
		b.Median, b.Least, b.Most = spread(times)
		dwell, disclosure = append(dwell, a), append(disclosure, b)
	}
	return dwell, disclosure
}

const allGroups = "all"

// spread is the median, the least and the greatest value.
func spread(v []float64) (median, least, most float64) {
	if len(v) == 0 {
		return 0, 0, 0
	}
	slices.Sort(v)
	n := len(v)
	median = v[n/2]
	if n%2 == 0 {
		median = math.Round((v[n/2-1]+v[n/2])/2*1000) / 1000
	}
	return median, v[0], v[n-1]
}

// conflicts lists the indicators on which sources in force disagree.
func conflicts(j *judged, period span) []Conflict {
	by := map[string]*Conflict{}
	for i := range j.Sightings {
		s := &j.Sightings[i]
		if len(s.Finding.Group.Candidates) == 0 || !period.has(s.Day) {
			continue
		}
		for _, key := range s.Finding.Indicators {
			k := key + "\x00" + s.Finding.Group.Key
			if by[k] == nil {
				by[k] = &Conflict{Indicator: key, Groups: s.Finding.Group.Candidates}
			}
			by[k].Events += s.Events
		}
	}
	out := []Conflict{}
	for _, c := range by {
		out = append(out, *c)
	}
	slices.SortFunc(out, func(a, b Conflict) int {
		return cmp.Or(strings.Compare(a.Indicator, b.Indicator), slices.Compare(a.Groups, b.Groups))
	})
	return out
}

func (l *Landscape) notInForce(j *judged, period span) {
	n := newPlaces()
	var t tally
	for i := range j.outside {
		o := &j.outside[i]
		if !period.has(o.Day) {
			continue
		}
		at := n.of(&sighting.Sighting{Partial: o.Partial, Organisation: o.organisation})
		t.add(&at, &o.Partial)
		if o.early {
			l.NotInForce.TooEarly += o.Events
		}
	}
	l.NotInForce.Systems, l.NotInForce.Events = t.systems.size(), t.events
	l.NotInForce.TooLate = t.events - l.NotInForce.TooEarly
	for i := range l.Incidents {
		if in := &l.Incidents[i]; in.Earliest.Before(in.FirstSeen) {
			l.NotInForce.Earlier++
		}
	}
}
