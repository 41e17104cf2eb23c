package assess

import (
	"cmp"
	"context"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

func aliasWhat(in Input) string {
	if in.Policy.IncludeDisputed {
		return "without disputed aliases"
	}
	return "with disputed aliases"
}

// aliasVariant measures the question with disputed aliases let in, or left out
// where the policy lets them in. why says where that changes nothing.
func (m *measurement) aliasVariant(in Input) (v variant, why string, err error) {
	disputed := 0
	for _, r := range m.corpus.Records() {
		if r.Class == evidence.Alias && r.Status == evidence.Contested {
			disputed++
		}
	}
	if disputed == 0 {
		return v, "no alias in the evidence is marked as disputed", nil
	}
	policy := in.Policy
	policy.IncludeDisputed = !policy.IncludeDisputed
	body, err := newBody(context.Background(), m.corpus.Records(), policy)
	if err != nil {
		return v, "", err
	}
	other := &measurement{corpus: body.corpus, incidents: body.incidents, incident: body.incident, period: m.period, actors: map[resolve.ActorID]resolve.Actor{}}
	other.rename(m)
	setting := m.battery.Setting
	setting.VerdictsOnly = true
	other.battery = channel.Read(other.corpus, m.battery.Channels, setting)
	if err := other.measure(context.Background()); err != nil {
		return v, "", err
	}
	other.looked = other.coverage(nil)
	return variant{kind: kindAliases, what: aliasWhat(in), records: disputed, other: other}, "", nil
}

// rename asks about the pairs of m under another directory: an actor is who most
// of its records are about there. renamed has for each pair of m that can be
// assessed its place among the pairs here, or -1 where the two are one.
func (o *measurement) rename(m *measurement) {
	is := map[resolve.ActorID]resolve.ActorID{}
	for id := range m.actors {
		votes := map[resolve.ActorID]int{}
		for _, r := range m.corpus.About(id) {
			if there, ok := o.corpus.Directory.Of(r.Subject); ok {
				votes[there]++
			}
		}
		var best resolve.ActorID
		for there, n := range votes {
			if best == "" || cmp.Or(cmp.Compare(n, votes[best]), cmp.Compare(best, there)) > 0 {
				best = there
			}
		}
		is[id] = best
	}
	at := map[channel.Pair]int{}
	for _, n := range m.assessable() {
		p := channel.Pair{A: is[m.pairs[n].A], B: is[m.pairs[n].B]}
		if p.A == p.B {
			o.renamed = append(o.renamed, -1)
			continue
		}
		place, seen := at[p]
		if !seen {
			place = len(o.pairs)
			at[p] = place
			o.pairs = append(o.pairs, p)
			for _, id := range []resolve.ActorID{p.A, p.B} {
				o.actors[id], _ = o.corpus.Directory.Actor(id)
			}
		}
		o.renamed = append(o.renamed, place)
	}
}

// Testimony counts what the publishers of one country say of the deeds of one
// state against another.
type Testimony struct {
	Publisher  string `json:"publisher_country"` // alpha-2; empty where not known
	Attributed string `json:"attributed"`        // the state whose groups did it
	Victim     string `json:"victim"`            // alpha-2; empty for all states outside the question
	Records    int    `json:"records"`
	Sources    int    `json:"sources"` // independent ones
}

// testimony tabulates who says what about whom: records of acts by groups of the
// states of the question, by the seat of their publisher, victims outside the
// question together.
func (m *measurement) testimony() []Testimony {
	states := map[string]bool{}
	for _, a := range m.actors {
		if a.Country != "" {
			states[a.Country] = true
		}
	}
	type key struct{ publisher, attributed, victim string }
	count, said := map[key]int{}, map[key]map[string]bool{}
	for i, r := range m.corpus.Records() {
		by := m.corpus.StateOf(i)
		if !states[by] {
			continue
		}
		seen := map[string]bool{}
		for _, t := range channel.TargetsOf(&r) {
			victim := t.Country
			if !states[victim] || victim == by {
				victim = ""
			}
			if seen[victim] {
				continue
			}
			seen[victim] = true
			k := key{r.Citation.PublisherCountry, by, victim}
			count[k]++
			if said[k] == nil {
				said[k] = map[string]bool{}
			}
			said[k][r.Source()] = true
		}
	}
	out := []Testimony{}
	for k, n := range count {
		out = append(out, Testimony{k.publisher, k.attributed, k.victim, n, len(said[k])})
	}
	slices.SortFunc(out, func(a, b Testimony) int {
		return cmp.Or(cmp.Compare(a.Attributed, b.Attributed), cmp.Compare(b.Victim, a.Victim), cmp.Compare(b.Records, a.Records), cmp.Compare(a.Publisher, b.Publisher))
	})
	return out
}
