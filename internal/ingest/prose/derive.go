package prose

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// derive marks words by what stands beside them: a machine that something is in,
// one and the same victim, "by X and by Y".
func (r *reading) derive() {
	for s := range r.sents {
		sent := r.sents[s]
		by := 0
		for i := sent.from; i < sent.to; i++ {
			t := &r.toks[i]
			if t.class.any(r.lex.mask("MACHINEX|MACHINE")) && r.before4(i, sent.from, "on", "in", "inside", "within", "across", "of") && !r.before4(i, sent.from, "used", "use", "rented", "using") {
				t.class = t.class.or(r.lex.mask("INM"))
			}
			if t.class.any(r.lex.mask("VICTIM|VICTIMP")) && (r.before4(i, sent.from, "same", "one", "single") || r.before4(i, sent.from, "very")) && !strings.HasSuffix(t.low, "ies") {
				t.class = t.class.or(r.lex.mask("ONEV"))
			}
			if t.class.any(r.lex.mask("INFRAX")) && r.before4(i, sent.from, "same", "shared", "common", "identical") && r.hasIn(max(sent.from, i-9), i, "USE") {
				t.class = t.class.or(r.lex.mask("USESAME"))
			}
			if t.class.any(r.lex.mask("MACHINEX")) && r.before4(i, sent.from, "same", "one", "single") && t.class.any(r.lex.mask("INM")) {
				t.class = t.class.or(r.lex.mask("ONEM"))
			}
			r.deriveIt(s, i)
			if t.low == "by" && r.groupAfter(i) {
				if by++; by > 1 {
					t.class = t.class.or(r.lex.mask("BYBY"))
				}
			}
			if t.low == "as" || t.low == "of" || t.low == "that" || t.low == "on" || t.low == "for" || t.low == "at" || t.low == "from" {
				if r.groupAfter(i) {
					t.class = t.class.or(r.lex.mask("FLAGNEAR"))
				}
			}
		}
	}
}

