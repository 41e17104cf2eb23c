package resolve

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/evidence"
)

// A Directory is who is who in one body of evidence under one policy. It is
// immutable and safe for concurrent use.
type Directory struct {
	actors     []*Actor // by name, then id
	byID       map[ActorID]*Actor
	byRef      map[string]*Actor
	byKey      map[string][]*Actor // canonical folded name -> actors, by id; more than one is a conflict
	settled    map[string]*Actor   // conflicting keys that standing alone still mean one actor
	disputed   map[string][]*Actor // folded names that only a contested or denied claim gives
	catalogued map[*Actor]bool     // has an entry in a catalogue, rather than being a name of an incident table
	canon      *nameIndex
	refused    []refusal
	conflicts  []Conflict
	decided    map[string]decision // names of the records that carry no reference
	unresolved []Unresolved
}

// Resolve decides who is who. It is a pure function: the order of the records
// and repetitions of them change nothing. It fails only where the policy
// contradicts itself or is ambiguous.
func Resolve(records []evidence.Record, policy Policy) (*Directory, error) {
	c := gather(records, policy)
	labels, err := c.split()
	if err != nil {
		return nil, err
	}
	m, x, err := c.merge(labels)
	if err != nil {
		return nil, err
	}
	d := &Directory{
		byID: map[ActorID]*Actor{}, byRef: map[string]*Actor{}, byKey: map[string][]*Actor{}, disputed: map[string][]*Actor{}, settled: map[string]*Actor{},
		catalogued: map[*Actor]bool{}, canon: x, refused: m.refused, decided: map[string]decision{},
	}
	for _, ref := range c.refs {
		e := c.entries[ref]
		if cl := m.of[e]; slices.MinFunc(cl.entries, compareEntries) == e {
			d.add(cl.actor())
		}
	}
	if err := c.checkJoins(d.actors, labels); err != nil {
		return nil, err
	}
	d.cite(c)
	d.indexNames(c)
	d.settle(c)
	d.nameActors(c)
	d.settleLoose(c)
	d.settleCountries(c)
	d.order()
	d.findConflicts(c)
	return d, nil
}

func compareEntries(a, b *entry) int { return cmp.Compare(a.ref, b.ref) }

// actor makes the Actor of a cluster, without name and country.
func (cl *cluster) actor() *Actor {
	a := &Actor{Refs: []string{}, Names: []Claim{}}
	slices.SortFunc(cl.entries, compareEntries)
	h := sha256.New()
	for _, e := range cl.entries {
		a.Refs = append(a.Refs, e.ref)
		a.Names = append(a.Names, e.claims...)
		a.Countries = append(a.Countries, e.attrs...)
		h.Write([]byte(e.ref + "\n"))
	}
	a.ID = actorID(h.Sum(nil))
	a.Merges = cl.merges
	slices.SortFunc(a.Merges, func(p, q Merge) int {
		return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B), cmp.Compare(p.Why, q.Why))
	})
	slices.SortFunc(a.Names, compareClaims)
	return a
}

func actorID(sum []byte) ActorID { return ActorID("actor-" + hex.EncodeToString(sum[:8])) }

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

func (d *Directory) add(a *Actor) {
	d.actors = append(d.actors, a)
	d.byID[a.ID] = a
	for _, ref := range a.Refs {
		d.byRef[ref] = a
	}
	d.catalogued[a] = true
}

// cite lets an identifier that no record describes, but one actor alone cites,
// mean that actor.
func (d *Directory) cite(c *corpus) {
	cited := map[string]map[*Actor]bool{}
	for _, ref := range c.refs {
		for target := range c.entries[ref].cites {
			if c.entries[target] == nil {
				if cited[target] == nil {
					cited[target] = map[*Actor]bool{}
				}
				cited[target][d.byRef[ref]] = true
			}
		}
	}
	for target, actors := range cited {
		if len(actors) == 1 {
			for a := range actors {
				d.byRef[target] = a
			}
		}
	}
}

func (d *Directory) indexNames(c *corpus) {
	for _, a := range d.actors {
		for _, cl := range a.Names {
			key := Fold(cl.Name)
			if attackID(key) != "" {
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

func insert(m map[string][]*Actor, key string, a *Actor) {
	if !slices.Contains(m[key], a) {
		m[key] = append(m[key], a)
	}
}

// order sorts the actors by folded name, then id.
func (d *Directory) order() {
	slices.SortFunc(d.actors, func(a, b *Actor) int {
		return cmp.Or(cmp.Compare(Fold(a.Name), Fold(b.Name)), cmp.Compare(a.ID, b.ID))
	})
}

// Actors lists every actor by name, then id.
func (d *Directory) Actors() []Actor {
	out := make([]Actor, len(d.actors))
	for i, a := range d.actors {
		out[i] = *a
	}
	return out
}

// Actor returns the actor of an id.
func (d *Directory) Actor(id ActorID) (Actor, bool) {
	if a := d.byID[id]; a != nil {
		return *a, true
	}
	return Actor{}, false
}

// ByCountry lists the actors whose undisputed attribution is the state of the
// ISO 3166-1 alpha-2 code, by name.
func (d *Directory) ByCountry(code string) []Actor {
	var out []Actor
	for _, a := range d.actors {
		if a.Country != "" && strings.EqualFold(a.Country, code) {
			out = append(out, *a)
		}
	}
	return out
}

// Conflicts lists what the sources do not agree on: names of several actors
// first, then refused merges, then disputed attributions, each by name.
func (d *Directory) Conflicts() []Conflict { return slices.Clone(d.conflicts) }

// sortedKeys returns the keys of m in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
