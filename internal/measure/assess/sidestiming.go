package assess

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// partyOf is everything laid to a side: to its groups and, where the side is a
// state, to the state as such.
func partyOf(side string, actors []resolve.Actor) channel.Party {
	var p channel.Party
	for _, a := range actors {
		p.Actors = append(p.Actors, a.ID)
	}
	slices.Sort(p.Actors)
	if code, ok := evidence.ParseCountry(strings.TrimSpace(side)); ok {
		p.States = []string{code}
	}
	return p
}

// sidesTiming tests the two sides as such. The tests of both kinds of dates are
// a family of their own: they answer another question than the pairs do.
func (m *measurement) sidesTiming(a, b channel.Party, alpha float64) ([]channel.Measurement, error) {
	var families []*channel.Family
	for _, ch := range m.chronicles {
		families = append(families, ch.Timing([]channel.Dyad{{A: a, B: b}}))
	}
	if err := channel.Adjust(families, alpha); err != nil {
		return nil, err
	}
	var out []channel.Measurement
	for _, f := range families {
		f.SetMDE()
		f.Describe()
		out = append(out, f.Measurements...)
	}
	return out, nil
}
