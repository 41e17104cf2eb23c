package server

import (
	"fmt"
	"testing"

	"github.com/cahoots-project/cahoots/internal/ingest/ledger"
)

// What links would change is worked out for all that wait, a bounded number at a time:
// asking again goes on with the others.
func TestWhatLinksWouldChangeIsWorkedOutForAllOfThem(t *testing.T) {
	c := &ledger.Case{}
	for i := range maxTried + 6 {
		c.Evidence = append(c.Evidence, ledger.Item{ID: fmt.Sprint("link-", i), Status: ledger.Proposed, Actors: []string{"A"}, With: []string{"B"}})
	}
	rs := newReviews()
	first := rs.untried("case", c)
	for _, i := range first {
		rs.note("case", c.Evidence[i].ID, Effect{})
	}
	if rest := rs.untried("case", c); len(first) != maxTried || len(rest) != 6 || rest[0] != maxTried {
		t.Errorf("first %d, then %v", len(first), rest)
	}
}
