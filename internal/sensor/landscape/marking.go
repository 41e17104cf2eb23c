package landscape

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// mark raises the marking to that of the evidence behind what is shown: a
// product carries the strictest marking of what it was made from. Besides
// sightings, and indicators that are listed by name, these are the records of
// agreements, and of the groups seen those that name them or say whose they are or
// what they are after.
func (l *Landscape) mark(j *judged, period span, in *Input) {
	records := in.Records
	listed := map[string]bool{}
	for _, p := range l.Prevalent {
		listed[p.Indicator] = true
	}
	for _, o := range l.Own {
		listed[o.Indicator] = true
	}
	for i := range in.Statements {
		if s := &in.Statements[i]; listed[s.Key()] {
			l.Marking = evidence.Strictest(l.Marking, s.Marking)
		}
	}
	seen := map[string]bool{}
	for i := range j.Sightings {
		if s := &j.Sightings[i]; period.has(s.Day) {
			note(seen, &s.Finding.Group)
		}
	}
	for i := range records {
		r := &records[i]
		if r.Marking.Compare(l.Marking) > 0 && (shows(j.dir, r, seen) || l.cites(r.ID)) {
			l.Marking = r.Marking
		}
	}
}

// note adds the keys of a group, of a disputed one every one.
func note(seen map[string]bool, g *sighting.Group) {
	for key := range strings.SplitSeq(g.Key, "\n") {
		seen[key] = true
	}
}

// shows reports whether a record bears on how one of the groups is shown.
func shows(dir *resolve.Directory, r *evidence.Record, seen map[string]bool) bool {
	if r.Origin.Dataset == sighting.Dataset || r.Class != evidence.Alias && r.Class != evidence.Sponsor && r.Objective == "" && r.Subject.Country == "" {
		return false
	}
	id, ok := dir.Of(r.Subject)
	return ok && seen["actor:"+string(id)]
}

func (l *Landscape) cites(id evidence.ID) bool {
	return slices.ContainsFunc(l.Agreements, func(a agreement) bool { return slices.Contains(a.Evidence, id) })
}
