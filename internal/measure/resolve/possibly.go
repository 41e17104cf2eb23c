package resolve

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A possibility says that two actors, which stay two, may be one. It is shown
// and merges nothing.
type possibility struct {
	A       ActorID       `json:"a"` // A < B
	B       ActorID       `json:"b"`
	Grade   grade         `json:"grade"`
	Why     string        `json:"why"`     // a sentence
	Sources []string      `json:"sources"` // who says so; sorted
	Records []evidence.ID `json:"records"` // sorted
}

// grade is how firmly a possibility is stated.
type grade string

// The grades, from the firmest.
const (
	saidOne     grade = "said to be one" // a source says so outright
	saidPart    grade = "said to overlap, or to be a part"
	saidSimilar grade = "said to be similar"
	saidRelated grade = "said to be related, and not how"
	sharedNames grade = "names in common" // no source says so
)

var grades = []grade{saidOne, saidPart, saidSimilar, saidRelated, sharedNames}

// Possibly returns what is known of two actors being perhaps one, the firmest
// statement with the records of all; ok is false where nothing is.
func (d *Directory) Possibly(a, b ActorID) (p possibility, ok bool) {
	i, ok := d.possibly[[2]ActorID{min(a, b), max(a, b)}]
	if !ok {
		return possibility{}, false
	}
	return d.possible[i], true
}

// Possibilities lists them all, by the names of the actors.
func (d *Directory) Possibilities() []possibility { return slices.Clone(d.possible) }

// findPossible gathers the possibilities from the links that were too weak and
// from what sources say of two names being one.
func (d *Directory) findPossible(weak []*link, records []*evidence.Record) {
	by := map[[2]ActorID]*possibility{}
	note := func(a, b *Actor, grade grade, why string, sources []string, ids []evidence.ID) {
		if a == nil || b == nil || a == b {
			return
		}
		key := [2]ActorID{min(a.ID, b.ID), max(a.ID, b.ID)}
		p := by[key]
		if p == nil {
			p = &possibility{A: key[0], B: key[1], Grade: grade, Why: why}
			by[key] = p
		}
		if c := slices.Index(grades, grade) - slices.Index(grades, p.Grade); c < 0 || c == 0 && why < p.Why {
			p.Grade, p.Why = grade, why
		}
		p.Sources = append(p.Sources, sources...)
		p.Records = append(p.Records, ids...)
	}
	for _, l := range weak {
		a, b := d.byRef[l.a.ref], d.byRef[l.b.ref]
		if a == nil || b == nil {
			continue
		}
		slices.Sort(l.names)
		why := fmt.Sprintf("%s and %s may be one actor: both carry %s, which neither has as its own.", l.a.label(), l.b.label(), nameList(l.names))
		note(a, b, sharedNames, why, []string{l.a.catalogue, l.b.catalogue}, slices.DeleteFunc(slices.Clone(l.records), func(id evidence.ID) bool { return id == "" }))
	}
	for _, r := range records {
		a, b := d.meant(r.Subject), d.meant(r.Object)
		if r.Status == evidence.Denied || a == nil || b == nil {
			continue
		}
		grade := gradeOf(r)
		why := fmt.Sprintf("%s and %s: %s by %s%s.", a.label(), b.label(), grade, r.Source(), saying(r))
		note(a, b, grade, why, []string{r.Source()}, []evidence.ID{r.ID})
	}
	for _, p := range by {
		slices.Sort(p.Sources)
		slices.Sort(p.Records)
		p.Sources, p.Records = slices.Compact(p.Sources), slices.Compact(p.Records)
		d.possible = append(d.possible, *p)
	}
	slices.SortFunc(d.possible, func(p, q possibility) int { return cmp.Or(cmp.Compare(p.A, q.A), cmp.Compare(p.B, q.B)) })
	for i, p := range d.possible {
		d.possibly[[2]ActorID{p.A, p.B}] = i
	}
}

// gradeOf is how firmly a record of class possibly-same says it.
func gradeOf(r *evidence.Record) grade {
	switch {
	case r.Kind == evidence.KindSimilar:
		return saidSimilar
	case r.Kind == evidence.KindRelated:
		return saidRelated
	case r.Kind == evidence.KindPart || r.Status == evidence.Contested:
		return saidPart
	}
	return saidOne
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
