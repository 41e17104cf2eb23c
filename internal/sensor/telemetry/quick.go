package telemetry

import (
	"encoding/binary"
	"math/bits"
	"time"
)

// Bytes repeated in a word, for looking at eight characters at a time.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

func load(b []byte) uint64 { return binary.LittleEndian.Uint64(b) }

// notDigits has the high bit set in every byte of w that is no ASCII digit.
// The bytes of w must be below 0x80.
func notDigits(w uint64) uint64 {
	return ((w ^ 0x30*ones) + 0x76*ones) & highs
}

// stamp is the last time of a log: its minute, and how it was written where it was with
// six decimals and a zone of four digits (2024-05-01T12:00:00.000000+0000), or in
// seconds since 1970. The next one is mostly of the same minute.
type stamp struct {
	minute  [2]uint64 // the first 16 bytes
	zone    uint64    // the last 8, without the decimals among them
	digits  uint64    // the first eight of ten digits
	hundred int64     // their slot
	at      int64     // the slot, see [Slot]
}

// slotSeconds is how exactly it is known when a log begins and ends: whole minutes, and
// whole hundreds of seconds, which is as far as times need be read for it.
const slotSeconds = 300

// Slot is the five minutes, counted from 1970, that a time is in.
func Slot(t time.Time) int64 { return t.Unix() / slotSeconds }

// SlotTime is when a slot begins.
func SlotTime(n int64) time.Time { return time.Unix(n*slotSeconds, 0).UTC() }

// same reports whether b is a time of the same minute in the same form.
func (s *stamp) same(b []byte) bool {
	if len(b) != 31 {
		return false
	}
	w2, w3 := load(b[16:]), load(b[23:]) // ":SS.ffff" "fff+0000"
	if load(b) != s.minute[0] || load(b[8:]) != s.minute[1] || w3&^0xffffff != s.zone || w2&0xff0000ff != ':'|'.'<<24 {
		return false
	}
	return notDigits(w2)&0x8080808000808000|notDigits(w3&0xffffff|0x30303030<<24)&0x808080 == 0 && (w2|w3)&highs == 0 && w2>>8&0xff <= '5'
}

// read reads a time, or reports false where ParseTime takes it for none. It knows the
// forms that sensors write by looking, and asks ParseTime about any other.
func (s *stamp) read(b []byte) bool {
	if quickEpoch(b) {
		if w := load(b); w != s.digits { // hundreds of seconds
			s.digits, s.hundred = w, eight(w)*100/slotSeconds
		}
		s.at, s.minute[0] = s.hundred, 0
		return true
	}
	if quickStamp(b) {
		s.at, s.minute[0] = minuteOf(b)*60/slotSeconds, 0
		if len(b) == 31 {
			s.minute, s.zone = [2]uint64{load(b), load(b[8:])}, load(b[23:])&^0xffffff
		}
		return true
	}
	t, err := ParseTime(string(b))
	if err != nil {
		return false
	}
	s.at, s.minute[0] = Slot(t), 0
	return true
}

// eight is the number that eight ASCII digits write.
func eight(w uint64) int64 {
	w = w & (0x0f * ones) * (1 + 10<<8) >> 8 // of two digits each
	w = w & 0x00ff00ff00ff00ff * (1 + 100<<16) >> 16
	return int64(w & 0x0000ffff0000ffff * (1 + 10000<<32) >> 32)
}

// minuteOf is the minute, from 1970, of a time that quickStamp recognised.
func minuteOf(b []byte) int64 {
	number := func(i int) int64 { return int64(b[i]-'0')*10 + int64(b[i+1]-'0') }
	year, month := 2000+number(2), number(5)
	if month <= 2 { // the year begins in March, so that its last day is the one that leaps
		year, month = year-1, month+12
	}
	const to1970 = 719469 // days from 1 March of the year 0, less one
	days := year*365 + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + number(8) - to1970
	minute := days*24*60 + number(11)*60 + number(14)
	if n := len(b) - 5; b[n] == '+' || b[n] == '-' {
		zone := number(n+1)*60 + number(n+3)
		if b[n] == '+' {
			zone = -zone
		}
		minute += zone
	}
	return minute
}

