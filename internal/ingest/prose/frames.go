package prose

import (
	"fmt"
	"strings"
	"sync"

	"github.com/cahoots-project/cahoots/internal/evidence"
)

// A frame is a line of words/links.txt: which word makes a link of a class, and
// which parts of its clause the two groups must fill.
type frame struct {
	class     evidence.Class
	kind      byte // of the key: v a verb, n a noun, a what somebody is said to be, w any word
	key       classes
	a, b      []string // parts, see [reading.fill]
	asks      []ask
	consent   evidence.Consent
	exclusive evidence.Exclusivity
	line      string
}

// An ask is a class of words that must stand in a part of the clause, or must not.
type ask struct {
	part  string // "" for the clause, "s" for the sentence
	class classes
	not   bool
}

var frames = sync.OnceValue(func() []frame {
	x := lexicons()
	var out []frame
	for _, line := range list("links") {
		f := strings.Split(line, ";")
		if len(f) != 7 {
			panic(fmt.Sprintf("words/links.txt: %q has %d columns of 7", line, len(f)))
		}
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		kind, key, _ := strings.Cut(f[1], ":")
		q := frame{class: evidence.Class(f[0]), kind: kind[0], key: x.mask(key), a: strings.Split(f[2], "|"), b: strings.Split(f[3], "|"),
			consent: evidence.Consent(f[5]), exclusive: evidence.Exclusivity(strings.TrimPrefix(f[6], "-")), line: line}
		if !q.class.Valid() {
			panic(fmt.Sprintf("words/links.txt: class %q is unknown", f[0]))
		}
		for w := range strings.FieldsSeq(strings.TrimPrefix(f[4], "-")) {
			var a ask
			a.not, w = strings.HasPrefix(w, "!"), strings.TrimPrefix(w, "!")
			if part, class, ok := strings.Cut(w, ":"); ok {
				a.part, w = part, class
			}
			a.class = x.mask(w)
			q.asks = append(q.asks, a)
		}
		out = append(out, q)
	}
	return out
})
