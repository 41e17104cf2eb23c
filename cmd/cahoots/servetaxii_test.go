package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/difference"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/taxii"
	"github.com/cahoots-project/cahoots/internal/tell/server"
	"github.com/cahoots-project/cahoots/internal/watch"
)

const markedCase = `case: {id: marked, title: Two invented groups}
sources:
  open: {publisher: Example Weekly, country: CH, title: On birds, url: "https://example.org/open", published: 2024-05-06, marking: CLEAR}
  secret: {publisher: Example Secret, country: CH, title: On nests, url: "https://example.org/secret", published: 2024-05-06, marking: RED}
actors:
  - {name: Blue Heron, country: XK, aliases: [{name: Heron Team, by: Example Weekly, source: open}]}
evidence:
  - {id: t1, class: uses-software, actor: Blue Heron, value: OpenCall, source: open, disclosed: 2024-05-06}
  - {id: t2, class: uses-software, actor: Blue Heron, value: SecretCall, source: secret, disclosed: 2024-05-06}
`

// The server's TAXII shows the store's evidence up to its ceiling, what comes
// later too, and nothing above.
func TestServeSpeaksTAXIIUpToItsCeiling(t *testing.T) {
	ctx, dir := context.Background(), t.TempDir()
	db, file := filepath.Join(dir, "s.db"), filepath.Join(dir, "marked.yaml")
	ingest := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		var errs bytes.Buffer
		if status := Run(ctx, []string{"ingest", "-q", "--db", db, file}, Streams{In: strings.NewReader(""), Out: io.Discard, Err: &errs}, os.Getenv); status != exitDone {
			t.Fatalf("ingest exited %d: %s", status, errs.String())
		}
	}
	ingest(markedCase)
	held, err := store.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	s, err := server.New(server.Config{Store: held, Ceiling: evidence.Green, Loopback: true, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	mountTAXII(s, held, assess.Tool{Name: "cahoots", Version: "test"})
	web := httptest.NewServer(s)
	defer web.Close()

	objects := func(ceiling evidence.TLP) (int, string) {
		t.Helper()
		req, err := http.NewRequest(http.MethodGet, web.URL+taxii.Root+"collections/"+taxii.CollectionID(ceiling)+"/objects/?limit=1000", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept", "application/taxii+json;version=2.1")
		resp, err := web.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, string(b)
	}
	status, body := objects(evidence.Green)
	if status != http.StatusOK || !strings.Contains(body, "OpenCall") || strings.Contains(body, "SecretCall") || strings.Contains(body, "Example Secret") {
		t.Errorf("up to GREEN: status %d, %s", status, body)
	}
	if status, body := objects(evidence.Red); status == http.StatusOK || strings.Contains(body, "SecretCall") {
		t.Errorf("the RED collection answered %d to one who may see GREEN: %s", status, body)
	}
	ingest(strings.ReplaceAll(strings.ReplaceAll(markedCase, "id: marked", "id: later"), "OpenCall", "LaterCall"))
	// What was made before is served until the new is there.
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		status, body := objects(evidence.Green)
		if status != http.StatusOK || strings.Contains(body, "SecretCall") {
			t.Fatalf("meanwhile: %d %s", status, body)
		}
		if strings.Contains(body, "LaterCall") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("what was ingested later is not served")
		}
	}
}

