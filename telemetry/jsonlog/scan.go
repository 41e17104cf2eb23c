package jsonlog

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"

	"github.com/cahoots-project/cahoots/telemetry"
)

// maxValues is how many mapped values of a line the fast path holds; a line
// with more is read by the exact path.
const maxValues = 32

// scanner is the fast path of a JSON log for one goroutine.
type scanner struct {
	schema  *Schema
	root    state
	edges   int
	watched int // lines watched so far, up to watchLines
	values  [maxValues]telemetry.Raw
	found   []scalar // scratch of learn
	seen    []bool   // scratch of learn
	stopped *state   // where the tree ended for the last line that it did not know
	at      int      // ... and at which byte of the data
}

// Scanner returns the fast path.
func (s *Schema) Scanner() telemetry.Scanner {
	return &scanner{schema: s, seen: make([]bool, len(s.opt.Fields))}
}

// Scan reads lines into b.
func (s *scanner) Scan(data []byte, b *telemetry.Batch) int {
	b.Reset(data)
	// Looking a little beyond the last line saves a check for each value; what
	// is found there never counts.
	ahead := data[:min(len(data)+window, cap(data))]
	at := 0
	for at < len(data) && !b.Full() {
		if data[at] == '\n' {
			b.AddBlank()
			at++
			continue
		}
		end, n, verdict := s.line(ahead, at)
		if verdict == fits && end <= len(data) {
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
func (s *scanner) line(data []byte, at int) (end, n int, v verdict) {
	watching := s.watched < watchLines
	if watching {
		if s.watched++; s.watched == watchLines {
			s.fold(&s.root)
		}
	}
	st := &s.root
	for {
		if at+window > len(data) {
			return 0, 0, closer
		}
		e := st.find(data, at)
		if e == nil {
			s.stopped, s.at = st, at
			return 0, 0, unknown
		}
		at += e.size
		from := at
		if at+16 > len(data) {
			return 0, 0, closer
		}
		switch e.kind {
		case 0:
			if watching {
				e.visits++
			}
			return at, n, fits
		case '"':
			if at = textEnd(data, at); at < 0 {
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
			n := bareLen(data, at)
			if n == 0 {
				return 0, 0, closer
			}
			at += n
		}
		if watching {
			e.watch(data[from:at])
		}
		if e.role != telemetry.NoRole {
			if e.kind == '0' {
				switch keep, ok := e.bare(data[from]); {
				case !ok:
					return 0, 0, closer
				case !keep:
					st = e.next
					continue
				}
			}
			if !s.unset(data[from:at]) {
				if n == maxValues {
					return 0, 0, closer
				}
				s.values[n] = telemetry.Raw{From: uint32(from), To: uint32(at), Role: e.role}
				n++
			}
		}
		st = e.next
	}
}

// find returns the edge that data goes on with at at, or nil.
func (st *state) find(data []byte, at int) *edge {
	p := (*[inline]byte)(data[at:])
	w0, w1 := binary.LittleEndian.Uint64(p[0:]), binary.LittleEndian.Uint64(p[8:])
	for _, e := range st.edges {
		if (w0^e.words[0])&e.masks[0]|(w1^e.words[1])&e.masks[1] != 0 {
			continue
		}
		if e.size > 16 {
			w2, w3 := binary.LittleEndian.Uint64(p[16:]), binary.LittleEndian.Uint64(p[24:])
			if (w2^e.words[2])&e.masks[2]|(w3^e.words[3])&e.masks[3] != 0 {
				continue
			}
			if e.size > inline && !bytes.HasPrefix(data[at+inline:], e.rest) {
				continue
			}
		}
		if e.kind == '0' && (at+e.size >= len(data) || notBare[data[at+e.size]]) {
			continue // the same text may lead to a string
		}
		return e
	}
	return nil
}

// textEnd returns where the first byte stands in data, from on, that ends or
// complicates a string: a quote, a backslash, a control character or a byte
// outside ASCII; -1 if data ends before it could be told. The first words, which
// hold most strings, are looked at here; the loop is for longer ones.
func textEnd(data []byte, from int) int {
	p := (*[16]byte)(data[from:])
	m := textStop(binary.LittleEndian.Uint64(p[:]))
	if m == 0 {
		from += 8
		if m = textStop(binary.LittleEndian.Uint64(p[8:])); m == 0 {
			return longEnd(data, from+8)
		}
	}
	return from + bits.TrailingZeros64(m)>>3
}

// bare says whether a bare value that begins with c is kept as a value of the
// edge's role; ok is false where the exact path must judge it.
func (e *edge) bare(c byte) (keep, ok bool) {
	switch c {
	case 'n':
		return false, true
	case 't', 'f':
		return false, e.boolean
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
// none, or if it stands too near the end of data to tell. What follows it is for the next
// edge to check.
func bareLen(data []byte, at int) int {
	if at+24 > len(data) {
		return 0
	}
	p := (*[24]byte)(data[at:])
	w := binary.LittleEndian.Uint64(p[:])
	n := 0
	m := notDigits(w)
	if m == 0 {
		n, m = 8, notDigits(binary.LittleEndian.Uint64(p[8:]))
		if m == 0 {
			n, m = 16, notDigits(binary.LittleEndian.Uint64(p[16:]))|1<<63
		}
	}
	n += bits.TrailingZeros64(m) >> 3
	if c := p[n]; n > 0 && (byte(w) != '0' || n == 1) && (c == ',' || c == '}' || c == ']') {
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

// longEnd is textEnd for what is left of a long string.
func longEnd(data []byte, from int) int {
	for ; from+8 <= len(data); from += 8 {
		if m := textStop(binary.LittleEndian.Uint64(data[from:])); m != 0 {
			return from + bits.TrailingZeros64(m)>>3
		}
	}
	return -1
}

// textStop has the high bit set in the lowest byte of w that is a quote, a
// backslash, a control character or no ASCII, and in no byte before it.
func textStop(w uint64) uint64 {
	q, s := w^0x22*ones, w^0x5c*ones
	return ((q-ones)&^q | (s-ones)&^s | (w - 0x20*ones) | w) & highs
}
