package server

import (
	"context"
	"net/http"
	"slices"
	"sync"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
)

// reviews keeps what entries would change, until the store does.
type reviews struct {
	mu   sync.Mutex
	of   map[string]map[string]Effect // by case and entry
	jobs map[string]*job
}

func newReviews() *reviews {
	return &reviews{of: map[string]map[string]Effect{}, jobs: map[string]*job{}}
}

func (rs *reviews) clear(id string) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	delete(rs.of, id)
}

func (rs *reviews) note(id, entry string, e Effect) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	if rs.of[id] == nil {
		rs.of[id] = map[string]Effect{}
	}
	rs.of[id][entry] = e
}

// untried are the links of a case that wait and whose effect has not been worked out
// yet, the next [maxTried] of them: asking again goes on with the others.
func (rs *reviews) untried(id string, c *ledger.Case) (links []int) {
	rs.mu.Lock()
	defer rs.mu.Unlock()
	for _, i := range prose.Waiting(c) {
		it := &c.Evidence[i]
		if _, known := rs.of[id][it.ID]; !known && len(it.With) > 0 && len(it.Actors) > 0 && len(links) < maxTried {
			links = append(links, i)
		}
	}
	return links
}

// maxTried bounds the entries whose effect is worked out at a time.
const maxTried = 24

// tryCase begins the job that works out what each entry that waits would change.
func (s *Server) tryCase(w http.ResponseWriter, r *http.Request) {
	k, c := s.reviewed(w, r)
	if c == nil {
		return
	}
	links := s.reviews.untried(k.ID, c)
	p := PrincipalOf(r.Context())
	j, err := s.jobs.start(p, s.asker(p, r), Progress{What: "What claims of " + k.ID + " would change", Steps: max(len(links), 1)}, nil, func(ctx context.Context, j *job) error {
		for n, i := range links {
			it := c.Evidence[i]
			j.step(n, it.Actors[0]+" and "+it.With[0])
			e, err := s.effectOf(ctx, p, c, it)
			if err != nil {
				return err
			}
			s.reviews.note(k.ID, it.ID, e)
		}
		return nil
	})
	if err != nil {
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusTooManyRequests, err.Error())
		return
	}
	s.reviews.mu.Lock()
	s.reviews.jobs[k.ID] = j
	s.reviews.mu.Unlock()
	http.Redirect(w, r, "/reviews/"+k.ID, http.StatusSeeOther)
}

// effectOf asks about the two groups of one entry, without it and with it.
func (s *Server) effectOf(ctx context.Context, p principal, c *ledger.Case, it ledger.Item) (Effect, error) {
	v, err := s.evidence.of(ctx, p.Ceiling)
	if err != nil {
		return Effect{}, err
	}
	before := v.input(s.config.Tool, assess.Question{})
	after := before
	after.Records = slices.Concat(v.records, prose.Accepted(c, it))
	e, err := question.Compare(ctx, before, after, assess.Question{A: it.Actors[0], B: it.With[0]})
	if err != nil {
		return Effect{}, err
	}
	out := Effect{Effect: e, Before: headline(e.Before, e.WhyBefore), After: headline(e.After, e.WhyAfter), Whose: "the two groups of the claim"}
	out.Effect.Before, out.Effect.After = nil, nil
	return out, nil
}
