package server

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/sensor/landscape"
	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
	"github.com/cahoots-project/cahoots/internal/store"
)

// LandscapeInput is what the store gives to a landscape but for the evidence:
// what sensors saw, what lists say of the indicators, and the map. held is false
// where no log was matched yet. The partials are read with ctx.
func LandscapeInput(ctx context.Context, s *store.Store, tool assess.Tool) (in landscape.Input, held bool, err error) {
	read, err := s.Lines(ctx)
	if err != nil || read.Blocks == 0 {
		return in, false, err
	}
	in = landscape.Input{
		Tool: landscape.Tool{Name: tool.Name, Version: tool.Version},
		Read: &landscape.Read{Lines: read.Lines, Events: read.Events, Rejected: read.Rejected, Skipped: read.Skipped, First: read.First, Last: read.Last},
	}
	in.Partials = func(split func(*sighting.Partial) bool) iter.Seq2[sighting.Partial, error] {
		return s.Partials(ctx, split)
	}
	in.Entries = func(first, last sighting.Day) iter.Seq2[sighting.Entry, error] { return s.Entries(ctx, first, last) }
	if in.Statements, err = s.Statements(ctx); err != nil {
		return in, true, err
	}
	in.Map, err = s.Map(ctx)
	return in, true, err
}

var landscapeNames = []string{"from", "to", "gap"}

// longestGap between the sightings of an incident, in days: ten years.
const longestGap = 3650

// readPeriod reads what a landscape is asked into its input.
func readPeriod(query url.Values, in *landscape.Input) error {
	p := parameters{query: query}
	in.From, in.To = p.text("from", longestDate), p.text("to", longestDate)
	in.Gap = p.number("gap", 1, longestGap, sighting.DefaultGap)
	if p.err != nil {
		return p.err
	}
	if err := in.Check(); err != nil {
		return errAsk{err}
	}
	return nil
}

var errNoSightings = errNothing{errors.New("the store holds no sightings; make some with: cahoots match --indicators FILE LOG...")}

// landscape makes the figures of what sensors saw, up to the ceiling: a sighting
// is marked as its indicator is (see [landscape.Input.Within]).
func (s *Server) landscape(r *http.Request, query url.Values) func(wish) (*answer, error) {
	return func(w wish) (*answer, error) {
		var asked landscape.Input
		if err := readPeriod(query, &asked); err != nil {
			return nil, err
		}
		ceiling := PrincipalOf(r.Context()).Ceiling
		v, err := s.evidence.of(r.Context(), ceiling)
		if err != nil {
			return nil, err
		}
		key := fmt.Sprintf("%s\x00%s\x00landscape\x00%q\x00%q\x00%d\x00%s", v.state, ceiling, asked.From, asked.To, asked.Gap, w.key())
		return s.rendered.get(key, func() (*answer, error) {
			return s.bench.work(r.Context(), v.weight(), func(ctx context.Context) (*answer, error) {
				in, held, err := LandscapeInput(ctx, s.config.Store, s.config.Tool)
				if err != nil {
					return nil, err
				}
				if !held {
					return nil, errNoSightings
				}
				in.From, in.To, in.Gap = asked.From, asked.To, asked.Gap
				if in.Records, _, err = question.WithNames(v.records); err != nil {
					return nil, err
				}
				l, err := landscape.Run(in.Within(ceiling))
				if errors.Is(err, landscape.ErrPeriod) {
					return nil, errAsk{err}
				}
				if err != nil {
					return nil, err
				}
				return render(l, w)
			})
		})
	}
}

func (s *Server) getLandscape(w http.ResponseWriter, r *http.Request) {
	s.getDocument(w, r, landscapeNames, s.landscape)
}

func (s *Server) landscapePage(w http.ResponseWriter, r *http.Request) {
	s.documentPage(w, r, "What the sensors saw", landscapeNames, s.landscape)
}
