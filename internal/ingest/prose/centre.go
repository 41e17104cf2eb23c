package prose

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// described finds parties without a name: "the Iranian APT", "Russian and
// Belarusian operators". One that stands beside a name describes that name, and
// one that an earlier name fits means that group.
func (r *reading) described() {
	var out []Mention
	for s := range r.sents {
		sent := r.sents[s]
		for i := sent.from; i < sent.to; i++ {
			if r.toks[i].mention >= 0 || !r.toks[i].upper || !demonym(r.toks[i].low) {
				continue
			}
			to := r.describes(i, sent.to)
			if to == 0 {
				continue
			}
			if !r.beside2(i, to, sent) {
				m := r.mention(i, to)
				m.Kind, m.firm = Group, 2
				m.known = known{kind: Group, country: countryOf(m.Text)}
				if !r.namedBefore(i, m.known.country) {
					out = append(out, m)
				}
			}
			i = to - 1
		}
	}
	if len(out) == 0 {
		return
	}
	r.mentions = append(r.mentions, out...)
	slices.SortStableFunc(r.mentions, func(a, b Mention) int { return a.Start - b.Start })
	for k := range r.mentions {
		m := &r.mentions[k]
		for i := m.from; i < m.to; i++ {
			r.toks[i].mention = k
		}
	}
}

func countryOf(text string) string {
	if found := evidence.CountriesIn(text); len(found) > 0 {
		return found[0]
	}
	return ""
}

var describing = wordSet("apt operators hackers spies groups actors services intelligence crews")

// describes is the end of a description that begins with an adjective of a state,
// or 0.
func (r *reading) describes(i, end int) int {
	for k := i + 1; k < min(end, i+5); k++ {
		t := &r.toks[k]
		switch {
		case describing[t.low]:
			if n := r.tok(k + 1); n.class.any(r.lex.mask("PEOPLE")) && !n.upper || n.mention >= 0 || n.low == "group" {
				return 0
			}
			return k + 1
		case t.low == "and" || t.low == "military" || demonym(t.low):
		default:
			return 0
		}
	}
	return 0
}

// beside2 reports a name next to a description, or a description that says what a
// name is ("X is a Chinese group", "X, an Iranian actor").
func (r *reading) beside2(from, to int, sent sentence) bool {
	for k := to; k < min(sent.to, to+6); k++ {
		t := &r.toks[k]
		if t.mention >= 0 && r.mentions[t.mention].Kind == Group {
			return true
		}
		if t.word && t.low != "that" && t.low != "we" && t.low != "call" && t.low != "called" && t.low != "known" && t.low != "as" && t.low != "track" && t.low != "like" && t.low != "such" && t.low != "including" {
			break
		}
	}
	for k := from - 1; k >= max(sent.from, from-4); k-- {
		t := &r.toks[k]
		if t.mention >= 0 || be[t.low] || t.low == "other" || t.low == "against" {
			return true
		}
		if t.word && len(t.low) > 3 && t.low != "three" && t.low != "several" {
			return false
		}
	}
	return false
}

// namedBefore reports an earlier group of that state, or of none that is known.
func (r *reading) namedBefore(i int, country string) bool {
	for k := range r.mentions {
		m := &r.mentions[k]
		if m.Kind == Group && m.from < i && (m.known.country == country || m.known.country == "" && r.toks[m.from].sentence == r.toks[i].sentence) {
			return true
		}
	}
	return false
}

// partners are the states whose groups' attacks on each other are told: each with
// its partners.
var partners = map[string][]string{
	"CN": {"RU", "BY", "KP", "IR", "PK"}, "KP": {"RU", "BY", "CN"}, "IR": {"RU", "BY", "CN"}, "RU": {"CN", "IR", "KP", "BY"}, "BY": {"RU", "CN"},
}

