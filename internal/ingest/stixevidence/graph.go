package stixevidence

import (
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
	limits  jsonscan.Limits
	bundle  map[string]json.RawMessage
	objects map[string]*stix.Object
	order   []string                  // identifiers in the order of the input
	several map[string][]*stix.Object // versions of one object that are marked otherwise, see settleVersions
	library library
	sum     source.Summary
	bad     []*source.RecordError
	out     []evidence.Record // made and not yet yielded

	own     map[*stix.Object]*evidence.Record // what objects of ours carry
	foreign map[*stix.Object]bool             // of earlier inputs
	lost    map[string]int                    // optional properties that could not be read
	rules   marking.Rules
	said    publisher               // who stands for what names nobody, in the user's word
	allowed map[string]evidence.TLP // by marking definition
	unread  marking.Unread
	marked  map[*stix.Object]evidence.TLP // markings of objects, once worked out
	before  map[string]made               // what each object gave in the view before

	view       evidence.TLP              // what is being made is for those who may see this much
	successor  map[string]string         // revoked object -> the one that replaces it
	bonds      map[bond]*stix.Object     // what attributes an event to an actor
	attributed map[string][]*stix.Object // campaign or incident -> actors and states
	victims    map[string][]*stix.Object // incident -> whom it hit
	seats      map[string]string         // identity -> the one country where it is
	users      map[string][]string       // software that an actor is said to have written -> identifiers of all who use it
	stands     map[string]bool           // campaigns that stand for actors, of which there are none
	reports    map[string][]*stix.Object // what a report speaks of -> reports
	contested  map[string]*stix.Object   // object -> an opinion that disagrees with it
	owners     map[string][]*stix.Object // infrastructure -> actors that own it
	origin     map[string]string         // actor -> the one country its source attributes it to

	groups  map[string]string      // ATT&CK id -> identifier of a group; made when asked for
	claimed map[evidence.Class]int // claims read from descriptions

	set          dataset
	heaped       int
	unknownMarks int
	unframed     int // sentences of descriptions that link another group and were not read
}

// A bond is an event and one of those behind it.
type bond struct{ event, by string }

func newGraph(file string, opt source.Options) *graph {
	return &graph{
		file: file, limits: opt.Limits(), objects: map[string]*stix.Object{}, several: map[string][]*stix.Object{}, library: library{}, own: map[*stix.Object]*evidence.Record{}, foreign: map[*stix.Object]bool{}, lost: map[string]int{},
		claimed: map[evidence.Class]int{}, rules: opt.Markings, said: saidBy(opt), allowed: map[string]evidence.TLP{}, unread: marking.Unread{}, marked: map[*stix.Object]evidence.TLP{}, before: map[string]made{},
		sum: source.Summary{Format: "stix", Counts: map[string]int{}, Skipped: map[string]int{}},
	}
}

// maxReasons bounds the account of an input that makes up a type per object.
const maxReasons = 1000

// take adds one decoded element.
func (g *graph) take(d decoded, e jsonscan.Element) {
	if d.inner != nil {
		for _, in := range d.inner {
			g.take(in, e)
		}
		return
	}
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

// add keeps the newest version of an object, and those that may be the newest for
// whoever may see less. Of two that claim the same version and differ, one must be
// wrong: which one is kept does not depend on their order.
func (g *graph) add(o *stix.Object) {
	old := g.objects[o.ID]
	if old == nil {
		g.objects[o.ID] = o
		g.order = append(g.order, o.ID)
		return
	}
	stays, is := stix.Judge(old, o)
	other := o
	if stays == o {
		other = old
	}
	if is != stix.Duplicate && (len(g.several[o.ID]) > 0 || !slices.Equal(other.Markings, stays.Markings)) {
		if len(g.several[o.ID]) == 0 {
			g.several[o.ID] = []*stix.Object{old}
		}
		g.several[o.ID] = append(g.several[o.ID], o)
	}
	switch is {
	case stix.Newer, stix.Older:
		g.sum.Skipped["an older version of an object"]++
	case stix.Duplicate:
		g.sum.Skipped["duplicate"]++
	case stix.Conflict:
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

func (g *graph) emit(r *evidence.Record) { g.out = append(g.out, *r) }

// every walks the objects in the order of the input.
func (g *graph) every() func(func(*stix.Object) bool) {
	return func(yield func(*stix.Object) bool) {
		for _, id := range g.order {
			if o := g.objects[id]; !g.foreign[o] && !yield(o) {
				return
			}
		}
	}
}

// saidBy is the publisher in the user's word; of a known one the seat is known.
func saidBy(opt source.Options) publisher {
	if opt.PublisherCountry == "" {
		return named(opt.Publisher)
	}
	return publisher{opt.Publisher, opt.PublisherCountry}
}
