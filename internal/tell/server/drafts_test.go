package server_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/cahoots-project/cahoots/cases"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/intake"
	"github.com/cahoots-project/cahoots/internal/ingest/source"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// aCase is a case file, which is evidence.
var aCase = func() string {
	b, err := cases.Open("controls/x1-turla-oilrig")
	if err != nil {
		panic(err)
	}
	return string(b)
}()

const boundary = "the-end-of-a-part"

// form is a form with a file, or one in which nothing was chosen.
func form(name, content string) string {
	return fmt.Sprintf("--%[1]s\r\nContent-Disposition: form-data; name=\"files\"; filename=\"%[2]s\"\r\nContent-Type: application/octet-stream\r\n\r\n%[3]s\r\n--%[1]s--\r\n", boundary, name, content)
}

func (c client) post(name, content string) (*http.Response, string) {
	c.t.Helper()
	return c.do("POST", "/api/v1/drafts", form(name, content), "Content-Type", "multipart/form-data; boundary="+boundary)
}

// send brings a file and waits until it has been examined; it returns the id of the
// draft.
func (c client) send(name, content string) string {
	c.t.Helper()
	res, body := c.post(name, content)
	var d server.Draft
	if err := json.Unmarshal([]byte(body), &d); err != nil || res.StatusCode != http.StatusAccepted {
		c.t.Fatalf("sending %s: %s: %s", name, res.Status, body)
	}
	c.get("/api/v1/jobs/" + d.Job + "/events") // ends with the job
	return d.ID
}

func (c client) draft(id string) (d server.Draft) {
	c.t.Helper()
	res, body := c.get("/api/v1/drafts/" + id)
	if err := json.Unmarshal([]byte(body), &d); err != nil {
		c.t.Fatalf("%s: %s", res.Status, body)
	}
	return d
}

func (c client) accept(id string) server.Draft {
	c.t.Helper()
	res, body := c.do("POST", "/api/v1/drafts/"+id+"/accept", "")
	var d server.Draft
	if err := json.Unmarshal([]byte(body), &d); err != nil || res.StatusCode != http.StatusAccepted {
		c.t.Fatalf("accepting: %s: %s", res.Status, body)
	}
	c.get("/api/v1/jobs/" + d.Job + "/events")
	return c.draft(id)
}

// held is what a store holds, its times and ways of storing aside.
func held(t *testing.T, s *store.Store) (records []evidence.Record, inputs []string) {
	t.Helper()
	for r, err := range s.Records(t.Context(), store.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, r)
	}
	sets, err := s.Datasets(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range sets {
		for _, h := range d.Inputs {
			inputs = append(inputs, fmt.Sprint(h.Name, h.Reading, h.SHA256, h.Bytes, h.Dataset, h.Version, h.Records, h.Holds, h.Rejected, string(h.Summary)))
		}
	}
	return records, inputs
}

func empty(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "empty.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func TestAnAcceptedDraftIsWhatTheCommandLineReads(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	if err := os.WriteFile("case.yaml", []byte(aCase), 0o600); err != nil {
		t.Fatal(err)
	}
	want := empty(t)
	if _, err := intake.Take(t.Context(), want, &intake.Input{Member: source.File("case.yaml")}, time.Time{}); err != nil {
		t.Fatal(err)
	}
	s := empty(t)
	c := client{t: t, base: running(t, server.Config{Store: s, Loopback: true})}
	id := c.send("../../etc/case.yaml", aCase)
	d := c.draft(id)
	if d.State != server.Ready || len(d.Examined) != 1 || d.Examined[0].Format != "case" || d.Examined[0].Summary.Records == 0 || d.Files[0].Name != "case.yaml" {
		t.Fatalf("a draft %+v", d)
	}
	if len(d.Effects) != 1 || len(d.Effects[0].Moves)+d.Effects[0].Quiet == 0 || d.Effects[0].Before == d.Effects[0].After {
		t.Errorf("what it would change: %+v", d.Effects)
	}
	if records, inputs := held(t, s); len(records)+len(inputs) > 0 {
		t.Errorf("the store holds %d records of a draft", len(records))
	}
	if d = c.accept(id); d.State != server.Accepted || d.Taken[0].Added != d.Examined[0].Summary.Records {
		t.Fatalf("accepted: %+v", d)
	}
	wantRecords, wantInputs := held(t, want)
	gotRecords, gotInputs := held(t, s)
	if diff := cmp.Diff(wantRecords, gotRecords, cmp.Comparer(func(a, b evidence.Record) bool {
		return a.ID == b.ID && a.Origin.File == b.Origin.File && a.Origin.Line == b.Origin.Line
	})); diff != "" {
		t.Error("other records than the command line reads:", diff)
	}
	if !slices.Equal(wantInputs, gotInputs) {
		t.Errorf("inputs %q, want %q", gotInputs, wantInputs)
	}
	again := c.draft(c.send("case.yaml", aCase))
	if len(again.Effects) > 0 || !strings.Contains(strings.Join(again.Examined[0].Summary.Notes, " "), "was ingested already") {
		t.Errorf("what is held already: %+v", again)
	}
}

