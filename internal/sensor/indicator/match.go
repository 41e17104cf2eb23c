package indicator

import (
	"encoding/hex"
	"net/netip"
	"slices"
	"strings"

	"github.com/cahoots-project/cahoots/internal/sensor/telemetry"
)

// Match returns the indicators in force at the event's time that the event
// shows, in the order of [Compare], each once.
func (s *Set) Match(e *telemetry.Event) []match {
	return slices.DeleteFunc(s.MatchAll(e), func(m match) bool { return m.Standing != InForce })
}

// MatchAll is Match with the indicators that are not, or no longer, valid at
// the event's time; their Standing says so.
func (s *Set) MatchAll(e *telemetry.Event) []match {
	f := finder{set: s, event: e}
	f.addr(Src, e.Src, "")
	f.addr(Dst, e.Dst, "")
	for _, d := range e.Domains {
		f.name(Name, d)
	}
	for _, u := range e.URLs {
		if s.kinds[kindURL] == 0 {
			break
		}
		f.key(Address, kindURL, []byte(urlKey(u)), u)
	}
	for _, h := range e.Hashes {
		if t, ok := hashKind(len(h)); ok {
			f.hash(FileHash, t, h)
		}
	}
	for _, h := range e.JA3 {
		f.hash(ClientJA3, kindJA3, h)
	}
	for _, h := range e.JA4 {
		f.key(ClientJA4, kindJA4, []byte(lowerASCII(h)), h)
	}
	for _, x := range e.Extra {
		f.extra(x)
	}
	slices.SortFunc(f.found, func(a, b match) int { return Compare(a.Indicator, b.Indicator) })
	return f.found
}

// hashKind is the kind of a hash of n hexadecimal digits.
func hashKind(n int) (kind, bool) {
	switch n {
	case 32:
		return kindMD5, true
	case 40:
		return kindSHA1, true
	case 64:
		return kindSHA256, true
	}
	return 0, false
}

// finder gathers the matches of one event.
type finder struct {
	set   *Set
	event *telemetry.Event
	found []match
	seen  []uint32 // rows
	buf   [32]byte
}

// addr looks an address up; text is what stood there, if not its own form.
func (f *finder) addr(field Field, a netip.Addr, text string) {
	if !a.IsValid() || !f.set.may(a) {
		return
	}
	if text == "" {
		text = a.String()
	}
	t := kindIPv4
	if !a.Is4() {
		t = kindIPv6
	}
	f.key(field, t, append(f.buf[:0], a.AsSlice()...), text)
	for bits := range a.BitLen() {
		if f.set.lengths[family(a)][bits] {
			p, _ := a.Prefix(bits)
			f.key(field, kindCIDR, appendPrefix(f.buf[:0], p), text)
		}
	}
}

// name looks a host up: the address that it is, or the name and every parent
// on label borders.
func (f *finder) name(field Field, text string) {
	name, addr := hostName(text)
	if addr.IsValid() {
		f.addr(field, addr, text)
		return
	}
	for {
		if f.set.names.may(hashName(name)) {
			f.key(field, kindDomain, []byte(name), text)
		}
		i := strings.IndexByte(name, '.')
		if i < 0 {
			return
		}
		name = name[i+1:]
	}
}

// extra looks a value up that came beside what was asked for.
func (f *finder) extra(x telemetry.Extra) {
	if x.Field != telemetry.Fingerprint {
		f.name(Field(x.Field), x.Value)
		return
	}
	text := string(plainHash(nil, x.Value))
	if t, ok := hashKind(len(text)); ok {
		f.hash(Field(x.Field), t, text)
	}
}

// plainHash appends a hash without the colons that fingerprints are written with.
func plainHash[T string | []byte](dst []byte, s T) []byte {
	for i := range len(s) {
		if s[i] != ':' {
			dst = append(dst, s[i])
		}
	}
	return dst
}

// hash looks a hash in hexadecimal up.
func (f *finder) hash(field Field, t kind, text string) {
	key, err := hex.AppendDecode(f.buf[:0], []byte(text))
	if err == nil && f.set.hashes.may(hashKey(t, key)) {
		f.key(field, t, key, text)
	}
}

func (f *finder) key(field Field, t kind, key []byte, text string) {
	rows := f.set.rows
	for n := f.set.first(t, key, hashKey(t, key)); n != 0; n = rows.list.get(n - 1).next {
		if slices.Contains(f.seen, n) {
			continue
		}
		f.seen = append(f.seen, n)
		i := rows.indicator(n - 1)
		f.found = append(f.found, match{Indicator: i, Field: field, Value: text, Standing: f.set.window.At(&i, f.event.Time)})
	}
}
