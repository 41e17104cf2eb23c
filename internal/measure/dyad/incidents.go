package dyad

import (
	"context"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Incidents are the incidents that the records tell of, each once, by date; it is
// the one joiner of reports for all questions. It fails only where ctx is
// cancelled.
func Incidents(ctx context.Context, records []evidence.Record, who *resolve.Directory) ([]Incident, error) {
	told, _, _ := reports(records, who)
	groups, _, _, err := link(ctx, told)
	if err != nil {
		return nil, fmt.Errorf("joining the incidents of several data sets: %w", err)
	}
	entries := make([]*entry, len(groups))
	for n, g := range groups {
		entries[n] = newEntry(g)
	}
	slices.SortFunc(entries, compareEntries)
	out := make([]Incident, len(entries))
	for n, e := range entries {
		out[n] = e.Incident
	}
	return out, nil
}

// LaidTo reports whether sources lay the incident to a state of each of two sides,
// and not only to groups who live there.
func (i *Incident) LaidTo(a, b []string) bool {
	meets := func(states []string) bool {
		return slices.ContainsFunc(i.Initiators, func(s string) bool { return slices.Contains(states, s) })
	}
	return !i.NonState && meets(a) && meets(b)
}
