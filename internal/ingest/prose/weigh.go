package prose

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A candidate is a name that no dictionary knows, or one that is a word of English
// too, with what the text says for each kind; all its places speak.
type candidate struct {
	group, malware, org, place float64
	seen                       int
	strong                     bool // a word for a group stood beside it, or its form is a group's
}

var (
	orgWords   = sync.OnceValue(func() map[string]bool { return listSet("orgwords") })
	shapeWords = sync.OnceValue(func() map[string]bool { return listSet("shape") })
	peopleSet  = sync.OnceValue(func() map[string]bool { return listSet("people") })
	malwareSet = sync.OnceValue(func() map[string]bool { return listSet("malwords") })
	demonyms   sync.Map
)

// demonym reports an adjective of a state.
func demonym(low string) bool {
	if v, ok := demonyms.Load(low); ok {
		return v.(bool)
	}
	is := len(low) > 3 && len(evidence.CountriesIn(strings.ToUpper(low[:1])+low[1:])) > 0
	if _, ok := evidence.ParseCountry(low); ok {
		is = false
	}
	demonyms.Store(low, is)
	return is
}

// demonymText reports a phrase that is an adjective of a state ("South Korean").
func demonymText(s string) bool {
	_, state := evidence.ParseCountry(s)
	words := strings.Fields(s)
	last := strings.ToLower(words[len(words)-1])
	return !state && (demonym(last) || len(words) == 2 && (last == "korean" || last == "koreans" || last == "african" || last == "lankan"))
}

// needsWeight reports a mention whose kind the text must tell.
func (m *Mention) needsWeight() bool {
	return !m.isKnown && m.Kind == "" || m.isKnown && m.known.common || m.isKnown && m.Kind == Malware || m.isKnown && m.Kind == Group
}

// weigh adds what stands around a mention to what is known of its name.
func (r *reading) weigh(m *Mention, all []Mention, at int) {
	if !m.needsWeight() {
		return
	}
	k := key(m.Text)
	c := r.unknown[k]
	if c == nil {
		c = &candidate{}
		r.unknown[k] = c
		r.shape(m, c)
	}
	c.seen++
	if m.isKnown && m.Kind == Group && m.known.common && !r.initial(m.from) && c.seen == 1 {
		c.group += 0.5
	}
	r.before(m, c)
	r.after(m, c)
	if at > 0 {
		r.beside(&all[at-1], m, c)
	}
	if at+1 < len(all) {
		r.beside(&all[at+1], m, c)
	}
}

// shape weighs the name itself.
func (r *reading) shape(m *Mention, c *candidate) {
	words := strings.Fields(m.Text)
	last := strings.ToLower(strings.Trim(words[len(words)-1], ".,"))
	switch {
	case len(words) > 1 && (last == "group" || last == "gang" || last == "team" || last == "crew" || last == "collective"):
		c.group += 2
		c.strong = true
	case len(words) > 1 && last == "rat" || strings.HasSuffix(m.Text, "RAT") && len(m.Text) > 4:
		c.malware += 6
	case len(words) > 2 && slices.ContainsFunc(words, func(w string) bool {
		return w == "Government" || w == "Department" || w == "Ministry" || w == "Bureau" || w == "University"
	}):
		c.org += 3
	case orgWords()[last] || orgWords()[strings.TrimSuffix(last, "s")]:
		c.org += 3
		if len(words) == 2 && shapeWords()[last] && r.tok(m.from-1).low != "the" {
			c.org -= 2
			c.group++
		}
	case len(words) == 2 && firstWords[words[0]]:
		c.group += 1.6
		c.strong = true
	case len(words) == 2 && shapeWords()[last]:
		c.group += 1.6
		c.strong = true
	case len(words) == 2 && allDigits(last):
		c.group += 0.8
	}
	if len(words) == 1 {
		low := strings.ToLower(m.Text)
		for _, end := range []string{"loader", "stealer", "wiper", "locker", "rat", "bot", "ware", "miner", "door", "crypt", "keylogger", "dropper", "shell", "spy", "agent", "bear", "duke"} {
			if strings.HasSuffix(low, end) && len(low) > len(end)+2 && strings.IndexFunc(m.Text[1:], unicode.IsUpper) >= 0 {
				c.malware += 1.2
			}
		}
		if len(m.Text) >= 5 && strings.ToUpper(m.Text) == m.Text && strings.IndexFunc(m.Text, unicode.IsDigit) < 0 && !strings.Contains(m.Text, "-") {
			c.malware += 0.6
		}
	}
	if strings.EqualFold(m.Text, r.publisher) || strings.Contains(m.Text, "&") {
		c.org += 5
	}
	if len(words) > 3 {
		c.org++
	}
	if len(words) <= 2 && !r.initial(m.from) {
		c.group += 0.3
	}
	if len(words) == 1 && strings.IndexFunc(m.Text[1:], unicode.IsUpper) >= 0 && strings.ToUpper(m.Text) != m.Text {
		c.group += 0.3
	}
}

