package columns

import (
	"bytes"
	"math/bits"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Limits of the fast path; lines beyond them are read by the exact path.
const (
	maxColumns = 64
	maxValues  = 24
)

// scanner is the fast path: it finds the separators of many lines at once. Lines with anything but separators and printable ASCII go to the exact
// path, and so do values that need more than to be cut out.
type scanner struct {
	opt    *Options
	want   int // columns that a line must have
	mapped []mapped
	last   int      // the last mapped column
	seps   []uint64 // of the data, as far as known; see telemetry.Splits
	stops  []uint64
	known  int
	begins [maxColumns]uint32 // of the columns of a line, and of what follows the last
	values [maxValues]telemetry.Raw
	header [256]bool // bytes with which header lines begin
	first  [256]bool // bytes with which values begin that mean "no value"
}

// mapped is a column with a role.
type mapped struct {
	column int
	role   telemetry.Role
	set    byte
}

// Scanner returns the fast path.
func (s *Schema) Scanner() telemetry.Scanner {
	sc := &scanner{opt: &s.opt, want: s.columns()}
	for _, c := range []byte(s.opt.HeaderStart) {
		sc.header[c] = true
	}
	for _, u := range s.opt.Unset {
		if u != "" {
			sc.first[u[0]] = true
		}
	}
	for i, role := range s.opt.Roles {
		if !role.Matchable() && role != telemetry.RoleTime {
			continue // any value will do
		}
		m := mapped{column: i, role: role}
		if i < len(s.opt.Set) {
			m.set = s.opt.Set[i]
		}
		sc.mapped = append(sc.mapped, m)
		sc.last = i
	}
	if sc.last > maxColumns-16 || len(sc.mapped) > maxValues || len(sc.mapped) == 0 || !s.opt.Clock.IsZero() || s.opt.Long != "" ||
		s.opt.Separator == '\n' || s.opt.Header != nil && s.opt.HeaderStart == "" {
		return headerScanner{s}
	}
	return sc
}

// headerScanner hands every line to the exact path, and ends a batch behind
// each header line, because the schema may be another after it.
type headerScanner struct{ schema *Schema }

func (h headerScanner) Scan(data []byte, b *telemetry.Batch) int {
	b.Reset(data)
	at := 0
	for at < len(data) && !b.Full() {
		b.AddExact(at)
		line := telemetry.FirstLine(data[at:])
		at = lineEnd(data, at)
		if h.schema.opt.Header != nil && len(line) > 0 && h.schema.opt.Header(line) {
			break
		}
	}
	return at
}

// lineEnd is where the line behind the one at at begins.
func lineEnd(data []byte, at int) int {
	if i := bytes.IndexByte(data[at:], '\n'); i >= 0 {
		return at + i + 1
	}
	return len(data)
}

// Scan reads lines into b.
func (s *scanner) Scan(data []byte, b *telemetry.Batch) int {
	b.Reset(data)
	s.known = 0
	if n := len(data)/64 + 1; n > len(s.stops) {
		s.seps, s.stops = make([]uint64, n), make([]uint64, n)
	}
	at := 0
	for at < len(data) && !b.Full() {
		switch c := data[at]; {
		case c == '\n':
			b.AddBlank()
			at++
			continue
		case s.header[c] && s.opt.Header(telemetry.FirstLine(data[at:])):
			b.AddExact(at)
			return lineEnd(data, at)
		}
		columns, end := s.cut(data, at)
		if end < 0 {
			b.AddExact(at)
			at = lineEnd(data, at)
			continue
		}
		if n, ok := s.pick(data, columns); ok {
			b.Add(at, s.values[:n])
		} else {
			b.AddExact(at)
		}
		at = end
	}
	return at
}

// cut notes where the columns of the line at at begin, as far as mapped columns
// go. It returns their number and where the next line begins, or -1 where the
// line is for the exact path.
func (s *scanner) cut(data []byte, at int) (columns, end int) {
	s.begins[0] = uint32(at)
	last := at >> 6
	if at >= s.known && !s.look(data) {
		return 0, -1
	}
	from := ^uint64(0) << (at & 63)
	stops := s.stops[last] & from
	for stops == 0 {
		if last++; last<<6 >= s.known && !s.look(data) {
			return 0, -1
		}
		stops = s.stops[last]
	}
	end = last<<6 + bits.TrailingZeros64(stops)
	if data[end] != '\n' {
		return 0, -1
	}
	before := stops&-stops - 1 // in the last word, what stands before the end
	word := at >> 6
	seps := s.seps[word] & from
	for {
		if word == last {
			seps &= before
		}
		for ; seps != 0 && columns <= s.last; seps &= seps - 1 {
			columns++
			s.begins[columns&(maxColumns-1)] = uint32(word<<6+bits.TrailingZeros64(seps)) + 1
		}
		columns += bits.OnesCount64(seps)
		if word == last {
			break
		}
		word++
		seps = s.seps[word]
	}
	if columns++; columns < maxColumns {
		s.begins[columns] = uint32(end) + 1
	}
	return columns, end + 1
}

// look finds the separators and stops of more of the data; false if there is
// no more.
func (s *scanner) look(data []byte) bool {
	if s.known == len(data) {
		return false
	}
	escape := byte('\\')
	if s.opt.Quoted {
		escape = '"'
	}
	to := min(s.known+lookAhead, len(data))
	telemetry.Splits(s.seps[s.known>>6:], s.stops[s.known>>6:], data[s.known:to], s.opt.Separator, escape)
	s.known = to
	return true
}

// lookAhead is how much is looked through at a time; it is a multiple of 64.
const lookAhead = 4096

// pick gathers the values of the mapped columns; ok is false where the exact
// path is needed.
func (s *scanner) pick(data []byte, columns int) (n int, ok bool) {
	if columns < s.want || columns > s.want && !s.opt.Loose {
		return 0, false
	}
	for i := range s.mapped {
		m := &s.mapped[i]
		if m.column >= columns {
			continue
		}
		from, to := s.begins[m.column&(maxColumns-1)], s.begins[(m.column+1)&(maxColumns-1)]-1
		value := data[from:to]
		if len(value) == 0 || s.first[value[0]] && s.unset(value) {
			continue
		}
		for m.set != 0 {
			i := bytes.IndexByte(data[from:to], m.set)
			if i < 0 {
				break
			}
			if n >= maxValues-1 {
				return 0, false
			}
			if one := data[from : from+uint32(i)]; len(one) > 0 && !(s.first[one[0]] && s.unset(one)) {
				s.values[n] = telemetry.Raw{From: from, To: from + uint32(i), Role: m.role}
				n++
			}
			from += uint32(i) + 1
		}
		if value = data[from:to]; len(value) == 0 || s.first[value[0]] && s.unset(value) || n == maxValues {
			if n == maxValues {
				return 0, false
			}
			continue
		}
		s.values[n] = telemetry.Raw{From: from, To: to, Role: m.role}
		n++
	}
	return n, true
}

func (s *scanner) unset(value []byte) bool {
	for _, u := range s.opt.Unset {
		if u == string(value) {
			return true
		}
	}
	return false
}
