package assess

import (
	"context"
	"fmt"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/channel"
	"github.com/cahoots-project/cahoots/internal/measure/dyad"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// A Body is evidence made ready to be asked about: who is who, and which incidents
// several data sets tell of, each once. It is safe for concurrent use.
type Body struct {
	corpus    *channel.Corpus
	incidents []dyad.Incident
	incident  map[evidence.ID]channel.Incident // by record
}

// NewBody makes records ready for many questions, and keeps what they have in
// common: no answer depends on whether it was asked of a Body.
func NewBody(ctx context.Context, records []evidence.Record, policy resolve.Policy) (*Body, error) {
	b, err := newBody(ctx, records, policy)
	if err == nil {
		b.corpus.Keep()
	}
	return b, err
}

func newBody(ctx context.Context, records []evidence.Record, policy resolve.Policy) (*Body, error) {
	dir, err := resolve.Resolve(records, policy)
	if err != nil {
		return nil, fmt.Errorf("resolving names: %w", err)
	}
	b := &Body{corpus: channel.NewCorpus(records, dir), incident: map[evidence.ID]channel.Incident{}}
	if b.incidents, err = dyad.Incidents(ctx, b.corpus.Records(), dir); err != nil {
		return nil, err
	}
	for _, i := range b.incidents {
		for _, id := range i.Records {
			b.incident[id] = channel.Incident{ID: i.ID, By: i.Initiators}
		}
	}
	return b, nil
}

// body is the evidence of an input, made ready now where it was not before.
func (in *Input) body(ctx context.Context) (*Body, error) {
	if in.Body != nil {
		return in.Body, nil
	}
	return newBody(ctx, in.Records, in.Policy)
}
