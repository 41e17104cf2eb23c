package prose

import (
	"slices"
	"strings"
)

// An actor is a group of the text under all its names there.
type actor struct {
	names   []string // as written, in the order of the text
	country string
}

// actors finds who the groups of the text are: a name and its spellings, what
// the dictionary knows to be one group, and what the text says is one.
func (r *reading) findActors() {
	byKey := map[string]int{}
	byWho := map[int]int{}
	for k := range r.mentions {
		m := &r.mentions[k]
		if m.Kind != Group {
			continue
		}
		id, ok := byKey[bare(m.Text)]
		if !ok && m.isKnown && m.known.who > 0 {
			id, ok = byWho[m.known.who]
		}
		if !ok {
			id = len(r.actors)
			r.actors = append(r.actors, actor{})
		}
		m.who = id
		byKey[bare(m.Text)] = id
		a := &r.actors[id]
		if m.isKnown && m.known.who > 0 {
			byWho[m.known.who] = id
			a.country = m.known.country
		}
		if !slices.Contains(a.names, m.Text) {
			a.names = append(a.names, m.Text)
		}
	}
}

// bare folds a name to its letters and digits, without a word such as "group".
func bare(s string) string {
	f := strings.Fields(strings.ToLower(s))
	for len(f) > 1 && (f[len(f)-1] == "group" || f[len(f)-1] == "team" || f[len(f)-1] == "apt" || f[len(f)-1] == "gang") {
		f = f[:len(f)-1]
	}
	return strings.Map(func(c rune) rune {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c > 0x7f {
			return c
		}
		return -1
	}, strings.Join(f, ""))
}

// join says that two actors are one.
func (r *reading) join(a, b int) {
	if a == b || a < 0 || b < 0 {
		return
	}
	for k := range r.mentions {
		if r.mentions[k].who == b {
			r.mentions[k].who = a
		}
	}
	r.actors[a].names = append(r.actors[a].names, r.actors[b].names...)
	if r.actors[a].country == "" {
		r.actors[a].country = r.actors[b].country
	}
	r.actors[b].names = nil
}

// An Alias is the claim that two names mean one group.
type Alias struct {
	A, B       string
	Status     string // asserted, contested, denied
	Hedge      string
	Start, End int
}

// aliases finds where the text says that two names are one: "X (Y, Z)", "X, also
// known as Y", "researchers call the group X, Y or Z", "X/Y".
func (r *reading) aliases() {
	aka := r.lex.mask("AKA")
	for s := range r.sents {
		in := r.groupsIn(s)
		for n := 0; n+1 < len(in); n++ {
			first := &r.mentions[in[n]]
			list := r.run(in, n+1)
			between := r.toks[first.to:r.mentions[in[n+1]].from]
			ok, named := r.equates(s, first, between, aka), in[n+1:n+1+list]
			if !ok && n == 0 && r.listedNames(s, in) {
				named, ok = in[1:], true
			}
			if !ok {
				continue
			}
			for _, k := range named {
				r.alias(first, &r.mentions[k], s)
			}
			n += len(named) - 1
		}
	}
}

// groupsIn gives the mentions of groups in a sentence.
func (r *reading) groupsIn(s int) []int {
	var out []int
	for k := range r.mentions {
		if m := &r.mentions[k]; m.Kind == Group && r.toks[m.from].sentence == s {
			out = append(out, k)
		}
	}
	return out
}

// run is how many mentions from the n-th on stand in one list.
func (r *reading) run(in []int, n int) int {
	k := 1
	for n+k < len(in) && r.joined(&r.mentions[in[n+k-1]], &r.mentions[in[n+k]]) {
		k++
	}
	return k
}

