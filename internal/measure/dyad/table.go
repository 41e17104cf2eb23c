package dyad

import (
	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/pact"
	"github.com/cahoots-project/cahoots/internal/measure/resolve"
)

// Schema names the JSON form of a [Table].
const Schema = "cahoots/dyads/v1"

// The motives of an incident. Influence and destruction come from case files
// only; destruction counts as disruption.
const (
	Espionage  = "espionage"
	Disruption = "disruption"
	Financial  = "financial"
	Influence  = "influence"
	NoMotive   = "unknown"
)

// Motives lists them in the order of tables.
func Motives() []string { return []string{Espionage, Disruption, Financial, Influence, NoMotive} }

// A Question bounds a table. The zero Question asks for every pair of states
// at any time.
type Question struct {
	A         string `json:"a"`         // state, alpha-2; with B, both directions between the two
	B         string `json:"b"`         // with A
	From      string `json:"from"`      // first date, EDTF
	To        string `json:"to"`        // last date, EDTF
	Agreement string `json:"agreement"` // id of an agreement to compare before and after
	Years     int    `json:"years"`     // length of the windows before and after; 0 is [DefaultYears]
	Friends   bool   `json:"friends"`   // only dyads of states bound by more than a statement at the time of an incident
	// NoBuiltin names the kinds of built-in evidence that are left out, with
	// commas: agreements, links, spying, or all.
	NoBuiltin string `json:"no_builtin,omitempty"`
	// AsOf is the day, EDTF, by whose end something must have been disclosed to
	// count; empty for all there is.
	AsOf string `json:"as_of,omitempty"`
}

// DefaultYears is the length of each window of a [Comparison].
const DefaultYears = 5

// Tool says what made a table.
type Tool struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// A Dataset is what a table was made from.
type Dataset struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	SHA256  string `json:"sha256"`
	Records int    `json:"records"`
	Builtin bool   `json:"builtin,omitempty"` // carried by the program
	Until   string `json:"until,omitempty"`   // the last day of an act or a disclosure on record, where it was looked for
}

// Input is what [Count] works on.
type Input struct {
	Records  []evidence.Record
	Policy   resolve.Policy
	Question Question
	Tool     Tool
	Datasets []Dataset
	Notices  []string
	Warnings []string
	// Body is the evidence made ready before, of the same records under the same
	// policy, where many tables are made of it; nil where this is the only one.
	Body *Body
}

// A Table is who attacked whom.
type Table struct {
	Schema   string    `json:"schema"`
	Tool     Tool      `json:"tool"`
	Question Question  `json:"question"`
	Data     []Dataset `json:"data"`
	// Reach is how far the data on incidents go, EDTF; empty where none is dated.
	Reach   string       `json:"reach,omitempty"`
	Marking evidence.TLP `json:"marking"`
	Account account      `json:"account"`
	// Dyads are the ordered pairs of states with at least one incident, those
	// with most first.
	Dyads []Dyad `json:"dyads"`
	// Friends ranks the dyads whose states were bound to each other at the time
	// of at least one incident.
	Friends     []friend     `json:"friends"`
	Comparisons []Comparison `json:"comparisons"`
	Incidents   []Incident   `json:"incidents"` // those of the dyads, by date
	// Strategic is where two states asked about stand, S0 to S4, as an assessment of
	// them says, and StrategicWhy its reason.
	Strategic    string `json:"strategic,omitempty"`
	StrategicWhy string `json:"strategic_why,omitempty"`
	// Joint are the incidents that sources lay to both states of the question, as a
	// joint act or as that of one of them, whomever they struck; none where the
	// question does not name two states.
	Joint      []Incident       `json:"joint,omitempty"`
	Agreements []pact.Agreement `json:"agreements"`
	// Merges are the joins behind Incidents; Refused are the pairs of reports
	// that came near to one.
	Merges  []Merge   `json:"merges"`
	Refused []refusal `json:"refused"`
	// Records are what the incidents and agreements rest on.
	Records  map[evidence.ID]evidence.Record `json:"records"`
	Notices  []string                        `json:"notices"`
	Warnings []string                        `json:"warnings"`
}

