package resolve

import (
	"maps"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// An entry is what one catalogue holds to be one actor.
type entry struct {
	ref        string
	catalogue  string
	name       string // its own, as the catalogue writes it
	claims     []claim
	keys       map[string]bool // folded names of the undisputed claims
	cites      map[string][]evidence.ID
	states     map[string]bool // attributed by catalogues and asserted
	attrs      []attribution
	about      string // the descriptions that its alias records carry
	aboutLower string
	initiator  initiators
}

// A loose name is one that a record uses without a reference to a catalogue.
type looseName struct {
	name      string
	uses      int  // records
	party     bool // the subject of a record, or a party of a link
	claims    []claim
	attrs     []attribution
	initiator initiators
}

// A corpus is what the records say about names, before anything is decided.
type corpus struct {
	entries map[string]*entry
	refs    []string // sorted
	loose   map[string]*looseName
	policy  Policy
	// umbrellas are the entries that mean no single actor; found while merging.
	umbrellas map[*entry]*umbrella
	same      []*evidence.Record // of class possibly-same
	software  map[string]bool    // folded names of programs
}

// entryRef is the subject's reference, or one made of the data set and the name
// where an alias claim carries none.
func entryRef(r *evidence.Record) string {
	if r.Subject.Ref != "" {
		return r.Subject.Ref
	}
	return r.Origin.Dataset + ":name:" + Fold(r.Subject.Name)
}

// citedRef is the entry that an alias claim points to: "attack:G0007", or a
// bare ATT&CK group id.
func citedRef(s string) string {
	if strings.Contains(s, ":") && !strings.Contains(s, " ") {
		return s
	}
	if id := attackID(Fold(s)); id != "" {
		return "attack:" + id
	}
	return ""
}

// counts reports whether a claim of this status takes part in resolution.
func (c *corpus) counts(s evidence.Status) bool {
	return s == "" || s == evidence.Asserted || s == evidence.Contested && c.policy.IncludeDisputed
}

// catalogue names the body of entries that are distinct by one editor's word.
// Data sets that begin with the reference's own prefix come first; ATT&CK's
// domains share their group ids and are one.
func catalogue(ref string, datasets map[string]bool) string {
	prefix, _, _ := strings.Cut(ref, ":")
	if prefix == "attack" {
		return prefix
	}
	all := slices.Sorted(maps.Keys(datasets))
	for _, d := range all {
		if strings.HasPrefix(d, prefix) {
			return d
		}
	}
	return all[0]
}

func attributions(m map[attrKey][]evidence.ID) []attribution {
	out := make([]attribution, 0, len(m))
	for k, ids := range m {
		slices.Sort(ids)
		out = append(out, attribution{Country: k.country, Dataset: k.dataset, Basis: k.basis,
			Records: slices.Compact(ids), Status: evidence.Status(k.status)})
	}
	slices.SortFunc(out, compareAttributions)
	return out
}
