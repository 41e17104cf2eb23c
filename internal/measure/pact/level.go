package pact

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A standing is where two sides are on the strategic axis:
//
//	S0 none; S1 norms and diplomacy; S2 an agreement in force; S3 intelligence
//	or technical exchange, agreed or reported; S4 integrated command.
type standing struct {
	Level    string        // S0 to S4; empty where it was not looked up
	Why      string        // a sentence without its full stop
	Evidence []evidence.ID // agreements and exchanges at any level, sorted
}

// Level places two sets of states from what binds a state of each in the period.
// Evidence without any agreement between whomever is no look-up, and gives no
// level. An agreement whose entry into force no source confirms counts from its
// signature and says so; one of which no date is known counts only where no
// period is asked for.
func (p *Pacts) Level(a, b []string, period evidence.Interval) standing {
	out := standing{Evidence: []evidence.ID{}}
	switch {
	case len(a) == 0 || len(b) == 0:
		out.Why = "the question names no two states"
		return out
	case len(a) == 1 && slices.Equal(a, b):
		out.Why = "both sides are of one state"
		return out
	case len(p.records) == 0:
		out.Why = "agreements were not looked up: the evidence holds none between any states"
		return out
	}
	rank := 0
	var reasons []string
	note := func(n int, why string) {
		if n > rank {
			rank, reasons = n, nil
		}
		if n == rank {
			reasons = append(reasons, why)
		}
	}
	for i := range p.list {
		in := &p.list[i]
		if !in.joins(a, b, period) {
			continue
		}
		why := in.Name
		if in.Signed {
			why += " (signed; entry into force not confirmed)"
		}
		note(in.rank(), why)
		if in.Record != "" {
			out.Evidence = append(out.Evidence, in.Record)
		}
	}
	for i := range p.exchanges {
		r := &p.exchanges[i]
		s, o := State(r.Subject), State(r.Object)
		when, _ := r.When()
		if (slices.Contains(a, s) && slices.Contains(b, o) || slices.Contains(b, s) && slices.Contains(a, o)) && (period.IsZero() || when.Overlaps(period)) {
			note(3, fmt.Sprintf("exchange reported by %s", r.Source()))
			out.Evidence = append(out.Evidence, r.ID)
		}
	}
	slices.Sort(out.Evidence)
	out.Evidence = slices.Compact(out.Evidence)
	out.Level = fmt.Sprintf("S%d", rank)
	if out.Why = strings.Join(set(reasons), "; "); len(reasons) == 0 {
		out.Why = "no agreement between the two sides in the evidence for the period"
	}
	return out
}

// rank is the level that one agreement carries. Membership of an organisation
// that binds nobody to defend anybody is diplomacy.
func (a *Agreement) rank() int {
	switch {
	case slices.Contains(a.Clauses, "integrated_command"):
		return 4
	case a.Kind == kindIntelligence:
		return 3
	case a.Bond == Declared || a.Record == "" && a.Bond != Allied:
		return 1
	}
	return 2
}

// joins reports whether the agreement binds a state of each side at some time of
// the period; the zero period asks whether it ever does.
func (a *Agreement) joins(x, y []string, period evidence.Interval) bool {
	for _, p := range a.Parties {
		for _, q := range a.Parties {
			if p == q || !slices.Contains(x, p) || !slices.Contains(y, q) {
				continue
			}
			if period.IsZero() && (a.Record != "" || a.everHolds(p, q)) {
				return true
			}
			if _, partly := a.holds(p, q, period); partly {
				return true
			}
		}
	}
	return false
}

// State is the state meant by a party that names no group: "China", "Russian
// Federation". Empty where the party is a group.
func State(a evidence.Actor) string {
	if a.Name != "" {
		code, _ := evidence.ParseCountry(a.Name)
		return code
	}
	return a.Country
}
