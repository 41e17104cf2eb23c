package prose

// A ref is a place where a sentence speaks of one group or of several in a row, by
// name or not.
type ref struct {
	from, to int
	who      []int
	named    bool
	owner    bool // "its", "their": what follows is theirs
}

// refer finds the refs of all sentences, and with them which group each sentence is
// about, which is whom the next one means by "it" and "the group".
func (r *reading) refer() {
	for i := range r.toks {
		r.toks[i].ref = -1
	}
	r.about = make([][]int, len(r.sents))
	for s := range r.sents {
		r.referNames(s)
		r.verbs(s)
		r.referPronouns(s)
		r.verbs(s)
		r.referSpeakers(s)
		r.about[s] = r.aboutOf(s)
	}
}

func (r *reading) addRef(f ref) {
	for i := f.from; i < f.to; i++ {
		r.toks[i].ref = len(r.refs)
	}
	r.refs = append(r.refs, f)
}

// referNames finds the names of a sentence. Names in a row are one ref, and so is a
// name with its other names behind it.
func (r *reading) referNames(s int) {
	in := r.groupsIn(s)
	for n := 0; n < len(in); n++ {
		first := &r.mentions[in[n]]
		f := ref{from: first.from, to: first.to, who: []int{first.who}, named: true}
		last := first
		for n+1 < len(in) {
			m := &r.mentions[in[n+1]]
			if m.who == last.who && m.alias {
				f.to = m.to
				if r.tok(f.to).text == ")" {
					f.to++
				}
			} else if r.inARow(last, m, f.from) && (r.rowEnds(in[n+1:], f.from) || !r.onlyComma(last, m)) {
				f.to, f.who = m.to, append(f.who, m.who)
			} else {
				break
			}
			last = m
			n++
		}
		f.who = distinct(f.who)
		r.addRef(f)
	}
}

// inARow reports two names with nothing but a comma or "and" between them, or that
// and the preposition that the first one has too: "of X and of Y".
func (r *reading) inARow(a, b *Mention, from int) bool {
	gap := r.toks[a.to:b.from]
	if len(gap) == 0 || len(gap) > 5 {
		return false
	}
	own := r.tok(from - 1).low
	joined := false
	for k := range gap {
		switch t := &gap[k]; {
		case t.low == "and" || t.low == "or" || t.low == "&" || t.text == "," || t.text == "/" || t.low == "nor" || t.low == "plus" || t.low == "well" || t.low == "as":
			joined = true
		case t.low == "the" || t.text == "\"" || t.text == "”" || t.text == "“" || t.text == "*" || t.text == "'s" && k == 0:
		case prepositions[t.low] && t.low == own && t.low != "as":
		default:
			return false
		}
	}
	return joined
}

func (r *reading) onlyComma(a, b *Mention) bool {
	return !hasLow(r.toks[a.to:b.from], "and", "or", "&", "/", "nor", "plus", "well")
}

// rowEnds reports a row of names with commas that ends with "and", or stands in
// brackets: "In Operation X, Y did" is no row.
func (r *reading) rowEnds(in []int, from int) bool {
	for n := 0; n+1 < len(in); n++ {
		a, b := &r.mentions[in[n]], &r.mentions[in[n+1]]
		if a.who == b.who && b.alias {
			continue
		}
		if !r.inARow(a, b, from) {
			break
		}
		if !r.onlyComma(a, b) {
			return true
		}
	}
	return r.tok(from-1).text == "(" || r.tok(from-1).text == ":"
}
