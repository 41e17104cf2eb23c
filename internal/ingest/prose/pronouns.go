package prose

import "slices"

var (
	singular = wordSet("it its itself")
	plurals  = wordSet("they their them themselves theirs both")
	// nouns that mean a group of which the text spoke before
	anaphors = wordSet("group gang crew actor actors unit team operators attackers hackers cluster outfit adversary intruders spies criminals newcomer newcomers groups gangs crews clusters teams units adversaries services hacktivists collective")
)

// referPronouns finds where a sentence means a group that it does not name there.
func (r *reading) referPronouns(s int) {
	sent := r.sents[s]
	for i := sent.from; i < sent.to; i++ {
		t := &r.toks[i]
		if t.ref >= 0 || t.mention >= 0 {
			continue
		}
		next, prev := r.tok(i+1), r.tok(i-1)
		f := ref{from: i, to: i + 1}
		switch low := t.low; {
		case low == "both" && (next.ref >= 0 || next.low == "the" || prepositions[next.low]):
			continue
		case low == "both" && anaphors[next.low], low == "these" && anaphors[next.low], low == "neither" && next.ref < 0:
			f.who = r.twoBefore(s, i)
			if anaphors[next.low] {
				f.to++
			}
		case low == "both":
			f.who = r.twoBefore(s, i)
		case (low == "the" || low == "these") && (next.low == "two" || next.low == "pair"):
			f.who, f.to = r.twoBefore(s, i), i+2
			if anaphors[r.tok(i+2).low] {
				f.to++
			} else if anaphors[r.tok(i+3).low] && !r.toks[i+2].verb {
				f.to += 2
			} else if n := r.tok(i + 2); n.word && r.nounLike(i+2) && !n.verb && r.form(i+2) == 0 && !r.adverb(i+2) {
				continue // "the two files"
			}
		case plurals[low]:
			f.owner = low == "their"
			if f.who = r.severalBefore(s, i); f.who == nil {
				f.who = r.oneBefore(s, i, true)
			}
		case singular[low]:
			f.owner = low == "its"
			f.who = r.oneBefore(s, i, false)
		case (low == "the" || low == "this" || low == "that" || low == "these" || low == "former" || low == "latter") && anaphors[next.low]:
			if r.tok(i+2).ref >= 0 || r.tok(i+2).low == "that" || r.tok(i+2).low == "behind" || r.tok(i+2).low == "of" || r.tok(i+2).mention >= 0 {
				continue // "the group X", "the group behind it"
			}
			f.to, f.who = i+2, r.oneBefore(s, i, true)
		case low == "former" && prev.low == "the", low == "latter" && prev.low == "the":
			two := r.twoBefore(s, i)
			if len(two) != 2 {
				continue
			}
			f.from = i - 1
			f.who = two[:1]
			if low == "latter" {
				f.who = two[1:]
			}
		default:
			continue
		}
		if len(f.who) > 0 {
			r.addRef(f)
			i = f.to - 1
		}
	}
}

// referSpeakers finds "we" and "us" in a quotation of which the sentence says that a
// group or somebody of it speaks.
func (r *reading) referSpeakers(s int) {
	sent := r.sents[s]
	var who []int
	for i := sent.from; i < sent.to; i++ {
		if t := &r.toks[i]; t.verb && t.class.any(r.lex.mask("SAYV")) {
			for _, n := range []np{r.subject(i, 3), r.phrase(i+1, 2)} {
				if len(n.who) == 1 && who == nil {
					who = n.who
				}
			}
		}
	}
	if who == nil || !hasLow(r.toks[sent.from:sent.to], "\"", "“", "'", "‘") {
		return
	}
	for i := sent.from; i < sent.to; i++ {
		switch t := &r.toks[i]; t.low {
		case "we", "us", "our":
			if t.ref < 0 {
				r.addRef(ref{from: i, to: i + 1, who: who, owner: t.low == "our"})
			}
		}
	}
}

