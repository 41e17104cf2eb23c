package server_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/docs/api"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/document"
	"github.com/cahoots-project/cahoots/internal/tell/report"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// A description is what the tests read of the OpenAPI file.
type description struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Responses   map[string]struct {
			Content map[string]struct {
				Schema map[string]any `json:"schema"`
			} `json:"content"`
		} `json:"responses"`
	} `json:"paths"`
	Components map[string]any `json:"components"`
}

func described(t *testing.T) description {
	t.Helper()
	var d description
	if err := json.Unmarshal(api.OpenAPI, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// valid holds a body to the schema of an answer.
func (d description) valid(t *testing.T, schema map[string]any, body string) error {
	t.Helper()
	whole, err := json.Marshal(map[string]any{"allOf": []any{schema}, "components": d.Components})
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("openapi.json", v); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	b, err := jsonschema.UnmarshalJSON(strings.NewReader(body))
	if err != nil {
		return err
	}
	return s.Validate(b)
}

// Every operation of the description is asked, well and badly, and every answer
// has a status, a media type and a body that the description names.
func TestServerAnswersAsItsDescriptionSays(t *testing.T) {
	st, clear, red := planted(t)
	full, a := tokenFor(t, "analyst", server.Analyst, evidence.Green)
	low, b := tokenFor(t, "reader", server.Reader, evidence.Green)
	write, e := tokenFor(t, "editor", server.Editor, evidence.Red)
	base := running(t, server.Config{Store: st, Tokens: server.Tokens{a, b, e}})
	analyst, reader, editor, nobody := client{t, base, full}, client{t, base, low}, client{t, base, write}, client{t: t, base: base}
	job, keep := analyst.ask(`{"a":"CN","b":"RU"}`), analyst.ask(`{"a":"RU","b":"CN"}`)
	draft, gone := editor.send("case.yaml", aCase), editor.send("no.bin", "\x00\x01")
	bare, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "empty.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close()
	stranger := client{t: t, base: running(t, server.Config{Store: bare, Loopback: true})}
	none := strings.Repeat("0", 32)
	moved, secretly := digested(t, st, evidence.Clear), digested(t, st, evidence.Red)
	d := described(t)
	asked := map[string]bool{}
	for _, c := range []struct {
		who                        client
		method, path, target, body string
		status                     int
	}{
		{reader, "GET", "/openapi.json", "/openapi.json", "", 200},
		{nobody, "GET", "/openapi.json", "/openapi.json", "", 401},
		{reader, "GET", "/assessments", "/assessments", "", 200},
		{nobody, "GET", "/assessments", "/assessments", "", 401},
		{reader, "GET", "/assessments/{id}", "/assessments/" + clear.ID, "", 200},
		{reader, "GET", "/assessments/{id}", "/assessments/" + clear.ID + "?format=document", "", 200},
		{reader, "GET", "/assessments/{id}", "/assessments/" + clear.ID + "?format=csv&table=pairs", "", 200},
		{reader, "GET", "/assessments/{id}", "/assessments/" + clear.ID + "?format=html", "", 200},
		{reader, "GET", "/assessments/{id}", "/assessments/" + clear.ID + "?format=csv&table=none", "", 400},
		{reader, "GET", "/assessments/{id}", "/assessments/" + red.ID, "", 404},
		{reader, "GET", "/assessments/{id}", "/assessments/" + none, "", 404},
		{nobody, "GET", "/assessments/{id}", "/assessments/" + clear.ID, "", 401},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=stix", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=misp", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=navigator", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=png", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=svg", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=pdf", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=graphml", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=parquet", "", 200},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=docx", "", 400},
		{reader, "GET", "/assessments/{id}/export", "/assessments/" + red.ID + "/export?to=stix", "", 404},
		{nobody, "GET", "/assessments/{id}/export", "/assessments/" + clear.ID + "/export?to=stix", "", 401},
		{reader, "GET", "/actors", "/actors?country=CN", "", 200},
		{reader, "GET", "/actors", "/actors?format=document", "", 200},
		{reader, "GET", "/actors", "/actors?country=Atlantis", "", 400},
		{reader, "GET", "/actors/{name}", "/actors/Alpha%20Group", "", 200},
		{reader, "GET", "/actors/{name}", "/actors/Nobody%2FNowhere", "", 404},
		{reader, "GET", "/digests", "/digests", "", 200},
		{reader, "GET", "/digests", "/digests?format=yaml", "", 400},
		{nobody, "GET", "/digests", "/digests", "", 401},
		{reader, "GET", "/digests/{id}", "/digests/" + moved, "", 200},
		{reader, "GET", "/digests/{id}", "/digests/" + moved + "?format=document", "", 200},
		{reader, "GET", "/digests/{id}", "/digests/" + moved + "?format=html", "", 200},
		{reader, "GET", "/digests/{id}", "/digests/" + secretly, "", 404},
		{reader, "GET", "/digests/{id}", "/digests/" + none, "", 404},
		{nobody, "GET", "/digests/{id}", "/digests/" + moved, "", 401},
		{reader, "GET", "/ledger", "/ledger", "", 200},
		{reader, "GET", "/ledger", "/ledger?state=RU,IR&class=takeover&disputed=&unconfirmed=false", "", 200},
		{reader, "GET", "/ledger", "/ledger?state=Atlantis", "", 400},
		{reader, "GET", "/ledger", "/ledger?class=love", "", 400},
		{nobody, "GET", "/ledger", "/ledger", "", 401},
		{reader, "GET", "/names", "/names?begins=Al", "", 200},
		{reader, "GET", "/names", "/names?begins=Al&of=groups", "", 200},
		{reader, "GET", "/names", "/names?of=all", "", 400},
		{nobody, "GET", "/names", "/names", "", 401},
		{reader, "GET", "/sources", "/sources?format=html&download=true", "", 200},
		{reader, "GET", "/conflicts", "/conflicts", "", 200},
		{reader, "GET", "/sources", "/sources", "", 200},
		{reader, "GET", "/sources", "/sources?format=yaml", "", 400},
		{reader, "GET", "/dyads", "/dyads", "", 200},
		{reader, "GET", "/dyads", "/dyads?a=China&b=RU&from=2014&to=2020-06&friends=true&years=3&builtin=false", "", 200},
		{reader, "GET", "/dyads", "/dyads?a=&b=&from=&to=&agreement=&years=&friends=&builtin=", "", 200},
		{reader, "GET", "/dyads", "/dyads?agreement=cn-ru-2015-infosec&format=document", "", 200},
		{reader, "GET", "/dyads", "/dyads?format=csv&table=incidents", "", 200},
		{reader, "GET", "/dyads", "/dyads?a=Atlantis", "", 400},
		{reader, "GET", "/dyads", "/dyads?a=CN&b=CN", "", 400},
		{reader, "GET", "/dyads", "/dyads?from=yesterday", "", 400},
		{reader, "GET", "/dyads", "/dyads?years=51", "", 400},
		{reader, "GET", "/dyads", "/dyads?years=1e9", "", 400},
		{reader, "GET", "/dyads", "/dyads?friends=perhaps", "", 400},
		{reader, "GET", "/dyads", "/dyads?builtin=no", "", 400},
		{reader, "GET", "/dyads", "/dyads?agreement=none", "", 400},
		{reader, "GET", "/dyads", "/dyads?agreement=" + strings.Repeat("a", 257), "", 400},
		{reader, "GET", "/dyads", "/dyads?a=CN&a=RU", "", 400},
		{reader, "GET", "/dyads", "/dyads?policy=/etc/passwd", "", 400},
		{reader, "GET", "/dyads", "/dyads?format=csv&table=none", "", 400},
		{nobody, "GET", "/dyads", "/dyads", "", 401},
		{stranger, "GET", "/dyads", "/dyads", "", 404},
		{reader, "GET", "/landscape", "/landscape", "", 200},
		{reader, "GET", "/landscape", "/landscape?from=2023-09&to=2023-09-30&gap=3", "", 200},
		{reader, "GET", "/landscape", "/landscape?from=&to=&gap=&format=document", "", 200},
		{reader, "GET", "/landscape", "/landscape?format=html", "", 200},
		{reader, "GET", "/landscape", "/landscape?from=yesterday", "", 400},
		{reader, "GET", "/landscape", "/landscape?from=2024&to=2023", "", 400},
		{reader, "GET", "/landscape", "/landscape?from=2030", "", 400},
		{reader, "GET", "/landscape", "/landscape?gap=0", "", 400},
		{reader, "GET", "/landscape", "/landscape?gap=3651", "", 400},
		{reader, "GET", "/landscape", "/landscape?gap=two", "", 400},
		{reader, "GET", "/landscape", "/landscape?from=" + strings.Repeat("2", 65), "", 400},
		{reader, "GET", "/landscape", "/landscape?db=/etc/passwd", "", 400},
		{reader, "GET", "/landscape", "/landscape?window=lead+3&prevalence=12.5&without-answers=true&state=CN&organisation=unmapped", "", 200},
		{reader, "GET", "/landscape", "/landscape?group=&organisation=&state=&window=&prevalence=&without-answers=", "", 200},
		{reader, "GET", "/landscape", "/landscape?group=Nobody", "", 400},
		{reader, "GET", "/landscape", "/landscape?organisation=Nobody", "", 400},
		{reader, "GET", "/landscape", "/landscape?state=Atlantis", "", 400},
		{reader, "GET", "/landscape", "/landscape?window=wide", "", 400},
		{reader, "GET", "/landscape", "/landscape?prevalence=NaN", "", 400},
		{reader, "GET", "/landscape", "/landscape?without-answers=perhaps", "", 400},
		{reader, "GET", "/sightings", "/sightings", "", 200},
		{reader, "GET", "/sightings", "/sightings?direction=any&outcome=any&limit=1&window=ignore&format=document", "", 200},
		{reader, "GET", "/sightings", "/sightings?direction=&outcome=&limit=&after=&incident=&format=csv", "", 200},
		{reader, "GET", "/sightings", "/sightings?format=html", "", 200},
		{reader, "GET", "/sightings", "/sightings?direction=up", "", 400},
		{reader, "GET", "/sightings", "/sightings?incident=0123456789ab", "", 400},
		{reader, "GET", "/sightings", "/sightings?incident=" + strings.Repeat("0", 33), "", 400},
		{reader, "GET", "/sightings", "/sightings?after=x", "", 400},
		{reader, "GET", "/sightings", "/sightings?limit=10001", "", 400},
		{reader, "GET", "/sightings", "/sightings?group=Nobody", "", 400},
		{reader, "GET", "/sightings", "/sightings?policy=x", "", 400},
		{nobody, "GET", "/sightings", "/sightings", "", 401},
		{stranger, "GET", "/sightings", "/sightings", "", 404},
		{nobody, "GET", "/landscape", "/landscape", "", 401},
		{stranger, "GET", "/landscape", "/landscape", "", 404},
		{analyst, "POST", "/jobs", "/jobs", `{"a":"Alpha Group","b":"Beta Group","save":true}`, 202},
		{analyst, "POST", "/jobs", "/jobs", `{"a":"CN"}`, 400},
		{analyst, "POST", "/jobs", "/jobs", `{"a":"CN","b":"RU","path":"/etc/passwd"}`, 400},
		{analyst, "POST", "/jobs", "/jobs", `{"a":"CN","b":"RU","alpha":2}`, 400},
		{analyst, "POST", "/jobs", "/jobs", `{"a":"CN","b":"RU"} x`, 400},
		{analyst, "POST", "/jobs", "/jobs", strings.Repeat(" ", 70<<10), 413},
		{reader, "POST", "/jobs", "/jobs", `{"a":"CN","b":"RU"}`, 403},
		{nobody, "POST", "/jobs", "/jobs", `{"a":"CN","b":"RU"}`, 401},
		{analyst, "GET", "/jobs/{id}", "/jobs/" + job, "", 200},
		{reader, "GET", "/jobs/{id}", "/jobs/" + job, "", 404},
		{analyst, "GET", "/jobs/{id}/events", "/jobs/" + job + "/events", "", 200},
		{analyst, "GET", "/jobs/{id}/result", "/jobs/" + job + "/result", "", 200},
		{analyst, "GET", "/jobs/{id}/result", "/jobs/" + none + "/result", "", 404},
		{reader, "DELETE", "/jobs/{id}", "/jobs/" + job, "", 404},
		{analyst, "DELETE", "/jobs/{id}", "/jobs/" + job, "", 204},
		{analyst, "GET", "/jobs", "/jobs", "", 200},
		{nobody, "GET", "/jobs", "/jobs", "", 401},
		{analyst, "POST", "/jobs/{id}/keep", "/jobs/" + keep + "/keep", "", 200},
		{reader, "POST", "/jobs/{id}/keep", "/jobs/" + keep + "/keep", "", 404},
		{editor, "GET", "/drafts", "/drafts", "", 200},
		{editor, "POST", "/drafts", "/drafts", form("x.csv", "a,b\n1,2\n"), 202},
		{editor, "POST", "/drafts", "/drafts", form("", ""), 400},
		{editor, "POST", "/drafts", "/drafts", "not a form", 400},
		{analyst, "POST", "/drafts", "/drafts", form("x.csv", "a,b\n1,2\n"), 403},
		{nobody, "POST", "/drafts", "/drafts", form("x.csv", "a,b\n1,2\n"), 401},
		{editor, "GET", "/drafts/{id}", "/drafts/" + draft, "", 200},
		{analyst, "GET", "/drafts/{id}", "/drafts/" + draft, "", 404},
		{analyst, "POST", "/drafts/{id}/accept", "/drafts/" + draft + "/accept", "", 404},
		{editor, "POST", "/drafts/{id}/accept", "/drafts/" + gone + "/accept", "", 409},
		{editor, "POST", "/drafts/{id}/accept", "/drafts/" + draft + "/accept", "", 202},
		{analyst, "DELETE", "/drafts/{id}", "/drafts/" + gone, "", 404},
		{editor, "DELETE", "/drafts/{id}", "/drafts/" + gone, "", 204},
		{editor, "GET", "/drafts/{id}", "/drafts/" + gone, "", 404},
	} {
		name := fmt.Sprintf("%s %s", c.method, c.target)
		op, ok := d.Paths[c.path][strings.ToLower(c.method)]
		if !ok {
			t.Errorf("%s is not described", name)
			continue
		}
		asked[op.OperationID] = true
		var headers []string
		if c.path == "/drafts" {
			headers = []string{"Content-Type", "multipart/form-data; boundary=" + boundary}
		}
		res, body := c.who.do(c.method, "/api/v1"+c.target, c.body, headers...)
		if res.StatusCode != c.status {
			t.Errorf("%s: %s, want %d: %.200s", name, res.Status, c.status, body)
		}
		said, ok := op.Responses[fmt.Sprint(res.StatusCode)]
		if !ok {
			t.Errorf("%s: status %d is not described", name, res.StatusCode)
			continue
		}
		kind, _, _ := strings.Cut(res.Header.Get("Content-Type"), ";")
		content, ok := said.Content[kind]
		if !ok && (kind != "" || len(said.Content) > 0) {
			t.Errorf("%s: media type %q is not described", name, kind)
			continue
		}
		if strings.HasSuffix(kind, "json") {
			if err := d.valid(t, content.Schema, body); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	for path, methods := range d.Paths {
		for method, op := range methods {
			if !asked[op.OperationID] {
				t.Errorf("%s %s is described but not tested", method, path)
			}
		}
	}
}

func TestServerAnswersWithTheBytesOfTheCommandLine(t *testing.T) {
	st, _, _ := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: st, Loopback: true})}
	_, got := c.get("/api/v1/jobs/" + c.ask(`{"a":"CN","b":"RU","from":"2021"}`) + "/result")
	in, err := question.Stored(t.Context(), st, "")
	if err != nil {
		t.Fatal(err)
	}
	in.Question, in.Tool = assess.Question{A: "CN", B: "RU", From: "2021"}, tool
	if in, err = question.Assess(in); err != nil {
		t.Fatal(err)
	}
	want, err := assess.Run(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.Write(&b, want, "json", document.Options{}); err != nil {
		t.Fatal(err)
	}
	if got != b.String() {
		t.Errorf("the server's %d bytes are not the command line's %d", len(got), b.Len())
	}
}

func TestProgressIsToldUntilTheJobEnds(t *testing.T) {
	st, _, _ := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: st, Loopback: true})}
	for question, want := range map[string]server.State{`{"a":"CN","b":"RU"}`: server.Done, `{"a":"Nobody","b":"RU"}`: server.Failed} {
		_, body := c.do("POST", "/api/v1/jobs", question)
		var p server.Progress
		if err := json.Unmarshal([]byte(body), &p); err != nil {
			t.Fatal(err)
		}
		res, stream := c.get("/api/v1/jobs/" + p.ID + "/events")
		if res.Header.Get("Content-Type") != "text/event-stream" {
			t.Errorf("media type %q", res.Header.Get("Content-Type"))
		}
		var states []server.State
		for line := range strings.SplitSeq(stream, "\n") {
			if data, ok := strings.CutPrefix(line, "data: "); ok {
				if err := json.Unmarshal([]byte(data), &p); err != nil {
					t.Fatal(err)
				}
				states = append(states, p.State)
			}
		}
		if len(states) == 0 || states[len(states)-1] != want || slices.Contains(states[:len(states)-1], want) {
			t.Errorf("%s: states %v, want %s at the end", question, states, want)
		}
		if want == server.Failed {
			if p.Error == "" {
				t.Error("a job failed without a reason")
			}
			if res, _ := c.get("/api/v1/jobs/" + p.ID + "/result"); res.StatusCode != http.StatusBadRequest {
				t.Errorf("a failed job has a result: %s", res.Status)
			}
		}
	}
}

func TestCopiesAtHandAreNotSentAgain(t *testing.T) {
	st, clear, _ := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: st, Loopback: true})}
	res, whole := c.get("/api/v1/assessments/" + clear.ID)
	again, body := c.get("/api/v1/assessments/"+clear.ID, "If-None-Match", res.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified || body != "" {
		t.Errorf("%s with %d bytes", again.Status, len(body))
	}
	if !bytes.Equal([]byte(whole), append([]byte(nil), clear.JSON...)) {
		t.Error("the saved bytes are not the ones served")
	}
}
