package resolve

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// An explanation says what stands behind a name, in sentences.
type explanation struct {
	Name      string     `json:"name"`
	Actor     *Actor     `json:"actor,omitempty"` // nil where the name means nobody, or several
	Sentences []string   `json:"sentences"`
	Conflicts []Conflict `json:"conflicts,omitempty"` // those of the actor or the name
}

// String is the sentences, one a line.
func (e explanation) String() string { return strings.Join(e.Sentences, "\n") }

// Why explains whom a name means and why the actor's entries stand together.
// The error is that of [Directory.Find], except for a name of several actors,
// which is explained.
func (d *Directory) Why(name string) (explanation, error) {
	e := explanation{Name: name}
	a, err := d.Find(name)
	if err != nil {
		e.Conflicts = d.conflictsOf(name, nil)
		if len(e.Conflicts) == 0 {
			return explanation{}, err
		}
		for _, c := range e.Conflicts {
			e.Sentences = append(e.Sentences, c.Why)
		}
		return e, nil
	}
	e.Actor = &a
	e.Sentences = append(e.Sentences, d.opening(name, &a))
	for _, m := range a.Merges {
		e.Sentences = append(e.Sentences, m.Why)
	}
	e.Sentences = append(e.Sentences, attributionSentence(&a))
	e.Conflicts = d.conflictsOf(name, &a)
	for _, c := range e.Conflicts {
		if !slices.Contains(e.Sentences, c.Why) {
			e.Sentences = append(e.Sentences, c.Why)
		}
	}
	return e, nil
}

// opening says by whose word the name means the actor.
func (d *Directory) opening(name string, a *Actor) string {
	by := d.givers(name, a)
	switch {
	case len(by) == 0:
		return fmt.Sprintf("%s means %s: %s.", name, a.label(), d.decide(name).whyOr("by its identifier"))
	case len(a.Refs) == 0:
		return fmt.Sprintf("%s is a name that only incident tables give (%s); no catalogue describes the actor.", a.label(), strings.Join(by, ", "))
	case Fold(name) == Fold(a.Name):
		return fmt.Sprintf("%s is the name in %s.", a.label(), andList(by))
	}
	return fmt.Sprintf("%s means %s, by the word of %s.", name, a.label(), andList(by))
}

// givers lists the data sets that give the actor a name, and who coined it where
// they tell.
func (d *Directory) givers(name string, a *Actor) (by []string) {
	key := d.canon.key(Fold(name))
	coiners := map[string][]string{}
	for _, c := range a.Names {
		if d.canon.key(Fold(c.Name)) != key {
			continue
		}
		if _, ok := coiners[c.Dataset]; !ok {
			coiners[c.Dataset] = nil
		}
		if c.Coiner != "" && !slices.Contains(coiners[c.Dataset], c.Coiner) {
			coiners[c.Dataset] = append(coiners[c.Dataset], c.Coiner)
		}
	}
	for _, dataset := range sortedKeys(coiners) {
		if who := coiners[dataset]; len(who) > 0 {
			slices.Sort(who)
			dataset += " (coined by or cited from " + andList(who) + ")"
		}
		by = append(by, dataset)
	}
	return by
}

func (dec decision) whyOr(s string) string {
	if dec.actor == nil || dec.why == "" {
		return s
	}
	return dec.why
}

// attributionSentence says to which states the actor is attributed, and by whom.
func attributionSentence(a *Actor) string {
	if len(a.Countries) == 0 {
		return "No source attributes it to a state."
	}
	var parts []string
	for _, at := range a.Countries {
		if s := "to " + evidence.CountryInText(at.Country) + " by " + a.attributers(at.Country); !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	s := "It is attributed " + strings.Join(parts, "; ") + "."
	if a.Country == "" {
		s += " They do not agree, so no state is shown."
	}
	return s
}

// attributers lists the data sets that attribute the actor to a state, with the
// basis where it is less than a catalogue's own asserted word.
func (a *Actor) attributers(country string) string {
	var by []string
	asserted := map[string]bool{}
	for _, at := range a.Countries {
		if at.Country == country && basisRank[at.Basis] == 0 && at.Status == "" {
			asserted[at.Dataset] = true
		}
	}
	for _, at := range a.Countries {
		if at.Country != country {
			continue
		}
		s := at.Dataset
		switch {
		case asserted[at.Dataset] && basisRank[at.Basis] == 0:
		case at.Basis == basisIncident:
			s += " (incidents only)"
		case at.Basis == basisName:
			s += " (said of the name)"
		default:
			s += " (" + string(at.Status) + ")"
		}
		if !slices.Contains(by, s) {
			by = append(by, s)
		}
	}
	return andList(by)
}

// conflictsOf lists the conflicts about a name, or about an actor.
func (d *Directory) conflictsOf(name string, a *Actor) (out []Conflict) {
	key := d.canon.key(Fold(name))
	for _, c := range d.conflicts {
		switch {
		case (c.Kind == nameOfSeveral || c.Kind == Umbrella) && d.canon.key(Fold(c.Name)) == key:
			out = append(out, c)
		case a != nil && slices.Contains(c.Actors, a.label()):
			out = append(out, c)
		}
	}
	return out
}
