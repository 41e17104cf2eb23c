package server

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/question"
)

// maxNames bounds the completions of one answer.
const maxNames = 12

// listNames completes what somebody types as a side of a question, or as the name
// of a group, from the names that they may see.
func (s *Server) listNames(w http.ResponseWriter, r *http.Request) {
	q, err := queryOf(r, "begins", "of")
	if err != nil {
		s.fail(w, r, err)
		return
	}
	p := parameters{query: q}
	typed, of := p.text("begins", 512), p.text("of", 16)
	if of != "" && of != "sides" && of != "groups" {
		p.wrong("of is %q; give sides or groups", of)
	}
	if p.err != nil {
		s.fail(w, r, p.err)
		return
	}
	v, err := s.evidence.of(r.Context(), PrincipalOf(r.Context()).Ceiling)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	list := []question.Completion{}
	if of == "groups" {
		for _, name := range v.groups(typed) {
			list = append(list, question.Completion{Value: name})
		}
	} else {
		list = append(list, question.Sides(typed, v.groups)...)
	}
	s.sendJSON(w, r, http.StatusOK, list[:min(len(list), maxNames)])
}

// groups are the names of groups that begin so, as many as are shown.
func (v *view) groups(begins string) (names []string) {
	if begins == "" {
		return nil
	}
	v.named.Do(func() {
		for _, a := range v.directory.Actors() {
			v.names = append(v.names, a.Name)
			for _, c := range a.Names {
				v.names = append(v.names, c.Name)
			}
		}
		slices.SortFunc(v.names, func(a, b string) int { // the shorter of two that begin alike first, however written
			return cmp.Or(strings.Compare(strings.ToLower(a), strings.ToLower(b)), strings.Compare(a, b))
		})
		v.names = slices.Compact(v.names)
	})
	for _, name := range v.names {
		if question.Begins(name, begins) {
			if names = append(names, name); len(names) == maxNames {
				break
			}
		}
	}
	return names
}
