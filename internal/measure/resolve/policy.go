package resolve

import (
	"fmt"
	"slices"
	"strings"
)

// policyDataset is the data set of claims that the user's policy makes.
const policyDataset = "policy"

// split applies Policy.Split to the entries before anything is linked: every
// entry gets at most one label per set, and entries of different labels never
// stand together. Where one entry carries two names of a set, the one that is
// not its own name is taken off it and becomes an entry of its own.
func (c *corpus) split() (labels map[string]map[int]int, err error) {
	labels = map[string]map[int]int{}
	for s, set := range c.policy.Split {
		if len(set) < 2 {
			return nil, fmt.Errorf("policy: split %d: %q needs at least two names or references", s+1, set)
		}
		for _, ref := range slices.Clone(c.refs) {
			c.splitEntry(c.entries[ref], s, set, labels)
		}
	}
	return labels, nil
}

// splitEntry labels one entry with the first name of the set that is its
// reference, else its own name, else one of its aliases, and takes the others
// off.
func (c *corpus) splitEntry(e *entry, s int, set []string, labels map[string]map[int]int) {
	held := c.holdings(e, set)
	if len(held) == 0 {
		return
	}
	label(labels, e.ref, s, held[0])
	for _, i := range held[1:] {
		key := Fold(set[i])
		if key == Fold(set[held[0]]) {
			continue
		}
		e.claims = slices.DeleteFunc(e.claims, func(cl claim) bool {
			if Fold(cl.Name) != key {
				return false
			}
			cl.Ref = c.detached(set[i]).ref
			d := c.entries[cl.Ref]
			d.claims = append(d.claims, cl)
			slices.SortFunc(d.claims, compareClaims)
			label(labels, d.ref, s, i)
			return true
		})
		if Fold(e.name) == key {
			e.name = e.ref
			if len(e.claims) > 0 {
				e.name = e.claims[0].Name
			}
		}
	}
}

// holdings lists the members of a split set that e is or carries, its
// reference first, then its own name, then the rest in the set's order.
func (c *corpus) holdings(e *entry, set []string) []int {
	var first, second, rest []int
	for i, name := range set {
		key := Fold(name)
		switch {
		case name == e.ref || "attack:"+attackID(key) == e.ref:
			first = append(first, i)
		case key == Fold(e.name):
			second = append(second, i)
		case slices.ContainsFunc(e.claims, func(cl claim) bool { return Fold(cl.Name) == key }):
			rest = append(rest, i)
		}
	}
	return slices.Concat(first, second, rest)
}

// detached is the entry of a name that policy takes off other entries.
func (c *corpus) detached(name string) *entry {
	ref := "split:" + Fold(name)
	e := c.entries[ref]
	if e == nil {
		e = &entry{ref: ref, catalogue: "split", name: name, states: map[string]bool{}}
		c.entries[ref] = e
		c.refs = append(c.refs, ref)
		slices.Sort(c.refs)
	}
	return e
}

func label(labels map[string]map[int]int, ref string, set, member int) {
	if labels[ref] == nil {
		labels[ref] = map[int]int{}
	}
	if _, ok := labels[ref][set]; !ok {
		labels[ref][set] = member
	}
}

// joined returns the entries that the names of one Join mean. A name that no
// entry carries becomes a claim of the policy on the joined actor; a name that
// several entries of one catalogue carry, none as its own, is an error.
func (c *corpus) joined(j Join) (refs []string, err error) {
	if len(j.Names) < 2 || strings.TrimSpace(j.Why) == "" {
		return nil, fmt.Errorf("policy: join %q needs at least two names and a reason", j.Names)
	}
	for _, name := range j.Names {
		found, err := c.holders(name)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			found = []string{c.claimed(name).ref}
		}
		refs = append(refs, found...)
	}
	slices.Sort(refs)
	return slices.Compact(refs), nil
}

// claimed is an entry for a name that only the policy knows.
func (c *corpus) claimed(name string) *entry {
	ref := policyDataset + ":" + Fold(name)
	e := c.entries[ref]
	if e == nil {
		e = &entry{ref: ref, catalogue: policyDataset + ":" + Fold(name), name: name, states: map[string]bool{},
			claims: []claim{{Name: name, Dataset: policyDataset, Ref: ref}}}
		c.entries[ref] = e
		c.refs = append(c.refs, ref)
		slices.Sort(c.refs)
	}
	return e
}

// holders finds the entries that are, or else carry, a name or reference.
func (c *corpus) holders(name string) ([]string, error) {
	key := Fold(name)
	if c.entries[name] != nil {
		return []string{name}, nil
	}
	if ref := "attack:" + attackID(key); c.entries[ref] != nil {
		return []string{ref}, nil
	}
	var own, alias []string
	perCatalogue := map[string]int{}
	for _, ref := range c.refs {
		e := c.entries[ref]
		switch {
		case Fold(e.name) == key:
			own = append(own, ref)
		case slices.ContainsFunc(e.claims, func(cl claim) bool { return Fold(cl.Name) == key && c.counts(cl.Status) }):
			alias = append(alias, ref)
			perCatalogue[e.catalogue]++
		}
	}
	if len(own) > 0 {
		return own, nil
	}
	for _, n := range perCatalogue {
		if n > 1 {
			return nil, fmt.Errorf("policy: join: %q is an alias of several entries (%s); name the entry by its reference",
				name, strings.Join(alias, ", "))
		}
	}
	return alias, nil
}

// checkJoins makes sure that no join put together what a split keeps apart.
func (c *corpus) checkJoins(actors []*Actor, labels map[string]map[int]int) error {
	for _, a := range actors {
		seen := map[int]int{}
		for _, ref := range a.Refs {
			for set, member := range labels[ref] {
				if old, ok := seen[set]; ok && old != member {
					return fmt.Errorf("policy: split keeps %q and %q apart, and a join puts them together; remove one of the two",
						c.policy.Split[set][min(old, member)], c.policy.Split[set][max(old, member)])
				}
				seen[set] = member
			}
		}
	}
	return nil
}
