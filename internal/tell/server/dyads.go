package server

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
)

// dyadCases are the built-in cases laid beside the store's incidents.
var dyadCases = []string{"agreements", "partner-spying"}

// DyadInput is what a table of dyads is made from: the evidence held, with the
// built-in cases of agreements and of spying among partners beside it unless
// builtin is false. It fails where a built-in case cannot be read.
func DyadInput(held assess.Input, q dyad.Question, builtin bool) (dyad.Input, error) {
	in := dyad.Input{
		Records: held.Records[:len(held.Records):len(held.Records)], // whoever adds to them copies them
		Policy:  held.Policy, Question: q, Tool: dyad.Tool{Name: held.Tool.Name, Version: held.Tool.Version},
		Notices: held.Notices, Warnings: held.Warnings,
	}
	for _, d := range held.Datasets {
		in.Datasets = append(in.Datasets, dyad.Dataset(d))
	}
	if !builtin {
		return in, nil
	}
	for _, name := range dyadCases {
		if err := addCase(&in, name); err != nil {
			return in, err
		}
	}
	return in, nil
}

func addCase(in *dyad.Input, name string) error {
	b, err := cases.Open(name)
	if err != nil {
		return err
	}
	c, bad, err := ledger.Parse(bytes.NewReader(b), "built-in case "+name)
	if err != nil {
		return err
	}
	if len(bad) > 0 {
		return fmt.Errorf("built-in case %s: %w", name, bad[0])
	}
	records := c.Records()
	sum := sha256.Sum256(b)
	in.Records = append(in.Records, records...)
	in.Datasets = append(in.Datasets, dyad.Dataset{Name: c.Dataset(), Version: c.Version, SHA256: hex.EncodeToString(sum[:]), Records: len(records)})
	if c.Notice != "" {
		in.Notices = append(in.Notices, c.Notice)
	}
	return nil
}

var dyadNames = []string{"a", "b", "from", "to", "friends", "agreement", "years", "builtin"}

// A dyadQuestion is what a table of dyads is asked.
type dyadQuestion struct {
	dyad.Question
	builtin bool
}

// readDyadQuestion reads it from a query that holds only [dyadNames] and what a
// wish takes.
func readDyadQuestion(query url.Values) (dyadQuestion, error) {
	p := parameters{query: query}
	q := dyadQuestion{builtin: p.truth("builtin", true), Question: dyad.Question{
		A: p.text("a", longestState), B: p.text("b", longestState), From: p.text("from", longestDate), To: p.text("to", longestDate),
		Agreement: p.text("agreement", longestAgreement), Years: p.number("years", 1, 50, dyad.DefaultYears), Friends: p.truth("friends", false),
	}}
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
			return s.bench.work(func(context.Context) (*answer, error) {
				in, err := DyadInput(v.input(s.config.Tool, assess.Question{}), q.Question, q.builtin)
				if err != nil {
					return nil, err
				}
				t, err := dyad.Count(in)
				if err != nil { // names were resolved for the view: what is left is an agreement that is none
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
