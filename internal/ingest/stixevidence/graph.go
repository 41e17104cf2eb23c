package stixevidence

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/marking"
)

// A graph holds the objects of one input that can bear evidence about actors.
// Relationships may come before what they join, and the data set's name after
// both, so records are made when everything is known.
type graph struct {
	file    string
	bundle  map[string]json.RawMessage
	objects map[string]*stix.Object
	order   []string // identifiers in the order of the input
	library library
	sum     source.Summary
	bad     []*source.RecordError
	out     []evidence.Record // made and not yet yielded

	own     map[*stix.Object]*evidence.Record // what objects of ours carry
	lost    map[string]int                    // optional properties that could not be read
	rules   marking.Rules
	allowed map[string]evidence.TLP // by marking definition
	unread  marking.Unread
	marked  map[*stix.Object]evidence.TLP // markings of objects, once worked out
	before  map[string]made               // what each object gave in the view before

	view       evidence.TLP              // what is being made is for those who may see this much
	successor  map[string]string         // revoked object -> the one that replaces it
	attributed map[string][]*stix.Object // campaign -> actors
	reports    map[string][]*stix.Object // what a report speaks of -> reports
	contested  map[string]*stix.Object   // object -> an opinion that disagrees with it
	owners     map[string][]*stix.Object // infrastructure -> actors that own it
	origin     map[string]string         // actor -> the one country its source attributes it to

	set          dataset
	heaped       int
	unknownMarks int
}

func newGraph(file string, rules marking.Rules) *graph {
	return &graph{
		file: file, objects: map[string]*stix.Object{}, library: library{}, own: map[*stix.Object]*evidence.Record{}, lost: map[string]int{},
		rules: rules, allowed: map[string]evidence.TLP{}, unread: marking.Unread{}, marked: map[*stix.Object]evidence.TLP{}, before: map[string]made{},
		sum: source.Summary{Format: "stix", Counts: map[string]int{}, Skipped: map[string]int{}},
	}
}

// maxReasons bounds the account of an input that makes up a type per object.
const maxReasons = 1000

// take adds one decoded element.
func (g *graph) take(d decoded, _ jsonscan.Element) {
	g.sum.Objects++
	switch {
	case d.bad != nil:
		g.reject(d.bad)
	case d.skip != "":
		if g.sum.Skipped[d.skip] == 0 && len(g.sum.Skipped) >= maxReasons {
			d.skip = "not evidence about an actor: other types"
		}
		g.sum.Skipped[d.skip]++
	default:
		if d.own != nil {
			g.own[d.object] = d.own
		}
		for _, property := range d.object.Lost {
			g.lost[property]++
		}
		g.add(d.object)
	}
}

func (g *graph) reject(bad *source.RecordError) {
	g.sum.Rejected++
	g.bad = append(g.bad, bad)
}

func (g *graph) rejectObject(o *stix.Object, property, why string) {
	path := o.Path
	if property != "" {
		path += "/" + property
	}
	g.reject(&source.RecordError{File: g.file, Line: o.Line, Object: o.ID, Path: path, Why: why})
}

// add keeps the newest version of an object. Of two that claim the same
// version and differ, one must be wrong: which one is kept does not depend on
// their order.
func (g *graph) add(o *stix.Object) {
	old := g.objects[o.ID]
	if old == nil {
		g.objects[o.ID] = o
		g.order = append(g.order, o.ID)
		return
	}
	stays, is := stix.Judge(old, o)
	switch is {
	case stix.Newer, stix.Older:
		g.sum.Skipped["an older version of an object"]++
	case stix.Duplicate:
		g.sum.Skipped["duplicate"]++
	case stix.Conflict:
		other := o
		if stays == o {
			other = old
		}
		g.rejectObject(other, "", fmt.Sprintf("has the same id and modified time as the object on line %d, but different content", stays.Line))
	}
	g.objects[o.ID] = stays
}

// live returns the object with that identifier, or what replaced it. gone says
// why there is none.
func (g *graph) live(id string) (o *stix.Object, gone string) {
	for range 100 { // a chain of successors has an end; a ring has not
		if o = g.objects[id]; !g.sees(o) {
			o = nil
		}
		next, replaced := g.successor[id]
		switch {
		case replaced && (o == nil || o.Revoked):
			id = next
			continue
		case o == nil:
			return nil, "missing"
		case o.Revoked:
			return nil, "revoked"
		case o.Deprecated:
			return nil, "deprecated"
		}
		return o, ""
	}
	return nil, "revoked"
}

// index prepares what relationships and reports say about other objects, as far
// as the view shows them.
func (g *graph) index() {
	g.successor, g.attributed, g.reports = map[string]string{}, map[string][]*stix.Object{}, map[string][]*stix.Object{}
	g.contested, g.owners, g.origin = map[string]*stix.Object{}, map[string][]*stix.Object{}, map[string]string{}
	for o := range g.every() {
		if o.Revoked || o.Deprecated || !g.sees(o) {
			continue
		}
		if o.Type == "relationship" && o.Relation == "revoked-by" {
			if old, ok := g.successor[o.Source]; !ok || o.Target < old {
				g.successor[o.Source] = o.Target
			}
		}
	}
	for o := range g.every() {
		if o.Revoked || o.Deprecated || !g.sees(o) {
			continue
		}
		switch o.Type {
		case "relationship":
			g.indexRelationship(o)
		case "report":
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
	for _, list := range g.attributed {
		slices.SortFunc(list, byID)
	}
	for _, list := range g.owners {
		slices.SortFunc(list, byID)
	}
}

func byID(a, b *stix.Object) int { return cmp.Compare(a.ID, b.ID) }

func (g *graph) indexRelationship(o *stix.Object) {
	from, _ := g.live(o.Source)
	to, _ := g.live(o.Target)
	if from == nil || to == nil {
		return
	}
	switch o.Relation {
	case "attributed-to":
		if from.Type == "campaign" && actor(to) {
			g.attributed[from.ID] = append(g.attributed[from.ID], to)
		}
		g.comesFrom(from, to)
	case "originates-from", "located-at":
		g.comesFrom(from, to)
	case "owns":
		if actor(from) && to.Type == "infrastructure" {
			g.owners[to.ID] = append(g.owners[to.ID], from)
		}
	}
}

// comesFrom notes the country of an actor; two countries leave it unknown.
func (g *graph) comesFrom(from, to *stix.Object) {
	code := countryOf(to)
	if !actor(from) || code == "" {
		return
	}
	if old, ok := g.origin[from.ID]; ok && old != code {
		code = ""
	}
	g.origin[from.ID] = code
}

// countryOf is the state that a location or the identity of a state stands for.
func countryOf(o *stix.Object) string {
	if o.Type != "location" && (o.Type != "identity" || o.Class == "individual") {
		return ""
	}
	for _, name := range []string{o.Country, o.Name} {
		if code, ok := evidence.ParseCountry(name); ok && name != "" {
			return code
		}
	}
	return ""
}

func actor(o *stix.Object) bool { return o.Type == "intrusion-set" || o.Type == "threat-actor" }

func (g *graph) emit(r *evidence.Record) { g.out = append(g.out, *r) }

// every walks the objects in the order of the input.
func (g *graph) every() func(func(*stix.Object) bool) {
	return func(yield func(*stix.Object) bool) {
		for _, id := range g.order {
			if !yield(g.objects[id]) {
				return
			}
		}
	}
}
