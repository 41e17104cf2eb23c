package server

import (
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/cahoots-project/cahoots/internal/loopback"
)

// Policies of what a page may load: its own script and style from this server,
// and nothing else from anywhere. Answers that are no page load nothing.
const (
	pagePolicy = "default-src 'none'; object-src 'none'; script-src 'self'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
	deskPolicy = pagePolicy + "; connect-src 'self'" // of the server's own pages, which ask for completions and progress
	dataPolicy = "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
)

// maxTarget is the longest request target that is answered.
const maxTarget = 2048

// headers sets what every answer carries, refusals too.
func (s *Server) headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", dataPolicy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), usb=()")
		h.Set("Cache-Control", "private, no-cache")
		h.Set("Vary", "Authorization, Accept-Encoding")
		if r.TLS != nil || s.config.Proxied {
			h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
		}
		next.ServeHTTP(w, r)
	})
}

// guard refuses what no client of good will sends, before anything is looked
// up.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case len(r.RequestURI) > maxTarget:
			refuse(w, r, http.StatusRequestURITooLong, "the address is too long")
		case strings.ContainsRune(r.URL.Path, 0) || strings.Contains(r.URL.Path, "\\"):
			refuse(w, r, http.StatusBadRequest, "the path holds a character that no path has")
		case hasDots(r.URL):
			refuse(w, r, http.StatusBadRequest, "the path leads upwards")
		case s.loopback && !isLoopbackHost(r.Host):
			refuse(w, r, http.StatusMisdirectedRequest, "this server answers to localhost only: a page elsewhere may have sent you here")
		case s.tokens == nil && forwarded(r.Header):
			refuse(w, r, http.StatusMisdirectedRequest, "a proxy sent this request, and without tokens everybody it lets through may see everything: give the server --tokens FILE --behind-proxy")
		case len(r.URL.RawQuery) > 0 && !validQuery(r.URL.RawQuery):
			refuse(w, r, http.StatusBadRequest, "the query cannot be read")
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// forwarded reports whether a request says that it came through a proxy.
func forwarded(h http.Header) bool {
	for name := range h {
		if name == "Forwarded" || name == "Via" || name == "X-Real-Ip" || strings.HasPrefix(name, "X-Forwarded") {
			return true
		}
	}
	return false
}

func hasDots(u *url.URL) bool {
	for part := range strings.SplitSeq(u.Path, "/") {
		if part == "." || part == ".." {
			return true
		}
	}
	return false
}

func validQuery(q string) bool {
	_, err := url.ParseQuery(q)
	return err == nil
}

// isLoopbackHost reports whether a Host header names this machine to itself. A
// name that was made to point here (DNS rebinding) does not.
func isLoopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	return loopback.Host(strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(host), "["), "]"))
}
