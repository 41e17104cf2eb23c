package prose

import (
	"regexp"
	"slices"
	"strings"
	"sync"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A Mention is a name in the text.
type Mention struct {
	Text       string
	Kind       Kind
	Start, End int // byte offsets, end exclusive

	from, to int // tokens
	who      int // the actor it is, see actors; -1 for none
	known    known
	isKnown  bool
	alias    bool // another name of the group that was just named
	firm     int  // how sure it is that it is a group: 2 beyond doubt, 1 likely
}

// numbered are names by the numbering schemes of publishers.
var numbered = regexp.MustCompile(`^(?:APT-?C?-?\d{1,3}|UNC\d{3,5}|TA-?\d{3,4}|UAC-\d{4}|UAT-\d{4}|Storm-\d{4}|DEV-\d{4}|FIN\d{1,2}|TAG-\d{2,3}|TEMP\.\w+|Temp\.\w+|ITG\d{2}|UTA\d{4}|TG-\d{4}|CL-(?:STA|CRI|UNK)-\d{4}|SectorE?\d{2}|ATK\d{2,3}|CTG-\d{4}|STAC\d{4}|[A-Z]{2,5}-\d{2,5}|Group-?\d{2,4}|Unit-\d{4,5})$`)

// others are signs of the form of a numbered name that name something else.
var others = regexp.MustCompile(`^(?:CVE|CWE|MS|KB|SHA|AES|RSA|RC|ISO|IEC|UTC|GMT|COVID|GPT|NIST|SP|AA|TLS|SSL|HTTP|UTF|ICS|RFC|TCP|UDP|PORT|IP|IPV|USB|BSD|GPL|EU|UN|PR|VB|ID|ATT|AV|EDR|OS|PDF|MAC|CP|GB|EVT|WPA|MD|PS|SOC|SWIFT|CAPEC|DSA|USN|RHSA|VU|ZDI|CAN|TP|CRC|BASE|LPE|RCE|II|III|IV|PHP|HTML|WIN|NT|SMB|VM|COM|DC|SQL|EC|AG|MSF|FIPS|RANSOM|TROJAN|BKDR|TROJ|WORM|FBI|CISA|TLP|SEC|CPE|GHSA|EDB|SNWLID|CN|RU|PAN|FG|DDR|IPSEC|PC|ID|ZIP|NR|NO|MI|VPN)-`)

// A reading collects what is known of one text.
type reading struct {
	text       string
	toks       []token
	sents      []sentence
	dict       *dictionary
	lex        *lexicon
	publisher  string
	mentions   []Mention
	unknown    map[string]*candidate
	lower      map[string]bool // words that stand in lower case in the text
	actors     []actor
	found      []Alias
	facts      []Fact
	indicators []Indicator
	published  evidence.Interval
	links      []Link
	about      [][]int // the same, with all of a row
	refs       []ref
}

// names finds the names of the text.
func (r *reading) names() {
	r.lower = map[string]bool{}
	for i := range r.toks {
		if t := &r.toks[i]; t.word && !t.upper {
			r.lower[t.low] = true
		}
	}
	r.unknown = map[string]*candidate{}
	var found []Mention
	for i := 0; i < len(r.toks); {
		m, ok := r.knownAt(i)
		if ok && (r.longer(&m) || m.to < len(r.toks) && noNames()[r.text[m.Start:r.toks[m.to].end]]) {
			ok = false
		}
		if !ok {
			m, ok = r.numberedAt(i)
		}
		if !ok {
			m, ok = r.capitalsAt(i)
		}
		if !ok {
			i++
			continue
		}
		found = append(found, m)
		i = m.to
	}
	outside := map[string]bool{} // names that stand outside of paths too
	for i := range found {
		outside[found[i].Text] = outside[found[i].Text] || !r.inPath(&found[i])
	}
	found = slices.DeleteFunc(found, func(m Mention) bool { return !outside[m.Text] })
	for i := range found {
		r.weigh(&found[i], found, i)
	}
	for i := range found { // once more, now that the neighbours are known
		if m := &found[i]; m.needsWeight() {
			if i > 0 {
				r.beside(&found[i-1], m, r.unknown[key(m.Text)])
			}
			if i+1 < len(found) {
				r.beside(&found[i+1], m, r.unknown[key(m.Text)])
			}
		}
	}
	for i := range found {
		if r.decide(&found[i]) {
			c := r.unknown[key(found[i].Text)]
			if found[i].isKnown {
				found[i].firm = 2
			} else if c != nil {
				found[i].firm = max(found[i].firm, c.firm(found[i].Text))
			}
			r.people(&found[i])
			r.mentions = append(r.mentions, found[i])
		}
	}
	for k := range r.mentions {
		m := &r.mentions[k]
		for i := m.from; i < m.to; i++ {
			r.toks[i].mention = k
			r.toks[i].class = classes{}
		}
	}
}

// longer reports a program's name that is the first word of a name that no dictionary
// knows: "Crimson Ledger" is not Crimson.
func (r *reading) longer(m *Mention) bool {
	if m.to-m.from != 1 || m.Kind != Malware && m.Kind != Tool || m.to >= len(r.toks) || r.toks[m.to].sentence != r.toks[m.from].sentence {
		return false
	}
	next := &r.toks[m.to]
	if !next.word || !next.upper || r.text[m.End:next.start] != " " || malwareSet()[next.low] || peopleSet()[next.low] || r.function(m.to) || noNames()[next.text] || r.isKnown(m.to) {
		return false
	}
	return strings.ToUpper(next.text) != next.text && strings.ToUpper(m.Text) != m.Text
}

// people makes a group of a program's name where its people are meant: "Emotet's
// operators", "the operators of Emotet".
func (r *reading) people(m *Mention) {
	if t := r.tok(m.to); m.Kind != Organisation && (t.text == "Group" || t.text == "Gang" || t.text == "Team") && t.start == m.End+1 && t.mention < 0 {
		m.to++
		m.End, m.Text, m.Kind = t.end, r.text[m.Start:t.end], Group
	}
	if m.Kind != Malware {
		return
	}
	is := func(w string) bool {
		return w == "operators" || w == "operator" || w == "developers" || w == "gang" || w == "gangs" || w == "crew" || w == "group" || w == "affiliates"
	}
	before, behind := m.from-1, m.to
	if r.tok(before).low == "the" {
		before--
	}
	for malwareSet()[r.tok(behind).low] {
		behind++
	}
	if r.tok(m.to).text == "'s" && is(r.tok(m.to+1).low) || r.tok(before).low == "of" && is(r.tok(before-1).low) || is(r.tok(behind).low) {
		m.Kind = Group
	}
}

func (r *reading) mention(from, to int) Mention {
	start, end := r.toks[from].start, r.toks[to-1].end
	return Mention{Text: r.text[start:end], Start: start, End: end, from: from, to: to, who: -1}
}

// knownAt is the longest name of the dictionary that begins at a token.
func (r *reading) knownAt(i int) (Mention, bool) {
	if !r.toks[i].word {
		return Mention{}, false
	}
	k := r.toks[i].low
	var found Mention
	ok := false
	for n := 1; ; n++ {
		if e, is := r.dict.byKey[k]; is && r.spelled(i, i+n, e) {
			found, ok = r.mention(i, i+n), true
			found.Kind, found.known, found.isKnown = e.kind, e, true
		}
		if n >= r.dict.words || i+n >= len(r.toks) || r.toks[i+n].sentence != r.toks[i].sentence {
			return found, ok
		}
		k += " " + r.toks[i+n].low
	}
}

// spelled reports whether a name stands there as names are spelled: as in the
// dictionary, or with a capital at least; in capitals alone where the dictionary
// has capitals alone, so that "it" is no IT and "us" no US.
func (r *reading) spelled(from, to int, e known) bool {
	text := r.text[r.toks[from].start:r.toks[to-1].end]
	if text == e.as {
		return true
	}
	if len(e.as) <= 5 && strings.ToUpper(e.as) == e.as && e.kind != Group {
		return false
	}
	for i := from; i < to; i++ {
		if t := &r.toks[i]; t.word && !t.upper && !unicode.IsDigit(rune(t.text[0])) && t.text != "of" && t.text != "the" && t.text != "and" && t.text != "with" {
			return false
		}
	}
	return true
}

func (r *reading) numberedAt(i int) (Mention, bool) {
	t := &r.toks[i]
	if !t.word || !t.upper {
		return Mention{}, false
	}
	if t.text == "Unit" || t.text == "Group" || t.text == "Bureau" || t.text == "APT" || t.text == "UNC" || t.text == "FIN" || t.text == "Viper" || t.text == "Stag" || t.text == "Cluster" {
		if i+1 < len(r.toks) && (allDigits(r.toks[i+1].text) || t.text == "Cluster" && r.toks[i+1].upper) && len(r.toks[i+1].text) < 6 && r.toks[i+1].start == t.end+1 {
			m := r.mention(i, i+2)
			m.Kind, m.firm = Group, 2
			return m, true
		}
	}
	if !numbered.MatchString(t.text) || others.MatchString(t.text) {
		return Mention{}, false
	}
	m := r.mention(i, i+1)
	m.Kind, m.firm = Group, 2
	return m, true
}

func allDigits(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// capitalsAt is a run of capitalised words that no dictionary knows.
func (r *reading) capitalsAt(i int) (Mention, bool) {
	if !r.capital(i) {
		return Mention{}, false
	}
	first := r.initial(i)
	to := i + 1
	for to < len(r.toks) && to-i < 5 && r.toks[to].sentence == r.toks[i].sentence {
		t := &r.toks[to]
		gap := r.text[r.toks[to-1].end:t.start]
		switch {
		case (gap == " " || gap == "\n") && t.word && r.capital(to) && !r.isKnown(to):
			to++
			continue
		case (gap == " ") && t.word && unicode.IsDigit(rune(t.text[0])) && len(t.text) <= 4 && to == i+1 && !r.month(i):
			if next := to + 1; next < len(r.toks) && r.toks[next].word && r.text[t.end:r.toks[next].start] == " " && !r.toks[next].upper && !english()[r.toks[next].low] {
				break
			}
			if len(t.text) == 4 && (t.text[0] == '1' || t.text[0] == '2') {
				break // a year
			}
			to++
			continue
		case gap == " " && t.text == "of" && to+1 < len(r.toks) && r.capital(to+1) && r.orgBefore(to-1):
			to += 2
			continue
		}
		break
	}
	if first {
		for i < to && r.plain(i) {
			i++
		}
	}
	for i < to && r.function(i) {
		i++
	}
	if i < to && (noNames()[r.text[r.toks[i].start:r.toks[to-1].end]] || noNames()[r.toks[i].text] && !(to-i == 2 && shapeWords()[r.toks[to-1].low])) {
		return Mention{}, false
	}
	if i < to && r.demonyms(i, to) {
		return Mention{}, false
	}
	if i >= to || to-i == 1 && !r.properWord(i, first && i == r.sents[r.toks[i].sentence].from) {
		if i < to {
			return Mention{}, false
		}
		return Mention{}, false
	}
	m := r.mention(i, to)
	return m, true
}

// orgBefore reports a word that takes "of X" into an organisation's name.
func (r *reading) orgBefore(i int) bool { return orgWords()[r.toks[i].low] }

// isKnown reports a name of a dictionary that no longer name takes in.
func (r *reading) isKnown(i int) bool {
	m, ok := r.knownAt(i)
	return ok && !m.known.common
}

func (r *reading) capital(i int) bool {
	t := &r.toks[i]
	if !t.word || len(t.text) < 2 {
		return false
	}
	if t.upper {
		return true
	}
	return strings.IndexFunc(t.text[1:], unicode.IsUpper) >= 0 && !strings.ContainsAny(t.text, "./\\") // iOS, eGobbler
}

// initial reports a place where English writes a capital in any case.
func (r *reading) initial(i int) bool {
	s := r.sents[r.toks[i].sentence]
	if i == s.from {
		return true
	}
	for k := i - 1; k >= s.from; k-- {
		if r.toks[k].word {
			return r.toks[k].text == ":" || allDigits(r.toks[k].text) && k == s.from || len(r.toks[k].text) == 1 && k == s.from
		}
		if r.toks[k].text == ":" || r.toks[k].text == "\"" || r.toks[k].text == "“" || r.toks[k].text == "|" {
			return true
		}
	}
	return true
}

// plain reports a word that begins a sentence and is one of English.
func (r *reading) plain(i int) bool {
	t := &r.toks[i]
	if strings.IndexFunc(t.text[1:], unicode.IsUpper) >= 0 {
		return false
	}
	return english()[t.low] || english()[strings.TrimSuffix(t.low, "s")] || !r.lex.of[t.low].none() || r.lower[t.low] && !english()[t.low] && len(t.low) > 3
}

// demonyms reports nothing but adjectives of states ("North Korean").
func (r *reading) demonyms(from, to int) bool {
	return len(evidence.CountriesIn(r.text[r.toks[from].start:r.toks[to-1].end])) > 0 && demonymText(r.text[r.toks[from].start:r.toks[to-1].end])
}

var noNames = sync.OnceValue(func() map[string]bool { return listSet("nonames") })

var functions = wordSet("the a an and or but of in on at by for from to with as its it their his her our we they he she this that these those no not all both each some any i")

func (r *reading) function(i int) bool { return functions[r.toks[i].low] || r.month(i) }

var peoples = wordSet("asian european african western eastern northern southern central latin arab arabic islamic jewish christian soviet cyrillic english spanish internet web trojan international national federal")

var months = wordSet("january february march april may june july august september october november december jan feb mar apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday")

func (r *reading) month(i int) bool { return months[r.toks[i].low] && r.toks[i].upper }

// properWord reports whether a single capitalised word can be a name.
func (r *reading) properWord(i int, initial bool) bool {
	t := &r.toks[i]
	switch {
	case functions[t.low] || r.month(i) || len(t.text) < 3 || peoples[t.low]:
		return false
	case strings.IndexFunc(t.text[1:], unicode.IsUpper) >= 0:
		return len(t.text) >= 4
	case demonym(t.low):
		return false
	case initial:
		return !r.plain(i)
	}
	return !r.lower[t.low] && len(t.text) >= 4
}
