package jsonlog

import (
	"bytes"
	"slices"
)

// choice narrows the edges of a state down by the byte of the text in which they
// differ most, so that few of them have to be compared. It changes which edges
// are compared and never their order: those left out could not have matched.
type choice struct {
	at    int        // which byte of the text decides
	kid   [256]uint8 // by that byte; 0 where no edge has it
	kids  []*choice  // none where there is nothing to decide
	edges []*edge    // to be compared in this order
}

// maxChoices bounds how many bytes decide, one after the other.
const maxChoices = 4

// arrange puts the edges of a state into the order in which they are compared:
// those taken most often first, but a text that others begin with behind those,
// so that the longest one that fits is found. An edge that nearly every line
// takes is tried before any choice is made.
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
	all := 0
	for _, e := range st.edges {
		all += e.visits
	}
	st.first = none
	if e := st.edges[0]; e.visits*4 >= all*3 && e.size <= inline {
		st.first = *e
	}
	st.choice = choose(st.edges, maxChoices)
}

// choose returns the choice among edges: the byte after which the fewest have to
// be compared, counted over the lines that were watched, and the same again for
// those it leaves.
func choose(edges []*edge, depth int) *choice {
	c := &choice{edges: edges}
	if depth == 0 || len(edges) < 2 {
		return c
	}
	best, least := -1, tries(edges, func(*edge) bool { return true })
	for at := range inline {
		n := 0
		for i, e := range edges {
			if int(e.inWords) > at && slices.IndexFunc(edges, func(o *edge) bool { return int(o.inWords) > at && o.text[at] == e.text[at] }) == i {
				n += tries(edges, func(o *edge) bool { return int(o.inWords) <= at || o.text[at] == e.text[at] })
			}
		}
		if n > 0 && n < least {
			best, least = at, n
		}
	}
	if best < 0 {
		return c
	}
	c.at, c.edges = best, nil
	for i, left := range split(edges, best) {
		for _, e := range left {
			if int(e.inWords) > best {
				c.kid[e.text[best]] = uint8(i)
			}
		}
		c.kids = append(c.kids, choose(left, depth-1))
	}
	return c
}

// tries is how many of the edges of a part had to be compared if all lines that
// took one of them came again; one more line for each, so that those never
// taken count.
func tries(edges []*edge, part func(*edge) bool) (n int) {
	place := 0
	for _, e := range edges {
		if part(e) {
			place++
			n += place * (e.visits + 1)
		}
	}
	return n
}

// split sorts edges by their byte at at. Those too short to have one go with
// every byte, and the first part is for the bytes that no edge has.
func split(edges []*edge, at int) [][]*edge {
	parts := [][]*edge{nil}
	var part [256]uint8
	for _, e := range edges {
		switch {
		case int(e.inWords) <= at:
			for i := range parts {
				parts[i] = append(parts[i], e)
			}
			continue
		case part[e.text[at]] == 0:
			part[e.text[at]] = uint8(len(parts))
			parts = append(parts, slices.Clone(parts[0]))
		}
		i := part[e.text[at]]
		parts[i] = append(parts[i], e)
	}
	return parts
}
