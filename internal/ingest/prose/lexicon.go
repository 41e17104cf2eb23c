package prose

import (
	"embed"
	"fmt"
	"strings"
	"sync"
)

//go:embed words/*.txt
var words embed.FS

// list gives the lines of a word list that are no comments.
func list(name string) []string {
	b, err := words.ReadFile("words/" + name + ".txt")
	if err != nil {
		panic(err) // it is embedded
	}
	var out []string
	for line := range strings.Lines(string(b)) {
		if line = strings.TrimRight(line, " \r\n"); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, line)
		}
	}
	return out
}

// entries gives the entries of a list that are separated by semicolons.
func entries(lines []string) []string {
	var out []string
	for _, line := range lines {
		for e := range strings.SplitSeq(line, ";") {
			if e = strings.TrimSpace(e); e != "" {
				out = append(out, e)
			}
		}
	}
	return out
}

func wordSet(s string) map[string]bool {
	out := map[string]bool{}
	for _, w := range strings.Fields(s) {
		out[w] = true
	}
	return out
}

func listSet(name string) map[string]bool {
	out := map[string]bool{}
	for _, e := range entries(list(name)) {
		out[e] = true
	}
	return out
}

// classes is a set of word classes, a bit each.
type classes [2]uint64

func (c classes) or(o classes) classes { return classes{c[0] | o[0], c[1] | o[1]} }
func (c classes) any(o classes) bool   { return c[0]&o[0]|c[1]&o[1] != 0 }
func (c classes) none() bool           { return c == classes{} }

func bitOf(n int) (c classes) {
	c[n/64] = 1 << (n % 64)
	return c
}

// A lexicon knows the classes of words.
type lexicon struct {
	bit     map[string]classes
	of      map[string]classes  // of single words
	phrases map[string][]phrase // by first word
	form    map[string]byte     // the forms of verbs that a word can be
	masks   sync.Map            // by names
}

type phrase struct {
	words []string
	class classes
}

var lexicons = sync.OnceValue(func() *lexicon {
	x := &lexicon{bit: map[string]classes{}, of: map[string]classes{}, phrases: map[string][]phrase{}, form: map[string]byte{}}
	for _, file := range []string{"lexicon", "cues"} {
		for _, line := range list(file) {
			head, rest, ok := strings.Cut(line, ":")
			name, kind, _ := strings.Cut(strings.TrimSpace(head), " ")
			if !ok || len(x.bit) >= 128 {
				panic(fmt.Sprintf("words/%s.txt: %q is no class with its words, or one class too many", file, line))
			}
			if x.bit[name].none() {
				x.bit[name] = bitOf(len(x.bit))
			}
			for e := range strings.SplitSeq(rest, ",") {
				if e = strings.TrimSpace(e); e != "" {
					x.add(e, kind, x.bit[name])
				}
			}
		}
	}
	return x
})

func (x *lexicon) add(entry, kind string, c classes) {
	forms := []string{entry}
	switch kind {
	case "v":
		forms = x.verb(entry)
	case "n":
		forms = []string{entry, plural(entry)}
	}
	for _, f := range forms {
		w := strings.Split(strings.ToLower(f), "_")
		if len(w) == 1 {
			x.of[w[0]] = x.of[w[0]].or(c)
			continue
		}
		x.phrases[w[0]] = append(x.phrases[w[0]], phrase{w, c})
	}
}

// mark gives every token its classes.
func (x *lexicon) mark(toks []token) {
	for i := range toks {
		t := &toks[i]
		if months[t.low] && t.upper {
			continue // "May" is no word of likelihood
		}
		t.class = t.class.or(x.of[t.low])
		for _, p := range x.phrases[t.low] {
			if len(p.words) > len(toks)-i {
				continue
			}
			same := true
			for k, w := range p.words {
				if toks[i+k].low != w {
					same = false
					break
				}
			}
			if same {
				t.class = t.class.or(p.class)
			}
		}
	}
}

// mask is the set of the classes named, with bars between.
func (x *lexicon) mask(names string) classes {
	if m, ok := x.masks.Load(names); ok {
		return m.(classes)
	}
	var out classes
	for n := range strings.SplitSeq(names, "|") {
		b, ok := x.bit[n]
		if !ok {
			panic("words: no class " + n)
		}
		out = out.or(b)
	}
	x.masks.Store(names, out)
	return out
}

func plural(n string) string {
	switch {
	case strings.HasSuffix(n, "y") && len(n) > 1 && !strings.ContainsRune("aeiou", rune(n[len(n)-2])):
		return n[:len(n)-1] + "ies"
	case strings.HasSuffix(n, "s"), strings.HasSuffix(n, "x"), strings.HasSuffix(n, "ch"), strings.HasSuffix(n, "sh"):
		return n + "es"
	}
	return n + "s"
}

var doubled = wordSet("omit permit admit commit submit transfer refer quit forbid co-opt coopt plug tip drop ship plan scan rob stop skip spot map pin run hit set sit let get put cut split dig win begin log tap rebut tag slip lag trap dip step")

// verb gives the forms of a verb, and notes its participles. "give/gave/given"
// names the irregular ones.
func (x *lexicon) verb(entry string) []string {
	if strings.Contains(entry, "_") {
		return strings.Split(entry, "/")
	}
	f := strings.Split(entry, "/")
	base := f[0]
	mark := func(w string, form byte) string {
		x.form[w] |= form
		return w
	}
	out := []string{mark(base, baseForm), mark(third(base), thirdForm), mark(gerund(base), gerundForm)}
	switch len(f) {
	case 1:
		out = append(out, mark(past(base), pastForm|partForm))
	case 2:
		out = append(out, mark(f[1], pastForm|partForm))
	default:
		out = append(out, mark(f[1], pastForm), mark(f[2], partForm))
	}
	return out
}

func third(b string) string {
	if strings.HasSuffix(b, "o") {
		return b + "es"
	}
	return plural(b)
}

func gerund(b string) string {
	switch {
	case strings.HasSuffix(b, "ie"):
		return b[:len(b)-2] + "ying"
	case strings.HasSuffix(b, "e") && !strings.HasSuffix(b, "ee"):
		return b[:len(b)-1] + "ing"
	case doubled[b]:
		return b + b[len(b)-1:] + "ing"
	}
	return b + "ing"
}

func past(b string) string {
	switch {
	case strings.HasSuffix(b, "e"):
		return b + "d"
	case strings.HasSuffix(b, "y") && len(b) > 1 && !strings.ContainsRune("aeiou", rune(b[len(b)-2])):
		return b[:len(b)-1] + "ied"
	case doubled[b]:
		return b + b[len(b)-1:] + "ed"
	}
	return b + "ed"
}
