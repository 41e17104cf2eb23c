package channel

import (
	"cmp"
	"maps"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Ledger returns the cited links between the two actors of each pair, within
// the period: every record of a ledger class whose two parties are the pair, in
// either order. An attack on the other group is one; attacks on its state are
// found by [Attacks].
func Ledger(c *Corpus, pairs []Pair, period evidence.Interval) []Cited {
	found := c.ledger(period)
	out := make([]Cited, len(pairs))
	for n, p := range pairs {
		out[n] = cited(found[p])
	}
	return out
}

// Linked lists the pairs that [Ledger] knows of, each in both orders, sorted.
func Linked(c *Corpus, period evidence.Interval) []Pair {
	return slices.SortedFunc(maps.Keys(c.ledger(period)), func(x, y Pair) int {
		return cmp.Or(cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
}

func (c *Corpus) ledger(period evidence.Interval) map[Pair][]claim {
	found := map[Pair][]claim{}
	for i := range c.records {
		r := &c.records[i]
		s, o := c.subject[i], c.object[i]
		if s == "" || o == "" || s == o || !r.Class.Ledger() || !within(r, period) {
			continue
		}
		for _, p := range []Pair{{s, o}, {o, s}} {
			direction := ""
			if directed(r.Class) {
				direction = AToB
				if p.A == o {
					direction = BToA
				}
			}
			t := c.tell("ledger", direction, i)
			t.thing = thing{class: r.Class, direction: direction, source: t.Source, event: cmp.Or(r.Event, t.When)}
			found[p] = append(found[p], t)
		}
	}
	return found
}

// directed reports whether the class names an act of the subject upon the
// object.
func directed(c evidence.Class) bool {
	return slices.Contains([]evidence.Class{evidence.Takeover, evidence.FalseFlag, evidence.AccessHandover, evidence.AttackOnState, evidence.AttackOnGroup}, c)
}

// An Incident is one event that records tell of, with the states it is laid to.
type Incident struct {
	ID string
	By []string // alpha-2
}

// Attacks returns for each pair the cited attacks of one actor on the other's
// state, within the period. Each needs the other actor's state to be known and
// to differ from the attacker's own. Of records that incidents knows, those of one
// incident and one source are one link; who did it together did it to none of
// themselves.
func Attacks(c *Corpus, pairs []Pair, period evidence.Interval, incidents map[evidence.ID]Incident) []Cited {
	struck := c.struck(period, incidents)
	out := make([]Cited, len(pairs))
	for n, p := range pairs {
		a, b := c.country(p.A), c.country(p.B)
		if a == b {
			continue
		}
		var told []claim
		for _, side := range []struct {
			attacker         resolve.ActorID
			state, direction string
		}{{p.A, b, AToB}, {p.B, a, BToA}} {
			if side.state == "" {
				continue
			}
			for _, i := range struck[side.attacker][side.state] {
				r := &c.records[i]
				t := c.tell("attacks", side.direction, i)
				t.State, t.Victims, t.Incident = side.state, victims(r), incidents[r.ID].ID
				t.thing = thing{direction: side.direction, source: t.Source, event: cmp.Or(t.Incident, r.Event, r.Citation.Locator+" "+t.When)}
				told = append(told, t)
			}
		}
		out[n] = cited(told)
	}
	return out
}

// struck are the records that tell of attacks, by attacker and state.
func (c *Corpus) struck(period evidence.Interval, incidents map[evidence.ID]Incident) map[resolve.ActorID]map[string][]int {
	struck := map[resolve.ActorID]map[string][]int{} // attacker -> state -> records
	for i := range c.records {
		r := &c.records[i]
		id := c.subject[i]
		if id == "" || !strikes(r.Class) || !actWithin(r, period) {
			continue
		}
		for k, t := range r.Targets {
			by := incidents[r.ID].By
			if t.Country == "" || k > 0 && r.Targets[k-1].Country == t.Country || len(by) > 1 && slices.Contains(by, t.Country) {
				continue
			}
			if struck[id] == nil {
				struck[id] = map[string][]int{}
			}
			struck[id][t.Country] = append(struck[id][t.Country], i)
		}
	}
	return struck
}

// Striking tells whether [Attacks] would find any for a pair.
func Striking(c *Corpus, period evidence.Interval, incidents map[evidence.ID]Incident) func(Pair) bool {
	struck := c.struck(period, incidents)
	return func(p Pair) bool {
		a, b := c.country(p.A), c.country(p.B)
		return a != b && (b != "" && len(struck[p.A][b]) > 0 || a != "" && len(struck[p.B][a]) > 0)
	}
}

// strikes reports whether a record of the class tells of an act against its
// targets.
func strikes(c evidence.Class) bool {
	switch c {
	case evidence.Activity, evidence.Incident, evidence.Campaign, evidence.Targets, evidence.AttackOnState:
		return true
	}
	return false
}

// actWithin reports whether a record tells of an act in the period. A list of
// targets dates no act by the day on which it was published: it may repeat what
// happened years before.
func actWithin(r *evidence.Record, period evidence.Interval) bool {
	if r.Class == evidence.Targets && !period.IsZero() && r.Activity.IsZero() && r.Detected.IsZero() {
		return false
	}
	return within(r, period)
}

// victims counts the states that a record names as targets.
func victims(r *evidence.Record) int {
	seen := map[string]bool{}
	for _, t := range r.Targets {
		if t.Country != "" {
			seen[t.Country] = true
		}
	}
	return len(seen)
}

func (c *Corpus) country(id resolve.ActorID) string {
	a, _ := c.Directory.Actor(id)
	return a.Country
}
