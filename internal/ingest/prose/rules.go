package prose

import (
	"fmt"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A rule is a line of words/links.txt.
type rule struct {
	class     evidence.Class
	key       classes
	with      []demand
	parties   string
	direction string
	consent   evidence.Consent
	exclusive evidence.Exclusivity
	line      string
}

// A demand is a class that must stand in the sentence, or must not.
type demand struct {
	class  classes
	behind bool // the key
	before bool
	not    bool
	party  bool // it looks at the parties, see demandOf
}

var rules = sync.OnceValue(func() []rule {
	x := lexicons()
	var out []rule
	for _, line := range list("links") {
		f := strings.Split(line, ";")
		if len(f) != 7 {
			panic(fmt.Sprintf("words/links.txt: %q has %d columns of 7", line, len(f)))
		}
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		r := rule{class: evidence.Class(f[0]), key: x.mask(f[1]), parties: f[3], direction: f[4], line: line,
			consent: evidence.Consent(f[5]), exclusive: evidence.Exclusivity(strings.TrimPrefix(f[6], "-"))}
		if !r.class.Valid() {
			panic(fmt.Sprintf("words/links.txt: class %q is unknown", f[0]))
		}
		for w := range strings.FieldsSeq(f[2]) {
			d := demand{}
			switch {
			case w == "-":
				continue
			case strings.HasPrefix(w, "KEY>"):
				d.behind, w = true, w[4:]
			case strings.HasPrefix(w, "KEY<"):
				d.before, w = true, w[4:]
			case strings.HasPrefix(w, "KEY~"):
				d.behind, d.before, w = true, true, w[4:]
			case strings.HasPrefix(w, "!"):
				d.not, w = true, w[1:]
			}
			d.class, d.party = x.mask(w), partyDemands[w]
			r.with = append(r.with, d)
		}
		out = append(out, r)
	}
	return out
})

// reach is how far from the key a word that belongs to it may stand, in tokens.
const reach = 10

// near is the same for what must stand near the key in its clause.
const near = 14

// fits gives the places in a sentence where the rule's key stands with the words
// it asks for.
func (r *reading) fits(q *rule, s int) []int {
	sent := r.sents[s]
	var out []int
	for i := sent.from; i < sent.to && len(out) < 8; i++ {
		if !r.toks[i].class.any(q.key) {
			continue
		}
		all := true
		for _, d := range q.with {
			if !d.party && r.stands(d, i, sent) == d.not {
				all = false
				break
			}
		}
		if all {
			out = append(out, i)
		}
	}
	return out
}

func (r *reading) stands(d demand, key int, sent sentence) bool {
	from, to := sent.from, sent.to
	if d.behind {
		to = min(to, key+1+reach)
	}
	if d.before {
		from = max(from, key-reach)
	}
	if d.behind && !d.before {
		from = key + 1
	}
	if d.before && !d.behind {
		to = key
	}
	if d.behind && d.before {
		f, t := r.clause(r.toks[key].sentence, key)
		from, to = max(sent.from, f, key-near), min(sent.to, t, key+1+near)
	}
	if d.not && d.class != r.lex.mask("USESAME") {
		from, to = max(from, key-reach), min(to, key+reach)
	}
	for i := from; i < to; i++ {
		if i != key && r.toks[i].class.any(d.class) {
			return true
		}
	}
	return false
}
