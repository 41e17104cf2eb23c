package assess

import (
	"cmp"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// An Entry of the ledger is one claim of one publisher about two parties: a link
// between them, or that they are or are not one.
type Entry struct {
	ID     string          `json:"id"` // of the entry in its case or data set
	A      Party           `json:"a"`
	B      Party           `json:"b"`
	Record evidence.Record `json:"record"`
	// Unconfirmed: it is asserted, and no other independent source asserts
	// anything of the two.
	Unconfirmed bool `json:"unconfirmed,omitempty"`
	// Disputed: independent sources disagree on the two, since one asserts what
	// another contests or denies.
	Disputed bool `json:"disputed,omitempty"`
}

// A Party is a group under the name by which it is known, or a state as such.
type Party struct {
	Name  string `json:"name,omitempty"`
	State string `json:"state,omitempty"` // ISO 3166-1 alpha-2; empty where nobody names one
	// ID tells parties apart: that of the actor where it is known, a code of a state.
	ID string `json:"-"`
}

// Entries are records of links, and of who may be whom, as entries of the ledger,
// by the names of the parties and by date.
func Entries(records []evidence.Record, dir *resolve.Directory) []Entry {
	out := make([]Entry, len(records))
	for i, r := range records {
		out[i] = Entry{ID: cmp.Or(r.Origin.Object, string(r.ID)), A: partyIn(dir, r.Subject), B: partyIn(dir, r.Object), Record: r}
	}
	weighStances(out)
	slices.SortFunc(out, func(x, y Entry) int {
		return cmp.Or(cmp.Compare(x.A.Name, y.A.Name), cmp.Compare(x.B.Name, y.B.Name), cmp.Compare(x.When(), y.When()), cmp.Compare(x.Record.ID, y.Record.ID))
	})
	return out
}

// When is the date of the entry, EDTF; empty where it has none.
func (e *Entry) When() string {
	when, _ := e.Record.When()
	return when.String()
}

func partyIn(dir *resolve.Directory, a evidence.Actor) Party {
	if code := pact.State(a); code != "" {
		return Party{Name: evidence.CountryName(code), State: code, ID: code}
	}
	if id, ok := dir.Of(a); ok {
		actor, _ := dir.Actor(id)
		return Party{Name: actor.Name, State: cmp.Or(actor.Country, a.Country), ID: string(id)}
	}
	return Party{Name: a.Name, State: a.Country, ID: resolve.Fold(a.Name)}
}

// The stances of an entry.
const (
	asserts = iota
	doubts
	denies
)

func stanceOf(r *evidence.Record) int {
	switch {
	case r.Status == evidence.Denied || r.Class == evidence.Denial:
		return denies
	case r.Status == evidence.Contested:
		return doubts
	}
	return asserts
}

// weighStances marks what stands alone and where sources disagree. What is said of
// a link and what is said of two names being one are weighed apart.
func weighStances(entries []Entry) {
	type pair struct {
		a, b string
		name bool
	}
	of := map[pair][]int{}
	for i, e := range entries {
		k := pair{min(e.A.ID, e.B.ID), max(e.A.ID, e.B.ID), e.Record.Class == evidence.PossiblySame}
		of[k] = append(of[k], i)
	}
	for _, places := range of {
		for _, i := range places {
			r := &entries[i].Record
			entries[i].Unconfirmed = stanceOf(r) == asserts
			for _, j := range places {
				o := &entries[j].Record
				if o.Source() == r.Source() {
					continue
				}
				if stanceOf(o) == asserts {
					entries[i].Unconfirmed = false
				}
				if stanceOf(o) != stanceOf(r) {
					entries[i].Disputed = true
				}
			}
		}
	}
}

// A Filter admits entries of the ledger. The zero Filter admits all.
type Filter struct {
	States    []string // one: of a party; two: of both, one each
	Group     string   // a name of a party, as the entry or a catalogue writes it
	Class     evidence.Class
	Publisher string // a part of its name, in any case
	Status    evidence.Status

	Unconfirmed, Disputed bool
}

// Admits reports whether the filter admits an entry.
func (f Filter) Admits(e Entry) bool {
	is := func(p Party, state string) bool { return p.State == state }
	switch n := len(f.States); {
	case n == 1 && !is(e.A, f.States[0]) && !is(e.B, f.States[0]),
		n > 1 && !(is(e.A, f.States[0]) && is(e.B, f.States[1]) || is(e.A, f.States[1]) && is(e.B, f.States[0])):
		return false
	}
	group := resolve.Fold(f.Group)
	names := []string{e.A.Name, e.B.Name, e.Record.Subject.Name, e.Record.Object.Name}
	return (group == "" || slices.ContainsFunc(names, func(n string) bool { return resolve.Fold(n) == group })) &&
		(f.Class == "" || e.Record.Class == f.Class) &&
		strings.Contains(strings.ToLower(e.Record.Citation.Publisher), strings.ToLower(f.Publisher)) &&
		(f.Status == "" || cmp.Or(e.Record.Status, evidence.Asserted) == f.Status) &&
		(!f.Unconfirmed || e.Unconfirmed) && (!f.Disputed || e.Disputed)
}