// attacksOnStates finds attacks on a partner of the attacker's own state. Which
// state that is the dictionary tells, or the text ("a Chinese actor").
func (r *reading) attacksOnStates() {
	for s := range r.sents {
		if r.question(s) || r.hasIn(r.sents[s].from, r.sents[s].to, "NOEVID|IF") {
			continue
		}
		who := r.attacker(s)
		if who < 0 {
			continue
		}
		state := r.stateOf(who)
		if len(partners[state]) == 0 || !r.attacks(s) {
			continue
		}
		from, to := r.bounds(s)
		for n, p := range partners[state] {
			if !r.victimState(s, p) {
				continue
			}
			for to > from && strings.ContainsRune(".!", rune(r.text[to-1])) {
				to--
			}
			l := Link{A: r.name(who, from, to), B: evidence.CountryName(p), Class: evidence.AttackOnState, Consent: evidence.ConsentUnknown, Basis: evidence.Observed,
				Status: evidence.Asserted, a: who, b: -1 - n, sentence: s, Start: from, End: to, Why: "attack on a partner state"}
			r.basis(&l, s)
			r.links = append(r.links, l)
		}
	}
}

// attacker is the group that a sentence is about, where it is one.
func (r *reading) attacker(s int) int {
	if in := r.groupsIn(s); len(in) > 0 {
		first := r.mentions[in[0]].who
		for _, k := range in {
			if r.mentions[k].who != first {
				return -1
			}
		}
		return first
	}
	for i := r.sents[s].from; i < r.sents[s].to; i++ {
		switch low := r.toks[i].low; {
		case s > 0 && r.listed(s-1):
			return -1
		case low == "it" || low == "its" || low == "they" || low == "their", peopleSet()[low] && (r.tok(i-1).low == "the" || demonym(r.tok(i-1).low)):
			if len(r.about[s]) > 0 {
				return r.about[s][0]
			}
			return -1
		}
	}
	return -1
}

// listed reports a sentence with a list of groups, of which none is what the next
// one is about.
func (r *reading) listed(s int) bool {
	for back := s; back >= max(0, s-2); back-- {
		in := r.groupsIn(back)
		if len(in) > 1 && r.run(in, 0) > 1 && r.mentions[in[0]].who != r.mentions[in[1]].who {
			return true
		}
		if len(in) > 0 {
			return false
		}
	}
	return false
}

// attacks reports a sentence that tells of an attack.
func (r *reading) attacks(s int) bool {
	sent := r.sents[s]
	return r.hasIn(sent.from, sent.to, "ATTACKV") || r.inSentence(s, "mails", "lure", "lures", "decoy", "decoys", "phishing", "phished", "spear-phishing", "espionage", "victims", "after", "intrusion", "intrusions", "attacks", "attack")
}

// victimState reports a state that a sentence names as a place or through its
// people or bodies, and not as the attacker's own.
func (r *reading) victimState(s int, code string) bool {
	sent := r.sents[s]
	for i := sent.from; i < sent.to; i++ {
		t := &r.toks[i]
		if t.mention >= 0 {
			m := &r.mentions[t.mention]
			if m.Kind == Country && m.known.country == code {
				return true
			}
			continue
		}
		if t.upper && demonym(t.low) && countryOf(t.text) == code {
			// "Russian diplomats" are victims; "Russian-language" and "the Russian
			// group" are none.
			for k := i + 1; k < min(sent.to, i+5); k++ {
				if peopleSet()[r.toks[k].low] || r.toks[k].low == "speakers" || r.toks[k].low == "language" {
					break
				}
				if r.toks[k].class.any(r.lex.mask("VICTIM")) || victimWords[strings.TrimSuffix(r.toks[k].low, "s")] {
					return true
				}
			}
		}
	}
	return false
}

var victimWords = wordSet("diplomat official officer soldier military government ministrie ministry embassy agency agencie company companie enterprise target entitie defence defense researcher centre center institute user citizen state firm contractor guard organisation organization scientist employee industry sector maker")

// stateOf is the state of a group, by the dictionary or by the text.
func (r *reading) stateOf(who int) string {
	if c := r.actors[who].country; c != "" {
		return c
	}
	for k := range r.mentions {
		m := &r.mentions[k]
		if m.who != who {
			continue
		}
		sent := r.sents[r.toks[m.from].sentence]
		for i := max(sent.from, m.from-7); i < min(sent.to, m.to+6); i++ {
			if t := &r.toks[i]; t.mention < 0 && t.upper && demonym(t.low) && (peopleSet()[r.tok(i+1).low] || peopleSet()[r.tok(i+2).low]) {
				return countryOf(t.text)
			}
		}
	}
	return ""
}
