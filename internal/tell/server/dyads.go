package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/question"
)

var dyadNames = []string{"a", "b", "from", "to", "friends", "agreement", "years", "builtin"}

// readDyadQuestion reads it from a query that holds only [dyadNames] and what a
// wish takes.
func readDyadQuestion(query url.Values) (dyad.Question, error) {
	p := parameters{query: query}
	q := dyad.Question{
		A: p.text("a", longestState), B: p.text("b", longestState), From: p.text("from", longestDate), To: p.text("to", longestDate),
		Agreement: p.text("agreement", longestAgreement), Years: p.number("years", 1, 50, dyad.DefaultYears), Friends: p.truth("friends", false),
	}
	if !p.truth("builtin", true) {
		q.NoBuiltin = assess.AllBuiltin
	}
	if p.err != nil {
		return q, p.err
	}
	if err := q.Check(); err != nil {
		return q, errAsk{err}
	}
	return q, nil
}

var errNoEvidence = errNothing{errors.New("the store holds no evidence that you may see; add some with: cahoots ingest FILE...")}

// dyads counts over the evidence up to the ceiling; what is above it is left out
// before anything is counted. The built-in cases are part of the program and
// marked CLEAR.
func (s *Server) dyads(r *http.Request, query url.Values) func(wish) (*answer, error) {
	return func(w wish) (*answer, error) {
		q, err := readDyadQuestion(query)
		if err != nil {
			return nil, err
		}
		ceiling := PrincipalOf(r.Context()).Ceiling
		v, err := s.evidence.of(r.Context(), ceiling)
		if err != nil {
			return nil, err
		}
		if len(v.records) == 0 {
			return nil, errNoEvidence
		}
		key := fmt.Sprintf("%s\x00%s\x00dyads\x00%#v\x00%s", v.state, ceiling, q, w.key())
		return s.rendered.get(key, func() (*answer, error) {
			return s.bench.work(r.Context(), v.weight(), func(ctx context.Context) (*answer, error) {
				in, err := question.Dyads(v.input(s.config.Tool, assess.Question{}), q)
				if err != nil {
					return nil, err
				}
				t, err := dyad.Count(ctx, in)
				switch {
				case ctx.Err() != nil:
					return nil, err
				case err != nil: // names were resolved for the view: what is left is an agreement that is none
					return nil, errAsk{err}
				}
				return render(t, w)
			})
		})
	}
}

func (s *Server) getDyads(w http.ResponseWriter, r *http.Request) {
	s.getDocument(w, r, dyadNames, s.dyads)
}

func (s *Server) dyadsPage(w http.ResponseWriter, r *http.Request) {
	s.documentPage(w, r, "Who attacks whom among states?", dyadNames, s.dyads)
}
