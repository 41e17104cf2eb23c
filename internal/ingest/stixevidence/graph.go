package stixevidence

import (
	"cmp"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// A graph holds the objects of one input that can bear evidence about actors.
// Relationships may come before what they join, and the data set's name after
// both, so records are made when everything is known.
type graph struct {
	file    string
	bundle  map[string]json.RawMessage
	objects map[string]*object
	order   []string // identifiers in the order of the input
	library library
	sum     source.Summary
	bad     []*source.RecordError
	out     []evidence.Record // made and not yet yielded

	successor    map[string]string // revoked object -> the one that replaces it
	undefined    map[string]bool   // markings the input does not define
	attributed   map[string][]*object
	reports      map[string][]*object // what a report speaks of -> reports
	contested    map[string]*object   // object -> an opinion that disagrees with it
	owners       map[string][]*object // infrastructure -> actors that own it
	origin       map[string]string    // actor -> the one country its source attributes it to
	set          dataset
	heaped       int
	unknownMarks int
}

func newGraph(file string) *graph {
	return &graph{
		file: file, objects: map[string]*object{}, library: library{},
		successor: map[string]string{}, undefined: map[string]bool{}, attributed: map[string][]*object{},
		reports: map[string][]*object{}, contested: map[string]*object{}, owners: map[string][]*object{}, origin: map[string]string{},
		sum: source.Summary{Format: "stix", Counts: map[string]int{}, Skipped: map[string]int{}},
	}
}

// maxReasons bounds the account of an input that makes up a type per object.
const maxReasons = 1000

// take adds one decoded element.
func (g *graph) take(d decoded, e source.Element) {
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
		g.add(d.object)
	}
}

func (g *graph) reject(bad *source.RecordError) {
	g.sum.Rejected++
	g.bad = append(g.bad, bad)
}

func (g *graph) rejectObject(o *object, property, why string) {
	path := o.place.path
	if property != "" {
		path += "/" + property
	}
	g.reject(&source.RecordError{File: g.file, Line: o.place.line, Object: o.id, Path: path, Why: why})
}

// add keeps the newest version of an object. Of two that claim the same
// version and differ, one must be wrong: which one is kept does not depend on
// their order.
func (g *graph) add(o *object) {
	old := g.objects[o.id]
	if old == nil {
		g.objects[o.id] = o
		g.order = append(g.order, o.id)
		return
	}
	switch c := o.modified.Compare(old.modified); {
	case c > 0:
		g.objects[o.id] = o
		g.sum.Skipped["an older version of an object"]++
	case c < 0:
		g.sum.Skipped["an older version of an object"]++
	case same(o, old):
		g.sum.Skipped["duplicate"]++
	default:
		if canonical(o) < canonical(old) {
			g.objects[o.id] = o
			o, old = old, o
		}
		g.rejectObject(o, "", fmt.Sprintf("has the same id and modified time as the object on line %d, but different content", old.place.line))
	}
}

func same(a, b *object) bool {
	x, y := *a, *b
	x.place, y.place = place{}, place{}
	return reflect.DeepEqual(x, y)
}

func canonical(o *object) string {
	c := *o
	c.place, c.own = place{}, nil
	if o.own != nil { // a pointer prints as an address
		return fmt.Sprintf("%s %+v", o.own.record.ID, c)
	}
	return fmt.Sprintf("%+v", c)
}

// live returns the object with that identifier, or what replaced it. gone says
// why there is none.
func (g *graph) live(id string) (o *object, gone string) {
	for range 100 { // a chain of successors has an end; a ring has not
		o = g.objects[id]
		next, replaced := g.successor[id]
		switch {
		case replaced && (o == nil || o.revoked):
			id = next
			continue
		case o == nil:
			return nil, "missing"
		case o.revoked:
			return nil, "revoked"
		case o.deprecated:
			return nil, "deprecated"
		}
		return o, ""
	}
	return nil, "revoked"
}

// index prepares what relationships and reports say about other objects.
func (g *graph) index() {
	for o := range g.every() {
		if o.revoked || o.deprecated {
			continue
		}
		if o.typ == "relationship" && o.relation == "revoked-by" {
			if old, ok := g.successor[o.source]; !ok || o.target < old {
				g.successor[o.source] = o.target
			}
		}
	}
	for o := range g.every() {
		if o.revoked || o.deprecated {
			continue
		}
		switch o.typ {
		case "relationship":
			g.indexRelationship(o)
		case "report":
			for _, ref := range o.refs {
				g.reports[ref] = append(g.reports[ref], o)
			}
		case "opinion":
			if o.opinion == "disagree" || o.opinion == "strongly-disagree" {
				for _, ref := range o.refs {
					if old := g.contested[ref]; old == nil || o.id < old.id {
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

func byID(a, b *object) int { return cmp.Compare(a.id, b.id) }

func (g *graph) indexRelationship(o *object) {
	from, _ := g.live(o.source)
	to, _ := g.live(o.target)
	if from == nil || to == nil {
		return
	}
	switch o.relation {
	case "attributed-to":
		if from.typ == "campaign" && actor(to) {
			g.attributed[from.id] = append(g.attributed[from.id], to)
		}
		g.comesFrom(from, to)
	case "originates-from", "located-at":
		g.comesFrom(from, to)
	case "owns":
		if actor(from) && to.typ == "infrastructure" {
			g.owners[to.id] = append(g.owners[to.id], from)
		}
	}
}

// comesFrom notes the country of an actor; two countries leave it unknown.
func (g *graph) comesFrom(from, to *object) {
	code := countryOf(to)
	if !actor(from) || code == "" {
		return
	}
	if old, ok := g.origin[from.id]; ok && old != code {
		code = ""
	}
	g.origin[from.id] = code
}

// countryOf is the state that a location or the identity of a state stands for.
func countryOf(o *object) string {
	if o.typ != "location" && (o.typ != "identity" || o.class == "individual") {
		return ""
	}
	for _, name := range []string{o.country, o.name} {
		if code, ok := evidence.ParseCountry(name); ok && name != "" {
			return code
		}
	}
	return ""
}

func actor(o *object) bool { return o.typ == "intrusion-set" || o.typ == "threat-actor" }

func (g *graph) emit(r *evidence.Record) { g.out = append(g.out, *r) }

// every walks the objects in the order of the input.
func (g *graph) every() func(func(*object) bool) {
	return func(yield func(*object) bool) {
		for _, id := range g.order {
			if !yield(g.objects[id]) {
				return
			}
		}
	}
}
