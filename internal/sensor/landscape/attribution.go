package landscape

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// By is in which words a list of indicators names a group.
type By string

// Ways in which a list names a group.
const (
	ByGroup    By = "group"    // in its place for the group: a column, a relationship, a galaxy
	ByContext  By = "context"  // in words beside the value: a comment, a name, a label, a tag
	ByFallback By = "fallback" // the list does not; whoever gave it said so
	byNobody   By = "nobody"
)

// An attribution is whom an indicator is attributed to, and why.
type attribution struct {
	// Groups are the group, none where it is nobody's, or several between which
	// the name leaves the choice: then it is attributed to none of them.
	Groups []sighting.Group
	Known  bool   // the group is one that evidence knows, not just a name
	By     By     // where the name stands
	Said   string // the name, or the words
	Why    string // a clause: "the name is known"
}

// An Attributor attributes indicators by what their lists say, as [Judge] does,
// so that what is said of a list holds for the figures made with it. It is not
// for concurrent use, and claims are best asked in order: of the spellings of a
// name that evidence does not know the first one is shown.
type Attributor struct{ actors *actors }

// NewAttributor attributes by evidence about groups.
func NewAttributor(records []evidence.Record, policy resolve.Policy) (*Attributor, error) {
	var others []evidence.Record
	for i := range records {
		if records[i].Origin.Dataset != sighting.Dataset {
			others = append(others, records[i])
		}
	}
	dir, err := resolve.Resolve(others, policy)
	if err != nil {
		return nil, err
	}
	return &Attributor{newActors(dir, others)}, nil
}

// Of attributes what is claimed.
func (a *Attributor) Of(c sighting.Claim) attribution { return a.actors.attribute(c) }

// who are the groups of a claim.
func (a *actors) who(c sighting.Claim) []sighting.Group { return a.attribute(c).Groups }

func (a *actors) attribute(c sighting.Claim) attribution {
	if c.Group != "" {
		return a.named(c.Group, ByGroup)
	}
	if c.Context != "" {
		r := a.dir.ReadText(c.Context)
		out := attribution{By: ByContext, Said: c.Context, Why: r.Why}
		switch {
		case len(r.Actors) > 0:
			return a.read(out, r)
		case r.Name != "":
			out.Groups = []sighting.Group{a.own(r.Name)}
			return out
		case c.Fallback == "":
			out.By = byNobody
			return out
		}
	}
	if c.Fallback != "" {
		return a.named(c.Fallback, ByFallback)
	}
	return attribution{By: byNobody, Why: "the list says nothing of a group"}
}

// named reads what stands in the place of a group.
func (a *actors) named(name string, by By) attribution {
	r := a.dir.ReadName(name)
	out := attribution{By: by, Said: name, Why: r.Why}
	if r.Nobody {
		out.By = byNobody
		return out
	}
	if len(r.Actors) == 0 {
		out.Groups = []sighting.Group{a.own(name)}
		return out
	}
	return a.read(out, r)
}

func (a *actors) read(out attribution, r resolve.Reading) attribution {
	out.Known = len(r.Actors) == 1
	for i := range r.Actors {
		out.Groups = append(out.Groups, a.group(&r.Actors[i]))
	}
	return out
}

// own is a group of which evidence knows nothing but the name. Spellings of a
// name are one group; the one first met is shown.
func (a *actors) own(name string) sighting.Group {
	key := resolve.Fold(name)
	if a.unknown[key] == "" {
		a.unknown[key] = name
	}
	return sighting.Group{Key: "name:" + key, Name: a.unknown[key], Class: sighting.UnknownClass, Objective: sighting.UnknownObjective}
}