// joined reports two mentions with nothing but a comma or "and" between them.
func (r *reading) joined(a, b *Mention) bool {
	gap := r.toks[a.to:b.from]
	if len(gap) == 0 || len(gap) > 4 {
		return false
	}
	for _, t := range gap {
		switch t.low {
		case ",", "and", "or", "&", "/", "the", "of", "by", "for", "as", "well", "with", "\"", "”", "“", "both", ";":
		default:
			return false
		}
	}
	return true
}

// equates reports whether the words between two names say that they are one.
func (r *reading) equates(s int, first *Mention, gap []token, aka classes) bool {
	if len(gap) == 0 || len(gap) > 12 {
		return false
	}
	switch {
	case len(gap) == 1 && gap[0].text == "/":
		return true
	case gap[0].text == "(" && len(gap) <= 5 && !hasLow(gap, "and", "with", "unlike", "not", "like", "see", "including", "e.g", "subordinate", ")"):
		return r.closes(first.to)
	}
	says := false
	for i, t := range gap {
		if t.class.any(r.lex.mask("NOT")) || t.mention >= 0 || t.text == ";" || t.low == "between" || t.low == "overlaps" || t.low == "from" {
			return false
		}
		if t.class.any(aka) && !(t.low == "also" || t.low == "names" || t.low == "number" || t.low == "calls" || t.low == "call" || t.low == "called" || t.low == "named" || t.low == "became") {
			says = true
		}
		if (t.low == "call" || t.low == "calls" || t.low == "called" || t.low == "track" || t.low == "know" || t.low == "number") && i > 0 {
			says = true
		}
		if t.low == "become" && i > 0 && gap[i-1].low == "will" {
			says = true
		}
	}
	return says && !hasLow(gap, "malware", "backdoor", "tool", "operation", "campaign", "persona", "personas", "subset", "subgroup", "sub-group", "successor", "member", "part")
}

// closes reports a bracket that is closed within the sentence.
func (r *reading) closes(open int) bool {
	for i := open + 1; i < min(open+40, len(r.toks)); i++ {
		if r.toks[i].text == ")" {
			return true
		}
	}
	return false
}

func hasLow(toks []token, words ...string) bool {
	for i := range toks {
		if slices.Contains(words, toks[i].low) {
			return true
		}
	}
	return false
}

// listedNames reports a sentence that gives the names of one group as a list: "in
// the trade they are called X, Y or Z", "names for the unit are X and Y".
func (r *reading) listedNames(s int, in []int) bool {
	if r.run(in, 0) != len(in) {
		return false
	}
	from, to := r.sents[s].from, r.mentions[in[0]].from
	for i := from; i < to; i++ {
		switch low := r.toks[i].low; {
		case (low == "called" || low == "named" || low == "known" || low == "tracked") && to-i <= 3 && i > from && (be[r.toks[i-1].low] || low == "known"):
			return true
		case low == "as" && to-i == 1 && i > from+2 && (hasLow(r.toks[max(from, i-6):i], "know", "track", "tracks", "knows", "known", "tracked", "list", "refer", "referred")):
			return true
		case low == "names" || low == "aliases" || low == "cryptonyms":
			return true
		}
	}
	return false
}

// alias enters a claim. A list that continues the group of the sentence before
// ("Names that researchers use for the unit are ...") is that group's.
func (r *reading) alias(a, b *Mention, s int) {
	if bare(a.Text) == bare(b.Text) {
		return
	}
	from, to := r.bounds(s)
	al := Alias{A: a.Text, B: b.Text, Status: "asserted", Start: from, End: to}
	for i := r.sents[s].from; i < r.sents[s].to; i++ {
		t := &r.toks[i]
		if t.class.any(r.lex.mask("HEDGE")) && al.Hedge == "" {
			al.Hedge = t.text
		}
	}
	r.found = append(r.found, al)
	b.alias = true
	r.join(a.who, b.who)
}

// bounds is the text of a sentence.
func (r *reading) bounds(s int) (from, to int) {
	return r.toks[r.sents[s].from].start, r.toks[r.sents[s].to-1].end
}
