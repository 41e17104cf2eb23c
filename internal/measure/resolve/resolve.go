// Package resolve decides which names mean the same actor and says why.
//
// A name is a claim with a source, keyed by (name, who coined it); an actor is a
// set of catalogue entries and names held together by cited reasons. [Resolve]
// makes a [Directory] of them, [Directory.Of] says whom a record means,
// [Directory.Find] whom a person means. Every merge can be explained
// ([Directory.Why]) and undone ([Policy]); a name that belongs to more than one
// actor is a conflict and links nobody ([Directory.Conflicts]).
//
// The rules, in the order in which they apply:
//
//   - A catalogue's entries are distinct by its editor's word and never merge,
//     also not by way of another catalogue. ATT&CK's domains are one catalogue.
//   - Entries of different catalogues merge where one cites the other's
//     identifier and no other entry does, or where they share names that are
//     unambiguous in every catalogue: two of them, or one that is the own name of
//     either, or one that the same organisation is said to have coined. The best
//     supported go first.
//   - An entry that carries the own names of several entries which another
//     catalogue keeps apart, and is known to it by no name of its own, is an
//     umbrella: it merges with none and means no single actor.
//   - Words that name nobody ("Unknown", "APT", "China") join nobody; the lists
//     are files in words/.
//   - States that contradict each other, a split by policy, and a catalogue that
//     gives one's own name to somebody else forbid a merge; it is then listed as
//     refused.
//   - Incident tables hold no names together. Their packed initiators and
//     sentences resolve by ATT&CK id, else by vote of the unambiguous names; a
//     proper name that no catalogue knows becomes an actor of its own.
//
// The package is not for similarity: two groups that use the same tools are not
// thereby one.
package resolve

import (
	"cmp"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// ActorID identifies an actor within a Directory. It is opaque and depends only
// on the entries and names of the actor, so the same records and policy give the
// same ids in any order.
type ActorID string

// A Policy steers what may be merged. The zero Policy is the default: names
// shared by catalogue entries merge unless they are ambiguous, and disputed
// aliases are left out.
type Policy struct {
	// Split undoes a merge: each set lists names or refs that must not stand
	// together. Where one entry carries two names of a set, the one that is not
	// its own name is taken off it and stands alone.
	Split [][]string `json:"split,omitempty" yaml:"split"`
	// Join merges what the sources do not, also entries of one catalogue: each
	// set needs a reason. A name that no source knows becomes a name of the
	// joined actor; one that several entries of a catalogue have as an alias is
	// an error that asks for a ref.
	Join []Join `json:"join,omitempty" yaml:"join"`
	// IncludeDisputed lets alias claims marked contested merge.
	IncludeDisputed bool `json:"include_disputed,omitempty" yaml:"include_disputed"`
	// IgnoreDatasets leaves the alias claims of these data sets out. Their
	// entries keep their own names, so that no record loses its actor.
	IgnoreDatasets []string `json:"ignore_datasets,omitempty" yaml:"ignore_datasets"`
}

// Join is a merge by the user's word.
type Join struct {
	Names []string `json:"names" yaml:"names"`
	Why   string   `json:"why" yaml:"why"`
}

// An Actor is who the directory takes several names to be.
type Actor struct {
	ID      ActorID  `json:"id"`
	Name    string   `json:"name"`              // the name to show
	Country string   `json:"country,omitempty"` // ISO 3166-1 alpha-2 of the state it is attributed to; empty where none or disputed
	Refs    []string `json:"refs"`              // catalogue entries, sorted
	Names   []claim  `json:"names"`             // sorted by folded name, then dataset
	Merges  []merge  `json:"merges,omitempty"`  // why the entries stand together
	// Countries lists every attribution to a state with the records that make it.
	Countries []attribution `json:"countries,omitempty"`
	// Kind is what sort of actor it is, and KindWhy by whose word.
	Kind    Kind   `json:"kind,omitempty"`
	KindWhy string `json:"kind_why,omitempty"`

	initiator initiators
}

// A claim is one name given to an actor by one data set.
type claim struct {
	Name    string          `json:"name"`
	Coiner  string          `json:"coiner,omitempty"` // who coined it, where told
	Dataset string          `json:"dataset"`
	Ref     string          `json:"ref,omitempty"` // the entry that carries it
	Record  evidence.ID     `json:"record"`
	Status  evidence.Status `json:"status,omitempty"`
}

// A merge explains why two entries are one actor.
type merge struct {
	A       string        `json:"a"` // ref
	B       string        `json:"b"`
	Why     string        `json:"why"` // a sentence
	Names   []string      `json:"names,omitempty"`
	Records []evidence.ID `json:"records,omitempty"`
}

// An attribution is what one data set says about the state an actor works for.
type attribution struct {
	Country string          `json:"country"` // ISO 3166-1 alpha-2
	Dataset string          `json:"dataset"`
	Basis   string          `json:"basis"`   // "sponsor claim", "country of origin", "stated with the name", "said of the name", "incidents"
	Records []evidence.ID   `json:"records"` // sorted
	Status  evidence.Status `json:"status,omitempty"`
}

// The bases of an attribution. The first three are a catalogue's word on the
// actor. Where there is none, the state is the one for which the other actors
// that carry its own name work, identical with it or not; where there is none of
// those either, the one that incident tables give.
const (
	basisSponsor  = "sponsor claim"
	basisOrigin   = "country of origin"
	basisStated   = "stated with the name"
	basisName     = "said of the name"
	basisIncident = "incidents"
)

// ranks of the bases: those of a lower rank speak only where the higher are silent.
var basisRank = map[string]int{basisSponsor: 0, basisOrigin: 0, basisStated: 0, basisName: 1, basisIncident: 2}

// A Conflict is a name, or an attribution, that the sources do not agree on.
type Conflict struct {
	Name   string   `json:"name"`
	Kind   string   `json:"kind"`   // one of the kinds below
	Actors []string `json:"actors"` // names with country, sorted: "Sandworm Team (RU)"
	Why    string   `json:"why"`
	Claims []claim  `json:"claims,omitempty"`
}

// The kinds of a [Conflict].
const (
	nameOfSeveral   = "name of several actors"
	mergeRefused    = "merge refused"
	countryDisputed = "country disputed"
	Umbrella        = "umbrella of several actors"
)

func compareClaims(a, b claim) int {
	return cmp.Or(cmp.Compare(Fold(a.Name), Fold(b.Name)), cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Name, b.Name),
		cmp.Compare(a.Ref, b.Ref), cmp.Compare(a.Coiner, b.Coiner), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Record, b.Record))
}

func compareAttributions(a, b attribution) int {
	return cmp.Or(cmp.Compare(a.Country, b.Country), cmp.Compare(a.Dataset, b.Dataset), cmp.Compare(a.Basis, b.Basis),
		cmp.Compare(a.Status, b.Status))
}
