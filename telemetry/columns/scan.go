package columns

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/cahoots-project/cahoots/telemetry"
)

// Limits of the fast path; lines beyond them are read by the exact path.
const (
	maxColumns = 64
	maxValues  = 24
)

// scanner is the fast path: it finds the separators of a line eight bytes at a
// time. Lines with anything but separators and printable ASCII go to the exact
// path, and so do values that need more than to be cut out.
type scanner struct {
	opt    *Options
	want   int // columns that a line must have
	mapped []mapped
	last   int // the last mapped column
	ends   [maxColumns]uint32
	values [maxValues]telemetry.Raw
	header [256]bool // bytes with which header lines begin
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
	if sc.last > maxColumns-16 || len(sc.mapped) > maxValues || len(sc.mapped) == 0 || s.opt.Time != nil ||
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
		if n, ok := s.pick(data, at, columns); ok {
			b.Add(at, s.values[:n])
		} else {
			b.AddExact(at)
		}
		at = end
	}
	return at
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// zeros has the high bit set in every byte of x that is 0.
func zeros(x uint64) uint64 { return ^((x&^highs + ^uint64(highs)) | x) & highs }

// cut notes where the columns of the line at at end, as far as mapped columns
// go. It returns their number and where the next line begins, or -1 where the
// line is for the exact path.
func (s *scanner) cut(data []byte, at int) (columns, end int) {
	size := bytes.IndexByte(data[at:], '\n')
	if size < 0 || len(data)-at < size+8 {
		return 0, -1
	}
	end = at + size
	sep, escape := uint64(s.opt.Separator)*ones, uint64('\\')*ones
	if s.opt.Quoted {
		escape = '"' * ones
	}
	for ; at < end; at += 8 {
		w := binary.LittleEndian.Uint64(data[at:])
		seps, x := zeros(w^sep), w^escape
		// Control characters, bytes outside ASCII and escapes. The last test
		// may be wrong behind an escape, which is as good.
		other := (^((w|highs)-0x20*ones)|w)&highs&^seps | (x-ones)&^x&highs
		if left := end - at; left < 8 {
			in := uint64(1)<<(8*left) - 1
			seps, other = seps&in, other&in
		}
		if other != 0 {
			return 0, -1
		}
		if columns > s.last {
			columns += bits.OnesCount64(seps)
			continue
		}
		for ; seps != 0; seps &= seps - 1 {
			s.ends[columns&(maxColumns-1)] = uint32(at + bits.TrailingZeros64(seps)>>3)
			columns++
		}
	}
	if columns < maxColumns {
		s.ends[columns] = uint32(end)
	}
	return columns + 1, end + 1
}

// pick gathers the values of the mapped columns; ok is false where the exact
// path is needed.
func (s *scanner) pick(data []byte, at, columns int) (n int, ok bool) {
	if columns < s.want || columns > s.want && !s.opt.Loose {
		return 0, false
	}
	for i := range s.mapped {
		m := &s.mapped[i]
		if m.column >= columns {
			continue
		}
		from := uint32(at)
		if m.column > 0 {
			from = s.ends[m.column-1] + 1
		}
		if from > s.ends[m.column] {
			return 0, false
		}
		value := data[from:s.ends[m.column]]
		if len(value) == 0 || s.unset(value) {
			continue
		}
		if m.set != 0 && bytes.IndexByte(value, m.set) >= 0 {
			return 0, false
		}
		s.values[n] = telemetry.Raw{From: from, To: s.ends[m.column], Role: m.role}
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
