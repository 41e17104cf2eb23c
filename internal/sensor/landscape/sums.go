package landscape

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// sums are the tallies of one period.
type sums struct {
	total      line
	classes    table[sighting.Class]
	groups     table[string]
	states     table[string]
	sectors    table[string]
	objectives table[sighting.Objective]
	who        map[string]sighting.Group
	unmapped   line
	period     span
}

const unknownSector = "unknown"

func newSums(j *judged, period span) *sums {
	s := &sums{
		classes: table[sighting.Class]{}, groups: table[string]{}, states: table[string]{}, sectors: table[string]{},
		objectives: table[sighting.Objective]{}, who: map[string]sighting.Group{}, period: period,
	}
	s.total.groups = map[string]struct{}{}
	s.unmapped.groups = map[string]struct{}{}
	n := newPlaces()
	for shown := range j.partials() {
		if period.has(shown[0].Day) {
			s.partial(n, shown)
		}
	}
	for i := range j.Incidents {
		if in := &j.Incidents[i]; slices.ContainsFunc(in.Days, period.has) {
			s.incident(in)
		}
	}
	return s
}

func (s *sums) partial(n *places, list []sighting.Sighting) {
	at := n.of(&list[0])
	s.total.add(&at, &list[0].Partial)
	if !at.mapped {
		s.unmapped.add(&at, &list[0].Partial)
	}
	s.sectors.add(sectorOf(list[0].Organisation.Sector), &at, &list[0])
	classes, states, objectives := map[sighting.Class]bool{}, map[string]bool{}, map[sighting.Objective]bool{}
	for i := range list {
		g := &list[i].Finding.Group
		s.who[g.Key] = *g
		s.groups.add(g.Key, &at, &list[i])
		if counts(g) {
			s.total.groups[g.Key] = struct{}{}
			s.sectors.line(sectorOf(list[i].Organisation.Sector)).groups[g.Key] = struct{}{}
			if g.State != "" {
				s.states.line(g.State).groups[g.Key] = struct{}{}
			}
		}
		if !classes[g.Class] {
			classes[g.Class] = true
			s.classes.add(g.Class, &at, &list[i])
		}
		if !objectives[g.Objective] {
			objectives[g.Objective] = true
			s.objectives.add(g.Objective, &at, &list[i])
		}
		if g.State != "" && !states[g.State] {
			states[g.State] = true
			s.states.add(g.State, &at, &list[i])
		}
	}
}

func sectorOf(sector string) string { return cmp.Or(sector, unknownSector) }

func (s *sums) incident(in *sighting.Incident) {
	s.total.incidents++
	s.classes.line(in.Group.Class).incidents++
	s.objectives.line(in.Group.Objective).incidents++
	s.groups.line(in.Group.Key).incidents++
	s.sectors.line(sectorOf(in.Organisation.Sector)).incidents++
	if in.Group.State != "" {
		s.states.line(in.Group.State).incidents++
	}
	if !in.Organisation.Mapped() {
		s.unmapped.incidents++
	}
}

func (s *sums) figures() Figures {
	t := &s.total
	return Figures{Incidents: t.incidents, Organisations: t.organisations.size(), Systems: t.systems.size(), Events: t.events, Groups: len(t.groups)}
}

// fill writes the tallies into a landscape.
func (s *sums) fill(l *Landscape) {
	l.Totals = s.figures()
	l.Unmapped = Unmapped{Incidents: s.unmapped.incidents, Systems: s.unmapped.systems.size(), Events: s.unmapped.events}
	s.shares(l)
	l.Groups = s.groupRows()
	keys, ranks := ranked(s.states, strings.Compare)
	l.States = []State{}
	for i, k := range keys {
		t := s.states[k]
		l.States = append(l.States, State{Rank: ranks[i], State: k, Groups: len(t.groups), Incidents: t.incidents, Organisations: t.organisations.size(),
			Systems: t.systems.size(), Events: t.events, ActiveDays: len(t.days), Peak: t.peak()})
	}
	keys, ranks = ranked(s.sectors, strings.Compare)
	l.Sectors = []Sector{}
	for i, k := range keys {
		t := s.sectors[k]
		l.Sectors = append(l.Sectors, Sector{Rank: ranks[i], Sector: k, Groups: len(t.groups), Incidents: t.incidents, Organisations: t.organisations.size(),
			Systems: t.systems.size(), Events: t.events})
	}
	s.times(l)
}

