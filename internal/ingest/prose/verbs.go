package prose

import (
	"strings"
)

// forms of a verb, as bits
const (
	baseForm   = 1 << iota // give
	thirdForm              // gives
	pastForm               // gave
	partForm               // given
	gerundForm             // giving
)

var (
	determiners  = wordSet("the a an this that these those its their his her our your some any no each every both all several many few two three four five another other same one single 's more most such similar new own")
	prepositions = wordSet("by to from of with for against between in into through on as than behind within inside via at over under after before during since until among across near like unlike without onto upon toward towards off alongside using leveraging abusing about amid per upon")
	auxiliaries  = wordSet("is are was were be been being am has have had having do does did will would can could may might must shall should cannot")
	// What may stand between an auxiliary and its verb, or raise its subject: "is
	// believed to have", "has been observed".
	raising = wordSet("believed said known thought alleged reported suspected likely appears appear appeared seems seem seemed assessed understood supposed claimed able unable observed seen found continues continue continued started began begun begins chose came used able found willing managed manages tended judged expected going apt bound possible")
	adverbs = wordSet("also then now again still already later first even once thus both each all often always never not n't only just yet soon too either almost nonetheless nevertheless evidently so-called no ever jointly together further previously longer instead itself themselves")
	parting = wordSet("because although though while whereas when whenever if whether unless until but yet however so since whereby despite where")
)

// form is which forms of a verb a word can be. The ends of words tell it of verbs
// that the lists do not have.
func (r *reading) form(i int) byte {
	low := r.tok(i).low
	f, known := r.lex.form[low]
	switch {
	case known || len(low) < 6 || r.toks[i].upper:
	case strings.HasSuffix(low, "ed") && low[len(low)-3] != 'e':
		return pastForm | partForm
	case strings.HasSuffix(low, "ing") && !noVerbs[low]:
		return gerundForm
	}
	return f
}

var noVerbs = wordSet("during according including nothing something anything everything string morning evening following spring existing remaining regarding concerning")

// aux reports an auxiliary verb, and not the month of May.
func (r *reading) aux(i int) bool {
	t := r.tok(i)
	return auxiliaries[t.low] && !(t.upper && months[t.low] && r.tok(i-1).word)
}

func (r *reading) adverb(i int) bool {
	t := r.tok(i)
	return adverbs[t.low] || strings.HasSuffix(t.low, "ly") && t.word || t.class.any(r.lex.mask("NOT")) && t.low != "nothing" && t.low != "nobody"
}

// verbs finds the words of a sentence that are its verbs. Many words can be a verb
// or a noun: behind an article, a preposition or the verb of the clause they are
// nouns, and a participle there belongs to the noun before it.
func (r *reading) verbs(s int) {
	finite := false
	for i := r.sents[s].from; i < r.sents[s].to; i++ {
		t, prev := &r.toks[i], r.tok(i-1)
		t.verb = false
		if i == r.sents[s].from {
			prev = &token{}
		}
		f := r.form(i)
		switch {
		case t.mention >= 0 || i == r.sents[s].from && f&(gerundForm|partForm) == 0 && !auxiliaries[t.low]:
			continue
		case !t.word && t.text != "'s", parting[t.low], t.low == "that", t.low == "which", t.low == "who", t.low == "and", t.low == "or":
			finite = false
			continue
		case r.aux(i):
			finite = true
			if f == 0 || be[t.low] || r.verbAhead(i+1) {
				continue
			}
		}
		if f == 0 || t.upper && i > r.sents[s].from && strings.ToUpper(t.text) != t.text && r.tok(i-1).word && !r.tok(i-1).upper && f&(baseForm|thirdForm) != 0 {
			continue
		}
		noun := determiners[prev.low] && !r.refEnds(i-1) && !(adverbs[prev.low] && r.refEnds(i-2)) || prepositions[prev.low] && prev.low != "to"
		switch {
		case f&gerundForm != 0:
			t.verb = !determiners[prev.low]
		case prev.low == "to":
			t.verb = f&baseForm != 0
		case noun:
			// "stolen credentials", "of shared servers"
		case f&(pastForm|partForm) != 0:
			t.verb = true
			finite = finite || f&pastForm != 0 && !be[prev.low] && r.tok(i+1).low != "by"
		case f&thirdForm != 0:
			t.verb = !finite
			finite = true
		case f&baseForm != 0:
			t.verb = r.tok(i+1).low == "that" || auxiliaries[prev.low] || speakers[prev.low] || r.adverb(i-1) || r.letting(i) || !finite && (r.refEnds(i-1) || strings.HasSuffix(prev.low, "s") || prev.low == "and" || prev.low == "they")
			finite = finite || t.verb
		}
	}
}

// letting reports a verb behind the group that is let do it: "let X use".
func (r *reading) letting(i int) bool {
	return r.refEnds(i-1) && r.tok(r.refs[r.toks[i-1].ref].from-1).class.any(r.lex.mask("LET"))
}

// verbAhead reports a verb behind an auxiliary, which then is no verb of its own.
func (r *reading) verbAhead(i int) bool {
	for ; i < len(r.toks) && (r.adverb(i) || r.aux(i)); i++ {
	}
	return r.form(i)&partForm != 0 && r.tok(i).mention < 0
}

var speakers = wordSet("we i they you who which researchers analysts experts officials prosecutors")

// group is where the words that belong to a verb begin: its auxiliaries, adverbs
// and what raises its subject.
func (r *reading) group(v int) int {
	from := r.sents[r.toks[v].sentence].from
	i := v
	for i > from {
		t, low := &r.toks[i-1], r.toks[i-1].low
		switch {
		case t.ref >= 0:
			return i
		case auxiliaries[low], r.adverb(i - 1), raising[low] && (i-1 == from || r.aux(i-2) || r.adverb(i-2) || r.refEnds(i-2) || low[len(low)-1] == 's' || strings.HasSuffix(low, "ed")):
		case low == "to" && (raising[r.tok(i-2).low] || r.aux(i-2)):
		case low == "have" || low == "be":
		default:
			return i
		}
		i--
	}
	return i
}

// passiveVerb reports a verb that is done to its subject.
func (r *reading) passiveVerb(v int) bool {
	if r.form(v)&partForm == 0 {
		return false
	}
	g := r.group(v)
	for i := v - 1; i >= g; i-- {
		if be[r.toks[i].low] {
			return true
		}
		if low := r.toks[i].low; low == "has" || low == "have" || low == "had" || low == "having" {
			return false
		}
	}
	if g < v {
		return false
	}
	if next := r.tok(v + 1).low; next == "by" {
		return true
	}
	return !r.refEnds(g-1) && r.tok(g-1).word && !parting[r.tok(g-1).low] && r.tok(g-1).low != "and" && r.tok(g-1).low != "that" && r.tok(g-1).low != "which" && r.tok(g-1).low != "who" && prepositions[r.tok(v+1).low]
}
