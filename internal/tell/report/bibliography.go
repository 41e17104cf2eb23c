package report

import (
	"slices"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/tell/document"
)

// bibliography numbers citations in the order in which they are first asked for.
type bibliography struct {
	records map[evidence.ID]evidence.Record
	list    []document.Citation
	byKey   map[citationKey]int // number
	byID    map[evidence.ID]int // number
	folding bool                // citations added from now on are folded
}

type citationKey struct {
	publisher, country, title, locator, via, published string
	grade                                              evidence.Admiralty
	marking                                            evidence.TLP
}

func newBibliography(records map[evidence.ID]evidence.Record) *bibliography {
	return &bibliography{records: records, byKey: map[citationKey]int{}, byID: map[evidence.ID]int{}}
}

// cite returns the sorted numbers of the citations of records, adding those
// that are new. A record the result does not hold is passed over: an older file
// may name one that was withheld.
func (b *bibliography) cite(ids []evidence.ID) []int {
	var refs []int
	for _, id := range ids {
		if r, ok := b.records[id]; ok {
			refs = append(refs, b.number(id, r))
		}
	}
	slices.Sort(refs)
	return slices.Compact(refs)
}

func (b *bibliography) number(id evidence.ID, r evidence.Record) int {
	if n := b.byID[id]; n > 0 {
		return n
	}
	n := b.source(r.Citation, r.Grade, r.Marking)
	b.list[n-1].Builtin = b.list[n-1].Builtin || r.Origin.Builtin
	b.byID[id] = n
	b.list[n-1].Records = append(b.list[n-1].Records, id)
	return n
}

// source is the number of a citation, which is added where it is new.
func (b *bibliography) source(c evidence.Citation, grade evidence.Admiralty, marking evidence.TLP) int {
	key := citationKey{
		c.Publisher, c.PublisherCountry, c.Title, c.Locator, c.Via, c.Published.String(), grade, marking,
	}
	n := b.byKey[key]
	if n == 0 {
		n = len(b.list) + 1
		b.byKey[key] = n
		b.list = append(b.list, document.Citation{
			Number: n, Publisher: c.Publisher, Country: c.PublisherCountry,
			Published: c.Published.String(), Title: c.Title, Locator: c.Locator,
			Via: c.Via, Grade: grade, Marking: marking, Folded: b.folding,
		})
	}
	return n
}
