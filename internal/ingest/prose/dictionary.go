package prose

import (
	"strings"
	"sync"
	"unicode"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// Kind is what a name is the name of.
type Kind string

// The kinds of names.
const (
	Group        Kind = "group"
	Malware      Kind = "malware"
	Tool         Kind = "tool"
	Country      Kind = "country"
	Place        Kind = "place" // a city or a region
	Organisation Kind = "organisation"
	Nationality  Kind = "nationality" // "Chinese", "Russian-speaking"
	Date         Kind = "date"
)

// A known name is one of a dictionary.
type known struct {
	kind    Kind
	who     int    // which group it names, from 1; 0 for none, or for several
	country string // of a group: to which state it is attributed; of an organisation: its seat; of a country: its code
	common  bool   // a word of English too
	as      string // the name as the dictionary spells it
}

// A dictionary knows names.
type dictionary struct {
	byKey map[string]known
	words int // of the longest name
	main  []string
	state []string // of each group
}

// Name is what a store knows a name to be: a group's with the group's own handle,
// or a program's.
type Name struct {
	Text    string
	Kind    Kind
	Group   string // the same for all names of one group
	Country string
}

var builtin = sync.OnceValue(func() *dictionary {
	d := &dictionary{byKey: map[string]known{}, main: []string{""}, state: []string{""}}
	common := map[string]bool{}
	for e := range listSet("common") {
		common[key(e)] = true
	}
	for _, line := range list("organisations") {
		country, names, _ := strings.Cut(line, "\t")
		for _, n := range entries([]string{names}) {
			d.add(n, known{kind: Organisation, country: state(country)}, false)
		}
	}
	for _, l := range []struct {
		file string
		kind Kind
	}{{"tools", Tool}, {"malware", Malware}} {
		for _, n := range entries(list(l.file)) {
			d.add(n, known{kind: l.kind}, common[key(n)])
		}
	}
	for _, line := range list("groups") {
		country, names, _ := strings.Cut(line, "\t")
		all := entries([]string{names})
		d.main, d.state = append(d.main, strings.TrimPrefix(all[0], "*")), append(d.state, state(country))
		for _, n := range all {
			n = strings.TrimPrefix(n, "*")
			d.add(n, known{kind: Group, who: len(d.main) - 1, country: state(country)}, common[key(n)])
		}
	}
	d.places()
	return d
})

func state(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// with is the dictionary with the names of a store beside its own. Its own word
// decides what a name is; whose it is, the store's.
func (d *dictionary) with(names []Name) *dictionary {
	if len(names) == 0 {
		return d
	}
	out := &dictionary{byKey: make(map[string]known, len(d.byKey)+len(names)), words: d.words, main: d.main[:len(d.main):len(d.main)], state: d.state[:len(d.state):len(d.state)]}
	for k, v := range d.byKey {
		out.byKey[k] = v
	}
	who := map[string]int{}
	for _, n := range names {
		k := known{kind: n.Kind, country: n.Country}
		if n.Kind == Group {
			if who[n.Group] == 0 {
				out.main, out.state = append(out.main, n.Text), append(out.state, n.Country)
				who[n.Group] = len(out.main) - 1
			}
			k.who = who[n.Group]
		}
		single := !strings.ContainsAny(n.Text, " -") && strings.IndexFunc(n.Text, unicode.IsDigit) < 0
		out.add(n.Text, k, single && english()[strings.ToLower(n.Text)])
	}
	return out
}

// add enters a name. One that two groups have names neither; one that is both a
// group's and a program's is a group's, which the text may correct.
func (d *dictionary) add(name string, k known, common bool) {
	k.as, k.common = name, common
	at := key(name)
	if at == "" {
		return
	}
	if old, ok := d.byKey[at]; ok {
		switch {
		case old.kind == Organisation && k.kind != Organisation && k.kind != Group:
			return
		case old.kind == Group && k.kind == Group && old.who != k.who:
			old.who, old.country = 0, ""
			k = old
		case old.kind == Group:
			return
		}
		k.common = k.common || old.common
	}
	d.byKey[at] = k
	d.words = max(d.words, strings.Count(at, " ")+1)
}

// key folds a name as its tokens are folded.
func key(name string) string {
	var b strings.Builder
	for i, t := range tokens(name) {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.low)
	}
	return b.String()
}

// places adds the states, and the parts of the world that reports name.
func (d *dictionary) places() {
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			if c, ok := evidence.ParseCountry(code); ok && c == code {
				d.add(evidence.CountryName(code), known{kind: Country, country: code}, false)
			}
		}
	}
	for _, line := range list("places") {
		code, names, _ := strings.Cut(line, "\t")
		for _, n := range entries([]string{names}) {
			k := known{kind: Country, country: code}
			if code == "-" {
				k = known{kind: Place}
			}
			if _, taken := d.byKey[key(n)]; !taken {
				d.add(n, k, false)
			}
		}
	}
}

var english = sync.OnceValue(func() map[string]bool {
	out := map[string]bool{}
	for _, line := range list("english") {
		for w := range strings.FieldsSeq(line) {
			out[w] = true
		}
	}
	return out
})