// quickStamp recognises 2024-05-01T12:00:00, with or without a fraction, and
// with no zone, Z or +hhmm behind it. Day 29 of February is left to ParseTime.
func quickStamp(b []byte) bool {
	if len(b) < 24 {
		return false
	}
	w0, w1, w2 := load(b), load(b[8:]), load(b[16:]) // "2024-05-" "01T12:00" ":00.1234"
	if (w0|w1|w2)&highs != 0 || w0&(0xffff|0xff<<32|0xff<<56) != '2'|'0'<<8|'-'<<32|'-'<<56 ||
		w1&(0xff<<40) != ':'<<40 || w2&0xff0000ff != ':'|'.'<<24 {
		return false
	}
	if sep := byte(w1 >> 16); sep != 'T' && sep != ' ' {
		return false
	}
	if notDigits(w0)&0x0080800080800000|notDigits(w1)&0x8080008080008080|notDigits(w2)&0x8080808000808000 != 0 {
		return false
	}
	year, month, day := two(w0>>16), two(w0>>40), two(w1)
	if year >= 99 || month-1 >= 12 || day-1 >= monthDays[month&15] || two(w1>>24) >= 24 || two(w1>>48) >= 60 || two(w2>>8) >= 60 {
		return false
	}
	return quickZone(b[24:], byte(w1>>16) == 'T')
}

