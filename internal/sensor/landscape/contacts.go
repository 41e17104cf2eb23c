package landscape

import (
	"cmp"
	"iter"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// contacts sums up what is in force in the period by direction and outcome.
func contacts(j *judged, period span) []Contact {
	n := newPlaces()
	sums := map[sighting.Contact]*tally{}
	add := func(s *sighting.Sighting) {
		if !period.has(s.Day) {
			return
		}
		t := sums[s.Contact]
		if t == nil {
			t = &tally{}
			sums[s.Contact] = t
		}
		at := n.of(s)
		t.add(&at, &s.Partial)
	}
	for shown := range j.partials() {
		add(&shown[0])
	}
	for i := range j.apart {
		add(&j.apart[i])
	}
	out := []Contact{}
	for c, t := range sums {
		out = append(out, Contact{Direction: c.Direction.String(), Outcome: c.Reply.String(), Answer: c.Answer, Counted: c.Counts(),
			Organisations: t.organisations.size(), Systems: t.systems.size(), Events: t.events})
	}
	slices.SortFunc(out, func(a, b Contact) int {
		return cmp.Or(strings.Compare(a.Direction, b.Direction), strings.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Systems, b.Systems), cmp.Compare(a.Events, b.Events))
	})
	return out
}

// ownIndicators lists the indicators that name a system of the map's own.
func ownIndicators(j *judged, period span) []ownIndicator {
	sums := map[ownIndicator]int64{}
	for i := range j.apart {
		s := &j.apart[i]
		if s.Contact.Direction != sighting.Own || !period.has(s.Day) {
			continue
		}
		for _, key := range s.Finding.Indicators {
			sums[ownIndicator{Indicator: key, Group: s.Finding.Group.Name, Organisation: s.Organisation.Name}] += s.Events
		}
	}
	out := []ownIndicator{}
	for o, n := range sums {
		o.Events = n
		out = append(out, o)
	}
	slices.SortFunc(out, func(a, b ownIndicator) int {
		return cmp.Or(strings.Compare(a.Indicator, b.Indicator), strings.Compare(a.Organisation, b.Organisation), strings.Compare(a.Group, b.Group))
	})
	return out
}

// inRoles sums up systems that do something for others.
func inRoles(j *judged, period span) []InRole {
	type key struct {
		role         sighting.Role
		organisation string
	}
	events, systems := map[key]int64{}, map[key]map[sighting.System]bool{}
	add := func(s *sighting.Sighting) {
		if s.Organisation.Role == "" || !period.has(s.Day) {
			return
		}
		k := key{s.Organisation.Role, s.Organisation.Name}
		if events[k] += s.Events; systems[k] == nil {
			systems[k] = map[sighting.System]bool{}
		}
		systems[k][s.System] = true
	}
	for shown := range j.partials() {
		add(&shown[0])
	}
	for i := range j.decoys {
		add(&j.decoys[i])
	}
	out := []InRole{}
	for k, n := range events {
		out = append(out, InRole{k.role, k.organisation, len(systems[k]), n, k.role != sighting.Honeypot})
	}
	slices.SortFunc(out, func(a, b InRole) int {
		return cmp.Or(cmp.Compare(a.Role, b.Role), strings.Compare(a.Organisation, b.Organisation))
	})
	return out
}

func hostless(j *judged, period span) (h Hostless) {
	for shown := range j.partials() {
		if s := &shown[0]; !s.System.Host.IsValid() && period.has(s.Day) {
			h.Events += s.Events
		}
	}
	return h
}

// withoutAnswers leaves out what shows its indicators in DNS answers only.
func (in *Input) withoutAnswers() {
	partials, entries := in.Partials, in.Entries
	in.Partials = func(split func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
		return only(partials(split), func(p *sighting.Partial) bool { return !p.Contact.Answer })
	}
	if entries == nil {
		return
	}
	in.Entries = func(first, last sighting.Day) iter.Seq2[sighting.Entry, error] {
		return only(entries(first, last), func(e *sighting.Entry) bool { return !e.Contact.Answer })
	}
}

func only[T any](all iter.Seq2[T, error], is func(*T) bool) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for x, err := range all {
			if (err != nil || is(&x)) && !yield(x, err) {
				return
			}
		}
	}
}