// deriveIt marks verbs of using and attacking whose object stands in the sentence
// before, victims with an article, and lists of what would be access alone.
func (r *reading) deriveIt(s, i int) {
	t := &r.toks[i]
	if t.class.any(r.lex.mask("ACCESSX")) && r.tok(i+1).class.any(r.lex.mask("INFO")) {
		t.class = r.lex.mask("INFO")
	}
	if t.class.any(r.lex.mask("VICTIM|VICTIMP")) && r.before4(i, r.sents[s].from, "the") && !strings.HasSuffix(t.low, "s") && r.hasIn(max(r.sents[s].from, i-6), i, "ATTACKV") {
		t.class = t.class.or(r.lex.mask("THEVICTIM"))
	}
	if s == 0 || !t.class.any(r.lex.mask("USE|ATTACKV")) {
		return
	}
	before := r.sents[s-1]
	for k := i + 1; k < min(r.sents[s].to, i+4); k++ {
		if low := r.toks[k].low; low != "it" && low != "them" {
			continue
		}
		if t.class.any(r.lex.mask("USE")) && r.hasIn(before.from, before.to, "TOOLX") {
			t.class = t.class.or(r.lex.mask("ITTOOL"))
			r.toks[k].class = r.toks[k].class.or(r.lex.mask("ITTOOL"))
		}
		if t.class.any(r.lex.mask("ATTACKV")) && r.hasIn(before.from, before.to, "ATTACKV") && r.hasIn(before.from, before.to, "VICTIM|VICTIMP") {
			r.toks[k].class = r.toks[k].class.or(r.lex.mask("ITVICTIM"))
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

// owns reports whether a thing of one of the classes is a party's: "X's server",
// "the server of X", "X infrastructure", "a shell that X had opened", "opened by X".
func (r *reading) owns(p party, names string) bool {
	mask := r.lex.mask(names)
	if p.at < 0 {
		return false
	}
	next := r.tok(p.end)
	switch {
	case next.text == "'s" || next.text == "’" || next.text == "'":
		for k := p.end + 1; k < min(len(r.toks), p.end+6); k++ {
			t := &r.toks[k]
			if t.class.any(mask) {
				return true
			}
			if !t.word && t.text != "," {
				break
			}
		}
	case next.class.any(mask) && next.sentence == r.toks[p.at].sentence:
		return true
	}
	if low := r.toks[p.at].low; low == "its" || low == "their" {
		for k := p.end; k < min(len(r.toks), p.end+5); k++ {
			if r.toks[k].class.any(mask) {
				return true
			}
		}
	}
	from := r.sents[r.toks[p.at].sentence].from
	prep := false
	for k := p.at - 1; k >= max(from, p.at-8); k-- {
		t := &r.toks[k]
		switch {
		case t.low == "of" || t.low == "by" || t.low == "to" && r.tok(k-1).low == "belonging" || t.low == "that" || t.low == "which" || t.low == "from":
			prep = true
		case prep && t.class.any(mask):
			return true
		case t.text == ";" || t.text == "." || t.mention >= 0 && r.mentions[t.mention].Kind == Group:
			return false
		}
	}
	return false
}

// object reports a party that something is done to: right behind the word, or its
// subject in the passive.
func (r *reading) object(p party, at int) bool {
	if p.at > at && p.at-at <= 4 && r.prep(p) == "" {
		return true
	}
	return p.at >= 0 && p.at < at && r.passive(at) && r.prep(p) == ""
}

// demandOf checks the demands that look at the parties.
func (r *reading) demandOf(q *rule, at int, first, second party) bool {
	for _, d := range q.with {
		switch {
		case d.class == r.lex.mask("THEIRS"):
			if !r.theirs(q, at, first, second) {
				return false
			}
		case d.class == r.lex.mask("POSED"):
			if second.at < at || second.at-at > 8 || first.at >= at {
				return false
			}
		case d.class == r.lex.mask("THEIRTRACE"):
			if second.at < at || !r.owns(second, "TRACE|NAMEW") || first.at >= at {
				return false
			}
		case d.class == r.lex.mask("THEIRACCESS"):
			if !r.owns(first, "ACCESSX") && !r.owns(second, "ACCESSX") && !r.throughTool(second, at) {
				return false
			}
		case d.class == r.lex.mask("THEIRTOOL"):
			if second.at < at || !r.owns(second, "TOOLX") {
				return false
			}
		case d.class == r.lex.mask("MARKEDFROM"):
			if r.prep(first) != "from" && r.prep(second) != "from" {
				return false
			}
		case d.class == r.lex.mask("MARKED"):
			if !r.marked(at, first, second) {
				return false
			}
		}
	}
	return true
}

// theirs reports whether what is taken or avoided is the other group's.
func (r *reading) theirs(q *rule, at int, first, second party) bool {
	if q.class != evidence.Takeover {
		return r.owns(first, "THINGX") || r.owns(second, "THINGX") || r.object(second, at) || r.object(first, at)
	}
	victim := second
	if r.agent(at, first, second) == 1 {
		victim = first
	} else if first.at > at {
		return false
	}
	if r.toks[at].low == "stolen" && !r.passiveAt(at) {
		return false // what is stolen, and not who steals
	}
	return r.owns(victim, "THINGX") && (victim.at > at || r.passive(at) || q.direction != "agent" || victim.at < 0) || r.object(victim, at) || r.owns(victim, "THINGX") && victim.at < at && r.hasIn(at, at+1, "INSIDEX|GET|USE")
}

// throughTool reports a way in through a program of the other group: "arrived
// through implants of X".
func (r *reading) throughTool(p party, at int) bool {
	if p.at < at || !r.owns(p, "TOOLX") {
		return false
	}
	return hasLow(r.toks[at:p.at], "through", "via")
}

// marked reports whether the sentence says who gives or who gets: "to X", "by X",
// "gave X", "X, to which", "which passed it".
func (r *reading) marked(at int, first, second party) bool {
	for _, p := range []party{first, second} {
		switch r.prep(p) {
		case "to", "by":
			return true
		case "with", "on":
			if p.at > at {
				return true
			}
		}
		if r.toWhich(p) {
			return true
		}
		if p.at > at && p.at-at <= 3 && r.prep(p) == "" {
			return true
		}
	}
	next := r.tok(at + 1).low
	return next == "it" || next == "them" || r.tok(at+1).low == "on" && r.tok(at+2).low == "to"
}

// toWhich reports "to which" or "to whom" behind a party.
func (r *reading) toWhich(p party) bool {
	for i := max(p.end, 0); p.at >= 0 && i < min(len(r.toks)-1, p.end+8); i++ {
		if r.toks[i].low == "to" && (r.toks[i+1].low == "which" || r.toks[i+1].low == "whom") {
			return true
		}
	}
	return false
}

var partyDemands = wordSet("POSED THEIRTRACE THEIRS THEIRACCESS THEIRTOOL MARKED MARKEDFROM")
