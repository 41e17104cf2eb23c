package watch_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/watch"
)

func opened(t *testing.T) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "s.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

var alpha, beta = evidence.Actor{Name: "Alpha", Ref: "t:1", Country: "CN"}, evidence.Actor{Name: "Beta", Ref: "t:2", Country: "RU"}

func record(class evidence.Class, object, value string) evidence.Record {
	r := evidence.Record{
		Class: class, Subject: alpha, Value: value, Basis: evidence.Observed, Status: evidence.Asserted,
		Citation: evidence.Citation{Publisher: "Press", Title: object}, Origin: evidence.Origin{Dataset: "made", Object: object},
	}
	if class.Ledger() {
		r.Object, r.Consent, r.Exclusivity = beta, evidence.ConsentShown, evidence.Exclusive
	}
	return r
}

// ingest replaces what the store held.
func ingest(t *testing.T, s *store.Store, n int, records ...evidence.Record) {
	t.Helper()
	in, err := s.Ingest(t.Context(), store.Input{Name: "made", Reading: "test", SHA256: fmt.Sprintf("%064d", n), Bytes: 1, Replace: true})
	if err != nil {
		t.Fatal(err)
	}
	b := record(evidence.Alias, "beta", "Beta")
	b.Subject = beta
	for _, r := range append(records, record(evidence.Alias, "alpha", "Alpha"), b) {
		if err := in.Add(r.Seal()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := in.Commit(store.Summary{Dataset: "made"}); err != nil {
		t.Fatal(err)
	}
}

func list(t *testing.T, yaml string) *watch.List {
	t.Helper()
	l, err := watch.Read([]byte(yaml))
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func look(t *testing.T, s *store.Store, l *watch.List) *watch.Outcome {
	t.Helper()
	out, err := watch.Look(t.Context(), s, l, assess.Tool{Name: "cahoots", Seed: 1}, resolve.Policy{})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestADigestNamesWhatCameAndWhatWent(t *testing.T) {
	s, l := opened(t), list(t, "questions: [{a: Alpha, b: Beta}, {a: CN, b: RU, name: states}]")
	ingest(t, s, 1)
	if out := look(t, s, l); out.First != 2 || len(out.Digests) != 0 {
		t.Fatalf("the first look: %+v", out)
	}
	handed := record(evidence.AccessHandover, "the hand-over", "keys")
	ingest(t, s, 2, handed)
	for n, what := range []string{"added", "withdrawn", "added"} {
		if n > 0 {
			ingest(t, s, 2+n, []evidence.Record{handed, record(evidence.UsesSoftware, fmt.Sprint("other", n), "tool")}[n%2:][:1]...)
		}
		out := look(t, s, l)
		if len(out.Digests) != 2 {
			t.Fatalf("%s: %+v", what, out)
		}
		for _, kept := range out.Digests {
			var g watch.Digest
			if err := json.Unmarshal(kept.Body, &g); err != nil {
				t.Fatal(err)
			}
			if m := g.Diff.Moved; len(m) != 1 || len(m[0].Causes) == 0 || m[0].Causes[0].What != what || m[0].Causes[0].First().Citation.Title != "the hand-over" {
				t.Errorf("%s: %+v", what, m)
			}
		}
		if out := look(t, s, l); len(out.Digests) != 0 || out.First != 0 {
			t.Errorf("told twice: %+v", out)
		}
	}
}

func TestOnlyWhatCountsIsNews(t *testing.T) {
	s := opened(t)
	l := list(t, "questions: [{a: Alpha, b: Beta, news: [sign]}, {a: Alpha, b: Beta, name: sets, news: [datasets]}, {a: Alpha, b: Beta, name: names, news: [names]}, {a: Nobody, b: Beta}]")
	ingest(t, s, 1)
	look(t, s, l)
	ingest(t, s, 2, record(evidence.SharedPublicTool, "likeness", "loader"), record(evidence.Alias, "alpha too", "Alfa"))
	out := look(t, s, l)
	var names []string
	for _, d := range out.Digests {
		names = append(names, d.Title)
	}
	if got := strings.Join(names, ", "); got != "names, sets" || len(out.Failed) != 1 {
		t.Errorf("%s; failed %v", got, out.Failed)
	}
}

// What is marked above a question's ceiling is no news of it, and a later look that
// another has overtaken keeps nothing.
func TestALookIsHeldToItsCeilingAndToTheOneBefore(t *testing.T) {
	s, l := opened(t), list(t, "questions: [{a: Alpha, b: Beta}, {a: Alpha, b: Beta, ceiling: AMBER}]")
	ingest(t, s, 1)
	look(t, s, l)
	secret := record(evidence.AccessHandover, "secret", "keys")
	secret.Marking = evidence.Amber
	ingest(t, s, 2, secret)
	out := look(t, s, l)
	if len(out.Digests) != 1 || out.Digests[0].Marking != evidence.Amber {
		t.Errorf("%+v", out.Digests)
	}
	if err := s.KeepLook(t.Context(), l.Name, store.Watched{Run: 2}, nil, nil); !errors.Is(err, store.ErrChanged) {
		t.Errorf("an overtaken look: %v", err)
	}
}

func TestAWebhookGetsASignedDigestUntilItTakesIt(t *testing.T) {
	var got []string
	status := http.StatusServiceUnavailable
	hook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		at, sum, _ := strings.Cut(strings.TrimPrefix(r.Header.Get("Cahoots-Signature"), "t="), ",v1=")
		mac := hmac.New(sha256.New, []byte("key"))
		io.WriteString(mac, at+"."+string(body))
		var d struct {
			ID     string
			Digest watch.Digest
		}
		if json.Unmarshal(body, &d) != nil || d.ID != r.Header.Get("Cahoots-Digest") || d.Digest.Name == "" || sum != hex.EncodeToString(mac.Sum(nil)) || strings.Contains(string(body), "key_from") {
			t.Errorf("%v %s", r.Header, body)
		}
		got = append(got, r.Header.Get("Cahoots-Again"))
		w.WriteHeader(status)
	}))
	defer hook.Close()
	folder := t.TempDir()
	s, l := opened(t), list(t, "folder: "+folder+"\nwebhooks: [{url: \""+hook.URL+"\", key_from: KEY}]\nquestions: [{a: Alpha, b: Beta}]")
	ingest(t, s, 1)
	look(t, s, l)
	ingest(t, s, 2, record(evidence.AccessHandover, "h", "keys"))
	look(t, s, l)
	env := func(string) string { return "" }
	if n, err := watch.Deliver(t.Context(), s, l, env); n != 1 || err == nil || !strings.Contains(err.Error(), "KEY") {
		t.Errorf("without its key: %d, %v", n, err)
	}
	env = func(string) string { return "key" }
	if _, err := watch.Deliver(t.Context(), s, l, env); err == nil || !strings.Contains(err.Error(), "503") {
		t.Errorf("refused: %v", err)
	}
	status = http.StatusNoContent
	for range 2 {
		if _, err := watch.Deliver(context.Background(), s, l, env); err != nil {
			t.Error(err)
		}
	}
	if strings.Join(got, ",") != ",true" {
		t.Errorf("attempts, and which were told to be repeated: %q", got)
	}
	if files, _ := filepath.Glob(filepath.Join(folder, "*")); len(files) != 1 {
		t.Errorf("files %v", files)
	}
}

func TestAListThatIsNoneIsRefused(t *testing.T) {
	for text, want := range map[string]string{
		"name: x": "asks nothing", "questions: [{a: CN}]": "two sides", "questions: [{a: CN, b: RU, news: [gossip]}]": "no kind of news",
		"questions: [{a: CN, b: RU}, {a: CN, b: RU}]": "once more", "questions: [{a: CN, b: RU, ceiling: PURPLE}]": "PURPLE", "questions: [{a: CN, b: RU, colour: red}]": "colour",
		"webhooks: [{url: \"http://example.org/x\", key_from: K}]\nquestions: [{a: CN, b: RU}]":         "not https",
		"webhooks: [{url: \"https://me:pw@example.org/\", key_from: K}]\nquestions: [{a: CN, b: RU}]":   "secrets",
		"webhooks: [{url: \"https://example.org/?token=1\", key_from: K}]\nquestions: [{a: CN, b: RU}]": "secrets",
		"webhooks: [{url: \"https://example.org/\"}]\nquestions: [{a: CN, b: RU}]":                      "not signed",
	} {
		if _, err := watch.Read([]byte(text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "pw@") {
			t.Errorf("%s: %v", text, err)
		}
	}
}