func (r *reading) tok(i int) *token {
	if i < 0 || i >= len(r.toks) {
		return &token{}
	}
	return &r.toks[i]
}

var naming = wordSet("called named dubbed as codenamed nicknamed christened")

// before weighs the words before a name.
func (r *reading) before(m *Mention, c *candidate) {
	from := r.sents[r.toks[m.from].sentence].from
	i := m.from - 1
	for i >= from && (r.toks[i].text == "\"" || r.toks[i].text == "“" || r.toks[i].text == "‘" || r.toks[i].text == "'" || r.toks[i].text == "*" || r.toks[i].text == "the" || r.toks[i].text == "so-called") {
		i--
	}
	if i < from {
		return
	}
	p := r.toks[i].low
	noun := p
	if naming[p] || p == "," && i > from {
		for k := i - 1; k >= max(from, i-5); k-- {
			if malwareSet()[r.toks[k].low] || peopleSet()[r.toks[k].low] || isNoun(r.toks[k].low) {
				noun = r.toks[k].low
				break
			}
		}
		if p == "as" && noun == "as" {
			c.group += 0.5
		}
	}
	switch {
	case malwareSet()[noun]:
		c.malware += 2
	case noun == "group" || noun == "gang" || noun == "actor" || noun == "crew" || noun == "adversary" || noun == "cluster" || noun == "collective" || noun == "outfit" || noun == "group's" || noun == "groups" || noun == "actors" || noun == "gangs" || noun == "hacktivists":
		c.group += 2
		c.strong = true
	case placeNouns[noun]:
		c.place += 2
	case noun == "company" || noun == "firm" || noun == "vendor" || noun == "researchers" || noun == "bank" || noun == "newspaper" || noun == "companies" || noun == "provider":
		c.org += 2
	}
	lex := r.lex
	if p == "as" && m.isKnown && m.Kind == Group {
		c.group += 0.6
	}
	switch {
	case p == "by":
		if v := r.tok(i - 1); strings.HasSuffix(v.low, "ed") || v.class.any(lex.mask("ACT|ATTACKV|INSTALL|USE|HIJACK|GIVE")) || v.low == "work" || r.form(i-1)&partForm != 0 {
			c.group++
			if v.low == "published" || v.low == "reported" || v.low == "discovered" || v.low == "named" || v.low == "found" || v.low == "tracked" || v.low == "identified" || v.low == "described" || v.low == "observed" || v.low == "detected" || v.low == "made" {
				c.group--
				c.org++
			}
		}
	case p == "of" && !saysNoun[r.tok(i-1).low]:
		if v := r.tok(i - 1); v.class.any(lex.mask("TOOL|INFRA|PEOPLE|CODEX|THINGX|MARKER|METHOD")) || v.low == "that" || v.low == "name" || v.low == "those" || v.low == "work" || v.low == "hand" || v.low == "kit" || v.low == "hallmarks" {
			c.group += 0.8
		}
	case p == "of" && saysNoun[r.tok(i-1).low]:
		c.org += 3
	case r.tok(i).class.any(lex.mask("TELL|HIJACKX|COOPERATE|GIVE")) && !r.tok(i).upper || p == "off" && r.tok(i-1).class.any(lex.mask("TELL")):
		c.group++
	case (p == "to" || p == "with") && r.tok(i-1).class.any(lex.mask("GIVE|COOPERATE|BELONG")):
		c.group++
	case p == "to" && (r.tok(i-1).low == "attributed" || r.tok(i-1).low == "attribute" || r.tok(i-1).low == "linked" || r.tok(i-1).low == "tied"):
		c.group += 1.5
		c.strong = true
	case p == "at" && peopleAt[r.tok(i-1).low]:
		c.group += 0.8
	case p == "in" || p == "near" || p == "across" || p == "throughout":
		c.place++
	case r.tok(i).class.any(lex.mask("INSTALL")) && !r.tok(i).upper:
		c.malware += 1.2
	case p == "mr" || p == "mrs" || p == "dr" || p == "minister" || p == "president" || p == "." && r.tok(i-1).low == "mr":
		c.org += 3
	}
}

