package server

import (
	"context"
	"encoding/json"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// An Access is one line of the access log. It holds no token, no body and no
// query value but the names of what was asked.
type Access struct {
	Time    time.Time    `json:"time"`
	From    string       `json:"from,omitempty"` // address, as it reached the server
	Who     string       `json:"who,omitempty"`  // name of the token; empty where none was good
	Role    Role         `json:"role,omitempty"`
	Ceiling evidence.TLP `json:"ceiling,omitempty"`
	Method  string       `json:"method,omitempty"` // empty where a job ended
	Path    string       `json:"path,omitempty"`
	Query   []string     `json:"query,omitempty"` // names only
	Status  int          `json:"status,omitempty"`
	Bytes   int64        `json:"bytes"`
	Millis  int64        `json:"ms"`
	Event   string       `json:"event,omitempty"` // the state in which a job ended
	Job     string       `json:"job,omitempty"`
	Saved   string       `json:"saved,omitempty"`   // id of the assessment that it kept
	Refused string       `json:"refused,omitempty"` // why
}

// accessLog writes lines, one at a time.
type accessLog struct {
	mu   sync.Mutex
	s    *Server
	half bool // the last line broke off
}

func (l *accessLog) write(a Access) {
	if l.s.config.Access == nil {
		return
	}
	b, err := json.Marshal(a)
	if err != nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	b = append(b, '\n')
	if l.half {
		b = append([]byte("\n"), b...)
	}
	n, err := l.s.config.Access.Write(b)
	if err != nil {
		l.s.config.Log("writing the access log: %v", err)
	}
	if n > 0 {
		l.half = n < len(b)
	}
}

type accessKey struct{}

// note says in the log of a request who asks.
func note(ctx context.Context, p principal) {
	if a, ok := ctx.Value(accessKey{}).(*Access); ok {
		a.Who, a.Role, a.Ceiling = p.Name, p.Role, p.Ceiling
	}
}

// logged writes a line for every request when it has been answered.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := &Access{Time: time.Now().UTC(), From: address(r), Method: short(r.Method), Path: short(r.URL.Path)}
		for name := range r.URL.Query() {
			if len(a.Query) < 16 {
				a.Query = append(a.Query, short(name))
			}
		}
		slices.Sort(a.Query)
		c := &counted{ResponseWriter: w, access: a}
		defer func() {
			a.Millis = time.Since(a.Time).Milliseconds()
			s.access.write(*a)
		}()
		next.ServeHTTP(c, r.WithContext(context.WithValue(r.Context(), accessKey{}, a)))
	})
}

func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// short bounds what a client puts into the log.
func short(s string) string { return strings.ToValidUTF8(s[:min(len(s), 256)], "?") }

// counted notes status and bytes of an answer.
type counted struct {
	http.ResponseWriter
	access *Access
}

func (c *counted) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *counted) WriteHeader(status int) {
	if c.access.Status == 0 {
		c.access.Status = status
	}
	c.ResponseWriter.WriteHeader(status)
}

func (c *counted) Write(b []byte) (int, error) {
	if c.access.Status == 0 {
		c.access.Status = http.StatusOK
	}
	n, err := c.ResponseWriter.Write(b)
	c.access.Bytes += int64(n)
	return n, err
}
