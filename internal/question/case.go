package question

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// FromCase makes the question and evidence of a case file, which is asked alone:
// nothing is laid beside it. name says in errors where it was read. A record
// that cannot be read is an error.
func FromCase(b []byte, name string) (assess.Input, error) {
	c, bad, err := ledger.Parse(bytes.NewReader(b), name)
	if err != nil {
		return assess.Input{}, err
	}
	if len(bad) > 0 {
		return assess.Input{}, fmt.Errorf("%s: %w", name, bad[0])
	}
	sum := sha256.Sum256(b)
	in := assess.Input{
		Records:  c.Records(),
		Question: assess.Question{A: strings.Join(c.Question.A, ", "), B: strings.Join(c.Question.B, ", "), From: c.Question.From, To: c.Question.To},
		Datasets: []assess.Dataset{{Name: c.Dataset(), Version: c.Version, SHA256: hex.EncodeToString(sum[:])}},
		Policy:   PolicyOf(c),
	}
	if c.Notice != "" {
		in.Notices = []string{c.Notice}
	}
	return in, nil
}

// PolicyOf is the policy on names that a case states.
func PolicyOf(c *ledger.Case) resolve.Policy {
	p := resolve.Policy{Split: c.Policy.Split, IncludeDisputed: c.Policy.IncludeDisputed, IgnoreDatasets: c.Policy.IgnoreDatasets}
	for _, j := range c.Policy.Join {
		p.Join = append(p.Join, resolve.Join{Names: j.Names, Why: j.Why})
	}
	return p
}
