package resolve

import (
	"cmp"
	"slices"
	"strings"
)

func (d *Directory) indexNames(c *corpus) {
	for _, a := range d.actors {
		for _, cl := range a.Names {
			key := Fold(cl.Name)
			if attackID(key) != "" || placeholder(cl.Name) {
				continue
			}
			if c.counts(cl.Status) {
				insert(d.byKey, d.canon.key(key), a)
			} else {
				insert(d.disputed, key, a)
			}
		}
	}
	for _, as := range d.byKey {
		slices.SortFunc(as, func(a, b *Actor) int { return cmp.Compare(a.ID, b.ID) })
	}
	for _, as := range d.disputed {
		slices.SortFunc(as, func(a, b *Actor) int { return cmp.Compare(a.ID, b.ID) })
	}
}

// nameActors shows each actor by the own name of an entry: of those that
// standing alone mean this actor if there are any; a case file's first, then
// ATT&CK's, then the MISP galaxy's, then others.
func (d *Directory) nameActors(c *corpus) {
	for _, a := range d.actors {
		best, clash := "", true
		for _, ref := range slices.SortedFunc(slices.Values(a.Refs), func(p, q string) int {
			return cmp.Or(cmp.Compare(rank(p), rank(q)), cmp.Compare(p, q))
		}) {
			e := c.entries[ref]
			clear := len(d.holders(d.canon.key(Fold(e.name)))) == 1
			if best == "" || clash && clear {
				best, clash = e.name, !clear
			}
		}
		a.Name = best
	}
}

// settle finds the conflicting names that, standing alone, still mean one actor:
// at least two catalogues call it so, one of them as its own name, and whoever
// else has the name has it from one catalogue and as an alias. Such a name still
// links nobody.
func (d *Directory) settle(c *corpus) {
	for key, as := range d.byKey {
		if len(as) < 2 {
			continue
		}
		var strong []*Actor // everybody whose claim is more than one alias
		var winner *Actor
		for _, a := range as {
			own, catalogues := d.claimants(c, a, key)
			if own || catalogues > 1 {
				strong = append(strong, a)
			}
			if own && catalogues > 1 {
				winner = a
			}
		}
		if winner != nil && len(strong) == 1 {
			d.settled[key] = winner
		}
	}
}

// claimants says whether key is an entry's own name, and how many catalogues
// call the actor so.
func (d *Directory) claimants(c *corpus, a *Actor, key string) (own bool, catalogues int) {
	seen := map[string]bool{}
	for _, ref := range a.Refs {
		e := c.entries[ref]
		for k := range e.keys {
			if d.canon.key(k) == key {
				seen[e.catalogue] = true
				own = own || d.canon.owns(e, key)
			}
		}
	}
	return own, len(seen)
}

func rank(ref string) int {
	for i, prefix := range []string{"case:", "attack:", "misp-galaxy:"} {
		if strings.HasPrefix(ref, prefix) {
			return i
		}
	}
	return 3
}
