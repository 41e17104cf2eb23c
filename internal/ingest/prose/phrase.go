package prose

import "slices"

// An np is a phrase around a noun: what it denotes, and whose that is.
type np struct {
	from, to int
	heads    []int // the nouns; none where it denotes a group
	who      []int // the groups it denotes
	of       []int // the groups that own or use what it denotes
	named    bool
	found    bool
}

func (r *reading) nounLike(i int) bool {
	t := r.tok(i)
	return t.word && !prepositions[t.low] && !r.aux(i) && !parting[t.low] && t.low != "and" && t.low != "or" && t.low != "that" && t.low != "which" && t.low != "who" && t.low != "whom" && t.low != "whose" && !(t.verb && !r.adjective(i))
}

// adjective reports a participle before its noun: "the stolen keys".
func (r *reading) adjective(i int) bool {
	return r.form(i)&(partForm|gerundForm) != 0 && !r.aux(i-1) && r.tok(i+1).word && r.tok(i+1).ref < 0 && !particle[r.tok(i+1).low] && !prepositions[r.tok(i+1).low] && !determiners[r.tok(i+1).low] && !r.adverb(i+1) && r.tok(i+1).low != "and" && r.tok(i+1).low != "that" && (determiners[r.tok(i-1).low] || prepositions[r.tok(i-1).low] || r.form(i)&gerundForm == 0 && !r.refEnds(i-1))
}

// phrase is the noun phrase that begins at a token.
func (r *reading) phrase(i, depth int) np {
	end := len(r.toks)
	if i < end {
		end = r.sents[r.toks[i].sentence].to
	}
	n := np{from: i, to: i}
	if depth > 4 {
		return n
	}
	for i < end {
		t := &r.toks[i]
		if t.ref >= 0 {
			ref := &r.refs[t.ref]
			next := r.tok(ref.to)
			switch {
			case ref.owner || next.text == "'s" || next.text == "’" && r.tok(ref.to+1).word || next.text == "'" && r.tok(ref.to+1).word && next.start == r.tok(ref.to-1).end:
				n.of, n.named = ref.who, ref.named
				i = ref.to
				if next.text == "'s" || next.text == "’" || next.text == "'" {
					i++
				}
				n.to = i
				continue
			case r.nounLike(ref.to) && r.toks[ref.to].ref < 0 && !determiners[next.low] && !r.adverb(ref.to) && !next.upper:
				k := ref.to // "Turla operators", "the Play ransomware group"
				for malwareSet()[r.tok(k).low] || r.tok(k).low == "apt" || r.tok(k).low == "espionage" || r.tok(k).low == "hacking" || r.tok(k).low == "threat" {
					k++
				}
				if r.persons(k) {
					n.who, n.named, n.to, n.found = ref.who, ref.named, k+1, true
					return n
				}
				n.of, n.named = ref.who, ref.named
				i = ref.to
				continue
			default:
				if len(n.heads) > 0 && !r.apposes(n, i) {
					return r.behind(n, depth)
				}
				n.who, n.heads, n.named, n.to, n.found = ref.who, nil, ref.named, ref.to, true
				return r.behind(n, depth)
			}
		}
		if t.text == "'s" && len(n.heads) > 0 { // "the GRU's Sandworm"
			n.heads = nil
			i++
			continue
		}
		if t.low == "and" && r.tok(i-1).low == "one" && r.tok(i+1).low == "the" && r.tok(i+2).low == "same" {
			i += 3
			continue
		}
		if t.low == "that" && (r.tok(i+1).low != "of" || len(n.heads) > 0) && (r.tok(i+1).ref >= 0 || determiners[r.tok(i+1).low] || !r.tok(i+1).word || speakers[r.tok(i+1).low]) {
			return r.behind(n, depth)
		}
		switch {
		case t.text == "\"" || t.text == "“" || t.text == "”" || t.text == "*":
			i++
			continue
		case !r.nounLike(i) && !(determiners[t.low] && len(n.heads) == 0):
			return r.behind(n, depth)
		}
		if t.word && !determiners[t.low] && !r.adverb(i) || t.low == "those" || t.low == "that" {
			n.heads = append(n.heads, i)
		}
		i++
		n.to, n.found = i, true
	}
	return r.behind(n, depth)
}

// apposes reports "the actor X", "the espionage group X".
func (r *reading) apposes(n np, i int) bool {
	last := n.heads[len(n.heads)-1]
	return last == i-1 && peopleSet()[r.toks[last].low] || r.tok(i-1).upper || peopleSet()[r.tok(i-1).low] || malwareSet()[r.tok(i-1).low]
}

