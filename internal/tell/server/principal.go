package server

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Role says what a principal may do.
type Role string

// The roles, each of which may do what the one before it may. An analyst asks new
// questions. An editor adds evidence, and so has no ceiling below RED: what becomes
// of an input depends on all that the store holds.
const (
	Reader  Role = "reader"
	Analyst Role = "analyst"
	Editor  Role = "editor"
)

// roles are all of them in that order.
var roles = []Role{Reader, Analyst, Editor}

// includes reports whether who has the role may do what another may.
func (r Role) includes(other Role) bool { return slices.Index(roles, r) >= slices.Index(roles, other) }

// A principal is who asks: what they may do and the strictest marking they may
// see.
type principal struct {
	Name    string
	Role    Role
	Ceiling evidence.TLP
}

// May reports whether something of the marking may be shown to p. What carries
// no marking counts as CLEAR.
func (p principal) May(marking evidence.TLP) bool { return marking.Compare(p.Ceiling) <= 0 }

// secretOf takes the token from "Authorization: Bearer", or from the password
// of HTTP Basic authentication, which a browser can ask for.
func secretOf(r *http.Request) string {
	if _, password, ok := r.BasicAuth(); ok {
		return password
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(secret)
}

type principalKey struct{}

// PrincipalOf is who asks; the zero Principal, which may see only what is
// CLEAR, where the request came through no server of this package.
func PrincipalOf(ctx context.Context) principal {
	p, _ := ctx.Value(principalKey{}).(principal)
	return p
}

// authenticate finds the principal of a request, or refuses it. Whether the server
// is well is told to everybody, and nothing else.
func (s *Server) authenticate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/healthz" {
			s.health(w, r)
			return
		}
		p := s.local
		if s.tokens != nil {
			var ok bool
			if p, ok = s.tokens.find(secretOf(r)); !ok {
				unknown(w, r, "a token is needed: send it as Authorization: Bearer TOKEN, or as the password in a browser")
				return
			}
		}
		note(r.Context(), p)
		if p.Ceiling != evidence.Clear {
			w.Header().Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), principalKey{}, p)))
	})
}

// unknown refuses who bears no good token. A browser forgets what it kept under one
// that was good before, the token itself too.
func unknown(w http.ResponseWriter, r *http.Request, why string) {
	h := w.Header()
	h.Add("WWW-Authenticate", `Bearer realm="cahoots"`)
	h.Add("WWW-Authenticate", `Basic realm="cahoots", charset="UTF-8"`)
	h.Set("Cache-Control", "no-store")
	h.Set("Clear-Site-Data", `"cache", "cookies", "storage"`)
	refuse(w, r, http.StatusUnauthorized, why)
}

// signOut makes a browser forget the token that it sends with every request: it is
// told that it is none.
func (s *Server) signOut(w http.ResponseWriter, r *http.Request) {
	unknown(w, r, "you are signed out: close this question; the token itself stays good until it expires or is withdrawn")
}

// health says whether the server can answer, without a token and without a word of
// what it holds.
func (s *Server) health(w http.ResponseWriter, r *http.Request) {
	if err := s.config.Store.Same(); err != nil {
		s.config.Log("not well: %v", err)
		refuse(w, r, http.StatusServiceUnavailable, "the store cannot be read")
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "ok\n")
}
