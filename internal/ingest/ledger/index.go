package ledger

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// An index finds the actor that a name of the case means.
type index struct {
	dataset string
	byName  map[string]*Actor
	aliases map[string]*Alias // those of byName
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
	idx := &index{dataset: c.Dataset(), byName: map[string]*Actor{}, aliases: map[string]*Alias{}}
	for i := range c.Actors {
		a := &c.Actors[i]
		idx.byName[fold(a.Name)] = a
		idx.names = append(idx.names, a.Name)
	}
	for i := range c.Actors {
		a := &c.Actors[i]
		for j := range a.Aliases {
			al := &a.Aliases[j]
			if al.Status.Disputed() || al.Status == Refused {
				continue
			}
			if o, taken := idx.byName[fold(al.Name)]; taken && o != a {
				idx.clashes = append(idx.clashes, clash{al.Line, a.Name, fmt.Sprintf(
					"%q is also a name of %q; mark the alias status: contested, or drop it", al.Name, o.Name)})
				continue
			}
			if idx.byName[fold(al.Name)] == nil {
				idx.aliases[fold(al.Name)] = al
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

// named is what a name stands for in a record of that marking: whose alias it is,
// and which state the actor works for, is told only where the source that says so
// is marked no stricter. The stricter claims stand in records of their own.
func (x *index) named(name string, sources map[string]*Source, level evidence.TLP) (evidence.Actor, error) {
	found, err := x.find(name)
	a, al := x.byName[fold(name)], x.aliases[fold(name)]
	if err != nil || a == nil {
		return found, err
	}
	open := func(id string) bool { return sources[id] == nil || sources[id].Marking.Compare(level) <= 0 }
	if al != nil && pending(al.Status) { // nobody has said yet that the two are one
		return evidence.Actor{Name: name}, nil
	}
	if al != nil && !open(cmp.Or(al.Source, a.Source)) {
		return evidence.Actor{Name: name}, nil
	}
	if !open(a.Source) {
		found.Country = ""
	}
	return found, nil
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
