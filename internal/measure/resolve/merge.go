package resolve

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A cluster is a set of entries taken to be one actor.
type cluster struct {
	entries    []*entry
	catalogues map[string]bool
	states     map[string]bool
	labels     map[int]int // split set -> member
	merges     []merge
}

// A refusal is a link strong enough to merge that something forbids.
type refusal struct {
	*link
	why string
}

type merger struct {
	*corpus
	of      map[*entry]*cluster
	refused []refusal
	weak    []*link // aliases in common, and nothing that makes the two one
}

// merge applies the joins, then the links, best supported first.
func (c *corpus) merge(labels map[string]map[int]int) (*merger, *nameIndex, error) {
	var joins [][]string
	for _, j := range c.policy.Join {
		refs, err := c.joined(j)
		if err != nil {
			return nil, nil, err
		}
		joins = append(joins, refs)
	}
	m := &merger{corpus: c, of: make(map[*entry]*cluster, len(c.refs))}
	for _, ref := range c.refs {
		e := c.entries[ref]
		cl := &cluster{entries: []*entry{e}, catalogues: map[string]bool{e.catalogue: true}, states: maps.Clone(e.states), labels: maps.Clone(labels[ref])}
		if cl.labels == nil {
			cl.labels = map[int]int{}
		}
		m.of[e] = cl
	}
	joined := map[string]bool{}
	for i, refs := range joins {
		for _, ref := range refs {
			joined[ref] = true
		}
		for _, ref := range refs[1:] {
			why := fmt.Sprintf("The policy joins them: %s.", strings.TrimSuffix(c.policy.Join[i].Why, "."))
			m.union(c.entries[refs[0]], c.entries[ref], merge{A: refs[0], B: ref, Why: why, Names: c.policy.Join[i].Names})
		}
	}
	c.umbrellas = m.umbrellas(joined)
	x := c.index(m.same)
	for _, l := range c.links(x, m.same) {
		if c.umbrellas[l.a] != nil || c.umbrellas[l.b] != nil {
			continue
		}
		if l.ground() < 0 {
			if len(l.keys) > 0 {
				m.weak = append(m.weak, l)
			}
			continue
		}
		if why := m.forbids(l, x); why != "" {
			m.refused = append(m.refused, refusal{l, why})
			continue
		}
		m.union(l.a, l.b, l.merge())
	}
	return m, x, nil
}

func (m *merger) same(a, b *entry) bool { return m.of[a] == m.of[b] }

// forbids says why a link must not merge, or "".
func (m *merger) forbids(l *link, x *nameIndex) string {
	a, b := m.of[l.a], m.of[l.b]
	if a == b {
		return ""
	}
	for set, member := range a.labels {
		if other, ok := b.labels[set]; ok && other != member {
			return "the policy keeps them apart"
		}
	}
	if len(a.states) > 0 && len(b.states) > 0 && !overlap(a.states, b.states) {
		return fmt.Sprintf("the sources attribute one to %s and the other to %s",
			countryList(a.states), countryList(b.states))
	}
	for _, cat := range slices.Sorted(maps.Keys(a.catalogues)) {
		if b.catalogues[cat] {
			return fmt.Sprintf("%s keeps %s and %s apart", cat, a.in(cat), b.in(cat))
		}
	}
	for _, p := range [][2]*entry{{l.a, l.b}, {l.b, l.a}} {
		if other := x.holderIn(p[0].name, p[1].catalogue); other != nil && m.of[other] != m.of[p[1]] {
			return fmt.Sprintf("%s gives the name %s to %s", other.catalogue, p[0].name, other.name)
		}
	}
	return ""
}

// holderIn is the one entry of a catalogue that carries name, or nil.
func (x *nameIndex) holderIn(name, catalogue string) *entry {
	var found *entry
	for _, e := range x.holders[x.key(Fold(name))] {
		if e.catalogue == catalogue {
			if found != nil {
				return nil
			}
			found = e
		}
	}
	return found
}

// in names the cluster's entries of one catalogue.
func (cl *cluster) in(catalogue string) string {
	var names []string
	for _, e := range cl.entries {
		if e.catalogue == catalogue {
			names = append(names, e.name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, " and ")
}

func (m *merger) union(a, b *entry, why merge) {
	ca, cb := m.of[a], m.of[b]
	ca.merges = append(ca.merges, why)
	if ca == cb {
		return
	}
	ca.entries = append(ca.entries, cb.entries...)
	ca.merges = append(ca.merges, cb.merges...)
	maps.Copy(ca.catalogues, cb.catalogues)
	maps.Copy(ca.states, cb.states)
	maps.Copy(ca.labels, cb.labels)
	for _, e := range cb.entries {
		m.of[e] = ca
	}
}

// merge words the reason of a link.
func (l *link) merge() merge {
	slices.Sort(l.records)
	m := merge{A: l.a.ref, B: l.b.ref, Names: l.names, Records: slices.Compact(slices.DeleteFunc(l.records, func(id evidence.ID) bool { return id == "" }))}
	slices.Sort(m.Names)
	a, b := l.a.label(), l.b.label()
	var parts []string
	if l.cited || l.vague {
		parts = append(parts, "one cites the identifier of the other")
	}
	switch {
	case l.both && len(l.keys) == 1:
		parts = append(parts, "both go by the name "+l.names[0])
	case len(l.keys) > 0:
		parts = append(parts, "both carry "+nameList(l.names))
	}
	if l.sameOwn {
		parts = append(parts, "both have "+l.a.name+" as their own name")
	}
	if l.coiner {
		parts = append(parts, "the same organisation coined, or is cited for, one of them")
	}
	m.Why = fmt.Sprintf("%s and %s are one actor: %s.", a, b, strings.Join(parts, ", "))
	return m
}

func (e *entry) label() string { return e.name + " in " + e.catalogue }

// nameList writes "the names A, B and C", at most five of them.
func nameList(names []string) string {
	if len(names) == 1 {
		return "the name " + names[0]
	}
	if n := len(names); n > 5 {
		return fmt.Sprintf("the names %s and %d more", strings.Join(names[:5], ", "), n-5)
	}
	return "the names " + strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func countryList(states map[string]bool) string {
	var names []string
	for _, code := range slices.Sorted(maps.Keys(states)) {
		names = append(names, evidence.CountryInText(code))
	}
	return strings.Join(names, " or ")
}

func overlap(a, b map[string]bool) bool {
	for k := range a {
		if b[k] {
			return true
		}
	}
	return false
}
