package fetch_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/fetch"
	"github.com/cahoots-project/cahoots/internal/publicdata"
)

// bundle is a file of n bytes and a few that looks like the real thing.
func bundle(n int) []byte {
	var b bytes.Buffer
	b.WriteString(`{"type":"bundle","objects":[`)
	for i := 0; b.Len() < n; i++ {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"intrusion-set--%d"}`, i)
	}
	b.WriteString("]}\n")
	return b.Bytes()
}

// A server answers the n-th request (from 1) with its script and keeps what
// was asked.
type server struct {
	*httptest.Server
	mu   sync.Mutex
	asks []http.Header
}

func serve(t *testing.T, script func(n int, w http.ResponseWriter, r *http.Request)) *server {
	t.Helper()
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.asks = append(s.asks, r.Header.Clone())
		n := len(s.asks)
		s.mu.Unlock()
		script(n, w, r)
	}))
	t.Cleanup(func() {
		s.CloseClientConnections()
		s.Close()
	})
	return s
}

func (s *server) asked(t *testing.T, want int) []http.Header {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.asks) != want {
		t.Errorf("%d requests, want %d", len(s.asks), want)
	}
	return s.asks
}

func (s *server) source() fetch.Source {
	return fetch.Source{Name: "attack", Homepage: "https://publisher.example/", Licence: "terms", Notice: "a notice", Files: []fetch.File{
		{Name: "enterprise-attack.json", URL: s.URL + "/e.json", MaxBytes: 1 << 20, Kind: fetch.JSON, Holds: []string{`"bundle"`, `"objects"`}},
	}}
}

func options(t *testing.T) fetch.Options {
	return fetch.Options{CacheDir: t.TempDir(), Stall: 300 * time.Millisecond, Backoff: time.Millisecond, Attempts: 3, MaxWait: 2 * time.Second}
}

func get(t *testing.T, s *server, opt fetch.Options) (fetch.Fetched, error) {
	t.Helper()
	got, err := fetch.Get(t.Context(), s.source(), opt)
	if err != nil {
		return fetch.Fetched{}, err
	}
	if len(got) != 1 {
		t.Fatalf("%d files, want 1", len(got))
	}
	return got[0], nil
}

// want fails unless the cache holds exactly the body, with a receipt that
// matches, and nothing unfinished.
func want(t *testing.T, got fetch.Fetched, err error, how string, body []byte) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	here, err := os.ReadFile(got.Path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(body)
	if !bytes.Equal(here, body) || got.How != how || got.Receipt.SHA256 != hex.EncodeToString(sum[:]) || got.Receipt.Bytes != int64(len(body)) {
		t.Errorf("%d bytes, %s, %+v", len(here), got.How, got.Receipt)
	}
	if _, err := fetch.Verify(got.Path); err != nil {
		t.Error(err)
	}
	if left := unfinished(t, filepath.Dir(got.Path)); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// refused fails unless the error says why, and the cache holds no file.
func refused(t *testing.T, opt fetch.Options, err error, why ...string) {
	t.Helper()
	if err == nil {
		t.Fatal("nothing was refused")
	}
	for _, s := range append(why, "enterprise-attack.json") {
		if !strings.Contains(err.Error(), s) {
			t.Errorf("%v: want %q in it", err, s)
		}
	}
	if _, err := os.Stat(filepath.Join(opt.CacheDir, "attack", "enterprise-attack.json")); err == nil {
		t.Error("a refused file is in the cache")
	}
}

func unfinished(t *testing.T, dir string) (left []string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".json") && !strings.HasSuffix(e.Name(), ".lock") || strings.Contains(e.Name(), "partial") {
			left = append(left, e.Name())
		}
	}
	return left
}

func TestFileIsDownloadedWithItsReceipt(t *testing.T) {
	body := bundle(400_000)
	s := serve(t, func(_ int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", `"v1"`)
		w.Header().Set("Last-Modified", "Mon, 02 Jan 2023 15:04:05 GMT")
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		w.Write(body)
	})
	opt := options(t)
	now := time.Date(2024, 5, 6, 7, 8, 9, 0, time.UTC)
	opt.Now = func() time.Time { return now }
	var told []int64
	opt.Progress = func(file string, done, total int64) {
		if file != "enterprise-attack.json" || total != int64(len(body)) {
			t.Errorf("progress of %s: total %d", file, total)
		}
		told = append(told, done)
	}
	got, err := get(t, s, opt)
	want(t, got, err, fetch.Downloaded, body)
	r := got.Receipt
	if r.ETag != `"v1"` || r.URL != s.URL+"/e.json" || r.Licence != "terms" || r.Notice != "a notice" || !r.FetchedAt.Equal(now) || r.LastModified == "" {
		t.Errorf("receipt %+v", r)
	}
	if !slices.IsSorted(told) || told[len(told)-1] != int64(len(body)) {
		t.Errorf("progress %v", told)
	}
	if h := s.asked(t, 1)[0]; h.Get("User-Agent") == "" || h.Get("Range") != "" || h.Get("If-None-Match") != "" {
		t.Errorf("request %v", h)
	}
}

func TestUnchangedFileIsNotDownloadedAgain(t *testing.T) {
	for _, header := range []string{"ETag", "Last-Modified"} {
		t.Run(header, func(t *testing.T) {
			value := map[string]string{"ETag": `"v1"`, "Last-Modified": "Mon, 02 Jan 2023 15:04:05 GMT"}[header]
			body := bundle(1000)
			s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
				w.Header().Set(header, value)
				if r.Header.Get("If-None-Match") == value || r.Header.Get("If-Modified-Since") == value {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				w.Write(body)
			})
			opt := options(t)
			first, err := get(t, s, opt)
			want(t, first, err, fetch.Downloaded, body)
			again, err := get(t, s, opt)
			want(t, again, err, fetch.Unchanged, body)
			if again.Receipt.FetchedAt != first.Receipt.FetchedAt || !again.Receipt.CheckedAt.After(first.Receipt.CheckedAt) {
				t.Errorf("times %+v, then %+v", first.Receipt, again.Receipt)
			}
			// A copy that somebody changed is not taken for the newest.
			if err := os.WriteFile(first.Path, []byte("{}"), 0o600); err != nil {
				t.Fatal(err)
			}
			mended, err := get(t, s, opt)
			want(t, mended, err, fetch.Downloaded, body)
		})
	}
}

func TestNewVersionReplacesTheCachedOne(t *testing.T) {
	bodies := [][]byte{bundle(1000), bundle(2000)}
	s := serve(t, func(n int, w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("ETag", fmt.Sprintf(`"v%d"`, n))
		w.Write(bodies[n-1])
	})
	opt := options(t)
	for _, body := range bodies {
		got, err := get(t, s, opt)
		want(t, got, err, fetch.Downloaded, body)
	}
	if h := s.asked(t, 2)[1]; h.Get("If-None-Match") != `"v1"` {
		t.Errorf("request %v", h)
	}
}

// ranges serves body with a strong ETag and honours Range, but breaks off the
// first cut requests after that many bytes more.
func ranges(body []byte, etag func(n int) string, cut int, bytes int) func(int, http.ResponseWriter, *http.Request) {
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
			panic(http.ErrAbortHandler)
		}
		w.Write(body[from:])
	}
}

func TestBrokenTransferGoesOnWhereItStopped(t *testing.T) {
	body := bundle(300_000)
	s := serve(t, ranges(body, func(int) string { return `"v1"` }, 6, 40_000))
	got, err := get(t, s, options(t))
	want(t, got, err, fetch.Downloaded, body)
	for i, h := range s.asked(t, 7)[1:] {
		if h.Get("Range") != fmt.Sprintf("bytes=%d-", 40_000*(i+1)) || h.Get("If-Range") != `"v1"` {
			t.Errorf("request %d: %v", i+2, h)
		}
	}
}

func TestTransferGoesOnInTheNextRun(t *testing.T) {
	body := bundle(300_000)
	s := serve(t, ranges(body, func(int) string { return `"v1"` }, 1, 100_000))
	opt := options(t)
	opt.Attempts, opt.Backoff = 1, time.Hour // the first run gives up, or would wait longer than the test
	opt.Timeout = 500 * time.Millisecond
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
			inner := ranges(body, etag, 1, 100_000)
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
		ranges(body, func(int) string { return `"v1"` }, 1, 100_000)(n, w, r)
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
			inner := ranges(body, func(int) string { return `"v1"` }, 1, 100_000)
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
			ranges(body, func(int) string { return etag }, 1, 100_000)(n, w, r)
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
	inner := ranges(body, func(int) string { return `"v1"` }, 0, 0)
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

func TestFromFolderNeedsNoNetwork(t *testing.T) {
	body := bundle(5000)
	s := serve(t, func(int, http.ResponseWriter, *http.Request) {})
	carried := options(t)
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "enterprise-attack.json"), body, 0o600); err != nil {
		t.Fatal(err)
	}
	carried.From = dir
	got, err := get(t, s, carried)
	want(t, got, err, fetch.Copied, body)

	// The cache of one machine is the folder of another, receipts and all.
	next := options(t)
	next.From = carried.CacheDir
	got, err = get(t, s, next)
	want(t, got, err, fetch.Copied, body)

	var r fetch.Receipt
	raw, err := os.ReadFile(got.Path + ".receipt.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &r); err != nil || r != got.Receipt {
		t.Errorf("receipt %s (%v), want %+v", raw, err, got.Receipt)
	}
	if err := os.WriteFile(got.Path, bundle(6000), 0o600); err != nil {
		t.Fatal(err)
	}
	third := options(t)
	third.From = next.CacheDir
	_, err = get(t, s, third)
	refused(t, third, err, "its receipt says")

	third.From = t.TempDir()
	_, err = get(t, s, third)
	refused(t, third, err, third.From, "https://publisher.example/")
	if err := os.WriteFile(filepath.Join(third.From, "enterprise-attack.json"), []byte("<html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = get(t, s, third)
	refused(t, third, err, "a web page")
	third.MaxBytes = 3
	_, err = get(t, s, third)
	refused(t, third, err, "larger than the 3 bytes")
	s.asked(t, 0)
}

func TestOneFileThatFailsDoesNotKeepTheOthers(t *testing.T) {
	body := bundle(1000)
	s := serve(t, func(_ int, w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/e.json" {
			w.WriteHeader(404)
			return
		}
		w.Write(body)
	})
	src := s.source()
	other := src.Files[0]
	other.Name, other.URL = "ics.json", s.URL+"/ics.json"
	src.Files = append(src.Files, other)
	opt := options(t)
	got, err := fetch.Get(t.Context(), src, opt)
	refused(t, opt, err, "404")
	if len(got) != 1 || filepath.Base(got[0].Path) != "ics.json" {
		t.Errorf("got %+v", got)
	}
}

func TestRealDataPassesTheChecksOfTheTable(t *testing.T) {
	for file, rel := range map[string]string{
		"attack/ics-attack.json":                  "attack/ics-attack-18.1.stix21.json.xz",
		"attack/mobile-attack.json":               "attack/mobile-attack-17.1.stix21.json.xz",
		"misp-galaxy/galaxy-threat-actor.json":    "misp/galaxy-threat-actor.json.xz",
		"misp-galaxy/galaxy-tool.json":            "misp/galaxy-tool.json.xz",
		"eurepoc/EuRepoC_Global_Database_1.1.csv": "incidents/EuRepoC_Global_Database_1.1.csv.xz",
		"cfr/cyber-operations-incidents.csv":      "incidents/cfr-cyber-operations-2022.csv.xz",
	} {
		t.Run(file, func(t *testing.T) {
			name, base := filepath.Split(file)
			src, err := fetch.Find(filepath.Clean(name))
			if err != nil {
				t.Fatal(err)
			}
			src.Files = slices.DeleteFunc(slices.Clone(src.Files), func(f fetch.File) bool { return f.Name != base })
			opt := options(t)
			opt.From = t.TempDir()
			if err := os.WriteFile(filepath.Join(opt.From, base), publicdata.Read(t, rel), 0o600); err != nil {
				t.Fatal(err)
			}
			if got, err := fetch.Get(t.Context(), src, opt); err != nil || len(got) != 1 {
				t.Errorf("%+v %v", got, err)
			}
		})
	}
}

func TestTableOfSourcesIsComplete(t *testing.T) {
	files := map[string]bool{}
	for _, s := range fetch.Sources() {
		if found, err := fetch.Find(s.Name); err != nil || found.Title != s.Title {
			t.Errorf("%s: %v", s.Name, err)
		}
		if s.Title == "" || s.Licence == "" || s.Format == "" || !strings.HasPrefix(s.Homepage, "https://") || len(s.Files) == 0 {
			t.Errorf("%s: %+v", s.Name, s)
		}
		for _, f := range s.Files {
			if files[f.Name] || !strings.HasPrefix(f.URL, "https://") || f.MaxBytes <= 0 || len(f.Holds) == 0 || f.Kind == "" {
				t.Errorf("%s: %+v", s.Name, f)
			}
			files[f.Name] = true
		}
	}
	if _, err := fetch.Find("atack"); err == nil || !strings.Contains(err.Error(), "attack, cfr, eurepoc, misp-galaxy") {
		t.Errorf("unknown source: %v", err)
	}
}