// account says what became of everything that was read: Counted and the Left
// together are Incidents.
type account struct {
	Records int `json:"records"` // records that tell of incidents
	Other   int `json:"other"`   // records of other classes, which do not
	// Reports are incidents as one data set tells them; Merged of them were
	// joined to one of another data set, which leaves Incidents.
	Reports   []Tally `json:"reports"` // by data set
	Merged    int     `json:"merged"`
	Incidents int     `json:"incidents"`
	Counted   int     `json:"counted"` // stand in at least one dyad of the whole table
	Left      []Tally `json:"left"`    // stand in none, by reason
	// Shown stand in a dyad that the question asks for.
	Shown int `json:"shown"`
}

// A Tally is a number of something.
type Tally struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// A Dyad is one state's attacks on another.
type Dyad struct {
	Initiator string  `json:"initiator"` // alpha-2
	Target    string  `json:"target"`
	Incidents int     `json:"incidents"`
	Years     []Tally `json:"years"` // by the year in which the incident's interval begins; "undated" last
	// Motives: an incident to which sources give two motives counts under both.
	Motives []Tally `json:"motives"`
	// Datasets, Publishers (by seat of whoever published the record) and
	// Attributers (states named as having attributed) say who tells of it; one
	// incident may count under several.
	Datasets    []Tally `json:"datasets"`
	Publishers  []Tally `json:"publishers"`
	Attributers []Tally `json:"attributers"`
	Twice       int     `json:"twice"` // told by more than one data set
	// Doubtful counts pairs of reports that may be one incident and were not
	// joined (see Refused): the true number may be lower by as many.
	Doubtful int `json:"doubtful"`
	// NonState counts the incidents of groups and individuals who live in the
	// initiator state and are not said to work for it; they stand in no Bonds.
	NonState int `json:"non_state"`
	// Joint counts the incidents that sources lay to several states together; such
	// an incident is one, stands under each of them, and is no deed of one friend
	// against another: it stands in no Bonds.
	Joint     int    `json:"joint"`
	Contested int    `json:"contested"`
	Denied    int    `json:"denied"`
	Earliest  string `json:"earliest"` // EDTF; empty where none is dated
	Latest    string `json:"latest"`
	// Bonds counts the incidents of the state, as far as known, by the firmest
	// bond in force throughout.
	Bonds Bonds `json:"bonds"`
	// Perhaps counts incidents without such a bond but with one in force for
	// part of their interval.
	Perhaps int    `json:"perhaps"`
	Cases   []Case `json:"cases"` // by date
}

// A Case is an incident in one dyad.
type Case struct {
	Incident   string        `json:"incident"`
	Bond       pact.Bond     `json:"bond"`       // strongest in force throughout
	Agreements []string      `json:"agreements"` // ids of those in force throughout
	Records    []evidence.ID `json:"records"`    // those that name both states
}

// A friend is a dyad in the ranking of friends that hack friends.
type friend struct {
	Rank       int      `json:"rank"`
	Initiator  string   `json:"initiator"`
	Target     string   `json:"target"`
	Bonds      Bonds    `json:"bonds"`
	Contested  int      `json:"contested"` // of those, contested or denied
	Agreements []string `json:"agreements"`
}

// An Incident is told by one data set or more.
type Incident struct {
	ID         string            `json:"id"`     // its events, joined by "+"
	Events     []string          `json:"events"` // one for each data set
	Titles     []string          `json:"titles"`
	Initiators []string          `json:"initiators"`
	Actors     []string          `json:"actors"` // as resolved, else as written
	Targets    []string          `json:"targets"`
	When       evidence.Interval `json:"when"`
	WhenKind   string            `json:"when_kind"` // "activity", "detection" or "disclosure"
	Motives    []string          `json:"motives"`
	Inferred   bool              `json:"inferred"` // no source states the motive
	Status     evidence.Status   `json:"status"`   // the most doubtful of its records
	Datasets   []string          `json:"datasets"`
	NonState   bool              `json:"non_state"` // every report names a group or individual outside the state
	Records    []evidence.ID     `json:"records"`
}
