package server

import (
	"context"
	"errors"
)

// A bench is where documents are made that take long: a few at a time, the
// others waiting for their turn, and beyond those nobody.
type bench struct {
	ctx     context.Context // ends with the server
	slots   chan struct{}
	waiting chan struct{}
}

func newBench(ctx context.Context, slots, queue int) *bench {
	return &bench{ctx: ctx, slots: make(chan struct{}, slots), waiting: make(chan struct{}, slots+queue)}
}

var errBusy = errors.New("too many documents are being made: try again in a few seconds")

// work makes an answer when its turn has come. It goes on when the one who asked
// first has left, because others may be waiting for the same, and the answer is
// kept; it ends with the server.
func (b *bench) work(create func(context.Context) (*answer, error)) (*answer, error) {
	select {
	case b.waiting <- struct{}{}:
		defer func() { <-b.waiting }()
	default:
		return nil, errBusy
	}
	select {
	case b.slots <- struct{}{}:
		defer func() { <-b.slots }()
	case <-b.ctx.Done():
		return nil, b.ctx.Err()
	}
	return create(b.ctx)
}
