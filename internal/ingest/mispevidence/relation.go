package mispevidence

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A meaning is what a relation between two clusters of actors says.
type meaning struct {
	class evidence.Class
	kind  string
}

// relations are the types of relation that say something of two actors.
var relations = map[string]meaning{
	"similar": {evidence.PossiblySame, evidence.KindSimilar}, "overlaps": {evidence.PossiblySame, evidence.KindPart},
	"part-of": {evidence.PossiblySame, evidence.KindPart}, "subgroup-of": {evidence.PossiblySame, evidence.KindPart}, "member-of": {evidence.PossiblySame, evidence.KindPart},
	"alias-of": {evidence.PossiblySame, ""}, "same-as": {evidence.PossiblySame, ""}, "duplicate-of": {evidence.PossiblySame, ""},
	"linked-to": {evidence.PossiblySame, evidence.KindRelated}, "related-to": {evidence.PossiblySame, evidence.KindRelated}, "associated-with": {evidence.PossiblySame, evidence.KindRelated},
	"uses": {evidence.Statement, ""}, "works-with": {evidence.Statement, ""}, "collaborates-with": {evidence.Statement, ""},
}

// relate makes records of the relations to other actors of the same galaxy: of an
// entry of another one the file gives no name.
func (e *entry) relate() {
	done := map[string]bool{}
	for _, rel := range e.cl.Related {
		dest, typ := strings.ToLower(string(rel.Dest)), strings.ToLower(string(rel.Type))
		other, known := e.g.names[dest]
		s, speaks := relations[typ]
		if !known || !speaks || other.Ref == e.base.Subject.Ref || done[typ+dest] {
			continue
		}
		done[typ+dest] = true
		r := e.base
		r.Class, r.Kind, r.Object, r.Basis = s.class, s.kind, other, evidence.Reported
		r.Subject.Country = "" // whom it works for is said elsewhere
		r.Value = typ + " " + other.Name
		if l := likelihood(rel.Tags); l != "" {
			r.Value += ", " + l
		}
		e.emit(r)
	}
}
