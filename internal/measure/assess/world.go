package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// unlisted accounts for pairs of a question about the world that are counted
// instead of listed, because a million of them differ in names only.
type unlisted struct {
	Why   string `json:"why"`
	Pairs int    `json:"pairs"`
	// Actors are the groups of which all pairs are meant; empty where it is not a
	// matter of single groups.
	Actors []string `json:"actors,omitempty"`
}

// isWorld reports whether a side of the question is the world.
func (q Question) isWorld() bool {
	return strings.EqualFold(strings.TrimSpace(q.A), World) || strings.EqualFold(strings.TrimSpace(q.B), World)
}

// pairWorld forms the pairs of two sides of which something is on record of both
// groups, or a cited link between them, and counts the others.
func (m *measurement) pairWorld(a, b []resolve.Actor) {
	for _, x := range slices.Concat(a, b) {
		m.actors[x.ID] = x
	}
	looked := m.coverage(nil)
	seen := func(actors []resolve.Actor) (out []resolve.Actor) {
		for _, x := range actors {
			if looked[x.ID].Records > 0 {
				out = append(out, x)
			}
		}
		return out
	}
	m.pair(seen(a), seen(b))
	listed := map[channel.Pair]bool{}
	for _, p := range m.pairs {
		listed[p] = true
	}
	onA, onB := set(a), set(b)
	for _, p := range channel.Linked(m.corpus, m.period) {
		reverse := channel.Pair{A: p.B, B: p.A}
		if onA[p.A] && onB[p.B] && !listed[p] && !listed[reverse] {
			listed[p] = true
			m.pairs = append(m.pairs, p)
		}
	}
	silent := unlisted{Why: "nothing is on record of what the group did, so that nothing could have been found", Pairs: countPairs(onA, onB) - len(m.pairs)}
	for id, x := range m.actors {
		if looked[id].Records == 0 {
			silent.Actors = append(silent.Actors, x.Name)
		}
	}
	slices.Sort(silent.Actors)
	if silent.Pairs > 0 {
		m.unlisted = append(m.unlisted, silent)
	}
}

func set(actors []resolve.Actor) map[resolve.ActorID]bool {
	out := map[resolve.ActorID]bool{}
	for _, a := range actors {
		out[a.ID] = true
	}
	return out
}

// countPairs counts the pairs of one actor of each side, two different ones, in
// whatever order.
func countPairs(a, b map[resolve.ActorID]bool) int {
	both := 0
	for id := range a {
		if b[id] {
			both++
		}
	}
	return len(a)*len(b) - both - both*(both-1)/2
}

// unlist takes the pairs out of which nothing could be measured and that no
// cited link joins. The channels still count them as asked.
func (m *measurement) unlist() {
	bare := unlisted{Why: "both groups are on record, but no test has items or dated events enough on both sides, and no cited link joins the two"}
	against := unlisted{Why: "as before, and one of the two is on record for working against the other's state: see cahoots dyads"}
	keep := make([]bool, len(m.pairs))
	for n := range m.pairs {
		keep[n] = len(m.ledger[n].Links()) > 0 || slices.ContainsFunc(m.battery.Of(n), func(t channel.Tested) bool { return t.P != nil })
		switch {
		case keep[n]:
		case len(m.attacks[n].Links()) > 0:
			against.Pairs++
		default:
			bare.Pairs++
		}
	}
	m.pairs, m.ledger, m.attacks = kept(m.pairs, keep), kept(m.ledger, keep), kept(m.attacks, keep)
	m.battery.Keep(keep)
	for _, u := range []unlisted{bare, against} {
		if u.Pairs > 0 {
			m.unlisted = append(m.unlisted, u)
		}
	}
	counted := 0
	for _, u := range m.unlisted {
		if u.Actors != nil {
			counted += u.Pairs
		}
	}
	for c := range m.summaries {
		m.summaries[c].Pairs += counted
		m.summaries[c].NotMeasurable += counted
	}
}

func kept[T any](list []T, keep []bool) []T {
	var out []T
	for n, x := range list {
		if keep[n] {
			out = append(out, x)
		}
	}
	return out
}

// unlistedWarnings say how many pairs are counted and not listed.
func unlistedWarnings(us []unlisted) []string {
	var out []string
	for _, u := range us {
		out = append(out, fmt.Sprintf("%d pairs are counted and not listed: %s", u.Pairs, u.Why))
	}
	return out
}
