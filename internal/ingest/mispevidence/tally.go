package mispevidence

import (
	"fmt"
	"slices"
	"strings"
)

// A counter counts optional values that were not understood, with examples.
type counter map[string]*counted

type counted struct {
	n        int
	examples []string
}

func (c counter) add(what, example string) {
	k := c[what]
	if k == nil {
		k = &counted{}
		c[what] = k
	}
	if k.n++; len(k.examples) < 8 && !slices.Contains(k.examples, example) {
		k.examples = append(k.examples, example)
	}
}

// notes gives one sentence per kind, in alphabetical order.
func (c counter) notes() []string {
	var notes []string
	for what, k := range c {
		notes = append(notes, fmt.Sprintf("%s: %d, such as %s", what, k.n, strings.Join(k.examples, ", ")))
	}
	slices.Sort(notes)
	return notes
}
