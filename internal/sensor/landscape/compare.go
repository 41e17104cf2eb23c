package landscape

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// previous compares with the period before.
func previous(j *judged, now *sums, period span) *Previous {
	if period.none {
		return nil
	}
	then := newSums(j, period.before())
	p := &Previous{Period: then.period.text(), Totals: then.figures(), Covered: !j.span().none && j.first <= then.period.from, Changes: []change{}}
	names := map[string]string{}
	for k, g := range now.who {
		names[k] = g.Name
	}
	for k, g := range then.who {
		names[k] = g.Name
	}
	for k, name := range names {
		c := change{Group: name}
		if t := now.groups[k]; t != nil {
			c.Organisations, c.Systems = t.organisations.size(), t.systems.size()
		}
		if t := then.groups[k]; t != nil {
			c.Before, c.SystemsBefore = t.organisations.size(), t.systems.size()
		}
		c.Status = status(c.SystemsBefore, c.Systems)
		p.Changes = append(p.Changes, c)
	}
	slices.SortFunc(p.Changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(abs(b.Systems-b.SystemsBefore), abs(a.Systems-a.SystemsBefore)), strings.Compare(a.Group, b.Group),
			cmp.Compare(a.Systems, b.Systems))
	})
	return p
}

func status(before, now int) string {
	switch {
	case before == 0:
		return "new"
	case now == 0:
		return "gone"
	case now > before:
		return "more"
	case now < before:
		return "fewer"
	}
	return "same"
}

func abs(n int) int { return max(n, -n) }

// treaty is one agreement with the evidence for it.
type treaty struct {
	name    string
	parties []string
	force   evidence.Interval
	records []evidence.ID
}

// agreements lists activity of a state's groups in another state's
// organisations on days on which both had an agreement in force.
func agreements(j *judged, period span, records []evidence.Record) []agreement {
	out := []agreement{}
	for _, t := range treaties(records) {
		type pair struct{ from, to string }
		found := table[pair]{}
		names := map[pair]map[string]bool{}
		n := newPlaces()
		between := func(state, country string) bool {
			return state != "" && country != "" && state != country && slices.Contains(t.parties, state) && slices.Contains(t.parties, country)
		}
		for i := range j.Sightings {
			s := &j.Sightings[i]
			g := &s.Finding.Group
			if !period.has(s.Day) || !between(g.State, s.Organisation.Country) || !t.force.Overlaps(evidence.On(s.Day.Start(), evidence.Day)) {
				continue
			}
			k := pair{g.State, s.Organisation.Country}
			at := n.of(s)
			found.add(k, &at, s)
			if names[k] == nil {
				names[k] = map[string]bool{}
			}
			names[k][g.Name] = true
		}
		for i := range j.Incidents {
			in := &j.Incidents[i]
			k := pair{in.Group.State, in.Organisation.Country}
			if found[k] != nil && slices.ContainsFunc(in.Days, func(d sighting.Day) bool {
				return period.has(d) && t.force.Overlaps(evidence.On(d.Start(), evidence.Day))
			}) {
				found[k].incidents++
			}
		}
		for k, x := range found {
			out = append(out, agreement{From: k.from, To: k.to, Agreement: t.name, InForce: t.force.String(), Groups: sortedNames(names[k]),
				Incidents: x.incidents, Organisations: x.organisations.size(), Systems: x.systems.size(), Events: x.events, Evidence: t.records})
		}
	}
	slices.SortFunc(out, func(a, b agreement) int {
		return cmp.Or(strings.Compare(a.From, b.From), strings.Compare(a.To, b.To), strings.Compare(a.InForce, b.InForce), strings.Compare(a.Agreement, b.Agreement))
	})
	return out
}

