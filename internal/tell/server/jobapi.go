package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/cahoots-project/cahoots/internal/store"
)

// heartbeat keeps a stream of events from being taken for dead.
const heartbeat = 15 * time.Second

func (s *Server) startJob(w http.ResponseWriter, r *http.Request) {
	q, err := readQuestion(r)
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		refuse(w, r, http.StatusRequestEntityTooLarge, "the request is too large")
		return
	case err != nil:
		s.fail(w, r, err)
		return
	}
	if j := s.begin(w, r, q); j != nil {
		p, _ := j.now()
		w.Header().Set("Location", "/api/v1/jobs/"+p.ID)
		s.sendJSON(w, r, http.StatusAccepted, p)
	}
}

// begin starts a job for whoever may, or refuses.
func (s *Server) begin(w http.ResponseWriter, r *http.Request, q Question) *job {
	p := PrincipalOf(r.Context())
	if !p.Role.includes(Analyst) {
		refuse(w, r, http.StatusForbidden, "asking a new question needs the role analyst")
		return nil
	}
	j, err := s.jobs.ask(p, s.asker(p, r), q)
	if err != nil {
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusTooManyRequests, err.Error())
		return nil
	}
	return j
}

func (s *Server) job(w http.ResponseWriter, r *http.Request) *job {
	j, err := s.jobs.find(PrincipalOf(r.Context()), r.PathValue("id"))
	if err != nil {
		s.fail(w, r, err)
		return nil
	}
	return j
}

func (s *Server) getJob(w http.ResponseWriter, r *http.Request) {
	if j := s.job(w, r); j != nil {
		p, _ := j.now()
		s.sendJSON(w, r, http.StatusOK, p)
	}
}

func (s *Server) cancelJob(w http.ResponseWriter, r *http.Request) {
	if j := s.job(w, r); j != nil {
		j.cancel()
		w.WriteHeader(http.StatusNoContent)
	}
}

// jobEvents streams the progress of a job as server-sent events (HTML standard,
// section 9.2): one at once, one at every change, the last when it has ended.
func (s *Server) jobEvents(w http.ResponseWriter, r *http.Request) {
	j := s.job(w, r)
	if j == nil {
		return
	}
	c := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	tick := time.NewTicker(heartbeat)
	defer tick.Stop()
	for {
		p, changed := j.now()
		b, err := json.Marshal(p)
		if err != nil {
			return
		}
		c.SetWriteDeadline(time.Now().Add(2 * heartbeat)) // a reader that takes nothing is let go
		if _, err := fmt.Fprintf(w, "event: progress\ndata: %s\n\n", b); err != nil || c.Flush() != nil || ended(p.State) {
			return
		}
	wait:
		select {
		case <-changed:
		case <-tick.C:
			c.SetWriteDeadline(time.Now().Add(2 * heartbeat))
			if _, err := fmt.Fprint(w, ": still here\n\n"); err != nil || c.Flush() != nil {
				return
			}
			goto wait
		case <-r.Context().Done():
			return
		case <-s.jobs.ctx.Done():
			return
		}
	}
}

func (s *Server) jobResult(w http.ResponseWriter, r *http.Request) {
	if j := s.job(w, r); j != nil {
		s.answer(w, r, nil, func(wi wish) (*answer, error) { return s.resultOf(r.Context(), j, wi) })
	}
}

// resultOf renders the result of a job that is done.
func (s *Server) resultOf(ctx context.Context, j *job, wi wish) (*answer, error) {
	p, _ := j.now()
	if p.State != Done {
		return nil, errAsk{fmt.Errorf("the job is %s: it has no result", p.State)}
	}
	return s.rendered.get("job\x00"+p.ID+"\x00"+wi.key(), func() (*answer, error) {
		if p.Assessment != "" {
			size, err := s.seen(ctx, p.Assessment)
			if err != nil {
				return nil, err
			}
			return s.rendering(ctx, p.Assessment, size, wi)
		}
		return s.bench.work(ctx, weighLeast+wi.weight()*j.size(), func(context.Context) (*answer, error) {
			body, err := j.result.read()
			if err != nil {
				return nil, store.ErrNotFound // it was let go meanwhile
			}
			return rendered(body, wi)
		})
	})
}
