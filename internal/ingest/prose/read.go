package prose

import (
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Options say what is known of a text beside it.
type Options struct {
	Publisher string
	Published string // a date; years that the text leaves out are taken from it
	Names     []Name // of a store
}

// A Reading is what a text says.
type Reading struct {
	Mentions   []Mention
	Aliases    []Alias
	Links      []Link
	Facts      []Fact
	Indicators []Indicator
}

// Read reads a text.
func Read(text string, o Options) *Reading {
	r := &reading{text: text, lex: lexicons(), dict: builtin().with(o.Names), publisher: o.Publisher}
	r.published, _ = evidence.ParseInterval(o.Published)
	r.toks = tokens(text)
	r.sents = sentences(text, r.toks)
	r.lex.mark(r.toks)
	r.names()
	r.markNames()
	r.described()
	r.findActors()
	r.aliases()
	r.refer()
	r.derive()
	r.findLinks()
	for i := range r.links {
		r.when(&r.links[i])
	}
	r.findFacts()
	r.findIndicators()
	return &Reading{Mentions: r.told(), Aliases: r.found, Links: r.links, Facts: r.facts, Indicators: r.indicators}
}

// markNames gives the names of programs and of victims the classes that rules
// ask for.
func (r *reading) markNames() {
	for k := range r.mentions {
		m := &r.mentions[k]
		var c classes
		switch m.Kind {
		case Malware:
			c = r.lex.mask("MALW|TOOL|TOOLX")
		case Tool:
			c = r.lex.mask("TOOLNAME|PUBTOOL|TOOL")
		case Organisation:
			c = r.lex.mask("VICTIMP|VICTIM")
		case Group:
			continue
		}
		r.toks[m.from].class = r.toks[m.from].class.or(c)
	}
}

// told are the mentions that are told: names, with the adjectives of states, and
// without descriptions that are no party to a link.
func (r *reading) told() []Mention {
	party := map[string]bool{}
	for _, l := range r.links {
		party[l.A], party[l.B] = true, true
	}
	var out []Mention
	for _, m := range r.mentions {
		if m.Kind == Group && !m.isKnown && m.known.country != "" && !party[m.Text] || (m.Kind == Country || m.Kind == Place) && r.ofBody(m.to) {
			continue
		}
		out = append(out, m)
	}
	for i := range r.toks {
		if t := &r.toks[i]; t.mention < 0 && t.word && t.upper && nationality(t.low) && !r.ofBody(i+1) {
			m := r.mention(i, i+1)
			m.Kind = Nationality
			out = append(out, m)
		}
	}
	slices.SortStableFunc(out, func(a, b Mention) int { return a.Start - b.Start })
	return out
}

// ofBody reports a state or its adjective that is a part of the name of a body: "the
// Chinese government", "China Petroleum Pipeline Engineering Ltd".
func (r *reading) ofBody(i int) bool {
	if bodies[r.tok(i).low] {
		return true
	}
	for k := i; k < min(i+5, len(r.toks)) && r.toks[k].word && r.toks[k].upper && r.toks[k].mention < 0; k++ {
		if low := r.toks[k].low; k > i && firms[low] {
			return true
		}
	}
	return false
}

var (
	bodies = wordSet("government governments ministry ministries embassy army navy parliament military authorities department agency")
	firms  = wordSet("ltd co inc corp company corporation limited gmbh llc bank university institute ministry department agency")
)

// nationality reports an adjective of a state, or a word that begins with one
// ("Russian-speaking", "China-linked").
func nationality(low string) bool {
	if demonym(low) || peoples[low] && (low == "american" || low == "european" || low == "asian" || low == "arab" || low == "african") {
		return true
	}
	first, _, hyphen := strings.Cut(low, "-")
	if !hyphen || len(first) < 4 {
		return false
	}
	_, state := evidence.ParseCountry(first)
	return state || demonym(first)
}
