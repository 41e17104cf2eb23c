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
// or [World]. A state stands for its groups of the kinds asked for, and names the
// others. A name no source knows is an error with its nearest neighbours.
func side(dir *resolve.Directory, text string, kinds []resolve.Kind) (Side, []resolve.Actor, error) {
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
		s, actors := ofState(dir, code, kinds)
		return s, actors, nil
	}
	var actors []resolve.Actor
	for name := range strings.SplitSeq(text, ",") {
		if name = strings.TrimSpace(name); name == "" {
			continue
		}
		a, err := dir.Find(name)
		if near := evidence.NearStates(name); err != nil && len(near) > 0 {
			return Side{}, nil, fmt.Errorf("%w; if a state is meant: %s", err, strings.Join(near, " or "))
		}
		if err != nil {
			return Side{}, nil, err
		}
		a.Name = asked(a, name)
		if !slices.ContainsFunc(actors, func(o resolve.Actor) bool { return o.ID == a.ID }) {
			actors = append(actors, a)
		}
	}
	slices.SortFunc(actors, func(a, b resolve.Actor) int { return strings.Compare(a.Name, b.Name) })
	return newSide(text, actors), actors, nil
}

// asked is the name by which an actor was asked for, as a source spells it: who
// asks about APT31 is answered about APT31. An identifier is no name.
func asked(a resolve.Actor, name string) string {
	for _, c := range a.Names {
		if c.Name == name {
			return name
		}
	}
	for _, c := range a.Names {
		if resolve.Fold(c.Name) == resolve.Fold(name) && !strings.HasPrefix(name, "actor-") {
			return c.Name
		}
	}
	return a.Name
}

// ofState is the side of a state: its actors of the kinds asked for, with the
// others beside them by kind.
func ofState(dir *resolve.Directory, code string, kinds []resolve.Kind) (Side, []resolve.Actor) {
	var actors []resolve.Actor
	others := map[resolve.Kind][]string{}
	for _, a := range dir.ByCountry(code) {
		if slices.Contains(kinds, a.Kind) {
			actors = append(actors, a)
		} else {
			others[a.Kind] = append(others[a.Kind], a.Name)
		}
	}
	s := newSide(evidence.CountryName(code), actors)
	s.Countries = []string{code} // also where the evidence knows no group of it
	for _, k := range resolve.Kinds() {
		if names := others[k]; len(names) > 0 {
			s.Apart = append(s.Apart, apart{Kind: k, Actors: names})
		}
	}
	return s, actors
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
