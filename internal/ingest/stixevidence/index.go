package stixevidence

import (
	"cmp"
	"regexp"
	"slices"

	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// index prepares what relationships and reports say about other objects, as far
// as the view shows them.
func (g *graph) index() {
	g.successor, g.attributed, g.reports = map[string]string{}, map[string][]*stix.Object{}, map[string][]*stix.Object{}
	g.contested, g.owners, g.origin = map[string]*stix.Object{}, map[string][]*stix.Object{}, map[string]string{}
	g.victims, g.seats, g.users = map[string][]*stix.Object{}, map[string]string{}, map[string][]string{}
	g.stands, g.bonds = map[string]bool{}, map[bond]*stix.Object{}
	actors := 0
	for o := range g.inForce() {
		switch {
		case o.Type == "relationship" && o.Relation == "revoked-by":
			if old, ok := g.successor[o.Source]; !ok || o.Target < old {
				g.successor[o.Source] = o.Target
			}
		case actorType(o.Type):
			actors++
		case o.Type == "relationship" && acts[o.Relation]:
			g.stands[o.Source] = true
		}
	}
	if actors > 0 {
		clear(g.stands)
	}
	var inherited []*stix.Object
	for o := range g.inForce() {
		switch o.Type {
		case "relationship":
			if g.indexRelationship(o) {
				inherited = append(inherited, o)
			}
		case "report", "grouping":
			for _, ref := range o.Refs {
				g.reports[ref] = append(g.reports[ref], o)
			}
		case "opinion":
			if o.Opinion == "disagree" || o.Opinion == "strongly-disagree" {
				for _, ref := range o.Refs {
					if old := g.contested[ref]; old == nil || o.ID < old.ID {
						g.contested[ref] = o
					}
				}
			}
		}
	}
	for _, event := range []string{"report", "grouping", "incident"} { // a campaign may have its actors from a report
		for _, o := range inherited {
			if stix.TypeOf(o.Source) == event {
				g.inherit(o)
			}
		}
	}
	for _, lists := range []map[string][]*stix.Object{g.attributed, g.owners, g.victims} {
		for _, list := range lists {
			slices.SortFunc(list, byID)
		}
	}
}

func byID(a, b *stix.Object) int { return cmp.Compare(a.ID, b.ID) }

// inForce walks the objects that the view shows and nobody withdrew.
func (g *graph) inForce() func(func(*stix.Object) bool) {
	return func(yield func(*stix.Object) bool) {
		for o := range g.every() {
			if !o.Revoked && !o.Deprecated && g.sees(o) && !yield(o) {
				return
			}
		}
	}
}

// indexRelationship notes what a relationship says of others. It is true where
// what it says can be told only when all attributions are known: an incident has
// the actors of its campaign, the campaigns of a report have the report's.
func (g *graph) indexRelationship(o *stix.Object) (inherited bool) {
	from, _ := g.live(o.Source)
	to, _ := g.live(o.Target)
	if from == nil || to == nil {
		return false
	}
	switch o.Relation {
	case "attributed-to":
		switch {
		case g.event(from) && (g.actor(to) || countryOf(to) != ""):
			g.attribute(from, to, o)
		case lists(from.Type) && g.actor(to), from.Type == "incident" && to.Type == "campaign":
			return true
		}
		g.comesFrom(from, to)
	case "originates-from":
		g.comesFrom(from, to)
	case "located-at":
		g.comesFrom(from, to)
		if from.Type == "identity" {
			note(g.seats, from.ID, countryOf(to))
		}
	case "owns":
		if g.actor(from) && to.Type == "infrastructure" {
			g.owners[to.ID] = append(g.owners[to.ID], from)
		}
	case "targets":
		if from.Type == "incident" && (to.Type == "location" || to.Type == "identity") {
			g.victims[from.ID] = append(g.victims[from.ID], to)
		}
	case "uses":
		g.users[to.ID] = append(g.users[to.ID], from.ID)
	case "authored-by":
		g.users[from.ID] = append(g.users[from.ID], to.ID)
	}
	return false
}

// attribute notes who is behind an event, and which relationship says so.
func (g *graph) attribute(event, by, o *stix.Object) {
	g.attributed[event.ID] = append(g.attributed[event.ID], by)
	if old := g.bonds[bond{event.ID, by.ID}]; old == nil || o.ID < old.ID {
		g.bonds[bond{event.ID, by.ID}] = o
	}
}

// bound is an object about an event, with what lays the event to an actor.
func (g *graph) bound(event, by *stix.Object, more ...*stix.Object) []*stix.Object {
	if o := g.bonds[bond{event.ID, by.ID}]; o != nil {
		return append(slices.Clone(more), o)
	}
	return more
}

// inherit hands an attribution on. Older playbooks attribute the report of a
// campaign and not the campaign.
func (g *graph) inherit(o *stix.Object) {
	from, _ := g.live(o.Source)
	to, _ := g.live(o.Target)
	switch from.Type {
	case "incident":
		for _, by := range g.attributed[to.ID] {
			g.attribute(from, by, o)
		}
	case "report", "grouping":
		for _, c := range g.eventsOf(from, maxNested) {
			g.attribute(c, to, o)
		}
	}
}

// maxNested bounds the reports within reports that are followed.
const maxNested = 3

// eventsOf are the campaigns and incidents of a report, and of the reports in it.
func (g *graph) eventsOf(report *stix.Object, depth int) (list []*stix.Object) {
	for _, ref := range report.Refs {
		switch o, _ := g.live(ref); {
		case o == nil:
		case g.event(o):
			list = append(list, o)
		case lists(o.Type) && depth > 0:
			list = append(list, g.eventsOf(o, depth-1)...)
		}
	}
	return list
}

// comesFrom notes the country of an actor; two countries leave it unknown.
func (g *graph) comesFrom(from, to *stix.Object) {
	if code := countryOf(to); g.actor(from) && code != "" {
		note(g.origin, from.ID, code)
	}
}

// note keeps the one value that a key has; two leave it unknown.
func note(table map[string]string, key, value string) {
	if old, ok := table[key]; ok && old != value {
		value = ""
	}
	table[key] = value
}

// actor reports whether an object is an actor. Where an input has campaigns that
// do things and nobody who could be behind them, the campaigns are its actors:
// that is how a source writes that names clusters and not groups. An operation by
// its name is none.
func (g *graph) actor(o *stix.Object) bool {
	return actorType(o.Type) || o.Type == "campaign" && g.stands[o.ID] && !operation.MatchString(o.Name)
}

var operation = regexp.MustCompile(`(?i)^(operation|campaign)\b|\b(operation|campaign)$`)

// acts are the relationships of who does something.
var acts = map[string]bool{"uses": true, "targets": true, "exploits": true, "compromises": true, "owns": true}

// event reports whether an object is something that actors did.
func (g *graph) event(o *stix.Object) bool { return eventType(o.Type) && !g.actor(o) }
