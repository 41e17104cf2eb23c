package prose

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// A token is a word, a number or a sign of the text.
type token struct {
	start, end int
	text, low  string
	word       bool // holds a letter or digit
	upper      bool // begins with a capital
	class      classes
	mention    int  // index of the mention it belongs to, or -1
	ref        int  // index of the ref it belongs to, or -1
	verb       bool // it is a verb of its clause
	sentence   int
}

// tokens splits a text. A word keeps its inner hyphens, dots and apostrophes
// ("co-compromise", "Guccifer 2.0", "U.S."), and a possessive is a token of its
// own.
func tokens(text string) []token {
	out := make([]token, 0, len(text)/5)
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case unicode.IsSpace(r) || r == '\u200b':
			i += n
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			end := wordEnd(text, i)
			out = appendWord(out, text, i, end)
			i = end
		default:
			out = append(out, token{start: i, end: i + n, text: text[i : i+n], low: text[i : i+n], mention: -1})
			i += n
		}
	}
	return out
}

// maxWord bounds a word, so that a text without blanks costs no more than another.
const maxWord = 200

func wordEnd(text string, i int) int {
	start := i
	for i < len(text) && i-start < maxWord {
		r, n := utf8.DecodeRuneInString(text[i:])
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '_' {
			i += n
			continue
		}
		if (r == '$' || r == '+') && i > start {
			next, _ := utf8.DecodeRuneInString(text[i+n:])
			if i+n == len(text) || !unicode.IsLetter(next) && !unicode.IsDigit(next) {
				i += n
				continue
			}
		}
		if !strings.ContainsRune("-.'’&‑", r) {
			break
		}
		next, _ := utf8.DecodeRuneInString(text[i+n:])
		if !unicode.IsLetter(next) && !unicode.IsDigit(next) {
			break
		}
		if r == '.' && unicode.IsUpper(next) && i-start > 2 && !strings.Contains(text[start:i], ".") {
			if prev, _ := utf8.DecodeLastRuneInString(text[:i]); unicode.IsLower(prev) {
				break // "end.Next": a blank is missing
			}
		}
		i += n
	}
	return i
}

func appendWord(out []token, text string, i, end int) []token {
	add := func(from, to int) {
		w := text[from:to]
		first, _ := utf8.DecodeRuneInString(w)
		out = append(out, token{start: from, end: to, text: w, low: strings.ToLower(w), word: true, upper: unicode.IsUpper(first), mention: -1})
	}
	for _, p := range []string{"'s", "’s", "'S", "’S"} {
		if w := text[i:end]; len(w) > len(p) && strings.HasSuffix(w, p) {
			add(i, end-len(p))
			out = append(out, token{start: end - len(p), end: end, text: "'s", low: "'s", mention: -1})
			return out
		}
	}
	add(i, end)
	return out
}

// A sentence is a stretch of tokens.
type sentence struct{ from, to int }

var abbreviations = wordSet("mr mrs ms dr prof gen col lt st no nos vs fig e.g i.e etc cf al inc ltd corp co jr sr jan feb mar apr jun jul aug sep sept oct nov dec approx dept u.s u.k a.k.a ph.d vol pp p art sec")

// sentences finds where sentences begin and end. A blank line, a heading, a
// bullet or a row of a table ends one as a full stop does.
func sentences(text string, toks []token) []sentence {
	var out []sentence
	from := 0
	end := func(to int) {
		if to > from {
			out = append(out, sentence{from, to})
		}
		from = to
	}
	for i := range toks {
		toks[i].sentence = len(out)
		t := &toks[i]
		if i > from && breaks(text[toks[i-1].end:t.start], text[t.start:min(len(text), t.start+4)], text, toks[i-1].end) {
			end(i)
			t.sentence = len(out)
		}
		if i-from > 400 {
			end(i + 1)
			continue
		}
		if t.word || !(t.text == "." || t.text == "!" || t.text == "?" || t.text == "…" || t.text == "。") {
			continue
		}
		stop := i + 1
		for stop < len(toks) && !toks[stop].word && strings.Contains(`"”’')]*`, toks[stop].text) && toks[stop].start == toks[stop-1].end {
			toks[stop].sentence = len(out)
			stop++
		}
		if stop == len(toks) {
			end(stop)
			break
		}
		if t.text == "." && i > 0 && toks[i-1].end == t.start && abbreviations[toks[i-1].low] && toks[i-1].low != "no" {
			continue
		}
		if t.text == "." && i > 0 && len(toks[i-1].text) == 1 && toks[i-1].upper && toks[i-1].end == t.start {
			continue // an initial, or "Q."
		}
		next := &toks[stop]
		if next.start == toks[stop-1].end || next.word && !next.upper && !unicode.IsDigit(rune(next.text[0])) {
			continue
		}
		end(stop)
	}
	end(len(toks))
	k := 0
	for i := range toks {
		for k < len(out) && i >= out[k].to {
			k++
		}
		toks[i].sentence = k
	}
	return out
}

// breaks reports whether the white space between two tokens ends a sentence.
func breaks(space, next, text string, at int) bool {
	n := strings.Count(space, "\n")
	switch {
	case n == 0:
		return false
	case n > 1:
		return true
	}
	if strings.HasPrefix(next, "* ") || strings.HasPrefix(next, "- ") || strings.HasPrefix(next, "• ") || strings.HasPrefix(next, "#") ||
		strings.HasPrefix(next, "|") || strings.HasPrefix(next, "Q.") || strings.HasPrefix(next, "A.") || strings.HasPrefix(next, "– ") || strings.HasPrefix(next, "**") {
		return true
	}
	if d := strings.TrimLeft(next, "0123456789"); d != next && (strings.HasPrefix(d, ".") || strings.HasPrefix(d, ")")) {
		return true
	}
	line := text[strings.LastIndexByte(text[:at], '\n')+1 : at]
	if strings.HasPrefix(strings.TrimSpace(line), "#") {
		return true
	}
	first, _ := utf8.DecodeRuneInString(next)
	return len(line) < 60 && (unicode.IsUpper(first) || unicode.IsDigit(first)) || strings.HasSuffix(strings.TrimSpace(line), ":")
}
