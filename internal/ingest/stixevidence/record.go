package stixevidence

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/format/stix"
)

// base begins a record made from o about the actor by, with what every record
// has: origin, marking, confidence, standing and citation. others are the
// objects whose content goes into it too.
func (g *graph) base(class evidence.Class, o, by *stix.Object, others ...*stix.Object) evidence.Record {
	r := evidence.Record{
		Class:      class,
		Subject:    g.actorOf(by),
		Confidence: o.Confidence,
		Marking:    g.marking(append(others, o, by)...),
		Origin:     evidence.Origin{Dataset: g.set.name, Version: g.set.version, Object: o.ID, File: g.file, Line: o.Line, Stamp: o.Modified.UnixMilli()},
	}
	for _, part := range append(others, by) {
		if part != o {
			r.Origin.Needs = append(r.Origin.Needs, evidence.Part{Object: part.ID, Stamp: part.Modified.UnixMilli()})
		}
	}
	if op := g.contested[o.ID]; op != nil {
		r.Status = evidence.Contested
		r.Note = "contested in the same source: " + stix.Clip(unmarked(op.Description), 500)
	}
	return r
}

// actorOf names an actor. The state that a relationship attributes it to is a
// claim of that relationship.
func (g *graph) actorOf(o *stix.Object) evidence.Actor {
	switch {
	case o == nil:
		return evidence.Actor{}
	case !g.actor(o) && countryOf(o) != "": // what is laid to a state and to no group
		return evidence.Actor{Country: countryOf(o)}
	}
	return evidence.Actor{Name: o.Name, Ref: ref(o)}
}

// cite gives r its citation: the earliest of the sources o cites, the others
// kept beside it; else the report that contains it; else who made the object.
// False means that nobody stands for the statement.
func (g *graph) cite(r *evidence.Record, o *stix.Object, by *stix.Object) bool {
	sources := g.citations(o)
	g.checkMarks(o, sources)
	maker, page := g.makerOf(o, by)
	switch {
	case len(sources) > 0:
		via := ""
		if sources[0].publisher.name != maker.name {
			via = maker.name
		}
		r.Citation = sources[0].citation(via)
		if r.Citation.Publisher == "" && r.Citation.Locator == "" {
			r.Citation.Publisher, r.Citation.PublisherCountry, r.Citation.Via = maker.name, maker.country, ""
		}
		g.others(r, sources[1:])
	case maker.name != "" || page != "":
		r.Citation = evidence.Citation{Publisher: maker.name, PublisherCountry: maker.country, Locator: page}
	}
	if len(sources) == 0 {
		g.citeReport(r, o, by)
	}
	if r.Citation.Publisher == "" {
		p := g.otherwise()
		r.Citation.Publisher, r.Citation.PublisherCountry = p.name, p.country
	}
	r.Disclosed = r.Citation.Published
	return !r.Citation.IsZero()
}

// makerOf is who made an object, and the page on which its catalogue shows the
// actor.
func (g *graph) makerOf(o, by *stix.Object) (publisher, string) {
	_, page := attackRef(by)
	id := o.CreatedBy
	switch {
	case id != "":
		return g.makerNamed(id), page
	case g.set.attack:
		return mitre, page
	}
	return publisher{}, page
}

// otherwise is who stands for what names nobody: whoever made all other
// statements of the input, else whom the user says.
func (g *graph) otherwise() publisher {
	if g.set.maker != "" {
		return g.makerNamed(g.set.maker)
	}
	return g.said
}

// maker is the identity of that name in the input itself, nil where it may not be seen.
func (g *graph) maker(id string) *stix.Object {
	if m := g.objects[id]; g.sees(m) && !g.foreign[m] {
		return m
	}
	return nil
}

func (g *graph) makerNamed(id string) publisher {
	if m := g.maker(id); m != nil {
		return named(m.Name)
	}
	return publisher{name: id}
}

// citeReport cites the earliest report that contains the object, or the actor
// it is about, where the object itself cites nothing.
func (g *graph) citeReport(r *evidence.Record, o, by *stix.Object) {
	reports := g.reports[o.ID]
	if len(reports) == 0 {
		reports = g.reports[by.ID]
	}
	if len(reports) == 0 {
		return
	}
	first := slices.MinFunc(reports, earlier)
	maker, _ := g.makerOf(first, by)
	c := evidence.Citation{Publisher: maker.name, PublisherCountry: maker.country, Title: first.Name, Published: first.Published}
	if s := g.citations(first); len(s) > 0 {
		c.Locator = s[0].URL
		if c.Publisher == "" {
			c.Publisher, c.PublisherCountry = s[0].publisher.name, s[0].publisher.country
		}
	}
	if c.Locator == "" {
		c.Locator = first.ID
	}
	r.Citation = c
}

// earlier orders reports by their date, the undated last.
func earlier(a, b *stix.Object) int {
	if x, y := a.Published.IsZero(), b.Published.IsZero(); x != y {
		if x {
			return 1
		}
		return -1
	}
	return cmp.Or(a.Published.From.Compare(b.Published.From), strings.Compare(a.ID, b.ID))
}

// others keeps the citations beside the first.
func (g *graph) others(r *evidence.Record, rest []*cited) {
	if len(rest) == 0 {
		return
	}
	type also struct {
		Source    string            `json:"source_name"`
		Publisher string            `json:"publisher,omitempty"`
		Title     string            `json:"title,omitempty"`
		Locator   string            `json:"locator,omitempty"`
		Published evidence.Interval `json:"published,omitzero"`
	}
	list := make([]also, len(rest))
	for i, c := range rest {
		list[i] = also{c.Source, c.publisher.name, c.title, c.URL, c.published}
	}
	setExtra(r, "citations", list)
}

// checkMarks counts "(Citation: X)" marks that lead nowhere.
func (g *graph) checkMarks(o *stix.Object, have []*cited) {
	for _, name := range marks(o.Description) {
		if !slices.ContainsFunc(have, func(c *cited) bool { return strings.EqualFold(strings.TrimSpace(c.Source), name) }) {
			g.unknownMarks++
		}
	}
}

func setExtra(r *evidence.Record, key string, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		return // only strings, lists and intervals come here
	}
	if r.Extra == nil {
		r.Extra = map[string]json.RawMessage{}
	}
	r.Extra[key] = b
}

// keepExtra carries the properties of o that nothing else has a place for.
func keepExtra(r *evidence.Record, o *stix.Object) {
	for k, v := range o.Extra {
		if r.Extra == nil {
			r.Extra = map[string]json.RawMessage{}
		}
		if _, taken := r.Extra[k]; !taken {
			r.Extra[k] = v
		}
	}
}