var peopleAt = wordSet("someone somebody people operators members anyone developers staff those")

// firstWords begin the names of some publishers' schemes.
var firstWords = wordSet("Earth Storm GOLD BRONZE IRON COBALT NICKEL COPPER TIN ALUMINUM Water Void Red Blue Threat")

var saysNoun = wordSet("researchers researcher journalists analysts analyst experts reporters scientists colleagues staff investigators")

var placeNouns = wordSet("city town region province district village state island county capital republic")

func isNoun(w string) bool { return placeNouns[w] || w == "company" || w == "firm" || w == "vendor" }

// after weighs the words behind a name.
func (r *reading) after(m *Mention, c *candidate) {
	lex := r.lex
	next := m.to
	for r.tok(next).text == "\"" || r.tok(next).text == "”" || r.tok(next).text == "*" {
		next++
	}
	n, nn := r.tok(next), r.tok(next+1)
	if n.sentence != r.toks[m.from].sentence {
		return
	}
	sent := r.sents[n.sentence]
	switch {
	case malwareSet()[n.low]:
		c.malware += 2
		if peopleSet()[nn.low] {
			c.group += 2
		}
	case peopleSet()[n.low]:
		c.group += 2
		c.strong = c.strong || n.low == "group" || n.low == "gang" || n.low == "crew" || n.low == "actors" || n.low == "apt" || n.low == "hackers" || n.low == "operators"
		if n.low == "campaign" || n.low == "campaigns" || n.low == "activity" || n.low == "set" {
			c.group--
		}
	case n.text == "'s" || n.text == "’" || n.text == "'":
		switch {
		case nn.class.any(lex.mask("TOOL|INFRAX|PEOPLE|CODEX")):
			c.group += 0.8
		case nn.low == "report" || nn.low == "researchers" || nn.low == "analysis" || nn.low == "blog":
			c.org += 2
		}
	case n.class.any(lex.mask("SAYV")) && !n.class.any(lex.mask("ACT")) && m.from == sent.from:
		if m.isKnown && m.Kind == Group {
			c.group += 1.5
		} else {
			c.org += 1.2
		}
	case n.text == "," && (nn.low == "a" || nn.low == "an" || nn.low == "the" || nn.low == "another"):
		r.apposed(m.to+2, min(m.to+9, sent.to), c)
	case n.text == "," && (nn.low == "whose" || nn.low == "who"):
		c.group++
	case n.text == "(" && malwareSet()[nn.low]:
		c.malware += 1.5
	}
	for k := m.to; k < min(m.to+3, sent.to); k++ {
		v := &r.toks[k]
		if v.word && !v.upper && (v.low == "has" || v.low == "had" || v.low == "have" || v.low == "also" || v.low == "both" || v.low == "then" || strings.HasSuffix(v.low, "ly") || v.low == "is" || v.low == "was" || v.low == "first" || v.low == "even" || v.low == "and") {
			continue
		}
		if v.low == "active" || v.low == "at" && r.tok(k+1).low == "work" {
			c.group++
		} else if programVerbs[v.low] {
			c.malware++
		} else if r.passiveAt(k) && v.class.any(lex.mask("TELL|GIVE")) {
			c.group++
		} else if v.class.any(lex.mask("ACT|AVOID|INSTALL|GIVE|GET|HIJACKX|POSE|COOPERATE|TELL")) && !v.upper && !r.passiveAt(k) {
			c.group += 1.5
		}
		break
	}
}

