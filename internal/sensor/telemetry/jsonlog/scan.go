package jsonlog

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
	"unsafe"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// maxValues is how many mapped values of a line the fast path holds; a line
// with more is read by the exact path.
const maxValues = 32

// scanner is the fast path of a JSON log for one goroutine.
type scanner struct {
	schema   *Schema
	hasUnset bool
	stops    []uint64 // of the data, as far as known; see telemetry.Stops
	known    int
	root     state
	edges    int
	watched  int // lines watched so far, up to watchLines
	values   [maxValues]telemetry.Raw
	found    []scalar // scratch of learn
	seen     []bool   // scratch of learn
	stopped  *state   // where the tree ended for the last line that it did not know
	at       int      // ... and at which byte of the data
}

// Scanner returns the fast path.
func (s *Schema) Scanner() telemetry.Scanner {
	if !s.opt.Clock.IsZero() {
		return telemetry.ExactOnly() // only the clock tells a time
	}
	return &scanner{root: state{first: nothing}, schema: s, hasUnset: len(s.opt.Unset) > 0, seen: make([]bool, len(s.opt.Fields))}
}

// Scan reads lines into b.
func (s *scanner) Scan(data []byte, b *telemetry.Batch) int {
	b.Reset(data)
	s.known = 0
	if n := (len(data)+reach)/64 + 2; n > len(s.stops) {
		s.stops = make([]uint64, n)
	}
	// Looking a little beyond the last line saves a check for each value; what
	// is found there never counts.
	ahead := data[:min(len(data)+reach, cap(data))]
	at := 0
	for at < len(data) && !b.Full() {
		if data[at] == '\n' {
			b.AddBlank()
			at++
			continue
		}
		end, n, verdict := s.line(ahead, at)
		if verdict == fits && end <= len(data) {
			if s.watched < watchLines {
				s.watch(ahead, at)
			}
			b.Add(at, s.values[:n])
			at = end
			continue
		}
		b.AddExact(at)
		line := data[at:]
		if i := bytes.IndexByte(line, '\n'); i >= 0 {
			line = line[:i+1]
		}
		if verdict == unknown {
			text := bytes.TrimRight(line, "\r\n")
			s.learn(text, line[len(text):], s.stopped, s.at-at)
		}
		at += len(line)
	}
	return at
}

// verdict of a line.
type verdict byte

const (
	fits    verdict = iota
	unknown         // no layout fits
	closer          // a layout fits as far as it goes, but a value needs the exact path
)

// line runs one line down the tree. It returns where the next line begins and
// how many values it kept.
//
// This loop is most of the work of reading a log, and is written for it: no
// calls on the way that nearly every value takes.
func (s *scanner) line(data []byte, at int) (end, n int, v verdict) {
	st := &s.root
	for {
		if at+reach > s.known && !s.look(data, at) {
			return 0, 0, closer
		}
		p := view(data, at)
		e := &st.first
		for e.kind == isGuess {
			c := e.choice
			e = c.edges[c.kid[p[c.at&(window-1)]]]
		}
		m := &masks[e.inWords&(2*inline-1)]
		if (word(p, 0)^e.words[0])&m[0]|(word(p, 8)^e.words[1])&m[1] != 0 ||
			e.inWords > 16 && (word(p, 16)^e.words[2])&m[2]|(word(p, 24)^e.words[3])&m[3] != 0 ||
			e.size > inline && !e.goesOn(data, at) {
			if e = st.find(p, data, at); e == nil {
				s.stopped, s.at = st, at
				return 0, 0, unknown
			}
		}
		from := at + int(e.size)
		p = view(data, from)
		switch e.kind {
		case 0:
			return from, n, fits
		case '"':
			i, shift := from>>6, from&63
			if m := s.stops[i]>>shift | s.stops[i+1]<<1<<(63-shift); m != 0 {
				at = from + bits.TrailingZeros64(m)
			} else if at = s.textEnd(data, from); at < 0 {
				return 0, 0, closer
			}
			if data[at] != '"' {
				if e.role != telemetry.NoRole {
					return 0, 0, closer
				}
				if at = stringEnd(data, from, at); at < 0 {
					return 0, 0, closer
				}
			}
		default:
			w := word(p, 0)
			k := bits.TrailingZeros64(notDigits(w)) >> 3 // 8 if there are that many
			if c := p[k]; k > 0 && (c == ',' || c == '}') && (byte(w) != '0' || k == 1) {
				at = from + k
			} else if k = bareLen(p, data, from); k > 0 {
				at = from + k
			} else if notBare[p[0]] { // after the same text, another kind of value
				s.stopped, s.at = st, at
				return 0, 0, unknown
			} else {
				return 0, 0, closer
			}
		}
		st = e.next
		if e.role == telemetry.NoRole {
			continue
		}
		if keep, ok := s.keeps(e, data, from, at); !ok || n == maxValues {
			return 0, 0, closer
		} else if !keep {
			continue
		}
		s.values[n] = telemetry.Raw{From: uint32(from), To: uint32(at), Role: e.role}
		n++
	}
}

// look makes the stops known as far as an edge and the value behind it may reach
// from at on, and beyond where there is more; false if data ends before that.
func (s *scanner) look(data []byte, at int) bool {
	for at+reach > s.known && s.more(data) {
	}
	return at+reach <= s.known
}

