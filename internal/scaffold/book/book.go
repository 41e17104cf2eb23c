// Package book adds up log entries in memory as the store does in SQL, which tests
// hold to it. It is for tests, and not for the program.
package book

import (
	"bytes"
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/sighting"
)

// A Book holds entries, each once, in memory. The zero Book is empty. Merging
// books is commutative, associative and idempotent: a book is a set of entries,
// and what two readings say of one entry is joined by union, minimum and
// maximum.
type Book struct {
	entries map[sighting.EntryID]sighting.Entry
}

// Add adds what a block gave. A block that comes twice, entries that stand in
// several blocks, and any order of blocks, give the same book.
func (b *Book) Add(block *sighting.Block) {
	for _, e := range block.Entries {
		b.add(e)
	}
}

func (b *Book) add(e sighting.Entry) {
	if b.entries == nil {
		b.entries = map[sighting.EntryID]sighting.Entry{}
	}
	if old, ok := b.entries[e.ID]; ok {
		e = old.Merge(e)
	}
	b.entries[e.ID] = e
}

// Merge adds everything another book holds.
func (b *Book) Merge(o *Book) {
	for _, e := range o.entries {
		b.add(e)
	}
}

// Partials adds up the entries, in the order of [sighting.ComparePartials]. Entries of
// partials for which split reports true are given one by one; split may be nil.
func (b *Book) Partials(split func(*sighting.Partial) bool) []sighting.Partial {
	sums := map[key]sighting.Partial{}
	for _, e := range b.entries {
		p := e.Partial()
		k := keyOf(&p)
		if have, ok := sums[k]; ok {
			p = have.Merge(p)
		}
		sums[k] = p
	}
	single := map[key]bool{}
	out := make([]sighting.Partial, 0, len(sums))
	for k, p := range sums {
		if split != nil && split(&p) {
			single[k] = true
			continue
		}
		out = append(out, p)
	}
	if len(single) > 0 {
		for _, e := range b.entries {
			if p := e.Partial(); single[keyOf(&p)] {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, sighting.ComparePartials)
	return out
}

// Entries are all of them, by time and id.
func (b *Book) Entries() []sighting.Entry {
	return slices.SortedFunc(maps.Values(b.entries), func(x, y sighting.Entry) int {
		return cmp.Or(x.Time.Compare(y.Time), bytes.Compare(x.ID[:], y.ID[:]))
	})
}

type key struct {
	day        sighting.Day
	system     sighting.System
	contact    sighting.Contact
	indicators string
}

func keyOf(p *sighting.Partial) key {
	return key{p.Day, p.System, p.Contact, strings.Join(p.Indicators, "\n")}
}
