package evidence

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// ID is the opaque identity of a record: the first 128 bits, in hexadecimal, of
// the SHA-256 of its normalised content. Two records that say the same thing
// about the same object of the same data set are one, whatever file or line
// they came from.
type ID string

// An Actor is a name as one source wrote it, with that source's own handle on
// the actor. It is a claim, not an identity: package resolve decides who is
// meant.
type Actor struct {
	// Name as written, including a packed list ("Fancy Bear/APT28/Sofacy").
	// Empty where the source names only a state.
	Name string `json:"name,omitempty"`
	// Ref is the source's identifier of the actor with its catalogue in
	// front: "attack:G0007", "misp-galaxy:5b4ee3ea-...", "case:sino-russian:turla".
	Ref string `json:"ref,omitempty"`
	// Country is the ISO 3166-1 alpha-2 code of the state to which the source
	// attributes the actor; empty where it names none.
	Country string `json:"country,omitempty"`
}

// Beside stands between the names of an Actor whose source labels one thing with
// several names and does not say that they are one actor: they mean somebody only
// if all of them mean the same.
const Beside = " | "

// IsZero reports whether the source named neither an actor nor a state.
func (a Actor) IsZero() bool { return a == Actor{} }

// A Target is one victim, as finely as the source tells.
type Target struct {
	Country string `json:"country,omitempty"` // ISO 3166-1 alpha-2
	Sector  string `json:"sector,omitempty"`  // STIX 2.1 industry-sector-ov where it maps, see [ParseSector]
	Name    string `json:"name,omitempty"`    // the organisation, as written
}

// A Citation says where a statement can be checked.
type Citation struct {
	Publisher string `json:"publisher,omitempty"` // who says it
	// PublisherCountry is the seat of the publisher, ISO 3166-1 alpha-2.
	PublisherCountry string   `json:"publisher_country,omitempty"`
	Title            string   `json:"title,omitempty"`
	Locator          string   `json:"locator,omitempty"` // URL, or page, table and row
	Via              string   `json:"via,omitempty"`     // the copy or catalogue in which it was read, where not the original
	Published        Interval `json:"published,omitzero"`
}

// IsZero reports a citation that leads nowhere.
func (c Citation) IsZero() bool { return c.Publisher == "" && c.Locator == "" }

