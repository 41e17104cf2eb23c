package landscape

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// Only narrows what is shown to one state, group or organisation; an empty field
// leaves all of it. What is disputed between groups is none of theirs.
type Only struct {
	State        string `json:"state,omitempty"`        // ISO 3166-1 code or name of the sponsor
	Group        string `json:"group,omitempty"`        // any name of it, "unattributed", or the words of a dispute
	Organisation string `json:"organisation,omitempty"` // of the map, or "unmapped"
}

// ErrOnly is in the chain of errors about a state, group or organisation that is
// none.
var ErrOnly = errors.New("nothing to narrow to")

// filter is Only with its names resolved.
type filter struct {
	Only
	actor string // key of the group, where evidence knows the name
	name  string // folded, where it does not
}

// filter resolves the names. A name that neither evidence nor a list nor the map
// knows is an error: its figures would read as if nothing had happened.
func (o Only) filter(dir *resolve.Directory, judge *sighting.Judge, places *sighting.Map) (f filter, err error) {
	f.Only = o
	if o.State != "" {
		code, ok := evidence.ParseCountry(o.State)
		if !ok {
			return f, fmt.Errorf("%w: state %q is unknown; use an ISO 3166-1 code such as CN", ErrOnly, o.State)
		}
		f.State = code
	}
	if f.Organisation, err = organisationOf(places, o.Organisation); err != nil || o.Group == "" {
		return f, err
	}
	f.name = resolve.Fold(o.Group)
	switch r := dir.ReadName(o.Group); len(r.Actors) {
	case 0:
	case 1:
		f.actor, f.Group = "actor:"+string(r.Actors[0].ID), r.Actors[0].Name
		return f, nil
	default:
		var names []string
		for i := range r.Actors {
			names = append(names, r.Actors[i].Name)
		}
		return f, fmt.Errorf("%w: %q may be any of %s; name one", ErrOnly, o.Group, strings.Join(names, ", "))
	}
	if f.name == sighting.Unattributed.Name || strings.HasPrefix(f.name, resolve.Fold("disputed:")) || judge.Names(f.group) {
		return f, nil
	}
	_, err = dir.Find(o.Group)
	if err == nil {
		err = errors.New("evidence knows it as no single group")
	}
	return f, fmt.Errorf("%w: no list of indicators names the group %q: %w", ErrOnly, o.Group, err)
}

func organisationOf(places *sighting.Map, name string) (string, error) {
	if name == "" || strings.EqualFold(name, sighting.Unmapped) {
		return strings.ToLower(name), nil
	}
	var all []string
	for _, p := range places.Places() {
		if strings.EqualFold(p.Organisation.Name, name) {
			return p.Organisation.Name, nil
		}
		all = append(all, p.Organisation.Name)
	}
	slices.Sort(all)
	all = slices.DeleteFunc(slices.Compact(all), func(s string) bool { return s == "" })
	if n := len(all); n > 10 {
		all = append(all[:10], fmt.Sprintf("%d others", n-10))
	}
	if len(all) == 0 {
		return "", fmt.Errorf("%w: there is no organisation map to find %q in", ErrOnly, name)
	}
	return "", fmt.Errorf("%w: the map has no organisation %q; it has %s", ErrOnly, name, strings.Join(all, ", "))
}

func (f *filter) group(g sighting.Group) bool {
	switch {
	case f.actor != "":
		return g.Key == f.actor
	case f.name != "":
		return resolve.Fold(g.Name) == f.name
	}
	return true
}

func (f *filter) organisation(o sighting.Organisation) bool {
	return f.Organisation == "" || o.Name == f.Organisation
}

// of are the findings on what is asked for.
func (f *filter) of(found []sighting.Finding) []sighting.Finding {
	if f.State == "" && f.actor == "" && f.name == "" {
		return found
	}
	return slices.DeleteFunc(found, func(x sighting.Finding) bool {
		return f.State != "" && x.Group.State != f.State || !f.group(x.Group)
	})
}