// What moved in a standing question is a note of the collections that its marking
// lets it into.
func TestTAXIIServesDigestsAsNotes(t *testing.T) {
	ctx := t.Context()
	held, err := store.Open(ctx, filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	for n, marking := range []evidence.TLP{evidence.Clear, evidence.Red} {
		body, err := json.Marshal(watch.Digest{Schema: watch.Schema, Diff: &difference.Diff{Moved: []difference.Moved{{A: "Alpha", B: "Beta"}}}})
		if err != nil {
			t.Fatal(err)
		}
		d := store.Digest{ID: fmt.Sprintf("%032d", n), Title: "Alpha and Beta", Cause: "Cause" + string(marking), Marking: marking, Body: body}
		if err := held.KeepLook(ctx, string(marking), store.Watched{Run: 1}, []store.Digest{d}, nil); err != nil {
			t.Fatal(err)
		}
	}
	p := &publication{store: held, parts: map[string]part{}, made: map[evidence.TLP]*published{}}
	for ceiling, red := range map[evidence.TLP]bool{evidence.Clear: false, evidence.Red: true} {
		c, err := p.current(ctx, ceiling)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, o := range c.Objects {
			text.Write(o.Raw)
		}
		if !strings.Contains(text.String(), "CauseCLEAR") || strings.Contains(text.String(), "CauseRED") != red {
			t.Errorf("%s: %s", ceiling, text.String())
		}
	}
}

// An object of which a newer version comes in another data set is served as it is
// then, and not as its own data set still has it.
func TestTAXIIServesWhatANewerVersionElsewhereMadeOfAnObject(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	db, maker := filepath.Join(dir, "s.db"), `{"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000001","created":"2020-01-01T00:00:00Z","modified":"2020-01-01T00:00:00Z","name":"Example Maker","identity_class":"organization"},`
	ingest := func(name, year, alias, maker string) {
		t.Helper()
		file := filepath.Join(dir, name)
		text := `{"type":"bundle","id":"bundle--00000000-0000-4000-8000-00000000` + year + `","objects":[` + maker + `{"type":"intrusion-set","spec_version":"2.1","id":"intrusion-set--00000000-0000-4000-8000-000000000001","created":"2020-01-01T00:00:00Z","modified":"` + year + `-01-01T00:00:00Z","created_by_ref":"identity--00000000-0000-4000-8000-000000000001","name":"Grey Heron","aliases":["` + alias + `"]}]}`
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cahoots(t, exitDone, "ingest", "-q", "-o", filepath.Join(dir, "out"), "--db", db, file)
	}
	ingest("old.json", "2020", "Old Name", maker)
	held, err := store.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	p := &publication{store: held, parts: map[string]part{}, made: map[evidence.TLP]*published{}}
	served := func() (text string) {
		t.Helper()
		c, err := p.make(ctx, evidence.Red) // also where a data set has nothing left to give
		if err != nil {
			t.Fatal(err)
		}
		for _, o := range c.Objects {
			text += string(o.Raw)
		}
		return text
	}
	if text := served(); !strings.Contains(text, "Old Name") {
		t.Fatal(text)
	}
	ingest("new.json", "2021", "New Name", "") // whose data set is another's: it names nobody
	if sets, err := held.Datasets(ctx); err != nil || len(sets) != 2 {
		t.Fatalf("%d data sets: %v", len(sets), err)
	}
	if text := served(); strings.Contains(text, "Old Name") || !strings.Contains(text, "New Name") {
		t.Error(text)
	}
}

// A caller to whom a data set shows a part gets neither its notices, versions and
// sums nor the time of what is hidden; one who sees all of it does.
func TestTAXIIGivesNoNoticeOfWhatIsHidden(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	db := filepath.Join(dir, "s.db")
	ingest := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		cahoots(t, exitDone, "ingest", "-q", "--db", db, file)
	}
	noticed := strings.Replace(markedCase, "title: Two invented groups", "title: Two invented groups, notice: SecretNotice", 1)
	ingest("marked.yaml", noticed)
	held, err := store.Open(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	at := func() time.Time {
		sets, err := held.Datasets(ctx)
		if err != nil {
			t.Fatal(err)
		}
		var newest time.Time
		for _, h := range sets[0].Inputs {
			if h.At.After(newest) {
				newest = h.At
			}
		}
		return newest
	}
	first := at()
	time.Sleep(20 * time.Millisecond)
	ingest("hidden.yaml", strings.NewReplacer("OpenCall", "OtherSecretCall", "source: open, disclosed", "source: secret, disclosed", ", aliases: [{name: Heron Team, by: Example Weekly, source: open}]", "").Replace(noticed))
	if !at().After(first) {
		t.Fatal("the second input is not newer")
	}
	ingest("whole.yaml", strings.NewReplacer("id: marked", "id: whole", "marking: CLEAR", "marking: RED", "OpenCall", "SecretWhole").Replace(noticed)) // a data set of which nobody below sees anything
	p := &publication{store: held, tool: assess.Tool{Name: "cahoots", Version: "test"}, parts: map[string]part{}, made: map[evidence.TLP]*published{}}
	for ceiling, all := range map[evidence.TLP]bool{evidence.Clear: false, evidence.Amber: false, evidence.Red: true} {
		c, err := p.current(ctx, ceiling)
		if err != nil {
			t.Fatal(err)
		}
		var text strings.Builder
		for _, o := range c.Objects {
			text.Write(o.Raw)
			if seen := o.Added.After(first.Add(10 * time.Millisecond)); seen && !all {
				t.Errorf("%s: %s was added at %v, when what is hidden came", ceiling, o.ID, o.Added)
			}
		}
		if !strings.Contains(text.String(), "OpenCall") || strings.Contains(text.String(), "Secret") != all {
			t.Errorf("%s: %s", ceiling, text.String())
		}
	}
}
