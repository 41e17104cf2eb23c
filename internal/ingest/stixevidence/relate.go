package stixevidence

import (
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// relationshipRecords turns one relationship into evidence about the actor at
// its source, or about the actors behind the campaign or incident there.
func (g *graph) relationshipRecords(o *stix.Object) {
	from, gone := g.live(o.Source)
	if gone != "" {
		g.drop(o, gone, stix.TypeOf(o.Source), o.Relation, "source_ref")
		return
	}
	to, gone := g.live(o.Target)
	if gone != "" {
		if joinsNothing[stix.TypeOf(o.Target)] || !kept[stix.TypeOf(o.Target)] {
			g.sum.Skipped["no evidence about an actor: "+stix.TypeOf(o.Source)+" "+o.Relation+" "+stix.TypeOf(o.Target)]++
		} else {
			g.drop(o, gone, stix.TypeOf(o.Target), o.Relation, "target_ref")
		}
		return
	}
	kind := fmt.Sprintf("%s %s %s", from.Type, o.Relation, to.Type)
	if g.background(o.Relation, from, to) {
		g.sum.Counts[kind]++
		return
	}
	if o.Relation == "authored-by" {
		from, to = to, from
	}
	fill := g.meaning(o.Relation, from, to)
	if fill == nil {
		g.sum.Skipped["no evidence about an actor: "+kind]++
		return
	}
	actors, event := g.behind(from)
	if len(actors) == 0 {
		g.sum.Skipped["no actor: "+from.Type+" attributed to nobody "+o.Relation+" "+to.Type]++
		return
	}
	iv := g.span(o)
	start, unsourced := len(g.out), false
	for _, by := range actors {
		r := g.base("", o, by, g.bound(from, by, from, to)...)
		fill(&r, func(r *evidence.Record) {
			r.Event, r.Activity = event, iv
			if iv.IsZero() && event != "" {
				r.Activity = g.span(from)
			}
			r.Note = join(r.Note, stix.Clip(unmarked(o.Description), 1000))
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
func (g *graph) drop(o *stix.Object, gone, typ, relation, property string) {
	if gone != "missing" {
		g.sum.Skipped[fmt.Sprintf("joins a %s object: %s %s", gone, typ, relation)]++
		return
	}
	id := o.Target
	switch property {
	case "source_ref":
		id = o.Source
	case "sighting_of_ref":
		id = o.SightingOf
	}
	g.rejectObject(o, property, "refers to "+stix.Clip(id, 100)+", which is not in the input, nor in an earlier one; ingest what has it, and then this with --replace")
}

// Types that no relationship of an actor makes evidence of.
var joinsNothing = map[string]bool{"indicator": true, "observed-data": true, "course-of-action": true, "note": true, "grouping": true}

// A filler completes a record begun for one actor and emits it; it may make
// several of it, or none.
type filler func(r *evidence.Record, emit func(*evidence.Record))

// background reports a relationship that stands in the records of others: an
// event's own record has its actors and victims, a victim its state.
func (g *graph) background(relation string, from, to *stix.Object) bool {
	switch relation {
	case "attributed-to":
		switch from.Type {
		case "report", "grouping":
			return g.actor(to) && len(g.eventsOf(from, maxNested)) > 0
		case "incident":
			return to.Type == "campaign" && len(g.attributed[from.ID]) > 0 || g.actor(to) || countryOf(to) != ""
		}
		return g.event(from) && (g.actor(to) || countryOf(to) != "")
	case "targets":
		return from.Type == "incident" && (to.Type == "location" || to.Type == "identity") && len(g.attributed[from.ID]) > 0
	case "located-at":
		return from.Type == "identity" && countryOf(to) != ""
	}
	return false
}

// meaning is what a relationship of an actor says as evidence, nil for nothing.
func (g *graph) meaning(relation string, from, to *stix.Object) filler {
	if !g.actor(from) && !g.event(from) {
		return nil
	}
	switch relation {
	case "uses":
		return g.use(to)
	case "authored-by":
		return g.authorship(from, to)
	case "targets":
		switch to.Type {
		case "location", "identity":
			return as(evidence.Targets, func(r *evidence.Record) { r.Targets = g.targets(to) })
		case "vulnerability":
			return as(evidence.Exploits, func(r *evidence.Record) { r.Value = to.Name })
		}
	case "exploits":
		if to.Type == "vulnerability" {
			return as(evidence.Exploits, func(r *evidence.Record) { r.Value = to.Name })
		}
	case "attributed-to":
		return g.attribution(from, to)
	case "originates-from", "located-at":
		if g.actor(from) && countryOf(to) != "" {
			return as(evidence.Sponsor, func(r *evidence.Record) {
				r.Subject.Country = countryOf(to)
				setExtra(r, "relationship_type", relation)
			})
		}
	case "owns", "hosts":
		if to.Type == "infrastructure" {
			return as(evidence.Infrastructure, func(r *evidence.Record) {
				r.Value = to.Name
				setExtra(r, "relationship_type", relation)
			})
		}
	case "compromises":
		return g.compromise(to)
	case "duplicate-of":
		if g.actor(from) && g.actor(to) {
			return as(evidence.Alias, func(r *evidence.Record) { r.Value = to.Name })
		}
	case "part-of", "related-to":
		if g.actor(from) && g.actor(to) && from != to {
			return as(evidence.PossiblySame, func(r *evidence.Record) {
				r.Object, r.Kind = g.actorOf(to), kinship[relation]
			})
		}
	case "impersonates":
		if g.actor(to) || to.Type == "identity" {
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
func (g *graph) use(to *stix.Object) filler {
	id, _ := attackRef(to)
	switch to.Type {
	case "malware", "tool":
		return g.asSoftware(to, func(r *evidence.Record) {
			if to.Type == "tool" {
				r.Exclusivity = evidence.Public
			}
		})
	case "attack-pattern":
		return as(evidence.UsesTechnique, func(r *evidence.Record) {
			r.Value, r.ValueRef = to.Name, id
			if len(to.Tactics) > 0 {
				setExtra(r, "tactics", to.Tactics)
			}
		})
	case "infrastructure":
		return as(evidence.Infrastructure, func(r *evidence.Record) { r.Value = to.Name })
	}
	return nil
}

// kinship is what a relationship of two actors says of their being one.
// related-to says that the two have to do with each other and not what.
var kinship = map[string]string{"part-of": evidence.KindPart, "related-to": evidence.KindRelated}

// authorship is the writing of software. Its author alone has it as far as the
// source knows where nobody else in the source uses it.
func (g *graph) authorship(by, software *stix.Object) filler {
	if software.Type != "malware" && software.Type != "tool" || !g.actor(by) {
		return nil
	}
	return g.asSoftware(software, func(r *evidence.Record) {
		r.Exclusivity = evidence.Exclusive
		for _, id := range g.users[software.ID] {
			if user, _ := g.live(id); user != nil && user != by && !g.sameHands(user, by) {
				r.Exclusivity = evidence.Shared
			}
		}
		setExtra(r, "relationship_type", "authored-by")
	})
}

// sameHands reports that an event is laid to an actor and to nobody else.
func (g *graph) sameHands(event, by *stix.Object) bool {
	return g.event(event) && !slices.ContainsFunc(g.attributed[event.ID], func(a *stix.Object) bool { return a != by })
}

func (g *graph) asSoftware(to *stix.Object, more func(*evidence.Record)) filler {
	return as(evidence.UsesSoftware, func(r *evidence.Record) {
		r.Value, r.ValueAliases = to.Name, without(to.Aliases, to.Name)
		r.ValueRef, _ = attackRef(to)
		more(r)
	})
}

// attribution joins an actor to the organisation behind it. The name of a
// natural person is not kept as a sponsor.
func (g *graph) attribution(from, to *stix.Object) filler {
	switch {
	case g.actor(from) && (g.actor(to) || to.Type == "identity" && to.Class != "individual" || countryOf(to) != ""):
		return as(evidence.Sponsor, func(r *evidence.Record) {
			r.Value = to.Name
			if c := countryOf(to); c != "" {
				r.Subject.Country = c
			}
			if r.Subject.Country == "" {
				r.Subject.Country = g.origin[to.ID]
			}
		})
	}
	return nil
}

// compromise is an attack on infrastructure: a takeover where another actor
// owns it, else the use of it.
func (g *graph) compromise(to *stix.Object) filler {
	if to.Type != "infrastructure" {
		if to.Type == "identity" || to.Type == "location" {
			return as(evidence.Targets, func(r *evidence.Record) { r.Targets = g.targets(to) })
		}
		return nil
	}
	return func(r *evidence.Record, emit func(*evidence.Record)) {
		others := 0
		for _, owner := range distinctObjects(g.owners[to.ID]) {
			if a := g.actorOf(owner); a.Ref != r.Subject.Ref {
				t := *r
				t.Class, t.Object, t.Value = evidence.Takeover, a, to.Name
				t.Marking = marking.Join(t.Marking, g.marking(owner))
				emit(&t)
				others++
			}
		}
		if others == 0 {
			r.Class, r.Value = evidence.Infrastructure, to.Name
			setExtra(r, "relationship_type", "compromises")
			emit(r)
		}
	}
}
