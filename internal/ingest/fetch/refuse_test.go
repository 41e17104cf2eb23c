package fetch_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
)

func TestTooLargeIsRefused(t *testing.T) {
	body := bundle(3 << 20)
	for name, script := range map[string]func(int, http.ResponseWriter, *http.Request){
		"as it says": func(_ int, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(len(body)))
			w.Write(body)
		},
		"without saying so": func(_ int, w http.ResponseWriter, _ *http.Request) {
			for i := 0; i < len(body); i += 10_000 {
				w.Write(body[i:min(i+10_000, len(body))])
			}
		},
		"without end": func(_ int, w http.ResponseWriter, r *http.Request) {
			for r.Context().Err() == nil {
				w.Write(body)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, script)
			opt := options(t)
			_, err := get(t, s, opt)
			refused(t, opt, err, "larger than the 1048576 bytes", "--max-bytes")
			if left := unfinished(t, filepath.Join(opt.CacheDir, "attack")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestLyingContentLengthIsNotBelieved(t *testing.T) {
	body := bundle(10_000)
	for name, length := range map[string]int{"too long": 20_000, "too short": 5_000} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
				conn, buf, err := w.(http.Hijacker).Hijack()
				if err != nil {
					return
				}
				defer conn.Close()
				fmt.Fprintf(buf, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n", length)
				buf.Write(body)
				buf.Flush()
			})
			opt := options(t)
			_, err := get(t, s, opt)
			refused(t, opt, err)
		})
	}
}

func TestWhatIsNotTheDataSetIsRefused(t *testing.T) {
	for name, body := range map[string]string{
		"a web page":         "  <!DOCTYPE html><title>Sign in</title>",
		"not JSON":           "Too many requests",
		"does not hold":      `{"message":"moved"}`,
		"empty":              "",
		"binary":             "\x1f\x8b\x00\x00",
		"breaks off":         `{"type":"bundle","objects":[{"id":"x"`,
		"beginning does not": `[1,2,3]`,
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.Write([]byte(body)) })
			opt := options(t)
			_, err := get(t, s, opt)
			refused(t, opt, err, name)
			s.asked(t, 1)
		})
	}
}

func TestRefusalKeepsTheEarlierCopy(t *testing.T) {
	body := bundle(1000)
	s := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		if n > 1 {
			body = []byte("<html>")
		}
		w.Write(body)
	})
	opt := options(t)
	got, err := get(t, s, opt)
	want(t, got, err, fetch.Downloaded, body)
	if _, err := get(t, s, opt); err == nil {
		t.Fatal("a web page was accepted")
	}
	if _, err := fetch.Verify(got.Path); err != nil {
		t.Error(err)
	}
}

func TestStatusesAreRetriedOnlyWhereThatHelps(t *testing.T) {
	body := bundle(1000)
	for name, c := range map[string]struct {
		status, requests int
		after            string
		ok               bool
	}{
		"503, then it is there":    {503, 2, "", true},
		"503 with Retry-After":     {503, 2, "1", true},
		"429 with a long wait":     {429, 1, "3600", false},
		"404":                      {404, 1, "", false},
		"403":                      {403, 1, "", false},
		"304 that nobody asked":    {304, 1, "", false},
		"206 that nobody asked":    {206, 1, "", false},
		"204, which holds nothing": {204, 1, "", false},
	} {
		t.Run(name, func(t *testing.T) {
			s := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
				if n == 1 {
					w.Header().Set("Retry-After", c.after)
					w.WriteHeader(c.status)
					return
				}
				w.Write(body)
			})
			opt := options(t)
			begun := time.Now()
			got, err := get(t, s, opt)
			s.asked(t, c.requests)
			if !c.ok {
				refused(t, opt, err, fmt.Sprint(c.status))
				return
			}
			want(t, got, err, fetch.Downloaded, body)
			if c.after == "1" && time.Since(begun) < time.Second {
				t.Error("asked again before the server wanted it")
			}
		})
	}
	down := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) { w.WriteHeader(500) })
	opt := options(t)
	_, err := get(t, down, opt)
	refused(t, opt, err, "500", "3 attempts")
	down.asked(t, 3)
}

func TestRedirectsStayEncryptedAndEnd(t *testing.T) {
	body := bundle(1000)
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/e.json":
			http.Redirect(w, r, "/there", http.StatusFound)
		default:
			w.Write(body)
		}
	})
	got, err := get(t, s, options(t))
	want(t, got, err, fetch.Downloaded, body)

	loop := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/e.json", http.StatusFound) })
	opt := options(t)
	_, err = get(t, loop, opt)
	refused(t, opt, err, "redirected 10 times")
	loop.asked(t, 10)

	away := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://publisher.example/e.json", http.StatusFound)
	})
	_, err = get(t, away, opt)
	refused(t, opt, err, "is not https")

	secure := httptest.NewTLSServer(http.RedirectHandler(s.URL+"/there", http.StatusFound))
	defer secure.Close()
	src := s.source()
	src.Files[0].URL = secure.URL + "/e.json"
	opt.Client = secure.Client()
	_, err = fetch.Get(t.Context(), src, opt)
	refused(t, opt, err, "not encrypted")

	opt.Client = nil // does not know the certificate
	_, err = fetch.Get(t.Context(), src, opt)
	refused(t, opt, err, "certificate")

	src.Files[0].URL = "http://publisher.example/e.json"
	_, err = fetch.Get(t.Context(), src, opt)
	refused(t, opt, err, "is not https")
}

func TestCompressedBodyIsRefused(t *testing.T) {
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "identity" {
			t.Errorf("asks for %q", r.Header.Get("Accept-Encoding"))
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.Write([]byte("\x1f\x8b"))
	})
	opt := options(t)
	_, err := get(t, s, opt)
	refused(t, opt, err, "encoded as gzip")
}
