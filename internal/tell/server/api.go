package server

import (
	"encoding/json"
	"net/http"
	"net/url"

	"github.com/cahoots-project/cahoots/docs/api"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
)

// sendJSON answers with a small value that is not kept.
func (s *Server) sendJSON(w http.ResponseWriter, r *http.Request, status int, v any) {
	b, err := json.Marshal(v)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(append(b, '\n'))
	}
}

func (s *Server) openAPI(w http.ResponseWriter, r *http.Request) {
	newAnswer(api.OpenAPI, "application/json").send(w, r)
}

func (s *Server) listAssessments(w http.ResponseWriter, r *http.Request) {
	all, err := s.listed(r.Context())
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.sendJSON(w, r, http.StatusOK, all)
}

func (s *Server) getAssessment(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, nil, func(wi wish) (*answer, error) { return s.assessment(r.Context(), r.PathValue("id"), wi) })
}

// answer reads the wish of a request and sends what create renders to it.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, besides []string, create func(wish) (*answer, error)) {
	s.getDocument(w, r, besides, func(*http.Request, url.Values) func(wish) (*answer, error) { return create })
}

// getDocument sends a document that the query bounds, as the request wishes it.
func (s *Server) getDocument(w http.ResponseWriter, r *http.Request, names []string, of func(*http.Request, url.Values) func(wish) (*answer, error)) {
	wi, q, err := wishOf(r, names...)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.deliver(w, r, wi, of(r, q))
}

func (s *Server) deliver(w http.ResponseWriter, r *http.Request, wi wish, create func(wish) (*answer, error)) {
	a, err := create(wi)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	a.send(w, r)
}

func (s *Server) actors(r *http.Request, country string) func(wish) (*answer, error) {
	return func(wi wish) (*answer, error) {
		return s.directoryDocument(r.Context(), "actors\x00"+country, wi, func(v *view) (document.Document, error) {
			d, err := report.Actors(v.directory, country)
			if err != nil {
				return d, errAsk{err}
			}
			return d, nil
		})
	}
}

func (s *Server) actor(r *http.Request) func(wish) (*answer, error) {
	name := r.PathValue("name")
	return func(wi wish) (*answer, error) {
		return s.directoryDocument(r.Context(), "actor\x00"+name, wi, func(v *view) (document.Document, error) {
			a, err := v.directory.Find(name)
			if err != nil {
				return document.Document{}, err
			}
			return report.Actor(v.directory, a.Name)
		})
	}
}

func (s *Server) conflicts(r *http.Request) func(wish) (*answer, error) {
	return func(wi wish) (*answer, error) {
		return s.directoryDocument(r.Context(), "conflicts", wi, func(v *view) (document.Document, error) { return report.Conflicts(v.directory), nil })
	}
}

func (s *Server) sources(r *http.Request) func(wish) (*answer, error) {
	return func(wi wish) (*answer, error) {
		return s.directoryDocument(r.Context(), "sources", wi, func(v *view) (document.Document, error) { return Sources(v.sets), nil })
	}
}

func (s *Server) listActors(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, []string{"country"}, s.actors(r, r.URL.Query().Get("country")))
}

func (s *Server) getActor(w http.ResponseWriter, r *http.Request) { s.answer(w, r, nil, s.actor(r)) }

func (s *Server) getConflicts(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, nil, s.conflicts(r))
}

func (s *Server) getSources(w http.ResponseWriter, r *http.Request) {
	s.answer(w, r, nil, s.sources(r))
}
