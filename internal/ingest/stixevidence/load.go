package stixevidence

import (
	"bytes"
	"context"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/jsonscan"
	"github.com/cahoots-project/cahoots/internal/format/stix"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// decoded is the outcome for one element: an object to keep, the reason to
// leave it out, or what is wrong with it.
type decoded struct {
	object *stix.Object
	own    *evidence.Record // that an object written by package export carries
	skip   string
	bad    *source.RecordError
	inner  []decoded // of a bundle in a list of bundles
}

// Types whose objects are kept. The others bear no evidence about actors here:
// indicators and observations are read by the sensor side.
var kept = map[string]bool{
	"intrusion-set": true, "threat-actor": true, "campaign": true, "malware": true, "tool": true, "attack-pattern": true,
	"vulnerability": true, "infrastructure": true, "identity": true, "location": true, "report": true, "grouping": true, "sighting": true,
	"opinion": true, "incident": true, "relationship": true, "marking-definition": true, "x-mitre-matrix": true, "x-mitre-collection": true,
}

// keep says what of the objects goes into records: the descriptions of
// techniques are long and in none, and what no property has a place for is in
// those of actors, campaigns and what is said of them.
var keep = stix.Keep{
	Text: func(typ string) bool { return typ != "attack-pattern" },
	Extra: func(typ string) bool {
		return typ == "intrusion-set" || typ == "threat-actor" || typ == "campaign" || typ == "incident" || typ == "relationship" || typ == "sighting"
	},
}

// relevant says whether a relationship can lead to evidence about an actor.
// revoked-by joins any two objects; owns is needed to tell whose infrastructure
// was compromised, located-at in which state a victim is, attributed-to whose the
// campaigns of a report are.
func relevant(h stix.Head) bool {
	switch t := stix.TypeOf(h.Source); h.Relation {
	case "revoked-by", "owns", "authored-by":
		return true
	case "located-at":
		return t == "identity" || actorType(t)
	case "attributed-to":
		return lists(t) || speaksOfActors(t)
	default:
		return speaksOfActors(t)
	}
}

func actorType(t string) bool { return t == "intrusion-set" || t == "threat-actor" }

// speaksOfActors are the types whose relationships are evidence about an actor:
// the actor's own, and those of an event that is attributed to it.
func speaksOfActors(t string) bool { return actorType(t) || eventType(t) }

// lists are the types that say whose word the objects are which they list: MISP
// shares an event as a grouping.
func lists(t string) bool { return t == "report" || t == "grouping" }

func eventType(t string) bool { return t == "campaign" || t == "incident" }

func decode(file string, limits jsonscan.Limits) func(jsonscan.Element) decoded {
	return func(e jsonscan.Element) decoded {
		reject := func(id, property, why string) decoded {
			path := e.Path()
			if property != "" {
				path += "/" + property
			}
			return decoded{bad: &source.RecordError{File: file, Line: e.Line, Object: id, Path: path, Why: why}}
		}
		if err := stix.Raw(e); err != nil {
			return reject("", "", err.Error())
		}
		h, _ := stix.HeadOf(e.Raw)
		if d, bad, ours := decodeOwn(h, e); bad != nil {
			return reject(h.ID, bad.Property, bad.Why)
		} else if ours {
			return d
		}
		switch {
		case h.Type == "bundle":
			return unwrap(file, limits, e)
		case h.Type != "" && !kept[h.Type]:
			return decoded{skip: "not evidence about an actor: " + stix.Clip(h.Type, 100)}
		case h.Type == "relationship" && h.Relation != "" && h.Source != "" && !relevant(h):
			return decoded{skip: stix.Clip("no actor: "+stix.TypeOf(h.Source)+" "+h.Relation+" "+stix.TypeOf(h.Target), 200)}
		}
		o, bad := stix.Decode(e, keep)
		if bad == nil {
			bad = o.Check()
		}
		if bad != nil {
			return reject(o.ID, bad.Property, bad.Why)
		}
		return decoded{object: o}
	}
}

// unwrap decodes the objects of a bundle that is one of a list.
func unwrap(file string, limits jsonscan.Limits, e jsonscan.Element) (d decoded) {
	sc := jsonscan.New(bytes.NewReader(e.Raw), limits, "objects")
	for one := decode(file, limits); sc.Scan() && sc.Element().List != ""; { // what has no list is an element itself
		in := sc.Element()
		in.Line, in.Raw = in.Line+e.Line-1, bytes.Clone(in.Raw)
		d.inner = append(d.inner, one(in))
	}
	if err := sc.Err(); err != nil {
		return decoded{bad: &source.RecordError{File: file, Line: e.Line, Path: e.Path(), Why: err.Error()}}
	}
	if d.inner == nil {
		d.skip = "a bundle without objects"
	}
	return d
}

// load reads the whole input into the graph. Objects that bear no evidence are
// counted and let go.
func (g *graph) load(ctx context.Context, scanner *jsonscan.Scanner) error {
	err := jsonscan.Each(ctx, scanner, decode(g.file, g.limits), g.take)
	g.bundle = maps.Clone(scanner.Members())
	return err
}

// sortedKeys lists the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
