package report

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/evidence"
	"github.com/cahoots-project/cahoots/internal/measure/assess"
)

var strategicNames = map[string]string{
	"S0": "no agreement on record", "S1": "norms and diplomacy", "S2": "agreement in force",
	"S3": "intelligence or technical exchange reported", "S4": "integrated command",
}

// levelText is "L0 none found", or "not assessable".
func levelText(l assess.Level) string {
	if l < 0 {
		return l.Name()
	}
	return l.String() + " " + l.Name()
}

// strategicText is "S2 (agreement in force)".
func strategicText(s string) string {
	if n, ok := strategicNames[s]; ok {
		return s + " (" + n + ")"
	}
	return cmp.Or(s, "not assessed")
}

// strategicReason is the strategic level with its reason, which may or may not
// begin with the name of the level.
func strategicReason(s, why string) string {
	name := strategicNames[s]
	switch {
	case why == "":
		return strategicText(s) + "."
	case name != "" && strings.HasPrefix(why, name):
		return sentence(s + ", " + why)
	}
	return strategicText(s) + ": " + sentence(why)
}

// sentence closes s with a full stop unless it has an end.
func sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" || strings.ContainsRune(".!?", rune(s[len(s)-1])) {
		return s
	}
	return s + "."
}

// capital begins s with a capital letter.
func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

// sideName is what a side is called in running text: the country's name where
// the side is one state, else its groups.
func sideName(s assess.Side) string {
	if isState(s) {
		return evidence.CountryInText(s.Countries[0])
	}
	return cmp.Or(list(s.Actors, 4), s.Label, "a side without a name")
}

// sideLabel is what a side is called where its name stands alone.
func sideLabel(s assess.Side) string {
	if isState(s) {
		return evidence.CountryName(s.Countries[0])
	}
	return sideName(s)
}

// isState reports whether the side is a state as such rather than named groups.
func isState(s assess.Side) bool {
	if len(s.Countries) != 1 {
		return false
	}
	code, ok := evidence.ParseCountry(s.Label)
	return s.Label == "" || ok && code == s.Countries[0]
}

// groupsOf is what the pairs of a side are called: "the 12 groups of Russia",
// or the names where the side is a list.
func groupsOf(s assess.Side, n int) string {
	switch {
	case !isState(s):
		return sideName(s)
	case n == 1:
		return "the one group of " + sideName(s)
	}
	return fmt.Sprintf("the %d groups of %s", n, sideName(s))
}

// list is "A, B and C", or "A, B and 7 others" beyond limit names.
func list(names []string, limit int) string {
	if n := len(names) - limit; n > 1 {
		return strings.Join(names[:limit], ", ") + fmt.Sprintf(" and %d others", n)
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

// actorText is "APT31 (CN)".
func actorText(a assess.Actor) string {
	if a.Country == "" {
		return a.Name
	}
	return a.Name + " (" + a.Country + ")"
}

// place is the country's name, or what stands for it where none is known.
func place(country, otherwise string) string {
	if country == "" {
		return otherwise
	}
	return evidence.CountryName(country)
}

// placeInText is the country's name within a sentence, or what stands for it.
func placeInText(country, otherwise string) string {
	if country == "" {
		return otherwise
	}
	return evidence.CountryInText(country)
}

// dateKind says what a date is the date of.
func dateKind(kind string) string {
	switch kind {
	case "activity":
		return "act"
	case "detection":
		return "detection"
	case "disclosure":
		return "publication"
	}
	return kind
}

// slug makes an id from a name: lower-case letters and digits of any script,
// others as one hyphen.
func slug(s string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(s) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	return strings.Trim(b.String(), "-")
}
