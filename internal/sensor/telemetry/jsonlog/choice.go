package jsonlog

import (
	"bytes"
	"slices"
)

// choice guesses the edge of a state by one byte of the text, or by several, one
// after the other. A guess is always compared, so it changes what is fast and
// never what is accepted.
type choice struct {
	at    int        // which byte of the text
	kid   [256]uint8 // by that byte, which of the edges
	edges []*edge    // the guesses; those of kind isGuess lead to another choice
}

// maxGuesses bounds how many bytes are looked at, one after the other.
const maxGuesses = 3

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
	// Where a bare value's text may go on to a string, only comparing in this
	// order tells them apart: no guess at it.
	plain := slices.DeleteFunc(slices.Clone(st.edges), func(e *edge) bool { return e.kind == '0' && e.leadsElsewhere(st.edges) })
	st.first = *mostVisited(plain)
	if st.first.visits*8 < visits(plain)*7 {
		st.first = *guessAmong(plain, maxGuesses)
	}
}

// leadsElsewhere reports whether another text begins with the edge's and goes on
// where a bare value cannot begin.
func (e *edge) leadsElsewhere(edges []*edge) bool {
	return slices.ContainsFunc(edges, func(o *edge) bool {
		return o.size > e.size && bytes.HasPrefix(o.text, e.text) && notBare[o.text[e.size]]
	})
}

// visits is how many lines took one of the edges.
func visits(edges []*edge) (n int) {
	for _, e := range edges {
		n += e.visits
	}
	return n
}

// guessAmong returns the edge most often taken, or one that stands for a choice
// by a byte in which the others differ from it.
func guessAmong(edges []*edge, depth int) *edge {
	best, right := -1, 0
	for at := range shortest(edges) {
		if n := foundAt(edges, at); n > right {
			best, right = at, n
		}
	}
	most := mostVisited(edges)
	if depth == 0 || right <= most.visits {
		return most
	}
	parts := map[byte][]*edge{}
	var short []*edge
	for _, e := range edges {
		if int(e.size) > best {
			parts[e.text[best]] = append(parts[e.text[best]], e)
		} else {
			short = append(short, e)
		}
	}
	if len(short) == 0 {
		short = edges
	}
	c := &choice{at: best, edges: []*edge{mostVisited(short)}}
	for b := range 256 {
		if part := parts[byte(b)]; part != nil && len(c.edges) < 256 {
			c.kid[b] = uint8(len(c.edges))
			c.edges = append(c.edges, guessAmong(part, depth-1))
		}
	}
	return &edge{kind: isGuess, tally: &tally{choice: c}}
}

func mostVisited(edges []*edge) *edge {
	return slices.MaxFunc(edges, func(a, b *edge) int { return a.visits - b.visits })
}

// shortest is how much of the text all edges have that matter: those taken often,
// and not the beginning of another's.
func shortest(edges []*edge) int {
	all, n := visits(edges), window
	for _, e := range edges {
		if e.visits*50 >= all && !slices.ContainsFunc(edges, func(o *edge) bool { return o != e && bytes.HasPrefix(o.text, e.text) }) {
			n = min(n, int(e.size))
		}
	}
	return n
}

// foundAt is how many visits would find their edge if each byte at at stood for
// the edge most often taken with it.
func foundAt(edges []*edge, at int) (n int) {
	var most [256]int
	for _, e := range edges {
		if int(e.size) > at {
			b := e.text[at]
			most[b] = max(most[b], e.visits)
		}
	}
	for b := range most {
		n += most[b]
	}
	return n
}
