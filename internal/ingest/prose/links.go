package prose

import (
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Link is what a passage says of two groups.
type Link struct {
	A, B       string
	Class      evidence.Class
	Consent    evidence.Consent
	Exclusive  evidence.Exclusivity
	Basis      evidence.Basis
	Status     evidence.Status
	Hedge      string // the words of likelihood, as they stand
	When       evidence.Interval
	WhenKind   string // activity, detected, disclosed
	Start, End int    // of the quotation
	Why        string // the rule

	a, b     int // actors; b is -1 for a state
	sentence int
	key      int
}

// findLinks goes through the sentences, and for each pair of groups in one takes
// the first rule that fits.
func (r *reading) findLinks() {
	for s := range r.sents {
		if r.question(s) {
			continue
		}
		ps := r.parties(s)
		if len(ps) == 0 {
			continue
		}
		done := map[[2]int]bool{}
		all := rules()
		for i := range all {
			q := &all[i]
			for _, at := range r.fits(q, s) {
				if r.linksAt(q, s, at, ps, done) && q.direction != "none" {
					break
				}
			}
		}
	}
	r.attacksOnStates()
	r.settle()
	r.denials()
}

// linksAt adds the links of a rule with its key at a token, and reports whether
// there are any.
func (r *reading) linksAt(q *rule, s, at int, ps []party, done map[[2]int]bool) (some bool) {
	for _, pair := range r.pairs(q, s, at, ps) {
		two := [2]int{min(pair.a, pair.b), max(pair.a, pair.b)}
		if done[two] {
			continue
		}
		if l, ok := r.link(q, s, at, pair); ok {
			done[two] = true
			r.links = append(r.links, l)
			some = true
		}
	}
	return some
}

// question reports a sentence that asks.
func (r *reading) question(s int) bool {
	for i := r.sents[s].to - 1; i >= r.sents[s].from; i-- {
		if t := r.toks[i]; t.word {
			return false
		} else if t.text == "?" {
			return true
		}
	}
	return false
}

// A pairing is two groups with their places; a comes first where the class has a
// direction.
type pairing struct {
	a, b   int
	pa, pb party
}

// pairs gives the pairs of groups that a rule with its key at a token speaks of.
func (r *reading) pairs(q *rule, s, at int, ps []party) []pairing {
	if len(ps) == 1 && ps[0].list && !ps[0].plural && ps[0].at > at {
		// "It resembles those of X and of Y": each with the group the text is about.
		switch r.prep(ps[0]) {
		case "of", "with", "to", "from":
			if topic := r.topic(s, ps[0].who); topic >= 0 {
				ps = []party{{at: -1, end: -1, who: []int{topic}}, ps[0]}
			}
		}
	}
	if len(ps) == 1 {
		if q.class == evidence.Statement && ps[0].at > at && (r.prep(ps[0]) == "to" || len(r.text) > longText) {
			return nil // "activity linked to the groups X and Y"
		}
		return r.within(q, ps[0])
	}
	first, second := r.nearest(at, ps)
	if q.class == evidence.FalseFlag && first.at > at && q.direction == "agent" && r.prep(first) != "by" && (first.at-at > 4 || r.prep(second) == "as") {
		return nil // both behind the word: "signed as X, then as Y"
	}
	if r.far(at, first, second) || r.examples(first) && q.direction == "none" || r.examples(second) && q.direction == "none" {
		return nil
	}
	if q.class == evidence.Statement && len(r.text) > longText && !r.around(at, first, second) {
		return nil
	}
	if q.parties == "set" || first.at < 0 && !r.impliedIn(second) && q.direction != "named" || !r.demandOf(q, at, first, second) {
		return nil
	}
	var out []pairing
	for _, a := range first.who {
		for _, b := range second.who {
			if a == b || r.sameActor(a, b) {
				continue
			}
			p := pairing{a, b, first, second}
			if r.turned(q, s, at, first, second) {
				p = pairing{b, a, second, first}
			}
			out = append(out, p)
		}
	}
	if q.direction == "none" && first.list && first.named && hasLow(r.toks[first.end:min(len(r.toks), first.end+2)], "all", "both", "each") {
		out = append(r.within(q, first), out...)
	}
	return out
}

// within pairs the groups of a list.
func (r *reading) within(q *rule, p party) []pairing {
	if len(p.who) < 2 || !r.certain(p) || q.parties == "pair" || r.examples(p) || q.direction != "none" && q.direction != "first" {
		return nil
	}
	var out []pairing
	for i := range p.who {
		for _, b := range p.who[i+1:] {
			if !r.sameActor(p.who[i], b) {
				out = append(out, pairing{p.who[i], b, p, p})
			}
		}
	}
	return out
}

// around reports a key that stands between two parties, or right behind both, with
// no other clause among them: in a long text "link" and "relation" join what else a
// sentence names too.
func (r *reading) around(at int, first, second party) bool {
	if first.at > at || second.at-first.end > 15 || at-second.end > 6 {
		return false
	}
	for i := first.end; i < second.at; i++ {
		if w := r.toks[i].text; w == ";" || w == ":" || w == "(" || w == "[" {
			return false
		}
	}
	return true
}

// examples reports a list of examples ("groups such as X and Y"), which nobody sets
// beside each other on purpose.
func (r *reading) examples(p party) bool {
	if !p.named || p.at < 1 {
		return false
	}
	for i := p.at - 1; i >= max(0, p.at-3); i-- {
		switch low := r.toks[i].low; {
		case low == "including" || low == "like" || low == "e.g" || low == "among" || low == "as" && r.tok(i-1).low == "such":
			return true
		case low == "those" || low == "that" || !functions[low] && !peopleSet()[low]:
			return false
		}
	}
	return false
}

// far reports parties too far from the key to belong to it.
func (r *reading) far(at int, ps ...party) bool {
	for _, p := range ps {
		if p.at >= 0 && (p.at-at > 25 || at-p.end > 25) {
			return true
		}
		if !r.certain(p) {
			return true
		}
	}
	return false
}

// certain reports a party that is named, or any in a short text: in a long one, who
// is meant by "the group" and "both" is too uncertain.
func (r *reading) certain(p party) bool { return p.named && !p.plural || len(r.text) <= longText }

// impliedIn reports a party beside which the group of the text is meant: "matches
// that of X", "was passed to X". One that acts itself leaves nothing to be meant.
func (r *reading) impliedIn(p party) bool {
	switch r.prep(p) {
	case "of", "with", "to", "from", "by", "as":
		return true
	}
	return false
}

// sameActor reports two names that the dictionary knows for one group.
func (r *reading) sameActor(a, b int) bool { return a == b }

// nearest is the two parties that stand around the key, in the order of the text.
func (r *reading) nearest(at int, ps []party) (party, party) {
	if len(ps) == 2 {
		return ps[0], ps[1]
	}
	// Of more, the last before the key and the first behind it; where all stand on
	// one side, the two nearest.
	i := 0
	for i < len(ps) && ps[i].at < at {
		i++
	}
	switch {
	case i == 0:
		return ps[0], ps[1]
	case i == len(ps):
		return ps[i-2], ps[i-1]
	}
	return ps[i-1], ps[i]
}

// turned reports whether the second party of the text is the first of the claim.
func (r *reading) turned(q *rule, s, at int, first, second party) bool {
	switch q.direction {
	case "agent":
		return r.agent(at, first, second) == 1
	case "avoider":
		return r.avoider(at, first, second) == 1
	case "giver":
		return r.giver(at, first, second) == 1
	case "getter":
		return r.agent(at, first, second) == 0
	case "through":
		return r.owner(s, at, first, second) == 1
	case "time":
		return r.earlier(s, at, first, second) == 1
	case "second":
		return true
	case "named":
		return second.named && !first.named
	}
	return false
}

// agent is which of two parties does what the key says: 0 or 1.
func (r *reading) agent(at int, first, second party) int {
	if r.passive(at) {
		if r.prep(second) == "by" {
			return 1
		}
		if r.prep(first) == "by" {
			return 0
		}
		if second.at >= 0 && second.at < at && first.at >= 0 {
			return 0 // "X found Y's shells, so that Y is locked out"
		}
		return 1 // "X was taken over", by whom the text speaks of
	}
	if first.at < at && second.at > at {
		return 0
	}
	if r.prep(second) == "by" {
		return 1
	}
	if first.at > at && first.at-at <= 3 && !hasLow(r.toks[at:first.at], ",") || first.at < at && second.at >= 0 && second.at < at && r.relative(second.end, at) {
		return 1 // "to be taken for X, Y put ..."; "X, which Y took over"
	}
	return 0
}

// relative reports "which", "who" or "that" right behind a party and before the key.
func (r *reading) relative(from, at int) bool {
	for i := from; i < min(at, from+3); i++ {
		if w := r.toks[i].low; w == "which" || w == "who" || w == "that" {
			return true
		}
	}
	return false
}

// avoider is which of two parties keeps away: the one that is not the owner of what
// is found.
func (r *reading) avoider(at int, first, second party) int {
	if r.prep(second) == "by" {
		return 1
	}
	return 0
}

// giver is which of two parties gives, by the key of giving.
func (r *reading) giver(at int, first, second party) int {
	if next := r.tok(at + 1).low; next == "it" || next == "them" {
		if second.at >= 0 && second.at < at {
			return 1
		}
		return 0
	}
	if r.toWhich(second) {
		return 0 // "X, to which it was passed"
	}
	if r.toWhich(first) {
		return 1
	}
	for i, p := range []party{first, second} {
		switch r.prep(p) {
		case "by", "from":
			return i
		case "to":
			return 1 - i
		}
	}
	if r.passive(at) {
		for i, p := range []party{first, second} {
			if p.at >= 0 && p.end <= at && at-p.end <= 3 && r.prep(p) == "" {
				return 1 - i // "X was given": X gets
			}
		}
		return 1
	}
	if second.at >= 0 && second.at < at && (r.relative(second.end, at) || first.at >= 0 && first.at < second.at && r.relative(second.at-1, second.at)) {
		return 1 // "X came in with passwords that Y had stolen and then passed on"
	}
	return 0
}

// owner is which of two parties has the access that the other comes through.
func (r *reading) owner(_, _ int, first, second party) int {
	possessive := func(p party) bool { return p.at >= 0 && r.tok(p.end).text == "'s" }
	switch {
	case r.inHands(second), possessive(first) && !possessive(second):
		return 0
	case r.inHands(first):
		return 1
	}
	if r.owns(second, "ACCESSX") || !r.owns(first, "ACCESSX") && r.owns(second, "TOOLX") {
		return 1
	}
	return 0
}

// inHands reports "in the hands of X": X has got it.
func (r *reading) inHands(p party) bool {
	return p.at >= 2 && r.toks[p.at-1].low == "of" && (r.toks[p.at-2].low == "hands" || r.toks[p.at-2].low == "possession")
}

// earlier is which of two parties comes first in time.
func (r *reading) earlier(s, at int, first, second party) int {
	sent := r.sents[s]
	for i := sent.from; i < sent.to; i++ {
		switch r.toks[i].low {
		case "after", "where", "when", "whenever", "once", "since":
			// The clause behind it tells what came first.
			if first.at > i && first.at-i <= 8 {
				return 0
			}
			if second.at > i && second.at-i <= 8 && first.at < i {
				return 1
			}
		case "follows", "followed", "following", "trails", "trailed", "follow":
			if r.tok(i+1).low == "by" || r.passive(i) {
				return 0
			}
			if first.at < i && second.at > i && r.toks[i].low != "following" {
				return 1
			}
		case "before", "preceded", "precedes":
			if r.tok(i+1).low != "by" {
				return 0
			}
			return 1
		}
	}
	return 0
}

// prep is the preposition before a party, beyond articles and words for what it is.
func (r *reading) prep(p party) string {
	for i := p.at - 1; i >= max(0, p.at-5); i-- {
		t := &r.toks[i]
		if t.low == "of" && i > 1 && (peopleSet()[r.toks[i-1].low] || r.toks[i-1].low == "operators" || r.toks[i-1].low == "hands") {
			if outer := r.toks[i-2].low; outer == "to" || outer == "by" || outer == "from" || outer == "with" {
				return outer
			}
			if outer := r.tok(i - 3).low; outer == "to" || outer == "by" || outer == "from" {
				return outer
			}
		}
		switch t.low {
		case "by", "to", "from", "of", "with", "for", "against", "between", "in", "into", "through", "on", "as", "than", "behind":
			return t.low
		}
		if strings.HasSuffix(t.low, "ing") || !t.word && t.text != "\"" || t.class.any(r.lex.mask("SAYV")) || t.mention >= 0 || be[t.low] {
			return ""
		}
	}
	return ""
}

// passive reports a key that is done to its subject: a participle with a form of
// be before it, or "by" behind it.
func (r *reading) passive(at int) bool {
	if r.passiveAt(at) {
		return true
	}
	if !r.lex.part[r.toks[at].low] {
		return false
	}
	for i := at + 1; i < min(len(r.toks), at+5); i++ {
		switch t := r.toks[i]; {
		case t.low == "by":
			return true
		case !t.word:
			return false
		}
	}
	return false
}
