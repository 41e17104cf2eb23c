package marking

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Rules say what markings allow: what is known of them, and before it what the
// user decided. The zero value holds what is known.
type Rules struct {
	decided map[string]evidence.TLP // by folded name
}

// ParseRules reads decisions of the form "MARKING=LEVEL". MARKING is the
// identifier of a STIX marking definition, a MISP tag, "distribution:0", or the
// text of a label or statement, in any case; LEVEL is a level of TLP.
func ParseRules(decisions []string) (Rules, error) {
	r := Rules{decided: map[string]evidence.TLP{}}
	for _, d := range decisions {
		i := strings.LastIndexByte(d, '=')
		if i <= 0 {
			return r, fmt.Errorf("%q is not of the form MARKING=LEVEL, such as marking-definition--0b2c...=AMBER", d)
		}
		level, err := evidence.ParseTLP(d[i+1:])
		if err == nil && level == "" {
			level = evidence.Clear
		}
		if err != nil {
			return r, err
		}
		if old, twice := r.decided[fold(d[:i])]; twice && old != level {
			return r, fmt.Errorf("%q is decided twice, as %s and as %s", d[:i], old, level)
		}
		r.decided[fold(d[:i])] = level
	}
	return r, nil
}

// String lists the decisions in order: two Rules that print alike decide alike.
func (r Rules) String() string {
	var list []string
	for name, level := range r.decided {
		list = append(list, name+"="+string(level))
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// decision is what the user decided of any of these names.
func (r Rules) decision(names ...string) (level evidence.TLP, ok bool) {
	for _, n := range names {
		if l, is := r.decided[fold(n)]; is && n != "" {
			level, ok = evidence.Strictest(l, level), true
		}
	}
	return level, ok
}

func fold(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

// Label is what a bare label allows, such as the cell of a table in a column of
// markings. An empty one says nothing.
func (r Rules) Label(text string) evidence.TLP {
	if level, ok := r.decision(text); ok {
		return level
	}
	if level, err := evidence.ParseTLP(text); err == nil {
		return level
	}
	if level, ok, _ := protocol(text); ok {
		return level
	}
	return evidence.Undecided
}

// Tag is what a tag allows, and whether it is a marking at all: most tags are
// not.
func (r Rules) Tag(tag string) (level evidence.TLP, marks bool) {
	if level, ok := r.decision(tag); ok {
		return level, true
	}
	if level, ok, named := protocol(tag); named {
		if !ok {
			level = evidence.Undecided
		}
		return level, true
	}
	taxonomy, rest, _ := strings.Cut(fold(tag), ":")
	switch {
	case taxonomy == "iep2-policy" && strings.HasPrefix(rest, "tlp="):
		return r.Label(strings.Trim(strings.TrimPrefix(rest, "tlp="), `"`)), true
	case slices.Contains(classifications, strings.TrimSpace(taxonomy)) && rest != "", taxonomy != "misp-galaxy" && caveat(tag):
		return evidence.Undecided, true
	}
	return "", false
}

// classifications are the taxonomies of MISP whose tags say who may see a thing
// in terms that have no place on the scale of TLP.
var classifications = []string{"nato", "fr-classif", "de-vs", "iep", "iep2-policy", "iep2-reference", "cccs-classification", "gov-classification", "euci", "dni-ism", "cssa",
	"dissemination-limitation-markings", "protective-marking"}

// caveats are words by which governments and firms say, in whatever taxonomy, that
// a thing is not for everybody.
var caveats = []string{"fouo", "for official use only", "official use only", "noforn", "cui", "confidential", "secret", "restricted", "restreint", "vs nfd", "official sensitive", "internal use",
	"internal only", "do not distribute", "not for distribution", "nda"}

func caveat(tag string) bool {
	words := " " + strings.Join(strings.FieldsFunc(fold(tag), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }), " ") + " "
	return slices.ContainsFunc(caveats, func(c string) bool { return strings.Contains(words, " "+c+" ") })
}

// Distribution is what the distribution of a MISP event or attribute allows at
// most: its own organisation (0) and a sharing group (4) the organisations that
// have it, this and connected communities (1, 2) a community. All communities
// (3), "as the event" (5) and none stated set no bound.
func (r Rules) Distribution(n string) evidence.TLP {
	n = strings.TrimSpace(n)
	if level, ok := r.decision("distribution:" + n); ok {
		return level
	}
	switch n {
	case "", "3", "5":
		return ""
	case "1", "2":
		return evidence.Green
	case "0", "4":
		return evidence.AmberStrict
	}
	return evidence.Undecided
}

// protocol reads a label that names its protocol, "TLP:AMBER" or "pap_red".
// named says that it does, ok that the level is one.
//
// PAP restricts what may be done, not who may know. What is published is seen by
// those whom an action should not warn, so its colours bound who is told too.
func protocol(text string) (level evidence.TLP, ok, named bool) {
	t := strings.ToUpper(fold(text))
	for _, name := range []string{"TLP", "PAP"} {
		rest, found := strings.CutPrefix(t, name)
		if !found || rest == "" || !strings.ContainsAny(rest[:1], ":-_ =.") {
			continue
		}
		level, err := evidence.ParseTLP(strings.Trim(rest, `:-_ =."`))
		return level, err == nil && level != "", true
	}
	return "", false, false
}

// Join is the strictest of two markings; the unmarked adds nothing.
func Join(a, b evidence.TLP) evidence.TLP {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return evidence.Strictest(a, b)
}

// Unread counts the markings that were met and not understood, by name.
type Unread map[string]int

// Add counts one use.
func (u Unread) Add(name string) { u[name]++ }

// Notes are sentences for the user, in alphabetical order: one for each of the
// first ten, and one for the rest.
func (u Unread) Notes() []string {
	var names []string
	for n := range u {
		names = append(names, n)
	}
	slices.Sort(names)
	var notes []string
	for i, n := range names {
		if i == 10 {
			return append(notes, fmt.Sprintf("%d further markings are not understood.", len(names)-i))
		}
		notes = append(notes, fmt.Sprintf("The marking %s is not understood (%d times): what is under it leaves at no ceiling. Decide with --treat-marking '%s=LEVEL'.", n, u[n], handle(n)))
	}
	return notes
}

// handle is the part of a name by which a decision can name the marking.
func handle(name string) string {
	id, _, _ := strings.Cut(name, " (")
	return id
}
