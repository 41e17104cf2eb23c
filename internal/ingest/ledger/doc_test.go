package ledger

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func handbook(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("../../../docs/case-files.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestHandbookExampleIsComplete(t *testing.T) {
	_, rest, ok := strings.Cut(handbook(t), "<!-- example: tested -->\n```yaml\n")
	text, _, end := strings.Cut(rest, "```")
	if !ok || !end {
		t.Fatal("the handbook has no tested example")
	}
	c, bad, err := Parse(strings.NewReader(text), "docs/case-files.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range Check(c, bad, now) {
		if f.Severity == Error || !strings.Contains(f.Text, "no publisher from") {
			t.Error(f)
		}
	}
	if len(c.Actors) < 2 || len(c.Evidence) < 3 || len(c.Agreements) == 0 || len(c.Question.A) == 0 {
		t.Errorf("the example leaves a section out: %+v", c)
	}
}

// probe gives every section a key that it cannot know, which is answered by all
// the keys it does.
const probe = `case: {id: x, qqqqqqqqqqqqqqqqqqqq: 1}
question: {qqqqqqqqqqqqqqqqqqqq: 1}
actors: [{name: x, qqqqqqqqqqqqqqqqqqqq: 1}, {name: y, aliases: [{qqqqqqqqqqqqqqqqqqqq: 1}]}]
sources: {x: {qqqqqqqqqqqqqqqqqqqq: 1}}
evidence: [{qqqqqqqqqqqqqqqqqqqq: 1}, {targets: [{qqqqqqqqqqqqqqqqqqqq: 1}]}]
agreements: [{qqqqqqqqqqqqqqqqqqqq: 1}]
controls: [{qqqqqqqqqqqqqqqqqqqq: 1}]
policy: {qqqqqqqqqqqqqqqqqqqq: 1, join: [{qqqqqqqqqqqqqqqqqqqq: 1}]}
`

func TestHandbookNamesEveryKeyClassAndWord(t *testing.T) {
	doc := handbook(t)
	words := append(classNames(), "case", "question", "actors", "sources", "evidence", "agreements", "controls", "policy")
	for _, list := range [][]string{kinds, clauses, signs, confidences, statuses, consents, exclusives, bases, objectives} {
		words = append(words, list...)
	}
	_, bad, err := Parse(strings.NewReader(probe), "probe")
	if err != nil {
		t.Fatal(err)
	}
	lists := 0
	for _, e := range bad {
		if _, known, ok := strings.Cut(e.Why, "known here: "); ok {
			words = append(words, strings.Split(known, ", ")...)
			lists++
		}
	}
	if lists != 11 {
		t.Errorf("the probe found %d lists of keys, want 11: %v", lists, bad)
	}
	for _, w := range words {
		if !regexp.MustCompile("`" + regexp.QuoteMeta(w) + "[`:]|\\{[^}`]*\\b" + regexp.QuoteMeta(w) + ":").MatchString(doc) {
			t.Errorf("docs/case-files.md does not explain %q", w)
		}
	}
}
