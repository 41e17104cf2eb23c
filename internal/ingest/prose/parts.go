package prose

import "strings"

// The parts of a clause, seen from its key. A verb in the passive is turned round
// first: "Y was robbed by X" has the subject X and the object Y.
type parts struct {
	key     int
	subject np
	object  np
	second  np // whom something is given: "gave X the keys"
	before  np // who did it before, and to what: "X used it. Y used it too"
	thing   np
	comps   []complement
	negated bool
}

// partsOf takes the clause of a key apart.
func (r *reading) partsOf(q byte, at int) parts {
	switch q {
	case 'v':
		return r.partsOfVerb(at)
	case 'n':
		return r.partsOfNoun(at)
	case 'a':
		p := parts{key: at, subject: r.subject(at, 0), comps: r.complements(at + 1)}
		if low := r.toks[at].low; low == "that" || low == "those" {
			p.object = r.phrase(at, 1)
		}
		return p
	}
	p := parts{key: at}
	p.subject = r.doer(at)
	p.comps = r.complements(at)
	return p
}

// doer is the subject of the verb that a word belongs to.
func (r *reading) doer(at int) np {
	if r.toks[at].verb || r.aux(at) {
		return r.subject(at, 0)
	}
	from := r.sents[r.toks[at].sentence].from
	for i := at - 1; i >= from && i > at-12; i-- {
		if t := &r.toks[i]; t.text == ";" || t.text == ":" || parting[t.low] {
			return np{}
		} else if t.verb || auxiliaries[t.low] {
			return r.subject(i, 0)
		}
	}
	return np{}
}

func (r *reading) partsOfVerb(v int) parts {
	p := parts{key: v}
	surface, behind := r.subject(v, 0), r.object(v)
	from := v + 1
	if behind.from > v {
		from = behind.to
	}
	if !r.passiveVerb(v) {
		p.subject, p.object = surface, behind
		if len(behind.who) > 0 && behind.from > v {
			if n := r.phrase(behind.to, 1); n.found && len(n.heads) > 0 && r.nounStart(behind.to) {
				p.second, p.object = behind, n
				from = n.to
			}
		}
		// "provided X access": whom, and what
		if f := r.tok(behind.from).ref; f >= 0 && len(behind.heads) > 0 && r.refs[f].named && r.tok(r.refs[f].to).text != "'s" && r.toks[v].class.any(r.lex.mask("GIVE")) {
			p.second = np{from: behind.from, to: r.refs[f].to, who: r.refs[f].who, named: true, found: true}
			p.object = np{from: r.refs[f].to, to: behind.to, heads: behind.heads, found: true}
		}
		p.comps = r.complements(from)
		return p
	}
	if r.group(v) == v { // "servers used by X": what stands right before
		surface, _ = r.upTo(v - 1)
	}
	p.object = surface
	if r.tok(v+1).low == "and" && r.tok(v+2).verb && r.form(v+2)&partForm != 0 { // "was stolen and used by X"
		from = v + 3
	}
	if behind.from > v && len(behind.heads) > 0 { // "X was given the keys"
		p.second, p.object = surface, behind
	}
	p.comps = r.complements(from)
	for _, c := range p.comps {
		if c.prep == "by" && !p.subject.found {
			p.subject = c.np
		}
	}
	if !p.subject.found && r.group(v) == v { // "X used servers hijacked from Y"
		for i := v - 1; i > v-9 && i > 0 && !parting[r.toks[i].low] && r.toks[i].text != ","; i-- {
			if r.toks[i].verb || r.toks[i].low == "using" {
				if n := r.subject(i, 0); n.from != p.object.from {
					p.subject = n
				}
				break
			}
		}
	}
	return p
}

// back finds who did before what a verb says, where its object is "it" or "the same".
func (r *reading) back(p *parts, same classes) {
	o := p.object
	s := r.toks[p.key].sentence
	if !o.found || s < 0 {
		return
	}
	first := r.tok(o.from)
	pronoun := first.low == "it" || first.low == "them"
	if !pronoun && !hasLow(r.toks[o.from:o.to], "same") {
		return
	}
	from := r.sents[max(0, s-1)].from
	for i := min(p.key, o.from) - 1; i >= from; i-- {
		if !r.toks[i].verb || !same.none() && !r.toks[i].class.any(same) {
			continue
		}
		q := r.partsOfVerb(i)
		if len(q.object.heads) == 0 || len(q.subject.who) == 0 {
			continue
		}
		if !pronoun && r.tok(q.object.heads[len(q.object.heads)-1]).low != r.tok(o.to-1).low {
			continue
		}
		p.before, p.thing = q.subject, q.object
		return
	}
}

