//go:build unix

package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// servedWrites are what a server writes when it is asked to.
var servedWrites = func() (list []written) {
	for _, asked := range []func(site) error{site.savedJob, site.keptJob, site.acceptedDraft, site.refusedDraft, site.reviewedReport} {
		list = append(list, written{args: "serve --access-log FILE", file: "access.jsonl", long: 600 * time.Millisecond, asked: asked})
	}
	return list
}()

// changesNothing are requests with effects that are none on what is kept, or the
// pages' own way to what is asked of the API here.
var changesNothing = []string{
	"POST /ask", "POST /sign-out", "POST /jobs/{id}/cancel", "DELETE /api/v1/jobs/{id}", "POST /reviews/{id}/try",
	"POST /jobs/{id}/keep", "POST /drafts", "POST /drafts/{id}/accept", "POST /drafts/{id}/refuse",
}

// of is a phase as it is gone through: in the short form one server is asked for
// all that servers write.
func (k *killing) of(phase []written) []written {
	if k.large || phase[0].asked == nil {
		return phase
	}
	all := phase[0]
	all.asked = func(s site) error {
		for _, w := range phase {
			if err := w.asked(s); err != nil {
				return err
			}
		}
		return nil
	}
	return []written{all}
}

// askedAll holds what was asked of servers to all the requests with effects that
// they take.
func (k *killing) askedAll(t *testing.T) {
	t.Helper()
	b, err := os.ReadFile("../../internal/tell/server/server.go")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, m := range regexp.MustCompile(`HandleFunc\("((POST|PUT|PATCH|DELETE) ([^"]+))"`).FindAllStringSubmatch(string(b), -1) {
		n++
		pattern := regexp.MustCompile("^" + regexp.MustCompile(`\{[a-z]+\}`).ReplaceAllString(m[1], "[^/]+") + "$")
		walked := false
		for asked := range k.asked {
			walked = walked || pattern.MatchString(asked)
		}
		if walked == slices.Contains(changesNothing, m[1]) {
			t.Errorf("%s: asked of the servers that are killed: %v; it is one of changesNothing or else must be asked in one of servedWrites", m[1], walked)
		}
	}
	if n < 10 {
		t.Errorf("server.go takes only %d requests with effects", n)
	}
}

// A site is a server that is asked.
type site struct {
	base   string
	asked  map[string]bool
	token  string
	client *http.Client
}

// serve asks something of a server and kills it, or lets it end.
func (k *killing) serve(t *testing.T, w written, whole bool) {
	t.Helper()
	s, kill := k.server(t, w)
	defer kill()
	done := make(chan error, 1)
	go func() { done <- w.asked(s) }()
	if !whole {
		time.Sleep(time.Duration(k.rng.Int64N(int64(w.long))))
		kill()
	}
	if err := <-done; whole && err != nil {
		t.Fatalf("%s: %v", w.name(), err)
	}
	k.sound(t, w)
}

// server starts a server over the store, and waits until it answers.
func (k *killing) server(t *testing.T, w written) (s site, kill func()) {
	t.Helper()
	address := freeAddress(t)
	cmd := k.command(t, w)
	cmd.Args = append(cmd.Args, "--addr", address)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan bool)
	go func() {
		cmd.Wait()
		close(ended)
	}()
	kill = func() {
		cmd.Process.Kill()
		<-ended
	}
	s = site{base: "http://" + address, asked: k.asked, client: &onward}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, _, err := s.do("GET", "/healthz", "", ""); err == nil {
			return s, kill
		}
		select {
		case <-ended:
			t.Fatalf("the server ended: %s", &errs)
		default:
		}
		if time.Now().After(deadline) {
			kill()
			t.Fatalf("the server does not answer: %s", &errs)
		}
	}
}

// onward asks, and does not follow where it is sent.
var onward = http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// do asks for something and returns the body and where it leads; a refusal is an
// error that says why.
func (s site) do(method, at, kind, body string) (text []byte, location string, err error) {
	req, err := http.NewRequest(method, s.base+at, strings.NewReader(body))
	if err != nil {
		return nil, "", err
	}
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	if s.token != "" {
		req.Header.Set("Authorization", "Bearer "+s.token)
	}
	if strings.HasPrefix(at, taxii.Root) {
		req.Header.Set("Accept", "application/taxii+json;version=2.1")
	}
	res, err := s.client.Do(req)
	if err != nil {
		return nil, "", err
	}
	defer res.Body.Close()
	text, err = io.ReadAll(res.Body)
	if err == nil && res.StatusCode >= 400 {
		err = fmt.Errorf("%s %s: %s: %s", method, at, res.Status, text)
	}
	if err == nil && method != "GET" {
		s.asked[method+" "+at] = true
	}
	return text, res.Header.Get("Location"), err
}

