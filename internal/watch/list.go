package watch

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/loopback"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/question"
	"github.com/cahoots-project/cahoots/internal/yamlfile"
)

// Kinds of news.
const (
	Level        = "level"
	Sign         = "sign"
	Contested    = "contested"
	Confidence   = "confidence"
	Tests        = "tests"        // that crossed the line
	Names        = "names"        // won, lost, joined and split
	Attributions = "attributions" // that turned
	Datasets     = "datasets"     // that are not what they were
)

var kinds = []string{Level, Sign, Contested, Confidence, Tests, Names, Attributions, Datasets}

// usual is what counts as news where nobody says.
var usual = []string{Level, Sign, Contested, Attributions}

// A List is standing questions, and where what moves in them is handed on.
type List struct {
	// Name tells lists over one store apart; empty is "watch".
	Name string `yaml:"name"`
	// Folder gets a file of JSON for every digest; empty is none.
	Folder    string     `yaml:"folder"`
	Webhooks  []Webhook  `yaml:"webhooks"`
	Questions []Question `yaml:"questions"`
}

// A Webhook gets every digest as a POST. Env names the environment variable that
// holds the key with which it is signed, so that the file holds none.
type Webhook struct {
	URL string `yaml:"url"`
	Env string `yaml:"key_from"`
}

// A Question is asked again and again.
type Question struct {
	Name      string       `yaml:"name"` // empty is the two sides
	A         string       `yaml:"a"`
	B         string       `yaml:"b"`
	From      string       `yaml:"from"`
	To        string       `yaml:"to"`
	Actors    string       `yaml:"actors"`
	NoBuiltin string       `yaml:"no_builtin"`
	Ceiling   evidence.TLP `yaml:"ceiling"` // the strictest marking it is asked over; empty is CLEAR
	News      []string     `yaml:"news"`    // what counts; empty is level, sign, contested and attributions
}

// Most questions of a list, webhooks, and bytes of a name.
const (
	mostQuestions = 10_000
	mostWebhooks  = 16
	longestName   = 200
)

// Read reads a list and says what is wrong with it.
func Read(b []byte) (*List, error) {
	var l List
	if err := yamlfile.Unmarshal(b, &l); err != nil {
		return nil, err
	}
	l.Name = cmp.Or(l.Name, "watch")
	switch {
	case len(l.Questions) == 0:
		return nil, fmt.Errorf("it asks nothing: give questions, each with a and b")
	case len(l.Questions) > mostQuestions:
		return nil, fmt.Errorf("it asks %d questions, more than %d: make two lists with names of their own", len(l.Questions), mostQuestions)
	case len(l.Webhooks) > mostWebhooks:
		return nil, fmt.Errorf("it names %d webhooks, more than %d", len(l.Webhooks), mostWebhooks)
	case len(l.Name) > longestName:
		return nil, fmt.Errorf("its name is longer than %d bytes", longestName)
	}
	for _, h := range l.Webhooks {
		if err := h.check(); err != nil {
			return nil, err
		}
	}
	seen := map[string]int{}
	for i := range l.Questions {
		q := &l.Questions[i]
		if err := q.check(); err != nil {
			return nil, fmt.Errorf("question %d: %w", i+1, err)
		}
		if first := seen[q.key()]; first > 0 {
			return nil, fmt.Errorf("question %d is question %d once more: take one out, or give it another name", i+1, first)
		}
		seen[q.key()] = i + 1
	}
	return &l, nil
}

func (q *Question) check() error {
	q.Name, q.Ceiling = cmp.Or(q.Name, q.A+" and "+q.B), cmp.Or(q.Ceiling, evidence.Clear)
	ceiling, err := evidence.ParseTLP(string(q.Ceiling))
	if err != nil {
		return err
	}
	if q.Ceiling = ceiling; len(q.Name) > longestName {
		return fmt.Errorf("its name is longer than %d bytes", longestName)
	}
	for _, n := range q.News {
		if !slices.Contains(kinds, n) {
			return fmt.Errorf("%q is no kind of news; there are %s", n, strings.Join(kinds, ", "))
		}
	}
	if len(q.News) == 0 {
		q.News = usual
	}
	return question.Check(q.asked())
}

// asked is the question as it is put to the evidence.
func (q *Question) asked() assess.Question {
	return assess.Question{A: q.A, B: q.B, From: q.From, To: q.To, Actors: q.Actors, NoBuiltin: q.NoBuiltin}
}

// key tells a question from the others of its list, in text that a server keeps too: it takes
// no NUL.
func (q *Question) key() string {
	return strings.Join([]string{q.Name, q.A, q.B, q.From, q.To, q.Actors, q.NoBuiltin, string(q.Ceiling)}, "\x1f")
}

// check refuses what would send digests in the clear, or a secret with the file.
func (h Webhook) check() error {
	u, err := url.Parse(h.URL)
	switch {
	case err != nil || u.Host == "":
		return fmt.Errorf("a webhook is no address: give https://host/path")
	case u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return fmt.Errorf("the webhook of %s has a name, a query or a fragment in its address, where secrets stand: sign with key_from instead", u.Host)
	case !loopback.OrHTTPS(u):
		return fmt.Errorf("the webhook of %s is not https", u.Host)
	case h.Env == "":
		return fmt.Errorf("the webhook of %s is not signed: name with key_from the environment variable that holds its key", u.Host)
	}
	return nil
}
