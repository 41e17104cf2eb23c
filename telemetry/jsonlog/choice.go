package jsonlog

import (
	"bytes"
	"slices"
)

// choice guesses the edge of a state by one byte of the text. A guess is always
// compared, so it changes what is fast and never what is accepted.
type choice struct {
	at    int        // which byte of the text
	kid   [256]uint8 // by that byte, which of the edges
	edges []*edge    // in the order in which they are compared where the guess is wrong
}

// arrange puts the edges of a state into the order in which they are compared:
// those taken most often first, but a text that others begin with behind those,
// so that the longest one that fits is found. An edge that most lines take is
// tried without a guess.
func (st *state) arrange() {
	slices.SortStableFunc(st.edges, func(a, b *edge) int { return b.visits - a.visits })
	for i := 0; i < len(st.edges); i++ {
		e, last := st.edges[i], i
		for j := i + 1; j < len(st.edges); j++ {
			if len(st.edges[j].text) > len(e.text) && bytes.HasPrefix(st.edges[j].text, e.text) {
				last = j
			}
		}
		if last > i {
			copy(st.edges[i:], st.edges[i+1:last+1])
			st.edges[last] = e
			i--
		}
	}
	all, most := 0, st.edges[0]
	for _, e := range st.edges {
		all += e.visits
		if e.visits > most.visits {
			most = e
		}
	}
	st.first = *most
	st.choice = nil
	if most.visits*8 < all*7 {
		st.first = guess
		st.choice = choose(st.edges)
	}
}

// choose returns the choice among edges: by the byte that guesses right most
// often, for the lines that were watched.
func choose(edges []*edge) *choice {
	c := &choice{edges: edges}
	best := -1
	for at := range inline {
		var kid [256]uint8
		if n := guesses(edges, at, &kid); n > best {
			c.at, c.kid, best = at, kid, n
		}
	}
	return c
}

// guesses fills kid in for the byte at at, and counts the visits of the edges
// that it then finds. Texts that end before that byte are guessed where no
// other text has it.
func guesses(edges []*edge, at int, kid *[256]uint8) (right int) {
	var taken [256]bool
	short := -1
	for i, e := range edges[:min(len(edges), 256)] {
		if int(e.inWords) <= at {
			if short < 0 || e.visits > edges[short].visits {
				short = i
			}
			continue
		}
		b := e.text[at]
		if !taken[b] || e.visits > edges[kid[b]].visits {
			taken[b], kid[b] = true, uint8(i)
		}
	}
	for b := range taken {
		if taken[b] {
			right += edges[kid[b]].visits
		} else if short >= 0 {
			kid[b] = uint8(short)
		}
	}
	if short >= 0 {
		right += edges[short].visits
	}
	return right
}
