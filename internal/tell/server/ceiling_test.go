package server_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/server"
)

func contextOf(t testing.TB) (context.Context, context.CancelFunc) {
	return context.WithCancel(context.WithoutCancel(t.Context()))
}

// tokenFor makes the entry of a token and the token.
func tokenFor(t testing.TB, name string, role server.Role, ceiling evidence.TLP) (string, server.Token) {
	t.Helper()
	secret, entry, err := server.NewToken(name, role, ceiling, time.Unix(0, 0), 0)
	if err != nil {
		t.Fatal(err)
	}
	return secret, entry
}

// everyPath are all addresses that answer with something from the store, in
// every format, the job's too.
func everyPath(job string, ids ...string) []string {
	var out []string
	documents := []string{"/api/v1/actors", "/api/v1/actors?country=CN", "/api/v1/conflicts", "/api/v1/sources",
		"/api/v1/actors/Alpha%20Group", "/api/v1/actors/Gamma%20Group", "/api/v1/actors/Alpah%20Group", "/api/v1/actors/s3cr", "/api/v1/jobs/" + job + "/result"}
	for _, id := range ids {
		documents = append(documents, "/api/v1/assessments/"+id)
	}
	documents = append(documents, "/api/v1/dyads?builtin=false", "/api/v1/dyads?builtin=false&a=CN&b=DE", "/api/v1/dyads?builtin=false&friends=true",
		"/api/v1/dyads?builtin=false&agreement=none", "/api/v1/dyads?builtin=false&agreement="+secret+"+object", "/api/v1/landscape", "/api/v1/landscape?from=2023-09&to=2023-09&gap=1",
		"/api/v1/landscape?window=ignore&prevalence=1", "/api/v1/sightings", "/api/v1/sightings?direction=any&outcome=any&window=ignore", "/api/v1/sightings?limit=1", "/api/v1/sightings?group=Gamma+Group")
	for _, d := range documents {
		for _, format := range []string{"json", "document", "csv", "html", "markdown", "text"} {
			sep := "?"
			if strings.Contains(d, "?") {
				sep = "&"
			}
			out = append(out, d+sep+"format="+format+"&all=true")
		}
	}
	for _, table := range []string{"records", "sources", "network", "pairs", "measurements", "publishers"} {
		out = append(out, "/api/v1/jobs/"+job+"/result?format=csv&table="+table)
	}
	for _, table := range []string{"dyads", "friends", "years", "incidents", "merges", "refused", "account", "sources"} {
		out = append(out, "/api/v1/dyads?builtin=false&format=csv&table="+table)
	}
	for _, table := range []string{"groups", "states", "group_days", "incidents", "dwell", "conflicts", "agreements"} {
		out = append(out, "/api/v1/landscape?format=csv&table="+table)
	}
	for _, id := range ids {
		out = append(out, "/assessments/"+id)
	}
	return append(out, "/", "/actors", "/actors?country=RU", "/conflicts", "/sources", "/actors/Alpha%20Group", "/actors/Gamma%20Group",
		"/api/v1/assessments", "/api/v1/jobs/"+job, "/api/v1/jobs/"+job+"/events", "/jobs/"+job+"/report", "/dyads", "/dyads?a=CN&b=DE", "/landscape", "/landscape?from=2023", "/sightings", "/sightings?group=Gamma+Group", "/watch", "/watch/feed.atom", "/watch/"+strings.Repeat("5", 32), "/api/v1/digests", "/api/v1/digests/"+strings.Repeat("5", 32))
}

// telling are addresses of dyads and landscapes in which whoever may see it must
// find the secret: were it not there, not finding it would mean nothing.
var telling = []string{
	"/api/v1/dyads?builtin=false&format=json&all=true", "/api/v1/dyads?builtin=false&format=html&all=true", "/api/v1/dyads?builtin=false&format=text&all=true",
	"/api/v1/dyads?builtin=false&format=csv&table=incidents", "/api/v1/dyads?builtin=false&agreement=none&format=json&all=true",
	"/api/v1/landscape?format=json&all=true", "/api/v1/landscape?format=html&all=true", "/api/v1/landscape?format=csv&table=groups",
	"/api/v1/landscape?from=2023-09&to=2023-09&gap=1&format=json&all=true", "/dyads", "/landscape",
	"/api/v1/sightings?format=json&all=true", "/api/v1/sightings?format=csv&all=true", "/sightings",
	"/watch", "/watch/feed.atom", "/watch/" + strings.Repeat("5", 32), "/api/v1/digests", "/api/v1/digests/" + strings.Repeat("5", 32),
}

