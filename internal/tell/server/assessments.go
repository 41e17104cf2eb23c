package server

import (
	"context"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A Listed is one saved assessment of a list.
type Listed struct {
	ID       string       `json:"id"`
	Question string       `json:"question"`
	From     string       `json:"from,omitempty"` // of the period asked about
	To       string       `json:"to,omitempty"`
	Created  time.Time    `json:"created"`
	Marking  evidence.TLP `json:"marking"`
}

// listed are the saved assessments that the principal may see, oldest first. None
// of them is read for it.
func (s *Server) listed(ctx context.Context) ([]Listed, error) {
	p := PrincipalOf(ctx)
	all, err := s.config.Store.Assessments(ctx)
	if err != nil {
		return nil, err
	}
	out := []Listed{}
	for _, a := range all {
		if p.May(a.Marking) {
			out = append(out, Listed{a.ID, a.Question, a.Asked.From, a.Asked.To, a.Created, a.Marking})
		}
	}
	return out, nil
}

// assessment renders a saved assessment. One above the ceiling is not found,
// like one that is not there. The marking is looked up before the cache is, so
// nothing cached for one principal reaches another who may not see it.
func (s *Server) assessment(ctx context.Context, id string, w wish) (*answer, error) {
	size, err := s.seen(ctx, id)
	if err != nil {
		return nil, err
	}
	return s.rendered.get("assessment\x00"+id+"\x00"+w.key(), func() (*answer, error) {
		return s.rendering(ctx, id, size, w)
	})
}

// rendering makes the answer of a saved assessment of that size, when there is room
// for what is made of it.
func (s *Server) rendering(ctx context.Context, id string, size int64, w wish) (*answer, error) {
	return s.bench.work(ctx, weighLeast+w.weight()*size, func(work context.Context) (*answer, error) {
		kept, err := s.config.Store.Assessment(work, id)
		if err != nil {
			return nil, err
		}
		return rendered(kept.JSON, w)
	})
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
		a := newAnswer(body, document.MediaType("json")) // the bytes the command line wrote
		if w.download {
			a.name = "cahoots.json"
		}
		return a, nil
	}
	a, err := parse(body)
	if err != nil {
		return nil, err
	}
	return render(a, w)
}

func hexadecimal(s string) bool {
	for _, c := range s {
		if (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}
