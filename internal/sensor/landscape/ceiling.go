package landscape

import (
	"iter"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// Within is the input as far as a marking ceiling lets it be seen: the figures
// are those that would come of it had nothing above the ceiling ever been read.
//
// What sensors saw carries no marking of its own; it carries that of the
// indicators. Evidence and statements above the ceiling are left out. An entry
// that shows only indicators of which all statements are above it is left out
// altogether; one that shows others too counts for those. Below RED, an entry is
// left out as well where no list says anything of its indicators any more: what
// it was marked is not known. Which end of an entry is the host was settled with
// all its indicators at hand, and stays. The lines read, and the map, are of the
// user's own network and carry no marking.
func (in Input) Within(ceiling evidence.TLP) Input {
	in.Records, _ = evidence.Within(in.Records, ceiling)
	spoken, seen := map[string]bool{}, map[string]bool{}
	for i := range in.Statements {
		s := &in.Statements[i]
		spoken[s.Key()] = true
		seen[s.Key()] = seen[s.Key()] || s.Marking.Compare(ceiling) <= 0
	}
	in.Statements = upTo(in.Statements, ceiling, func(s *sighting.Statement) evidence.TLP { return s.Marking })
	hidden := func(key string) bool {
		if spoken[key] {
			return !seen[key]
		}
		return ceiling.Compare(evidence.Red) < 0
	}
	partials, entries := in.Partials, in.Entries
	in.Partials = func(split func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
		return without(partials(split), hidden, func(p *sighting.Partial) *[]string { return &p.Indicators })
	}
	if entries == nil {
		return in
	}
	in.Entries = func(first, last sighting.Day) iter.Seq2[sighting.Entry, error] {
		return without(entries(first, last), hidden, func(e *sighting.Entry) *[]string { return &e.Indicators })
	}
	return in
}

// without leaves out the indicators that are hidden, and what shows no other.
func without[T any](all iter.Seq2[T, error], hidden func(string) bool, keys func(*T) *[]string) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for x, err := range all {
			if list := keys(&x); err == nil && slices.ContainsFunc(*list, hidden) {
				*list = slices.DeleteFunc(slices.Clone(*list), hidden) // others hold the list too
				if len(*list) == 0 {
					continue
				}
			}
			if !yield(x, err) {
				return
			}
		}
	}
}

// upTo are those whose marking is not above the ceiling.
func upTo[T any](list []T, ceiling evidence.TLP, marking func(*T) evidence.TLP) []T {
	var out []T
	for i := range list {
		if marking(&list[i]).Compare(ceiling) <= 0 {
			out = append(out, list[i])
		}
	}
	return out
}
