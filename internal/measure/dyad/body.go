package dyad

import (
	"context"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A Body is evidence made ready for tables: the reports of incidents, joined across
// data sets. It is safe for concurrent use.
type Body struct {
	reach       string
	told        []*report
	read, other int
	groups      [][]*report
	merges      []Merge
	refused     []refusal
	pacts       *pact.Pacts
}

// NewBody makes records ready: no table depends on whether it was made of a Body.
func NewBody(ctx context.Context, records []evidence.Record, policy resolve.Policy) (*Body, error) {
	who, err := resolve.Resolve(records, policy)
	if err != nil {
		return nil, fmt.Errorf("resolving names: %w", err)
	}
	b := &Body{reach: evidence.Reach(records).String(), pacts: pact.New(records)}
	b.told, b.read, b.other = reports(records, who)
	if b.groups, b.merges, b.refused, err = link(ctx, b.told); err != nil {
		return nil, fmt.Errorf("joining the incidents of several data sets: %w", err)
	}
	return b, nil
}
