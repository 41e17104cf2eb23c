package telemetry

import (
	"encoding/binary"
	"math/bits"
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

// quickTime reports whether ParseTime accepts the text. It knows the forms that
// sensors write by looking, and asks ParseTime about any other.
func quickTime(b []byte) bool {
	if quickStamp(b) || quickEpoch(b) {
		return true
	}
	_, err := ParseTime(string(b))
	return err == nil
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
	for i, c := range b {
		if i == 10 {
			if c != '.' || len(b) == 11 {
				return false
			}
		} else if c-'0' > 9 {
			return false
		}
	}
	return true
}

// addAddr adds an address, or reports false where only ParseAddr can tell.
func (b *Batch) addAddr(text []byte, event uint32) bool {
	if a, ok := quickV4(text); ok {
		b.V4 = append(b.V4, V4{a, event})
		return true
	}
	hi, lo, ok := quickV6(text)
	if !ok {
		return false
	}
	if hi == 0 && lo>>32 == 0xffff {
		b.V4 = append(b.V4, V4{uint32(lo), event})
		return true
	}
	b.V6 = append(b.V6, V6{hi, lo, event})
	return true
}

// quickV4 parses dotted decimal without leading zeros.
func quickV4(b []byte) (uint32, bool) {
	if len(b) < 7 || len(b) > 15 {
		return 0, false
	}
	var addr, octet uint32
	n, dots := 0, 0
	for _, c := range b {
		d := uint32(c) - '0'
		switch {
		case d <= 9:
			if n > 0 && octet == 0 {
				return 0, false
			}
			octet = octet*10 + d
			n++
			if octet > 255 {
				return 0, false
			}
		case c == '.' && n > 0:
			addr = addr<<8 | octet
			octet, n = 0, 0
			dots++
		default:
			return 0, false
		}
	}
	if dots != 3 || n == 0 {
		return 0, false
	}
	return addr<<8 | octet, true
}

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

// TextEnd returns where the first byte stands in data, from on, that ends or
// complicates a JSON string: a quote, a backslash, a control character or a
// byte outside ASCII; -1 if data ends before it could be told.
func TextEnd(data []byte, from int) int {
	for ; from+8 <= len(data); from += 8 {
		w := load(data[from:])
		q, s := w^0x22*ones, w^0x5c*ones
		if m := ((q-ones)&^q | (s-ones)&^s | (w - 0x20*ones) | w) & highs; m != 0 {
			return from + bits.TrailingZeros64(m)>>3
		}
	}
	return -1
}
