// Package pact says what binds states to each other, and when: agreements of the
// evidence, and membership of alliances and other organisations.
//
// [New] gathers them; [Pacts.At] says what bound two states all through an
// incident, [Pacts.Level] where two sides stand on the strategic axis. Both the
// assessment of groups and the table of dyads ask here, so that they agree. The
// package is not for what the states do to each other (dyad), and an agreement
// is no evidence that groups work together (assess).
package pact

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Bond is how firmly two states are bound to each other.
type Bond string

// The bonds, from the firmest. What an agreement is called decides, not how it
// is kept: states of one organisation need not be friends.
const (
	// Allied: mutual defence or shared intelligence (an alliance, a treaty with
	// a clause of mutual defence, NATO, EU, CSTO, Five Eyes, AUKUS).
	Allied Bond = "alliance"
	// Bilateral: a treaty or executive agreement of just the two.
	Bilateral Bond = "bilateral agreement"
	// Multilateral: a treaty of more than two, or membership of one
	// organisation (SCO, ASEAN, GCC).
	Multilateral Bond = "multilateral agreement"
	// Declared: a joint statement, a memorandum, norms; none obliges.
	Declared Bond = "statement"
	Unbound  Bond = ""
)

var bonds = []Bond{Allied, Bilateral, Multilateral, Declared, Unbound}

// firmer is negative where a binds more than b.
func firmer(a, b Bond) int { return slices.Index(bonds, a) - slices.Index(bonds, b) }

// An Agreement binds its parties from Since to Until.
type Agreement struct {
	ID      string   `json:"id"` // of the case file, or "bloc:NATO"
	Name    string   `json:"name"`
	Kind    string   `json:"kind"`
	Bond    Bond     `json:"bond"`
	Parties []string `json:"parties"` // of a bloc: everyone who ever was a member
	Clauses []string `json:"clauses"`
	Since   string   `json:"since"` // EDTF; empty where not known: it then counts for nothing
	Until   string   `json:"until"` // EDTF; empty where it is in force or its end is not known
	// Signed says that Since is the day of signature, because no source
	// confirms an entry into force.
	Signed bool        `json:"signed"`
	Record evidence.ID `json:"record,omitempty"` // none of a bloc
	span   evidence.Interval
}

// kindIntelligence is the kind of an agreement to share intelligence.
const kindIntelligence = "intelligence sharing"

// blocBonds are the organisations whose membership binds, by how firmly.
var blocBonds = []struct {
	name string
	bond Bond
	kind string
}{
	{"AUKUS", Allied, "alliance"}, {"CSTO", Allied, "alliance"}, {"EU", Allied, "union with a clause of mutual assistance"},
	{"FIVE EYES", Allied, kindIntelligence}, {"NATO", Allied, "alliance"},
	{"ASEAN", Multilateral, "organisation"}, {"GCC", Multilateral, "organisation"}, {"SCO", Multilateral, "organisation"},
}

// Pacts are the agreements of the evidence and the blocs.
type Pacts struct {
	list      []Agreement // by id
	by        map[[2]string][]int
	records   map[evidence.ID]evidence.Record
	exchanges []evidence.Record // of information, between states as such
}

// New gathers what binds states. Records may come in any order and repeat.
func New(records []evidence.Record) *Pacts {
	p := &Pacts{by: map[[2]string][]int{}, records: map[evidence.ID]evidence.Record{}}
	for _, r := range records {
		if r.Class == evidence.InformationExchange && (r.Status == "" || r.Status == evidence.Asserted) && State(r.Subject) != "" && State(r.Object) != "" {
			p.exchanges = append(p.exchanges, r)
		}
		if _, seen := p.records[r.ID]; r.Class == evidence.Agreement && r.Status != evidence.Denied && !seen {
			p.records[r.ID] = r
			p.list = append(p.list, agreementOf(&r))
		}
	}
	for _, b := range blocBonds {
		p.list = append(p.list, blocAgreement(b.name, b.bond, b.kind))
	}
	slices.SortFunc(p.exchanges, evidence.Compare)
	p.exchanges = slices.CompactFunc(p.exchanges, func(a, b evidence.Record) bool { return a.ID == b.ID })
	slices.SortFunc(p.list, func(a, b Agreement) int {
		return cmp.Or(cmp.Compare(a.ID, b.ID), cmp.Compare(a.Record, b.Record))
	})
	for i, a := range p.list {
		for _, x := range a.Parties {
			for _, y := range a.Parties {
				if x < y {
					p.by[[2]string{x, y}] = append(p.by[[2]string{x, y}], i)
				}
			}
		}
	}
	return p
}

