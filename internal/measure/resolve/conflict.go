package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// findConflicts lists what the sources do not agree on.
func (d *Directory) findConflicts(c *corpus) {
	for _, key := range sortedKeys(d.byKey) {
		if as := d.byKey[key]; len(as) > 1 {
			d.conflicts = append(d.conflicts, d.nameConflict(key, as))
		}
	}
	slices.SortFunc(d.conflicts, compareConflicts)
	d.conflicts = append(d.conflicts, d.umbrellaConflicts(c)...)
	d.conflicts = append(d.conflicts, d.refusals()...)
	for _, a := range d.actors {
		if why := a.disputedStates(c); why != "" {
			d.conflicts = append(d.conflicts, Conflict{Name: a.Name, Kind: countryDisputed, Actors: []string{a.Name}, Why: why})
		}
	}
}

func compareConflicts(a, b Conflict) int {
	return cmp.Or(cmp.Compare(Fold(a.Name), Fold(b.Name)), cmp.Compare(a.Name, b.Name), cmp.Compare(a.Why, b.Why))
}

// nameConflict words a name that belongs to several actors.
func (d *Directory) nameConflict(key string, as []*Actor) Conflict {
	k := Conflict{Kind: nameOfSeveral}
	var parts []string
	as = slices.SortedFunc(slices.Values(as), compareActors)
	for _, a := range as {
		k.Actors = append(k.Actors, a.label())
		var by []string
		for _, cl := range a.Names {
			if d.canon.key(Fold(cl.Name)) == key {
				k.Claims = append(k.Claims, cl)
				by = append(by, cl.Dataset)
			}
		}
		slices.Sort(by)
		parts = append(parts, fmt.Sprintf("%s (%s)", a.label(), strings.Join(slices.Compact(by), ", ")))
	}
	slices.SortFunc(k.Claims, compareClaims)
	k.Name = k.Claims[0].Name
	k.Why = fmt.Sprintf("%s is a name of %s, so it links nobody.", k.Name, andList(parts))
	if a := d.settled[key]; a != nil {
		k.Why += fmt.Sprintf(" Standing alone it is taken for %s, whose own name it is.", a.label())
	}
	return k
}

// refusals lists the merges that something forbids, the best supported for each
// pair of actors.
func (d *Directory) refusals() []Conflict {
	var out []Conflict
	seen := map[[2]*Actor]bool{}
	for _, r := range d.refused {
		a, b := d.byRef[r.a.ref], d.byRef[r.b.ref]
		if a == b || a == nil || b == nil {
			continue
		}
		as := []*Actor{a, b}
		slices.SortFunc(as, compareActors)
		if seen[[2]*Actor{as[0], as[1]}] {
			continue
		}
		seen[[2]*Actor{as[0], as[1]}] = true
		k := Conflict{Name: as[0].Name, Kind: mergeRefused, Actors: labels(as)}
		m := r.merge()
		k.Why = fmt.Sprintf("%s and %s stay apart: %s, but %s.", r.a.label(), r.b.label(),
			strings.TrimSuffix(m.Why[strings.Index(m.Why, ": ")+2:], "."), r.why)
		out = append(out, k)
	}
	slices.SortFunc(out, compareConflicts)
	return out
}

func compareActors(a, b *Actor) int {
	return cmp.Or(cmp.Compare(Fold(a.Name), Fold(b.Name)), cmp.Compare(a.Country, b.Country), cmp.Compare(a.ID, b.ID))
}
