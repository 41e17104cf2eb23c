package landscape

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A tally counts distinct organisations and systems, and events.
type tally struct {
	organisations distinct
	systems       distinct
	events        int64
	first, last   time.Time
}

func (t *tally) add(s *place, p *sighting.Partial) {
	if t.first.IsZero() {
		t.first, t.last = p.First, p.Last
	}
	if s.mapped {
		t.organisations.add(s.organisation)
	}
	if s.alone {
		t.systems.add(s.system)
	}
	t.events += p.Events
	if p.First.Before(t.first) {
		t.first = p.First
	}
	if p.Last.After(t.last) {
		t.last = p.Last
	}
}

// distinct is a set of numbers. It is a list, from which repetitions are taken now
// and then: four bytes a number, where a map takes some twenty.
type distinct struct {
	list  []int32
	clean int // of the list are sorted, each once
}

func (d *distinct) add(n int32) {
	if k := len(d.list); k > 0 && d.list[k-1] == n {
		return
	}
	if len(d.list) == cap(d.list) {
		if d.tidy(); len(d.list) > cap(d.list)/2 {
			d.list = slices.Grow(d.list, len(d.list)+8)
		}
	}
	d.list = append(d.list, n)
}

func (d *distinct) tidy() {
	slices.Sort(d.list)
	d.list = slices.Compact(d.list)
	d.clean = len(d.list)
}

// size is how many numbers there are.
func (d *distinct) size() int {
	if d.clean < len(d.list) {
		d.tidy()
	}
	return d.clean
}

// place is whose system a partial is of, as numbers.
type place struct {
	organisation, system int32
	mapped, alone        bool
}

// numbers gives distinct values numbers from 0.
type numbers[K comparable] map[K]int32

func (n numbers[K]) of(k K) int32 {
	i, ok := n[k]
	if !ok {
		i = int32(len(n))
		n[k] = i
	}
	return i
}

type systemKey struct {
	organisation int32
	system       sighting.System
}

// places numbers organisations and systems.
type places struct {
	organisations numbers[string]
	systems       numbers[systemKey]
}

func newPlaces() *places {
	return &places{numbers[string]{}, numbers[systemKey]{}}
}

func (n *places) of(s *sighting.Sighting) place {
	o := n.organisations.of(s.Organisation.Name)
	return place{organisation: o, mapped: s.Organisation.Mapped(), alone: s.Alone(), system: n.systems.of(systemKey{o, s.System})}
}

// shared holds what many sightings say alike, once.
type shared struct {
	organisations map[sighting.Organisation]*sighting.Organisation
	findings      map[string]*sighting.Finding
	key           []byte
}

func newShared() shared {
	return shared{organisations: map[sighting.Organisation]*sighting.Organisation{}, findings: map[string]*sighting.Finding{}}
}

func (s *shared) organisation(o sighting.Organisation) *sighting.Organisation {
	p := s.organisations[o]
	if p == nil {
		p = &o
		s.organisations[o] = p
	}
	return p
}

// finding is the finding, or one that says the same: of one group, by the same
// indicators, of the same standing.
func (s *shared) finding(f sighting.Finding) *sighting.Finding {
	s.key = fmt.Appendf(s.key[:0], "%s\x00%v\x00%d\x00%s\x00%v\x00%v", f.Group.Key, f.Known, f.Disclosed.UnixNano(), f.Marking, f.Confidence, f.Synthetic)
	for _, key := range f.Indicators {
		s.key = append(append(s.key, 0), key...)
	}
	p := s.findings[string(s.key)]
	if p == nil {
		p = &f
		s.findings[string(s.key)] = p
	}
	return p
}

// A table is tallies under a key, with those of each day.
type table[K comparable] map[K]*line

type line struct {
	tally
	days      map[sighting.Day]*tally
	months    map[string]*tally
	groups    map[string]struct{}
	incidents int
}

func (t table[K]) line(k K) *line {
	l := t[k]
	if l == nil {
		l = &line{days: map[sighting.Day]*tally{}, months: map[string]*tally{}, groups: map[string]struct{}{}}
		t[k] = l
	}
	return l
}

func (t table[K]) add(k K, at *place, s *sighting.Sighting) {
	l := t.line(k)
	l.tally.add(at, &s.Partial)
	day, month := l.days[s.Day], l.months[s.Day.Month()]
	if day == nil {
		day = &tally{}
		l.days[s.Day] = day
	}
	if month == nil {
		month = &tally{}
		l.months[s.Day.Month()] = month
	}
	day.add(at, &s.Partial)
	month.add(at, &s.Partial)
	if counts(&s.Finding.Group) {
		l.groups[s.Finding.Group.Key] = struct{}{}
	}
}

// counts reports whether a group counts as one: not nobody, and not one that
// stands for a disagreement.
func counts(g *sighting.Group) bool {
	return g.Key != sighting.Unattributed.Key && len(g.Candidates) == 0
}

// peak is the day with most systems.
func (l *line) peak() (p Peak) {
	for _, d := range sortedDays(l.days) {
		if t := l.days[d]; t.systems.size() > p.Systems {
			p = Peak{Date: d.String(), Systems: t.systems.size(), Organisations: t.organisations.size()}
		}
	}
	return p
}

func sortedDays(m map[sighting.Day]*tally) []sighting.Day {
	days := make([]sighting.Day, 0, len(m))
	for d := range m {
		days = append(days, d)
	}
	slices.Sort(days)
	return days
}

// size is what lines are ranked by: organisations, systems, incidents, events.
type size struct {
	organisations, systems, incidents int
	events                            int64
}

func (l *line) size() size {
	return size{l.organisations.size(), l.systems.size(), l.incidents, l.events}
}

// compare puts the larger first.
func (s size) compare(o size) int {
	return cmp.Or(cmp.Compare(o.organisations, s.organisations), cmp.Compare(o.systems, s.systems),
		cmp.Compare(o.incidents, s.incidents), cmp.Compare(o.events, s.events))
}

// ranked gives the keys with the largest lines first, and each one's rank; those
// of equal size share one and come in the order of less.
func ranked[K comparable](t table[K], compare func(a, b K) int) (keys []K, ranks []int) {
	for k := range t {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int { return cmp.Or(t[a].size().compare(t[b].size()), compare(a, b)) })
	for i, k := range keys {
		rank := i + 1
		if i > 0 && t[k].size() == t[keys[i-1]].size() {
			rank = ranks[i-1]
		}
		ranks = append(ranks, rank)
	}
	return keys, ranks
}
