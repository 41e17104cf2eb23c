package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"

	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/sensor/indicator"
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

var (
	landscapeNames = []string{"from", "to", "gap", "group", "organisation", "state", "window", "prevalence", "without-answers"}
	sightingNames  = append(slices.Clip(landscapeNames), "incident", "direction", "outcome", "limit", "after")
)

const (
	// longestGap between the sightings of an incident, in days: ten years.
	longestGap = 3650
	// longestName of a group or an organisation, in bytes.
	longestName = 256
	// mostSightings of one answer, and how many there are unless the query says so.
	mostSightings, usualSightings = 10_000, 1_000
)

// readPeriod reads what a landscape is asked into its input.
func readPeriod(query url.Values, in *landscape.Input) error {
	p := parameters{query: query}
	in.From, in.To = p.text("from", longestDate), p.text("to", longestDate)
	in.Gap = p.number("gap", 1, longestGap, sighting.DefaultGap)
	in.Only = landscape.Only{Group: p.text("group", longestName), Organisation: p.text("organisation", longestName), State: p.text("state", longestState)}
	in.NoAnswers = p.truth("without-answers", false)
	in.Prevalence = p.percent("prevalence") / 100
	window, err := indicator.ParseWindow(p.text("window", 16))
	if p.err != nil {
		return p.err
	}
	if err := cmp.Or(err, in.Check()); err != nil {
		return errAsk{err}
	}
	in.Window = window
	return nil
}

// readAsk reads which sightings are asked for.
func readAsk(query url.Values) (ask landscape.Ask, limit int, err error) {
	p := parameters{query: query}
	ask = landscape.Ask{Incident: p.text("incident", 32), Direction: p.text("direction", 16), Outcome: p.text("outcome", 16), After: p.text("after", 128)}
	return ask, p.number("limit", 1, mostSightings, usualSightings), p.err
}

var errNoSightings = errNothing{errors.New("the store holds no sightings; make some with: cahoots match --indicators FILE LOG...")}

// sensors answers from what sensors saw, up to the ceiling: a sighting is marked
// as its indicator is (see [landscape.Input.Within]). of makes the result; query
// is all that it depends on beside the store.
func (s *Server) sensors(r *http.Request, query url.Values, what string, w wish, of func(landscape.Input) (any, error)) (*answer, error) {
	var asked landscape.Input
	if err := readPeriod(query, &asked); err != nil {
		return nil, err
	}
	ceiling := PrincipalOf(r.Context()).Ceiling
	v, err := s.evidence.of(r.Context(), ceiling)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s\x00%s\x00%s\x00%s\x00%s", v.state, ceiling, what, query.Encode(), w.key())
	return s.rendered.get(key, func() (*answer, error) {
		return s.bench.work(r.Context(), v.weight(), func(ctx context.Context) (*answer, error) {
			in, held, err := LandscapeInput(ctx, s.config.Store, s.config.Tool)
			if err != nil {
				return nil, err
			}
			if !held {
				return nil, errNoSightings
			}
			in.From, in.To, in.Gap, in.Only = asked.From, asked.To, asked.Gap, asked.Only
			in.Window, in.Prevalence, in.NoAnswers = asked.Window, asked.Prevalence, asked.NoAnswers
			if in.Records, _, err = question.WithNames(v.records); err != nil {
				return nil, err
			}
			result, err := of(in.Within(ceiling))
			if errors.Is(err, landscape.ErrPeriod) || errors.Is(err, landscape.ErrOnly) {
				return nil, errAsk{err}
			}
			if err != nil {
				return nil, err
			}
			return render(result, w)
		})
	})
}

// landscape makes the figures of what sensors saw.
func (s *Server) landscape(r *http.Request, query url.Values) func(wish) (*answer, error) {
	return func(w wish) (*answer, error) {
		return s.sensors(r, query, "landscape", w, func(in landscape.Input) (any, error) { return landscape.Run(in) })
	}
}

// sightings lists the entries behind the figures.
func (s *Server) sightings(r *http.Request, query url.Values) func(wish) (*answer, error) {
	return func(w wish) (*answer, error) {
		ask, limit, err := readAsk(query)
		if err != nil {
			return nil, err
		}
		return s.sensors(r, query, "sightings", w, func(in landscape.Input) (any, error) {
			head, rows, err := landscape.List(in, ask)
			if err == nil {
				err = head.Collect(rows, limit)
			}
			return head, err
		})
	}
}

func (s *Server) getLandscape(w http.ResponseWriter, r *http.Request) {
	s.getDocument(w, r, landscapeNames, s.landscape)
}

func (s *Server) landscapePage(w http.ResponseWriter, r *http.Request) {
	s.documentPage(w, r, "What the sensors saw", landscapeNames, s.landscape)
}

func (s *Server) getSightings(w http.ResponseWriter, r *http.Request) {
	s.getDocument(w, r, sightingNames, s.sightings)
}

func (s *Server) sightingsPage(w http.ResponseWriter, r *http.Request) {
	s.documentPage(w, r, "What the sensors saw, entry by entry", sightingNames, s.sightings)
}