var monthDays = [16]uint32{1: 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// quickZone recognises the end of a time: up to five more decimals and a zone.
func quickZone(b []byte, t bool) bool {
	i := 0
	for i < len(b) && i < 5 && b[i]-'0' <= 9 {
		i++
	}
	b = b[i:]
	switch len(b) {
	case 0:
		return true
	case 1:
		return b[0] == 'Z'
	case 5: // +hhmm
		return t && (b[0] == '+' || b[0] == '-') && b[1]-'0' <= 9 && b[2]-'0' <= 9 && b[3]-'0' <= 5 && b[4]-'0' <= 9 &&
			(b[1]-'0')*10+b[2]-'0' < 15
	}
	return false
}

// two is the number that the two low bytes, ASCII digits, write.
func two(w uint64) uint32 {
	return uint32(w&15)*10 + uint32(w>>8&15)
}

// quickEpoch recognises seconds of 2001 to 2033 with up to nine decimals.
func quickEpoch(b []byte) bool {
	if len(b) < 10 || len(b) > 20 || b[0] != '1' {
		return false
	}
	if (notDigit(load(b))&highs != 0) || b[8]-'0' > 9 || b[9]-'0' > 9 {
		return false
	}
	if len(b) == 10 {
		return true
	}
	if b[10] != '.' || len(b) == 11 {
		return false
	}
	if len(b) == 17 { // six decimals, the commonest
		return notDigit(load(b[9:])^('.'^'0')<<8)&highs == 0
	}
	for _, c := range b[11:] {
		if c-'0' > 9 {
			return false
		}
	}
	return true
}

// addAddr adds the address Data[from:to], or reports false where only ParseAddr
// can tell.
func (b *Batch) addAddr(from, to uint32, event uint32) bool {
	if from >= 3 && int(from)+16 <= len(b.Data) && to-from <= 15 {
		if a, ok := vectorV4((*[19]byte)(b.Data[from-3:]), to-from); ok {
			b.V4 = append(b.V4, v4{a, event})
			return true
		}
	}
	hi, lo, ok := quickV6(b.Data[from:to])
	if !ok {
		return false
	}
	if hi == 0 && lo>>32 == 0xffff || hi == nat64 && lo>>32 == 0 {
		b.V4 = append(b.V4, v4{uint32(lo), event})
		return true
	}
	b.V6 = append(b.V6, v6{hi, lo, event})
	return true
}

// nat64 is the upper half of 64:ff9b::/96, see [Unmapped].
const nat64 = 0x0064ff9b << 32

// quickV4 parses dotted decimal without leading zeros: n bytes, at most 15, from
// p[3] on. It takes no branch on where the dots stand, which no processor could
// foresee.
func quickV4(p *[19]byte, n uint32) (uint32, bool) {
	d0, d1 := load(p[3:])^'.'*ones, load(p[11:])^'.'*ones
	// A slash behind a dot may pass for a dot too; no number stands between them.
	dots := gather((d0-ones)&^d0&highs) | gather((d1-ones)&^d1&highs)<<8
	dots &= 1<<n - 1
	if bits.OnesCount32(dots) != 3 {
		return 0, false
	}
	d := uint32(bits.TrailingZeros32(dots))
	e := uint32(bits.TrailingZeros32(dots & (dots - 1)))
	f := uint32(31 - bits.LeadingZeros32(dots))
	a, bad := octets(p, d, d, e-d-1, e)
	b, worse := octets(p, f-e-1, f, n-f-1, n)
	return a<<16 | b, bad|worse == 0
}

// octets is the two numbers that size bytes up to end (of p from 3 on) write,
// each; bad is not 0 where they are not one to three digits, begin with a 0 that
// says nothing, or write more than 255.
func octets(p *[19]byte, size0, end0, size1, end1 uint32) (v uint32, bad uint64) {
	o0, o1 := &octetSizes[size0&15], &octetSizes[size1&15]
	// The four bytes up to each end, as digits; of them the last size.
	w := uint64(binary.LittleEndian.Uint32(p[(end0-1)&15:])^0x30303030)&o0.digits |
		uint64(binary.LittleEndian.Uint32(p[(end1-1)&15:])^0x30303030)&o1.digits<<32
	const each = 0xff<<32 | 0xff
	n := w>>24&each + w>>16&each*10 + w>>8&each*100
	bad = (w+0x7676760076767600|w)&0x8080800080808000 | n>>8&(3<<32|3) | ^((n|1<<63|1<<31)-(o0.least|o1.least<<32))&(1<<63|1<<31)
	return uint32(n)<<8 | uint32(n>>32), bad
}

// octetSizes says, by the number of an octet's digits, which of the four bytes
// up to its end they are, and the least number that they may write.
var octetSizes = func() (t [16]struct{ digits, least uint64 }) {
	for i := range t {
		t[i].least = 1 << 30
	}
	t[1].digits, t[1].least = 0xff000000, 0
	t[2].digits, t[2].least = 0xffff0000, 10
	t[3].digits, t[3].least = 0xffffff00, 100
	return t
}()

// notDigit has the high bit set in every byte of w that is no ASCII digit.
func notDigit(w uint64) uint64 { return (w&^highs ^ 0x30*ones) + 0x76*ones | w }

// gather brings the high bits of the eight bytes of w together.
func gather(w uint64) uint32 { return uint32(w >> 7 * 0x0102040810204080 >> 56) }

// quickV6 parses an IPv6 address in hexadecimal groups; what ends in dotted
// decimal or has a zone is left to ParseAddr.
func quickV6(b []byte) (hi, lo uint64, ok bool) {
	if len(b) < 2 || len(b) > 39 {
		return 0, 0, false
	}
	var groups [8]uint64
	n, gap, i := 0, -1, 0
	if b[0] == ':' {
		if b[1] != ':' {
			return 0, 0, false
		}
		gap, i = 0, 2
	}
	for i < len(b) {
		var g uint64
		from := i
		for ; i < len(b) && i < from+4; i++ {
			d := hexValue[b[i]]
			if d > 15 {
				break
			}
			g = g<<4 | uint64(d)
		}
		if i == from || n == 8 {
			return 0, 0, false
		}
		groups[n] = g
		n++
		if i == len(b) {
			break
		}
		if b[i] != ':' || i+1 == len(b) {
			return 0, 0, false
		}
		i++
		if b[i] == ':' {
			if gap >= 0 {
				return 0, 0, false
			}
			gap = n
			i++
		}
	}
	if gap < 0 && n != 8 || gap >= 0 && n > 7 {
		return 0, 0, false
	}
	if gap >= 0 {
		shift := 8 - n
		for j := n - 1; j >= gap; j-- {
			groups[j+shift] = groups[j]
			groups[j] = 0
		}
	}
	return groups[0]<<48 | groups[1]<<32 | groups[2]<<16 | groups[3], groups[4]<<48 | groups[5]<<32 | groups[6]<<16 | groups[7], true
}

// hexValue is the value of a hexadecimal digit, 255 for anything else.
var hexValue = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := range byte(10) {
		t['0'+i] = i
	}
	for i := range byte(6) {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()
