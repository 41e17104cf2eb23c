package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// One token, or one address without a token, that takes all it can get of files that
// are sent, streams of events, TAXII pages, documents, jobs and connections keeps
// nobody else from any of these.
func TestOneAskerShutsNobodyOut(t *testing.T) {
	t.Parallel()
	for _, by := range []string{"token", "address"} {
		t.Run(by, func(t *testing.T) {
			t.Parallel()
			held, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
			if err != nil {
				t.Fatal(err)
			}
			defer held.Close()
			much, little := askerFrom("127.0.0.2", ""), askerFrom("127.0.0.3", "")
			config := server.Config{Store: held, Loopback: true, Log: t.Logf, Limits: server.Limits{Connections: 64, Requests: 16, Streams: 16, Queue: 16}}
			if by == "token" {
				much, little = askerFrom("127.0.0.1", tokenInto(t, &config, "much")), askerFrom("127.0.0.1", tokenInto(t, &config, "little"))
			}
			much.base = started(t, config)
			little.base = much.base
			if err := little.acceptedDraft(); err != nil { // there is something to see
				t.Fatal(err)
			}
			much.takeAll(t)
			objects := taxii.Root + "collections/" + taxii.CollectionID(evidence.Red) + "/objects/?limit=5"
			for range 3 {
				for _, at := range []string{"/api/v1/actors", "/sources", objects} {
					began := time.Now()
					if _, _, err := little.do("GET", at, "", ""); err != nil || time.Since(began) > 20*time.Second {
						t.Errorf("%s after %v: %v", at, time.Since(began), err)
					}
				}
			}
			if err := little.refusedDraft(); err != nil {
				t.Errorf("sending a file: %v", err)
			}
			p, err := little.job(`{"a":"CN","b":"RU"}`)
			if err != nil {
				t.Fatalf("a job: %v", err)
			}
			if text, _, err := little.do("GET", "/api/v1/jobs/"+p.ID+"/events", "", ""); err != nil || !strings.Contains(string(text), "done") {
				t.Errorf("a stream of events: %v %s", err, text)
			}
		})
	}
}

// tokenInto makes a token of an editor for a server.
func tokenInto(t *testing.T, c *server.Config, name string) (secret string) {
	t.Helper()
	secret, entry, err := server.NewToken(name, server.Editor, evidence.Red, time.Now(), 0)
	if err != nil {
		t.Fatal(err)
	}
	c.Tokens = append(c.Tokens, entry)
	return secret
}

// askerFrom asks from an address of this machine.
func askerFrom(address, token string) site {
	dial := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}, Timeout: 5 * time.Second}
	client := onward
	client.Transport, client.Timeout = &http.Transport{DialContext: dial.DialContext}, 2*time.Minute
	return site{asked: map[string]bool{}, token: token, client: &client}
}

// started serves, with TAXII, until the test ends.
func started(t *testing.T, c server.Config) (base string) {
	t.Helper()
	s, err := server.New(c)
	if err != nil {
		t.Fatal(err)
	}
	mountTAXII(s, c.Store, assess.Tool{Name: "cahoots", Version: "test"})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l, nil) }()
	t.Cleanup(func() {
		stop()
		<-done
		s.Close()
	})
	return "http://" + l.Addr().String()
}

// takeAll begins far more of everything than one asker gets, and ends none of it.
func (s site) takeAll(t *testing.T) {
	t.Helper()
	begin := func(text string) {
		t.Helper()
		c, err := s.client.Transport.(*http.Transport).DialContext(t.Context(), "tcp", strings.TrimPrefix(s.base, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		_, _ = io.WriteString(c, text) // it may be refused already
	}
	head := "Host: localhost\r\nAccept: application/taxii+json;version=2.1\r\nAuthorization: Bearer " + s.token + "\r\n"
	if s.token == "" {
		head = strings.Split(head, "Authorization")[0]
	}
	var ids []string
	for range 5 {
		if text, _, err := s.do("POST", "/api/v1/jobs", "application/json", `{"a":"BR","b":"NO"}`); err == nil {
			ids = append(ids, strings.Split(string(text), `"`)[3])
		}
		if _, err := s.draft("draft.yaml", strings.Replace(markedCase, "id: marked", "id: much", 1)); err != nil {
			t.Log(err) // too many
		}
	}
	if len(ids) == 0 {
		t.Fatal("it got nothing at all")
	}
	for n := range 20 {
		begin("POST /api/v1/drafts HTTP/1.1\r\n" + head + "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100000\r\n\r\n--x\r\nContent-Disposition: form-data; name=\"files\"; filename=\"f\"\r\n\r\nhalf")
		begin("GET /api/v1/jobs/" + ids[n%len(ids)] + "/events HTTP/1.1\r\n" + head + "\r\n")
		for k := range 3 {
			begin(fmt.Sprintf("GET %scollections/%s/objects/?limit=%d HTTP/1.1\r\n%s\r\n", taxii.Root, taxii.CollectionID(evidence.Red), 1+n+k, head))
			begin(fmt.Sprintf("GET /api/v1/landscape?gap=%d HTTP/1.1\r\n%s\r\n", 1+3*n+k, head))
		}
	}
}
