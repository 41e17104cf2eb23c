package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// claims lists what is said about the two sides as such: ledger records that
// join a party of one side to one of the other, at least one of which is a
// state or a name no catalogue knows. They are shown and move no pair. Records
// made from one entry of a source, for several parties, are one claim.
func claims(records []evidence.Record, dir *resolve.Directory, a, b askedSide, period evidence.Interval) []Claim {
	type entry struct {
		dataset, object string
		class           evidence.Class
	}
	grouped, direct := map[entry][]*evidence.Record{}, map[entry]bool{}
	for i := range records {
		r := &records[i]
		if !r.Class.Ledger() || r.Class == evidence.AttackOnState || r.Object.IsZero() {
			continue
		}
		if when, _ := r.When(); !period.IsZero() && !when.Overlaps(period) {
			continue
		}
		s, o := partyOfClaim(dir, r.Subject), partyOfClaim(dir, r.Object)
		within := a.state != "" && a.state == b.state && (s.as && s.is(a) && o.state == "" || o.as && o.is(a) && s.state == "")
		if s.group != "" && o.group != "" || !within && !(s.meets(a) && o.meets(b) || s.meets(b) && o.meets(a)) {
			continue
		}
		k := entry{r.Origin.Dataset, cmp.Or(r.Origin.Object, string(r.ID)), r.Class}
		direct[k] = direct[k] || within || s.is(a) && o.is(b) || s.is(b) && o.is(a)
		grouped[k] = append(grouped[k], r)
	}
	out := []Claim{}
	for k, rs := range grouped {
		c := newClaim(rs)
		c.Asked = direct[k]
		out = append(out, c)
	}
	slices.SortFunc(out, func(x, y Claim) int {
		return cmp.Or(cmp.Compare(x.When, y.When), slices.Compare(x.Evidence, y.Evidence))
	})
	return out
}

// askedSide is what a side of the question is, for claims.
type askedSide struct {
	state  string   // asked about as such; empty where groups were named
	states []string // of its groups, and state
	groups map[resolve.ActorID]bool
}

func newAskedSide(text string, side Side, actors []resolve.Actor) askedSide {
	code, _ := evidence.ParseCountry(strings.TrimSpace(text))
	return askedSide{code, side.Countries, set(actors)}
}

// A claimed party is one of a record: a group that can stand in a pair, a state
// as such, or a name that nobody knows.
type claimed struct {
	state string
	as    bool // the state as such
	group resolve.ActorID
}

func partyOfClaim(dir *resolve.Directory, p evidence.Actor) claimed {
	if code := pact.State(p); code != "" {
		return claimed{state: code, as: true}
	}
	if id, ok := dir.Of(p); ok {
		actor, _ := dir.Actor(id)
		return claimed{state: cmp.Or(actor.Country, p.Country), group: id}
	}
	return claimed{state: p.Country}
}

// meets reports whether the party has to do with a side: it is of one of its
// states, or one of its groups.
func (c claimed) meets(side askedSide) bool {
	return c.state != "" && slices.Contains(side.states, c.state) || side.groups[c.group]
}

// is reports whether the party is what was asked about, and not only of its state.
func (c claimed) is(side askedSide) bool {
	return c.as && c.state == side.state || side.groups[c.group]
}

func newClaim(rs []*evidence.Record) Claim {
	r := rs[0]
	when, _ := r.When()
	c := Claim{
		Text: cmp.Or(r.Value, r.Note, r.Citation.Title), Class: r.Class, When: when.String(),
		Status: cmp.Or(r.Status, evidence.Asserted), Level: NoneFound, Confidence: Low, Source: r.Source(),
	}
	var subjects, objects []string
	for _, r := range rs {
		subjects = append(subjects, cmp.Or(r.Subject.Name, evidence.CountryName(r.Subject.Country)))
		objects = append(objects, cmp.Or(r.Object.Name, evidence.CountryName(r.Object.Country)))
		c.Evidence = append(c.Evidence, r.ID)
	}
	slices.Sort(c.Evidence)
	c.Subject, c.Object = list(subjects), list(objects)
	switch {
	case c.Status == evidence.Contested:
		c.Why = "contested; it raises nothing"
	case c.Status == evidence.Denied || r.Class == evidence.Denial:
		c.Why = "a denial; it raises nothing and contests what it denies"
	default:
		c.Why = "said of states or of groups nobody names; it raises no pair"
	}
	return c
}

func list(names []string) string {
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}
