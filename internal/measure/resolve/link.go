package resolve

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A link is the case for two entries of different catalogues being one actor.
type link struct {
	a, b    *entry // a.ref < b.ref
	names   []string
	keys    []string
	cited   bool // one cites the other's id, and no other entry of its catalogue does so
	vague   bool // cited, but not by that entry alone or not alone by that entry
	primary int  // how many of the two have a shared name as their own
	both    bool // the same own name
	sameOwn bool // the same own name, which another entry claims as well
	coiner  bool // the same organisation is said to have coined a shared name
	records []evidence.ID
}

// support orders links: a cited id and the same own name weigh most. The
// weights only order; whether a link is strong enough is [link.strong].
func (l *link) support() int {
	n := 2*min(len(l.keys), 5) + 3*l.primary
	if l.cited {
		n += 10
	}
	if l.both {
		n += 6
	}
	if l.vague {
		n += 3
	}
	if l.sameOwn {
		n += 3
	}
	if l.coiner {
		n++
	}
	return n
}

// grounds are the reasons for which two entries are one actor, the firmest
// first; each is enough. Two publishers' own names that differ and aliases of
// third parties in common are none: that is possibly one actor.
var grounds = []struct {
	name string
	has  func(*link) bool
}{
	{"one cites the identifier of the other, and no other entry does", func(l *link) bool { return l.cited }},
	{"the same own name, which nobody else has", func(l *link) bool { return l.both }},
	{"the same own name, and an alias that nobody else has", func(l *link) bool { return l.sameOwn && len(l.keys) > 0 }},
	{"the own name of one is a name of the other", func(l *link) bool { return l.primary > 0 }},
	{"one cites the identifier of the other among several, and they share an alias", func(l *link) bool { return l.vague && len(l.keys) > 0 }},
}

// ground is the place of the firmest reason in [grounds], or -1.
func (l *link) ground() int {
	for i, g := range grounds {
		if g.has(l) {
			return i
		}
	}
	return -1
}

// links finds every pair of entries of different catalogues that cite each
// other or share a name that is unambiguous within every catalogue, best
// supported first.
func (c *corpus) links(x *nameIndex, same func(a, b *entry) bool) []*link {
	m := map[[2]string]*link{}
	get := func(a, b *entry) *link {
		if b.ref < a.ref {
			a, b = b, a
		}
		k := [2]string{a.ref, b.ref}
		if m[k] == nil {
			m[k] = &link{a: a, b: b}
		}
		return m[k]
	}
	for _, key := range slices.Sorted(maps.Keys(x.holders)) {
		es := x.holders[key]
		if len(es) < 2 {
			continue
		}
		ambiguous := crowded(es, same)
		for i, a := range es {
			for _, b := range es[i+1:] {
				switch {
				case a.catalogue == b.catalogue:
				case !ambiguous:
					get(a, b).share(key, x, c)
				case x.owns(a, key) && x.owns(b, key):
					get(a, b).sameOwn = true
				}
			}
		}
	}
	c.citations(get)
	out := slices.Collect(maps.Values(m))
	slices.SortFunc(out, func(a, b *link) int {
		return cmp.Or(cmp.Compare(b.support(), a.support()), cmp.Compare(a.a.ref, b.a.ref), cmp.Compare(a.b.ref, b.b.ref))
	})
	return out
}

// share notes that both entries carry key.
func (l *link) share(key string, x *nameIndex, c *corpus) {
	l.keys = append(l.keys, key)
	own := 0
	for _, e := range []*entry{l.a, l.b} {
		if x.owns(e, key) {
			own++
		}
	}
	l.primary = max(l.primary, own)
	l.both = l.both || own == 2
	ca, cb := c.claimsOf(l.a, key, x), c.claimsOf(l.b, key, x)
	l.names = append(l.names, ca[0].Name)
	for _, p := range ca {
		l.records = append(l.records, p.Record)
		for _, q := range cb {
			l.coiner = l.coiner || p.Coiner != "" && Fold(p.Coiner) == Fold(q.Coiner)
		}
	}
	for _, q := range cb {
		l.records = append(l.records, q.Record)
	}
}

// claimsOf lists the counting claims by which an entry carries key.
func (c *corpus) claimsOf(e *entry, key string, x *nameIndex) (out []claim) {
	for _, cl := range e.claims {
		if c.counts(cl.Status) && x.key(Fold(cl.Name)) == key {
			out = append(out, cl)
		}
	}
	return out
}

// citations adds the links by a cited id. An id cited by several entries of one
// catalogue, or one entry that cites several ids of one catalogue, decides
// nothing by itself.
func (c *corpus) citations(get func(a, b *entry) *link) {
	type side struct{ ref, catalogue string }
	citers, cited := map[side]int{}, map[side]int{}
	for _, ref := range c.refs {
		e := c.entries[ref]
		for target := range e.cites {
			citers[side{target, e.catalogue}]++
			cited[side{ref, c.catalogueOf(target)}]++
		}
	}
	for _, ref := range c.refs {
		e := c.entries[ref]
		for target, records := range e.cites {
			t := c.entries[target]
			if t == nil || t.catalogue == e.catalogue {
				continue
			}
			l := get(e, t)
			l.records = append(l.records, records...)
			if citers[side{target, e.catalogue}] == 1 && cited[side{ref, t.catalogue}] == 1 {
				l.cited = true
			} else {
				l.vague = true
			}
		}
	}
}

// catalogueOf is the catalogue of a cited reference, also of one that no record
// describes.
func (c *corpus) catalogueOf(ref string) string {
	if e := c.entries[ref]; e != nil {
		return e.catalogue
	}
	return catalogue(ref, map[string]bool{"": true})
}
