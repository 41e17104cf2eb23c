package ledger

import (
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// An index finds the actor that a name of the case means.
type index struct {
	dataset string
	byName  map[string]*Actor
	clashes []clash
	names   []string
}

type clash struct {
	line      int
	name, why string
}

// index maps names, then undisputed aliases, to actors. A name that two actors
// claim is a clash and finds neither.
func (c *Case) index() *index {
	idx := &index{dataset: c.Dataset(), byName: map[string]*Actor{}}
	for i := range c.Actors {
		a := &c.Actors[i]
		idx.byName[fold(a.Name)] = a
		idx.names = append(idx.names, a.Name)
	}
	for i := range c.Actors {
		a := &c.Actors[i]
		for _, al := range a.Aliases {
			if al.Status == evidence.Contested || al.Status == evidence.Denied {
				continue
			}
			if o, taken := idx.byName[fold(al.Name)]; taken && o != a {
				idx.clashes = append(idx.clashes, clash{al.Line, a.Name, fmt.Sprintf(
					"%q is also a name of %q; mark the alias status: contested, or drop it", al.Name, o.Name)})
				continue
			}
			idx.byName[fold(al.Name)] = a
			idx.names = append(idx.names, al.Name)
		}
	}
	return idx
}

// find returns what a name stands for: an actor of the case, or a state.
func (x *index) find(name string) (evidence.Actor, error) {
	if a, ok := x.byName[fold(name)]; ok {
		return evidence.Actor{Name: name, Ref: x.dataset + ":" + slug(a.Name), Country: a.Country}, nil
	}
	if code, ok := evidence.ParseCountry(name); ok {
		return evidence.Actor{Country: code}, nil
	}
	return evidence.Actor{}, fmt.Errorf("actor %q is neither among the actors (by name or undisputed alias) nor a country; %s",
		name, limited(suggest(name, x.names)))
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// slug makes the handle of an actor from its name.
func slug(s string) string {
	var b strings.Builder
	dash := false
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r >= 0x80:
			if dash && b.Len() > 0 {
				b.WriteByte('-')
			}
			dash = false
			b.WriteRune(r)
		default:
			dash = true
		}
	}
	return b.String()
}
