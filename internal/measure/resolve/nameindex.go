package resolve

import (
	"cmp"
	"slices"
)

// nameIndex says which entries carry a key.
type nameIndex struct {
	canon   map[string]string   // long key -> short key, where dropping "Group" or "Team" collides with nothing
	holders map[string][]*entry // canonical key -> entries, by ref
}

func (x *nameIndex) key(folded string) string {
	if s, ok := x.canon[folded]; ok {
		return s
	}
	return folded
}

// owns reports whether key is the entry's own name.
func (x *nameIndex) owns(e *entry, key string) bool { return x.key(Fold(e.name)) == key }

// index folds the undisputed names of all entries. same tells whether two
// entries are already one actor (by a join).
func (c *corpus) index(same func(a, b *entry) bool) *nameIndex {
	x := &nameIndex{canon: map[string]string{}, holders: map[string][]*entry{}}
	byKey := map[string][]*entry{}
	long := map[string][]string{}
	for _, ref := range c.refs {
		e := c.entries[ref]
		e.keys = map[string]bool{}
		if c.umbrellas[e] != nil {
			continue
		}
		for _, cl := range e.claims {
			key := Fold(cl.Name)
			if !c.counts(cl.Status) || attackID(key) != "" || placeholder(cl.Name) {
				continue
			}
			if !e.keys[key] {
				e.keys[key] = true
				byKey[key] = append(byKey[key], e)
				if s := shortKey(cl.Name); s != "" && !slices.Contains(long[s], key) {
					long[s] = append(long[s], key)
				}
			}
		}
	}
	for s, keys := range long {
		all := slices.Clone(byKey[s])
		for _, k := range keys {
			all = append(all, byKey[k]...)
		}
		if c.splitName(s, keys) || crowded(all, same) {
			continue
		}
		for _, k := range keys {
			x.canon[k] = s
		}
	}
	for key, es := range byKey {
		k := x.key(key)
		x.holders[k] = append(x.holders[k], es...)
	}
	for k, es := range x.holders {
		slices.SortFunc(es, func(a, b *entry) int { return cmp.Compare(a.ref, b.ref) })
		x.holders[k] = slices.Compact(es)
	}
	return x
}

// splitName reports whether policy names one of the spellings.
func (c *corpus) splitName(short string, keys []string) bool {
	for _, set := range c.policy.Split {
		for _, n := range set {
			if k := Fold(n); k == short || slices.Contains(keys, k) {
				return true
			}
		}
	}
	return false
}

// crowded reports whether two different entries of one catalogue are among es.
func crowded(es []*entry, same func(a, b *entry) bool) bool {
	first := make(map[string]*entry, len(es))
	for _, e := range es {
		if f, ok := first[e.catalogue]; !ok {
			first[e.catalogue] = e
		} else if f != e && !same(f, e) {
			return true
		}
	}
	return false
}
