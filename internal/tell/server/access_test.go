package server_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

func TestOnlyKnownTokensAreAnswered(t *testing.T) {
	s, _, _ := planted(t)
	secret, entry := tokenFor(t, "desk", server.Reader, evidence.Green)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{entry}})
	for name, c := range map[string]struct {
		header string
		status int
	}{
		"none":           {"", http.StatusUnauthorized},
		"another":        {"Bearer cahoots_" + strings.Repeat("A", 43), http.StatusUnauthorized},
		"its hash":       {"Bearer " + entry.SHA256, http.StatusUnauthorized},
		"empty":          {"Bearer ", http.StatusUnauthorized},
		"the token":      {"Bearer " + secret, http.StatusOK},
		"as a password":  {"Basic " + base64.StdEncoding.EncodeToString([]byte("me:"+secret)), http.StatusOK},
		"as a user name": {"Basic " + base64.StdEncoding.EncodeToString([]byte(secret+":x")), http.StatusUnauthorized},
	} {
		for _, path := range []string{"/", "/api/v1/assessments", "/api/v1/openapi.json", "/nothing"} {
			res, body := client{t: t, base: base}.get(path, "Authorization", c.header)
			want := c.status
			if path == "/nothing" && want == http.StatusOK {
				want = http.StatusNotFound
			}
			if res.StatusCode != want {
				t.Errorf("%s: %s answers %s: %s", name, path, res.Status, body)
			}
		}
	}
}

// narrow is a disk on which a line breaks off.
type narrow struct{ strings.Builder }

func (n *narrow) Write(b []byte) (int, error) {
	if n.Len() == 0 {
		n.Builder.Write(b[:20])
		return 20, io.ErrShortWrite
	}
	return n.Builder.Write(b)
}

func TestALineOfTheAccessLogThatBrokeOffStandsAlone(t *testing.T) {
	var log narrow
	s, err := server.New(server.Config{Store: empty(t), Loopback: true, Access: &log})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for range 3 {
		s.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "http://localhost/healthz", nil))
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 3 || json.Valid([]byte(lines[0])) || !json.Valid([]byte(lines[1])) || !json.Valid([]byte(lines[2])) {
		t.Errorf("%q", lines)
	}
}

func TestReaderMayNotAskNewQuestions(t *testing.T) {
	s, _, _ := planted(t)
	secret, entry := tokenFor(t, "desk", server.Reader, evidence.Red)
	c := client{t: t, base: running(t, server.Config{Store: s, Tokens: server.Tokens{entry}}), token: secret}
	if res, body := c.do("POST", "/api/v1/jobs", `{"a":"CN","b":"RU"}`); res.StatusCode != http.StatusForbidden {
		t.Errorf("%s %s", res.Status, body)
	}
	if res, _ := c.do("POST", "/ask", "a=CN&b=RU", "Content-Type", "application/x-www-form-urlencoded"); res.StatusCode != http.StatusForbidden {
		t.Errorf("the form: %s", res.Status)
	}
	if _, page := c.get("/"); strings.Contains(page, `action="/ask"`) {
		t.Error("the page offers a reader to ask")
	}
}

func TestJobsAreTheirOwnersAlone(t *testing.T) {
	s, _, _ := planted(t)
	one, a := tokenFor(t, "one", server.Analyst, evidence.Red)
	two, b := tokenFor(t, "two", server.Analyst, evidence.Red)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{a, b}})
	job := client{t, base, one}.ask(`{"a":"CN","b":"RU"}`)
	for _, path := range []string{"", "/events", "/result"} {
		if res, _ := (client{t, base, two}).get("/api/v1/jobs/" + job + path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s answers another with %s", path, res.Status)
		}
		if res, body := (client{t, base, one}).get("/api/v1/jobs/" + job + path); res.StatusCode != http.StatusOK {
			t.Errorf("%s answers its owner with %s %s", path, res.Status, body)
		}
	}
	if res, _ := (client{t, base, two}).do("DELETE", "/api/v1/jobs/"+job, ""); res.StatusCode != http.StatusNotFound {
		t.Errorf("another may cancel it: %s", res.Status)
	}
}

func TestTokensAreKeptAsHashesForTheOwnerOfTheFileOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "tokens.json")
	for _, name := range []string{"one", "two"} {
		secret, entry := tokenFor(t, name, server.Reader, evidence.Amber)
		if err := server.AddToken(path, entry); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || strings.Contains(string(b), secret) || !strings.Contains(string(b), entry.SHA256) {
			t.Errorf("the file holds %s (%v)", b, err)
		}
	}
	if ts, err := server.ReadTokens(path); err != nil || len(ts) != 2 {
		t.Fatalf("%d tokens, %v", len(ts), err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	_, again := tokenFor(t, "one", server.Reader, evidence.Amber)
	if err := server.AddToken(path, again); err == nil {
		t.Error("two tokens of one name")
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o620, 0o602} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := server.ReadTokens(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("a file of mode %o, which others can read or change: %v", mode, err)
		}
	}
	for name, text := range map[string]string{
		"no list": `{}`, "a role of its own": `[{"name":"x","role":"root","ceiling":"RED","sha256":"` + strings.Repeat("0", 64) + `"}]`,
		"no ceiling": `[{"name":"x","role":"reader","sha256":"` + strings.Repeat("0", 64) + `"}]`, "no hash": `[{"name":"x","role":"reader","ceiling":"RED"}]`,
	} {
		p := filepath.Join(t.TempDir(), "bad.json")
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := server.ReadTokens(p); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

func TestAddressesBeyondThisMachineNeedTokensAndTLS(t *testing.T) {
	for _, c := range []struct {
		address            string
		tokens, tls, proxy bool
		loopback, ok       bool
	}{
		{"127.0.0.1:8080", false, false, false, true, true}, {"localhost:0", false, false, false, true, true}, {"[::1]:80", false, false, false, true, true},
		{"127.9.9.9:1", true, false, false, true, true}, {"127.0.0.1:80", true, false, true, false, true},
		{"0.0.0.0:80", false, false, false, false, false}, {":8080", false, false, false, false, false}, {"[::]:80", false, true, false, false, false},
		{"192.0.2.1:80", true, false, false, false, false}, {"192.0.2.1:80", true, true, false, false, true}, {"192.0.2.1:80", true, false, true, false, true},
		{"192.0.2.1:80", false, false, true, false, false}, {"example.org:80", false, true, false, false, false}, {"localhost.example.org:80", false, false, false, false, false},
		{"nonsense", true, true, true, false, false},
	} {
		loopback, err := server.Address(c.address, c.tokens, c.tls, c.proxy)
		if (err == nil) != c.ok || loopback != c.loopback {
			t.Errorf("%+v: loopback %v, %v", c, loopback, err)
		}
	}
}
