package server

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// A bench is where everything is made that takes memory: documents, and the
// assessments of jobs. What is made at a time is bounded by its weight, about the
// bytes it takes; what waits is served by turns among those who ask, so that
// nobody's questions keep another's waiting for longer than one of them takes.
// Jobs, which take minutes, get half of it, or more for one that weighs more, as a
// question about the world does: documents then have the rest.
type bench struct {
	ctx         context.Context // ends with the server
	capacity    int64
	queue, each int // how many may wait, altogether and of one asker

	mu      sync.Mutex
	used    [2]int64 // by documents and by jobs
	running [2]int
	jobs    int         // how many jobs run at a time
	turns   [2][]string // askers, in the order of their turns
	waiting [2]map[string][]*place
	count   int
}

// What a bench makes.
const (
	documents = 0
	jobWork   = 1
)

type place struct {
	weight int64
	begin  chan struct{}
}

func newBench(ctx context.Context, l Limits) *bench {
	return &bench{ctx: ctx, capacity: l.WorkBytes, queue: l.Queue, each: max(l.Queue/4, 1), jobs: l.Jobs,
		waiting: [2]map[string][]*place{{}, {}}}
}

var errBusy = errors.New("too many documents are being made: try again in a few seconds")

// work makes an answer when its turn has come. It goes on when the one who asked
// first has left, because others may be waiting for the same, and the answer is
// kept; it ends with the server.
func (b *bench) work(ctx context.Context, weight int64, create func(context.Context) (*answer, error)) (*answer, error) {
	leave, err := b.enter(b.ctx, documents, askerOf(ctx), weight)
	if err != nil {
		return nil, err
	}
	defer leave()
	return create(b.ctx)
}

// enter waits for a turn, until the context ends. Nobody who finds the queue full
// is let wait.
func (b *bench) enter(ctx context.Context, kind int, asker string, weight int64) (leave func(), err error) {
	weight = max(1, min(weight, b.share(kind)))
	p := &place{weight, make(chan struct{})}
	b.mu.Lock()
	if w := b.waiting[kind][asker]; len(w) >= b.each || b.count >= b.queue {
		b.mu.Unlock()
		return nil, errBusy
	}
	if len(b.waiting[kind][asker]) == 0 {
		b.turns[kind] = append(b.turns[kind], asker)
	}
	b.waiting[kind][asker] = append(b.waiting[kind][asker], p)
	b.count++
	b.serve()
	b.mu.Unlock()
	select {
	case <-p.begin:
		return func() { b.done(kind, weight) }, nil
	case <-ctx.Done():
	case <-b.ctx.Done():
		ctx = b.ctx
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	select {
	case <-p.begin: // it had just begun
		b.release(kind, weight)
	default:
		b.count--
		b.waiting[kind][asker] = slices.DeleteFunc(b.waiting[kind][asker], func(o *place) bool { return o == p })
		if len(b.waiting[kind][asker]) == 0 {
			delete(b.waiting[kind], asker)
			b.turns[kind] = slices.DeleteFunc(b.turns[kind], func(o string) bool { return o == asker })
		}
	}
	return nil, context.Cause(ctx)
}

func (b *bench) done(kind int, weight int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.release(kind, weight)
}

func (b *bench) release(kind int, weight int64) {
	b.used[kind] -= weight
	b.running[kind]--
	b.serve()
}

// serve begins what fits, by turns. What is first in turn and does not fit keeps
// the others of its kind waiting, or it would wait for ever.
func (b *bench) serve() {
	for kind := range b.turns {
		for len(b.turns[kind]) > 0 {
			asker := b.turns[kind][0]
			list := b.waiting[kind][asker]
			if !b.fits(kind, list[0].weight) {
				break
			}
			b.used[kind] += list[0].weight
			b.running[kind]++
			b.count--
			close(list[0].begin)
			b.turns[kind] = b.turns[kind][1:]
			if list = list[1:]; len(list) == 0 {
				delete(b.waiting[kind], asker)
				continue
			}
			b.waiting[kind][asker] = list
			b.turns[kind] = append(b.turns[kind], asker)
		}
	}
}

// share is the most that one thing weighs.
func (b *bench) share(kind int) int64 {
	if kind == jobWork {
		return b.capacity / 8 * 7
	}
	return b.capacity / 2
}

func (b *bench) fits(kind int, weight int64) bool {
	if b.running[kind] == 0 {
		return true // one of each kind is made whatever it weighs, or it would wait for ever
	}
	if kind == jobWork {
		return b.running[kind] < b.jobs && b.used[kind]+weight <= b.capacity/2
	}
	return b.used[kind]+weight <= min(b.capacity/2, b.capacity-b.used[jobWork])
}

// Weights of what is made, in bytes: found by measuring what each takes at its
// highest (docs/security.md).
const (
	weighParsed = 12        // for each byte of a saved assessment that is rendered
	weighRecord = 4 << 10   // for each record that is resolved, counted or listed
	weighLeast  = 4 << 20   // whatever is made
	weighResult = 3         // for each byte of JSON that is read and packed
	weighWorld  = 448 << 20 // a question about the world
)
