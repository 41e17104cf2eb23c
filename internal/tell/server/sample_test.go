package server_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// secret stands in every field of what is marked RED, and nowhere else.
const secret = "s3cr3t"

func record(set string, marking evidence.TLP, change func(*evidence.Record)) evidence.Record {
	r := evidence.Record{
		Class: evidence.UsesSoftware, Marking: marking, Activity: evidence.MustInterval("2022-03"),
		Citation: evidence.Citation{Publisher: "Example Labs", PublisherCountry: "FR", Title: "On groups", Locator: "https://example.org/1", Published: evidence.MustInterval("2022-04")},
		Origin:   evidence.Origin{Dataset: set, Object: "o", File: set + ".json", Version: "1"},
	}
	change(&r)
	return r
}

// group are the records of one group: its state and six tools.
func group(set, name, country string, marking evidence.TLP, tools ...string) []evidence.Record {
	ref := "case:" + set + ":" + strings.ToLower(strings.ReplaceAll(name, " ", "-"))
	subject := evidence.Actor{Name: name, Ref: ref, Country: country}
	out := []evidence.Record{
		record(set, marking, func(r *evidence.Record) { r.Class, r.Subject, r.Value = evidence.Sponsor, subject, country }),
		record(set, marking, func(r *evidence.Record) { r.Class, r.Subject, r.Value = evidence.Alias, subject, name }),
	}
	for _, tool := range tools {
		out = append(out, record(set, marking, func(r *evidence.Record) { r.Subject, r.Value, r.ValueRef = subject, tool, tool }))
	}
	return out
}

var tools = []string{"one", "two", "three", "four", "five", "six"}

// poison writes the secret into every text of a record.
func poison(r evidence.Record) evidence.Record {
	r.Subject.Name += " " + secret
	r.Value, r.Note, r.Independence = secret+" value", secret+" note", secret+" source"
	r.ValueAliases = []string{secret + " alias"}
	r.Targets = []evidence.Target{{Country: "DE", Name: secret + " victim"}}
	r.Citation.Publisher, r.Citation.Title, r.Citation.Locator, r.Citation.Via = secret+" publisher", secret+" title", "https://"+secret+".example/", secret+" via"
	r.Origin.File, r.Origin.Object, r.Origin.Version = secret+".json", secret+" object", secret+" version"
	r.Extra = map[string]json.RawMessage{"x": json.RawMessage(`"` + secret + `"`)}
	return r
}

// planted is a store with clear evidence, and evidence marked RED both within
// the same data set and in one of its own, whose very names are secret; with
// one assessment made of each.
func planted(t testing.TB) (s *store.Store, clear, red store.Saved) {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "test.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	known := append(group("open", "Alpha Group", "CN", evidence.Clear, tools...), group("open", "Beta Group", "RU", evidence.Clear, tools[1:]...)...)
	var hidden []evidence.Record
	for _, r := range append(group("open", "Gamma Group", "CN", evidence.Red, tools...), group("open", "Alpha Group", "CN", evidence.Red, tools...)...) {
		hidden = append(hidden, poison(r))
	}
	for _, r := range incidents("open", evidence.Red) {
		hidden = append(hidden, poison(r))
	}
	fill(t, s, "open.json", "open", "open licence", slices.Concat(known, hidden, incidents("open", evidence.Clear)))
	var own []evidence.Record
	for _, r := range group(secret+"-set", "Delta Group", "RU", evidence.Red, tools...) {
		own = append(own, poison(r))
	}
	for _, r := range incidents(secret+"-set", evidence.Red) {
		own = append(own, poison(r))
	}
	watchFor(t, s, true)
	fill(t, s, secret+"-input.json", secret+"-set", secret+" licence", own)
	clear = save(t, s, "Alpha Group", "Beta Group", known)
	red = save(t, s, "CN", "RU", append(append(known, hidden...), own...))
	return s, clear, red
}

func fill(t testing.TB, s *store.Store, name, set, licence string, records []evidence.Record) {
	t.Helper()
	g, err := s.Ingest(t.Context(), store.Input{Name: name, Reading: "test", SHA256: strings.Repeat("a", 60) + hex4(len(name)), Bytes: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := g.Add(r.Seal()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := g.Commit(store.Summary{Dataset: set, Version: "1", License: licence, JSON: json.RawMessage(`{}`)}); err != nil {
		t.Fatal(err)
	}
}

func hex4(n int) string {
	return string([]byte{'0', '0', "0123456789abcdef"[n/16%16], "0123456789abcdef"[n%16]})
}

func save(t testing.TB, s *store.Store, a, b string, records []evidence.Record) store.Saved {
	t.Helper()
	for i := range records {
		records[i] = records[i].Seal()
	}
	result, err := assess.Run(t.Context(), assess.Input{Records: records, Question: assess.Question{A: a, B: b}, Tool: tool})
	if err != nil {
		t.Fatal(err)
	}
	// The strictest marking is in the records even where the assessment's own
	// word is missing.
	if result.Marking == evidence.Red {
		result.Marking = ""
	}
	for _, r := range records {
		result.Records[r.ID] = r
	}
	var body bytes.Buffer
	if err := report.Write(&body, result, "json", document.Options{}); err != nil {
		t.Fatal(err)
	}
	saved, err := s.SaveAssessment(t.Context(), a+" and "+b, nil, body.Bytes())
	if err != nil {
		t.Fatal(err)
	}
	return saved
}

var tool = assess.Tool{Name: "cahoots", Version: "test", Seed: 1}

// running starts a server on loopback and returns its address.
func running(t testing.TB, c server.Config) string {
	t.Helper()
	c.Tool = tool
	c.Log = t.Logf
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
	go func() { done <- s.Serve(ctx, l, nil) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("the server ended with %v", err)
		}
	})
	return "http://" + l.Addr().String()
}

// A client asks as one principal.
type client struct {
	t     testing.TB
	base  string
	token string
}

func (c client) do(method, path, body string, headers ...string) (*http.Response, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "Bearer "+c.token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
	}
	h := http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := h.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res, string(b)
}

func (c client) get(path string, headers ...string) (*http.Response, string) {
	c.t.Helper()
	return c.do("GET", path, "", headers...)
}

// ask runs a question to its end and returns the id of the job.
func (c client) ask(question string) string {
	c.t.Helper()
	res, body := c.do("POST", "/api/v1/jobs", question)
	var p server.Progress
	if err := json.Unmarshal([]byte(body), &p); err != nil || res.StatusCode != http.StatusAccepted {
		c.t.Fatalf("asking %s: %s: %s", question, res.Status, body)
	}
	c.get("/api/v1/jobs/" + p.ID + "/events") // ends with the job
	return p.ID
}
