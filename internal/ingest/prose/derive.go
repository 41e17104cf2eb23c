package prose

import (
	"strings"
)

// derive marks words by what stands beside them: a machine that something is in,
// one and the same victim, "by X and by Y".
func (r *reading) derive() {
	for s := range r.sents {
		sent := r.sents[s]
		by := 0
		for i := sent.from; i < sent.to; i++ {
			t := &r.toks[i]
			if strings.Count(t.text, ".") == 3 && allDigits(strings.ReplaceAll(t.text, ".", "")) {
				t.class = t.class.or(r.lex.mask("INFRAX")) // an address
			}
			if t.class.any(r.lex.mask("MACHINEX|MACHINE")) && r.before4(i, sent.from, "on", "in", "inside", "within", "across", "of") && !r.before4(i, sent.from, "used", "use", "rented", "using") {
				t.class = t.class.or(r.lex.mask("INM"))
			}
			if t.class.any(r.lex.mask("VICTIM|VICTIMP")) && (r.before4(i, sent.from, "same", "one", "single") || r.before4(i, sent.from, "very")) && !strings.HasSuffix(t.low, "ies") {
				t.class = t.class.or(r.lex.mask("ONEV"))
			}
			if t.class.any(r.lex.mask("VICTIM|VICTIMP")) && r.before4(i, sent.from, "the") && !strings.HasSuffix(t.low, "s") {
				t.class = t.class.or(r.lex.mask("THEVICTIM"))
			}
			if t.class.any(r.lex.mask("INFRAX")) && r.before4(i, sent.from, "same", "shared", "common", "identical") && r.hasIn(max(sent.from, i-9), i, "USE") {
				t.class = t.class.or(r.lex.mask("USESAME"))
			}
			if t.class.any(r.lex.mask("MACHINEX")) && r.before4(i, sent.from, "same", "one", "single") && t.class.any(r.lex.mask("INM")) {
				t.class = t.class.or(r.lex.mask("ONEM"))
			}
			if t.verb {
				by = 0
			}
			if t.low == "by" && r.groupAfter(i) {
				if by++; by > 1 {
					t.class = t.class.or(r.lex.mask("BYBY"))
				}
			}
		}
	}
}

// before4 reports one of the words within four tokens before one, with no comma
// between.
func (r *reading) before4(i, from int, words ...string) bool {
	for k := i - 1; k >= max(from, i-4); k-- {
		if !r.toks[k].word && r.toks[k].text != "'s" {
			return false
		}
		for _, w := range words {
			if r.toks[k].low == w {
				return true
			}
		}
	}
	return false
}

func (r *reading) hasIn(from, to int, names string) bool {
	mask := r.lex.mask(names)
	for i := from; i < to; i++ {
		if r.toks[i].class.any(mask) {
			return true
		}
	}
	return false
}

// groupAfter reports a group named right behind a preposition, but for articles
// and words for what it is.
func (r *reading) groupAfter(i int) bool {
	for k := i + 1; k < min(len(r.toks), i+4); k++ {
		if m := r.toks[k].mention; m >= 0 {
			return r.mentions[m].Kind == Group
		}
		if !r.toks[k].word || !functions[r.toks[k].low] && !peopleSet()[r.toks[k].low] && !demonym(r.toks[k].low) {
			return false
		}
	}
	return false
}
