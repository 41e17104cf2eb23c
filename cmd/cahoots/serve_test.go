package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/cahoots-project/cahoots/internal/store"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

// Both doors lead to the same bytes: what dyads and landscape print over a store,
// the server answers over it.
func TestServerAndCommandLineSayTheSame(t *testing.T) {
	t.Parallel()
	dir := simulated(t, "telecom-month", 20_000)
	db, file := filepath.Join(dir, "s.db"), filepath.Join(dir, "case.yaml")
	matchAll(t, exitDone, db, dir, filepath.Join(dir, "logs"))
	cahoots(t, exitDone, "demo", "-q", "--export", file)
	cahoots(t, exitDone, "ingest", "-q", "--db", db, file)
	held, err := store.Open(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	a := &app{}
	s, err := server.New(server.Config{Store: held, Tool: a.tool(), Loopback: true, Log: t.Logf})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	web := httptest.NewServer(s)
	defer web.Close()
	for _, c := range []struct {
		path string
		args []string
	}{
		{"dyads", []string{"dyads"}},
		{"dyads?friends=true&from=2014&to=2022-06", []string{"dyads", "--friends", "--from", "2014", "--to", "2022-06"}},
		{"dyads?agreement=cn-ru-2015-infosec&years=4&a=China", []string{"dyads", "--agreement", "cn-ru-2015-infosec", "--years", "4", "--a", "China"}},
		{"dyads?builtin=false&a=CN&b=RU", []string{"dyads", "--no-builtin", "--a", "CN", "--b", "RU"}},
		{"landscape", []string{"landscape"}},
		{"landscape?from=2023-09&to=2023-09-20&gap=3", []string{"landscape", "--from", "2023-09", "--to", "2023-09-20", "--gap", "3"}},
	} {
		want := string(cahoots(t, exitDone, append(c.args, "-q", "--db", db, "--format", "json")...))
		res, err := http.Get(web.URL + "/api/v1/" + c.path)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode != http.StatusOK || string(got) != want {
			t.Errorf("%s: %s, the server's %d bytes are not the command line's %d: %.200s", c.path, res.Status, len(got), len(want), got)
		}
	}
}
