package prose

import "slices"

// subject is who or what does what a verb says, in the order of the text: of a
// passive verb, to whom it is done.
func (r *reading) subject(v, depth int) np {
	s := r.toks[v].sentence
	from := r.sents[s].from
	p := r.group(v) - 1
	if depth > 5 {
		return np{}
	}
	for p >= from {
		t := &r.toks[p]
		switch {
		case t.low == "to":
			return r.governor(p, depth)
		case r.group(v) == v && r.form(v)&gerundForm != 0 && (prepositions[t.low] || parting[t.low] || t.low == ","):
			return r.governor(p, depth)
		case t.low == "who" || t.low == "which" || t.low == "that":
			k := p - 1
			if r.tok(k).text == "," {
				k--
			}
			if r.tok(p-1).low == "in" || r.tok(p-1).low == "to" || r.tok(p-1).low == "from" {
				return np{}
			}
			n, _ := r.upTo(k)
			return n
		case t.low == "and" || t.low == "or" || t.low == "then" || t.low == "but":
			return r.governor(p, depth)
		case t.text == ")":
			for p > from && r.toks[p].text != "(" {
				p--
			}
			p--
			continue
		case t.text == ",":
			k := p - 1
			for k > from && k > p-16 && r.toks[k].text != "," {
				k--
			}
			if r.toks[k].text != "," || k == from {
				return r.governor(p, depth)
			}
			if n := r.ending(k-1, depth); n.found && (len(n.who) > 0 || len(n.heads) > 0) {
				return n
			}
			return np{}
		case !t.word && t.text != "'s" && t.text != "\"" && t.text != "”" && t.text != "’":
			return np{}
		}
		return r.ending(p, depth)
	}
	// "By guessing a password, X gained control": the subject comes behind.
	if r.form(v)&gerundForm != 0 {
		return r.ahead(v)
	}
	return np{}
}

// ahead is the subject of the clause behind one that begins a sentence.
func (r *reading) ahead(v int) np {
	for i := v + 1; i < r.sents[r.toks[v].sentence].to; i++ {
		if r.toks[i].text == "," {
			return r.phrase(i+1, 2)
		}
	}
	return np{}
}

// governor is the subject of the verb before a place, which is meant with an
// infinitive, a gerund and a second verb. Whom somebody lets do a thing does it.
func (r *reading) governor(p, depth int) np {
	from := r.sents[r.toks[p].sentence].from
	if r.toks[p].low == "by" {
		if n := r.mainSubject(p); n.found {
			return n
		}
	}
	for i := p - 1; i >= from; i-- {
		t := &r.toks[i]
		if t.text == ";" || t.text == ":" || t.text == "—" {
			return np{}
		}
		if t.verb || be[t.low] {
			if t.class.any(r.lex.mask("LET")) && r.toks[p].low == "to" {
				return r.object(i)
			}
			n := r.subject(i, depth+1)
			return n
		}
	}
	for i := p; i < r.sents[r.toks[p].sentence].to; i++ {
		if r.toks[i].text == "," && i > p {
			return r.phrase(i+1, 2)
		}
	}
	return np{}
}

// mainSubject is the subject of the first verb of the clause before a place: who does
// a thing "by doing" another.
func (r *reading) mainSubject(p int) np {
	from, _ := r.clause(r.toks[p].sentence, p)
	for i := from; i < p; i++ {
		if r.toks[i].verb && r.form(i)&gerundForm == 0 {
			if n := r.subject(i, 3); len(n.who) > 0 {
				return n
			}
		}
	}
	return np{}
}

// ending is the noun phrase that ends at a token, with the noun that it is a part
// of: of "the servers of X" the servers.
func (r *reading) ending(p, depth int) np {
	n, start := r.upTo(p)
	if !n.found {
		return n
	}
	from := r.sents[r.toks[p].sentence].from
	if low := r.tok(start - 1).low; start > from+1 && prepositions[low] && low != "of" && low != "behind" && low != "than" && low != "over" && low != "under" && !r.tok(start-2).verb {
		return np{}
	}
	return n
}

