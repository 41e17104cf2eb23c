package stixevidence

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// actorRecords are the names of one actor: its own, its aliases, and its
// identifier in ATT&CK.
func (g *graph) actorRecords(o *stix.Object) {
	names := []string{o.Name}
	for _, a := range o.Aliases {
		if a = strings.TrimSpace(a); a != "" && !slices.Contains(names, a) {
			names = append(names, a)
		}
	}
	if id, _ := attackRef(o); id != "" && !slices.Contains(names, id) {
		names = append(names, id)
	}
	byName := map[string]*cited{}
	for _, c := range g.citations(o) {
		if byName[c.Source] == nil {
			byName[c.Source] = c
		}
	}
	for i, name := range names {
		r := g.base(evidence.Alias, o, o)
		r.Value = name
		g.citeMaker(&r, o)
		g.nameSources(&r, o, byName)
		if i == 0 {
			r.Note = join(r.Note, stix.Clip(unmarked(o.Description), 1000))
			keepExtra(&r, o)
			r.Activity = g.span(o)
		}
		if r.Citation.IsZero() {
			g.rejectObject(o, "", noSource)
			return
		}
		g.emit(&r)
	}
}

const noSource = "names no source: no created_by_ref, no external_references and no report that contains it; say whose file it is with --publisher"

func join(parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return s == "" })
	return strings.Join(parts, "; ")
}

// citeMaker cites whoever lists the actor: the catalogue claims the alias, on
// the word of the sources that nameSources keeps.
func (g *graph) citeMaker(r *evidence.Record, o *stix.Object) {
	maker, page := g.makerOf(o, o)
	if maker.name != "" {
		r.Citation = evidence.Citation{Publisher: maker.name, PublisherCountry: maker.country, Title: o.Name, Locator: page}
		return
	}
	g.cite(r, o, o)
}

// nameSources finds what a catalogue cites for one name. ATT&CK does it with an
// external reference that bears the name and describes itself as a list of
// "(Citation: X)". Where one publisher alone is cited, it is taken for the one
// who coined the name.
func (g *graph) nameSources(r *evidence.Record, o *stix.Object, byName map[string]*cited) {
	var sources []*cited
	for _, ref := range o.References {
		if ref.ID != "" || ref.URL != "" || !strings.EqualFold(ref.Source, r.Value) {
			continue
		}
		for _, m := range marks(ref.Description) {
			if c := byName[m]; c != nil {
				sources = append(sources, c)
			} else {
				g.unknownMarks++
			}
		}
	}
	sortCited(sources)
	sources = slices.Compact(sources)
	if len(sources) == 0 {
		return
	}
	one := func(c *cited) bool { return c.publisher.name == sources[0].publisher.name }
	if !slices.ContainsFunc(sources, func(c *cited) bool { return !one(c) }) {
		r.Coiner = sources[0].publisher.name
	}
	r.Disclosed = sources[0].published
	g.others(r, sources)
}

// eventRecords are one record for every actor, or state, to which a campaign or
// an incident is attributed.
func (g *graph) eventRecords(class evidence.Class, o *stix.Object) {
	iv := g.span(o)
	g.countHeaped(o)
	if !iv.IsZero() {
		g.sum.Counts[o.Type+", dated"]++
	}
	if len(g.attributed[o.ID]) == 0 {
		g.sum.Counts[o.Type+", attributed to nobody"]++
	}
	for _, by := range distinctObjects(g.attributed[o.ID]) {
		r := g.base(class, o, by, g.bound(o, by, g.victims[o.ID]...)...)
		r.Event, r.Value, r.ValueAliases = ref(o), o.Name, without(o.Aliases, o.Name)
		r.ValueRef, _ = attackRef(o)
		r.Activity = iv
		for _, victim := range g.victims[o.ID] {
			r.Targets = append(r.Targets, g.targets(victim)...)
		}
		r.Note = join(r.Note, stix.Clip(unmarked(o.Description), 1000))
		keepExtra(&r, o)
		if !g.cite(&r, o, by) {
			g.rejectObject(o, "", noSource)
			return
		}
		g.emit(&r)
	}
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

func distinctObjects(list []*stix.Object) []*stix.Object { return slices.Compact(slices.Clone(list)) }

// sightingRecords say that an actor was seen, and where.
func (g *graph) sightingRecords(o *stix.Object) {
	of, gone := g.live(o.SightingOf)
	switch {
	case gone != "":
		g.drop(o, gone, "sighting of", stix.TypeOf(o.SightingOf), "sighting_of_ref")
		return
	case !g.actor(of) && !g.event(of):
		g.sum.Skipped["no actor: sighting of "+of.Type]++
		return
	}
	actors, event := g.behind(of)
	if len(actors) == 0 {
		g.sum.Skipped["no actor: sighting of "+of.Type+" attributed to nobody"]++
		return
	}
	iv := g.span(o)
	for _, by := range actors {
		r := g.base(evidence.Activity, o, by, g.bound(of, by, of)...)
		r.Event, r.Detected, r.Note = event, iv, join(r.Note, unmarked(o.Description))
		for _, ref := range o.Refs {
			if where, _ := g.live(ref); where != nil {
				r.Targets = append(r.Targets, g.targets(where)...)
			}
		}
		keepExtra(&r, o)
		if !g.cite(&r, o, by) {
			g.rejectObject(o, "", noSource)
			return
		}
		g.emit(&r)
	}
	g.sum.Counts["sighting of "+of.Type]++
}

// behind are the actors an object stands for: itself, or those to which a
// campaign or an incident is attributed, with that as event.
func (g *graph) behind(o *stix.Object) (actors []*stix.Object, event string) {
	if g.event(o) {
		return distinctObjects(g.attributed[o.ID]), ref(o)
	}
	return []*stix.Object{o}, ""
}