// more makes more stops known; false at the end of data.
func (s *scanner) more(data []byte) bool {
	if s.known == len(data) {
		return false
	}
	to := min(s.known+lookAhead, len(data))
	telemetry.Stops(s.stops[s.known>>6:], data[s.known:to], '"', '\\')
	s.known = to
	return true
}

// lookAhead is for how many bytes stops are looked for at a time; it is a
// multiple of 64.
const lookAhead = 4096

// keeps says whether data[from:at] is kept as the value of an edge with a role;
// ok is false where the exact path must judge it.
func (s *scanner) keeps(e *edge, data []byte, from, at int) (keep, ok bool) {
	if e.kind == '0' {
		if keep, ok = e.bare(data[from]); !keep || !ok {
			return keep, ok
		}
	}
	return !s.hasUnset || !s.unset(data[from:at]), true
}

// view is data from at on, of which window bytes must be there.
func view(data []byte, at int) *[window]byte {
	return (*[window]byte)(unsafe.Add(unsafe.Pointer(unsafe.SliceData(data)), at))
}

// word is the eight bytes of p from i on.
func word(p *[window]byte, i int) uint64 { return binary.LittleEndian.Uint64(p[i:]) }

// begins reports whether p begins with what of the edge's text stands in words.
func (e *edge) begins(p *[window]byte) bool {
	m := &masks[e.inWords&(2*inline-1)]
	return (word(p, 0)^e.words[0])&m[0]|(word(p, 8)^e.words[1])&m[1] == 0 &&
		(e.inWords <= 16 || (word(p, 16)^e.words[2])&m[2]|(word(p, 24)^e.words[3])&m[3] == 0)
}

// goesOn reports whether data at at goes on with the rest of a long text, behind
// what stands in words.
func (e *edge) goesOn(data []byte, at int) bool {
	text := e.text
	if len(text) == 0 {
		return false
	}
	here := data[at : at+len(text)]
	for i := inline; i+8 <= len(text); i += 8 {
		if binary.LittleEndian.Uint64(here[i:]) != binary.LittleEndian.Uint64(text[i:]) {
			return false
		}
	}
	last := len(text) - 8
	return binary.LittleEndian.Uint64(here[last:]) == binary.LittleEndian.Uint64(text[last:])
}

// find returns the edge that data goes on with at at, or nil; p is data at at.
func (st *state) find(p *[window]byte, data []byte, at int) *edge {
	for _, e := range st.edges {
		if e.begins(p) && (e.size <= inline || e.goesOn(data, at)) {
			return e
		}
	}
	return nil
}

// textEnd returns where the first byte stands in data, from at on, that ends or
// complicates a string: a quote, a backslash, a control character or a byte
// outside ASCII; -1 if data ends before it could be told.
func (s *scanner) textEnd(data []byte, at int) int {
	i := at >> 6
	m := s.stops[i] >> (at & 63) << (at & 63)
	for m == 0 {
		if i++; i<<6 >= s.known && !s.more(data) {
			return -1
		}
		m = s.stops[i]
	}
	if at = i<<6 + bits.TrailingZeros64(m); at >= s.known {
		return -1
	}
	return at
}

// bare says whether a bare value that begins with c is kept as a value of the
// edge's role; ok is false where the exact path must judge it.
func (e *edge) bare(c byte) (keep, ok bool) {
	switch c {
	case 'n':
		return false, true
	case 't', 'f':
		return false, false
	}
	return e.number, e.number
}

// Bytes repeated in a word.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// notBare are the bytes with which other values than numbers and words begin.
var notBare = [256]bool{'"': true, '{': true, '[': true}

// bareLen is the length of the number, true, false or null at at; 0 if there is
// none, or if it stands too near the end of data to tell. What follows it is for
// the next edge to check. p is data at at.
func bareLen(p *[window]byte, data []byte, at int) int {
	w := word(p, 0)
	n := 0
	m := notDigits(w)
	if m == 0 {
		n, m = 8, notDigits(word(p, 8))
		if m == 0 {
			n, m = 16, notDigits(word(p, 16))|1<<63
		}
	}
	n += bits.TrailingZeros64(m) >> 3
	if c := p[n&(window-1)]; n > 0 && (byte(w) != '0' || n == 1) && (c == ',' || c == '}' || c == ']') {
		return n
	}
	if uint32(w) == trueWord {
		return 4
	}
	if n := numberLen(data[at:]); n > 0 {
		return n
	}
	return wordLen(data[at:])
}

const trueWord = 't' | 'r'<<8 | 'u'<<16 | 'e'<<24

// notDigits has the high bit set in the lowest byte of w that is no digit, and
// in no byte before it.
func notDigits(w uint64) uint64 { return ((w ^ 0x30*ones) + 0x76*ones | w) & highs }

// stringEnd finds the closing quote of a string that began at from and has a
// byte at at that needs care; -1 if the string is not valid.
func stringEnd(data []byte, from, at int) int {
	high := false
	for at < len(data) {
		switch c := data[at]; {
		case c == '"':
			if high && !utf8.Valid(data[from:at]) {
				return -1
			}
			return at
		case c == '\\':
			n := escapeLen(data[at:])
			if n == 0 {
				return -1
			}
			at += n
		case c < 0x20:
			return -1
		default:
			high = high || c >= 0x80
			at++
		}
	}
	return -1
}

func (s *scanner) unset(text []byte) bool {
	for _, u := range s.schema.opt.Unset {
		if u == string(text) {
			return true
		}
	}
	return false
}