// apposed weighs what a name is called behind a comma: "X, a backdoor that".
func (r *reading) apposed(from, to int, c *candidate) {
	for k := from; k < to; k++ {
		w := r.toks[k].low
		if w == "," || w == "that" || w == "which" {
			break
		}
		if malwareSet()[w] {
			c.malware += 2
			break
		}
		if peopleSet()[w] && w != "campaign" && w != "activity" {
			c.group += 2
			break
		}
		if placeNouns[w] {
			c.place += 2
			break
		}
		if isNoun(w) || w == "bank" || w == "newspaper" || w == "manufacturer" || w == "provider" {
			c.org += 2
			break
		}
	}
}

var programVerbs = wordSet("loads downloads encrypts decrypts beacons injects persists contains supports checks collects communicates connects creates drops executes installs reads runs sends stores steals uses writes spreads infects arrives hides")

// passiveAt reports a participle behind a form of be.
func (r *reading) passiveAt(i int) bool {
	if r.form(i)&partForm == 0 {
		return false
	}
	for k := i - 1; k >= max(0, i-3); k-- {
		if be[r.toks[k].low] {
			return true
		}
		if !r.toks[k].class.any(r.lex.mask("NOT")) && !strings.HasSuffix(r.toks[k].low, "ly") && r.toks[k].low != "also" && r.toks[k].low != "then" && r.toks[k].low != "first" && r.toks[k].low != "so" && r.toks[k].low != "later" {
			return false
		}
	}
	return false
}

var be = wordSet("is are was were be been being am gets got getting get")

// beside weighs a neighbour in a list: "X, Y and Z" are of one kind.
func (r *reading) beside(o, m *Mention, c *candidate) {
	from, to := o.to, m.from
	if o.from > m.from {
		from, to = m.to, o.from
	}
	if to-from > 2 || to <= from || r.toks[from].sentence != r.toks[to-1].sentence {
		return
	}
	for i := from; i < to; i++ {
		if w := r.toks[i].low; w != "," && w != "and" && w != "or" && w != "/" && w != "&" {
			return
		}
	}
	kind := o.Kind
	if !o.isKnown && kind == "" {
		if u := r.unknown[key(o.Text)]; u != nil {
			kind = u.kind()
		}
	}
	switch kind {
	case Group:
		c.group++
		c.strong = c.strong || o.isKnown && !o.known.common
	case Malware, Tool:
		c.malware++
	case Organisation:
		c.org++
	case Country, Place:
		c.place++
	}
}

// firm is how sure it is that a name is a group's: 2 where a word for a group stood
// beside it or all that it does is what groups do, 1 where most is.
func (c *candidate) firm(name string) int {
	_, tail, _ := strings.Cut(name, "-")
	switch {
	case c.strong:
		return 2
	case slices.ContainsFunc(strings.Fields(strings.ToLower(name)), func(w string) bool { return w != "group" && orgWords()[w] }) && c.group < 2 || tail != "" && strings.ToLower(tail) == tail || unicode.IsDigit(rune(name[0])) || strings.Contains(name, "."):
		return 0
	case c.group >= 2 && c.org < 0.5 && c.place < 0.5 && c.malware < 0.7:
		return 2
	case c.group >= 1.2 && c.group > c.org+0.5 && c.group > c.place+0.5:
		return 1
	}
	return 0
}

