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
