package evidence

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// CountriesIn returns the states that prose mentions by name or by demonym
// ("Russian and Belarusian websites" is RU, BY), as ISO 3166-1 alpha-2 codes
// in the order of first mention, each once.
//
// A mention is a run of whole words that begins with a capital letter; the
// longest name at a place wins, so "South Korean" is never North Korea and
// "Papua New Guinea" is not Guinea. Abbreviations count in capitals only ("US",
// never the pronoun). Seas, regions and languages are no states: "South China
// Sea", "Latin American" and "Russian-speaking" mention nobody. The result is a
// hint, not an attribution: "Georgia" is taken for the state in the Caucasus
// unless the words around it say otherwise, and "Jordan" may be a person.
func CountriesIn(text string) []string {
	var codes []string
	words := proseWords(text)
	for i := 0; i < len(words); {
		m, n := longestMention(words[i:])
		for _, code := range m {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
		i += max(n, 1)
	}
	return codes
}

// longestMention returns the codes of the longest known phrase at the start of
// words and its length; a phrase that names no state has a length and no codes.
func longestMention(words []proseWord) (codes []string, n int) {
	if !words[0].capital {
		return nil, 0
	}
	list := mentions()[words[0].folded]
	for _, m := range list {
		if m.matches(words) {
			if next := len(m.words); next < len(words) && languageWords[words[next].folded] {
				return nil, next + 1
			}
			return m.codes, len(m.words)
		}
	}
	return nil, 0
}

// Words that turn a demonym before them into the name of a language.
var languageWords = map[string]bool{"speaking": true, "speaker": true, "speakers": true, "language": true, "languages": true}

// A mention is one phrase that names states, or none where it only looks like one.
type mention struct {
	words  []string
	codes  []string
	abbrev bool // counts in capitals only
}

func (m mention) matches(words []proseWord) bool {
	if len(m.words) > len(words) || m.abbrev && !words[0].capitals {
		return false
	}
	for i, w := range m.words {
		if words[i].folded != w {
			return false
		}
	}
	return true
}

type proseWord struct {
	folded            string // lower case, without full stops and possessive s; "," for a comma
	capital, capitals bool   // the first letter, all letters
}

// proseWords splits text into words, without articles, and commas. Other punctuation separates
// words; a phrase may run across it, as "Korea (Republic of)" does.
func proseWords(text string) []proseWord {
	var words []proseWord
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == ',' || r == ';':
			words = append(words, proseWord{folded: ","})
			i += size
		case r == '&':
			words = append(words, proseWord{folded: "and"})
			i += size
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			n := wordLength(text[i:])
			if w := foldWord(text[i : i+n]); w.folded != "the" {
				words = append(words, w)
			}
			i += n
		default:
			i += size
		}
	}
	return words
}

// wordLength is the length of the word at the start of s: an acronym with full
// stops ("U.S."), or letters, digits, marks and inner apostrophes.
func wordLength(s string) int {
	if n := acronymLength(s); n > 0 {
		return n
	}
	for i, r := range s {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Mn, r) || r == '\'' || r == '’' {
			continue
		}
		return i
	}
	return len(s)
}

func acronymLength(s string) int {
	n := 0
	for n+1 < len(s) && s[n] >= 'A' && s[n] <= 'Z' && s[n+1] == '.' {
		n += 2
	}
	if n < 4 {
		return 0
	}
	return n
}

func foldWord(w string) proseWord {
	first, _ := utf8.DecodeRuneInString(w)
	p := proseWord{capital: unicode.IsUpper(first)}
	p.capitals = p.capital && strings.ToUpper(w) == w
	f := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(w, "’", "'"), ".", ""))
	f = strings.TrimRight(strings.TrimSuffix(strings.TrimRight(f, "'"), "'s"), "'")
	if !isASCII(f) {
		f = unmarked(f)
	}
	if f == "saint" {
		f = "st"
	}
	p.folded = f
	return p
}

// mentions is the table of phrases by first word, the longest first.
var mentions = sync.OnceValue(func() map[string][]mention {
	m := map[string][]mention{}
	add := func(phrase string, abbrev bool, codes ...string) {
		var words []string
		for _, w := range proseWords(phrase) {
			words = append(words, w.folded)
		}
		if len(words) == 0 {
			return
		}
		m[words[0]] = append(m[words[0]], mention{words: words, codes: codes, abbrev: abbrev})
	}
	for name, code := range countries() {
		if len(name) > 3 { // the codes themselves are not words of prose
			add(name, false, code)
		}
	}
	for code, words := range demonyms {
		for word := range strings.SplitSeq(words, ",") {
			add(strings.TrimSpace(word), false, code)
		}
	}
	for abbrev, code := range abbreviations {
		add(abbrev, true, code)
	}
	for phrase, codes := range specialPhrases {
		add(phrase, false, codes...)
	}
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b mention) int {
			if d := len(b.words) - len(a.words); d != 0 {
				return d
			}
			return slices.Compare(a.words, b.words)
		})
	}
	return m
})
