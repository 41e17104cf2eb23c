package server_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

func TestTokensMadeAtOnceAreAllKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.json")
	var wg sync.WaitGroup
	for i := range 20 {
		_, entry := tokenFor(t, fmt.Sprint("n", i), server.Reader, evidence.Clear)
		wg.Go(func() {
			if err := server.AddToken(path, entry); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if ts, err := server.ReadTokens(path); err != nil || len(ts) != 20 {
		t.Errorf("20 tokens made, %d kept, %v", len(ts), err)
	}
}

func TestATokenLetsInUntilItExpiresOrIsWithdrawn(t *testing.T) {
	s, _, _ := planted(t)
	path := filepath.Join(t.TempDir(), "tokens.json")
	old, entry := tokenFor(t, "old", server.Reader, evidence.Clear)
	entry.Expires = time.Now().Add(-time.Minute)
	add := func(entry server.Token) {
		t.Helper()
		if err := server.AddToken(path, entry); err != nil {
			t.Fatal(err)
		}
	}
	add(entry)
	desk, entry := tokenFor(t, "desk", server.Reader, evidence.Clear)
	entry.Expires = time.Now().Add(time.Hour)
	add(entry)
	base := running(t, server.Config{Store: s, TokenFile: path})
	status := func(token string) int {
		res, _ := client{t, base, token}.get("/api/v1/assessments")
		return res.StatusCode
	}
	if got := status(old); got != http.StatusUnauthorized {
		t.Errorf("an expired token: %d", got)
	}
	if got := status(desk); got != http.StatusOK {
		t.Errorf("a good token: %d", got)
	}
	late, entry := tokenFor(t, "late", server.Reader, evidence.Clear)
	add(entry)
	if err := server.WithdrawToken(path, "desk", time.Now()); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(10 * time.Second); status(desk) != http.StatusUnauthorized || status(late) != http.StatusOK; {
		if time.Now().After(deadline) {
			t.Fatal("the running server knows nothing of the change")
		}
		time.Sleep(50 * time.Millisecond)
	}
	if err := server.WithdrawToken(path, "desk", time.Now()); err == nil {
		t.Error("withdrawn twice")
	}
}

func TestWithoutTokensNothingThatAProxySentIsAnswered(t *testing.T) {
	s, _, _ := planted(t)
	base := running(t, server.Config{Store: s, Loopback: true})
	for _, name := range []string{"Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "x-forwarded-anything"} {
		res, body := client{t: t, base: base}.get("/", name, "for=198.51.100.7")
		if res.StatusCode != http.StatusMisdirectedRequest || strings.Contains(body, secret) {
			t.Errorf("%s: %s", name, res.Status)
		}
	}
	token, entry := tokenFor(t, "desk", server.Reader, evidence.Clear)
	base = running(t, server.Config{Store: s, Tokens: server.Tokens{entry}, Proxied: true})
	res, _ := client{t, base, token}.get("/", "X-Forwarded-For", "198.51.100.7", "Host", "cahoots.example")
	if res.StatusCode != http.StatusOK || res.Header.Get("Strict-Transport-Security") == "" {
		t.Errorf("with a token: %s, HSTS %q", res.Status, res.Header.Get("Strict-Transport-Security"))
	}
	for _, address := range []string{"127.0.0.1:1", "0.0.0.0:1", "[::1]:1"} {
		if _, err := server.Address(address, false, true, true); err == nil {
			t.Errorf("%s behind a proxy without tokens", address)
		}
	}
}

func TestWhatIsMarkedIsKeptByNobodyOnTheWay(t *testing.T) {
	s, _, _ := planted(t)
	clear, a := tokenFor(t, "clear", server.Reader, evidence.Clear)
	green, b := tokenFor(t, "green", server.Reader, evidence.Green)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{a, b}})
	for token, want := range map[string]string{clear: "private, no-cache", green: "no-store"} {
		for _, path := range []string{"/", "/api/v1/actors", "/api/v1/assessments"} {
			res, _ := client{t, base, token}.get(path)
			if got := res.Header.Get("Cache-Control"); got != want {
				t.Errorf("%s: %q, want %q", path, got, want)
			}
			if policy := res.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "base-uri 'none'") {
				t.Errorf("%s: policy %q", path, policy)
			}
		}
	}
}

// lines is an access log that may be read while it is written.
type lines struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *lines) all(t *testing.T) (out []server.Access, text string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for line := range strings.Lines(l.b.String()) {
		var a server.Access
		if err := json.Unmarshal([]byte(line), &a); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		out = append(out, a)
	}
	return out, l.b.String()
}

func TestTheAccessLogSaysWhoGotWhatAndWhyNot(t *testing.T) {
	s, clear, red := planted(t)
	token, entry := tokenFor(t, "desk", server.Analyst, evidence.Clear)
	var log lines
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{entry}, Access: &log})
	c := client{t, base, token}
	c.get("/api/v1/assessments/" + clear.ID + "?format=csv&table=pairs")
	c.get("/api/v1/assessments/" + red.ID)
	client{t, base, "cahoots_wrong"}.get("/api/v1/actors?country=" + secret)
	c.ask(`{"a":"Alpha Group","b":"Beta Group"}`)
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		got, text := log.all(t)
		if len(got) < 6 && time.Now().Before(deadline) {
			continue
		}
		if strings.Contains(text, token) || strings.Contains(text, "cahoots_wrong") || strings.Contains(text, secret) {
			t.Errorf("a secret stands in the log: %s", text)
		}
		want := func(what string, is func(server.Access) bool) {
			for _, a := range got {
				if is(a) {
					return
				}
			}
			t.Errorf("the log does not tell %s: %s", what, text)
		}
		want("an answer", func(a server.Access) bool {
			return a.Who == "desk" && a.Ceiling == evidence.Clear && a.Status == 200 && a.Bytes > 0 && a.From == "127.0.0.1" && len(a.Query) == 2
		})
		want("what is hidden", func(a server.Access) bool { return a.Who == "desk" && a.Status == 404 && a.Refused != "" })
		want("a failed login", func(a server.Access) bool { return a.Who == "" && a.Status == 401 && a.Refused != "" })
		want("a job", func(a server.Access) bool { return a.Who == "desk" && a.Event == "done" && a.Job != "" })
		return
	}
}

