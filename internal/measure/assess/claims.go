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
func claims(records []evidence.Record, dir *resolve.Directory, a, b []string, period evidence.Interval) []Claim {
	type entry struct {
		dataset, object string
		class           evidence.Class
	}
	grouped := map[entry][]*evidence.Record{}
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
		k := entry{r.Origin.Dataset, cmp.Or(r.Origin.Object, string(r.ID)), r.Class}
		grouped[k] = append(grouped[k], r)
	}
	out := []Claim{}
	for _, rs := range grouped {
		out = append(out, newClaim(rs))
	}
	slices.SortFunc(out, func(x, y Claim) int {
		return cmp.Or(cmp.Compare(x.When, y.When), slices.Compare(x.Evidence, y.Evidence))
	})
	return out
}

// party gives the state of one party of a record and whether it is a group that
// can stand in a pair.
func party(dir *resolve.Directory, p evidence.Actor) (state string, group bool) {
	if code := pact.State(p); code != "" {
		return code, false
	}
	if id, ok := dir.Of(p); ok {
		actor, _ := dir.Actor(id)
		return cmp.Or(actor.Country, p.Country), true
	}
	return p.Country, false
}

func meets(state string, side []string) bool { return state != "" && slices.Contains(side, state) }

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
