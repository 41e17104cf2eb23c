package server_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/ingest/prose"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

const aReport = "In November 2024 Turla let APT28 use a foothold that it had built. APT28, which others know as Sofacy, exploited CVE-2024-12345 against a ministry in Vietnam."

// form sends a form of a page.
func (c client) form(path string, values ...string) *http.Response {
	c.t.Helper()
	q := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		q.Set(values[i], values[i+1])
	}
	res, _ := c.do("POST", path, q.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	return res
}

func (c client) kept(path string) *ledger.Case {
	c.t.Helper()
	_, body := c.get(path + "/case.yaml")
	k, bad, err := ledger.Parse(strings.NewReader(body), "case.yaml")
	if err != nil || len(bad) > 0 {
		c.t.Fatalf("the case does not parse: %v %v: %.300s", err, bad, body)
	}
	return k
}

func TestWhatIsDecidedOfAReportStaysDecided(t *testing.T) {
	s := empty(t)
	write, e := tokenFor(t, "editor", server.Editor, evidence.Red)
	low, a := tokenFor(t, "analyst", server.Analyst, evidence.Red)
	base := running(t, server.Config{Store: s, Tokens: server.Tokens{e, a}})
	editor, analyst := client{t, base, write}, client{t, base, low}
	review := func(name string) string {
		t.Helper()
		res := editor.form("/drafts/"+editor.send(name, aReport)+"/review", "publisher", "Example Labs", "published", "2024-12")
		if res.StatusCode != http.StatusSeeOther {
			t.Fatalf("reviewing: %s", res.Status)
		}
		return res.Header.Get("Location")
	}
	path := review("foothold.txt")
	c := editor.kept(path)
	if n := len(prose.Waiting(c)); n < 2 || n != len(c.Evidence) || c.Sources[0].Publisher != "Example Labs" {
		t.Fatalf("%d of %d entries wait; from %+v", n, len(c.Evidence), c.Sources)
	}
	if records, _ := held(t, s); len(records) > 0 {
		t.Error("proposals are evidence")
	}
	one, two := path+"/entries/"+c.Evidence[0].ID, path+"/entries/"+c.Evidence[1].ID
	for _, x := range []struct {
		who    client
		path   string
		values []string
		status int
	}{
		{analyst, one, []string{"do", "accept"}, 403},
		{editor, one, []string{"do", "refuse"}, 400}, // for no reason
		{editor, one, []string{"do", "change", "consent", "given"}, 400},
		{editor, path + "/entries/nothing", []string{"do", "accept"}, 400},
		{editor, two, []string{"do", "refuse", "reason", "not \"named\"."}, 303},
		{editor, two, []string{"do", "accept"}, 400}, // it is decided
		{editor, one, []string{"do", "accept", "basis", "reported"}, 303},
	} {
		if res := x.who.form(x.path, x.values...); res.StatusCode != x.status {
			t.Errorf("%s %v: %s, want %d", x.path, x.values, res.Status, x.status)
		}
	}
	if res, _ := analyst.get(path); res.StatusCode != http.StatusForbidden {
		t.Errorf("an analyst reviews: %s", res.Status)
	}
	if again := review("another-name.txt"); again != path {
		t.Errorf("the same report read again is another case: %s, not %s", again, path)
	}
	after := editor.kept(path)
	if x, y := after.Evidence[0], after.Evidence[1]; len(after.Evidence) != len(c.Evidence) || x.Status == ledger.Proposed || x.Basis != evidence.Reported || prose.Reason(&y) != "not 'named'" {
		t.Errorf("what was decided: %+v\n%+v", x, y)
	}
	if res := editor.form(path + "/add"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("adding: %s", res.Status)
	}
	if records, inputs := held(t, s); len(records) == 0 || len(inputs) != 1 {
		t.Errorf("%d records in %q", len(records), inputs)
	}
	if editor.form(two, "do", "undo"); len(prose.Waiting(editor.kept(path))) != len(c.Evidence)-1 || editor.kept(path).Evidence[1].Note != c.Evidence[1].Note {
		t.Errorf("what is undone is not what it was: %+v", editor.kept(path).Evidence[1])
	}
}
