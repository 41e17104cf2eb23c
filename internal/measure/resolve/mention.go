package resolve

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A Mention is a known name in running text.
type Mention struct {
	Actor ActorID `json:"actor"`
	Name  string  `json:"name"` // as written there
	Start int     `json:"start"`
	End   int     `json:"end"` // byte offsets into the text, end exclusive
}

// Mentions finds the names of catalogued actors in prose, in order, the longest
// name at each place. Names of several actors are left out. A name must stand
// on word borders; a single word without a digit must be spelled as a source
// spells it, or capitalised and of at least five letters, so that "a snake" is
// no mention of Snake.
func (d *Directory) Mentions(text string) []Mention {
	var out []Mention
	for _, m := range d.mentions(text) {
		if len(m.actors) == 1 && d.catalogued[m.actors[0]] {
			out = append(out, Mention{Actor: m.actors[0].ID, Name: text[m.start:m.end], Start: m.start, End: m.end})
		}
	}
	return out
}

type mention struct {
	actors     []*Actor
	start, end int
}

type word struct {
	start, end int
	key        string
}

// maxNameWords bounds a name's length in words; the longest of the public
// catalogues has six.
const maxNameWords = 6

func (d *Directory) mentions(text string) []mention {
	words := wordsOf(text)
	var out []mention
	for i := 0; i < len(words); {
		next := i + 1
		for n := min(maxNameWords, len(words)-i); n > 0; n-- {
			if m, ok := d.mentionAt(text, words[i:i+n]); ok {
				out = append(out, m)
				next = i + n
				break
			}
		}
		i = next
	}
	return out
}

func (d *Directory) mentionAt(text string, words []word) (mention, bool) {
	var key strings.Builder
	for i, w := range words {
		if i > 0 && !joins(text[words[i-1].end:w.start]) {
			return mention{}, false
		}
		key.WriteString(w.key)
	}
	start, end := words[0].start, words[len(words)-1].end
	written := text[start:end]
	var as []*Actor
	if id := attackID(key.String()); id != "" {
		if a := d.byRef["attack:"+id]; a != nil {
			as = []*Actor{a}
		}
	} else {
		as = d.holders(d.canon.key(key.String()))
	}
	if len(as) == 0 || !nameLike(written, len(words)) && !spelledSo(as, written) {
		return mention{}, false
	}
	return mention{as, start, end}, true
}

// nameLike reports whether a spelling looks like a name rather than like words
// of the sentence.
func nameLike(s string, words int) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if strings.ContainsAny(s, "0123456789") {
		return utf8.RuneCountInString(s) > 2
	}
	if !unicode.IsUpper(first) {
		return false
	}
	return words > 1 || utf8.RuneCountInString(s) >= 5
}

func spelledSo(as []*Actor, s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) {
		return false
	}
	for _, a := range as {
		for _, c := range a.Names {
			if c.Name == s {
				return true
			}
		}
	}
	return false
}

// joins reports whether what stands between two words may stand inside a name.
// A "?" is what damaged encodings leave of a no-break space.
func joins(gap string) bool {
	switch gap {
	case "", " ", "-", ".", "'", "’", "_", "?", "\u00a0", " - ", "\u2011", "\u2013":
		return true
	}
	return false
}

func wordsOf(text string) []word {
	var out []word
	start := -1
	for i, r := range text {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) {
			if start < 0 {
				start = i
			}
			continue
		}
		if start >= 0 {
			out = append(out, word{start, i, Fold(text[start:i])})
			start = -1
		}
	}
	if start >= 0 {
		out = append(out, word{start, len(text), Fold(text[start:])})
	}
	return out
}

var (
	sentenceEnd = regexp.MustCompile(`[.;][?\s]+|[;\n]`)
	// From here on a clause speaks of somebody the actor has to do with.
	relation = regexp.MustCompile(`(?i)\b((with )?possib(ly|le) (linked|related|associated|connected|responsible|assist\w*)|link(s|ed)?|associated|related|connected|connections?|similar|same|tools?|tooling|infrastructure|responsible|behind|distinct|based on|variant|assist\w*|though|affiliated|subset|targeting|compromise)\b`)
	// A clause with one of these names candidates only.
	vague = regexp.MustCompile(`(?i)\b(among|one of|some of)\b`)
	// What makes a clause say who the actor is.
	affirming = regexp.MustCompile(`(?i)\b(work of|known as|also called|attributed to|codenamed|believed to be|referred to as|group (?-i:[A-Z])\w*)\b`)
)

// decideProse reads the clauses that say who did it ("Believed to be the work
// of APT 28", "Also known as Pawn Storm"), or that open the text with a name,
// and leaves out what the actor is said to resemble or to be linked with. The
// names found vote as in a packed list.
func (d *Directory) decideProse(text string) decision {
	var names []string
	for i, clause := range sentenceEnd.Split(text, -1) {
		if vague.MatchString(clause) {
			continue
		}
		if cut := relation.FindStringIndex(clause); cut != nil {
			clause = clause[:cut[0]]
		}
		found := d.mentions(clause)
		opens := i == 0 && len(found) > 0 && strings.TrimSpace(clause[:found[0].start]) == ""
		if !opens && !affirming.MatchString(clause) {
			continue
		}
		for _, m := range found {
			names = append(names, clause[m.start:m.end])
		}
	}
	if len(names) == 0 {
		return decision{why: "the sentence names no known actor"}
	}
	return d.vote(names)
}
