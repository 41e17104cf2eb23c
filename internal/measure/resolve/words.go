package resolve

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// The word lists are files, so that whoever misses a word adds a line.
var (
	//go:embed words/placeholders.txt
	placeholderList string
	//go:embed words/generic.txt
	genericList string
	//go:embed words/sorts.txt
	sortList string
	//go:embed words/organs.txt
	organList string

	placeholders = wordSet(placeholderList)
	generic      = wordSet(genericList)
	sorts        = wordSet(sortList)
	organ        = anyOf(organList)
)

// lines are the lines of a word list that are no comments.
func lines(list string) []string {
	var out []string
	for line := range strings.Lines(list) {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

func wordSet(list string) map[string]bool {
	out := map[string]bool{}
	for _, w := range lines(list) {
		out[w] = true
	}
	return out
}

// anyOf matches any phrase of a list as whole words, in any case.
func anyOf(list string) *regexp.Regexp {
	var parts []string
	for _, w := range lines(list) {
		w = regexp.QuoteMeta(w)
		w = strings.ReplaceAll(strings.ReplaceAll(w, `\*`, `\w+`), "#", `\d+`)
		parts = append(parts, strings.ReplaceAll(w, " ", " ?"))
	}
	return regexp.MustCompile(`(?i)\b(` + strings.Join(parts, "|") + `)\b`)
}

// missing reports a word that says nobody is known.
func missing(name string) bool {
	return placeholders[Fold(name)] || !strings.ContainsFunc(name, letterOrDigit)
}

func letterOrDigit(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// placeholder reports a name that tells nobody from anybody: a word for
// "unknown", a state, or nothing but words for what sort of actor is meant
// ("APT", "Hackers", "Chinese hackers", "Unknown group"). It joins nobody,
// whether a catalogue gives it or an incident table.
func placeholder(name string) bool {
	if missing(name) {
		return true
	}
	if _, ok := evidence.ParseCountry(name); ok {
		return true
	}
	words := strings.FieldsFunc(name, func(r rune) bool { return !letterOrDigit(r) })
	every := func(is func(key, word string) bool) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return !is(Fold(w), w) })
	}
	return sorts[Fold(name)] || every(func(key, _ string) bool { return generic[key] || placeholders[key] }) ||
		every(func(key, w string) bool {
			return sorts[key] || placeholders[key] || particles[key] || stateOfWord(w) != ""
		})
}

// stateOfWord is the state that one word names, as a noun or an adjective.
func stateOfWord(w string) string {
	if len(w) < 4 { // "IT Army" is no army of Italy
		return ""
	}
	if code, ok := evidence.ParseCountry(w); ok {
		return code
	}
	if found := evidence.CountriesIn(strings.ToUpper(w[:1]) + w[1:]); len(found) == 1 {
		return found[0]
	}
	return ""
}
