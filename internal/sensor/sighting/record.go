package sighting

import (
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Dataset is the name under which incidents stand as evidence.
const Dataset = "sightings"

// Record is the incident as evidence: activity of a group against an
// organisation, with the exact time, seen by the user's own sensors. ok is false
// for what is attributed to nobody or to several groups.
func (in *Incident) Record() (r evidence.Record, ok bool) {
	if in.Group.Key == Unattributed.Key || len(in.Group.Candidates) > 0 {
		return r, false
	}
	publisher := "own sensors"
	if in.Synthetic {
		publisher = SyntheticMark + " sensors"
	}
	span := evidence.Interval{From: in.First.Truncate(time.Second), To: in.Last.Truncate(time.Second).Add(time.Second),
		FromPrecision: evidence.Second, ToPrecision: evidence.Second}
	r = evidence.Record{
		Class: evidence.Incident, Event: Dataset + ":" + in.ID,
		Subject:  evidence.Actor{Name: in.Group.Name, Country: in.Group.State},
		Activity: span, Detected: span,
		Citation:   evidence.Citation{Publisher: publisher, Title: "sightings of attributed indicators", Locator: "sighting:" + in.ID},
		Confidence: in.Confidence, Marking: in.Marking, Basis: evidence.Observed,
		Origin: evidence.Origin{Dataset: Dataset, Object: in.ID},
	}
	if in.Group.Objective != UnknownObjective {
		r.Objective = string(in.Group.Objective)
	}
	t := evidence.Target{Country: in.Organisation.Country, Sector: in.Organisation.Sector}
	if in.Organisation.Mapped() {
		t.Name = in.Organisation.Name
	}
	if t != (evidence.Target{}) {
		r.Targets = []evidence.Target{t}
	}
	return r.Seal(), true
}