func (r *reading) nounStart(i int) bool {
	t := r.tok(i)
	return t.word && !t.verb && !prepositions[t.low] && !parting[t.low] && !auxiliaries[t.low] && t.low != "and" && t.low != "that" && t.low != "which" && t.low != "who" && !r.adverb(i)
}

// partsOfNoun takes apart what hangs on a noun: "links between X and Y", "X has ties
// to Y", "X's overlap with Y".
func (r *reading) partsOfNoun(at int) parts {
	p := parts{key: at, comps: r.complements(at + 1)}
	from := r.sents[r.toks[at].sentence].from
	for i := at - 1; i >= from && i > at-14; i-- {
		t := &r.toks[i]
		if t.text == ";" || t.text == ":" || parting[t.low] || t.low == "which" || t.low == "who" {
			break
		}
		if r.refEnds(i) && len(p.object.of) == 0 && (r.tok(i+1).text == "'s" || r.refs[t.ref].owner) {
			p.object.of = r.refs[t.ref].who
		}
		if t.verb || auxiliaries[t.low] && !r.verbAhead(i+1) {
			p.subject = r.subject(i, 0)
			if r.passiveVerb(i) {
				p.subject = np{}
			}
			p.negated = r.negated(i)
			break
		}
	}
	for i := at - 1; i >= max(from, at-4); i-- {
		if low := r.toks[i].low; low == "no" || low == "any" && p.negated || low == "without" || low == "nor" {
			p.negated = true
		}
	}
	return p
}

// fill is which groups fill a part: "subj", "obj", "second", or a preposition; with
// "'s" behind it, the groups whose the part is. "way" is what something is done
// through, "next" the first group behind the key.
func (r *reading) fill(p *parts, part string) (out []np) {
	name, owner := strings.CutSuffix(part, "'s")
	add := func(n np) {
		if owner {
			n.who = n.of
		}
		if len(n.who) > 0 {
			out = append(out, n)
		}
	}
	switch name {
	case "subj":
		if owner && len(p.subject.of) == 0 {
			p.subject.of = r.bridge(&p.subject)
		}
		add(p.subject)
	case "obj":
		add(p.object)
	case "second":
		add(p.second)
	case "before":
		add(p.before)
	case "next":
		for i := p.key + 1; i < min(r.sents[r.toks[p.key].sentence].to, p.key+12); i++ {
			t := &r.toks[i]
			if t.text == ";" || t.text == ":" || parting[t.low] {
				break
			}
			if t.ref >= 0 {
				f := &r.refs[t.ref]
				add(np{from: f.from, to: f.to, who: f.who, of: f.who, named: f.named, found: true})
				break
			}
		}
	default:
		for _, c := range p.comps {
			if (c.prep == name || name == "way" && ways[c.prep]) && (len(out) == 0 || r.tok(c.np.from-2).low == "and") {
				add(c.np)
			}
		}
	}
	return out
}

// bridge is whose a thing is that the text speaks of as known: "the obfuscation", where
// the sentence before is about one group.
func (r *reading) bridge(n *np) []int {
	if !n.found || len(n.who) > 0 {
		return nil
	}
	s := r.toks[n.from].sentence
	if low := r.toks[n.from].low; s == 0 || low != "the" && low != "these" && low != "this" || len(r.about[s-1]) != 1 {
		return nil
	}
	return r.about[s-1]
}

var ways = wordSet("through via with using by from over on leveraging abusing")

// partClass reports a word of a class in a part of the clause.
func (r *reading) partClass(p *parts, part string, c classes) bool {
	look := func(n np) bool {
		for i := n.from; n.found && i < n.to; i++ {
			if r.toks[i].class.any(c) && !n.premodifies(i) {
				return true
			}
		}
		return false
	}
	within := func(from, to int) bool {
		for i := from; i < to; i++ {
			if i != p.key && r.toks[i].class.any(c) {
				return true
			}
		}
		return false
	}
	switch part {
	case "":
		return within(r.clause(r.toks[p.key].sentence, p.key))
	case "s":
		s := r.sents[r.toks[p.key].sentence]
		return within(s.from, s.to)
	case "near":
		return within(max(0, p.key-3), min(len(r.toks), p.key+4))
	case "subj":
		return look(p.subject)
	case "obj":
		return look(p.object)
	case "second":
		return look(p.second)
	case "before":
		return look(p.thing)
	}
	for _, k := range p.comps {
		if (k.prep == part || part == "any" || part == "way" && ways[k.prep]) && look(k.np) {
			return true
		}
	}
	return false
}
