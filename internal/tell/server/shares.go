package server

import (
	"context"
	"net/http"
	"sync"
)

// askerOf is whose share of the server's bounds a request takes: that of the
// token, or without tokens of the address.
func askerOf(ctx context.Context) string {
	a, _ := ctx.Value(askerKey{}).(string)
	return a
}

type askerKey struct{}

// asker is the share of a principal.
func (s *Server) asker(p principal, r *http.Request) string {
	if s.tokens != nil {
		return "token " + p.Name
	}
	return "address " + address(r)
}

// shares count what is taken of something, and let nobody take more than a part.
type shares struct {
	total, each int
	mu          sync.Mutex
	taken       int
	by          map[string]int
}

func newShares(total, each int) *shares {
	return &shares{total: total, each: max(each, 1), by: map[string]int{}}
}

// take takes one for an asker, until leave is called; ok is false where there is
// none left for them.
func (s *shares) take(asker string) (leave func(), ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken >= s.total || s.by[asker] >= s.each {
		return nil, false
	}
	s.taken++
	s.by[asker]++
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.taken--
		if s.by[asker]--; s.by[asker] == 0 {
			delete(s.by, asker)
		}
	}, true
}