func TestADraftIsItsOwnersAloneAndLeavesNothing(t *testing.T) {
	s := empty(t)
	one, a := tokenFor(t, "one", server.Editor, evidence.Red)
	two, b := tokenFor(t, "two", server.Editor, evidence.Red)
	low, l := tokenFor(t, "analyst", server.Analyst, evidence.Red)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{a, b, l}, Limits: server.Limits{UploadBytes: 64 << 10}})
	mine, other, analyst := client{t, base, one}, client{t, base, two}, client{t, base, low}
	if res, _ := analyst.post("case.yaml", aCase); res.StatusCode != http.StatusForbidden {
		t.Errorf("an analyst may add evidence: %s", res.Status)
	}
	if res, body := mine.post("large.json", strings.Repeat(" ", 65<<10)); res.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("a large file: %s: %s", res.Status, body)
	}
	id := mine.send("case.yaml", aCase)
	for _, c := range []client{other, analyst} {
		for _, ask := range [][2]string{{"GET", ""}, {"DELETE", ""}, {"POST", "/accept"}} {
			if res, _ := c.do(ask[0], "/api/v1/drafts/"+id+ask[1], ""); res.StatusCode != http.StatusNotFound {
				t.Errorf("%s of somebody else's draft: %s", ask[0], res.Status)
			}
		}
		if _, body := c.get("/api/v1/drafts"); body != "[]\n" {
			t.Errorf("somebody else's drafts: %s", body)
		}
		if _, body := c.get("/api/v1/jobs"); strings.Contains(body, "case.yaml") {
			t.Errorf("somebody else's jobs: %s", body)
		}
	}
	for range 3 {
		mine.send("x.bin", "\x00")
	}
	if res, _ := mine.post("x.bin", "\x00"); res.StatusCode != http.StatusTooManyRequests {
		t.Errorf("a fifth draft: %s", res.Status)
	}
	if res, _ := other.post("x.bin", "\x00"); res.StatusCode != http.StatusAccepted {
		t.Errorf("drafts of one keep another out: %s", res.Status)
	}
	if res, _ := mine.do("DELETE", "/api/v1/drafts/"+id, ""); res.StatusCode != http.StatusNoContent {
		t.Errorf("refusing: %s", res.Status)
	}
	if res, _ := mine.get("/api/v1/drafts/" + id); res.StatusCode != http.StatusNotFound {
		t.Errorf("a refused draft: %s", res.Status)
	}
	if records, inputs := held(t, s); len(records)+len(inputs) > 0 {
		t.Error("something of a refused draft is in the store")
	}
}

// What becomes of an input depends on all that a store holds, also on what is
// marked: whoever may not see that may not add either.
func TestAnEditorSeesAllThatTheStoreHolds(t *testing.T) {
	if _, _, err := server.NewToken("x", server.Editor, evidence.Green, time.Now(), 0); err == nil || !strings.Contains(err.Error(), "RED") {
		t.Errorf("an editor up to GREEN: %v", err)
	}
	c := client{t: t, base: running(t, server.Config{Store: empty(t), Loopback: true, Ceiling: evidence.Green})}
	if res, _ := c.post("case.yaml", aCase); res.StatusCode != http.StatusForbidden {
		t.Errorf("without tokens under a ceiling of GREEN: %s", res.Status)
	}
}

func TestRefusalsAreShownToABrowserAsPages(t *testing.T) {
	c := client{t: t, base: running(t, server.Config{Store: empty(t), Loopback: true})}
	res, body := c.get("/nowhere", "Accept", "text/html")
	if res.StatusCode != http.StatusNotFound || !strings.Contains(res.Header.Get("Content-Type"), "text/html") || !strings.Contains(body, `<a href="/">`) {
		t.Errorf("%s, %s: %.300s", res.Status, res.Header.Get("Content-Type"), body)
	}
	if res, _ := c.get("/api/v1/nowhere", "Accept", "text/html"); res.Header.Get("Content-Type") != "application/problem+json" {
		t.Errorf("the API answers with %s", res.Header.Get("Content-Type"))
	}
}
