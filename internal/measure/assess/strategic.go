package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// strategic places two sets of states on the axis S0 to S4 from the agreements
// between any of them that are in force in the period:
//
//	S0 none; S1 norms and diplomacy; S2 an agreement in force; S3 intelligence
//	or technical exchange reported; S4 integrated command.
//
// An agreement whose entry into force no source confirms counts from its
// signature if it is a treaty or an executive agreement, and says so.
func strategic(records []evidence.Record, a, b []string, period evidence.Interval) (level, why string, used []evidence.ID) {
	if len(a) == 0 || len(b) == 0 {
		return "", "the question names no two states", []evidence.ID{}
	}
	rank := 0
	var reasons []string
	for i := range records {
		r := &records[i]
		if r.Class != evidence.Agreement || r.Status == evidence.Denied || !between(r.Parties, a, b) {
			continue
		}
		in, unconfirmed := inForce(r, period)
		if !in {
			continue
		}
		used = append(used, r.ID)
		n := agreementRank(r)
		note := r.Value
		if unconfirmed {
			note += " (signed; entry into force not confirmed)"
		}
		switch {
		case n > rank:
			rank, reasons = n, []string{note}
		case n == rank:
			reasons = append(reasons, note)
		}
	}
	for i := range records {
		r := &records[i]
		if r.Class == evidence.InformationExchange && asStates(r, a, b) && (r.Status == "" || r.Status == evidence.Asserted) {
			used = append(used, r.ID)
			if rank < 3 {
				rank, reasons = 3, nil
			}
			reasons = append(reasons, fmt.Sprintf("exchange reported by %s", r.Source()))
		}
	}
	slices.Sort(used)
	slices.Sort(reasons)
	reasons = slices.Compact(reasons)
	if len(reasons) == 0 {
		return "S0", "no agreement between the two sides in the evidence for the period", []evidence.ID{}
	}
	return fmt.Sprintf("S%d", rank), strings.Join(reasons, "; "), slices.Compact(used)
}

// binding are the kinds of agreement that oblige; joint statements, norms and
// memoranda do not.
var binding = []string{"treaty", "executive agreement", "alliance", "intelligence sharing"}

func agreementRank(r *evidence.Record) int {
	switch {
	case slices.Contains(r.Clauses, "integrated_command"):
		return 4
	case r.Kind == "intelligence sharing":
		return 3
	case slices.Contains(binding, r.Kind):
		return 2
	}
	return 1
}

// inForce reports whether an agreement binds its parties at some time of the
// period, and whether that is taken from its signature alone.
func inForce(r *evidence.Record, period evidence.Interval) (in, unconfirmed bool) {
	switch {
	case !r.Activity.IsZero():
		return period.IsZero() || r.Activity.Overlaps(period), false
	case r.Disclosed.IsZero():
		return period.IsZero(), true
	default:
		since := evidence.Interval{From: r.Disclosed.From, FromPrecision: r.Disclosed.FromPrecision}
		return period.IsZero() || since.Overlaps(period), slices.Contains(binding, r.Kind)
	}
}

// between reports whether the parties hold a state of each side.
func between(parties, a, b []string) bool {
	return slices.ContainsFunc(parties, func(p string) bool {
		return slices.Contains(a, p) && slices.ContainsFunc(parties, func(q string) bool { return q != p && slices.Contains(b, q) })
	})
}
