package prose

import (
	"slices"

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
	Speaker    string // who says it, where that is not who publishes the text
	Start, End int    // of the quotation
	Why        string // the frame

	a, b     int // actors; b is -1 for a state
	sentence int
	key      int
}

// findLinks goes through the sentences, and for each pair of groups in one takes
// the first frame whose parts they fill.
func (r *reading) findLinks() {
	all := frames()
	for s := range r.sents {
		if r.question(s) || len(r.refsIn(s)) == 0 {
			continue
		}
		done, said := map[[2]int]bool{}, map[int]evidence.Class{}
		for k := range all {
			q := &all[k]
			for i := r.sents[s].from; i < r.sents[s].to; i++ {
				t := &r.toks[i]
				if t.class.any(q.key) && r.isKey(q.kind, i) {
					r.linksAt(q, s, i, done, said)
				}
			}
		}
	}
	r.attacksOnStates()
	r.settle()
	r.denials()
}

// isKey reports a token that is of the kind that a frame asks for.
func (r *reading) isKey(kind byte, i int) bool {
	switch kind {
	case 'v':
		return r.toks[i].verb
	case 'n':
		return !r.toks[i].verb
	case 'a':
		return !r.toks[i].verb && r.group(i) < i && slices.ContainsFunc(r.toks[r.group(i):i], func(t token) bool { return be[t.low] })
	}
	return true
}

// linksAt adds the links of a frame with its key at a token.
func (r *reading) linksAt(q *frame, s, at int, done map[[2]int]bool, said map[int]evidence.Class) {
	if q.a[0] == "two" {
		r.twoAt(q, s, at, done)
		return
	}
	p := r.partsOf(q.kind, at)
	if q.b[0] == "before" {
		r.back(&p, q.key)
	} else if len(q.asks) > 0 && q.asks[0].part == "before" {
		r.back(&p, classes{})
	}
	if !r.meets(&p, q.asks) {
		return
	}
	if said[at] == q.class || q.class == evidence.Statement && said[-1] == q.class { // "X and Y sided with Z": not X with Y
		return
	}
	for _, pair := range r.pairs(q, &p) {
		said[at], said[-1] = q.class, q.class
		r.add(q, s, at, pair, p.negated, done)
	}
}

// meets reports whether the parts of a clause are as a frame asks for.
func (r *reading) meets(p *parts, asks []ask) bool {
	for _, a := range asks {
		if r.partClass(p, a.part, a.class) == a.not {
			return false
		}
	}
	return true
}

func (r *reading) add(q *frame, s, at int, pair [2]int, negated bool, done map[[2]int]bool) {
	two := [2]int{min(pair[0], pair[1]), max(pair[0], pair[1])}
	if done[two] || pair[0] == pair[1] || r.firm(pair[0])+r.firm(pair[1]) < surety(q.class) {
		return
	}
	if l, ok := r.link(q, s, at, pair, negated); ok {
		done[two] = true
		r.links = append(r.links, l)
	}
}

// surety is how sure both groups of a link must be together, see [reading.firm]. What
// is done to a victim or in its name is told in the words of a takeover, and attacks and
// programs are "linked" to groups as groups are.
func surety(c evidence.Class) int {
	if c == evidence.Takeover || c == evidence.FalseFlag || c == evidence.Statement {
		return 4
	}
	return 3
}

// pairs are the pairs of groups that fill the two parts of a frame. "all" pairs the
// groups of one part with each other.
func (r *reading) pairs(q *frame, p *parts) (out [][2]int) {
	if q.b[0] == "all" {
		if q.a[0] != "between" && slices.ContainsFunc(p.comps, func(c complement) bool { return c.prep == "with" && r.ofPeople(c.np) }) {
			return nil // with others
		}
		for _, part := range q.a {
			for _, n := range r.fill(p, part) {
				for i, a := range n.who {
					for _, b := range n.who[i+1:] {
						out = append(out, [2]int{a, b})
					}
				}
			}
		}
		return out
	}
	for _, pa := range q.a {
		for _, a := range r.fill(p, pa) {
			for _, pb := range q.b {
				for _, b := range r.fill(p, pb) {
					if pa == pb && a.from == b.from {
						continue
					}
					for _, x := range a.who {
						for _, y := range b.who {
							if !slices.Contains(a.who, y) {
								out = append(out, [2]int{x, y})
							}
						}
					}
				}
			}
			if len(out) > 0 {
				return out
			}
		}
	}
	return out
}

// twoAt adds a link between the only two groups of a sentence, which the frame's
// words put beside each other; the frame says which comes first.
func (r *reading) twoAt(q *frame, s, at int, done map[[2]int]bool) {
	p := r.partsOf(q.kind, at)
	if !r.meets(&p, q.asks) {
		return
	}
	refs := r.refsIn(s)
	var who []int
	for _, f := range refs {
		who = append(who, f.who...)
	}
	if who = distinct(who); len(who) != 2 {
		return
	}
	pair := [2]int{who[0], who[1]}
	switch q.b[0] {
	case "by":
		for _, f := range refs {
			if !hasLow(r.toks[max(0, f.from-3):f.from], "by") {
				return
			}
		}
	case "time":
		if r.laterFirst(s, refs) {
			pair = [2]int{who[1], who[0]}
		}
	case "doer":
		if n := r.doer(at); len(n.who) == 1 || len(n.of) == 1 {
			first := append(slices.Clone(n.who), n.of...)[0]
			if first == who[1] {
				pair = [2]int{who[1], who[0]}
			}
		}
	}
	r.add(q, s, at, pair, false, done)
}

// laterFirst reports that the group which the sentence names first comes second in
// time.
func (r *reading) laterFirst(s int, refs []*ref) bool {
	for i := r.sents[s].from; i < r.sents[s].to; i++ {
		later := i > refs[0].from
		switch low := r.toks[i].low; {
		case low == "after" || low == "where" || low == "when" || low == "whenever" || low == "once" || low == "since":
			return later && refs[len(refs)-1].from > i
		case (low == "follow" || low == "follows" || low == "followed" || low == "trails" || low == "trailed") && r.toks[i].verb:
			return later && !r.passiveVerb(i)
		case low == "before" || low == "preceded" || low == "precedes":
			return low != "before" && r.tok(i+1).low == "by"
		}
	}
	return false
}

// firm is how sure it is that an actor is a group: 2 where a dictionary has it, its
// form is that of a numbering, or the text calls it one; 1 where it does what groups
// do.
func (r *reading) firm(who int) (sure int) {
	for k := range r.mentions {
		if m := &r.mentions[k]; m.who == who {
			sure = max(sure, m.firm)
		}
	}
	return sure
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