// upTo is the noun phrase that ends at a token, and where it begins.
func (r *reading) upTo(p int) (np, int) {
	from := 0
	if p >= 0 && p < len(r.toks) {
		from = r.sents[r.toks[p].sentence].from
	}
	start := -1
	for i := p; i >= from && i > p-22; i-- {
		t := &r.toks[i]
		if t.ref >= 0 {
			ref := &r.refs[t.ref]
			i = ref.from
			start = i
			if !ref.named && !ref.owner || ref.to == p+1 && !r.introduced(i) && !r.governed(i) {
				break
			}
			if prev := i - 1; ref.to == p+1 && r.tok(prev).low == "by" && r.tok(prev-1).verb {
				i = prev
			}
			continue
		}
		if t.text == ")" {
			for i > from && r.toks[i].text != "(" {
				i--
			}
			continue
		}
		if t.low == "of" && start >= 0 {
			continue
		}
		if len(t.text) == 4 && allDigits(t.text) && start >= 0 {
			break // a year ends what comes before
		}
		if t.verb && !r.adjective(i) {
			// "the server used by X": the phrase goes on before the participle
			if r.form(i)&partForm != 0 && r.passiveVerb(i) && start > i {
				continue
			}
			// "the lists that X compiled": it goes on before the relative clause
			if g := r.group(i); r.refEnds(g-1) && start != i+1 {
				if k := r.refs[r.toks[g-1].ref].from - 1; r.tok(k).low == "that" || r.tok(k).low == "which" {
					i, start = k, k
					continue
				}
			}
			break
		}
		if prepositions[t.low] && !(t.low == "by" && r.tok(i-1).verb) {
			if introduces(t.low) && start >= 0 && i > from && !r.tok(i-1).verb && r.tok(i-1).word && r.tok(i-1).low != "and" && !r.aux(i-1) {
				continue // "an actor from X", "the gang behind X"
			}
			break
		}
		if t.low == "by" {
			continue
		}
		if t.text == "\"" || t.text == "“" || t.text == "”" || t.text == "*" || t.text == "'s" || (t.text == "'" || t.text == "’") && r.refEnds(i-1) {
			continue
		}
		if !t.word || r.aux(i) || parting[t.low] || t.low == "that" && r.tok(i+1).low != "of" || t.low == "which" || t.low == "who" || t.low == "and" && !r.coordinates(i) {
			break
		}
		start = i
	}
	if start < 0 {
		return np{}, 0
	}
	n := r.phrase(start, 1)
	if len(n.who) == 0 && r.ofPeople(n) { // "X, a crew that", "X is a crew that", "X acts as a broker that"
		switch before := r.tok(start - 1); {
		case (before.text == "," || be[before.low]) && r.refEnds(start-2):
			n.who, n.named = r.refs[r.toks[start-2].ref].who, true
		case before.low == "as" && r.tok(start-2).verb && r.tok(p+1).low != "":
			if s := r.subject(start-2, 4); len(s.who) > 0 {
				n.who, n.named = s.who, s.named
			}
		}
	}
	return n, start
}

func introduces(w string) bool {
	return w == "behind" || w == "of" || w == "in" || w == "from" || w == "within" || w == "on"
}

func (r *reading) coordinates(i int) bool {
	return r.tok(i-1).word && r.tok(i+1).word && !r.tok(i-1).verb
}

// object is what a verb is done to, where it stands behind the verb, or before it
// in a relative clause.
func (r *reading) object(v int) np {
	i := v + 1
	for i < len(r.toks) && (r.adverb(i) || particle[r.toks[i].low]) && r.toks[i].sentence == r.toks[v].sentence {
		i++
	}
	if low := r.tok(i).low; (low == "on" || low == "upon") && r.toks[v].class.any(r.lex.mask("ONV")) {
		i++
	}
	if n := r.phrase(i, 1); n.found && n.from < n.to && r.tok(i).word && !prepositions[r.tok(i).low] {
		return n
	}
	g := r.group(v)
	if k := g - 1; k > 0 && r.refEnds(k) {
		k = r.refs[r.toks[k].ref].from - 1
		if low := r.tok(k).low; low == "that" || low == "which" {
			if n := r.ending(k-1, 1); n.found && !r.tok(k-1).verb {
				return n
			}
		}
		if r.tok(k).word && r.nounLike(k) {
			if n := r.ending(k, 1); n.found && r.tok(n.from-1).verb {
				return n
			}
		}
	}
	return np{}
}

// introduced reports a name with a word for what it is before it, or that hangs on
// one: "the group X", "operators of X".
func (r *reading) introduced(i int) bool {
	prev := r.tok(i - 1)
	return peopleSet()[prev.low] || malwareSet()[prev.low] || prev.low == "of" || prev.low == "behind" || prev.low == "'s" || determiners[prev.low] || !prev.word
}

var particle = wordSet("up over off out down back away alone")

// A complement is what a preposition adds to a verb.
type complement struct {
	prep string
	np   np
}

// complements are what stands behind a verb with prepositions, up to the end of its
// clause.
func (r *reading) complements(from int) []complement {
	var out []complement
	if from >= len(r.toks) {
		return nil
	}
	end := min(r.sents[r.toks[from].sentence].to, from+30)
	for i := from; i < end; i++ {
		t := &r.toks[i]
		switch {
		case t.text == ";" || t.text == ":" || t.text == "—" || t.text == "–" || parting[t.low] && t.low != "where":
			return out
		case t.text == "(":
			if k := r.close(i, end); k > 0 {
				i = k
			}
		case r.aux(i) && i > from, t.verb && i > from && r.form(i)&(partForm|gerundForm) == 0 && r.tok(i-1).low != "to":
			return out
		case t.low == "and" && (r.tok(i+1).verb || r.aux(i+1) || r.tok(i+1).ref >= 0 && r.tok(r.refs[r.tok(i+1).ref].to).verb):
			return out
		case (t.low == "which" || t.low == "who" || t.low == "that") && !prepositions[r.tok(i-1).low]:
			return out
		case t.low == "according" || t.low == "due" || t.low == "prior":
			i++
		case prepositions[t.low] || t.low == "where":
			n := r.phrase(i+1, 1)
			if n.found {
				out = append(out, complement{t.low, n})
				i = max(i, n.to-1)
			}
		}
	}
	return out
}

func (r *reading) close(from, to int) int {
	for i := from; i < to; i++ {
		if r.toks[i].text == ")" {
			return i
		}
	}
	return -1
}

func (r *reading) refEnds(i int) bool {
	return i >= 0 && i < len(r.toks) && r.toks[i].ref >= 0 && r.refs[r.toks[i].ref].to == i+1
}

// distinct leaves each group once.
func distinct(who []int) []int {
	var out []int
	for _, w := range who {
		if !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return out
}
