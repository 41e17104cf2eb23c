package prose

import (
	"slices"
)

// A party is one or several groups in one place of a sentence.
type party struct {
	at, end int   // tokens; at is -1 where the text only means it
	who     []int // actors
	named   bool  // by name, and not by "the group"
	list    bool  // several names in a row
	plural  bool  // "the two", "both"
}

// parties gives the groups of a sentence in the order of the text, lists as one
// party, with what "the group" and "the two" mean there.
func (r *reading) parties(s int) []party {
	var out []party
	var last *Mention
	for _, k := range r.groupsIn(s) {
		m := &r.mentions[k]
		if m.alias && last != nil && last.who == m.who {
			if len(out) > 0 {
				out[len(out)-1].end = m.to
			}
			last = m
			continue
		}
		if last != nil && r.joined(last, m) && !r.ofBreak(last, m) {
			p := &out[len(out)-1]
			if !slices.Contains(p.who, m.who) {
				p.who = append(p.who, m.who)
				p.list = true
			}
			p.end = m.to
		} else {
			out = append(out, party{at: m.from, end: m.to, who: []int{m.who}, named: true})
		}
		last = m
	}
	return r.meant(s, out)
}

// ofBreak reports "of X and of Y", "by X and by Y": two parties, not a list.
func (r *reading) ofBreak(a, b *Mention) bool {
	for _, t := range r.toks[a.to:b.from] {
		if t.low == ";" {
			return true
		}
	}
	return false
}

// meant adds the parties that the sentence does not name.
func (r *reading) meant(s int, named []party) []party {
	distinct := distinctOf(named)
	switch {
	case len(distinct) >= 2:
		if len(distinct) == 2 {
			if out := r.formerLatter(s, distinct); out != nil {
				return out
			}
		}
		return named
	case len(distinct) == 1:
		topic := r.topic(s, distinct)
		if topic < 0 {
			return named
		}
		at := r.pronoun(s, named[0])
		p := party{at: at, end: at + 1, who: []int{topic}}
		if at < 0 {
			p.end = -1
			return append([]party{p}, named...)
		}
		out := append(slices.Clone(named), p)
		slices.SortStableFunc(out, func(a, b party) int { return a.at - b.at })
		return out
	}
	pair := r.lastTwo(s)
	if len(pair) < 2 {
		if pair = r.nextTwo(s); pair == nil {
			return nil
		}
	}
	if out := r.formerLatter(s, pair); out != nil {
		return out
	}
	sent := r.sents[s]
	for i := sent.from; i < sent.to; i++ {
		low, next := r.toks[i].low, r.tok(i+1).low
		if low == "both" || low == "the" && (next == "two" || next == "pair" || next == "three") || low == "each" && next == "other" || low == "one" && next == "another" ||
			low == "these" && r.groupWord(i+1) || low == "either" || (low == "they" || low == "neither") && (r.inSentence(s, "each", "together", "other", "another", "share", "both", "common")) {
			if next == "three" {
				pair = r.lastSet(s)
			}
			return []party{{at: i, end: i + 1, who: pair, list: true, plural: true}}
		}
	}
	return nil
}

// formerLatter gives two groups where "the former" and "the latter" stand, or nil.
func (r *reading) formerLatter(s int, pair []int) []party {
	sent := r.sents[s]
	former, latter := -1, -1
	for i := sent.from; i < sent.to; i++ {
		prev := r.tok(i - 1).low
		switch low := r.toks[i].low; {
		case low == "former" && prev == "the", low == "first" && prev == "the" && r.groupWord(i+1):
			former = i
		case low == "latter" && prev == "the", low == "second" && prev == "the" && r.groupWord(i+1), low == "other" && prev == "the" && r.groupWord(i+1):
			latter = i
		}
	}
	if former >= 0 && latter >= 0 {
		out := []party{{at: former, end: former + 1, who: pair[:1]}, {at: latter, end: latter + 1, who: pair[1:2]}}
		slices.SortFunc(out, func(a, b party) int { return a.at - b.at })
		return out
	}
	return nil
}

func distinctOf(ps []party) []int {
	var out []int
	for _, p := range ps {
		for _, w := range p.who {
			if !slices.Contains(out, w) {
				out = append(out, w)
			}
		}
	}
	return out
}

func (r *reading) groupWord(i int) bool { return peopleSet()[r.tok(i).low] }

func (r *reading) inSentence(s int, words ...string) bool {
	return hasLow(r.toks[r.sents[s].from:r.sents[s].to], words...)
}