// kind is what a candidate is, or "".
func (c *candidate) kind() Kind {
	best, kind := 0.95, Kind("")
	for _, k := range []struct {
		w    float64
		kind Kind
	}{{c.org, Organisation}, {c.place, Place}, {c.malware, Malware}, {c.group, Group}} {
		if k.w > best {
			best, kind = k.w, k.kind
		}
	}
	return kind
}

// decide settles the kind of a mention and reports whether it is one at all.
func (r *reading) decide(m *Mention) bool {
	if !m.needsWeight() {
		if m.Kind == Organisation && services[m.Text] && r.serviceActs(m) {
			m.Kind = Group
		}
		return m.Kind != ""
	}
	c := r.unknown[key(m.Text)]
	switch {
	case m.isKnown && m.Kind == Group && r.persona(m):
		return false
	case m.isKnown && !m.known.common:
		// A gang and its program have one name: what the text does with it tells.
		if m.Kind == Group && programsToo()[key(m.Text)] && (c.malware > c.group+0.5 || len(r.text) > longText && !r.actsHere(m)) {
			m.Kind = Malware
		}
		return true
	case m.isKnown:
		if m.Kind == Group {
			if c.malware > c.group && programsToo()[key(m.Text)] {
				m.Kind = Malware
			}
			return max(c.group, c.malware) >= 1 && (!r.initial(m.from) || max(c.group, c.malware) >= 1.5)
		}
		if m.Kind == Malware && c.group > c.malware+1 {
			m.Kind = Group
		}
		return max(c.malware, c.group) >= 1
	}
	m.Kind = c.kind()
	if m.Kind == Group && compound.MatchString(m.Text) {
		m.Kind = "" // "FSB-linked", "DNS-based C2"
	}
	switch long := len(r.text) > longText; {
	case m.Kind == Place && c.place < 2:
		m.Kind = ""
	case m.Kind == Group && long && (!c.strong || c.group < 0.7*float64(c.seen)):
		m.Kind = ""
	case m.Kind == Malware && long && c.malware < max(1.8, min(2.5, 0.5*float64(c.seen))):
		m.Kind = ""
	}
	return m.Kind != ""
}

// actsHere reports a name that is a group's in its place, whatever it is elsewhere in
// a long text: beside a word for people, or as who does a thing.
func (r *reading) actsHere(m *Mention) bool {
	here := &candidate{}
	r.before(m, here)
	r.after(m, here)
	return here.group >= 1 && here.group > here.malware
}

// inPath reports a word of a path or an address.
func (r *reading) inPath(m *Mention) bool {
	before, behind := r.tok(m.from-1).text, r.tok(m.to).text
	return before == `\` || behind == `\` || behind == "%" || before == "%" || before == "/" && (behind == "/" || !m.isKnown && r.tok(m.from-2).mention < 0 && !r.tok(m.from-2).upper)
}

var compound = regexp.MustCompile(`-[a-z]+\b`)

// longText is the length in bytes from which on a name that no dictionary knows
// must stand beside a word for what it is at least once.
const longText = 3000

var services = wordSet("GRU FSB SVR MOIS IRGC MSS PLA RGB")

// serviceActs reports a service that is told of as a group is: "a wiper of the GRU".
func (r *reading) serviceActs(m *Mention) bool {
	i := m.from - 1
	if r.tok(i).low == "the" {
		i--
	}
	return r.tok(i).low == "of" && r.tok(i-1).class.any(r.lex.mask("TOOLX"))
}

// persona reports a name that the text calls a mask of somebody.
func (r *reading) persona(m *Mention) bool {
	for i := m.from - 1; i >= max(0, m.from-4); i-- {
		switch low := r.toks[i].low; {
		case low == "persona" || low == "personas" || low == "masks" || low == "sock":
			return true
		case r.toks[i].mention < 0 && low != "and" && low != "," && low != "the" && !r.toks[i].upper && r.toks[i].word && low != "called":
			return false
		}
	}
	return false
}

// programsToo are the names that the lists have for a program, whatever else.
var programsToo = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, n := range entries(list("malware")) {
		out[key(n)] = true
	}
	return out
})
