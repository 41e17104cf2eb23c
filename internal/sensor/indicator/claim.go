package indicator

import (
	"cmp"
	"iter"
	"strings"
)

// A Claim is what a source says of whose an indicator is. Only one of the first
// two is filled: words beside a value bear on it where no group is stated.
type Claim struct {
	Group    string // as the source names it
	Context  string // words that may name it, a line each
	Fallback string // where neither names one
}

// Claim says whose the indicator is said to be.
func (i *Indicator) Claim() Claim {
	if i.Benign != "" {
		return Claim{}
	}
	return claimOf(i.Group, i.Context, i.Fallback)
}

func claimOf(group, context, fallback string) Claim {
	if group != "" {
		return Claim{Group: group}
	}
	return Claim{Context: context, Fallback: fallback}
}

// CompareClaims orders claims by group, context and fallback.
func CompareClaims(a, b Claim) int {
	return cmp.Or(strings.Compare(a.Group, b.Group), strings.Compare(a.Context, b.Context), strings.Compare(a.Fallback, b.Fallback))
}

// Claims yields what is said of each indicator, in the order of [Set.All],
// without putting the indicator together. The context is valid until the next.
func (s *Set) Claims() iter.Seq2[Claim, []byte] {
	return func(yield func(Claim, []byte) bool) {
		for n := range uint32(s.rows.list.len()) {
			if !s.linked(n) {
				continue
			}
			w := s.rows.list.get(n)
			c := &s.rows.credits[w.credit]
			said, context := Claim{Group: c.group}, []byte(nil)
			if c.benign != "" { // nobody's, whatever is said
				continue
			}
			if c.group == "" {
				said.Fallback = c.fallback
				context = s.rows.text.at(w.at+uint32(w.size), int(w.context))
			}
			if !yield(said, context) {
				return
			}
		}
	}
}
