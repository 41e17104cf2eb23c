package stixevidence

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"

	"github.com/cahoots-project/cahoots/internal/ingest/source"
)

// A batch is a run of consecutive elements, copied out of the scanner and
// decoded by a worker. Batches are gathered in their order, so the outcome does
// not depend on the number of workers.
type batch struct {
	raw      []byte
	elements []source.Element
	cuts     []int
	out      []decoded
	done     chan struct{}
}

// decoded is the outcome for one element: an object to keep, the reason to
// leave it out, or what is wrong with it.
type decoded struct {
	object *object
	skip   string
	bad    *source.RecordError
}

// maxNesting is as deep as encoding/json decodes; the scanner's limit is lower.
const maxNesting = 10000

const batchBytes = 512 << 10

var buffers = sync.Pool{New: func() any {
	b := make([]byte, 0, batchBytes+batchBytes/8)
	return &b
}}

func (b *batch) add(e source.Element) {
	b.raw = append(b.raw, e.Raw...)
	e.Raw = nil
	b.elements = append(b.elements, e)
	b.cuts = append(b.cuts, len(b.raw))
}

func (b *batch) decode(file string) {
	defer close(b.done)
	from := 0
	b.out = make([]decoded, len(b.elements))
	for i, e := range b.elements {
		b.out[i] = decodeElement(b.raw[from:b.cuts[i]:b.cuts[i]], e, file)
		from = b.cuts[i]
	}
	raw := b.raw[:0]
	b.raw = nil
	buffers.Put(&raw) // decoded objects hold copies
}

func decodeElement(raw []byte, e source.Element, file string) decoded {
	reject := func(id, property, why string) decoded {
		path := e.Path()
		if property != "" {
			path += "/" + property
		}
		return decoded{bad: &source.RecordError{File: file, Line: e.Line, Object: id, Path: path, Why: why}}
	}
	if e.Err != nil {
		return reject("", "", e.Err.Error())
	}
	if err := source.CheckJSON(raw, maxNesting); err != nil {
		return reject("", "", "is "+err.Error()+" of the object")
	}
	if raw[0] != '{' {
		return reject("", "", "is not an object: "+clip(string(raw), 40))
	}
	o, skip, err := decode(raw)
	if skip != "" {
		return decoded{skip: skip}
	}
	var f *fault
	if errors.As(err, &f) {
		return reject(o.id, f.property, f.why)
	}
	o.place = place{e.Line, e.Path()}
	return decoded{object: o}
}

// load reads the whole input into the graph. Objects that bear no evidence are
// counted and let go.
func (g *graph) load(ctx context.Context, scanner *source.ObjectScanner, file string) error {
	workers := max(1, min(runtime.GOMAXPROCS(0), 4))
	work := make(chan *batch, workers)
	ordered := make(chan *batch, 2*workers)
	for range workers {
		go func() {
			for b := range work {
				b.decode(file)
			}
		}()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		defer close(work)
		defer close(ordered)
		for b, more := fillBatch(scanner); ; b, more = fillBatch(scanner) {
			for _, ch := range []chan *batch{ordered, work} {
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
			g.take(d, b.elements[i])
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	g.bundle = maps.Clone(scanner.Members())
	return scanner.Err()
}

func fillBatch(s *source.ObjectScanner) (*batch, bool) {
	b := &batch{done: make(chan struct{}), raw: (*buffers.Get().(*[]byte))[:0]}
	for len(b.raw) < batchBytes && len(b.elements) < 4096 {
		if !s.Scan() {
			return b, false
		}
		b.add(s.Element())
	}
	return b, true
}

// sortedKeys lists the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