// What is marked RED is planted in every field and looked for in every answer:
// whoever may see it finds it, and nobody else, whatever was asked before.
func TestNothingAboveTheCeilingLeavesTheServer(t *testing.T) {
	s, clear, red := planted(t)
	digested(t, s, evidence.Red)
	var tokens server.Tokens
	clients := map[evidence.TLP]client{}
	for _, ceiling := range []evidence.TLP{evidence.Red, evidence.Clear, evidence.Green, evidence.Amber, evidence.AmberStrict} {
		secret, entry := tokenFor(t, "desk "+string(ceiling), server.Analyst, ceiling)
		tokens = append(tokens, entry)
		clients[ceiling] = client{t: t, token: secret}
	}
	base := running(t, server.Config{Store: s, Tokens: tokens})
	found := 0
	for round := range 2 { // the second time around the caches are full
		for _, entry := range tokens {
			c := clients[entry.Ceiling]
			c.base = base
			job := c.ask(`{"a":"CN","b":"RU"}`)
			for _, path := range everyPath(job, clear.ID, red.ID) {
				res, body := c.get(path)
				// What the asker said may come back to them in a refusal.
				holds := strings.Contains(strings.ReplaceAll(strings.ToLower(body+fmt.Sprint(res.Header)), `\"`+secret+` object\"`, ""), secret)
				switch {
				case entry.Ceiling == evidence.Red && !holds && slices.Contains(telling, path):
					t.Errorf("round %d: %s does not tell who may know what is RED: %s %.300s", round, path, res.Status, body)
				case entry.Ceiling == evidence.Red && holds:
					found++
				case entry.Ceiling != evidence.Red && holds:
					t.Errorf("round %d, %s: %s tells what is RED", round, entry.Ceiling, path)
				}
				if strings.HasPrefix(path, "/api/v1/assessments/"+red.ID) && entry.Ceiling != evidence.Red && res.StatusCode != http.StatusNotFound {
					t.Errorf("%s: %s answers %s", entry.Ceiling, path, res.Status)
				}
				if strings.HasPrefix(path, "/api/v1/assessments/"+clear.ID) && res.StatusCode != http.StatusOK {
					t.Errorf("%s: %s answers %s: %s", entry.Ceiling, path, res.Status, body)
				}
			}
		}
	}
	if found < 60 {
		t.Errorf("whoever may see it finds it in %d answers only: the test looks in the wrong places", found)
	}
}

// A question about a secret group is answered as one about a group that does
// not exist.
func TestSecretGroupAndNoGroupAreTheSameToWhomMayNotKnow(t *testing.T) {
	s, _, _ := planted(t)
	secretToken, entry := tokenFor(t, "desk", server.Analyst, evidence.Amber)
	c := client{t: t, base: running(t, server.Config{Store: s, Tokens: server.Tokens{entry}}), token: secretToken}
	for _, path := range []string{"/api/v1/actors/", "/actors/"} {
		there, a := c.get(path + "Gamma%20Group%20" + secret)
		not, b := c.get(path + "Gamma%20Group%20s0mething")
		if there.StatusCode != not.StatusCode || strings.ReplaceAll(a, secret, "X") != strings.ReplaceAll(b, "s0mething", "X") {
			t.Errorf("%s: %s %s against %s %s", path, there.Status, a, not.Status, b)
		}
	}
}

func TestServerWithoutTokensKeepsToItsCeiling(t *testing.T) {
	s, _, red := planted(t)
	c := client{t: t, base: running(t, server.Config{Store: s, Ceiling: evidence.Green, Loopback: true})}
	for _, path := range everyPath(c.ask(`{"a":"CN","b":"RU"}`), red.ID) {
		if _, body := c.get(path); strings.Contains(strings.ReplaceAll(strings.ToLower(body), `\"`+secret+` object\"`, ""), secret) {
			t.Errorf("%s tells what is RED", path)
		}
	}
}
