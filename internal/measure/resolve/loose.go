package resolve

import (
	"cmp"
	"crypto/sha256"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// unresolved is a name of the records that means nobody in the directory.
type unresolved struct {
	Name    string `json:"name"`
	Records int    `json:"records"`
	Why     string `json:"why"`
}

// Unresolved lists the names that records carry without a reference and that
// mean nobody, most frequent first, with the reason.
func (d *Directory) Unresolved() []unresolved { return slices.Clone(d.unresolved) }

// settleLoose decides every name that records use without a reference. A name
// that the catalogues know means that actor. One they do not know becomes an
// actor of its own, with no entry behind it, if some record has it as its
// subject or as a party of a link and it is a proper name of a group (see
// [properName]); such an actor never votes in packed lists. A packed list or a sentence never becomes an
// actor and never holds names together.
func (d *Directory) settleLoose(c *corpus) {
	names := sortedKeys(c.loose)
	own := map[string][]*looseName{}
	for _, name := range names {
		l := c.loose[name]
		dec := d.decide(name)
		if dec.actor != nil {
			dec.actor.Countries = append(dec.actor.Countries, l.attrs...)
			dec.actor.initiated(l.initiator)
			d.decided[name] = dec
			continue
		}
		if dec.unknown {
			why := properName(name)
			if why == "" {
				own[looseKey(name)] = append(own[looseKey(name)], l)
				continue
			}
			dec.why = why
		}
		d.decided[name] = dec
		d.unresolved = append(d.unresolved, unresolved{Name: name, Records: l.uses, Why: dec.why})
	}
	for _, key := range sortedKeys(own) {
		d.settleOwn(key, own[key])
	}
	slices.SortFunc(d.unresolved, func(a, b unresolved) int {
		return cmp.Or(cmp.Compare(b.Records, a.Records), cmp.Compare(a.Name, b.Name))
	})
}

// looseKey is the key under which two spellings that only incident tables know
// are one name: as [Fold], and wherever the state stands in it ("IT Army of
// Ukraine", "Ukrainian IT Army").
func looseKey(name string) string {
	var rest []string
	state := ""
	for _, w := range strings.FieldsFunc(name, func(r rune) bool { return !letterOrDigit(r) }) {
		if code := stateOfWord(w); code != "" && state == "" {
			state = code
		} else if !particles[Fold(w)] {
			rest = append(rest, Fold(w))
		}
	}
	if state == "" || len(rest) < 2 {
		return Fold(name)
	}
	return strings.Join(rest, "") + "/" + state
}

// settleOwn makes an actor of the spellings of one name that only incident
// tables know.
func (d *Directory) settleOwn(key string, spellings []*looseName) {
	if !slices.ContainsFunc(spellings, func(l *looseName) bool { return l.party }) {
		for _, l := range spellings {
			dec := decision{why: "no catalogue knows the name, and no record says what it did or whom it is linked to"}
			d.decided[l.name] = dec
			d.unresolved = append(d.unresolved, unresolved{Name: l.name, Records: l.uses, Why: dec.why})
		}
		return
	}
	sum := sha256.Sum256([]byte("name:" + key))
	most := slices.MinFunc(spellings, func(a, b *looseName) int {
		return cmp.Or(cmp.Compare(b.uses, a.uses), cmp.Compare(a.name, b.name))
	})
	a := &Actor{ID: actorID(sum[:]), Name: strings.TrimSpace(most.name), Refs: []string{}}
	for _, l := range spellings {
		a.Names = append(a.Names, l.claims...)
		a.Countries = append(a.Countries, l.attrs...)
		a.initiated(l.initiator)
		d.decided[l.name] = decision{actor: a, why: "only incident tables know the name"}
	}
	slices.SortFunc(a.Names, compareClaims)
	d.actors = append(d.actors, a)
	d.byID[a.ID] = a
	for _, l := range spellings {
		d.byKey[Fold(l.name)] = []*Actor{a}
	}
}

// lower-case words that stand inside proper names.
var particles = map[string]bool{
	"of": true, "the": true, "for": true, "de": true, "del": true, "la": true, "el": true, "al": true, "in": true, "on": true, "to": true, "vs": true,
}

// listMark is what a single name never holds. A parenthesis without a space
// before it belongs to the name ("NoName057(16)").
var listMark = regexp.MustCompile(`[/;,|\[\]\n]|\s[(<]|(?i:\baka\b|\balso known as\b|\band\b|\bor\b)`)

const maxProperWords = 6

// properName says why a name cannot be taken for that of one group, or "". A
// proper name is one name, not a list or a sentence; at most six words, each
// capitalised or a particle (a single word may be written in any case); no
// state, no organ of a state, no placeholder. A person's name cannot be told
// from a group's and passes.
func properName(name string) string {
	name = strings.TrimSpace(name)
	words := strings.Fields(name)
	switch {
	case missing(name):
		return "says that the actor is unknown"
	case !strings.ContainsFunc(name, unicode.IsLetter) || utf8.RuneCountInString(name) < 3:
		return "is too short to be a name"
	case listMark.MatchString(name):
		return "is a list, and no catalogue knows a name in it"
	case organ.MatchString(name):
		return "names a state organ, not a group"
	case len(words) > maxProperWords:
		return "is a description, not a name"
	}
	if _, ok := evidence.ParseCountry(name); ok {
		return "names a state, not a group"
	}
	for i, w := range words {
		first, _ := utf8.DecodeRuneInString(w)
		if len(words) > 1 && unicode.IsLower(first) && !(particles[w] && i > 0) {
			return "is a description, not a name"
		}
	}
	if placeholder(name) {
		return "is a description, not a name"
	}
	return ""
}
