package resolve

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Fold returns the key under which two spellings of a name are the same name:
// Unicode NFKC, lower case, without spaces, hyphens and punctuation, so that
// "APT-28", "APT 28" and "apt28" fold to "apt28". No digit and no word is ever
// dropped: "Group 3" and "Group 83" stay apart. A name without any letter or
// digit folds to itself.
func Fold(name string) string {
	if key, ok := foldASCII(name); ok {
		return key
	}
	var b strings.Builder
	// Upper case first, so that letters with one capital and two small forms
	// (long s, final sigma) fold alike.
	for _, r := range norm.NFKC.String(strings.ToLower(strings.ToUpper(norm.NFKC.String(name)))) {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return strings.TrimSpace(name)
	}
	// A mark that stood alone may now follow a letter: compose again.
	return norm.NFKC.String(b.String())
}

func foldASCII(name string) (string, bool) {
	b := make([]byte, 0, len(name))
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= utf8.RuneSelf:
			return "", false
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			b = append(b, c)
		case c >= 'A' && c <= 'Z':
			b = append(b, c+'a'-'A')
		}
	}
	return string(b), len(b) > 0
}

// shortKey is the folded name without the affixes that sources add and leave
// out at will: a leading "The", a trailing "Group" or "Team". It is "" where
// the name has none or nothing distinctive would be left.
func shortKey(name string) string {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return unicode.IsSpace(r) || r == '-' || r == '_'
	})
	n := len(words)
	if n > 1 && words[0] == "the" {
		words = words[1:]
	}
	if l := len(words); l > 1 && (words[l-1] == "group" || words[l-1] == "team") {
		words = words[:l-1]
	}
	if len(words) == n {
		return ""
	}
	key := Fold(strings.Join(words, " "))
	if utf8.RuneCountInString(key) < 4 || generic[key] {
		return ""
	}
	return key
}

// attackID returns the ATT&CK group id that a folded name is ("g0007" gives
// "G0007"), or "".
func attackID(key string) string {
	if len(key) != 5 || key[0] != 'g' {
		return ""
	}
	for _, c := range key[1:] {
		if c < '0' || c > '9' {
			return ""
		}
	}
	return "G" + key[1:]
}
