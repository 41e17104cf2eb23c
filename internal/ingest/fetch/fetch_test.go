package fetch_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
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

	"github.com/cahoots-project/cahoots/internal/ingest/fetch"
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
		if ext := filepath.Ext(e.Name()); ext != ".json" && ext != ".receipt" && ext != ".lock" {
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