// oneBefore is the group that a pronoun means: the one that the sentence is about so
// far, else the one that the sentence before is about. Where an organisation speaks
// in between, "it" is that.
func (r *reading) oneBefore(s, at int, people bool) []int {
	sent := r.sents[s]
	var first []int
	for i := at - 1; i >= sent.from; i-- {
		t := &r.toks[i]
		if t.ref >= 0 {
			f := &r.refs[t.ref]
			i = f.from
			if len(f.who) != 1 || r.governed(f.from) || r.relative(f.to) {
				continue
			}
			if next := r.tok(f.to); next.verb || auxiliaries[next.low] || r.adverb(f.to) || next.text == "," {
				return f.who
			}
			if first == nil || f.named {
				first = f.who
			}
			continue
		}
		if t.mention >= 0 && r.mentions[t.mention].Kind == Organisation && !people && r.tok(r.mentions[t.mention].to).class.any(r.lex.mask("SAYV")) {
			return nil
		}
	}
	if first != nil {
		return first
	}
	for i := sent.from; i < at; i++ { // "in X's view it"
		if t := &r.toks[i]; t.ref >= 0 {
			if f := &r.refs[t.ref]; len(f.who) == 1 && f.named && r.tok(f.to).text == "'s" {
				return f.who
			}
		}
	}
	for back := s - 1; back >= max(0, s-3); back-- {
		if len(r.about[back]) == 1 {
			return r.about[back]
		}
		if len(r.about[back]) > 1 {
			return nil
		}
	}
	return nil
}

// relative reports a relative clause behind a name: whom it means by "it" is somebody
// else.
func (r *reading) relative(i int) bool {
	if r.tok(i).text == "," {
		i++
	}
	low := r.tok(i).low
	return low == "which" || low == "who" || low == "that"
}

// governed reports a name that hangs on a preposition: it is not what the clause is
// about.
func (r *reading) governed(i int) bool {
	for k := i - 1; k >= max(0, i-4); k-- {
		low := r.toks[k].low
		if prepositions[low] {
			return true
		}
		if !determiners[low] && !peopleSet()[low] && !demonym(low) && r.toks[k].word && !r.toks[k].upper {
			return false
		}
	}
	return false
}

// severalBefore are the groups of a row that the clause or the sentence before is
// about.
func (r *reading) severalBefore(s, at int) []int {
	for i := r.sents[s].from; i < at; i++ {
		if t := &r.toks[i]; t.ref >= 0 {
			if f := &r.refs[t.ref]; len(f.who) > 1 {
				return f.who
			}
			return nil
		}
	}
	for back := s - 1; back >= max(0, s-2); back-- {
		if len(r.about[back]) > 1 {
			return r.about[back]
		}
		if len(r.about[back]) == 1 {
			return nil
		}
	}
	return nil
}

// twoBefore are the two groups that "the two" and "both" mean: the only two that
// the text has named of late.
func (r *reading) twoBefore(s, at int) []int {
	var out []int
	for i := r.sents[s].from; i < at; i++ {
		if t := &r.toks[i]; t.ref >= 0 {
			out = append(out, r.refs[t.ref].who...)
		}
	}
	out = distinct(out)
	for back := s - 1; back >= max(0, s-4) && len(out) < 2; back-- {
		var here []int
		for _, f := range r.refsIn(back) {
			here = append(here, f.who...)
		}
		if here = distinct(here); len(here) > 2 && len(out) == 0 {
			if here = distinct(r.heads(back)); len(here) != 2 {
				return nil
			}
		}
		out = distinct(append(slices.Clone(here), out...))
	}
	if len(out) != 2 {
		if len(out) < 2 && s+1 < len(r.sents) { // "The two are one: X and Y ..."
			var next []int
			for _, k := range r.groupsIn(s + 1) {
				next = append(next, r.mentions[k].who)
			}
			if next = distinct(next); len(next) == 2 && len(out) == 0 {
				return next
			}
		}
		return nil
	}
	return out
}

// heads are the groups that the clauses of a sentence begin with.
func (r *reading) heads(s int) []int {
	var out []int
	fresh := true
	for i := r.sents[s].from; i < r.sents[s].to; i++ {
		t := &r.toks[i]
		fresh = fresh || t.text == ";"
		if fresh && t.ref >= 0 {
			out = append(out, r.refs[t.ref].who...)
			fresh = false
		}
	}
	return out
}

func (r *reading) refsIn(s int) []*ref {
	var out []*ref
	for i := r.sents[s].from; i < r.sents[s].to; i++ {
		if k := r.toks[i].ref; k >= 0 {
			out = append(out, &r.refs[k])
			i = r.refs[k].to - 1
		}
	}
	return out
}

// aboutOf is which groups a sentence is about: those of its first ref that hangs on
// no preposition, else of its first, else what the one before is about.
func (r *reading) aboutOf(s int) []int {
	in := r.refsIn(s)
	for _, f := range in {
		if !r.governed(f.from) {
			return f.who
		}
	}
	if len(in) > 0 {
		return in[0].who
	}
	if s > 0 {
		return r.about[s-1]
	}
	return nil
}
