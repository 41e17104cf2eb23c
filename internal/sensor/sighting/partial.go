package sighting

import (
	"cmp"
	"slices"
	"time"
)

// A Partial adds up the entries of one system on one day that show the same
// indicators in contacts of one kind. It is finer than organisation, group, indicator and day, from
// which a map and a judge make those; the systems of any of them can be counted
// exactly, without a sketch.
//
// Two partials of the same key made from different entries merge by minimum,
// maximum and sum; the store makes sure that entries are different.
type Partial struct {
	Day        Day
	System     System
	Contact    Contact
	Indicators []string // sorted keys; an entry that shows two is in one partial only
	First      time.Time
	Last       time.Time
	Events     int64 // log entries
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
