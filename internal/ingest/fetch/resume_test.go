package fetch_test

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
)

// ranges serves body with a strong ETag and honours Range, but breaks off the
// first cut requests after that many bytes more.
// It breaks off when the client has told of all of them, or soon after where
// nobody listens (seen is nil).
func ranges(body []byte, etag func(n int) string, cut int, bytes int, seen *atomic.Int64) func(int, http.ResponseWriter, *http.Request) {
	return func(n int, w http.ResponseWriter, r *http.Request) {
		w.Header().Set("ETag", etag(n))
		from := 0
		if ask := r.Header.Get("Range"); ask != "" && r.Header.Get("If-Range") == etag(n) {
			fmt.Sscanf(ask, "bytes=%d-", &from)
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, len(body)-1, len(body)))
			w.Header().Set("Content-Length", fmt.Sprint(len(body)-from))
			w.WriteHeader(http.StatusPartialContent)
		} else {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		}
		if n <= cut {
			w.Write(body[from:min(from+bytes, len(body))])
			w.(http.Flusher).Flush()
			time.Sleep(20 * time.Millisecond)
			for i := 0; seen != nil && seen.Load() < int64(from+bytes) && i < 500; i++ {
				time.Sleep(10 * time.Millisecond)
			}
			panic(http.ErrAbortHandler)
		}
		w.Write(body[from:])
	}
}

func TestBrokenTransferGoesOnWhereItStopped(t *testing.T) {
	body := bundle(300_000)
	var seen atomic.Int64
	s := serve(t, ranges(body, func(int) string { return `"v1"` }, 6, 40_000, &seen))
	opt := options(t)
	opt.Stall = 10 * time.Second
	opt.Progress = func(_ string, done, _ int64) { seen.Store(done) }
	got, err := get(t, s, opt)
	want(t, got, err, fetch.Downloaded, body)
	for i, h := range s.asked(t, 7)[1:] {
		if h.Get("Range") != fmt.Sprintf("bytes=%d-", 40_000*(i+1)) || h.Get("If-Range") != `"v1"` {
			t.Errorf("request %d: %v", i+2, h)
		}
	}
}

func TestTransferGoesOnInTheNextRun(t *testing.T) {
	body := bundle(300_000)
	var seen atomic.Int64
	s := serve(t, ranges(body, func(int) string { return `"v1"` }, 1, 100_000, &seen))
	opt := options(t)
	opt.Progress = func(_ string, done, _ int64) { seen.Store(done) }
	opt.Attempts, opt.Backoff = 1, time.Hour // the first run gives up, or would wait longer than the test
	opt.Timeout = time.Second
	_, err := get(t, s, opt)
	refused(t, opt, err)
	opt.Timeout = 0
	got, err := get(t, s, opt)
	want(t, got, err, fetch.Downloaded, body)
	if h := s.asked(t, 2)[1]; h.Get("Range") != "bytes=100000-" {
		t.Errorf("request %v", h)
	}
}

func TestChangedFileIsNotJoinedToThePartOfTheOldOne(t *testing.T) {
	body := bundle(300_000)
	for name, honest := range map[string]bool{"the server starts again": true, "the server sends the rest of the new one": false} {
		t.Run(name, func(t *testing.T) {
			etag := func(n int) string { return fmt.Sprintf(`"v%d"`, min(n, 2)) }
			inner := ranges(body, etag, 1, 100_000, nil)
			s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if n == 2 && !honest {
					r.Header.Set("If-Range", etag(n))
				}
				inner(n, w, r)
			})
			got, err := get(t, s, options(t))
			want(t, got, err, fetch.Downloaded, body)
			if got.Receipt.ETag != `"v2"` {
				t.Errorf("receipt %+v", got.Receipt)
			}
		})
	}
}

func TestServerThatIgnoresRangeIsReadFromTheStart(t *testing.T) {
	body := bundle(300_000)
	s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		r.Header.Del("Range")
		ranges(body, func(int) string { return `"v1"` }, 1, 100_000, nil)(n, w, r)
	})
	got, err := get(t, s, options(t))
	want(t, got, err, fetch.Downloaded, body)
	s.asked(t, 2)
}

func TestWrongRangeAnswersAreNotJoined(t *testing.T) {
	body := bundle(300_000)
	for name, lie := range map[string]struct {
		status int
		header string
	}{
		"another start":   {206, "bytes 0-299999/300000"},
		"no range":        {206, ""},
		"not satisfiable": {416, "bytes */300000"},
	} {
		t.Run(name, func(t *testing.T) {
			inner := ranges(body, func(int) string { return `"v1"` }, 1, 100_000, nil)
			s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
				if n != 2 {
					inner(n, w, r)
					return
				}
				w.Header().Set("ETag", `"v1"`)
				w.Header().Set("Content-Range", lie.header)
				w.WriteHeader(lie.status)
				w.Write(body)
			})
			got, err := get(t, s, options(t))
			want(t, got, err, fetch.Downloaded, body)
			s.asked(t, 3)
		})
	}
}

func TestFileWithoutVersionStartsAgain(t *testing.T) {
	body := bundle(300_000)
	for _, etag := range []string{"", `W/"weak"`} {
		s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
			ranges(body, func(int) string { return etag }, 1, 100_000, nil)(n, w, r)
		})
		got, err := get(t, s, options(t))
		want(t, got, err, fetch.Downloaded, body)
		if h := s.asked(t, 2)[1]; h.Get("Range") != "" {
			t.Errorf("request %v", h)
		}
	}
}

func TestStalledTransferEndsAndGoesOn(t *testing.T) {
	body := bundle(300_000)
	inner := ranges(body, func(int) string { return `"v1"` }, 0, 0, nil)
	s := serve(t, func(n int, w http.ResponseWriter, r *http.Request) {
		if n == 1 {
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			w.Write(body[:100_000])
			w.(http.Flusher).Flush()
			<-r.Context().Done()
			return
		}
		inner(n, w, r)
	})
	got, err := get(t, s, options(t))
	want(t, got, err, fetch.Downloaded, body)
	s.asked(t, 2)

	mute := serve(t, func(_ int, _ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	opt := options(t)
	opt.Stall, opt.Attempts = 30*time.Millisecond, 2
	_, err = get(t, mute, opt)
	refused(t, opt, err, "no byte came for 30ms", "2 attempts", "--from DIR")
}

func TestSlowTransferIsNotStalled(t *testing.T) {
	body := bundle(40)
	s := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		for _, b := range body {
			w.Write([]byte{b})
			w.(http.Flusher).Flush()
			time.Sleep(10 * time.Millisecond)
		}
	})
	got, err := get(t, s, options(t)) // takes longer than the time for a stall
	want(t, got, err, fetch.Downloaded, body)

	opt := options(t)
	opt.Timeout = 100 * time.Millisecond
	_, err = get(t, s, opt)
	refused(t, opt, err, "not complete after 100ms")
}
