package assess

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// World is the side of all groups of the evidence.
const World = "world"

// side reads one side of a question: a state, actor names separated by commas,
// or [World]. A name no source knows is an error with its nearest neighbours.
func side(dir *resolve.Directory, text string) (Side, []resolve.Actor, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return Side{}, nil, fmt.Errorf("a side is empty; name a state (CN) or groups (\"Mustang Panda, Scarab\")")
	}
	if strings.EqualFold(text, World) {
		actors := dir.Actors()
		s := newSide("the world", actors)
		s.Countries = []string{} // no state in particular, so none whose agreements bear on the answer
		return s, actors, nil
	}
	if code, ok := evidence.ParseCountry(text); ok {
		actors := dir.ByCountry(code)
		if len(actors) == 0 {
			return Side{}, nil, fmt.Errorf("no group of the evidence is attributed to %s; ingest a source that attributes groups to states, such as the MISP galaxy, or name the groups", evidence.CountryName(code))
		}
		return newSide(evidence.CountryName(code), actors), actors, nil
	}
	var actors []resolve.Actor
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		a, err := dir.Find(name)
		if err != nil {
			return Side{}, nil, err
		}
		if !slices.ContainsFunc(actors, func(o resolve.Actor) bool { return o.ID == a.ID }) {
			actors = append(actors, a)
		}
	}
	slices.SortFunc(actors, func(a, b resolve.Actor) int { return strings.Compare(a.Name, b.Name) })
	return newSide(text, actors), actors, nil
}

func newSide(label string, actors []resolve.Actor) Side {
	s := Side{Label: label, Countries: []string{}, Actors: []string{}}
	for _, a := range actors {
		s.Actors = append(s.Actors, a.Name)
		if a.Country != "" {
			s.Countries = append(s.Countries, a.Country)
		}
	}
	slices.Sort(s.Countries)
	s.Countries = slices.Compact(s.Countries)
	return s
}

func shown(a resolve.Actor) Actor { return Actor{ID: a.ID, Name: a.Name, Country: a.Country} }

// contested says whose attribution is contested: a state that only contested
// claims name, such as Russia for a group that is asserted to be Belarusian.
func contested(actors ...resolve.Actor) []string {
	var out []string
	for _, a := range actors {
		claimed := map[string]bool{} // state -> whether only contested claims name it
		for _, at := range a.Countries {
			only, seen := claimed[at.Country]
			claimed[at.Country] = at.Status == evidence.Contested && (only || !seen)
		}
		var states []string
		for state, only := range claimed {
			if only {
				states = append(states, evidence.CountryName(state))
			}
		}
		slices.Sort(states)
		if len(states) > 0 {
			out = append(out, fmt.Sprintf("the attribution of %s to %s is contested", a.Name, enumerate(states)))
		}
	}
	return out
}
