package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/export"
)

// What one store serves another takes in whole, and a second time adds nothing.
func TestIngestTakesWhatATAXIIServerGives(t *testing.T) {
	var records []evidence.Record
	for i := range 40 {
		records = append(records, evidence.Record{
			Class: evidence.UsesSoftware, Subject: evidence.Actor{Name: "Group"}, Value: fmt.Sprint("tool ", i), Confidence: evidence.Percent(i),
			Citation: evidence.Citation{Publisher: "P"}, Origin: evidence.Origin{Dataset: "case:taxii", Object: fmt.Sprint(i)},
		}.Seal())
	}
	a := taxii.Addition{Content: export.Content{Records: records}, Added: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)}
	objects, err := a.Objects(export.Options{Ceiling: evidence.Clear})
	if err != nil {
		t.Fatal(err)
	}
	c := taxii.Gather(evidence.Clear, objects)
	s := httptest.NewServer(taxii.Handler(taxii.Config{
		Collection: func(context.Context, evidence.TLP) (taxii.Collection, error) { return c, nil },
		Ceiling: func(r *http.Request) (evidence.TLP, bool) {
			user, password, _ := r.BasicAuth()
			return evidence.Clear, user == "reader" && password == "word"
		},
	}))
	defer s.Close()
	address := taxii.Scheme + s.URL + taxii.Root + "collections/" + taxii.CollectionID(evidence.Clear) + "/"
	db := filepath.Join(t.TempDir(), "x.db")
	run := func(password string, args ...string) (status int, out, errs string) {
		var o, e bytes.Buffer
		env := map[string]string{"CAHOOTS_TAXII_USER": "reader", "CAHOOTS_TAXII_PASSWORD": password}
		status = Run(t.Context(), append([]string{"--db", db, "--format", "json", "ingest"}, args...), Streams{In: strings.NewReader(""), Out: &o, Err: &e}, func(k string) string { return env[k] })
		return status, o.String(), e.String()
	}
	if status, _, errs := run("wrong", address); status != exitFailed || !strings.Contains(errs, "401") {
		t.Errorf("with a wrong password: %d %s", status, errs)
	}
	status, out, errs := run("word", address)
	if status != exitDone || !strings.Contains(out, `"added": 40,`) || !strings.Contains(out, "--added-after 2026-01-01T") || !strings.Contains(out, address) {
		t.Errorf("first: %d %s %s", status, out, errs)
	}
	if status, out, errs := run("word", address, "--added-after", "2026-02-01T00:00:00Z"); status != exitDone || !strings.Contains(out, "nothing new") {
		t.Errorf("a poll with nothing new: %d %s %s", status, out, errs)
	}
	if status, out, errs := run("word", address, "--added-after", "2025-12-31T00:00:00Z"); status != exitDone || strings.Contains(out, `"added": 40`) {
		t.Errorf("again: %d %s %s", status, out, errs)
	}
}
