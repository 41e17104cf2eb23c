package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/evidence"
)

// settleCountries gives each actor its state: the one that all asserted claims
// of the catalogues agree on; where no catalogue says, the one that all
// incidents agree on; else none. A contested claim does not count unless the
// policy includes disputed claims.
func (d *Directory) settleCountries(c *corpus) {
	for _, a := range d.actors {
		a.Countries = mergeAttributions(a.Countries)
		states := a.states(c, false)
		if len(states) == 0 {
			states = a.states(c, true)
		}
		if len(states) == 1 {
			a.Country = states[0]
		}
	}
}

// mergeAttributions joins what is said alike about several entries of an actor.
func mergeAttributions(in []Attribution) []Attribution {
	var out []Attribution
	slices.SortStableFunc(in, compareAttributions)
	for _, at := range in {
		if n := len(out); n > 0 && compareAttributions(out[n-1], at) == 0 {
			ids := slices.Concat(out[n-1].Records, at.Records)
			slices.Sort(ids)
			out[n-1].Records = slices.Compact(ids)
			continue
		}
		out = append(out, at)
	}
	return out
}

// states lists the countries that asserted claims give, sorted: those of the
// catalogues, or those of the incident tables.
func (a *Actor) states(c *corpus, incidents bool) []string {
	var out []string
	for _, at := range a.Countries {
		if (at.Basis == basisIncident) == incidents && c.counts(at.Status) {
			out = append(out, at.Country)
		}
	}
	return slices.Compact(out)
}

// disputedStates words an open attribution, or returns "": who says what, and
// on what basis.
func (a *Actor) disputedStates(c *corpus) string {
	incidents := len(a.states(c, false)) == 0
	states := a.states(c, incidents)
	if len(states) < 2 {
		return ""
	}
	var parts []string
	for _, code := range states {
		var by []string
		for _, at := range a.Countries {
			if at.Country == code && (at.Basis == basisIncident) == incidents && c.counts(at.Status) {
				by = append(by, at.Dataset)
			}
		}
		parts = append(parts, fmt.Sprintf("to %s by %s", evidence.CountryName(code), strings.Join(slices.Compact(by), ", ")))
	}
	return fmt.Sprintf("%s is attributed %s, so no state is shown.", a.Name, strings.Join(parts, "; "))
}
