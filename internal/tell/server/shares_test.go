package server_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// idle opens a connection, says something, and leaves it open.
func idle(t *testing.T, base, text string) {
	t.Helper()
	c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	if _, err := io.WriteString(c, text); err != nil {
		t.Log(err) // it may have been closed already
	}
}

func TestIdleConnectionsKeepNobodyOut(t *testing.T) {
	s, _, _ := planted(t)
	for name, text := range map[string]string{
		"nothing said": "", "half a request": "GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
		"answered once": "GET /assets/none HTTP/1.1\r\nHost: localhost\r\n\r\n",
	} {
		base := running(t, server.Config{Store: s, Loopback: true, Limits: server.Limits{Connections: 20}})
		for range 60 {
			idle(t, base, text)
		}
		for range 5 {
			began := time.Now()
			if res, _ := (client{t: t, base: base}).get("/api/v1/assessments"); res.StatusCode != http.StatusOK || time.Since(began) > 5*time.Second {
				t.Errorf("%s: %s after %v", name, res.Status, time.Since(began))
			}
		}
	}
}

// One who opens every stream of events there is keeps neither pages nor another's
// streams from being answered.
func TestStreamsOfEventsKeepNobodyOut(t *testing.T) {
	s, _, _ := planted(t)
	one, a := tokenFor(t, "one", server.Analyst, evidence.Red)
	two, b := tokenFor(t, "two", server.Analyst, evidence.Red)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{a, b}, Limits: server.Limits{Requests: 8, Streams: 16}})
	blocked := client{t, base, two}.ask(`{"a":"CN","b":"RU"}`)
	res, body := (client{t, base, one}).do("POST", "/api/v1/jobs", `{"a":"world","b":"world"}`)
	var p server.Progress
	if err := json.Unmarshal([]byte(body), &p); err != nil {
		t.Fatal(res.Status, body)
	}
	for range 50 {
		idle(t, base, fmt.Sprintf("GET /api/v1/jobs/%s/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\n\r\n", p.ID, one))
	}
	for _, c := range []client{{t, base, one}, {t, base, two}} {
		for range 5 {
			if res, body := c.get("/api/v1/assessments"); res.StatusCode != http.StatusOK {
				t.Errorf("a page: %s %s", res.Status, body)
			}
		}
	}
	if res, body := (client{t, base, two}).get("/api/v1/jobs/" + blocked + "/events"); res.StatusCode != http.StatusOK || !strings.Contains(body, "done") {
		t.Errorf("another's stream: %s %s", res.Status, body)
	}
}

// The results of jobs are bounded for each owner; the newest are kept, and those
// saved are in the store.
func TestResultsOfJobsAreBoundedForEachOwner(t *testing.T) {
	s, _, _ := planted(t)
	one, a := tokenFor(t, "one", server.Analyst, evidence.Clear)
	two, b := tokenFor(t, "two", server.Analyst, evidence.Clear)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{a, b}})
	mine := client{t, base, two}.ask(`{"a":"Alpha Group","b":"Beta Group"}`)
	var jobs []string
	for range 18 {
		jobs = append(jobs, client{t, base, one}.ask(`{"a":"Alpha Group","b":"Beta Group"}`))
	}
	got := func(token, job string) int {
		res, _ := client{t, base, token}.get("/api/v1/jobs/" + job + "/result?format=csv")
		return res.StatusCode
	}
	if got(one, jobs[0]) != http.StatusNotFound || got(one, jobs[17]) != http.StatusOK || got(two, mine) != http.StatusOK {
		t.Errorf("oldest %d, newest %d, another's %d", got(one, jobs[0]), got(one, jobs[17]), got(two, mine))
	}
	base = running(t, server.Config{Store: s, Tokens: server.Tokens{a, b}, Limits: server.Limits{ResultBytes: 1}})
	first := client{t, base, one}.ask(`{"a":"Alpha Group","b":"Beta Group","save":true}`)
	second := client{t, base, one}.ask(`{"a":"Alpha Group","b":"Beta Group"}`)
	third := client{t, base, one}.ask(`{"a":"Alpha Group","b":"Beta Group"}`)
	if got(one, first) != http.StatusOK || got(one, second) != http.StatusNotFound || got(one, third) != http.StatusOK {
		t.Errorf("the saved one %d, an older one %d, the newest %d", got(one, first), got(one, second), got(one, third))
	}
}

func TestAJobThatTakesTooLongIsEnded(t *testing.T) {
	s, _, _ := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: s, Loopback: true, Limits: server.Limits{JobTime: time.Nanosecond}})}
	id := c.ask(`{"a":"world","b":"world"}`)
	if _, body := c.get("/api/v1/jobs/" + id); !strings.Contains(body, "failed") || !strings.Contains(body, "longer than") {
		t.Error(body)
	}
}

// Of TLS 1.2 only what authenticates and keeps the past secret is spoken.
func TestOnlyCiphersThatAuthenticateAreSpoken(t *testing.T) {
	s, _, _ := planted(t)
	address := runningTLS(t, server.Config{Store: s, Loopback: true})
	for _, suite := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		if slices.Contains(suite.SupportedVersions, tls.VersionTLS13) {
			continue
		}
		c, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{suite.ID}})
		if err == nil {
			c.Close()
		}
		if good := strings.HasPrefix(suite.Name, "TLS_ECDHE_ECDSA") && (strings.Contains(suite.Name, "GCM") || strings.Contains(suite.Name, "POLY1305")); good != (err == nil) {
			t.Errorf("%s: %v", suite.Name, err)
		}
	}
	if _, err := tls.Dial("tcp", address, &tls.Config{InsecureSkipVerify: true, MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 is spoken")
	}
}

// runningTLS starts a server that speaks TLS with a certificate of its own making.
func runningTLS(t *testing.T, c server.Config) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &template, &template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	c.Tool, c.Log = tool, func(string, ...any) {}
	s, err := server.New(c)
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := contextOf(t)
	done := make(chan error, 1)
	go func() {
		done <- s.Serve(ctx, l, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}})
	}()
	t.Cleanup(func() { stop(); <-done })
	return l.Addr().String()
}
