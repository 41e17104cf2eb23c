package assess

import (
	"cmp"
	"slices"

	"github.com/cahoots-project/cahoots/evidence"
	"github.com/cahoots-project/cahoots/resolve"
)

// stateOf is the state meant by a party that names no group: "China", "Russian
// Federation".
func stateOf(a evidence.Actor) string {
	if a.Name != "" {
		code, _ := evidence.ParseCountry(a.Name)
		return code
	}
	return a.Country
}

// asStates reports whether a record speaks of the two sides as states.
func asStates(r *evidence.Record, a, b []string) bool {
	s, o := stateOf(r.Subject), stateOf(r.Object)
	return slices.Contains(a, s) && slices.Contains(b, o) || slices.Contains(b, s) && slices.Contains(a, o)
}

// claims lists what is said about the two sides as such: ledger records that
// join a party of one side to one of the other, at least one of which is a
// state or a name no catalogue knows. They are shown and move no pair.
func claims(records []evidence.Record, dir *resolve.Directory, a, b []string, period evidence.Interval) []Claim {
	out := []Claim{}
	for i := range records {
		r := &records[i]
		if !r.Class.Ledger() || r.Class == evidence.AttackOnState || r.Object.IsZero() {
			continue
		}
		if when, _ := r.When(); !period.IsZero() && !when.Overlaps(period) {
			continue
		}
		s, sGroup := party(dir, r.Subject)
		o, oGroup := party(dir, r.Object)
		if sGroup && oGroup || !(meets(s, a) && meets(o, b) || meets(s, b) && meets(o, a)) {
			continue
		}
		out = append(out, newClaim(r))
	}
	slices.SortFunc(out, func(x, y Claim) int { return slices.Compare(x.Evidence, y.Evidence) })
	return out
}

// party gives the state of one party of a record and whether it is a group that
// can stand in a pair.
func party(dir *resolve.Directory, p evidence.Actor) (state string, group bool) {
	if code := stateOf(p); code != "" {
		return code, false
	}
	if id, ok := dir.Of(p); ok {
		actor, _ := dir.Actor(id)
		return cmp.Or(actor.Country, p.Country), true
	}
	return p.Country, false
}

func meets(state string, side []string) bool { return state != "" && slices.Contains(side, state) }

func newClaim(r *evidence.Record) Claim {
	c := Claim{
		Text: cmp.Or(r.Value, r.Note, r.Citation.Title), Class: r.Class, Subject: cmp.Or(r.Subject.Name, r.Subject.Country), Object: cmp.Or(r.Object.Name, r.Object.Country),
		Status: cmp.Or(r.Status, evidence.Asserted), Level: NoneFound, Confidence: Low, Source: r.Source(),
		Evidence: []evidence.ID{r.ID},
	}
	switch {
	case c.Status == evidence.Contested:
		c.Why = "contested; it raises nothing"
	case c.Status == evidence.Denied || r.Class == evidence.Denial:
		c.Why = "a denial; it raises nothing and contests what it denies"
	default:
		c.Why = "said of states or of groups nobody names, by one source; it raises no pair"
	}
	return c
}
