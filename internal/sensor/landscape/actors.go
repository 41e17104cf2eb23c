package landscape

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// actors knows groups from evidence.
type actors struct {
	dir     *resolve.Directory
	traits  map[resolve.ActorID]*traits
	unknown map[string]string // folded name -> the spelling shown
}

// traits are what evidence says of a group's class and objective, with how
// often.
type traits struct {
	classes    map[sighting.Class]int
	stated     map[sighting.Objective]int // of the group itself
	objectives map[sighting.Objective]int // of its incidents and campaigns
}

// newActors gathers what evidence says of groups.
//
// The class of a group is what its STIX object says (threat_actor_types,
// resource_level); else a group that is attributed to a state is
// state-affiliated. Its objective is what the object says (goals,
// primary_motivation); else what more than half of its dated acts are said to
// be for.
func newActors(dir *resolve.Directory, records []evidence.Record) *actors {
	a := &actors{dir: dir, traits: map[resolve.ActorID]*traits{}, unknown: map[string]string{}}
	for i := range records {
		r := &records[i]
		id, ok := dir.Of(r.Subject)
		if !ok {
			continue
		}
		if o := objective(r.Objective); o != "" {
			a.of(id).objectives[o]++
		}
		if r.Class != evidence.Alias || r.Extra == nil {
			continue
		}
		for _, s := range words(r.Extra["threat_actor_types"]) {
			if c := classOf[s]; c != "" {
				a.of(id).classes[c]++
			}
		}
		for _, s := range words(r.Extra["resource_level"]) {
			if s == "government" {
				a.of(id).classes[sighting.StateAffiliated]++
			}
		}
		for _, key := range []string{"goals", "primary_motivation", "secondary_motivations"} {
			for _, s := range words(r.Extra[key]) {
				if o := objective(s); o != "" {
					a.of(id).stated[o]++
				}
			}
		}
	}
	return a
}

func (a *actors) of(id resolve.ActorID) *traits {
	t := a.traits[id]
	if t == nil {
		t = &traits{map[sighting.Class]int{}, map[sighting.Objective]int{}, map[sighting.Objective]int{}}
		a.traits[id] = t
	}
	return t
}

// classOf gives the class for terms of threat-actor-type-ov (STIX 2.1, 10.24).
var classOf = map[string]sighting.Class{
	"nation-state": sighting.StateAffiliated, "spy": sighting.StateAffiliated,
	"crime-syndicate": sighting.Criminal, "criminal": sighting.Criminal,
	"activist": sighting.Hacktivist,
}

// objective reads a goal or a term of attack-motivation-ov (STIX 2.1, 10.2) that
// names one.
func objective(s string) sighting.Objective {
	switch strings.ToLower(strings.TrimSpace(s)) {
	case "espionage", "spying", "information theft", "intelligence gathering":
		return sighting.Espionage
	case "disruption", "sabotage", "destruction":
		return sighting.Disruption
	case "financial", "financial gain", "personal-gain", "personal gain", "ransom", "extortion":
		return sighting.Financial
	}
	return ""
}

// words reads a JSON string or list of strings; anything else is none.
func words(raw json.RawMessage) []string {
	var one string
	var many []string
	switch {
	case len(raw) == 0:
	case json.Unmarshal(raw, &one) == nil:
		return []string{one}
	case json.Unmarshal(raw, &many) == nil:
		return many
	}
	return nil
}

// group is an actor as the group of indicators.
func (a *actors) group(actor *resolve.Actor) sighting.Group {
	t := a.of(actor.ID)
	g := sighting.Group{Key: "actor:" + string(actor.ID), Name: actor.Name, State: actor.Country}
	g.Class = most(t.classes, 0)
	if g.Class == "" && g.State != "" {
		g.Class = sighting.StateAffiliated
	}
	g.Objective = cmp.Or(most(t.stated, 0), most(t.objectives, 2), sighting.UnknownObjective)
	g.Class = cmp.Or(g.Class, sighting.UnknownClass)
	return g
}

// most is the value said most often, "" where two are said equally often, or,
// with half, where it is not said in more than 1 of half cases.
func most[T ~string](said map[T]int, half int) T {
	var best T
	n, all, tie := 0, 0, false
	keys := make([]T, 0, len(said))
	for k := range said {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for _, k := range keys {
		all += said[k]
		switch {
		case said[k] > n:
			best, n, tie = k, said[k], false
		case said[k] == n:
			tie = true
		}
	}
	if tie || n*half <= all && half > 0 {
		return ""
	}
	return best
}
