package jsonlog

import (
	"bytes"
	"encoding/binary"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// A layout is everything in a line that is not a scalar value: keys, brackets,
// punctuation, white space. Layouts that were parsed strictly once form a tree;
// a line that runs down the tree from its first byte to its last, with a valid
// scalar wherever a layout has one, is for that reason valid JSON of the same
// structure, and its values stand where the layout says.
//
// state is a place in that tree behind a value: the edges that lead on from it.
//
// Running down the tree follows one pointer after the other, so what that needs
// of the edge that is tried first stands together in one line of the cache.
type state struct {
	first edge // a copy of the edge that nearly every line takes, or a choice
	edges []*edge
	_     [40]byte // keeps states aligned to 64 bytes
}

// edge is the text up to the next value, or to the end of the line. The first
// inline bytes of the text stand in words, so that they are compared without a
// branch.
type edge struct {
	words   [inline / 8]uint64
	next    *state
	size    int32 // of the text
	inWords uint8 // how much of it stands in words
	kind    byte  // '"' a string, '0' a bare scalar, 0 the end of the line
	role    telemetry.Role
	number  bool // a bare value in this role may be a number
	*tally       // what is not needed for every line
}

// isGuess is the kind of the edge that stands for a choice.
const isGuess = '?'

// nothing is an edge that no text takes: it claims to go on behind its words, and
// goesOn says that it does not.
var nothing = edge{size: inline + 1, tally: &tally{}}

// masks says which bytes of an edge's words count, by how many there are.
var masks = func() (m [2 * inline][inline / 8]uint64) {
	for n := range inline + 1 {
		for i := range n {
			m[n][i/8] |= 0xff << (i % 8 * 8)
		}
	}
	return m
}()

// inline is how much of an edge's text stands in words.
const inline = 32

// window is how many bytes from one place on are looked at without asking whether
// they are there.
const window = 64

// Limits of a tree. Lines beyond them are read by the exact path.
const (
	maxEdges  = 1 << 15 // in a tree
	maxBranch = 64      // in a state
	maxText   = 224     // of an edge
)

// reach is how much must be there from the beginning of an edge on: its text, and
// of the value behind it what two words of stops tell, the second of them whole.
const reach = maxText + 128

func newEdge(text []byte, kind byte, next *state) *edge {
	e := &edge{size: int32(len(text)), kind: kind, next: next, tally: &tally{text: bytes.Clone(text)}}
	var head [inline]byte
	e.inWords = uint8(copy(head[:], text))
	for i := range e.words {
		e.words[i] = binary.LittleEndian.Uint64(head[8*i:])
	}
	return e
}

// scalar is a value that learning met, with its slot.
type scalar struct {
	value
	slot int
}

// learn adds the layout of a line, given with its line end, to the tree from
// the state and place where the tree ended. Lines that are no JSON object, and
// layouts that hold a mapped key twice, are not learned: the exact path decides
// about them.
func (s *scanner) learn(line, ending []byte, st *state, at int) {
	if s.edges >= maxEdges {
		return
	}
	s.found = s.found[:0]
	clear(s.seen)
	twice := false
	p := parser{
		line: line,
		each: func(slot int, v value) { s.found = append(s.found, scalar{v, slot}) },
		visit: func(slot int, inArray bool, _ value) {
			twice = twice || s.seen[slot] && !inArray
			s.seen[slot] = true
		},
	}
	if p.object(s.schema.root) != nil || twice {
		return
	}
	for _, v := range s.found {
		if v.from < at {
			continue
		}
		if st = s.grow(st, line[at:v.from], v); st == nil {
			return
		}
		at = v.to
	}
	if len(ending) == 0 {
		ending = []byte("\n")
	}
	s.grow(st, append(bytes.Clone(line[at:]), ending...), scalar{slot: -1})
}

// grow returns the state behind text and a value, adding it where it is new;
// nil where the tree is full.
func (s *scanner) grow(st *state, text []byte, v scalar) *state {
	kind := v.kind
	if kind != 0 && kind != '"' {
		kind = '0'
	}
	for _, e := range st.edges {
		if e.kind == kind && bytes.Equal(e.text, text) {
			return e.next
		}
	}
	if len(text) > maxText || len(st.edges) >= maxBranch || s.edges >= maxEdges {
		return nil
	}
	e := newEdge(text, kind, &state{first: nothing})
	if v.slot >= 0 {
		f := s.schema.opt.Fields[v.slot]
		if f.Role.Matchable() || f.Role == telemetry.RoleTime { // else any value will do
			e.role, e.number = f.Role, f.Number
		}
	}
	st.edges = append(st.edges, e)
	st.arrange()
	s.edges++
	return e.next
}
