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

// IsWorld reports whether a side of the question is the world.
func (q Question) IsWorld() bool {
	return strings.EqualFold(strings.TrimSpace(q.A), World) || strings.EqualFold(strings.TrimSpace(q.B), World)
}

// Why pairs of the world are not listed though both groups are on record.
const (
	bareWhy    = "both groups are on record, but no test has items or dated events enough on both sides, and no cited link joins the two"
	againstWhy = "as before, and one of the two is on record for working against the other's state: see cahoots dyads"
)

// pairWorld forms the pairs of two sides that a cited link joins, or that a
// channel may be able to test, and counts the others: those of groups of which
// nothing is on record, and those that have too little.
func (m *measurement) pairWorld(a, b []resolve.Actor) {
	for _, x := range slices.Concat(a, b) {
		m.actors[x.ID] = x
	}
	looked, onA, onB := m.coverage(nil), places(a), places(b)
	links := channel.Linked(m.corpus, m.period)
	linked := map[channel.Pair]bool{}
	for _, p := range links {
		linked[p] = true
	}
	strikes := channel.Striking(m.corpus, m.period, m.incident)
	m.few = map[string]int{}
	for _, x := range a {
		for _, y := range b {
			first, again := onA[y.ID]
			_, both := onB[x.ID]
			p := channel.Pair{A: x.ID, B: y.ID}
			switch {
			case x.ID == y.ID || again && both && first < onA[x.ID]: // met the other way round
			case looked[x.ID].Records == 0 || looked[y.ID].Records == 0:
				m.silent++
			case linked[p] || m.battery.Able(p):
				m.pairs = append(m.pairs, p)
			default:
				m.count(strikes(p))
			}
		}
	}
	for _, p := range links { // in both orders, of which the first that is asked counts
		_, isA := onA[p.A]
		_, isB := onB[p.B]
		if isA && isB && linked[p] && (looked[p.A].Records == 0 || looked[p.B].Records == 0) {
			m.pairs = append(m.pairs, p)
			m.silent--
			linked[channel.Pair{A: p.B, B: p.A}] = false
		}
	}
	silent := unlisted{Why: "nothing is on record of what the group did, so that nothing could have been found", Pairs: m.silent}
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

// count counts a pair that is not listed, by whether one works against the other's
// state.
func (m *measurement) count(against bool) {
	if against {
		m.few[againstWhy]++
	} else {
		m.few[bareWhy]++
	}
}

// places are the actors of a side with their places; the first of one that stands
// there twice.
func places(actors []resolve.Actor) map[resolve.ActorID]int {
	out := map[resolve.ActorID]int{}
	for n, a := range actors {
		if _, twice := out[a.ID]; !twice {
			out[a.ID] = n
		}
	}
	return out
}

func set(actors []resolve.Actor) map[resolve.ActorID]bool {
	out := map[resolve.ActorID]bool{}
	for _, a := range actors {
		out[a.ID] = true
	}
	return out
}

// unlist takes the pairs out of which nothing could be measured and that no
// cited link joins. The channels still count them as asked, and those that were not
// even tried.
func (m *measurement) unlist() {
	untried := m.silent + m.few[bareWhy] + m.few[againstWhy]
	keep := make([]bool, len(m.pairs))
	for n := range m.pairs {
		keep[n] = len(m.ledger[n].Links()) > 0 || slices.ContainsFunc(m.battery.Of(n), func(t channel.Tested) bool { return t.P != nil })
		if !keep[n] {
			m.count(len(m.attacks[n].Links()) > 0)
		}
	}
	m.pairs, m.ledger, m.attacks = kept(m.pairs, keep), kept(m.ledger, keep), kept(m.attacks, keep)
	m.battery.Keep(keep)
	for _, why := range []string{bareWhy, againstWhy} {
		if n := m.few[why]; n > 0 {
			m.unlisted = append(m.unlisted, unlisted{Why: why, Pairs: n})
		}
	}
	for c := range m.summaries {
		m.summaries[c].Pairs += untried
		m.summaries[c].NotMeasurable += untried
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