// pronoun is where a sentence means a group that it does not name, or -1.
func (r *reading) pronoun(s int, named party) int {
	sent := r.sents[s]
	best := -1
	for i := sent.from; i < sent.to; i++ {
		t := &r.toks[i]
		if i >= named.at && i < named.end || t.mention >= 0 {
			continue
		}
		low := t.low
		prev := r.tok(i - 1).low
		is := low == "it" || low == "its" || low == "they" || low == "their" || low == "them" || low == "itself" ||
			low == "former" || low == "latter" || low == "newcomer" || low == "newcomers" || low == "whom" ||
			(prev == "the" || prev == "this" || prev == "these" || prev == "that" || prev == "group" || prev == "other" || prev == "first" || prev == "second" || prev == "same") &&
				(low == "group" || low == "gang" || low == "crew" || low == "actor" || low == "actors" || low == "unit" || low == "team" || low == "operators" || low == "attackers" || low == "hackers" || low == "cluster" || low == "outfit" || low == "adversary" || low == "intruders" || low == "spies" || low == "criminals")
		if !is {
			continue
		}
		if best < 0 {
			best = i
		}
	}
	return best
}

// topic is the group that the text was about before a sentence, other than those
// the sentence names, or -1.
func (r *reading) topic(s int, but []int) int {
	for back := s - 1; back >= max(0, s-4); back-- {
		if c := r.centre[back]; c >= 0 && !slices.Contains(but, c) {
			return c
		}
	}
	for back := s - 1; back >= max(0, s-4); back-- {
		for _, k := range r.groupsIn(back) {
			if w := r.mentions[k].who; !slices.Contains(but, w) {
				return w
			}
		}
	}
	return -1
}

// lastTwo is the pair of groups that "the two" means.
func (r *reading) lastTwo(s int) []int {
	var out []int
	for back := s - 1; back >= max(0, s-4) && len(out) < 2; back-- {
		var here []int
		for _, k := range r.groupsIn(back) {
			if w := r.mentions[k].who; !slices.Contains(out, w) && !slices.Contains(here, w) {
				here = append(here, w)
			}
		}
		if len(here) > 2 && len(out) == 0 {
			here = r.heads(back) // of "X is a part of Y; Z is a part of W" X and Z
			if len(here) != 2 {
				return nil // which two?
			}
		}
		out = append(here, out...)
	}
	if len(out) != 2 {
		return nil
	}
	return out
}

// nextTwo is the pair that the next sentence names, where "the two" comes first.
func (r *reading) nextTwo(s int) []int {
	if s+1 >= len(r.sents) || len(r.groupsIn(s)) > 0 {
		return nil
	}
	var out []int
	for _, k := range r.groupsIn(s + 1) {
		if w := r.mentions[k].who; !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	if len(out) != 2 {
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
		if t.text == ";" {
			fresh = true
		}
		if fresh && t.mention >= 0 && r.mentions[t.mention].Kind == Group {
			out = append(out, r.mentions[t.mention].who)
			fresh = false
		}
	}
	return out
}

// lastSet is the last list of three groups or more.
func (r *reading) lastSet(s int) []int {
	for back := s - 1; back >= max(0, s-4); back-- {
		for _, p := range r.parties(back) {
			if len(p.who) > 2 {
				return p.who
			}
		}
	}
	return nil
}

// name is how a group is called in a claim: as in the quotation, else by its
// first name in the text.
func (r *reading) name(who int, from, to int) string {
	for k := range r.mentions {
		if m := &r.mentions[k]; m.who == who && m.Start >= from && m.End <= to {
			return m.Text
		}
	}
	return r.actors[who].names[0]
}

// clause is the stretch between the signs and words that divide a sentence around
// a token.
func (r *reading) clause(s, at int) (from, to int) {
	sent := r.sents[s]
	from, to = sent.from, sent.to
	divides := func(i int) bool {
		t := r.toks[i]
		switch t.low {
		case ";", ":", "—", "–", "but", "although", "though", "yet", "whereas", "however", "while":
			return true
		}
		return t.low == "," && (i+1 < sent.to && (r.toks[i+1].low == "but" || r.toks[i+1].low == "though" || r.toks[i+1].low == "yet" || r.toks[i+1].low == "which"))
	}
	for i := at - 1; i >= sent.from; i-- {
		if divides(i) {
			from = i + 1
			break
		}
	}
	for i := at + 1; i < sent.to; i++ {
		if divides(i) {
			to = i
			break
		}
	}
	return from, to
}
