package incident

import (
	"fmt"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// Limits of a table in which several rows make one incident: it must be held
// until its last row.
const (
	maxGrouped    = 1 << 20 // rows
	maxOfIncident = 1 << 14 // rows of one incident
)

// A group is the incident that several rows tell together.
type group struct {
	recs []evidence.Record      // one per initiator
	at   map[evidence.Actor]int // place in recs
	rows int
}

// gather reads the whole table and joins the rows of each incident. What the
// rows say of the incident as a whole, such as its title and dates, is what the
// first says that says it; victims belong to the initiator beside whom they
// stand, and to all where they stand beside none.
func (r *reader) gather() error {
	groups := map[string]*group{}
	var order []*group
	for {
		recs, bad, err := r.readRow()
		switch {
		case err != nil:
			r.groups = append(r.groups, order...)
			return err
		case bad != nil:
			r.rejects = append(r.rejects, bad)
			continue
		case len(recs) == 0:
			continue
		}
		if r.number > maxGrouped {
			return fmt.Errorf("the table has more than %d rows, and several make one incident; split it", maxGrouped)
		}
		key := recs[0].Origin.Object
		g := groups[key]
		if g == nil {
			g = &group{at: map[evidence.Actor]int{}}
			groups[key], order = g, append(order, g)
		}
		if g.rows++; g.rows > maxOfIncident {
			r.sum.Rejected++
			r.rejects = append(r.rejects, &source.RecordError{File: r.file, Line: recs[0].Origin.Line, Object: recs[0].Event,
				Why: fmt.Sprintf("the incident has more than %d rows; group_by may name the wrong column", maxOfIncident)})
			continue
		}
		for i := range recs {
			r.join(g, &recs[i])
		}
	}
}

// join adds what one row says.
func (r *reader) join(g *group, rec *evidence.Record) {
	if len(g.recs) > 0 {
		if what := complete(&g.recs[0], rec); what != "" {
			r.tally.fault("", "rows tell another "+what+" than the first of their incident; the first counts", rec.Origin.Line, "")
		}
	}
	i, ok := g.at[rec.Subject]
	if !ok {
		g.at[rec.Subject] = len(g.recs)
		g.recs = append(g.recs, *rec)
		return
	}
	for _, t := range rec.Targets {
		g.recs[i].Targets = addTarget(g.recs[i].Targets, t)
	}
}

// complete fills what the first row left open and names what the two rows tell
// differently; "" where they agree.
func complete(first, rec *evidence.Record) (differs string) {
	fill := func(what string, into, from *evidence.Interval) {
		switch {
		case into.IsZero():
			*into = *from
		case !from.IsZero() && *into != *from:
			differs = what
		}
	}
	text := func(what string, into, from *string) {
		switch {
		case *into == "":
			*into = *from
		case *from != "" && *into != *from && what != "":
			differs = what
		}
	}
	fill("activity", &first.Activity, &rec.Activity)
	fill("detection", &first.Detected, &rec.Detected)
	fill("disclosure", &first.Disclosed, &rec.Disclosed)
	fill("publication", &first.Citation.Published, &rec.Citation.Published)
	text("title", &first.Citation.Title, &rec.Citation.Title)
	text("objective", &first.Objective, &rec.Objective)
	text("", &first.Citation.Locator, &rec.Citation.Locator)
	text("", &first.Note, &rec.Note)
	first.Marking = evidence.Strictest(first.Marking, rec.Marking)
	for k, v := range rec.Extra {
		if _, ok := first.Extra[k]; !ok {
			first.Extra[k] = v
		}
	}
	return differs
}

// records makes one record per initiator of a finished incident. A row that
// names no initiator, or only the state of one that is named elsewhere, tells of
// the victims of those who say more.
func (g *group) records() []evidence.Record {
	var out []evidence.Record
	for _, a := range g.recs {
		if slices.ContainsFunc(g.recs, func(o evidence.Record) bool { return tellsMore(o.Subject, a.Subject) }) {
			continue
		}
		r := g.recs[0]
		r.Subject, r.Targets, r.Extra = a.Subject, slices.Clone(a.Targets), maps.Clone(r.Extra)
		for _, o := range g.recs {
			if tellsMore(a.Subject, o.Subject) {
				for _, t := range o.Targets {
					r.Targets = addTarget(r.Targets, t)
				}
			}
		}
		out = append(out, r)
	}
	return out
}