// A browser asks for a name and a password only where it is told that it may, and
// forgets both, with what it kept, when its user signs out or the token ends. A page
// elsewhere signs nobody out.
func TestWhoIsRefusedIsAskedForATokenAndForgetsTheOldOne(t *testing.T) {
	s, _, _ := planted(t)
	secret, entry := tokenFor(t, "desk", server.Reader, evidence.Green)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{entry}})
	forgets := func(what string, res *http.Response) {
		asked := strings.Join(res.Header.Values("WWW-Authenticate"), "; ")
		if res.StatusCode != http.StatusUnauthorized || !strings.Contains(asked, "Bearer realm=") || !strings.Contains(asked, "Basic realm=") {
			t.Errorf("%s: %s: %s", what, res.Status, asked)
		}
		if clear := res.Header.Get("Clear-Site-Data"); !strings.Contains(clear, `"cookies"`) || !strings.Contains(clear, `"cache"`) || res.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: the browser is told to forget %q", what, clear)
		}
	}
	res, _ := client{t: t, base: base}.get("/")
	forgets("no token", res)
	desk := client{t, base, secret}
	res, page := desk.get("/")
	if res.StatusCode != http.StatusOK || !strings.Contains(page, `action="/sign-out"`) || res.Header.Get("Clear-Site-Data") != "" {
		t.Errorf("%s %q: %s", res.Status, res.Header.Get("Clear-Site-Data"), page)
	}
	res, _ = desk.do("POST", "/sign-out", "")
	forgets("signed out", res)
	res, _ = desk.do("POST", "/sign-out", "", "Sec-Fetch-Site", "cross-site")
	if res.StatusCode != http.StatusForbidden || res.Header.Get("Clear-Site-Data") != "" {
		t.Errorf("a page elsewhere: %s", res.Status)
	}
}

// Whether the server is well is told without a token, and nothing else is.
func TestHealthIsToldToEverybodyAndNothingElse(t *testing.T) {
	s, _, _ := planted(t)
	_, entry := tokenFor(t, "desk", server.Reader, evidence.Green)
	nobody := client{t: t, base: running(t, server.Config{Store: s, Tokens: server.Tokens{entry}})}
	if res, body := nobody.get("/healthz"); res.StatusCode != http.StatusOK || body != "ok\n" {
		t.Errorf("%s: %q", res.Status, body)
	}
	for _, path := range []string{"/healthz/", "/healthz/../", "//healthz", "/api/v1/healthz"} {
		if res, body := nobody.get(path); res.StatusCode == http.StatusOK {
			t.Errorf("%s: %s: %q", path, res.Status, body)
		}
	}
	if err := os.Remove(s.Path()); err != nil {
		t.Fatal(err)
	}
	if res, _ := nobody.get("/healthz"); res.StatusCode != http.StatusServiceUnavailable {
		t.Errorf("without its store: %s", res.Status)
	}
}

func TestAClientFillsTheAccessLogNoFurtherThanItsBounds(t *testing.T) {
	s, _, _ := planted(t)
	var log lines
	base := running(t, server.Config{Store: s, Loopback: true, Access: &log})
	var query []string
	for n := range 40 {
		query = append(query, fmt.Sprintf("%s%d=x", strings.Repeat("n", 300), n), fmt.Sprintf("q%d=x", n))
	}
	client{t: t, base: base}.get("/" + strings.Repeat("p", 1000) + "?" + strings.Join(query, "&"))
	var got []server.Access
	for deadline := time.Now().Add(5 * time.Second); len(got) == 0 && time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		got, _ = log.all(t)
	}
	if len(got) != 1 {
		t.Fatalf("%d lines", len(got))
	}
	a := got[0]
	if len(a.Path) != 256 || len(a.Query) != 16 || slices.ContainsFunc(a.Query, func(s string) bool { return len(s) > 256 }) {
		t.Errorf("a path of %d bytes, %d names: %q", len(a.Path), len(a.Query), a.Query)
	}
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestAnAccessLogThatCannotBeWrittenIsReportedAndStopsNobody(t *testing.T) {
	s, _, _ := planted(t)
	for _, to := range []io.Writer{full{}, io.Discard} {
		var said lines
		h, err := server.New(server.Config{Tool: tool, Store: s, Loopback: true, Access: to, Log: func(f string, args ...any) { fmt.Fprintf(&said, f, args...) }})
		if err != nil {
			t.Fatal(err)
		}
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		ctx, stop := contextOf(t)
		done := make(chan error, 1)
		go func() { done <- h.Serve(ctx, l, nil) }()
		res, _ := client{t: t, base: "http://" + l.Addr().String()}.get("/api/v1/assessments")
		stop()
		<-done
		reported := strings.Contains(said.b.String(), "no space left")
		if _, isFull := to.(full); reported != isFull || res.StatusCode != http.StatusOK {
			t.Errorf("%T: %s, %q", to, res.Status, said.b.String())
		}
	}
}
