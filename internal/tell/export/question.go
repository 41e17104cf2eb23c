package export

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Evidence says which evidence goes with an assessment.
type Evidence string

// The records that a verdict cites; with them, all that is said of the groups of
// the two sides; or everything that there is.
const (
	Cited Evidence = "cited"
	Sides Evidence = "sides"
	All   Evidence = "all"
)

// ParseEvidence reads the word for one; the empty one is Sides.
func ParseEvidence(s string) (Evidence, error) {
	switch e := Evidence(s); e {
	case "":
		return Sides, nil
	case Cited, Sides, All:
		return e, nil
	}
	return "", fmt.Errorf("evidence %q is unknown; use %s, %s or %s", s, Cited, Sides, All)
}

// Select keeps of the records those that go with the assessment: sharing one
// answer is not sharing the whole store.
// A question about the world is about all of it.
func (c Content) Select(which Evidence) []evidence.Record {
	if which == All || c.Assessment == nil {
		return c.Records
	}
	if q := c.Assessment.Question; which == Sides && (strings.EqualFold(q.A, assess.World) || strings.EqualFold(q.B, assess.World)) {
		return c.Records
	}
	s := c.sides()
	return slices.DeleteFunc(slices.Clone(c.Records), func(r evidence.Record) bool {
		_, cited := c.Assessment.Records[r.ID]
		return !cited && (which == Cited || !s.about(&r))
	})
}

// sides are the groups of a question, and the states that were asked about as
// such: to them also acts without a named group belong.
type sides struct {
	directory *resolve.Directory
	groups    map[resolve.ActorID]bool
	states    map[string]bool
}

func (c Content) sides() sides {
	a := c.Assessment
	s := sides{directory: c.Directory, groups: map[resolve.ActorID]bool{}, states: map[string]bool{}}
	for _, p := range a.Pairs {
		s.groups[p.A.ID], s.groups[p.B.ID] = true, true
	}
	for _, q := range []string{a.Question.A, a.Question.B} {
		if code, ok := evidence.ParseCountry(q); ok {
			s.states[code] = true
		}
	}
	return s
}

func (s sides) about(r *evidence.Record) bool {
	for _, who := range []evidence.Actor{r.Subject, r.Object} {
		if who.Name == "" && who.Ref == "" {
			if s.states[who.Country] {
				return true
			}
			continue
		}
		if id, ok := s.directory.Of(who); ok && s.groups[id] {
			return true
		}
	}
	return false
}