// treaties gathers the agreements whose time in force is known; several records
// may speak of one.
func treaties(records []evidence.Record) []treaty {
	by := map[string]*treaty{}
	for i := range records {
		r := &records[i]
		if r.Class != evidence.Agreement || r.Activity.IsZero() || r.Status == evidence.Denied {
			continue
		}
		t := treaty{name: cmp.Or(r.Value, r.Citation.Title, r.Kind, "agreement"), parties: r.Parties, force: r.Activity}
		key := fmt.Sprint(t.name, t.parties, t.force)
		if by[key] == nil {
			by[key] = &t
		}
		by[key].records = append(by[key].records, r.ID)
	}
	out := []treaty{}
	for _, t := range by {
		slices.Sort(t.records)
		out = append(out, *t)
	}
	slices.SortFunc(out, func(a, b treaty) int {
		return cmp.Or(strings.Compare(a.name, b.name), slices.Compare(a.parties, b.parties), strings.Compare(a.force.String(), b.force.String()))
	})
	return out
}

func sortedNames(m map[string]bool) []string {
	out := make([]string, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.Sort(out)
	return out
}

func several(n int64, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}

// warn says what limits the figures.
func (l *Landscape) warn(in Input, j *judged, period span) {
	l.Warnings = []string{}
	for i := range j.Sightings {
		s := &j.Sightings[i]
		if period.has(s.Day) {
			l.Synthetic = l.Synthetic || s.Finding.Synthetic
			l.Marking = evidence.Strictest(l.Marking, s.Finding.Marking)
		}
	}
	say := func(format string, args ...any) { l.Warnings = append(l.Warnings, fmt.Sprintf(format, args...)) }
	if l.Synthetic {
		say("the data are synthetic: made up by cahoots simulate telemetry, they say nothing about any real group or network")
	}
	if in.Map == nil || len(in.Map.Places()) == 0 {
		say("there is no organisation map: every system is counted as unmapped; give one with cahoots match --organisations")
	} else if in.Map.NeedsRoutes() {
		say("the organisation map names autonomous systems, but no route says which networks are theirs: give them with --routes")
	}
	if l.Unmapped.Systems > 0 {
		say("of %s, %d belong to no organisation of the map: they count in the figures of systems and events, and in none of organisations", several(int64(l.Totals.Systems), "system", "systems"), l.Unmapped.Systems)
	}
	for i, p := range l.Prevalent {
		if i < 3 && !p.Demoted {
			say("%s was shown by %.0f %% of all systems with sightings (%d): it is more likely common than hostile; leave it out of the attribution with --prevalence", p.Indicator, p.Share*100, p.Systems)
		}
	}
	if n := &l.NotInForce; n.Events > 0 {
		say("%s with indicators that were not in force at the time (%d too early, %d too late): counted in no other figure; see --window", several(n.Events, "event", "events"), n.TooEarly, n.TooLate)
	}
	if n := l.NotInForce.Earlier; n > 0 {
		say("%s would begin earlier if indicators counted before their validity: see first_seen_at_all", several(int64(n), "incident", "incidents"))
	}
	var apart int64
	for _, c := range l.Contacts {
		if !c.Counted {
			apart += c.Events
		}
	}
	if apart > 0 {
		say("%s in which no system took part (blocked, or came in and got no answer), or of systems whose own address is listed: in no figure but contacts", several(apart, "event", "events"))
	}
	if len(l.Own) > 0 {
		say("%s an address inside your own networks: see own_indicators", several(int64(len(l.Own)), "indicator names", "indicators name"))
	}
	if l.Hostless.Events > 0 {
		say("%s without any address: counted as events and incidents, and as no system", several(l.Hostless.Events, "event", "events"))
	}
	var behind int64
	for _, r := range l.Roles {
		if r.Counted {
			behind += r.Events
		}
	}
	if behind > 0 {
		say("%s of resolvers, proxies or translators: counted as events and incidents, and as no system; see roles", several(behind, "event", "events"))
	}
	if len(l.Conflicts) > 0 {
		say("%s attributed to several groups by sources in force: what is seen of it counts for none of the groups", several(int64(len(l.Conflicts)), "indicator", "indicators"))
	}
	if l.Previous != nil && !l.Previous.Covered && len(l.Previous.Changes) > 0 {
		say("the data do not reach back to the first day of the previous period: what looks new may only not have been recorded")
	}
	if in.Read != nil && in.Read.Rejected > 0 {
		say("%d of %d log lines were rejected; what they would have shown is missing here", in.Read.Rejected, in.Read.Lines)
	}
}
