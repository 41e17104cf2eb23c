package server

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"syscall"

	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// A problem is a refusal for machines and people (RFC 9457).
type problem struct {
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail"`
}

// refuse answers with a problem: to a browser with a page that has a way on.
func refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	if a, ok := r.Context().Value(accessKey{}).(*Access); ok {
		a.Refused = detail
	}
	w.Header().Del("ETag")
	if strings.Contains(r.Header.Get("Accept"), "text/html") && !strings.HasPrefix(r.URL.Path, "/api/") {
		if b, err := pageOf(r, "refused", map[string]any{"Title": http.StatusText(status), "Why": detail}); err == nil {
			w.Header().Set("Content-Security-Policy", deskPolicy)
			w.Header().Set("Content-Type", document.MediaType("html"))
			w.WriteHeader(status)
			if r.Method != http.MethodHead {
				w.Write(b)
			}
			return
		}
	}
	b, err := json.Marshal(problem{http.StatusText(status), status, detail})
	if err != nil {
		b = []byte(`{}`)
	}
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		w.Write(append(b, '\n'))
	}
}

// errAsk is a mistake of the one who asks; its text is for them.
type errAsk struct{ error }

// errNothing says what the store lacks for an answer, and how to get it.
type errNothing struct{ error }

// fail answers with the problem that an error is. Errors that are not the
// asker's are logged, and told without their text, which may name files.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	var ask errAsk
	var nothing errNothing
	var name *resolve.NameError
	switch {
	case errors.As(err, &name):
		refuse(w, r, http.StatusNotFound, name.Error())
	case errors.As(err, &ask):
		refuse(w, r, http.StatusBadRequest, ask.Error())
	case errors.Is(err, store.ErrNotFound):
		refuse(w, r, http.StatusNotFound, "there is no such object, or it is marked above what you may see")
	case errors.As(err, &nothing):
		refuse(w, r, http.StatusNotFound, nothing.Error())
	case errors.Is(err, errBusy):
		w.Header().Set("Retry-After", "10")
		refuse(w, r, http.StatusServiceUnavailable, err.Error())
	case errors.Is(err, store.ErrDiskFull) || errors.Is(err, syscall.ENOSPC):
		s.config.Log("%s %s: %v", r.Method, strings.Map(printable, r.URL.Path), err)
		refuse(w, r, http.StatusInsufficientStorage, "nothing was kept: the disk of the server is full")
	case r.Context().Err() != nil:
		refuse(w, r, http.StatusServiceUnavailable, "the request was ended before its answer")
	default:
		s.config.Log("%s %s: %v", r.Method, strings.Map(printable, r.URL.Path), err)
		refuse(w, r, http.StatusInternalServerError, "the answer could not be made; the server's log says why")
	}
}

func printable(c rune) rune {
	if c < ' ' || c > '~' {
		return '?'
	}
	return c
}