func agreementOf(r *evidence.Record) Agreement {
	a := Agreement{
		ID: cmp.Or(r.Origin.Object, string(r.ID)), Name: r.Value, Kind: r.Kind, Bond: bondOf(r),
		Parties: r.Parties, Clauses: r.Clauses, Record: r.ID, span: r.Activity,
	}
	if a.span.From.IsZero() && !r.Disclosed.IsZero() {
		// Signed in a year or month means at its end at the latest.
		a.span.From, a.span.FromPrecision, a.Signed = r.Disclosed.To, r.Disclosed.ToPrecision, true
		if r.Disclosed.Precision() >= evidence.Day {
			a.span.From = r.Disclosed.From
		}
		a.Since = r.Disclosed.String()
	} else if !a.span.From.IsZero() {
		a.Since, _, _ = strings.Cut(a.span.String(), "/")
	}
	if !a.span.To.IsZero() {
		_, a.Until, _ = strings.Cut(r.Activity.String(), "/")
	}
	if a.span.From.IsZero() {
		a.span = evidence.Interval{}
	}
	return a
}

// bondOf follows the kind and the parties.
func bondOf(r *evidence.Record) Bond {
	switch {
	case r.Kind == "alliance" || r.Kind == kindIntelligence || slices.Contains(r.Clauses, "mutual_defence"):
		return Allied
	case r.Kind != "treaty" && r.Kind != "executive agreement":
		return Declared
	case len(r.Parties) == 2:
		return Bilateral
	}
	return Multilateral
}

// lastYear is beyond every accession that package evidence knows.
const lastYear = 2100

// blocAgreement stands for membership of a bloc, which is asked for day by day.
func blocAgreement(name string, bond Bond, kind string) Agreement {
	a := Agreement{ID: "bloc:" + name, Name: "membership of " + name, Kind: kind, Bond: bond, Clauses: []string{}}
	for y := 1945; y <= lastYear; y++ {
		a.Parties = append(a.Parties, evidence.Members(name, time.Date(y, 12, 31, 0, 0, 0, 0, time.UTC))...)
	}
	a.Parties = set(a.Parties)
	return a
}

// holds reports whether the agreement binds two of its parties all through the
// interval, and whether it does for a part of it.
func (a *Agreement) holds(x, y string, when evidence.Interval) (throughout, partly bool) {
	if when.IsZero() {
		return false, false
	}
	if bloc, ok := strings.CutPrefix(a.ID, "bloc:"); ok {
		return blocHolds(bloc, x, y, when)
	}
	if a.span.IsZero() || !a.span.Overlaps(when) {
		return false, false
	}
	throughout = !when.From.IsZero() && !a.span.From.After(when.From) &&
		(a.span.To.IsZero() || !when.To.IsZero() && !when.To.After(a.span.To))
	return throughout, true
}

// everHolds reports whether two states were ever members of a bloc together.
func (a *Agreement) everHolds(x, y string) bool {
	bloc := strings.TrimPrefix(a.ID, "bloc:")
	for year := 1945; year <= lastYear; year++ {
		m := evidence.Members(bloc, time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC))
		if slices.Contains(m, x) && slices.Contains(m, y) {
			return true
		}
	}
	return false
}

// blocHolds looks at both ends, or at the one that is known: nobody has joined,
// left and joined again within an incident.
func blocHolds(bloc, x, y string, when evidence.Interval) (throughout, partly bool) {
	both := func(t time.Time) bool {
		m := evidence.Members(bloc, t)
		return slices.Contains(m, x) && slices.Contains(m, y)
	}
	first := !when.From.IsZero() && both(when.From)
	last := !when.To.IsZero() && both(when.To.Add(-time.Nanosecond))
	if when.To.IsZero() {
		last = first
	}
	return first && last, first || last
}

// List are the agreements and blocs, by id. The slice is shared: do not change it.
func (p *Pacts) List() []Agreement { return p.list }

// Record is the record of an agreement; blocs have none.
func (p *Pacts) Record(id evidence.ID) (evidence.Record, bool) {
	r, ok := p.records[id]
	return r, ok
}

// Begins is the day from which the agreement counts; zero where it is not known.
func (a *Agreement) Begins() time.Time { return a.span.From }

// At returns the agreements that bind two states all through an interval, the
// firmest bond among them, and the firmest that holds for a part of it.
func (p *Pacts) At(x, y string, when evidence.Interval) (ids []string, bond, perhaps Bond) {
	for _, i := range p.between(x, y) {
		throughout, partly := p.list[i].holds(x, y, when)
		b := p.list[i].Bond
		if throughout {
			ids = append(ids, p.list[i].ID)
			if firmer(b, bond) < 0 {
				bond = b
			}
		}
		if partly && firmer(b, perhaps) < 0 {
			perhaps = b
		}
	}
	return set(ids), bond, perhaps
}

func (p *Pacts) between(x, y string) []int { return p.by[[2]string{min(x, y), max(x, y)}] }

func set(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }
