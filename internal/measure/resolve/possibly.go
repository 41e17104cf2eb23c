package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Possibility says that two actors, which stay two, may be one. It is shown
// and merges nothing.
type Possibility struct {
	A       ActorID       `json:"a"` // A < B
	B       ActorID       `json:"b"`
	Grade   Grade         `json:"grade"`
	Why     string        `json:"why"`     // a sentence
	Sources []string      `json:"sources"` // who says so, of the firmest; sorted
	Records []evidence.ID `json:"records"` // sorted
}

// Grade is how firmly a possibility is stated.
type Grade string

// The grades, from the firmest.
const (
	SaidOne     Grade = "said to be one" // a source says so outright
	SaidPart    Grade = "said to overlap, or to be a part"
	SaidSimilar Grade = "said to be similar"
	SaidRelated Grade = "said to be related, and not how"
	SharedNames Grade = "names in common" // no source says so
)

var grades = []Grade{SaidOne, SaidPart, SaidSimilar, SaidRelated, SharedNames}

// Possibly returns what is known of two actors being perhaps one, the firmest
// statement with the records of all; ok is false where nothing is.
func (d *Directory) Possibly(a, b ActorID) (p Possibility, ok bool) {
	i, ok := d.possibly[[2]ActorID{min(a, b), max(a, b)}]
	if !ok {
		return Possibility{}, false
	}
	return d.possible[i], true
}

// Possibilities lists them all, by the ids of the actors.
func (d *Directory) Possibilities() []Possibility { return slices.Clone(d.possible) }

// PossiblyWith lists those of one actor, the firmest first.
func (d *Directory) PossiblyWith(id ActorID) []Possibility {
	out := slices.DeleteFunc(d.Possibilities(), func(p Possibility) bool { return p.A != id && p.B != id })
	slices.SortStableFunc(out, func(p, q Possibility) int {
		return cmp.Compare(slices.Index(grades, p.Grade), slices.Index(grades, q.Grade))
	})
	return out
}

// findPossible gathers the possibilities from the links that were too weak, from
// those that a catalogue's keeping the two apart forbade, from own names that are
// aliases of others, and from what sources say of two names being one.
func (d *Directory) findPossible(c *corpus, weak []*link, records []*evidence.Record) {
	by := map[[2]ActorID]*Possibility{}
	note := func(a, b *Actor, grade Grade, why string, sources []string, ids []evidence.ID) {
		if a == nil || b == nil || a == b {
			return
		}
		key := [2]ActorID{min(a.ID, b.ID), max(a.ID, b.ID)}
		p := by[key]
		if p == nil {
			p = &Possibility{A: key[0], B: key[1], Grade: grade, Why: why}
			by[key] = p
		}
		firmer := slices.Index(grades, p.Grade) - slices.Index(grades, grade)
		switch {
		case firmer > 0:
			p.Grade, p.Why, p.Sources = grade, why, sources
		case firmer == 0:
			p.Why = min(p.Why, why)
			p.Sources = append(slices.Clone(p.Sources), sources...)
		}
		p.Records = append(p.Records, ids...)
	}
	for _, l := range weak {
		a, b := d.byRef[l.a.ref], d.byRef[l.b.ref]
		if a == nil || b == nil || apart(a, b) {
			continue
		}
		slices.Sort(l.names)
		why := fmt.Sprintf("%s and %s may be one actor: both carry %s, which neither has as its own.", l.a.label(), l.b.label(), nameList(l.names))
		note(a, b, SharedNames, why, []string{l.a.catalogue, l.b.catalogue}, slices.DeleteFunc(slices.Clone(l.records), func(id evidence.ID) bool { return id == "" }))
	}
	for _, r := range d.refused {
		a, b := d.byRef[r.a.ref], d.byRef[r.b.ref]
		if a == nil || b == nil || apart(a, b) || strings.HasPrefix(r.why, "the policy") {
			continue
		}
		m := r.merge()
		why := fmt.Sprintf("%s and %s may be one actor or have a part in common: %s, but %s.", a.label(), b.label(), strings.TrimSuffix(m.Why[strings.Index(m.Why, ": ")+2:], "."), r.why)
		note(a, b, SharedNames, why, []string{r.a.catalogue, r.b.catalogue}, m.Records)
	}
	d.ownNamesElsewhere(c, note)
	for _, r := range records {
		a, b := d.meant(r.Subject), d.meant(r.Object)
		if r.Status == evidence.Denied || a == nil || b == nil {
			continue
		}
		by := cmp.Or(r.Citation.Publisher, r.Source())
		grade := gradeOf(r)
		why := fmt.Sprintf("%s and %s: %s %s%s.", a.label(), b.label(), by, says[grade], saying(r))
		note(a, b, grade, why, []string{by}, []evidence.ID{r.ID})
	}
	for _, p := range by {
		slices.Sort(p.Sources)
		slices.Sort(p.Records)
		p.Sources, p.Records = slices.Compact(p.Sources), slices.Compact(p.Records)
		d.possible = append(d.possible, *p)
	}
	slices.SortFunc(d.possible, func(p, q Possibility) int { return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B)) })
	for i, p := range d.possible {
		d.possibly[[2]ActorID{p.A, p.B}] = i
	}
}

