package ledger

import (
	"encoding/json"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Keys under which a record carries what evidence.Record has no field for, as
// JSON strings in Extra.
const (
	extraSpeaker = "speaker" // who said it, where not the publisher
)

// Records returns the case as evidence, in the order of the file: the names of
// the actors, the evidence, the agreements. An item with several actors, or
// several seconds, gives a record for each pair. What is only proposed, or was
// refused, gives none.
func (c *Case) Records() []evidence.Record {
	idx := c.index()
	sources := map[string]*Source{}
	for i := range c.Sources {
		sources[c.Sources[i].ID] = &c.Sources[i]
	}
	var out []evidence.Record
	for i := range c.Actors {
		out = append(out, c.names(&c.Actors[i], idx, sources)...)
	}
	for i := range c.Evidence {
		if pending(c.Evidence[i].Status) {
			continue
		}
		out = append(out, c.links(&c.Evidence[i], idx, sources)...)
	}
	for i := range c.Agreements {
		out = append(out, c.pact(&c.Agreements[i], sources))
	}
	return out
}

// base is a record with the citation of a source and its origin in the case.
func (c *Case) base(class evidence.Class, object string, line int, s *Source, locator string) evidence.Record {
	r := evidence.Record{Class: class, Origin: evidence.Origin{
		Dataset: c.Dataset(), Object: object, Version: c.Version, File: c.File, Line: line,
	}}
	if s != nil {
		r.Citation = evidence.Citation{
			Publisher: s.Publisher, PublisherCountry: s.Country, Title: s.Title, Locator: s.URL, Via: s.Via, Published: s.Published,
		}
		r.Grade, r.Marking, r.Independence = s.Grade, s.Marking, s.Group
	}
	if locator != "" {
		r.Citation.Locator = locator
	}
	return r
}

// names gives an alias record for the actor's own name where its coiner is
// cited, one for every alias, and the actor's state as a claim of its own where
// the source that says so is marked.
func (c *Case) names(a *Actor, idx *index, sources map[string]*Source) []evidence.Record {
	var out []evidence.Record
	add := func(al Alias) {
		id := al.Source
		if id == "" {
			id = a.Source
		}
		r := c.base(evidence.Alias, slug(a.Name)+"/"+slug(al.Name), al.Line, sources[id], "")
		r.Value, r.Coiner, r.Status, r.Note = al.Name, al.By, al.Status, al.Note
		r.Subject, _ = idx.named(a.Name, sources, r.Marking)
		if al.Grade != "" {
			r.Grade = al.Grade
		}
		out = append(out, r.Seal())
	}
	if a.Source != "" {
		add(Alias{Name: a.Name, By: a.By, Source: a.Source, Note: a.Note, Line: a.Line})
	}
	for _, al := range a.Aliases {
		if !pending(al.Status) {
			add(al)
		}
	}
	if s := sources[a.Source]; s != nil && a.Country != "" && s.Marking.Compare(evidence.Clear) > 0 {
		r := c.base(evidence.Sponsor, slug(a.Name)+"/country", a.Line, s, "")
		r.Subject, _ = idx.named(a.Name, sources, r.Marking)
		out = append(out, r.Seal())
	}
	return out
}

func (c *Case) links(it *Item, idx *index, sources map[string]*Source) []evidence.Record {
	r := c.base(it.Class, it.ID, it.Line, sources[it.Source], it.Locator)
	if it.Event != "" {
		r.Event = c.Dataset() + ":" + it.Event
	}
	r.Kind, r.Value, r.ValueRef, r.ValueAliases = it.Kind, it.Value, it.Ref, it.Aliases
	r.Targets, r.Objective = sectors(it.Targets), it.Objective
	r.Activity, r.Detected, r.Disclosed = it.Activity, it.Detected, it.Disclosed
	r.Confidence, r.Status, r.Note = it.Confidence, it.Status, it.Note
	r.Basis, r.Consent, r.Exclusivity = it.Basis, it.Consent, it.Exclusivity
	if it.Grade != "" {
		r.Grade = it.Grade
	}
	if it.Speaker != "" {
		r.Extra = extra(r.Extra, extraSpeaker, it.Speaker)
		if r.Independence == "" {
			r.Independence = it.Speaker // whoever prints it, it is the speaker's word
		}
	}
	seconds := it.With
	if len(seconds) == 0 {
		seconds = []string{""}
	}
	var out []evidence.Record
	for _, name := range it.Actors {
		subject, err := idx.named(name, sources, r.Marking)
		if err != nil {
			continue // Parse has reported it
		}
		if it.Country != "" {
			subject.Country = it.Country
		}
		for _, second := range seconds {
			one := r
			one.Subject = subject
			if second != "" {
				if one.Object, err = idx.named(second, sources, r.Marking); err != nil {
					continue
				}
			}
			out = append(out, one.Seal())
		}
	}
	return out
}

// sectors puts the writer's words for sectors into the terms of STIX where they
// map, so that "defence" and "military" count as one.
func sectors(targets []evidence.Target) []evidence.Target {
	out := slices.Clone(targets)
	for i := range out {
		if term, ok := evidence.ParseSector(out[i].Sector); ok {
			out[i].Sector = term
		}
	}
	return out
}

func (c *Case) pact(a *agreement, sources map[string]*Source) evidence.Record {
	r := c.base(evidence.Agreement, a.ID, a.Line, sources[a.Source], a.Locator)
	r.Value, r.Kind, r.Parties, r.Clauses, r.Status, r.Note = a.Name, a.Kind, a.Parties, a.Clauses, a.Status, a.Note
	r.Activity, r.Disclosed = a.InForce, a.Signed
	if a.Grade != "" {
		r.Grade = a.Grade
	}
	return r.Seal()
}

func extra(m map[string]json.RawMessage, key, value string) map[string]json.RawMessage {
	if value == "" {
		return m
	}
	b, err := json.Marshal(value)
	if err != nil {
		panic(err) // a string always encodes
	}
	out := map[string]json.RawMessage{key: b}
	for k, v := range m {
		out[k] = v
	}
	return out
}
