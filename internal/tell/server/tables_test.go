package server_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/cahoots-project/cahoots/docs/schema"
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// What is left out because of its marking leaves no trace in any number: the
// answer up to GREEN is the one of a store in which nothing above was ever read.
func TestWhatIsAboveTheCeilingIsInNoFigure(t *testing.T) {
	full, _, _ := planted(t)
	clean, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "clean.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer clean.Close()
	known := append(group("open", "Alpha Group", "CN", evidence.Clear, tools...), group("open", "Beta Group", "RU", evidence.Clear, tools[1:]...)...)
	fill(t, clean, "open.json", "open", "open licence", append(known, incidents("open", evidence.Clear)...))
	watchFor(t, clean, false)
	withheld := client{t: t, base: running(t, server.Config{Store: full, Ceiling: evidence.Green, Loopback: true})}
	never := client{t: t, base: running(t, server.Config{Store: clean, Ceiling: evidence.Green, Loopback: true})}
	all := client{t: t, base: running(t, server.Config{Store: full, Loopback: true})}
	for _, path := range []string{"/api/v1/dyads", "/api/v1/dyads?a=CN&builtin=false", "/api/v1/dyads?agreement=pact-CLEAR&builtin=false", "/api/v1/landscape", "/api/v1/landscape?gap=1&from=2023-09-01&to=2023-09-01"} {
		a, b := object(t, withheld, path), object(t, never, path)
		delete(a, "data") // of dyads: the input of a data set in part withheld is not told
		delete(b, "data")
		delete(a, "notices") // and with it the licence
		delete(b, "notices")
		if !reflect.DeepEqual(a, b) {
			t.Errorf("%s: what was withheld shows:\n%v\nwithout it\n%v", path, a, b)
		}
		c := object(t, all, path)
		delete(c, "data")
		delete(c, "notices")
		if reflect.DeepEqual(a, c) {
			t.Errorf("%s: nothing was withheld", path)
		}
	}
}

func object(t *testing.T, c client, path string) map[string]any {
	t.Helper()
	res, body := c.get(path)
	var v map[string]any
	if err := json.Unmarshal([]byte(body), &v); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s %.300s", path, res.Status, body)
	}
	return v
}

func TestServedTablesFollowTheirSchemas(t *testing.T) {
	s, _, _ := planted(t)
	for path, text := range map[string][]byte{"/api/v1/dyads": schema.Dyads, "/api/v1/dyads?builtin=false": schema.Dyads, "/api/v1/landscape": schema.Landscape} {
		v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		compiler := jsonschema.NewCompiler()
		if err := compiler.AddResource("schema.json", v); err != nil {
			t.Fatal(err)
		}
		held, err := compiler.Compile("schema.json")
		if err != nil {
			t.Fatal(err)
		}
		for _, ceiling := range []evidence.TLP{evidence.Green, evidence.Red} {
			c := client{t: t, base: running(t, server.Config{Store: s, Ceiling: ceiling, Loopback: true})}
			if err := held.Validate(any(object(t, c, path))); err != nil {
				t.Errorf("%s up to %s: %v", path, ceiling, err)
			}
		}
	}
}

// A kept table is sent until the store holds something else, and then no more.
func TestTablesAreMadeAnewWhenTheStoreChanges(t *testing.T) {
	s, _, _ := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: s, Loopback: true})}
	paths := []string{"/api/v1/dyads?builtin=false", "/dyads", "/api/v1/landscape", "/landscape"}
	tags := map[string]string{}
	for _, path := range paths {
		res, _ := c.get(path)
		tags[path] = res.Header.Get("ETag")
		if res, body := c.get(path, "If-None-Match", tags[path]); res.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("%s, asked again: %s", path, res.Status)
		}
	}
	fill(t, s, "later.json", "later", "", []evidence.Record{record("later", evidence.Clear, func(r *evidence.Record) {
		r.Class, r.Event, r.Subject, r.Value = evidence.Incident, "later:1", evidence.Actor{Country: "FR"}, "Break-in later"
		r.Targets, r.Origin.Object = []evidence.Target{{Country: "CH"}}, "later"
	})})
	see(t, s, "more logs", true, [][]string{{"domain:unmarked.example"}, {"domain:open.example"}})
	for _, path := range paths {
		if res, body := c.get(path, "If-None-Match", tags[path]); res.StatusCode != http.StatusOK || res.Header.Get("ETag") == tags[path] {
			t.Errorf("%s, after the store changed: %s %.100s", path, res.Status, body)
		}
	}
	if _, body := c.get("/api/v1/dyads?builtin=false"); !strings.Contains(body, "Break-in later") {
		t.Error("what was ingested later stands in no dyad")
	}
}

// An empty store is no mistake of whoever opens its pages.
func TestPagesSayWhatTheStoreLacks(t *testing.T) {
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "empty.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := client{t: t, base: running(t, server.Config{Store: s, Loopback: true})}
	for path, want := range map[string]string{"/dyads": "cahoots ingest", "/landscape": "cahoots match"} {
		if res, body := c.get(path); res.StatusCode != http.StatusOK || !strings.Contains(body, want) || strings.Contains(body, s.Path()) {
			t.Errorf("%s: %s %s", path, res.Status, body)
		}
		if _, body := c.get("/"); !strings.Contains(body, `href="`+path+`"`) || !strings.Contains(body, `action="`+path+`"`) {
			t.Errorf("the first page does not lead to %s", path)
		}
	}
	for _, path := range []string{"/dyads?format=csv", "/dyads?years=0", "/landscape?gap=-1", "/landscape?x=1"} {
		if res, body := c.get(path); res.StatusCode != http.StatusBadRequest || res.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %s %s", path, res.Status, body)
		}
	}
}
