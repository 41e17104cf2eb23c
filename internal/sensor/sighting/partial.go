package sighting

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// A Partial adds up the entries of one system on one day that show the same
// indicators in contacts of one kind. It is finer than organisation, group, indicator and day, from
// which a map and a judge make those; the systems of any of them can be counted
// exactly, without a sketch.
//
// Two partials of the same key made from different entries merge by minimum,
// maximum and sum; [Book] makes sure that entries are different.
type Partial struct {
	Day        Day
	System     System
	Contact    Contact
	Indicators []string // sorted keys; an entry that shows two is in one partial only
	First      time.Time
	Last       time.Time
	Events     int64 // log entries
}

func (e *Entry) partial() Partial {
	return Partial{Day: e.Day(), System: e.System, Contact: e.Contact, Indicators: e.Indicators, First: e.Time, Last: e.Time, Events: 1}
}

// Merge adds a partial of the same key made from other entries.
func (p Partial) Merge(o Partial) Partial {
	if o.First.Before(p.First) {
		p.First = o.First
	}
	if o.Last.After(p.Last) {
		p.Last = o.Last
	}
	p.Events += o.Events
	return p
}

// ComparePartials orders partials by day, system, indicators and first seen.
func ComparePartials(a, b Partial) int {
	return cmp.Or(cmp.Compare(a.Day, b.Day), a.System.compare(b.System), slices.Compare(a.Indicators, b.Indicators),
		a.Contact.compare(b.Contact), a.First.Compare(b.First), a.Last.Compare(b.Last), cmp.Compare(a.Events, b.Events))
}

type partialKey struct {
	day        Day
	system     System
	contact    Contact
	indicators string
}

func (p *Partial) key() partialKey {
	return partialKey{p.Day, p.System, p.Contact, strings.Join(p.Indicators, "\n")}
}

// A Book holds entries, each once, in memory. The zero Book is empty. Merging
// books is commutative, associative and idempotent: a book is a set of entries,
// and what two readings say of one entry is joined by union, minimum and
// maximum.
type Book struct{ entries map[EntryID]Entry }

// Add adds what a block gave. A block that comes twice, entries that stand in
// several blocks, and any order of blocks, give the same book.
func (b *Book) Add(block *Block) {
	for _, e := range block.Entries {
		b.add(e)
	}
}

func (b *Book) add(e Entry) {
	if b.entries == nil {
		b.entries = map[EntryID]Entry{}
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

// Partials adds up the entries, in the order of [ComparePartials]. Entries of
// partials for which split reports true are given one by one; split may be nil.
func (b *Book) Partials(split func(*Partial) bool) []Partial {
	sums := map[partialKey]Partial{}
	for _, e := range b.entries {
		p := e.partial()
		k := p.key()
		if have, ok := sums[k]; ok {
			p = have.Merge(p)
		}
		sums[k] = p
	}
	single := map[partialKey]bool{}
	out := make([]Partial, 0, len(sums))
	for k, p := range sums {
		if split != nil && split(&p) {
			single[k] = true
			continue
		}
		out = append(out, p)
	}
	if len(single) > 0 {
		for _, e := range b.entries {
			if p := e.partial(); single[p.key()] {
				out = append(out, p)
			}
		}
	}
	slices.SortFunc(out, ComparePartials)
	return out
}
