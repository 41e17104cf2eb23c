package document

import (
	"cmp"
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
	Builtin   bool          // carried by the program
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

// Standing is the copy in which the source was read, its grade, whether the
// program carries it, and its marking where that is stricter than CLEAR.
func (c Citation) Standing() string {
	var parts []string
	if c.Via != "" {
		parts = append(parts, viaText(c.Via))
	}
	if c.Grade != "" {
		parts = append(parts, "grade "+string(c.Grade))
	}
	if c.Builtin {
		parts = append(parts, "built in")
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
			Count(c.Number), Words(c.Publisher), Words(c.Country), Words(c.Published), Words(c.Title),
			Words(c.Locator), Words(c.Via), Words(string(c.Grade)), Words(string(c.Marking)), Words(JoinIDs(c.Records)),
		}})
	}
	return t
}

// JoinIDs is the ids of records in one cell, a space between them.
func JoinIDs(ids []evidence.ID) string {
	s := make([]string, len(ids))
	for i, id := range ids {
		s[i] = string(id)
	}
	return strings.Join(s, " ")
}
