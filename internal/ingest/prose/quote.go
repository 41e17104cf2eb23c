package prose

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

func (r *reading) inSentence(s int, words ...string) bool {
	return hasLow(r.toks[r.sents[s].from:r.sents[s].to], words...)
}
