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
	v, err, _ := s.reading.Do(id, func() (any, error) {
		m := evidence.TLP("UNREADABLE")
		err := s.saved(ctx, id, weighParsed, func(body []byte) error {
			if a, err := parse(body); err == nil {
				m = a.marking
			}
			return nil
		})
		if err == nil {
			s.markings.Store(id, m)
		}
		return m, err
	})
	return v.(evidence.TLP), err
}

// saved reads a saved assessment when there is room for what is made of it: so
// many bytes for each of its own.
func (s *Server) saved(ctx context.Context, id string, each int64, use func([]byte) error) error {
	size, err := s.config.Store.AssessmentSize(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.bench.work(ctx, weighLeast+each*size, func(work context.Context) (*answer, error) {
		kept, err := s.config.Store.Assessment(work, id)
		if err != nil {
			return nil, err
		}
		return nil, use(kept.JSON)
	})
	return err
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
		return s.rendering(ctx, id, w)
	})
}

// rendering makes the answer of a saved assessment.
func (s *Server) rendering(ctx context.Context, id string, w wish) (out *answer, err error) {
	err = s.saved(ctx, id, w.weight(), func(body []byte) (err error) {
		out, err = rendered(body, w)
		return err
	})
	return out, err
}

// weight is what a rendering takes for each byte of the saved JSON.
func (w wish) weight() int64 {
	if w.format == "json" {
		return weighResult
	}
	return weighParsed
}

// rendered makes the answer of the JSON of an assessment.
func rendered(body []byte, w wish) (*answer, error) {
	if w.format == "json" {
		return newAnswer(body, document.MediaType("json")), nil // the bytes the command line wrote
	}
	a, err := parse(body)
	if err != nil {
		return nil, err
	}
	return render(a.result, w)
}

func hexadecimal(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