// says words what a source says of two actors, after its name.
var says = map[Grade]string{
	SaidOne:     "says that the two are one",
	SaidPart:    "tells of an overlap, of one as a part of the other, or leaves open whether they are one",
	SaidSimilar: "calls the two similar",
	SaidRelated: "tells of a tie between the two, and not of what kind",
}

// ownNamesElsewhere notes actors whose own name another of no other state has as
// an alias.
func (d *Directory) ownNamesElsewhere(c *corpus, note func(a, b *Actor, grade Grade, why string, sources []string, ids []evidence.ID)) {
	for _, key := range sortedKeys(d.byKey) {
		as := d.byKey[key]
		if len(as) < 2 || len(as) > maxHolders {
			continue
		}
		for _, a := range as {
			if (d.canon.key(Fold(a.Name)) != key && d.settled[key] != a) || !d.catalogued[a] {
				continue
			}
			for _, b := range as {
				if a == b || !d.catalogued[b] || apart(a, b) || d.canon.key(Fold(b.Name)) == key || d.settled[key] == b {
					continue
				}
				var by []string
				var ids []evidence.ID
				for _, cl := range b.Names {
					if d.canon.key(Fold(cl.Name)) == key && c.counts(cl.Status) {
						by, ids = append(by, cl.Dataset), append(ids, cl.Record)
					}
				}
				slices.Sort(by)
				by = slices.Compact(by)
				if len(by) > 0 {
					note(a, b, SharedNames, fmt.Sprintf("%s and %s may be one actor: %s lists the name of the one among those of the other.", a.label(), b.label(), strings.Join(by, ", ")), by, ids)
				}
			}
		}
	}
}

// maxHolders is the number of actors above which a name that all have tells of
// none of them.
const maxHolders = 4

// apart reports whether two actors work for different states.
func apart(a, b *Actor) bool { return a.Country != "" && b.Country != "" && a.Country != b.Country }

// gradeOf is how firmly a record of class possibly-same says it.
func gradeOf(r *evidence.Record) Grade {
	switch {
	case r.Kind == evidence.KindSimilar:
		return SaidSimilar
	case r.Kind == evidence.KindRelated:
		return SaidRelated
	case r.Kind == evidence.KindPart || r.Status == evidence.Contested:
		return SaidPart
	}
	return SaidOne
}

// saying is what the source says, as far as it is short enough for a sentence.
func saying(r *evidence.Record) string {
	if text := strings.TrimSuffix(cmp.Or(r.Value, r.Note), "."); text != "" && len(text) <= maxSaying {
		return " (" + text + ")"
	}
	return ""
}

const maxSaying = 200

func (d *Directory) meant(a evidence.Actor) *Actor {
	id, ok := d.Of(a)
	if !ok {
		return nil
	}
	return d.byID[id]
}
