// Package difference says what changed between two answers to one question, and
// which records did it.
//
// [Between] compares two assessments, [Cause] finds the records that moved a pair by
// leaving out what changed, and [Trace] follows a question through the months in
// which something was disclosed. The package is not for the verdicts (assess), which
// it only asks for again, and not for choosing what evidence a question has (question).
package difference

import (
	"cmp"
	"context"
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Ask answers one question over records, whatever they are.
type Ask func(ctx context.Context, records []evidence.Record) (*assess.Assessment, error)

// A Verdict is what an assessment says of a pair, as far as a change of it is news.
type Verdict struct {
	Level      assess.Level `json:"level"`
	LevelName  string       `json:"level_name"`
	Sign       assess.Sign  `json:"sign"`
	Confidence string       `json:"confidence"`
	Contested  bool         `json:"contested,omitempty"`
}

func verdictOf(p *assess.Pair) *Verdict {
	return &Verdict{Level: p.Level, LevelName: p.LevelName, Sign: p.Sign, Confidence: p.Confidence, Contested: p.Contested}
}

// same reports whether two verdicts are one; nil is that of a pair that is not there.
func (v *Verdict) same(o *Verdict) bool {
	return v == nil && o == nil || v != nil && o != nil && *v == *o
}

// A Moved pair is one whose verdict is not what it was.
type Moved struct {
	A      string   `json:"a"`
	B      string   `json:"b"`
	Old    *Verdict `json:"old,omitempty"` // nil where the pair was not there
	New    *Verdict `json:"new,omitempty"` // nil where it is there no more
	Causes []Cause  `json:"causes"`
	// Looked is false where causes were not looked for.
	Looked bool `json:"looked"`

	old, new *assess.Pair
}

// matched pairs the pairs of two assessments: by the identities of the two groups,
// else by their names.
func matched(old, new *assess.Assessment) (both [][2]*assess.Pair) {
	type key [2]string
	of := func(a, b string) key { return key{min(a, b), max(a, b)} }
	byID, byName, taken := map[key]*assess.Pair{}, map[key]*assess.Pair{}, map[*assess.Pair]bool{}
	for i := range old.Pairs {
		p := &old.Pairs[i]
		byID[of(string(p.A.ID), string(p.B.ID))] = p
		byName[of(resolve.Fold(p.A.Name), resolve.Fold(p.B.Name))] = p
	}
	for i := range new.Pairs {
		p := &new.Pairs[i]
		was := byID[of(string(p.A.ID), string(p.B.ID))]
		if named := byName[of(resolve.Fold(p.A.Name), resolve.Fold(p.B.Name))]; was == nil && !taken[named] {
			was = named
		}
		if was != nil {
			taken[was] = true
		}
		both = append(both, [2]*assess.Pair{was, p})
	}
	for i := range old.Pairs {
		if p := &old.Pairs[i]; !taken[p] {
			both = append(both, [2]*assess.Pair{p, nil})
		}
	}
	return both
}

// Between lists the pairs that moved, without causes: those that moved furthest
// first, then by names.
func Between(old, new *assess.Assessment) []Moved {
	moved := []Moved{}
	for _, p := range matched(old, new) {
		m := Moved{old: p[0], new: p[1], Causes: []Cause{}}
		for _, q := range p {
			if q != nil {
				m.A, m.B = q.A.Name, q.B.Name
			}
		}
		if p[0] != nil {
			m.Old = verdictOf(p[0])
		}
		if p[1] != nil {
			m.New = verdictOf(p[1])
		}
		if !m.Old.same(m.New) {
			moved = append(moved, m)
		}
	}
	slices.SortStableFunc(moved, func(x, y Moved) int {
		return cmp.Or(cmp.Compare(y.reach(), x.reach()), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return moved
}

// reach is how far a pair moved: by levels, then by sign, then by confidence.
func (m *Moved) reach() int {
	at := func(v *Verdict) Verdict {
		if v == nil {
			return Verdict{Level: assess.NotAssessable, Sign: assess.NoSign, Confidence: assess.Low}
		}
		return *v
	}
	old, new := at(m.Old), at(m.New)
	n := 10 * max(int(old.Level-new.Level), int(new.Level-old.Level))
	if old.Sign != new.Sign {
		n += 5
	}
	if old.Contested != new.Contested {
		n += 2
	}
	if old.Confidence != new.Confidence {
		n++
	}
	return n
}
