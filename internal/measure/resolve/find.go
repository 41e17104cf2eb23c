package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Of returns whom a record's subject or object means: by its reference, else by
// its name, which may be a packed list or a sentence. ok is false where it means
// nobody for certain; [Directory.Unresolved] says why.
func (d *Directory) Of(a evidence.Actor) (id ActorID, ok bool) {
	if a.Ref != "" {
		if x := d.byRef[a.Ref]; x != nil {
			return x.ID, true
		}
	}
	if a.Name == "" {
		return "", false
	}
	dec, known := d.decided[a.Name]
	if !known {
		dec = d.decide(a.Name)
	}
	if dec.actor == nil {
		return "", false
	}
	return dec.actor.ID, true
}

// A NameError says that a name means nobody, or several.
type NameError struct {
	Name       string
	Why        string
	Candidates []Actor  // the actors that claim the name
	Nearest    []string // known names that are written much alike
}

func (e *NameError) Error() string {
	if len(e.Candidates) > 0 {
		var who []string
		for _, a := range e.Candidates {
			who = append(who, fmt.Sprintf("%s, id %s", a.label(), a.ID))
		}
		return fmt.Sprintf("%q %s; say which one: %s", e.Name, e.Why, strings.Join(who, "; or "))
	}
	if len(e.Nearest) > 0 {
		return fmt.Sprintf("%q: %s; did you mean %s?", e.Name, e.Why, strings.Join(e.Nearest, ", or "))
	}
	return fmt.Sprintf("%q: %s; list the known names with \"actors list\"", e.Name, e.Why)
}

// Find returns the actor that a person means: by id, reference, name in any
// case, spacing and hyphenation, or name with state as conflicts print it
// ("IRIDIUM (IR)"). The error is a *NameError.
func (d *Directory) Find(name string) (Actor, error) {
	name = strings.TrimSpace(name)
	if a := d.byID[ActorID(name)]; a != nil {
		return *a, nil
	}
	if a := d.byRef[name]; a != nil {
		return *a, nil
	}
	as := d.lookup(name)
	if len(as) == 0 {
		as = d.labelled(name)
	}
	if len(as) == 1 {
		return *as[0], nil
	}
	if len(as) > 1 {
		return Actor{}, &NameError{Name: name, Why: "belongs to " + andList(labels(as)), Candidates: copies(as)}
	}
	if as := d.umbrellas[Fold(cmp.Or(d.umbrellaRefs[name], name))]; len(as) > 0 {
		return Actor{}, &NameError{Name: name, Why: "means no single actor: it stands for " + andList(labels(as)), Candidates: copies(as)}
	}
	if as := d.disputed[Fold(name)]; len(as) > 0 {
		return Actor{}, &NameError{Name: name, Why: "is only a contested name of " + andList(labels(as)), Candidates: copies(as)}
	}
	dec := d.decide(name)
	if dec.actor != nil {
		return *dec.actor, nil
	}
	return Actor{}, &NameError{Name: name, Why: dec.why, Nearest: d.nearest(name)}
}

func copies(as []*Actor) []Actor {
	out := make([]Actor, len(as))
	for i, a := range as {
		out[i] = *a
	}
	return out
}

// labelled finds the actors that carry name and state as in "IRIDIUM (IR)": the
// one that is shown so, where one is.
func (d *Directory) labelled(s string) (out []*Actor) {
	i := strings.LastIndex(s, "(")
	if i < 0 || !strings.HasSuffix(s, ")") {
		return nil
	}
	code, ok := evidence.ParseCountry(s[i+1 : len(s)-1])
	if !ok {
		return nil
	}
	name := strings.TrimSpace(s[:i])
	var own []*Actor
	for _, a := range d.lookup(name) {
		if a.Country != code {
			continue
		}
		out = append(out, a)
		if Fold(a.Name) == Fold(name) {
			own = append(own, a)
		}
	}
	if len(own) == 1 {
		return own
	}
	return out
}

// nearest lists at most three names within a quarter of the letters of name, or
// that contain it, nearest first.
func (d *Directory) nearest(name string) []string {
	type near struct {
		name     string
		distance int
	}
	key := Fold(name)
	var found []near
	for k, as := range d.byKey {
		dist := levenshtein.ComputeDistance(cut(key), cut(k))
		if len(key) >= 4 && strings.Contains(k, key) {
			dist = 1
		}
		if dist <= max(1, len(key)/4) {
			found = append(found, near{d.spelling(as[0], k), dist})
		}
	}
	slices.SortFunc(found, func(a, b near) int {
		return cmp.Or(cmp.Compare(a.distance, b.distance), cmp.Compare(a.name, b.name))
	})
	var out []string
	for _, n := range found[:min(3, len(found))] {
		out = append(out, n.name)
	}
	return out
}

// spelling is a name of the actor as a source writes the key.
func (d *Directory) spelling(a *Actor, key string) string {
	for _, c := range a.Names {
		if d.canon.key(Fold(c.Name)) == key {
			return c.Name
		}
	}
	return a.Name
}

// cut bounds the work on a long list.
func cut(key string) string { return key[:min(len(key), 64)] }
