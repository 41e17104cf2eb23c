package jsonscan

import (
	"context"
	"runtime"
	"sync"
)

// A batch is a run of consecutive elements, copied out of the scanner and
// decoded by a worker. Batches are gathered in their order, so the outcome does
// not depend on the number of workers.
type batch[T any] struct {
	raw      []byte
	elements []Element
	cuts     []int
	out      []T
	done     chan struct{}
}

const batchBytes = 512 << 10

var buffers = sync.Pool{New: func() any {
	b := make([]byte, 0, batchBytes+batchBytes/8)
	return &b
}}

func (b *batch[T]) add(e Element) {
	b.raw = append(b.raw, e.Raw...)
	e.Raw = nil
	b.elements = append(b.elements, e)
	b.cuts = append(b.cuts, len(b.raw))
}

func (b *batch[T]) decode(decode func(Element) T) {
	defer close(b.done)
	from := 0
	b.out = make([]T, len(b.elements))
	for i, e := range b.elements {
		if e.Err == nil {
			e.Raw = b.raw[from:b.cuts[i]:b.cuts[i]]
		}
		b.out[i] = decode(e)
		from = b.cuts[i]
	}
	raw := b.raw[:0]
	b.raw = nil
	buffers.Put(&raw)
}

// Each decodes the elements of s on a few workers and gives what came of them to
// take, in the order of the input. decode must not keep the bytes of an element.
func Each[T any](ctx context.Context, s *Scanner, decode func(Element) T, take func(T, Element)) error {
	workers := max(1, min(runtime.GOMAXPROCS(0), 4))
	work := make(chan *batch[T], workers)
	ordered := make(chan *batch[T], 2*workers)
	for range workers {
		go func() {
			for b := range work {
				b.decode(decode)
			}
		}()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer close(work)
		defer close(ordered)
		for b, more := fill[T](s); ; b, more = fill[T](s) {
			for _, ch := range []chan *batch[T]{ordered, work} {
				select {
				case ch <- b:
				case <-ctx.Done():
					return
				}
			}
			if !more {
				return
			}
		}
	}()
	for b := range ordered {
		select {
		case <-b.done:
		case <-ctx.Done():
			return ctx.Err()
		}
		for i, d := range b.out {
			take(d, b.elements[i])
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.Err()
}

func fill[T any](s *Scanner) (*batch[T], bool) {
	b := &batch[T]{done: make(chan struct{}), raw: (*buffers.Get().(*[]byte))[:0]}
	for len(b.raw) < batchBytes && len(b.elements) < 4096 {
		if !s.Scan() {
			return b, false
		}
		b.add(s.Element())
	}
	return b, true
}
