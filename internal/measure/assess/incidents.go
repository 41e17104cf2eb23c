package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
)

// joint are the incidents of the period that sources lay to states of both sides,
// as a joint operation or as one of either: statements about the states, which
// move no pair.
func (m *measurement) joint(a, b []string) []Claim {
	if len(a) == 0 || len(b) == 0 || slices.ContainsFunc(a, func(s string) bool { return slices.Contains(b, s) }) {
		return nil
	}
	var out []Claim
	for _, i := range m.incidents {
		if !i.LaidTo(a, b) || !m.period.IsZero() && !i.When.Overlaps(m.period) {
			continue
		}
		status := i.Status
		if status == "" {
			status = evidence.Asserted
		}
		out = append(out, Claim{
			Text: shortest(i.Titles), Class: evidence.Incident, Subject: strings.Join(a, ", "), Object: strings.Join(b, ", "),
			When: i.When.String(), Status: status, Level: NoneFound, Confidence: Low, Source: strings.Join(i.Datasets, ", "),
			Why: "laid to both states, as a joint act or as that of either; it raises no pair", Evidence: i.Records,
		})
	}
	return out
}

// others are the attacks of the period by one of the states from, asked about as
// such, on one of the states to, that no pair has.
func (m *measurement) others(pairs []Pair, from, to []string, direction string) []channel.Link {
	had := map[string]bool{}
	for i := range pairs {
		for _, l := range pairs[i].Links {
			had[l.Incident] = true
		}
	}
	var out []channel.Link
	for _, i := range m.incidents {
		if had[i.ID] || i.NonState || i.LaidTo(from, to) || !m.period.IsZero() && !i.When.Overlaps(m.period) ||
			!slices.ContainsFunc(i.Initiators, func(s string) bool { return slices.Contains(from, s) }) {
			continue
		}
		for _, state := range to {
			if slices.Contains(i.Targets, state) {
				out = append(out, channel.Link{Channel: "attacks", Class: evidence.Incident, Direction: direction, State: state, Victims: len(i.Targets),
					Incident: i.ID, When: i.When.String(), WhenKind: i.WhenKind, Text: shortest(i.Titles), Status: i.Status, Source: strings.Join(i.Datasets, ", "), Records: i.Records})
			}
		}
	}
	return out
}

// sidesOthers are those of both sides of a question about two states.
func (m *measurement) sidesOthers(pairs []Pair, a, b askedSide) (out []channel.Link) {
	if slices.ContainsFunc(a.states, func(s string) bool { return slices.Contains(b.states, s) }) {
		return nil
	}
	if a.state != "" {
		out = m.others(pairs, a.states, b.states, channel.AToB)
	}
	if b.state != "" {
		out = append(out, m.others(pairs, b.states, a.states, channel.BToA)...)
	}
	return out
}

// shortest is the shortest of titles, the first of equals.
func shortest(titles []string) string {
	if len(titles) == 0 {
		return "untitled"
	}
	return slices.MinFunc(titles, func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
}