// behind adds to a phrase what stands behind its noun: "of X", "used by X", "that X
// had opened", "and Y".
func (r *reading) behind(n np, depth int) np {
	if !n.found || depth > 3 {
		return n
	}
	t := r.tok(n.to)
	if n.to >= len(r.toks) || n.to == 0 || t.sentence != r.toks[n.to-1].sentence {
		return n
	}
	if len(n.heads) == 0 {
		return n
	}
	if m := r.named(n); m >= 0 {
		ref := &r.refs[m]
		return np{from: n.from, to: ref.to, who: ref.who, named: ref.named, found: true}
	}
	if next := r.tok(n.to + 1).low; t.text == "," && len(n.of) == 0 && (next == "a" || next == "an" || next == "the") {
		// "Tavdig, an implant of X"
		if in := r.phrase(n.to+1, depth+1); len(in.of) > 0 && len(in.who) == 0 && r.has(in, "TOOLX|INFRAX|CODEX") {
			n.of, n.named, n.to, n.heads = in.of, in.named, in.to, append(n.heads, in.heads...)
			return n
		}
	}
	switch low := t.low; {
	case low == "and" && len(n.of) > 0 && depth <= 1: // "X's loader and that of Y match"
		if in := r.phrase(n.to+1, depth+1); len(in.of) > 0 && (r.tok(in.to).verb || r.aux(in.to)) {
			n.of, n.heads, n.to = distinct(append(slices.Clone(n.of), in.of...)), append(n.heads, in.heads...), in.to
		}
	case low == "behind" && r.ofPeople(n):
		if in := r.phrase(n.to+1, depth+1); len(in.who) > 0 {
			return np{from: n.from, to: in.to, who: in.who, named: in.named, found: true}
		}
	case low == "of" || low == "belonging" && r.tok(n.to+1).low == "to" || low == "from" && len(n.of) == 0 && r.tok(n.to+1).ref >= 0 && r.has(n, "ACCESSX|TOOLX|INFRAX|CODEX"):
		return r.owned(n, low, depth)
	case (r.form(n.to)&partForm != 0 || r.tok(n.to).low == "known") && len(n.of) == 0:
		return r.doneBy(n, t, depth)
	case low == "that" || low == "which" || t.ref >= 0 && len(n.of) == 0 || low == "," && r.tok(n.to+1).low == "which":
		return r.related(n, t, depth)
	}
	return n
}

// owned reads "of X", "belonging to X" and "from X" behind a noun.
func (r *reading) owned(n np, low string, depth int) np {
	k := n.to + 1
	if low == "belonging" {
		k++
	}
	in := r.phrase(k, depth+1)
	if !in.found {
		return n
	}
	if len(in.who) > 0 {
		if r.ofPeople(n) {
			return np{from: n.from, to: in.to, who: in.who, named: in.named, found: true}
		}
		n.of, n.named = in.who, in.named
	} else if len(n.of) == 0 {
		n.of, n.named = in.of, in.named
	}
	if low == "of" {
		n.heads = append(n.heads, in.heads...)
	}
	n.to = in.to
	return n
}

// doneBy reads "a server used by X" and "credentials stolen from Y by X".
func (r *reading) doneBy(n np, t *token, depth int) np {
	for k := n.to + 1; k < min(len(r.toks), n.to+8) && r.toks[k].sentence == t.sentence; k++ {
		if low := r.toks[k].low; low == "by" || low == "with" && r.toks[k].ref < 0 && t.low == "associated" {
			if in := r.phrase(k+1, depth+1); len(in.who) > 0 {
				n.of, n.named, n.to = in.who, in.named, in.to
			}
			break
		}
		if !r.toks[k].word || r.toks[k].verb {
			break
		}
	}
	return n
}

// related reads "that X had opened" and "which belongs to X".
func (r *reading) related(n np, t *token, depth int) np {
	k := n.to
	for slices.Contains([]string{"that", "which", ",", "in", "on"}, r.tok(k).low) {
		k++
	}
	if r.tok(k).verb && slices.Contains([]string{"belong", "belongs", "belonged"}, r.tok(k).low) && r.tok(k+1).low == "to" {
		if in := r.phrase(k+2, depth+1); len(in.who) > 0 {
			n.of, n.named, n.to = in.who, in.named, in.to
		}
		return n
	}
	if ref := r.tok(k).ref; ref >= 0 && !r.refs[ref].owner {
		v := r.refs[ref].to
		for v < len(r.toks) && (r.aux(v) || r.adverb(v)) {
			v++
		}
		if r.tok(v).verb && r.tok(v).sentence == t.sentence {
			n.of, n.named, n.to = r.refs[ref].who, r.refs[ref].named, v+1
		}
	}
	return n
}

// premodifies reports a noun that only describes the noun behind it: the first in
// "credential lists".
func (n *np) premodifies(i int) bool {
	return slices.Contains(n.heads, i) && slices.Contains(n.heads, i+1)
}

// has reports a noun of a phrase of one of the classes.
func (r *reading) has(n np, names string) bool {
	mask := r.lex.mask(names)
	for _, h := range n.heads {
		if r.toks[h].class.any(mask) {
			return true
		}
	}
	return false
}

// ofPeople reports a phrase for the people of whom it speaks: "the operators of X".
func (r *reading) ofPeople(n np) bool {
	return slices.ContainsFunc(n.heads, r.persons)
}

// persons reports a word for people, and not for what they do.
func (r *reading) persons(i int) bool {
	low := r.tok(i).low
	return r.tok(i).class.any(r.lex.mask("STAFF")) || peopleSet()[low] && !deeds[low]
}

var deeds = wordSet("activity campaign campaigns intrusion intrusions set")

// named is the ref behind a phrase for people that gives their name: "a separate
// group, X", "the hackers known as X", or -1.
func (r *reading) named(n np) int {
	if !r.ofPeople(n) || len(n.of) > 0 {
		return -1
	}
	i := n.to
	if r.tok(i).text == "," || r.tok(i).text == "(" {
		i++
	}
	for k := i; k < min(i+3, len(r.toks)) && (naming[r.toks[k].low] || r.toks[k].low == "known" || r.toks[k].low == "tracked" || r.toks[k].low == "called" || r.toks[k].low == "identified"); k++ {
		i = k + 1
	}
	if i == n.to || r.tok(i).sentence != r.tok(n.to-1).sentence {
		return -1
	}
	if ref := r.tok(i).ref; ref >= 0 && r.refs[ref].named && r.refs[ref].from == i {
		return ref
	}
	return -1
}
