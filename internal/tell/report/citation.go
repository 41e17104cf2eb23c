package report

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Citation is one numbered source.
type Citation struct {
	Number    int
	Publisher string
	Country   string // of the publisher, ISO 3166-1 alpha-2
	Published string // EDTF
	Title     string
	Locator   string
	Via       string
	Grade     evidence.Admiralty
	Marking   evidence.TLP
	Records   []evidence.ID // the records that rest on it
	Folded    bool          // only folded rows refer to it
}

// Origin is the publisher with its country and the date of publication, as far
// as known.
func (c Citation) Origin() string {
	s := cmp.Or(c.Publisher, "publisher not named")
	if c.Country != "" {
		s += " (" + c.Country + ")"
	}
	if c.Published != "" {
		s += ", " + c.Published
	}
	return s
}

// Standing is the copy in which the source was read, its grade, and its marking
// where that is stricter than CLEAR.
func (c Citation) Standing() string {
	var parts []string
	if c.Via != "" {
		parts = append(parts, viaText(c.Via))
	}
	if c.Grade != "" {
		parts = append(parts, "grade "+string(c.Grade))
	}
	if c.Marking.Compare(evidence.Clear) > 0 {
		parts = append(parts, "TLP:"+string(c.Marking))
	}
	return strings.Join(parts, "; ")
}

// viaText says where a source was read. Some data sets give a phrase ("as
// reported by ..."), others the name of the copy.
func viaText(via string) string {
	if r, _ := utf8.DecodeRuneInString(via); unicode.IsLower(r) && strings.Contains(via, " ") {
		return via
	}
	return "read in " + via
}

// bibliography numbers citations in the order in which they are first asked for.
type bibliography struct {
	records map[evidence.ID]evidence.Record
	list    []Citation
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
		b.list = append(b.list, Citation{
			Number: n, Publisher: c.Publisher, Country: c.PublisherCountry,
			Published: c.Published.String(), Title: c.Title, Locator: c.Locator,
			Via: c.Via, Grade: grade, Marking: marking, Folded: b.folding,
		})
	}
	return n
}

// sourcesTable is the bibliography as a table, for CSV.
func sourcesTable(cs []Citation) *Table {
	t := &Table{ID: "sources", Title: "Sources", Columns: []Column{
		{ID: "number", Title: "No.", Kind: Integer}, {ID: "publisher", Title: "Publisher"},
		{ID: "publisher_country", Title: "Country"}, {ID: "published", Title: "Published", Kind: Date},
		{ID: "title", Title: "Title"}, {ID: "locator", Title: "Locator"}, {ID: "via", Title: "Read in"},
		{ID: "grade", Title: "Grade"}, {ID: "marking", Title: "Marking"}, {ID: "records", Title: "Records"},
	}}
	for _, c := range cs {
		t.Rows = append(t.Rows, Row{Cells: []Cell{
			count(c.Number), words(c.Publisher), words(c.Country), words(c.Published), words(c.Title),
			words(c.Locator), words(c.Via), words(string(c.Grade)), words(string(c.Marking)), words(joinIDs(c.Records)),
		}})
	}
	return t
}

func joinIDs(ids []evidence.ID) string {
	s := make([]string, len(ids))
	for i, id := range ids {
		s[i] = string(id)
	}
	return strings.Join(s, " ")
}
