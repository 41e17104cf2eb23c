package resolve

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// An umbrella is an entry that stands for several actors: it carries the own
// names of two entries or more of another catalogue, whose editor keeps them
// apart, and that catalogue knows no single entry by the umbrella's own name. It
// merges with none of them and is no actor.
type umbrella struct {
	entry   *entry
	members []*entry // by ref
}

// umbrellas finds them. An entry that the policy joins, or that cites exactly one
// entry of a catalogue by its id, is that actor whatever else it is called.
func (m *merger) umbrellas(joined map[string]bool) map[*entry]*umbrella {
	own, carried := map[string][]*entry{}, map[string][]*entry{} // by folded name
	for _, ref := range m.refs {
		e := m.entries[ref]
		if placeholder(e.name) {
			continue
		}
		own[Fold(e.name)] = append(own[Fold(e.name)], e)
		for key := range m.keysOf(e) {
			carried[key] = append(carried[key], e)
		}
	}
	out := map[*entry]*umbrella{}
	for _, ref := range m.refs {
		e := m.entries[ref]
		if joined[ref] {
			continue
		}
		members := map[string][]*entry{} // by catalogue; one for each name
		for key := range m.keysOf(e) {
			alike := map[string]bool{}
			for _, o := range own[key] {
				if o.catalogue != e.catalogue && !alike[o.catalogue] {
					alike[o.catalogue] = true
					members[o.catalogue] = append(members[o.catalogue], o)
				}
			}
		}
		for _, catalogue := range slices.Sorted(maps.Keys(members)) {
			if among := members[catalogue]; len(among) > 1 && !m.meansOne(e, catalogue, carried) {
				slices.SortFunc(among, func(a, b *entry) int { return cmp.Compare(a.ref, b.ref) })
				out[e] = &umbrella{e, among}
				break
			}
		}
	}
	return out
}

// keysOf are the folded names by which an entry may be joined.
func (c *corpus) keysOf(e *entry) map[string]bool {
	out := map[string]bool{}
	for _, cl := range e.claims {
		if key := Fold(cl.Name); c.counts(cl.Status) && attackID(key) == "" && !placeholder(cl.Name) {
			out[key] = true
		}
	}
	return out
}

// meansOne reports whether something other than a list of names says which entry
// of a catalogue e is: that catalogue knows one entry by e's own name, or e
// cites one.
func (m *merger) meansOne(e *entry, catalogue string, carried map[string][]*entry) bool {
	known := 0
	for _, key := range []string{Fold(e.name), shortKey(e.name)} {
		for _, o := range carried[key] {
			if key != "" && o.catalogue == catalogue {
				known++
			}
		}
	}
	cited := 0
	for target := range e.cites {
		if t := m.entries[target]; t != nil && t.catalogue == catalogue {
			cited++
		}
	}
	return known > 0 || cited == 1
}

// fileUmbrellas keeps, under the own name of each umbrella, whom it stands for.
func (d *Directory) fileUmbrellas(found map[*entry]*umbrella) {
	for e, u := range found {
		var members []*Actor
		for _, o := range u.members {
			if a := d.byRef[o.ref]; a != nil && !slices.Contains(members, a) {
				members = append(members, a)
			}
		}
		slices.SortFunc(members, compareActors)
		d.umbrellas[Fold(e.name)] = members
		d.umbrellaRefs[e.ref] = e.name
	}
}

// umbrellaConflicts lists the entries that mean no single actor.
func (d *Directory) umbrellaConflicts(c *corpus) []Conflict {
	var out []Conflict
	for _, ref := range sortedKeys(d.umbrellaRefs) {
		e := c.entries[ref]
		members := d.umbrellas[Fold(e.name)]
		out = append(out, Conflict{Name: e.name, Kind: Umbrella, Actors: labels(members), Claims: e.claims,
			Why: fmt.Sprintf("%s means no single actor: it carries the own names of %s, which others keep apart.", e.label(), andList(labels(members)))})
	}
	return out
}
