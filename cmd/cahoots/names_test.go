package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/cahoots-project/cahoots/internal/measure/resolve"
	"github.com/cahoots-project/cahoots/internal/scaffold/publicdata"
)

var updateNames = flag.Bool("update-names", false, "write docs/names.md from the public data")

// TestTheMapOfNamesIsReadAsThePageSays holds docs/names.md to what resolve makes of
// every pair of names that Microsoft's map calls one actor. Write the page anew with
//
//	go test ./cmd/cahoots -run MapOfNames -update-names
func TestTheMapOfNamesIsReadAsThePageSays(t *testing.T) {
	var rows []map[string]string
	if err := json.Unmarshal(publicdata.Read(t, "names/microsoft-threat-actor-names.json"), &rows); err != nil {
		t.Fatal(err)
	}
	d, _ := publicDirectory(t)
	holdPage(t, "names.md", namesPage(d, rows), *updateNames, "resolve says; write it anew with -update-names")
}

// What resolve makes of two names that the map calls one.
const (
	reproduced   = "reproduced"
	possiblyOne  = "held possible"
	refusedName  = "refused"
	contradicted = "contradicted"
	unknownName  = "unknown"
)

// crowdStrikes are the second words of CrowdStrike's names.
var crowdStrikes = regexp.MustCompile(`(?i) (bear|buffalo|chollima|crane|hawk|jackal|kitten|leopard|lynx|panda|spider|tiger|wolf|ocelot|sphinx|saiga)$`)

func namesPage(d *resolve.Directory, rows []map[string]string) string {
	count, ofCrowdStrike, lists := map[string]int{}, map[string]int{}, map[string][]string{}
	for _, row := range rows {
		name := row["Threat actor name"]
		for other := range strings.SplitSeq(row["Other names"], ",") {
			if other = strings.TrimSpace(other); other == "" {
				continue
			}
			kind, how := readPair(d, name, other)
			count[kind]++
			if crowdStrikes.MatchString(other) {
				ofCrowdStrike[kind]++
			}
			if kind != reproduced && kind != unknownName {
				lists[kind] = append(lists[kind], fmt.Sprintf("- %s, %s: %s\n", name, other, how))
			}
		}
	}
	var b strings.Builder
	b.WriteString(namesHead)
	for _, k := range []struct{ kind, means string }{
		{reproduced, "both names mean one actor"}, {possiblyOne, "two actors, of which a source says that they may be one, or one a part of the other"},
		{refusedName, "one of the names belongs to several actors, and nobody is meant before one says whom"},
		{contradicted, "the names mean two actors, and nobody says that they may be one"},
		{unknownName, "a catalogue here knows at most one of the names"},
	} {
		fmt.Fprintf(&b, "| %s: %s | %d | %d |\n", k.kind, k.means, count[k.kind], ofCrowdStrike[k.kind])
	}
	for _, k := range []struct{ kind, title string }{{contradicted, "Contradicted"}, {possiblyOne, "Held possible"}, {refusedName, "Refused"}} {
		fmt.Fprintf(&b, "\n## %s\n%s", k.title, strings.Join(lists[k.kind], ""))
	}
	return b.String()
}

// readPair says what two names mean, and how that is to be told.
func readPair(d *resolve.Directory, name, other string) (kind, how string) {
	var found [2]resolve.Actor
	for i, n := range []string{name, other} {
		a, err := d.Find(n)
		var e *resolve.NameError
		switch {
		case err == nil:
			found[i] = a
		case errors.As(err, &e) && len(e.Candidates) > 0:
			return refusedName, n + " " + e.Why
		default:
			return unknownName, ""
		}
	}
	a, b := found[0], found[1]
	if a.ID == b.ID {
		return reproduced, ""
	}
	how = a.Name + " and " + b.Name
	if _, ok := d.Possibly(a.ID, b.ID); ok {
		return possiblyOne, how
	}
	return contradicted, how
}

const namesHead = `# Microsoft's map of names, read against the catalogues

Microsoft publishes with CrowdStrike which names of others stand for its own
(https://github.com/microsoft/mstic, PublicFeeds/ThreatActorNaming). It says that two
names are one actor and not why, so it is read here as one more catalogue and merges
nothing: how many of its pairs the program finds by itself from ATT&CK Enterprise 18.1,
the MISP threat-actor galaxy and what it carries. A test asks each pair again
(cmd/cahoots/names_test.go). Who takes the map as evidence ingests it through a column
map of ` + "`kind: actors`" + ` (incident-maps.md).

| Pairs of a name of Microsoft's and another | all | of them CrowdStrike's names |
| --- | ---: | ---: |
`