// until asks for an object until it is as wanted, or has an error.
func until[T any](s site, at string, is func(T) (bool, string)) (T, error) {
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(20 * time.Millisecond) {
		var object T
		text, _, err := s.do("GET", at, "", "")
		if err == nil {
			err = json.Unmarshal(text, &object)
		}
		if err != nil {
			return object, err
		}
		if done, why := is(object); done || why != "" {
			if why != "" {
				err = errors.New(why)
			}
			return object, err
		}
		if time.Now().After(deadline) {
			return object, fmt.Errorf("%s: it does not end: %s", at, text)
		}
	}
}

// job asks a question and waits for its answer.
func (s site) job(question string) (p server.Progress, err error) {
	text, _, err := s.do("POST", "/api/v1/jobs", "application/json", question)
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil {
		return p, err
	}
	return until(s, "/api/v1/jobs/"+p.ID, func(p server.Progress) (bool, string) { return p.State == server.Done, p.Error })
}

func (s site) savedJob() error {
	p, err := s.job(`{"a":"CN","b":"RU","to":"2022","save":true}`)
	if err == nil && p.Assessment == "" {
		err = errors.New("it is not saved")
	}
	return err
}

func (s site) keptJob() error {
	p, err := s.job(`{"a":"CN","b":"RU","to":"2023"}`)
	if err == nil {
		_, _, err = s.do("POST", "/api/v1/jobs/"+p.ID+"/keep", "", "")
	}
	return err
}

// draft sends a file and waits until it is examined.
func (s site) draft(name, text string) (d server.Draft, err error) {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("files", name)
	if err == nil {
		_, err = io.WriteString(part, text)
	}
	if err = cmp.Or(err, form.Close()); err != nil {
		return d, err
	}
	told, _, err := s.do("POST", "/api/v1/drafts", form.FormDataContentType(), b.String())
	if err == nil {
		err = json.Unmarshal(told, &d)
	}
	if err != nil {
		return d, err
	}
	return until(s, "/api/v1/drafts/"+d.ID, func(d server.Draft) (bool, string) { return d.State == server.Ready, d.Error })
}

func (s site) acceptedDraft() error {
	d, err := s.draft("draft.yaml", strings.Replace(markedCase, "id: marked", "id: draft", 1))
	if err == nil {
		_, _, err = s.do("POST", "/api/v1/drafts/"+d.ID+"/accept", "", "")
	}
	if err == nil {
		_, err = until(s, "/api/v1/drafts/"+d.ID, func(d server.Draft) (bool, string) { return d.State == server.Accepted, d.Error })
	}
	return err
}

func (s site) refusedDraft() error {
	d, err := s.draft("refused.yaml", strings.Replace(markedCase, "id: marked", "id: refused", 1))
	if err == nil {
		_, _, err = s.do("DELETE", "/api/v1/drafts/"+d.ID, "", "")
	}
	return err
}

// reviewedReport accepts one claim of a report, refuses another, and adds what is
// accepted.
func (s site) reviewedReport() error {
	send := func(at string, values ...string) (location string, err error) {
		q := url.Values{}
		for i := 0; i+1 < len(values); i += 2 {
			q.Set(values[i], values[i+1])
		}
		_, location, err = s.do("POST", at, "application/x-www-form-urlencoded", q.Encode())
		return location, err
	}
	d, err := s.draft("foothold.txt", "In November 2024 Turla let APT28 use a foothold that it had built. APT28, which others know as Sofacy, exploited CVE-2024-12345 against a ministry in Vietnam.")
	if err != nil {
		return err
	}
	at, err := send("/drafts/"+d.ID+"/review", "publisher", "Example Labs", "published", "2024-12")
	if err != nil {
		return err
	}
	text, _, err := s.do("GET", at+"/case.yaml", "", "")
	if err != nil {
		return err
	}
	c, _, err := ledger.Parse(bytes.NewReader(text), path.Base(at))
	if err != nil || len(c.Evidence) < 2 {
		return fmt.Errorf("the case of the report: %w: %s", err, text)
	}
	for i, form := range [][]string{{"do", "accept"}, {"do", "refuse", "reason", "not named"}} {
		entry := at + "/entries/" + c.Evidence[i].ID
		if _, err := send(entry, "do", "undo"); err != nil { // it may have been decided
			return err
		}
		if _, err := send(entry, form...); err != nil {
			return err
		}
	}
	_, err = send(at + "/add")
	return err
}
