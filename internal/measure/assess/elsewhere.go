package assess

import (
	"cmp"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// elsewhere is a cited link that would be a pair's, were an actor of the question one
// with another actor for whom a source takes it. It moves no verdict.
type elsewhere struct {
	A       Actor         `json:"a"` // who is linked
	B       Actor         `json:"b"`
	Level   Level         `json:"level"`
	Sign    Sign          `json:"sign"`
	MayBe   []maybe       `json:"may_be"` // of one side, or of both
	Records []evidence.ID `json:"records"`
}

// maybe is an actor of the question that may be another.
type maybe struct {
	Asked   Actor               `json:"asked"`
	Other   Actor               `json:"other"`
	Because resolve.Possibility `json:"because"`
}

// mostElsewhere is the number of pairs up to which it is looked for: of two states
// both actors are asked about anyway.
const mostElsewhere = 40

// elsewhere finds, for pairs that cited links do not join, those of actors for whom
// sources take one of the two, or both.
func (m *measurement) elsewhere(pairs []Pair) (out []elsewhere) {
	if len(pairs) > mostElsewhere {
		return nil
	}
	asked := map[channel.Pair]bool{}
	for _, p := range m.pairs {
		asked[p], asked[channel.Pair{A: p.B, B: p.A}] = true, true
	}
	for _, p := range pairs {
		if p.Possibly != nil || slices.ContainsFunc(p.Links, func(l channel.Link) bool { return l.Channel == "ledger" }) {
			continue
		}
		var other []channel.Pair
		for _, a := range m.mayBe(p.A.ID) {
			for _, b := range m.mayBe(p.B.ID) {
				if q := (channel.Pair{A: a, B: b}); a != b && a != p.B.ID && b != p.A.ID && !asked[q] {
					other = append(other, q)
				}
			}
		}
		for k, cited := range channel.Ledger(m.corpus, other, m.period) {
			f := findings{a: m.actor(other[k].A), b: m.actor(other[k].B), ledger: cited.Links()}
			if v := judge(f); v.level >= SharedSupply || v.sign == Unilateral {
				e := elsewhere{A: f.a, B: f.b, Level: v.level, Sign: v.sign, MayBe: m.because(p, other[k])}
				for _, l := range v.carrying {
					e.Records = append(e.Records, l.Records...)
				}
				slices.Sort(e.Records)
				e.Records = slices.Compact(e.Records)
				out = append(out, e)
			}
		}
	}
	slices.SortStableFunc(out, func(x, y elsewhere) int { return cmp.Compare(y.Level, x.Level) })
	return out
}

// mayBe lists the actor and those that a source, or names in common, take it for;
// what is only like it or related to it is another.
func (m *measurement) mayBe(id resolve.ActorID) []resolve.ActorID {
	out := []resolve.ActorID{id}
	for _, p := range m.corpus.Directory.PossiblyWith(id) {
		if p.Grade == resolve.SaidOne || p.Grade == resolve.SaidPart || p.Grade == resolve.SharedNames {
			if p.A == id {
				p.A = p.B
			}
			out = append(out, p.A)
		}
	}
	return out
}

func (m *measurement) because(p Pair, q channel.Pair) (out []maybe) {
	for _, side := range []struct {
		asked Actor
		other resolve.ActorID
	}{{p.A, q.A}, {p.B, q.B}} {
		if why, ok := m.corpus.Directory.Possibly(side.asked.ID, side.other); ok && side.asked.ID != side.other {
			out = append(out, maybe{side.asked, m.actor(side.other), why})
		}
	}
	return out
}

func (m *measurement) actor(id resolve.ActorID) Actor {
	a, _ := m.corpus.Directory.Actor(id)
	return shown(a)
}