// Origin says which ingested object a record was made from. File, Line and
// Builtin tell a person where to look and are no part of the record's identity;
// nor are Stamp and Needs, which say whether it is still in force.
type Origin struct {
	Dataset string `json:"dataset"`           // "attack-enterprise", "misp-galaxy-threat-actor", "eurepoc", "case:sino-russian"
	Object  string `json:"object,omitempty"`  // the source's identifier of the object
	Version string `json:"version,omitempty"` // of the data set, as it states it
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`    // 1-based; 0 where lines mean nothing
	Builtin bool   `json:"builtin,omitempty"` // carried by the program, and not read from a file of the user's

	// Stamp is the version of the object, in milliseconds since 1970; 0 where its
	// source has none. Needs are what else the record was made from.
	Stamp int64  `json:"-"`
	Needs []Part `json:"-"`
}

// A Part is one version of an object of a source.
type Part struct {
	Object string // the source's identifier
	Stamp  int64  // milliseconds since 1970
}

// ExtraObjectiveBasis is the key in Record.Extra of a JSON string that says why
// the reader took the Objective for what the source does not state: "inferred:
// data theft by a state". Without it the source states the objective.
const ExtraObjectiveBasis = "objective_basis"

// A Withdrawal is the version of an object with which its source took it back, and
// who may know of that.
type Withdrawal struct {
	Part
	Marking TLP
}

// A Referable is a version of an object of a source to which the objects of other
// inputs may refer, in the words of the format that keeps it.
type Referable struct {
	Part
	Body []byte
}

// A Record is one statement of one source.
type Record struct {
	ID    ID    `json:"id"`
	Class Class `json:"class"`
	// Event groups the records of one incident, campaign or documented case
	// within its data set ("eurepoc:217").
	Event   string `json:"event,omitempty"`
	Subject Actor  `json:"subject,omitzero"`
	Object  Actor  `json:"object,omitzero"` // the second party of a ledger class

	Value        string   `json:"value,omitempty"`         // what is said; see the classes
	ValueRef     string   `json:"value_ref,omitempty"`     // external id of the value: S0013, T1566.001
	ValueAliases []string `json:"value_aliases,omitempty"` // other names of the value
	Coiner       string   `json:"coiner,omitempty"`        // Alias: the organisation that coined Value, or the only one a catalogue cites for it

	Targets   []Target `json:"targets,omitempty"`
	Objective string   `json:"objective,omitempty"` // espionage, disruption, financial; empty is unknown
	Parties   []string `json:"parties,omitempty"`   // Agreement: ISO 3166-1 alpha-2, sorted
	Clauses   []string `json:"clauses,omitempty"`   // Agreement: see docs/case-files.md
	Kind      string   `json:"kind,omitempty"`      // Agreement: treaty, executive agreement, joint statement, ...; PossiblySame: [KindPart], [KindSimilar], [KindRelated]; Sponsor: [KindOrigin]

	// When the thing happened, when a sensor or analyst saw it, when it was
	// made public. They are never mixed: a disclosure date says nothing about
	// the day of the act.
	Activity  Interval `json:"activity,omitzero"`
	Detected  Interval `json:"detected,omitzero"`
	Disclosed Interval `json:"disclosed,omitzero"`

	Citation   Citation   `json:"citation"`
	Grade      Admiralty  `json:"grade,omitempty"`
	Confidence Confidence `json:"confidence,omitzero"`
	Marking    TLP        `json:"marking,omitempty"`
	Status     Status     `json:"status,omitempty"`

	Basis       Basis       `json:"basis,omitempty"`
	Consent     Consent     `json:"consent,omitempty"`
	Exclusivity Exclusivity `json:"exclusivity,omitempty"`
	// Independence names the group of sources that repeat one another: a
	// story copied ten times is one source. Empty means the citation's
	// publisher stands for itself.
	Independence string `json:"independence,omitempty"`
	Note         string `json:"note,omitempty"`

	Origin Origin `json:"origin"`
	// Extra keeps the fields of the source that nothing here has a place for.
	Extra map[string]json.RawMessage `json:"extra,omitempty"`
}

// Source is the independence group: Independence if given, else the publisher,
// else the locator.
func (r *Record) Source() string {
	return cmp.Or(r.Independence, r.Citation.Publisher, r.Citation.Locator)
}

// When is the interval that dates the act best, and its kind: activity, else
// detection, else disclosure, else the citation's publication.
func (r *Record) When() (Interval, string) {
	switch {
	case !r.Activity.IsZero():
		return r.Activity, "activity"
	case !r.Detected.IsZero():
		return r.Detected, "detection"
	case !r.Disclosed.IsZero():
		return r.Disclosed, "disclosure"
	case !r.Citation.Published.IsZero():
		return r.Citation.Published, "disclosure"
	}
	return Interval{}, ""
}

// Validate says what keeps a record from being evidence: an unknown class, no
// citation, nothing said, or a malformed grade.
func (r *Record) Validate() error {
	switch {
	case !r.Class.Valid():
		return fmt.Errorf("class %q is unknown", r.Class)
	case r.Citation.IsZero():
		return errors.New("no citation: give a publisher or a locator")
	case r.Origin.Dataset == "":
		return errors.New("no data set named")
	case !r.Grade.Valid():
		return fmt.Errorf("grade %q is not an Admiralty code such as B2", r.Grade)
	case r.Class == Agreement && len(r.Parties) < 2:
		return errors.New("an agreement needs at least two parties")
	case r.Class != Agreement && r.Subject.IsZero() && r.Class != Incident:
		return fmt.Errorf("class %s needs a subject", r.Class)
	case r.Class == Alias && r.Value == "":
		return errors.New("an alias needs a value")
	}
	return nil
}

// Seal normalises the order of sets, computes the ID and returns the record.
// Call it last; a record changed afterwards must be sealed again.
func (r Record) Seal() Record {
	r.Parties, r.Clauses, r.ValueAliases = set(r.Parties), set(r.Clauses), set(r.ValueAliases)
	r.Targets = slices.Clone(r.Targets)
	slices.SortFunc(r.Targets, func(a, b Target) int {
		return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Sector, b.Sector), cmp.Compare(a.Name, b.Name))
	})
	r.Targets = slices.Compact(r.Targets)
	bare := r
	bare.ID = ""
	bare.Origin.File, bare.Origin.Line, bare.Origin.Version, bare.Origin.Builtin = "", 0, "", false
	b, err := json.Marshal(bare)
	if err != nil {
		// Extra holds raw JSON of a source; one that is not JSON is a
		// programming error of its reader.
		panic(fmt.Sprintf("evidence: record %s of %s cannot be encoded: %v", r.Origin.Object, r.Origin.Dataset, err))
	}
	sum := sha256.Sum256(b)
	r.ID = ID(hex.EncodeToString(sum[:16]))
	return r
}

// set returns the distinct elements in order, leaving its argument alone.
func set(s []string) []string { return slices.Compact(slices.Sorted(slices.Values(s))) }

// Compare orders records by ID, which is the order of every list the program
// prints unless it says otherwise.
func Compare(a, b Record) int { return cmp.Compare(a.ID, b.ID) }
