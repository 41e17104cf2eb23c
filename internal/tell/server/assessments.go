package server

import (
	"context"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A Listed is one saved assessment of a list.
type Listed struct {
	ID       string       `json:"id"`
	Question string       `json:"question"`
	Created  time.Time    `json:"created"`
	Marking  evidence.TLP `json:"marking"`
}

// marking is the strictest marking in a saved assessment. One that cannot be
// read counts as stricter than anything, so that it is shown to nobody.
func (s *Server) marking(ctx context.Context, id string) (evidence.TLP, error) {
	if m, ok := s.markings.Load(id); ok {
		return m.(evidence.TLP), nil
	}
	kept, err := s.config.Store.Assessment(ctx, id)
	if err != nil {
		return "", err
	}
	m := evidence.TLP("UNREADABLE")
	if a, err := parse(kept.JSON); err == nil {
		m = a.marking
	}
	s.markings.Store(kept.ID, m)
	return m, nil
}

// listed are the saved assessments that the principal may see, oldest first.
func (s *Server) listed(ctx context.Context) ([]Listed, error) {
	p := PrincipalOf(ctx)
	all, err := s.config.Store.Assessments(ctx)
	if err != nil {
		return nil, err
	}
	out := []Listed{}
	for _, a := range all {
		m, err := s.marking(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		if p.May(m) {
			out = append(out, Listed{a.ID, a.Question, a.Created, m})
		}
	}
	return out, nil
}

// assessment renders a saved assessment. One above the ceiling is not found,
// like one that is not there. The marking is looked up before the cache is, so
// nothing cached for one principal reaches another who may not see it.
func (s *Server) assessment(ctx context.Context, id string, w wish) (*answer, error) {
	if len(id) != 32 || !hexadecimal(id) {
		return nil, store.ErrNotFound
	}
	m, err := s.marking(ctx, id)
	if err != nil {
		return nil, err
	}
	if !PrincipalOf(ctx).May(m) {
		return nil, store.ErrNotFound
	}
	return s.rendered.get("assessment\x00"+id+"\x00"+w.key(), func() (*answer, error) {
		kept, err := s.config.Store.Assessment(ctx, id)
		if err != nil {
			return nil, err
		}
		if w.format == "json" {
			return newAnswer(kept.JSON, document.MediaType("json")), nil // the bytes the command line wrote
		}
		a, err := parse(kept.JSON)
		if err != nil {
			return nil, err
		}
		return render(a.result, w)
	})
}

func hexadecimal(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