func (s *sums) groupRows() []Group {
	rows := []Group{}
	keys, ranks := ranked(s.groups, func(a, b string) int {
		return cmp.Or(strings.Compare(s.who[a].Name, s.who[b].Name), strings.Compare(a, b))
	})
	for i, k := range keys {
		t, g := s.groups[k], s.who[k]
		rows = append(rows, Group{key: k, Rank: ranks[i], Group: g.Name, State: g.State, Class: g.Class, Objective: g.Objective, Candidates: g.Candidates,
			Incidents: t.incidents, Organisations: t.organisations.size(), Systems: t.systems.size(), Events: t.events,
			ActiveDays: len(t.days), Peak: t.peak(), FirstSeen: t.first, LastSeen: t.last})
	}
	return rows
}

func (s *sums) shares(l *Landscape) {
	l.Classes, l.Objectives = []Class{}, []Objective{}
	for k, t := range s.classes {
		l.Classes = append(l.Classes, Class{Class: k, Incidents: t.incidents, Share: share(t.incidents, s.total.incidents),
			Organisations: t.organisations.size(), Systems: t.systems.size(), Events: t.events})
	}
	slices.SortFunc(l.Classes, func(a, b Class) int {
		return cmp.Or(cmp.Compare(b.Incidents, a.Incidents), cmp.Compare(a.Class, b.Class))
	})
	for k, t := range s.objectives {
		l.Objectives = append(l.Objectives, Objective{Objective: k, Incidents: t.incidents, Share: share(t.incidents, s.total.incidents),
			Organisations: t.organisations.size(), Systems: t.systems.size(), Events: t.events})
	}
	slices.SortFunc(l.Objectives, func(a, b Objective) int {
		return cmp.Or(cmp.Compare(b.Incidents, a.Incidents), cmp.Compare(a.Objective, b.Objective))
	})
}

func share(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return math.Round(float64(n)/float64(of)*1e4) / 1e4
}

// times writes the figures by day and month.
func (s *sums) times(l *Landscape) {
	l.GroupDays, l.StateDays, l.GroupMons, l.StateMons = []GroupDay{}, []StateDay{}, []GroupMonth{}, []StateMonth{}
	for k, t := range s.groups {
		name := s.who[k].Name
		for d, x := range t.days {
			l.GroupDays = append(l.GroupDays, GroupDay{d.String(), name, x.organisations.size(), x.systems.size(), x.events})
		}
		for m, x := range t.months {
			l.GroupMons = append(l.GroupMons, GroupMonth{m, name, x.organisations.size(), x.systems.size(), x.events})
		}
	}
	for k, t := range s.states {
		for d, x := range t.days {
			l.StateDays = append(l.StateDays, StateDay{d.String(), k, x.organisations.size(), x.systems.size(), x.events})
		}
		for m, x := range t.months {
			l.StateMons = append(l.StateMons, StateMonth{m, k, x.organisations.size(), x.systems.size(), x.events})
		}
	}
	slices.SortFunc(l.GroupDays, func(a, b GroupDay) int {
		return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Systems, b.Systems), cmp.Compare(a.Events, b.Events))
	})
	slices.SortFunc(l.StateDays, func(a, b StateDay) int { return cmp.Or(cmp.Compare(a.Date, b.Date), cmp.Compare(a.State, b.State)) })
	slices.SortFunc(l.GroupMons, func(a, b GroupMonth) int {
		return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.Group, b.Group), cmp.Compare(a.Systems, b.Systems), cmp.Compare(a.Events, b.Events))
	})
	slices.SortFunc(l.StateMons, func(a, b StateMonth) int { return cmp.Or(cmp.Compare(a.Month, b.Month), cmp.Compare(a.State, b.State)) })
}
