package stixevidence

import (
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// relationshipRecords turns one relationship into evidence about the actor at
// its source, or about the actors behind the campaign there.
func (g *graph) relationshipRecords(o *object) {
	from, gone := g.live(o.source)
	if gone != "" {
		g.drop(o, gone, typeOf(o.source), o.relation, "source_ref")
		return
	}
	to, gone := g.live(o.target)
	if gone != "" {
		if joinsNothing[typeOf(o.target)] || !kept[typeOf(o.target)] {
			g.sum.Skipped["no evidence about an actor: "+typeOf(o.source)+" "+o.relation+" "+typeOf(o.target)]++
		} else {
			g.drop(o, gone, typeOf(o.target), o.relation, "target_ref")
		}
		return
	}
	kind := fmt.Sprintf("%s %s %s", from.typ, o.relation, to.typ)
	fill := g.meaning(o.relation, from, to)
	if fill == nil {
		g.sum.Skipped["no evidence about an actor: "+kind]++
		return
	}
	actors, event := g.behind(from)
	if len(actors) == 0 {
		g.sum.Skipped["no actor: campaign attributed to nobody "+o.relation+" "+to.typ]++
		return
	}
	iv, err := g.span(o.first, o.last, false)
	if err != nil {
		g.rejectObject(o, "start_time", err.Error())
		return
	}
	start, unsourced := len(g.out), false
	for _, by := range actors {
		r := g.base("", o, by, from, to)
		fill(&r, func(r *evidence.Record) {
			r.Event, r.Activity = event, iv
			if iv.IsZero() && event != "" {
				r.Activity, _ = g.span(from.first, from.last, true)
			}
			r.Note = join(r.Note, clip(unmarked(o.description), 1000))
			keepExtra(r, o)
			unsourced = !g.cite(r, o, by) || unsourced
			g.emit(r)
		})
	}
	if unsourced {
		g.out = g.out[:start]
		g.rejectObject(o, "", noSource)
		return
	}
	g.sum.Counts[kind]++
}

// drop accounts for a relationship whose end is not there. An end that the
// source withdrew is its own doing; one that is missing is a loss to report.
func (g *graph) drop(o *object, gone, typ, relation, property string) {
	if gone != "missing" {
		g.sum.Skipped[fmt.Sprintf("joins a %s object: %s %s", gone, typ, relation)]++
		return
	}
	id := o.target
	switch property {
	case "source_ref":
		id = o.source
	case "sighting_of_ref":
		id = o.sightingOf
	}
	g.rejectObject(o, property, "refers to "+clip(id, 100)+", which is not in the input")
}

// Types that no relationship of an actor makes evidence of.
var joinsNothing = map[string]bool{"indicator": true, "observed-data": true, "course-of-action": true, "note": true, "grouping": true}

// A filler completes a record begun for one actor and emits it; it may make
// several of it, or none.
type filler func(r *evidence.Record, emit func(*evidence.Record))

// meaning is what a relationship of an actor says as evidence, nil for nothing.
func (g *graph) meaning(relation string, from, to *object) filler {
	if !actor(from) && from.typ != "campaign" {
		return nil
	}
	switch relation {
	case "uses":
		return g.use(to)
	case "targets":
		switch to.typ {
		case "location", "identity":
			return as(evidence.Targets, func(r *evidence.Record) { r.Targets = targets(to) })
		case "vulnerability":
			return as(evidence.Exploits, func(r *evidence.Record) { r.Value = to.name })
		}
	case "exploits":
		if to.typ == "vulnerability" {
			return as(evidence.Exploits, func(r *evidence.Record) { r.Value = to.name })
		}
	case "attributed-to":
		return g.attribution(from, to)
	case "originates-from", "located-at":
		if actor(from) && countryOf(to) != "" {
			return as(evidence.Sponsor, func(r *evidence.Record) {
				r.Subject.Country = countryOf(to)
				setExtra(r, "relationship_type", relation)
			})
		}
	case "owns", "hosts":
		if to.typ == "infrastructure" {
			return as(evidence.Infrastructure, func(r *evidence.Record) {
				r.Value = to.name
				setExtra(r, "relationship_type", relation)
			})
		}
	case "compromises":
		return g.compromise(to)
	case "duplicate-of":
		if actor(from) && actor(to) {
			return as(evidence.Alias, func(r *evidence.Record) { r.Value = to.name })
		}
	case "impersonates":
		if actor(to) || to.typ == "identity" {
			return as(evidence.FalseFlag, func(r *evidence.Record) { r.Object = g.actorOf(to) })
		}
	}
	return nil
}

func as(class evidence.Class, fill func(*evidence.Record)) filler {
	return func(r *evidence.Record, emit func(*evidence.Record)) {
		r.Class = class
		fill(r)
		emit(r)
	}
}

// use is the use of software, a technique or infrastructure. What ATT&CK and
// STIX call a tool is software that administrators have too: it is public.
func (g *graph) use(to *object) filler {
	id, _ := attackRef(to)
	switch to.typ {
	case "malware", "tool":
		return as(evidence.UsesSoftware, func(r *evidence.Record) {
			r.Value, r.ValueRef, r.ValueAliases = to.name, id, without(to.aliases, to.name)
			if to.typ == "tool" {
				r.Exclusivity = evidence.Public
			}
		})
	case "attack-pattern":
		return as(evidence.UsesTechnique, func(r *evidence.Record) {
			r.Value, r.ValueRef = to.name, id
			if len(to.tactics) > 0 {
				setExtra(r, "tactics", to.tactics)
			}
		})
	case "infrastructure":
		return as(evidence.Infrastructure, func(r *evidence.Record) { r.Value = to.name })
	}
	return nil
}

// attribution joins a campaign to its actor, and an actor to the organisation
// behind it. The name of a natural person is not kept as a sponsor.
func (g *graph) attribution(from, to *object) filler {
	switch {
	case from.typ == "campaign" && actor(to):
		// The campaign's own record says it; this one is counted.
		return func(*evidence.Record, func(*evidence.Record)) {}
	case actor(from) && (actor(to) || to.typ == "identity" && to.class != "individual" || countryOf(to) != ""):
		return as(evidence.Sponsor, func(r *evidence.Record) {
			r.Value = to.name
			if c := countryOf(to); c != "" {
				r.Subject.Country = c
			}
			if r.Subject.Country == "" {
				r.Subject.Country = g.origin[to.id]
			}
		})
	}
	return nil
}

// compromise is an attack on infrastructure: a takeover where another actor
// owns it, else the use of it.
func (g *graph) compromise(to *object) filler {
	if to.typ != "infrastructure" {
		if to.typ == "identity" || to.typ == "location" {
			return as(evidence.Targets, func(r *evidence.Record) { r.Targets = targets(to) })
		}
		return nil
	}
	return func(r *evidence.Record, emit func(*evidence.Record)) {
		others := 0
		for _, owner := range distinctObjects(g.owners[to.id]) {
			if a := g.actorOf(owner); a.Ref != r.Subject.Ref {
				t := *r
				t.Class, t.Object, t.Value = evidence.Takeover, a, to.name
				t.Marking = stricter(t.Marking, g.marking(owner))
				emit(&t)
				others++
			}
		}
		if others == 0 {
			r.Class, r.Value = evidence.Infrastructure, to.name
			setExtra(r, "relationship_type", "compromises")
			emit(r)
		}
	}
}
