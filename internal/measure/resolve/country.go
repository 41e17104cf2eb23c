package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// settleCountries gives each actor its state: the one that all asserted claims
// of the catalogues agree on; where no catalogue says, the one that all other
// actors of the same name work for; else the one that all incidents agree on;
// else none. A contested claim does not count unless the policy includes
// disputed claims.
func (d *Directory) settleCountries(c *corpus) {
	said := map[*Actor][]attribution{}
	for _, a := range d.actors {
		if len(a.states(c, 0)) == 0 {
			said[a] = d.saidOfName(c, a)
		}
	}
	for _, a := range d.actors {
		a.Countries = mergeAttributions(append(a.Countries, said[a]...))
		for rank := range 3 {
			if states := a.states(c, rank); len(states) > 0 {
				if len(states) == 1 {
					a.Country = states[0]
				}
				break
			}
		}
	}
}

// saidOfName collects what catalogues say about the state of the other actors
// that carry the own name of one of a's entries. It attributes the name and
// identifies nobody: the galaxy files Deep Panda under APT19 and ATT&CK keeps
// the two apart, but both mean a Chinese group by it.
func (d *Directory) saidOfName(c *corpus, a *Actor) (out []attribution) {
	seen := map[*Actor]bool{a: true}
	for _, ref := range a.Refs {
		e := c.entries[ref]
		if e == nil {
			continue
		}
		for _, other := range d.byKey[d.canon.key(Fold(e.name))] {
			if seen[other] {
				continue
			}
			seen[other] = true
			for _, at := range other.Countries {
				if basisRank[at.Basis] == 0 && c.counts(at.Status) {
					at.Basis = basisName
					out = append(out, at)
				}
			}
		}
	}
	return out
}

// mergeAttributions joins what is said alike about several entries of an actor.
func mergeAttributions(in []attribution) []attribution {
	var out []attribution
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

// states lists the countries that asserted claims of one rank give, sorted.
func (a *Actor) states(c *corpus, rank int) []string {
	var out []string
	for _, at := range a.Countries {
		if basisRank[at.Basis] == rank && c.counts(at.Status) {
			out = append(out, at.Country)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// disputedStates words an open attribution, or returns "": who says what.
func (a *Actor) disputedStates(c *corpus) string {
	rank := 0
	for rank < 2 && len(a.states(c, rank)) == 0 {
		rank++
	}
	states := a.states(c, rank)
	if len(states) < 2 {
		return ""
	}
	var parts []string
	for _, code := range states {
		var by []string
		for _, at := range a.Countries {
			if at.Country == code && basisRank[at.Basis] == rank && c.counts(at.Status) {
				by = append(by, at.Dataset)
			}
		}
		slices.Sort(by)
		parts = append(parts, fmt.Sprintf("to %s by %s", evidence.CountryInText(code), strings.Join(slices.Compact(by), ", ")))
	}
	return fmt.Sprintf("%s is attributed %s, so no state is shown.", a.Name, andList(parts))
}
