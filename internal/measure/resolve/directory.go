package resolve

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
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
	unresolved []unresolved
	// umbrellas are the actors for which a folded name stands that means no single
	// one; umbrellaRefs are the entries of these names.
	umbrellas    map[string][]*Actor
	umbrellaRefs map[string]string
	possible     []Possibility
	possibly     map[[2]ActorID]int // place in possible
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
		umbrellas: map[string][]*Actor{}, umbrellaRefs: map[string]string{}, possibly: map[[2]ActorID]int{},
	}
	for _, ref := range c.refs {
		e := c.entries[ref]
		if cl := m.of[e]; c.umbrellas[e] == nil && slices.MinFunc(cl.entries, compareEntries) == e {
			d.add(cl.actor())
		}
	}
	if err := c.checkJoins(d.actors, labels); err != nil {
		return nil, err
	}
	d.fileUmbrellas(c.umbrellas)
	d.cite(c)
	d.indexNames(c)
	d.settle(c)
	d.nameActors(c)
	d.settleLoose(c)
	d.settleCountries(c)
	d.settleKinds(c)
	d.order()
	d.findConflicts(c)
	d.findPossible(c, m.weak, c.same)
	return d, nil
}

func compareEntries(a, b *entry) int { return cmp.Compare(a.ref, b.ref) }

// actor makes the Actor of a cluster, without name and country.
func (cl *cluster) actor() *Actor {
	a := &Actor{Refs: []string{}, Names: []claim{}}
	slices.SortFunc(cl.entries, compareEntries)
	h := sha256.New()
	for _, e := range cl.entries {
		a.Refs = append(a.Refs, e.ref)
		a.Names = append(a.Names, e.claims...)
		a.Countries = append(a.Countries, e.attrs...)
		a.initiated(e.initiator)
		h.Write([]byte(e.ref + "\n"))
	}
	a.ID = actorID(h.Sum(nil))
	a.Merges = cl.merges
	slices.SortFunc(a.Merges, func(p, q merge) int {
		return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B), cmp.Compare(p.Why, q.Why))
	})
	slices.SortFunc(a.Names, compareClaims)
	return a
}

func actorID(sum []byte) ActorID { return ActorID("actor-" + hex.EncodeToString(sum[:8])) }

func (d *Directory) add(a *Actor) {
	d.actors = append(d.actors, a)
	d.byID[a.ID] = a
	for _, ref := range a.Refs {
		d.byRef[ref] = a
	}
	d.catalogued[a] = true
}

// cite lets an identifier that no record describes mean the one actor that cites
// it, unless that actor cites several of the same catalogue.
func (d *Directory) cite(c *corpus) {
	cited := map[string]map[*Actor]bool{}
	for _, ref := range c.refs {
		perCatalogue := map[string]int{}
		for target := range c.entries[ref].cites {
			perCatalogue[c.catalogueOf(target)]++
		}
		for target := range c.entries[ref].cites {
			if c.entries[target] != nil || perCatalogue[c.catalogueOf(target)] > 1 {
				continue
			}
			if cited[target] == nil {
				cited[target] = map[*Actor]bool{}
			}
			if a := d.byRef[ref]; a != nil {
				cited[target][a] = true
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
