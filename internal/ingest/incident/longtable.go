package incident

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// maxGrouped bounds the rows of a table in which several make one incident: it
// must be held until its last row.
const maxGrouped = 1 << 20

// A group is the incident that several rows tell together.
type group struct {
	recs []evidence.Record      // one per initiator
	at   map[evidence.Actor]int // place in recs
	line int
}

// gather reads the whole table and joins the rows of each incident. What the
// rows say of the incident as a whole, such as its title and dates, is what the
// first says that says it; victims belong to the initiator beside whom they
// stand, and to all where they stand beside none.
func (r *Reader) gather() error {
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
			g = &group{at: map[evidence.Actor]int{}, line: recs[0].Origin.Line}
			groups[key], order = g, append(order, g)
		}
		for i := range recs {
			r.join(g, &recs[i])
		}
	}
}

// join adds what one row says.
func (r *Reader) join(g *group, rec *evidence.Record) {
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

// records makes one record per initiator of a finished incident.
func (g *group) records() []evidence.Record {
	whole := g.recs[0]
	var out []evidence.Record
	for i := range g.recs {
		r := whole
		r.Subject, r.Targets = g.recs[i].Subject, g.recs[i].Targets
		r.Extra = map[string]json.RawMessage{}
		for k, v := range whole.Extra {
			r.Extra[k] = v
		}
		out = append(out, r)
	}
	// A row that names no initiator, or only the state of one that is named
	// elsewhere, tells of the victims of those who say more.
	keep := out[:0:0]
	for _, a := range out {
		more := slices.ContainsFunc(out, func(o evidence.Record) bool { return tellsMore(o.Subject, a.Subject) })
		if !more {
			keep = append(keep, a)
		}
	}
	for _, a := range out {
		for i := range keep {
			if tellsMore(keep[i].Subject, a.Subject) {
				for _, t := range a.Targets {
					keep[i].Targets = addTarget(keep[i].Targets, t)
				}
			}
		}
	}
	return keep
}
