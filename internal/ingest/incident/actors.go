package incident

import (
	"cmp"
	"encoding/json"
	"regexp"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// groupID is the id of a group of ATT&CK: a name that another catalogue gave it.
var groupID = regexp.MustCompile(`^G\d{4}$`)

// actors turns a row of a table of actors into its claims of names: the actor's
// own, once however many rows it has, and every alias, with who coined it.
func (r *reader) actors(w row) ([]evidence.Record, *source.RecordError) {
	fs := r.m.Fields
	name := w.text(fs.Name)
	if name == "" {
		return nil, &source.RecordError{File: r.file, Line: w.line, Path: fs.Name.name(), Why: "the actor has no name"}
	}
	key := cmp.Or(strings.TrimSpace(w.cell(r.m.ID.Column).Text), name)
	base := r.base(w, key)
	base.Class, base.Event = evidence.Alias, ""
	base.Subject = evidence.Actor{Name: name, Ref: r.m.Dataset + ":" + key}
	if states := r.states(fs.Country, &base, w); len(states) > 0 {
		base.Subject.Country = states[0]
		if len(states) > 1 {
			r.tally.fault(fs.Country.name(), "cells name several states, of which the first is taken", w.line, "")
		}
	}
	var recs []evidence.Record
	claim := func(value, coiner string) {
		rec := base
		rec.Value, rec.Coiner = value, coiner
		if groupID.MatchString(value) {
			rec.ValueRef = "attack:" + value
		}
		if value != name {
			rec.Extra = map[string]json.RawMessage{}
		}
		recs = append(recs, rec)
	}
	if _, again := r.seen[key]; !again {
		r.seen[key] = w.line
		r.tally.actors++
		claim(name, w.text(fs.NameCoiner))
	}
	names, coiners := r.namesAndCoiners(w)
	said := map[string]bool{name: true, "": true}
	for i, alias := range names {
		if !said[alias] {
			said[alias] = true
			r.tally.aliases++
			claim(alias, coiners[i])
		}
	}
	return recs, nil
}

// namesAndCoiners reads both lists side by side: one coiner stands for all of a
// row's aliases, several for one alias each.
func (r *reader) namesAndCoiners(w row) (names, coiners []string) {
	for _, it := range r.column(r.m.Fields.Aliases, w) {
		names = append(names, orBlank(it)...)
	}
	var given []string
	for _, it := range r.column(r.m.Fields.Coiner, w) {
		given = append(given, orBlank(it)...)
	}
	coiners = make([]string, len(names))
	switch {
	case len(given) == len(names):
		coiners = given
	case len(given) == 1:
		for i := range coiners {
			coiners[i] = given[0]
		}
	case len(given) > 1:
		r.tally.fault(r.m.Fields.Coiner.name(), "lists of coiners are not as long as those of the aliases and were left out", w.line, "")
	}
	return names, coiners
}
